"""`gongyou backup OUT`: database and files in one tar; keys apart."""

from __future__ import annotations

from pathlib import Path

import click
from django.db import connection

from gongyou.cli.answer import answers, give, json_option, say
from gongyou.connectors.backups import make_backup
from gongyou.kernel import moment
from gongyou.kernel.installation import installed
from gongyou.kernel.sealing import dump_keyring


@click.command(
    help="Write a backup.\n\nExample: gongyou backup /media/usb/gongyou.tar.gz --keys /media/safe/keys.json"
)
@click.argument("out", type=click.Path(path_type=Path, dir_okay=False))
@click.option(
    "--keys",
    type=click.Path(path_type=Path, dir_okay=False),
    default=None,
    help="also write the keys, to another place",
)
@json_option
@answers
def command(out: Path, keys: Path | None, as_json: bool) -> None:
    made = make_backup(
        out,
        database=connection.settings_dict,
        data_dir=installed().data_dir,
        made_at=moment.now().isoformat(),
    )
    if keys is not None:
        keys.touch(mode=0o600)
        keys.write_text(dump_keyring(installed().keyring), encoding="utf-8")
    else:
        say("备份里没有密钥。请另存 keys.json（--keys 文件），没有它备份无法读取。")
    give(made, as_json=as_json, sentence=lambda b: f"已备份：{b.path}（{b.files} 个附件，{b.bytes} 字节）")
