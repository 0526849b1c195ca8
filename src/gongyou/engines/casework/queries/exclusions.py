"""Ratings left out of the rates: what was asked and decided, on the matter's page and in the list beside the rates."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from gongyou.engines.casework.models import Exclusion, RoundFact
from gongyou.engines.casework.queries.figures import READ, Extent, facts_within
from gongyou.engines.casework.queries.reading import readable_row
from gongyou.kernel import bars
from gongyou.kernel.access import Actor
from gongyou.offices import queries as offices
from gongyou.offices.queries import OfficeView

__all__ = ["ExclusionLine", "RatingView", "list_exclusions", "rating_of"]


@dataclass(frozen=True)
class ExclusionLine:
    """One rating asked out of the rates. `is_approved` None: not decided yet. Offices, never names."""

    case_id: UUID
    number: str
    round: int
    ground: str
    asked_at: datetime
    asked_by: OfficeView | None
    decided_at: datetime | None
    decided_by: OfficeView | None
    is_approved: bool | None
    office_path: str


@dataclass(frozen=True)
class RatingView:
    """On the matter's page: by when somebody speaks with the person, whether they did; the rating asked out."""

    contact_due_at: datetime | None
    contacted_at: datetime | None
    contact_in_time: bool | None
    may_contact: bool
    exclusion: ExclusionLine | None
    reason: str
    said: str
    may_ask: bool
    may_decide: bool


def rating_of(actor: Actor, case_id: UUID) -> RatingView:
    """Raises NotFound, NotAllowed."""
    row = readable_row(actor, case_id)
    facts = list(RoundFact.objects.filter(case=row).order_by("round"))
    asked = Exclusion.objects.filter(case=row).select_related("case", "reason", "said").order_by("-asked_at")
    latest = asked.first()
    handles = actor.may("casework.handle", row.office_path)
    upper = offices.upper_of(row.office_id)
    decides = upper is not None and actor.may("casework.review", upper.path)
    bad = [f.round for f in facts if f.is_satisfied is False]
    is_open = row.closed_at is None
    return RatingView(
        contact_due_at=facts[-1].contact_due_at,
        contacted_at=facts[-1].contacted_at,
        contact_in_time=facts[-1].contact_in_time,
        may_contact=handles and is_open and not row.is_anonymous,
        exclusion=_lines([latest])[0] if latest else None,
        reason=latest.reason.text if latest else "",
        said=latest.said.text if latest and latest.said else "",
        may_ask=handles and bool(bad) and (latest is None or latest.round < bad[-1]),
        may_decide=decides and latest is not None and latest.decided_at is None,
    )


def list_exclusions(actor: Actor, extent: Extent, *, limit: int = 200) -> tuple[ExclusionLine, ...]:
    """What was asked about the rounds of an extent, newest first. Raises NotAllowed."""
    actor.require(READ)
    rows = Exclusion.objects.filter(case_id__in=_cases(actor, extent))
    barred = bars.barred_ids(actor)
    rows = rows.exclude(case_id__in=barred) if barred else rows
    return _lines(list(rows.select_related("case").order_by("-asked_at", "-id")[:limit]))


def _cases(actor: Actor, extent: Extent) -> QuerySet[RoundFact, UUID]:
    return facts_within(actor, extent).values_list("case_id", flat=True)


def _lines(rows: list[Exclusion]) -> tuple[ExclusionLine, ...]:
    areas = {row.case.area for row in rows}
    places = {o.path: o for area in areas for o in offices.tree(area, with_closed=True)}
    return tuple(
        ExclusionLine(
            case_id=row.case_id,
            number=row.case.number,
            round=row.round,
            ground=row.ground,
            asked_at=row.asked_at,
            asked_by=places.get(row.asked_office_path),
            decided_at=row.decided_at,
            decided_by=places.get(row.decided_office_path),
            is_approved=row.is_approved,
            office_path=row.case.office_path,
        )
        for row in rows
    )
