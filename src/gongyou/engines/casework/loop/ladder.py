"""When the rungs of a ladder are due: a pure function of a clock's start and date, the programme and the calendar."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from gongyou.basics.workdays import SHANGHAI, Calendar, Unit, due, next_working_day
from gongyou.engines.casework.definitions import CaseType, Clock, Rung


def rungs_of(case_type: CaseType, clock_id: str) -> tuple[Rung, ...]:
    """The rungs of one clock, in the order they are written."""
    return tuple(rung for rung in case_type.ladder if rung.clock == clock_id)


def rung_due(
    rung: Rung, definition: Clock, started_at: datetime, due_at: datetime, calendar: Calendar
) -> datetime:
    """When a rung is to be taken. A share falls into office hours where its clock does, and never behind the date."""
    if rung.late:
        found = due(start=due_at, budget=rung.late, unit=rung.late_unit, calendar=calendar).due_at
        assert found is not None  # nothing stops a ladder once the date is past
        return found
    at = started_at + (due_at - started_at) * rung.share / 100
    return at if definition.unit is Unit.HOUR else min(_in_hours(at, calendar), due_at)


def _in_hours(at: datetime, calendar: Calendar) -> datetime:
    local = at.astimezone(SHANGHAI)
    day = local.date()
    if calendar.is_working_day(day) and local < calendar.closing(day):
        return max(local, calendar.opening(day))
    return calendar.opening(next_working_day(day + timedelta(days=1), calendar))


def next_rung(
    case_type: CaseType,
    clock_id: str,
    started_at: datetime,
    due_at: datetime | None,
    taken: Collection[str],
    calendar: Calendar,
) -> tuple[Rung, datetime] | None:
    """The first rung not taken yet and when it is due; None at the top of the ladder and for a stopped clock."""
    if due_at is None:
        return None
    definition = next(c for c in case_type.clocks if c.id == clock_id)
    for rung in case_type.ladder:
        if rung.clock == clock_id and rung.id not in taken:
            return rung, rung_due(rung, definition, started_at, due_at, calendar)
    return None


def help_due(now: datetime, due_at: datetime | None, calendar: Calendar) -> datetime:
    """A helper has half of what is left, and one working day at the least."""
    least = due(start=now, budget=1, unit=Unit.WORKING_DAY, calendar=calendar).due_at
    assert least is not None  # no pause stops it
    if due_at is None or due_at <= now:
        return least
    return max(least, now + (due_at - now) / 2)
