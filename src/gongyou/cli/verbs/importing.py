"""`gongyou import KIND FILE`: rows in, rejects by row."""

from __future__ import annotations

from pathlib import Path

import click

from gongyou.cli.answer import answers, give, json_option, say
from gongyou.connectors.exchange.exporting import template_of
from gongyou.connectors.exchange.importing import Imported, import_file
from gongyou.connectors.exchange.kinds import KINDS
from gongyou.kernel.access import system_actor
from gongyou.offices import services as offices


@click.command(
    help="Bring a table in.\n\nExample: gongyou import stations stations.xlsx --area 370828 --dry-run --json"
    "\n\nTemplate: gongyou import stations --template stations.xlsx"
)
@click.argument("kind", type=click.Choice([*sorted(KINDS), "calendar"]))
@click.argument("file", required=False, type=click.Path(path_type=Path, dir_okay=False))
@click.option("--area", default="", help="6-digit code for rows that name none")
@click.option("--dry-run", "is_dry_run", is_flag=True, help="check every row, store nothing")
@click.option("--rejects", type=click.Path(path_type=Path, dir_okay=False), default=None)
@click.option("--template", type=click.Path(path_type=Path, dir_okay=False), default=None)
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
    if template is not None and kind in KINDS:
        give(template_of(kind, template), as_json=as_json, sentence=lambda t: f"模板：{t.file}")
        return
    if file is None:
        raise click.UsageError("缺少文件：gongyou import KIND FILE")
    if kind == "calendar":
        edition = offices.import_calendar(
            system_actor("import"),
            name=file.stem,
            content=file.read_text(encoding="utf-8-sig"),
            source=file.name,
        )
        give(edition, as_json=as_json, sentence=lambda _: "放假安排已导入，未办结事项的期限将重新计算。")
        return
    imported = import_file(
        system_actor("import"),
        kind,
        file,
        area=area,
        is_dry_run=is_dry_run,
        rejects_to=rejects or file.with_suffix(".rejects.csv"),
        progress=lambda done: say(f"{done} 行 …"),
    )
    give(imported, as_json=as_json, sentence=_sentence)


def _sentence(done: Imported) -> str:
    tail = f"；未通过的行见 {done.rejects}" if done.rejected else ""
    what = "试导入" if done.is_dry_run else "导入"
    return f"{what} {done.file}：读 {done.read} 行，通过 {done.accepted}，未通过 {done.rejected}{tail}"
