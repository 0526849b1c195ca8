"""Rungs taken in a stretch of days, and open matters past a promise: lines of the weekly bulletin."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from uuid import UUID

from django.db.models import Q

from gongyou.engines.casework.models import Case, Rise
from gongyou.engines.casework.queries.definitions import type_of
from gongyou.engines.casework.queries.figures import READ, Extent
from gongyou.kernel import moment
from gongyou.kernel.access import Actor
from gongyou.kernel.moment import SHANGHAI


@dataclass(frozen=True)
class RisenStep:
    """One rung taken: of which matter, where it lies, where it reached, how late it was taken by then."""

    case_id: UUID
    number: str
    office_path: str
    step: str
    does: str
    reached_path: str
    told_as: str
    due_at: datetime
    at: datetime


@dataclass(frozen=True)
class LateLine:
    case_id: UUID
    number: str
    office_path: str
    kind: str
    due_at: datetime


def _reach(actor: Actor, extent: Extent, path: str) -> Q:
    actor.require(READ)
    found = actor.scope(READ).filter(path)
    if extent.office_path:
        found &= Q(**{f"{path}__startswith": extent.office_path})
    return found


def rungs_taken(actor: Actor, extent: Extent) -> tuple[RisenStep, ...]:
    """Every rung taken from the first day to the last of an extent, in order. Raises NotAllowed."""
    rows = Rise.objects.filter(_reach(actor, extent, "case__office_path")).select_related("case")
    if extent.area:
        rows = rows.filter(case__area=extent.area)
    since, until = datetime.combine(extent.since, time(), SHANGHAI), _end_of(extent.until)
    return tuple(
        RisenStep(
            case_id=row.case_id,
            number=row.case.number,
            office_path=row.case.office_path,
            step=_title(row),
            does=row.does,
            reached_path=row.office_path,
            told_as=row.told_as,
            due_at=row.due_at,
            at=row.at,
        )
        for row in rows.filter(at__gte=since, at__lte=until).order_by("at", "id")
    )


def _end_of(day: date) -> datetime:
    return datetime.combine(day, time.max, SHANGHAI)


def _title(rise: Rise) -> str:
    ladder = type_of(rise.case.definition, rise.case.type_id).ladder
    return next((rung.title for rung in ladder if rung.id == rise.step), rise.step)


def late_lines(actor: Actor, extent: Extent) -> tuple[LateLine, ...]:
    """Matters whose nearest promise was due by the extent's last day and is still open now, the oldest first.

    Raises NotAllowed.
    """
    by = min(moment.now(), _end_of(extent.until))
    rows = Case.objects.filter(
        _reach(actor, extent, "office_path"), closed_at__isnull=True, next_due_at__lte=by
    )
    if extent.area:
        rows = rows.filter(area=extent.area)
    return tuple(
        LateLine(row.pk, row.number, row.office_path, row.kind, row.next_due_at)
        for row in rows.order_by("next_due_at", "id")
        if row.next_due_at is not None
    )
