"""When an office is open on a day: plain functions over hours and calendar.

A single day that differs goes first. On a worked day the weekday's own hours hold; a worked Saturday or Sunday (make-up
day) is open like any working day. On a rest day a Saturday or Sunday has its own hours, where it has any; a public
holiday has those of line 7, where it has any. An office without weekly hours is open on working days.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import pairwise

from gongyou.basics.workdays import Calendar
from gongyou.kernel.moment import SHANGHAI

Hours = tuple[time, time]
Stretch = tuple[datetime, datetime]
HOLIDAY = 7
SATURDAY = 5


@dataclass(frozen=True)
class DayApart:
    """One day that differs; `hours` None: closed."""

    hours: Hours | None
    reason: str


@dataclass(frozen=True)
class Opening:
    """The hours of one office."""

    base: Hours
    weekly: Mapping[int, Hours | None] = field(default_factory=dict)
    exceptions: Mapping[date, DayApart] = field(default_factory=dict)

    def on(self, day: date, calendar: Calendar) -> Stretch | None:
        """From opening to closing; None: closed all day."""
        hours = self._hours(day, calendar)
        if hours is None:
            return None
        return datetime.combine(day, hours[0], SHANGHAI), datetime.combine(day, hours[1], SHANGHAI)

    def is_open(self, at: datetime, calendar: Calendar) -> bool:
        stretch = self.on(at.astimezone(SHANGHAI).date(), calendar)
        return stretch is not None and stretch[0] <= at < stretch[1]

    def _hours(self, day: date, calendar: Calendar) -> Hours | None:
        if day in self.exceptions:
            return self.exceptions[day].hours
        line = line_of(day, calendar)
        if line is None:
            return self.base
        return self.weekly.get(line, self.base if calendar.is_working_day(day) else None)


def line_of(day: date, calendar: Calendar) -> int | None:
    """Which line of the week a day follows: its weekday, `HOLIDAY` on a public holiday; None: a worked Saturday or
    Sunday, which is like any working day and follows no weekday's line."""
    is_weekend = day.weekday() >= SATURDAY
    if calendar.is_working_day(day):
        return None if is_weekend else day.weekday()
    return day.weekday() if is_weekend and not is_named_holiday(day, calendar) else HOLIDAY


def is_named_holiday(day: date, calendar: Calendar) -> bool:
    """A rest day because a notice or the area says so, not because it is a weekend."""
    return day in calendar.overlay.off or any(day in edition.off for edition in calendar.editions)


def uncovered(covered: tuple[Stretch, ...], since: datetime, until: datetime) -> tuple[Stretch, ...]:
    """The parts between two moments that none of the stretches covers."""
    found, reached = [], since
    for begins, ends in sorted(covered):
        if begins > reached:
            found.append((reached, min(begins, until)))
        reached = max(reached, ends)
    if reached < until:
        found.append((reached, until))
    return tuple((begins, ends) for begins, ends in found if begins < ends)


def lacking(
    covered: tuple[Stretch, ...], since: datetime, until: datetime, seats: int
) -> tuple[tuple[datetime, datetime, int], ...]:
    """The parts between two moments where fewer than `seats` stretches run side by side, and how many are missing."""
    edges = sorted({since, until, *(edge for one in covered for edge in one if since < edge < until)})
    found: list[tuple[datetime, datetime, int]] = []
    for begins, ends in pairwise(edges):
        missing = seats - sum(1 for b, e in covered if b <= begins and e >= ends)
        if missing <= 0:
            continue
        goes_on = bool(found) and found[-1][1:] == (begins, missing)
        found.append((found.pop()[0] if goes_on else begins, ends, missing))
    return tuple(found)


def days_between(first: date, last: date) -> tuple[date, ...]:
    """Both included."""
    return tuple(first + timedelta(days=n) for n in range((last - first).days + 1))
