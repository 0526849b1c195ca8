"""`gongyou restore FILE`: check a backup, then put it in place."""

from __future__ import annotations

from pathlib import Path

import click
from django.db import DatabaseError, connection

from gongyou.basics.refusal import Refusal, says
from gongyou.cli.answer import answers, give, json_option, say, words
from gongyou.cli.verbs.backup import write_keys
from gongyou.connectors.backups import restore_backup
from gongyou.kernel.installation import installed
from gongyou.kernel.sealing import KeyRing, read_keyring


@click.command(
    help="Put a backup in place; stop server and worker first. A damaged one is refused, nothing changes.\n\n"
    "Example: gongyou restore gongyou.tar.gz --keys keys.json --replace --json"
)
@click.argument("archive", metavar="FILE", type=click.Path(path_type=Path))
@click.option(
    "--keys", type=click.Path(path_type=Path), default=None, help="the keys written with the backup"
)
@click.option("--replace", "may_replace", is_flag=True, help="replace the database that stands here")
@json_option
@answers
def command(archive: Path, keys: Path | None, may_replace: bool, as_json: bool) -> None:
    here = installed()
    keyring = _read_keys(keys) if keys is not None else here.keyring
    is_empty = _is_empty()
    connection.close()
    made = restore_backup(
        archive,
        database=connection.settings_dict,
        data_dir=here.data_dir,
        keyring=keyring,
        may_replace=may_replace or is_empty,
    )
    if keys is not None:
        write_keys(keyring, here.data_dir / "keys.json")
    say(words(says("请运行 gongyou migrate，再用 gongyou audit verify 核对审计链。")))
    give(made, as_json=as_json, sentence=lambda b: words(says("已恢复：{files}个附件。"), files=b.files))


def _is_empty() -> bool:
    try:
        return not connection.introspection.table_names()
    except DatabaseError:
        return False  # something stands here and can't be read: it goes only when that was asked for


def _read_keys(path: Path) -> KeyRing:
    try:
        return read_keyring(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise Refusal(
            "keys_unreadable",
            says("密钥文件“{file}”读不了。"),
            says("请指定备份时用 --keys 另存的文件。数据没有改动。"),
            field="keys",
            file=path,
        ) from error
