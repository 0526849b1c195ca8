"""When offices are open."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, time
from uuid import UUID

from gongyou.offices.models import HoursException, Office, WeeklyHours
from gongyou.offices.opening import DayApart, Hours, Opening
from gongyou.offices.queries.calendars import calendar_of
from gongyou.offices.queries.tree import OfficeView


def openings(office_ids: Iterable[UUID]) -> dict[UUID, Opening]:
    """The hours of some offices in three queries; unknown ids are absent."""
    ids = set(office_ids)
    weekly: dict[UUID, dict[int, Hours | None]] = {}
    for row in WeeklyHours.objects.filter(office_id__in=ids):
        weekly.setdefault(row.office_id, {})[row.weekday] = _hours(row.opens, row.closes)
    apart: dict[UUID, dict[object, DayApart]] = {}
    for one in HoursException.objects.filter(office_id__in=ids):
        apart.setdefault(one.office_id, {})[one.day] = DayApart(_hours(one.opens, one.closes), one.reason)
    rows = Office.objects.filter(pk__in=ids).values_list("pk", "opens", "closes")
    return {
        pk: Opening((opens, closes), weekly.get(pk, {}), apart.get(pk, {}))  # type: ignore[arg-type]
        for pk, opens, closes in rows
    }


def opening_of(office_id: UUID) -> Opening:
    """The hours of one office that exists."""
    return openings([office_id])[office_id]


def open_now(offices: Iterable[OfficeView], at: datetime) -> dict[UUID, bool]:
    """Which of the offices are open at a moment."""
    found = tuple(offices)
    hours = openings(office.id for office in found)
    return {o.id: hours[o.id].is_open(at, calendar_of(o.area)[1]) for o in found if o.id in hours}


def _hours(opens: time | None, closes: time | None) -> Hours | None:
    return (opens, closes) if opens is not None and closes is not None else None
