"""`gongyou backup OUT`: database and files in one tar; keys apart."""

from __future__ import annotations

import os
from pathlib import Path

import click
from django.db import connection

from gongyou.basics.refusal import Refusal, says
from gongyou.cli.answer import answers, give, json_option, say, words
from gongyou.connectors.backups import make_backup
from gongyou.connectors.exchange.places import check_folder
from gongyou.kernel import moment
from gongyou.kernel.installation import installed
from gongyou.kernel.sealing import KeyRing, dump_keyring


@click.command(
    help="Write a backup while everything goes on; the keys are kept apart.\n\n"
    "Example: gongyou backup /media/usb/gongyou.tar.gz --keys /media/safe/keys.json --json"
)
@click.argument("out", type=click.Path(path_type=Path))
@click.option(
    "--keys",
    type=click.Path(path_type=Path),
    default=None,
    help="also write the keys, to another place",
)
@json_option
@answers
def command(out: Path, keys: Path | None, as_json: bool) -> None:
    if keys is not None:
        check_folder(keys)
    if not connection.introspection.table_names():
        raise Refusal(
            "nothing_here", says("这里还没有数据库，没有可以备份的。"), says("请核对 GONGYOU_DATA。")
        )
    here = installed()
    made = make_backup(
        out,
        database=connection.settings_dict,
        data_dir=here.data_dir,
        keyring=here.keyring,
        made_at=moment.now().isoformat(),
    )
    if keys is not None:
        write_keys(here.keyring, keys)
    else:
        say(words(says("备份里没有密钥。请另存 keys.json（--keys 文件），没有它备份无法读取。")))
    text = says("已备份：{path}（{files}个附件，{bytes}字节）")
    give(made, as_json=as_json, sentence=lambda b: words(text, path=b.path, files=b.files, bytes=b.bytes))


def write_keys(keyring: KeyRing, place: Path) -> None:
    """Under a temporary name, readable by the owner only, and renamed."""
    temporary = place.with_name(f".{place.name}.{os.getpid()}")
    temporary.unlink(missing_ok=True)
    with os.fdopen(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(dump_keyring(keyring))
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(place)
