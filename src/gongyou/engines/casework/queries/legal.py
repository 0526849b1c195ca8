"""Legal routes of a matter: the last day of each, what it rests on, and whether somebody went there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from gongyou.engines.casework.definitions import CaseType, LegalRoute
from gongyou.engines.casework.models import Case, CaseText, LegalLimit, Referral
from gongyou.engines.casework.queries.definitions import type_of
from gongyou.engines.casework.queries.reading import readable_row
from gongyou.kernel import moment
from gongyou.kernel.access import Actor
from gongyou.kernel.errors import NotFound
from gongyou.kernel.personal_data import record_read


@dataclass(frozen=True)
class LimitLine:
    """A right and its last day. `expires_on` None: it does not run now. `is_known`: the beginning was told to us."""

    route_id: str
    title: str
    owner: str
    summary: str
    source: str
    confidence: str
    started_on: date
    is_known: bool
    expires_on: date | None
    days_left: int | None
    is_near: bool
    is_over: bool
    used_on: date | None
    may_stand_still: bool


@dataclass(frozen=True)
class ReferralLine:
    route_id: str
    title: str
    owner: str
    facts: str
    materials: str
    is_accompanied: bool
    referred_at: datetime
    follow_up_on: date
    outcome: str
    followed_up_at: datetime | None


def limits_of(row: Case) -> tuple[LimitLine, ...]:
    """Every route of a matter with its last day, the nearest first."""
    case_type = type_of(row.definition, row.type_id)
    if not case_type.legal_routes:
        return ()
    known = {route.id: route for route in case_type.legal_routes}
    found = LegalLimit.objects.filter(case=row, superseded_at__isnull=True, route_id__in=list(known))
    lines = [_line(limit, known[limit.route_id]) for limit in found]
    return tuple(sorted(lines, key=lambda line: (line.expires_on is None, line.expires_on or date.max)))


def _line(limit: LegalLimit, route: LegalRoute) -> LimitLine:
    left = (limit.expires_on - moment.today()).days if limit.expires_on else None
    return LimitLine(
        route_id=route.id,
        title=route.title,
        owner=route.owner,
        summary=route.summary,
        source=route.source,
        confidence=route.confidence,
        started_on=limit.started_on,
        is_known=limit.basis == LegalLimit.Basis.KNOWN,
        expires_on=limit.expires_on,
        days_left=left,
        is_near=left is not None and left <= route.warn_days and limit.used_on is None,
        is_over=left is not None and left < 0 and limit.used_on is None,
        used_on=limit.used_on,
        may_stand_still=route.stands_still_while_employed,
    )


def referrals_of(row: Case) -> tuple[ReferralLine, ...]:
    case_type = type_of(row.definition, row.type_id)
    rows = list(Referral.objects.filter(case=row).select_related("facts").order_by("referred_at"))
    return tuple(_referral(r, _route_of(case_type, r.route_id)) for r in rows)


def _route_of(case_type: CaseType, route_id: str) -> LegalRoute:
    return next(route for route in case_type.legal_routes if route.id == route_id)


def _referral(row: Referral, route: LegalRoute) -> ReferralLine:
    return ReferralLine(
        route_id=route.id,
        title=route.title,
        owner=route.owner,
        facts=row.facts.text,
        materials=row.materials,
        is_accompanied=row.is_accompanied,
        referred_at=row.referred_at,
        follow_up_on=row.follow_up_on,
        outcome=row.outcome,
        followed_up_at=row.followed_up_at,
    )


@dataclass(frozen=True)
class Sheet:
    """The hand-over sheet: one referral with the date its right ends and what the person said."""

    referral: ReferralLine
    limit: LimitLine | None
    demand: str


def hand_over_sheet(actor: Actor, case_id: UUID, route_id: str, purpose: str) -> Sheet:
    """What is printed for the competent body; the reading is recorded. Raises NotFound, NotAllowed."""
    row = readable_row(actor, case_id)
    found = next((r for r in referrals_of(row) if r.route_id == route_id), None)
    if found is None:
        raise NotFound
    record_read(actor, "case", [row.pk], purpose)
    limit = next((line for line in limits_of(row) if line.route_id == route_id), None)
    said: Sequence[CaseText] = CaseText.objects.filter(
        case=row, kind__in=["demand", "correction"], erased_at__isnull=True
    ).order_by("at", "id")
    return Sheet(found, limit, said[len(said) - 1].text if said else "")
