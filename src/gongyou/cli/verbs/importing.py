"""`gongyou import KIND FILE`: rows in, rejects by row."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from gongyou.basics.refusal import says
from gongyou.cli.answer import answers, give, json_option, say, words
from gongyou.connectors.exchange.calendars import import_calendar_file, write_calendar_template
from gongyou.connectors.exchange.clues import KIND as CLUES
from gongyou.connectors.exchange.clues import import_clues
from gongyou.connectors.exchange.exporting import template_of
from gongyou.connectors.exchange.importing import Imported, import_file
from gongyou.connectors.exchange.kinds import KINDS
from gongyou.kernel.access import system_actor

CALENDAR = "calendar"
File = click.Path(path_type=Path, dir_okay=False)


@click.command(
    help="Bring a table in; rows that can't be read are written to FILE.rejects.csv, the rest goes on.\n\n"
    "Example: gongyou import stations stations.xlsx --area 123456 --dry-run --json\n\n"
    "Template: gongyou import stations --template stations.xlsx"
)
@click.argument("kind", type=click.Choice([*sorted(KINDS), CALENDAR, CLUES]))
@click.argument("file", required=False, type=click.Path(path_type=Path))
@click.option("--area", default="", help="6-digit code for rows that name none")
@click.option("--dry-run", "is_dry_run", is_flag=True, help="check every row, store nothing")
@click.option("--rejects", type=File, default=None, help="where rejected rows go; default beside FILE")
@click.option("--template", type=File, default=None, help="write an empty table with notes, and stop")
@json_option
@answers
def command(
    kind: str,
    file: Path | None,
    area: str,
    is_dry_run: bool,
    rejects: Path | None,
    template: Path | None,
    as_json: bool,
) -> None:
    if template is not None:
        if kind == CLUES:
            raise click.UsageError(
                "clues come from the output folder of `gongyou oversight screen`; no template."
            )
        _template(kind, template, as_json)
        return
    if file is None:
        raise click.UsageError("Missing argument 'FILE' (or --template).")
    if kind == CALENDAR:
        _calendar(file, is_dry_run, as_json)
        return
    options: dict[str, Any] = {
        "area": area,
        "is_dry_run": is_dry_run,
        "rejects_to": rejects or file.with_suffix(".rejects.csv"),
        "progress": lambda done: say(words(says("{count}行 …"), count=done)),
    }
    if kind == CLUES:
        give(import_clues(system_actor("import"), file, **options), as_json=as_json, sentence=_sentence)
        return
    give(import_file(system_actor("import"), kind, file, **options), as_json=as_json, sentence=_sentence)


def _template(kind: str, out: Path, as_json: bool) -> None:
    if kind == CALENDAR:
        write_calendar_template(out)
    else:
        template_of(kind, out)
    give(
        {"kind": kind, "file": str(out)},
        as_json=as_json,
        sentence=lambda _: words(says("模板已写好：{file}"), file=out),
    )


def _calendar(file: Path, is_dry_run: bool, as_json: bool) -> None:
    done = import_calendar_file(system_actor("import"), file, is_dry_run=is_dry_run)
    text = (
        says("可以导入：{name}，覆盖 {first} 至 {last}。没有保存。")
        if is_dry_run
        else says("已导入：{name}，覆盖 {first} 至 {last}。未办结事项的期限将重新计算。")
    )
    view = done.edition
    params: dict[str, Any] = {"name": view.name, "first": view.covered_from, "last": view.covered_to}
    give(done, as_json=as_json, sentence=lambda _: words(text, **params))


def _sentence(done: Imported) -> str:
    head = (
        says("试导入 {file}：读{read}行，通过{accepted}行，未通过{rejected}行，没有保存。")
        if done.is_dry_run
        else says("导入 {file}：读{read}行，通过{accepted}行，未通过{rejected}行。")
    )
    text = words(head, file=done.file, read=done.read, accepted=done.accepted, rejected=done.rejected)
    return text + (words(says("未通过的行见 {file}。"), file=done.rejects) if done.rejected else "")
