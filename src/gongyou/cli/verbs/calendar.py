"""`gongyou calendar`: when something is due, and whether a day is a working day."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import click
from django.db import DatabaseError, connection

from gongyou.basics.inputs import read_day
from gongyou.basics.refusal import Refusal, says
from gongyou.basics.workdays import SHANGHAI, Calendar, Pause, Unit, due
from gongyou.cli.answer import answers, give, json_option, words
from gongyou.offices import queries as offices
from gongyou.packkit.calendars import calendar_for

UNITS = {"working": Unit.WORKING_DAY, "calendar": Unit.CALENDAR_DAY}


@click.group(help="Working days and deadlines.\n\nExample: gongyou calendar check 2026-10-10 --json")
def command() -> None:
    pass


@command.command(
    "due",
    help="When a promise ends (Civil Code 200-203).\n\nExample: gongyou calendar due --received 2026-09-30T15:00"
    " --days 3 --unit working --json",
)
@click.option("--received", required=True, help="time of receipt, ISO 8601; without offset: Asia/Shanghai")
@click.option(
    "--days", type=click.IntRange(0, 10_000), required=True, help="how many; the first day is not counted"
)
@click.option("--unit", type=click.Choice(sorted(UNITS)), required=True, help="of days")
@click.option("--pause", "pauses", multiple=True, help="START/END; an open pause leaves END empty")
@click.option("--area", default="", help="6-digit code: its hours and its own rest days")
@json_option
@answers
def due_at(received: str, days: int, unit: str, pauses: tuple[str, ...], area: str, as_json: bool) -> None:
    found = due(
        start=_moment(received, "received"),
        budget=days,
        unit=UNITS[unit],
        calendar=_calendar_in_force(area),
        pauses=[_pause(p) for p in pauses],
    )
    result = {
        "due_at": found.due_at,
        "provisional": found.provisional,
        "edition": found.edition,
        "rest_days": list(found.rest_days),
        "paused_days": list(found.paused_days),
    }
    give(result, as_json=as_json, sentence=_due_sentence)


def _due_sentence(result: dict[str, Any]) -> str:
    if result["due_at"] is None:
        return words(says("期限已暂停，恢复后重新计算。"))
    note = words(says("（预计，放假通知公布后可能调整）")) if result["provisional"] else ""
    return f"{result['due_at']:%Y-%m-%d %H:%M}{note}"


@command.command(
    "check", help="Whether a day is a working day.\n\nExample: gongyou calendar check 2026-10-10 --json"
)
@click.argument("day", metavar="DATE")
@click.option("--area", default="", help="6-digit code: its own rest days")
@json_option
@answers
def check(day: str, area: str, as_json: bool) -> None:
    found = _calendar_in_force(area).day(read_day(day, field="date"))
    result = {
        "date": found.date,
        "is_working_day": found.is_working_day,
        "reason": found.reason,
        "edition": found.edition,
    }
    kind = words(says("工作日") if found.is_working_day else says("休息日"))
    give(result, as_json=as_json, sentence=lambda r: f"{r['date']} {kind} {r['reason']}".strip())


def _calendar_in_force(area: str) -> Calendar:
    """This installation's calendar, with every holiday notice it imported; from the packs where none is installed."""
    from_packs = calendar_for(area)
    name = connection.settings_dict["NAME"]
    if connection.vendor == "sqlite" and "mode=memory" not in str(name) and not Path(name).exists():
        return from_packs  # asking would make an empty database
    try:
        return offices.calendar_of(area)[1] if offices.has_editions() else from_packs
    except DatabaseError:
        click.echo(words(says("没有连上数据库：日期按规则包文件夹里的日历计算。")), err=True)
        return from_packs


def _moment(text: str, field: str) -> datetime:
    try:
        found = datetime.fromisoformat(text)
    except ValueError as error:
        raise Refusal(
            "time", says("时间“{text}”读不懂。"), says("请写成 2026-09-30T15:00。"), field=field, text=text
        ) from error
    return found if found.tzinfo else found.replace(tzinfo=SHANGHAI)


def _pause(text: str) -> Pause:
    start, slash, end = text.partition("/")
    if not slash:
        raise Refusal("pause", says("暂停“{text}”要写成 开始/结束。"), field="pause", text=text)
    begins = _moment(start, "pause")
    ends = _moment(end, "pause") if end else None
    if ends is not None and ends < begins:
        raise Refusal("pause", says("暂停“{text}”的结束早于开始。"), field="pause", text=text)
    return Pause(begins, ends)
