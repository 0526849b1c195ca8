"""Legal routes of a matter: the last day of each, what it rests on, and whether somebody went there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from gongyou.engines.casework.definitions import CaseType, LegalRoute
from gongyou.engines.casework.models import Case, LegalLimit, Referral
from gongyou.engines.casework.queries.definitions import type_of
from gongyou.engines.casework.queries.views import LimitLine
from gongyou.kernel import moment


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
