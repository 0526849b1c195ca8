"""Export within the actor's scope: XLSX with constant memory, masked, watermarked with who and when."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import xlsxwriter

from gongyou.basics.refusal import Refusal, says
from gongyou.connectors.exchange.kinds import KINDS
from gongyou.connectors.exchange.rejects import safe_cell
from gongyou.engines.casework import queries as casework
from gongyou.kernel import moment
from gongyou.kernel.access import Actor
from gongyou.kernel.actions import Act, action
from gongyou.offices import queries as offices
from gongyou.registry import queries as registry

Line = Sequence[str]


@dataclass(frozen=True)
class Exported:
    kind: str
    file: str
    rows: int


@dataclass(frozen=True)
class Sheet:
    headings: tuple[str, ...]
    lines: Callable[[Actor], Iterator[Line]]


def export_file(actor: Actor, kind: str, out: Path) -> Exported:
    """Write `out` under a temporary name and rename it. Raises Refusal, NotAllowed."""
    sheet = SHEETS.get(kind)
    if sheet is None:
        raise Refusal(
            "export_kind",
            says("不能导出“{kind}”。"),
            says("可以导出：{known}。"),
            field="kind",
            kind=kind,
            known="、".join(SHEETS),
        )
    _note_export(actor, kind=kind)
    temporary = out.with_name(f".{os.getpid()}-{out.name}")
    rows = _write(temporary, sheet.headings, sheet.lines(actor), _watermark(actor))
    temporary.replace(out)
    return Exported(kind, str(out), rows)


@action("exchange.export", right="casework.export")
def _note_export(act: Act, *, kind: str) -> None:
    act.about(f"export:{kind}")


def _watermark(actor: Actor) -> str:
    return f"{actor.name or actor.kind} {moment.now():%Y-%m-%d %H:%M}"


def _write(path: Path, headings: Sequence[str], lines: Iterator[Line], watermark: str) -> int:
    with xlsxwriter.Workbook(str(path), {"constant_memory": True, "strings_to_formulas": False}) as book:
        sheet = book.add_worksheet()
        bold = book.add_format({"bold": True})
        sheet.set_footer(f"&L{watermark}&R&P/&N")
        sheet.freeze_panes(1, 0)
        for place, heading in enumerate(headings):
            sheet.write_string(0, place, heading, bold)
        count = 0
        for count, line in enumerate(lines, start=1):
            for place, value in enumerate(line):
                sheet.write_string(count, place, safe_cell(value))
    return count


def _stamp(value: datetime | None) -> str:
    return value.astimezone(moment.SHANGHAI).strftime("%Y-%m-%d %H:%M") if value else ""


def _case_lines(actor: Actor) -> Iterator[Line]:
    cursor = ""
    while True:
        page = casework.list_cases(actor, cursor=cursor, size=500)
        for case in page.items:
            yield (
                case.number,
                case.title,
                case.class_title,
                case.state,
                case.office,
                _stamp(case.received_at),
                _stamp(case.due_at),
                "是" if case.is_late else "否",
            )
        if not page.next:
            return
        cursor = page.next


def _station_lines(actor: Actor) -> Iterator[Line]:
    codes = {o.id: o.code for o in offices.offices_under(actor, "offices.read")}
    for o in offices.offices_under(actor, "offices.read"):
        yield (
            o.code,
            o.name,
            o.kind,
            codes.get(o.parent_id, "") if o.parent_id else "",
            o.area,
            o.name_en,
            o.opens.strftime("%H:%M"),
            o.closes.strftime("%H:%M"),
            o.phone,
            o.address,
            "" if o.lon is None else str(o.lon),
            "" if o.lat is None else str(o.lat),
        )


def _organisation_lines(actor: Actor) -> Iterator[Line]:
    cursor = ""
    while True:
        page = registry.list_organisations(actor, cursor=cursor, size=500)
        for o in page.items:
            yield (o.name, o.kind, o.credit_code or "", o.division, o.address, o.phone)
        if not page.next:
            return
        cursor = page.next


def _people_lines(actor: Actor) -> Iterator[Line]:
    for person in registry.list_people(actor):
        yield (person.name_masked, "", "", person.phone_masked, "", person.area)


def template_of(kind: str, out: Path) -> Exported:
    """An empty table with headings, an example row and a note per column."""
    columns = KINDS[kind].columns
    lines = iter([[c.example for c in columns]])
    headings = [f"{c.title}{'*' if c.is_required else ''}" for c in columns]
    return Exported(kind, str(out), _write(out, headings, lines, "gongyou"))


def _headings(kind: str) -> tuple[str, ...]:
    return tuple(c.title for c in KINDS[kind].columns)


SHEETS: Mapping[str, Sheet] = {
    "cases": Sheet(
        (
            says("编号"),
            says("事项"),
            says("分类"),
            says("状态"),
            says("站点"),
            says("收到时间"),
            says("承诺期限"),
            says("是否超期"),
        ),
        _case_lines,
    ),
    "stations": Sheet(_headings("stations"), _station_lines),
    "organisations": Sheet(_headings("organisations"), _organisation_lines),
    "people": Sheet(_headings("people"), _people_lines),
}
