"""Writes about partners and their resources that other rooms make inside their own actions."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.db.models import F, Q

from gongyou.basics.refusal import says
from gongyou.kernel.accounts import link_person, own_phone
from gongyou.kernel.actions import Act
from gongyou.kernel.errors import DomainError, NotFound
from gongyou.kernel.moment import SHANGHAI
from gongyou.registry.models import Partner, PartnerResource, PartnerVetting
from gongyou.registry.steps import note_person


def today_of(act: Act) -> date:
    return act.now.astimezone(SHANGHAI).date()


def volunteer_of(act: Act, *, area: str, name: str, purpose: str) -> UUID:
    """The signed-in worker's own row, noted now with the proven number if the registry has none of them."""
    if act.actor.person_id is not None:
        return act.actor.person_id
    person_id = note_person(
        act,
        name=name,
        phone=own_phone(act.actor, says("登记本人信息")),
        controller=f"union:{area}",
        area=area,
        source="web",
        purpose=purpose,
    )
    link_person(act, person_id)
    return person_id


def active_partner(act: Act, partner_id: UUID) -> Partner:
    """Locked, checked and within its agreement. Raises NotFound, DomainError."""
    row = Partner.objects.select_for_update().filter(pk=partner_id).first()
    if row is None:
        raise NotFound(says("没有找到这个合伙人。"))
    if row.state != Partner.State.ACTIVE or (row.agreed_until and row.agreed_until < today_of(act)):
        raise DomainError(
            "partner_not_active",
            says("“{name}”还没有通过审核，或者已经结束合作。"),
            says("请先在合伙人页面办好审核或续签。"),
            field="partner",
            status=409,
            name=row.name,
        )
    return row


def is_vetted(partner_id: UUID, on: date) -> bool:
    """Whether a vetting in force on that day stands on record."""
    return PartnerVetting.objects.filter(
        partner_id=partner_id, valid_until__gte=on, revoked_at__isnull=True
    ).exists()


def require_vetted(act: Act, partner_id: UUID) -> None:
    """Raises DomainError where nobody checked the partner, or the check ran out."""
    if not is_vetted(partner_id, today_of(act)):
        raise DomainError(
            "not_vetted",
            says("这个合伙人没有有效的从业核查记录，不能接触孩子。"),
            says("请先由第二人核查证件并登记有效期。"),
            field="partner",
            status=409,
        )


def reserve_units(act: Act, *, resource_id: UUID, quantity: int) -> PartnerResource:
    """Set units of a resource aside, all or none: two who want the last one never both get it.

    Raises NotFound, DomainError when fewer are left.
    """
    today = today_of(act)
    row = PartnerResource.objects.filter(pk=resource_id, ended_at__isnull=True).first()
    if row is None:
        raise NotFound(says("没有找到这项资源。"))
    free = PartnerResource.objects.filter(
        Q(until_on__isnull=True) | Q(until_on__gte=today),
        pk=resource_id,
        from_on__lte=today,
        ended_at__isnull=True,
        quantity__gte=F("reserved") + F("used") + quantity,
    )
    if quantity < 1 or not free.update(reserved=F("reserved") + quantity):
        raise DomainError(
            "resource_short",
            says("“{title}”现在不够{quantity}{unit}，或者不在可用的日期里。"),
            says("请少认领一些，或换一项资源。"),
            field="resource",
            status=409,
            title=row.title,
            quantity=quantity,
            unit=row.unit,
        )
    return row


def release_units(act: Act, *, resource_id: UUID, quantity: int) -> None:
    """Units set aside are free again."""
    PartnerResource.objects.filter(pk=resource_id).update(reserved=F("reserved") - quantity)


def use_units(act: Act, *, resource_id: UUID, quantity: int) -> None:
    """Units set aside were given."""
    PartnerResource.objects.filter(pk=resource_id).update(
        reserved=F("reserved") - quantity, used=F("used") + quantity
    )
