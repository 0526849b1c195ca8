"""When a clock is due. Nothing is stored: a date is always computed from start, budget, pauses and calendar.

Rules (Civil Code arts. 200-203 and the casework rulebook):

* The day of receipt is not counted; a filing after closing time belongs to the day it was made.
* Working days: close of business of the Nth working day, make-up weekends included.
* Calendar days: close of business of the Nth day; where that is a rest day, of the next working day.
* A working day is skipped only if the clock stood still from opening to closing; a calendar day only if it
  stood still from 00:00 to 24:00. So a pause inside one day buys nothing.
* A pause without end that began before the due time leaves no due time. One that begins later changes
  nothing: an overdue clock can't be stopped.
* A date that rests on days no edition covers is provisional.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum

from gongyou.basics.refusal import Refusal, says
from gongyou.basics.workdays.calendar import SHANGHAI, Calendar, Day
from gongyou.basics.workdays.editions import ONE_DAY

_EARLIEST_YEAR, _LATEST_YEAR = 1950, 2200  # outside it is a typing error in a year
_LARGEST_BUDGET = {"day": 3660, "hour": 87_600}  # ten years
_HORIZON = timedelta(days=366 * 30)

Stop = tuple[datetime, datetime]


class Unit(StrEnum):
    """Units of a budget. One regulation mixes them, so every clock names its own."""

    WORKING_DAY = "working_day"
    CALENDAR_DAY = "calendar_day"
    HOUR = "hour"  # real hours, day and night
    BUSINESS_HOUR = "business_hour"  # hours between opening and closing of working days


@dataclass(frozen=True, slots=True)
class Pause:
    """A stretch in which the clock stands still. `end` None: still open."""

    start: datetime
    end: datetime | None = None


@dataclass(frozen=True, slots=True)
class Due:
    """`due_at` None: the clock is stopped now. `rest_days` are the rest days that put the date off (for
    calendar days only those at the end); `paused_days` are the days skipped because of pauses. `edition`
    names the editions used, joined by "+"."""

    due_at: datetime | None
    provisional: bool
    edition: str
    rest_days: tuple[date, ...]
    paused_days: tuple[date, ...]


@dataclass(slots=True)
class _Walk:
    """One walk over the days of a calendar, remembering what explains its end."""

    calendar: Calendar
    stops: list[Stop]
    limit: date
    rest: list[date] = field(default_factory=list)
    paused: list[date] = field(default_factory=list)
    editions: dict[str, None] = field(default_factory=dict)
    is_provisional: bool = False

    def look(self, day: date) -> Day:
        seen = self.calendar.day(day)
        if seen.provisional:
            self.is_provisional = True
        if seen.edition:
            self.editions[seen.edition] = None
        return seen

    def next(self, day: date) -> date:
        if day >= self.limit:
            raise Refusal(
                "deadline_too_far",
                says("这个期限超过三十年还没有到期。"),
                says("请检查天数和暂停时间。"),
                field="pauses",
            )
        return day + ONE_DAY

    def ends(self, due_at: datetime) -> Due:
        return Due(due_at, self.is_provisional, "+".join(self.editions), tuple(self.rest), tuple(self.paused))


def due(*, start: datetime, budget: int, unit: Unit, calendar: Calendar, pauses: Sequence[Pause] = ()) -> Due:
    """When a clock started at `start` with `budget` units is due: aware times in, Shanghai time out.

    A budget of 0 is due at the close of the same day (the next working day, if that is a rest day or closing
    time has passed), or at once for hours. Raises Refusal for naive times, a budget out of range and a pause
    that ends before it begins.
    """
    _check_budget(budget, unit)
    begun = _local(start, "start")
    stops, stopped_from = _merged(pauses)
    walk = _Walk(calendar, stops, begun.date() + _HORIZON)
    match unit:
        case Unit.WORKING_DAY:
            found = _working_days(walk, begun, budget)
        case Unit.CALENDAR_DAY:
            found = _calendar_days(walk, begun, budget)
        case Unit.HOUR:
            found = _hours(walk, begun, budget)
        case Unit.BUSINESS_HOUR:
            found = _business_hours(walk, begun, budget)
    if stopped_from is not None and found.due_at is not None and stopped_from < found.due_at:
        return Due(
            None,
            False,
            found.edition,
            (),
            tuple(day for day in found.paused_days if day < stopped_from.date()),
        )
    return found


def _working_days(walk: _Walk, begun: datetime, budget: int) -> Due:
    stopped = _days_stopped(walk.stops, walk.calendar.opens, walk.calendar.closes)
    day, left = _first_day(walk.calendar, begun, budget)
    while left:
        day = walk.next(day)
        if not walk.look(day).is_working_day:
            walk.rest.append(day)
        elif _is_within(day, stopped):
            walk.paused.append(day)
        else:
            left -= 1
    return walk.ends(walk.calendar.closing(day))


def _calendar_days(walk: _Walk, begun: datetime, budget: int) -> Due:
    stopped = _days_stopped(walk.stops, time.min, None)
    day, left = _first_day(walk.calendar, begun, budget)
    while left:
        day = walk.next(day)
        if _is_within(day, stopped):
            walk.paused.append(day)
        else:
            left -= 1
    while True:
        if not walk.look(day).is_working_day:
            walk.rest.append(day)
        elif _is_within(day, stopped):
            walk.paused.append(day)
        else:
            return walk.ends(walk.calendar.closing(day))
        day = walk.next(day)


def _first_day(calendar: Calendar, begun: datetime, budget: int) -> tuple[date, int]:
    """The day after which counting begins and the days to count.

    Without a budget the day of receipt itself is the one day to count, unless it has already closed: nothing
    is due before it was asked for.
    """
    day = begun.date()
    if budget:
        return day, budget
    return (day if begun > calendar.closing(day) else day - ONE_DAY), 1


def _hours(walk: _Walk, begun: datetime, budget: int) -> Due:
    # In UTC, because adding to a local time would add hours of the wall clock.
    now, left = begun.astimezone(UTC), timedelta(hours=budget)
    for start, end in walk.stops:
        running = max(start - now, timedelta())
        if running >= left:
            break
        if end > now:
            left -= running
            now = end.astimezone(UTC)
    return walk.ends((now + left).astimezone(SHANGHAI))


def _business_hours(walk: _Walk, begun: datetime, budget: int) -> Due:
    stopped = _days_stopped(walk.stops, walk.calendar.opens, walk.calendar.closes)
    day, left = begun.date(), timedelta(hours=budget)
    while True:
        if not walk.look(day).is_working_day:
            walk.rest.append(day)
        else:
            if _is_within(day, stopped):
                walk.paused.append(day)
            for start, end in _running(walk, day, begun):
                if left <= end - start:
                    return walk.ends(start + left)
                left -= end - start
        day = walk.next(day)


def _running(walk: _Walk, day: date, begun: datetime) -> list[Stop]:
    """The stretches of one working day's office hours in which the clock runs."""
    now, closing = max(walk.calendar.opening(day), begun), walk.calendar.closing(day)
    stretches: list[Stop] = []
    for start, end in walk.stops:
        if end <= now or start >= closing:
            continue
        if start > now:
            stretches.append((now, start))
        now = end
    if now < closing:
        stretches.append((now, closing))
    return stretches


def _days_stopped(stops: list[Stop], opens: time, closes: time | None) -> list[tuple[date, date]]:
    """First and last day of each stop that it covers from `opens` to `closes` (None: to midnight)."""
    days: list[tuple[date, date]] = []
    for start, end in stops:
        first = start.date() if start.time() <= opens else start.date() + ONE_DAY
        last = end.date() if closes is not None and end.time() >= closes else end.date() - ONE_DAY
        if first <= last:
            days.append((first, last))
    return days


def _is_within(day: date, stretches: list[tuple[date, date]]) -> bool:
    return any(first <= day <= last for first, last in stretches) if stretches else False


def _merged(pauses: Sequence[Pause]) -> tuple[list[Stop], datetime | None]:
    """Closed pauses in order, joined where they touch; and since when the clock stands still for good."""
    closed: list[Stop] = []
    stopped_from: datetime | None = None
    for start, end in sorted(_bounds(pause) for pause in pauses if pause.end is not None):
        if closed and start <= closed[-1][1]:
            closed[-1] = (closed[-1][0], max(end, closed[-1][1]))
        elif start < end:
            closed.append((start, end))
    for pause in pauses:
        if pause.end is None:
            start = _local(pause.start, "pauses")
            stopped_from = start if stopped_from is None else min(start, stopped_from)
    return closed, stopped_from


def _bounds(pause: Pause) -> Stop:
    start, end = _local(pause.start, "pauses"), _local(pause.end, "pauses")
    if end < start:
        raise Refusal(
            "pause_reversed",
            says("暂停的结束时间 {end} 早于开始时间 {start}。"),
            says("请检查暂停的起止时间。"),
            field="pauses",
            start=start.isoformat(),
            end=end.isoformat(),
        )
    return start, end


def _local(moment: datetime | None, name: str) -> datetime:
    if moment is None or moment.tzinfo is None or moment.utcoffset() is None:
        raise Refusal(
            "time_without_zone",
            says("时间 {moment} 没有写明时区，不能用来计算期限。"),
            says("请写成 2026-09-30T15:00:00+08:00 的形式。"),
            field=name,
            moment=moment,
        )
    if not _EARLIEST_YEAR <= moment.year <= _LATEST_YEAR:
        raise Refusal(
            "time_out_of_range",
            says("时间 {moment} 的年份不对。"),
            says("请检查年份。"),
            field=name,
            moment=moment.isoformat(),
        )
    return moment.astimezone(SHANGHAI)


def _check_budget(budget: int, unit: Unit) -> None:
    largest = _LARGEST_BUDGET["hour" if unit in (Unit.HOUR, Unit.BUSINESS_HOUR) else "day"]
    if not 0 <= budget <= largest:
        raise Refusal(
            "budget_out_of_range",
            says("期限 {budget} 不在 0 至 {largest} 之间。"),
            says("请检查期限的天数或小时数。"),
            field="budget",
            budget=budget,
            largest=largest,
        )
