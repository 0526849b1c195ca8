"""`gongyou export KIND OUT.xlsx`: masked tables out."""

from __future__ import annotations

from pathlib import Path

import click

from gongyou.basics.refusal import says
from gongyou.cli.answer import answers, give, json_option, words
from gongyou.connectors.exchange.exporting import SHEETS, export_file
from gongyou.kernel.access import system_actor


@click.command(
    help="Write a table: masked, within reach, with who and when on every page.\n\n"
    "Example: gongyou export cases cases.xlsx --json"
)
@click.argument("kind", type=click.Choice(sorted(SHEETS)))
@click.argument("out", metavar="OUT.xlsx", type=click.Path(path_type=Path))
@json_option
@answers
def command(kind: str, out: Path, as_json: bool) -> None:
    done = export_file(system_actor("export"), kind, out)
    give(
        done,
        as_json=as_json,
        sentence=lambda d: words(says("已导出{rows}行：{file}"), rows=d.rows, file=d.file),
    )
