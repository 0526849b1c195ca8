"""Rungs taken in a stretch of days, and open matters past a promise: lines of the weekly bulletin."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
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
    since = datetime(extent.since.year, extent.since.month, extent.since.day, tzinfo=SHANGHAI)
    until = datetime(extent.until.year, extent.until.month, extent.until.day, 23, 59, 59, 999999, SHANGHAI)
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


def _title(rise: Rise) -> str:
    ladder = type_of(rise.case.definition, rise.case.type_id).ladder
    return next((rung.title for rung in ladder if rung.id == rise.step), rise.step)


def late_lines(actor: Actor, extent: Extent) -> tuple[LateLine, ...]:
    """Open matters past their nearest promise now, the oldest first. Raises NotAllowed."""
    rows = Case.objects.filter(
        _reach(actor, extent, "office_path"), closed_at__isnull=True, next_due_at__lt=moment.now()
    )
    if extent.area:
        rows = rows.filter(area=extent.area)
    return tuple(
        LateLine(row.pk, row.number, row.office_path, row.kind, row.next_due_at)
        for row in rows.order_by("next_due_at", "id")
        if row.next_due_at is not None
    )
