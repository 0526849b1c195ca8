"""`gongyou oversight`: a question asked of a year of settlements."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from gongyou.basics.folders import packs_dir
from gongyou.basics.inputs import read_day
from gongyou.cli.answer import answers, json_option, say
from gongyou.engines.oversight.screening.run import ScreenOrder, run_screen

Folder = click.Path(path_type=Path)


@click.group(
    help="The guard over two funds.\n\nExample: gongyou oversight screen my-screen --area 123400"
    " --data year --out clues --json"
)
def command() -> None:
    pass


@command.command(
    help="Clues for a person to look into, never a verdict.\n\n"
    "Example: gongyou oversight screen my-screen --area 123400 --data year --out clues"
)
@click.argument("screen_id", metavar="SCREEN")
@click.option("--area", required=True, help="6-digit code: whose values decide")
@click.option(
    "--data",
    required=True,
    type=Folder,
    help="folder with settlements, employments, attendance, injury_claims",
)
@click.option("--out", required=True, type=Folder, help="folder for clues.parquet, rejects.csv, summary.json")
@click.option("--on", default="", help="day the values are of, YYYY-MM-DD; default: the newest visit's")
@click.option("--engine", type=click.Choice(["duckdb", "spark"]), default="duckdb", show_default=True)
@click.option("--memory", default="4GB", show_default=True, help="limit beyond which it spills to disk")
@json_option
@answers
def screen(
    screen_id: str, area: str, data: Path, out: Path, on: str, engine: str, memory: str, as_json: bool
) -> None:
    day = read_day(on, field="on") if on else None
    summary = run_screen(packs_dir(), ScreenOrder(screen_id, area, data, out, day, engine, memory), say)
    click.echo(json.dumps(summary, ensure_ascii=False) if as_json else _sentence(summary))


def _sentence(found: dict[str, Any]) -> str:
    read = found["tables"]["settlements"]
    return (
        f"读到 {read['read']} 笔结算（{read['rejected']} 笔读不懂），{found['clues']} 条线索要请人核实；"
        f"{found['seconds']} 秒。线索不是结论。"
    )
