"""`gongyou restore FILE`: check a backup, then put it in place."""

from __future__ import annotations

from pathlib import Path

import click
from django.db import connection

from gongyou.cli.answer import answers, give, json_option, say
from gongyou.connectors.backups import restore_backup
from gongyou.kernel.installation import installed
from gongyou.kernel.sealing import dump_keyring, read_keyring


@click.command(
    help="Put a backup in place.\n\nExample: gongyou restore gongyou.tar.gz --keys keys.json --replace"
)
@click.argument("archive", metavar="FILE", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--keys", type=click.Path(path_type=Path, dir_okay=False, exists=True), default=None)
@click.option("--replace", "may_replace", is_flag=True, help="replace the database that stands here")
@json_option
@answers
def command(archive: Path, keys: Path | None, may_replace: bool, as_json: bool) -> None:
    data_dir = installed().data_dir
    connection.close()
    made = restore_backup(
        archive, database=connection.settings_dict, data_dir=data_dir, may_replace=may_replace
    )
    if keys is not None:
        place = data_dir / "keys.json"
        place.touch(mode=0o600)
        place.write_text(dump_keyring(read_keyring(keys.read_text(encoding="utf-8"))), encoding="utf-8")
    say("请运行 gongyou audit verify 核对审计链。")
    give(made, as_json=as_json, sentence=lambda b: f"已恢复：{b.files} 个附件。")
