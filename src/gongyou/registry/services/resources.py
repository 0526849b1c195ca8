"""What partners offer: added by staff to an active partner, ended when it is no longer there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from gongyou.basics.inputs import read_text
from gongyou.basics.refusal import says
from gongyou.kernel.actions import Act, action
from gongyou.kernel.errors import DomainError, NotFound
from gongyou.kernel.ids import new_id
from gongyou.registry.definitions import ResourceKind
from gongyou.registry.models import PartnerResource
from gongyou.registry.partner_steps import active_partner, require_vetted
from gongyou.registry.queries.catalogue import resource_kinds

WRITE = "partners.write"
MOST_UNITS = 100_000


@dataclass(frozen=True)
class ResourceSaved:
    resource_id: UUID
    partner_id: UUID


@dataclass(frozen=True)
class Offer:
    """So many units of a kind; `reaches` is the path of the office it is offered under ('' : the whole area)."""

    kind: str
    title: str
    quantity: int
    from_on: date
    until_on: date | None = None
    times: str = ""
    reaches: str = ""


@action("registry.add_resource", right=WRITE, answers=ResourceSaved)
def add_resource(act: Act, *, partner_id: UUID, offer: Offer) -> ResourceSaved:
    """A children-facing kind needs the vetting on record first. Raises NotAllowed, NotFound, DomainError."""
    partner = active_partner(act, partner_id)
    act.require(WRITE, partner.office_path)
    kind = _kind(partner.area, offer.kind)
    if kind.for_children:
        require_vetted(act, partner.pk)
    _check_offer(offer)
    row = PartnerResource.objects.create(
        id=new_id(),
        partner=partner,
        kind=kind.id,
        title=read_text(offer.title, field="title", longest=80, is_needed=True),
        unit=kind.unit,
        area=partner.area,
        reaches=offer.reaches or f"{partner.area}/",
        times=read_text(offer.times, field="times", longest=80),
        from_on=offer.from_on,
        until_on=offer.until_on,
        is_for_children=kind.for_children,
        has_sessions=kind.has_sessions,
        quantity=offer.quantity,
    )
    act.about(f"partner:{partner.pk}", partner.office_path)
    return ResourceSaved(row.pk, partner.pk)


def _kind(area: str, kind_id: str) -> ResourceKind:
    kinds = {kind.id: kind for kind in resource_kinds(area)}
    if kind_id not in kinds:
        raise DomainError(
            "resource_kind",
            says("没有“{kind}”这种资源。"),
            says("请从清单中选择。"),
            field="kind",
            kind=kind_id,
        )
    return kinds[kind_id]


def _check_offer(offer: Offer) -> None:
    if not 1 <= offer.quantity <= MOST_UNITS:
        raise DomainError("quantity", says("数量应在1至{most}之间。"), field="quantity", most=MOST_UNITS)
    if offer.until_on and offer.until_on < offer.from_on:
        raise DomainError("until_on", says("结束日期早于开始日期。"), field="until_on")


@action("registry.end_resource", right=WRITE, answers=ResourceSaved)
def end_resource(act: Act, *, resource_id: UUID) -> ResourceSaved:
    """Nothing new is taken from it; what was set aside stays promised. Raises NotAllowed, NotFound."""
    row = PartnerResource.objects.select_for_update().select_related("partner").filter(pk=resource_id).first()
    if row is None:
        raise NotFound(says("没有找到这项资源。"))
    act.require(WRITE, row.partner.office_path)
    act.about(f"partner:{row.partner_id}", row.partner.office_path)
    row.ended_at = row.ended_at or act.now
    row.save(update_fields=["ended_at"])
    return ResourceSaved(row.pk, row.partner_id)
