"""When a step, a publicity period or an objection is due: by the calendar of the office's area."""

from __future__ import annotations

from datetime import datetime

from gongyou.basics.workdays import Due, Unit, due
from gongyou.offices import queries as offices


def due_in(area: str, start: datetime, days: int, unit: str) -> tuple[datetime, bool]:
    """The moment and whether it rests on days no holiday notice covers yet. Raises Refusal."""
    _, calendar = offices.calendar_of(area)
    found: Due = due(start=start, budget=days, unit=Unit(unit), calendar=calendar)
    if found.due_at is None:  # only a pause does that
        raise RuntimeError("a period without pauses ends")
    return found.due_at, found.provisional
