"""`gongyou export KIND OUT.xlsx`: masked tables out."""

from __future__ import annotations

from pathlib import Path

import click

from gongyou.cli.answer import answers, give, json_option
from gongyou.connectors.exchange.exporting import SHEETS, export_file
from gongyou.kernel.access import system_actor


@click.command(help="Write a table.\n\nExample: gongyou export cases cases.xlsx --json")
@click.argument("kind", type=click.Choice(sorted(SHEETS)))
@click.argument("out", type=click.Path(path_type=Path, dir_okay=False))
@json_option
@answers
def command(kind: str, out: Path, as_json: bool) -> None:
    done = export_file(system_actor("export"), kind, out)
    give(done, as_json=as_json, sentence=lambda d: f"已导出 {d.rows} 行：{d.file}")
