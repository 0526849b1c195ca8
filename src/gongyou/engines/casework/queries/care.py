"""What the desk sees beside a matter's clocks: who speaks for the person, whose eyes are kept off, which rights end."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from gongyou.engines.casework.models import Case, CaseDetail, CaseText
from gongyou.engines.casework.queries.definitions import type_of
from gongyou.engines.casework.queries.legal import (
    ReferralLine,
    limits_of,
    referrals_of,
)
from gongyou.engines.casework.queries.mandates import mandates_of
from gongyou.engines.casework.queries.protecting import ProtectionView, protection_of
from gongyou.engines.casework.queries.reading import readable_row
from gongyou.engines.casework.queries.views import LimitLine, MandateLine
from gongyou.kernel.access import Actor
from gongyou.kernel.errors import NotFound
from gongyou.kernel.personal_data import record_read


@dataclass(frozen=True)
class DetailLine:
    """An answer to one of the type's own questions, in words of the programme."""

    title: str
    value: str


@dataclass(frozen=True)
class CareView:
    """Everything of one matter that its clocks don't say."""

    details: tuple[DetailLine, ...]
    has_proxy: bool
    mandates: tuple[MandateLine, ...]
    limits: tuple[LimitLine, ...]
    referrals: tuple[ReferralLine, ...]
    protection: ProtectionView

    @property
    def is_mandate_missing(self) -> bool:
        return self.has_proxy and not any(mandate.is_in_force for mandate in self.mandates)


def care_of(actor: Actor, case_id: UUID) -> CareView:
    """For the page of a matter whose reading is recorded already. Raises NotFound, NotAllowed."""
    row = readable_row(actor, case_id)
    return CareView(
        details=details_of(row),
        has_proxy=row.parties.filter(role="proxy").exists(),
        mandates=mandates_of(row),
        limits=limits_of(row),
        referrals=referrals_of(row),
        protection=protection_of(actor, row),
    )


def details_of(row: Case) -> tuple[DetailLine, ...]:
    asked = type_of(row.definition, row.type_id).details
    if not asked:
        return ()
    given = dict(CaseDetail.objects.filter(case=row).values_list("detail_id", "value"))
    found = []
    for detail in asked:
        value = given.get(detail.id, "")
        title = next((choice.title for choice in detail.choices if choice.id == value), value)
        if title:
            found.append(DetailLine(detail.title, title))
    return tuple(found)


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
    said = CaseText.objects.filter(
        case=row, kind__in=["demand", "correction"], erased_at__isnull=True
    ).order_by("-at", "-id")
    last = said.first()
    return Sheet(found, limit, last.text if last else "")
