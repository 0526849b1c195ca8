"""Why a promised date is that date, in sentences a person can check against a wall calendar."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Protocol

from django.utils import dateformat
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from gongyou.kernel import moment
from gongyou.web.templatetags.dates import write_moment

HOURS = ("hour", "business_hour")


class Explained(Protocol):
    """What casework tells about a clock: read-only here."""

    @property
    def budget(self) -> int: ...
    @property
    def unit(self) -> str: ...
    @property
    def started_at(self) -> datetime: ...
    @property
    def rest_days(self) -> Iterable[date]: ...
    @property
    def paused_days(self) -> Iterable[date]: ...


def spans(days: Iterable[date]) -> list[tuple[date, date]]:
    """Neighbouring days joined: (first, last) of each run, in order."""
    runs: list[tuple[date, date]] = []
    for day in sorted(set(days)):
        if runs and day - runs[-1][1] == timedelta(days=1):
            runs[-1] = (runs[-1][0], day)
        else:
            runs.append((day, day))
    return runs


def write_spans(days: Iterable[date]) -> str:
    """10月1日至8日、10月11日."""
    return _("、").join(_write_span(first, last) for first, last in spans(days))


def _write_span(first: date, last: date) -> str:
    if first == last:
        return _short(first)
    if (first.year, first.month) == (last.year, last.month):
        return _("{first}至{last_day}日").format(first=_short(first), last_day=last.day, last=_short(last))
    return _("{first}至{last}").format(first=_short(first), last=_short(last))


def _short(day: date) -> str:
    fields = {"year": day.year, "month": day.month, "day": day.day, "month_name": dateformat.format(day, "M")}
    return _("{month}月{day}日").format(**fields)


def explain_due(why: Explained) -> list[str]:
    """The count, the days left out and the days stopped, one short sentence each."""
    is_by_hour = why.unit in HOURS
    start = (
        write_moment(why.started_at)
        if is_by_hour
        else _short(why.started_at.astimezone(moment.SHANGHAI).date())
    )
    sentences = [_count(why, start)]
    rest = write_spans(why.rest_days)
    if rest and why.unit == "calendar_day":
        sentences.append(_("最后一天遇到休息日（{days}），顺延到下一个工作日。").format(days=rest))
    elif rest and why.unit != "hour":
        sentences.append(_("{days}休息，不算在内。").format(days=rest))
    paused = write_spans(why.paused_days)
    if paused:
        sentences.append(_("{days}在等补充情况，停止计时，不算在内。").format(days=paused))
    return sentences


def _count(why: Explained, start: str) -> str:
    number = why.budget
    words = {
        "working_day": lambda: ngettext(
            "从{start}的第二天起算{n}个工作日。", "从{start}的第二天起算{n}个工作日。", number
        ),
        "calendar_day": lambda: ngettext(
            "从{start}的第二天起算{n}天。", "从{start}的第二天起算{n}天。", number
        ),
        "hour": lambda: ngettext("从{start}起算{n}小时。", "从{start}起算{n}小时。", number),
        "business_hour": lambda: ngettext(
            "从{start}起算{n}小时，只算上班时间。", "从{start}起算{n}小时，只算上班时间。", number
        ),
    }
    if number == 0:
        return _("{start}当天（遇休息日顺延到下一个工作日）。").format(start=start)
    return words[str(why.unit)]().format(start=start, n=number)
