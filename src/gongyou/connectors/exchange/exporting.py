"""Export within the actor's scope: XLSX with constant memory, masked, watermarked with who and when."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import xlsxwriter
from django.utils.translation import gettext

from gongyou.basics.refusal import Refusal, says
from gongyou.connectors.exchange.kinds import KINDS
from gongyou.connectors.exchange.places import check_folder
from gongyou.connectors.exchange.rejects import safe_cell
from gongyou.engines.casework import queries as casework
from gongyou.kernel import moment
from gongyou.kernel.access import Actor
from gongyou.kernel.actions import Act, action
from gongyou.offices import queries as offices
from gongyou.registry import queries as registry

Line = Sequence[str]
ROWS_PER_SHEET = 1_000_000
"""XLSX ends at 1,048,576 rows and drops what comes after without a word."""


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
    _check_out(out)
    _note_export(actor, kind=kind)
    rows = _write(out, [(kind, sheet.headings, sheet.lines(actor))], _watermark(actor))
    return Exported(kind, str(out), rows)


@action("exchange.export", right="casework.export")
def _note_export(act: Act, *, kind: str) -> None:
    act.about(f"export:{kind}")


def template_of(kind: str, out: Path) -> Exported:
    """A table with headings (required ones with *) and an example row; the second sheet explains each column.

    Raises Refusal.
    """
    columns = KINDS[kind].columns
    _check_out(out)
    headings = [f"{gettext(c.title)}{'*' if c.is_required else ''}" for c in columns]
    notes = [
        (
            gettext(c.title),
            c.id,
            gettext(says("必填") if c.is_required else says("可空")),
            gettext(c.says) if c.says else "",
            c.example,
        )
        for c in columns
    ]
    titles = (says("列"), says("英文列名"), says("是否必填"), says("说明"), says("例子"))
    sheets: list[tuple[str, Sequence[str], Iterable[Line]]] = [
        (kind, headings, [[c.example for c in columns]]),
        (gettext(says("填表说明")), titles, notes),
    ]
    _write(out, sheets, "gongyou")
    return Exported(kind, str(out), 1)


def _check_out(out: Path) -> None:
    if out.suffix.lower() != ".xlsx":
        raise Refusal(
            "out_kind",
            says("“{file}”不是 .xlsx 文件名。"),
            says("请把文件名改成以 .xlsx 结尾。"),
            field="out",
            file=out.name,
        )
    check_folder(out)


def _watermark(actor: Actor) -> str:
    return f"{actor.name or actor.kind} {moment.now():%Y-%m-%d %H:%M}"


def _write(out: Path, sheets: Sequence[tuple[str, Sequence[str], Iterable[Line]]], watermark: str) -> int:
    """Rows below the headings of all sheets together."""
    temporary = out.with_name(f".{os.getpid()}-{out.name}")
    count = 0
    try:
        with xlsxwriter.Workbook(str(temporary), {"constant_memory": True}) as book:
            # The footer is on every printed page; the properties stay with the file.
            book.set_properties({"author": watermark, "comments": watermark})
            for name, headings, lines in sheets:
                count += _fill(book, name, headings, iter(lines), watermark)
        temporary.replace(out)
    finally:
        temporary.unlink(missing_ok=True)
    return count


def _fill(
    book: xlsxwriter.Workbook, name: str, headings: Sequence[str], lines: Iterator[Line], watermark: str
) -> int:
    sheet = _new_sheet(book, name, headings, watermark)
    count = 0
    for count, line in enumerate(lines, start=1):
        row = (count - 1) % ROWS_PER_SHEET + 1
        if row == 1 and count > 1:
            sheet = _new_sheet(book, f"{name} {count // ROWS_PER_SHEET + 1}", headings, watermark)
        for place, value in enumerate(line):
            sheet.write_string(row, place, safe_cell(value))
    return count


def _new_sheet(
    book: xlsxwriter.Workbook, name: str, headings: Sequence[str], watermark: str
) -> xlsxwriter.worksheet.Worksheet:
    sheet = book.add_worksheet(name)
    sheet.set_footer(f"&L{watermark}&R&P/&N")
    sheet.freeze_panes(1, 0)
    bold = book.add_format({"bold": True})
    for place, heading in enumerate(headings):
        sheet.write_string(0, place, gettext(heading), bold)
    return sheet


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
                gettext(says("是") if case.is_late else says("否")),
            )
        if not page.next:
            return
        cursor = page.next


def _station_lines(actor: Actor) -> Iterator[Line]:
    found = offices.offices_under(actor, "offices.read")
    uppers = {o.id: o.code for o in offices.offices(o.parent_id for o in found if o.parent_id).values()}
    for o in found:
        yield (
            o.code,
            o.name,
            o.kind,
            uppers.get(o.parent_id, "") if o.parent_id else "",
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
        yield (person.name_masked, person.phone_masked, person.area)


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
    "people": Sheet((says("姓名"), says("电话"), says("地区代码")), _people_lines),
}
