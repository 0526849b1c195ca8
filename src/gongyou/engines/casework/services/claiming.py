"""Claiming wishes: by a volunteer or a partner, alone or several up to the need; fulfilment with proof, and thanks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import F

from gongyou.basics.refusal import says
from gongyou.basics.workdays import due
from gongyou.engines.casework.definitions import Happens
from gongyou.engines.casework.events import CaseSettled
from gongyou.engines.casework.loop import allowed, budget_of
from gongyou.engines.casework.models import Settlement, Wish, WishClaim
from gongyou.engines.casework.queries.views import Standing
from gongyou.engines.casework.steps.matter import Matter, happen, load, write_text
from gongyou.engines.casework.steps.settling import prepare_call_back
from gongyou.engines.casework.steps.standing import standing
from gongyou.engines.casework.steps.telling import tell_worker, thank
from gongyou.engines.casework.steps.wall import end_claim, role_of
from gongyou.kernel import files
from gongyou.kernel.actions import Act, action
from gongyou.kernel.errors import DomainError, NotAllowed, NotFound
from gongyou.registry import partner_steps as partners
from gongyou.registry import steps as registry

CHILDREN = "casework.children"


@dataclass(frozen=True)
class Claimed:
    """What the claimant takes away: how much, until when. `case_id` opens nothing by itself."""

    claim_id: UUID
    case_id: UUID
    quantity: int
    due_at: datetime
    office: str
    office_phone: str


@action("casework.claim_wish", right="casework.claim", answers=Claimed)
def claim_wish(act: Act, *, case_id: UUID, quantity: int, name: str = "") -> Claimed:
    """By a volunteer signed in with an SMS code. A child's wish is not for somebody nobody has checked.

    Raises NotFound, DomainError.
    """
    matter, wish = _on_wall(act, case_id)
    if wish.is_about_child:
        raise DomainError(
            "only_vetted",
            says("这个心愿只请经过核查的合伙人认领。"),
            says("您可以先报名做合伙人，由站点核查。"),
            status=403,
        )
    if act.actor.person_id is None and not name.strip():
        raise DomainError("name", says("请留下您的称呼，站点好联系您。"), field="name")
    person_id = partners.volunteer_of(act, area=wish.area, name=name, purpose="volunteering")
    return _claim(act, matter, wish, person_id, quantity)


@action("casework.claim_for_partner", right="casework.handle", answers=Claimed)
def claim_for_partner(
    act: Act, *, case_id: UUID, partner_id: UUID, quantity: int, resource_id: UUID | None = None
) -> Claimed:
    """By staff with a partner's word, or by matching: the resource's units are set aside in the same transaction."""
    matter, wish = _on_wall(act, case_id)
    act.require("casework.handle", matter.row.office_path)
    if wish.is_about_child:
        act.require(CHILDREN, matter.row.office_path)
        partners.require_vetted(act, partner_id)
    partner = partners.active_partner(act, partner_id)
    if partner.area != wish.area:
        raise DomainError("other_area", says("这个合伙人不在本地。"), field="partner")
    if resource_id is not None:
        resource = partners.reserve_units(act, resource_id=resource_id, quantity=quantity)
        if resource.partner_id != partner.pk:
            raise DomainError("resource", says("这项资源不是这个合伙人的。"), field="resource")
    return _claim(act, matter, wish, partner.person_id, quantity, (partner_id, resource_id))


def _on_wall(act: Act, case_id: UUID) -> tuple[Matter, Wish]:
    """Locked: one claimant after the other. What does not hang there looks like nothing. Raises NotFound."""
    if not Wish.objects.filter(case_id=case_id, is_on_wall=True).exists():
        raise NotFound(says("这个心愿不在墙上，可能刚刚被别人认领。"))
    matter = load(act, case_id)
    wish = Wish.objects.select_for_update().get(case_id=case_id)
    if not wish.is_on_wall or Happens.CLAIM_TAKEN not in allowed(matter.type, matter.row.state):
        raise DomainError(
            "taken",
            says("这个心愿刚刚被别人认领了。"),
            says("谢谢您，请看看墙上其他的心愿。"),
            status=409,
        )
    return matter, wish


def _claim(
    act: Act,
    matter: Matter,
    wish: Wish,
    person_id: UUID,
    quantity: int,
    source: tuple[UUID | None, UUID | None] = (None, None),
) -> Claimed:
    left = wish.need - wish.taken
    if not 1 <= quantity <= left:
        raise DomainError(
            "quantity",
            says("还差{left}{unit}，请填1至{left}。"),
            field="quantity",
            status=409,
            left=left,
            unit=wish.unit,
        )
    _refuse_own_and_second(matter, person_id)
    claim = WishClaim.objects.create(
        case=matter.row,
        person_id=person_id,
        partner_id=source[0],
        resource_id=source[1],
        quantity=quantity,
        claimed_at=act.now,
        due_at=_due_of(act, matter),
    )
    Wish.objects.filter(pk=wish.pk).update(taken=F("taken") + quantity)
    registry.tie_person(
        act,
        person_id=person_id,
        subject=matter.subject,
        role=role_of(claim),
        office_path=matter.row.office_path,
    )
    happen(act, matter, Happens.CLAIM_TAKEN, {"claim": str(claim.pk), "quantity": quantity})
    if quantity == left:
        happen(act, matter, Happens.CLAIMED)
        Wish.objects.filter(pk=wish.pk).update(is_on_wall=False)
        tell_worker(act, matter, "claimed")
    return Claimed(claim.pk, matter.row.pk, quantity, claim.due_at, matter.office.name, matter.office.phone)


def _refuse_own_and_second(matter: Matter, person_id: UUID) -> None:
    if matter.row.parties.filter(person_id=person_id).exists():
        raise DomainError("own_wish", says("这是您自己的心愿，不能自己认领。"), status=409)
    if WishClaim.objects.filter(case=matter.row, person_id=person_id, state="held").exists():
        raise DomainError("claimed_before", says("您已经认领了这个心愿。"), status=409)


def _due_of(act: Act, matter: Matter) -> datetime:
    """The claim's own date, by the programme's budget of the clock `fulfil`."""
    clock = next(c for c in matter.type.clocks if c.id == "fulfil")
    budget = budget_of(clock, matter.projection.matter_class)
    found = due(start=act.now, budget=budget, unit=clock.unit, calendar=matter.calendar)
    assert found.due_at is not None
    return found.due_at


@action("casework.give_up_claim", right=None, answers=Standing)
def give_up_claim(act: Act, *, claim_id: UUID) -> Standing:
    """By the claimant, or by staff who were told: what was taken hangs on the wall again."""
    matter, claim = _held(act, claim_id)
    is_own = act.actor.person_id is not None and act.actor.person_id == claim.person_id
    if not is_own and not act.actor.may("casework.handle", matter.row.office_path):
        raise NotAllowed("casework.handle")
    _back_to_wall(act, matter, claim, WishClaim.State.GIVEN_UP)
    return standing(matter)


@action("casework.lapse_claim", right="casework.night")
def lapse_claim(act: Act, *, claim_id: UUID) -> bool:
    """The claim's time is up: back to the wall. False where it was fulfilled or ended meanwhile."""
    found = WishClaim.objects.filter(pk=claim_id).first()
    if found is None:
        return False
    matter = load(act, found.case_id)
    claim = WishClaim.objects.get(pk=claim_id)
    if claim.state != WishClaim.State.HELD or claim.due_at > act.now:
        return False
    _back_to_wall(act, matter, claim, WishClaim.State.LAPSED)
    return True


def _back_to_wall(act: Act, matter: Matter, claim: WishClaim, state: str) -> None:
    end_claim(act, claim, state)
    happen(act, matter, Happens.CLAIM_ENDED, {"claim": str(claim.pk), "as": state})
    if Happens.BACK_ON_WALL in allowed(matter.type, matter.row.state):
        happen(act, matter, Happens.BACK_ON_WALL)
    Wish.objects.filter(case=matter.row).update(is_on_wall=True)


def _held(act: Act, claim_id: UUID) -> tuple[Matter, WishClaim]:
    found = WishClaim.objects.filter(pk=claim_id).first()
    if found is None:
        raise NotFound
    matter = load(act, found.case_id)
    claim = WishClaim.objects.get(pk=claim_id)
    if claim.state != WishClaim.State.HELD:
        raise DomainError(
            "not_held", says("这份认领已经结束。"), says("请刷新页面查看最新情况。"), status=409
        )
    return matter, claim


@action("casework.fulfil_claim", right="casework.handle", answers=Standing)
def fulfil_claim(
    act: Act, *, claim_id: UUID, proof: str, met_at_station: bool = False, file_id: UUID | None = None
) -> Standing:
    """The station records the hand-over. The last part fulfilled settles the wish: call-back and thanks follow.

    A child's wish is handed over at the station with staff present, or not at all. Raises NotAllowed, DomainError.
    """
    matter, claim = _held(act, claim_id)
    act.require("casework.handle", matter.row.office_path)
    wish = Wish.objects.select_for_update().get(case=matter.row)
    _check_fulfilment(act, matter, wish, met_at_station)
    text = write_text(act, matter, "proof", proof)
    if file_id is not None:
        files.bind_files(act, ids=[file_id], subject=matter.subject, office_path=matter.row.office_path)
    WishClaim.objects.filter(pk=claim.pk).update(
        state="fulfilled", ended_at=act.now, proof=text, proof_file_id=file_id, met_at_station=met_at_station
    )
    if claim.resource_id is not None:
        partners.use_units(act, resource_id=claim.resource_id, quantity=claim.quantity)
    Wish.objects.filter(pk=wish.pk).update(fulfilled=F("fulfilled") + claim.quantity)
    thank(act, matter, claim.person_id)
    if wish.fulfilled + claim.quantity == wish.need:
        _settle(act, matter, proof)
    return standing(matter)


def _check_fulfilment(act: Act, matter: Matter, wish: Wish, met_at_station: bool) -> None:
    if not wish.is_about_child:
        return
    act.require(CHILDREN, matter.row.office_path)
    if not met_at_station:
        raise DomainError(
            "met_at_station",
            says("孩子的心愿只能在站点、有工作人员在场时交付。"),
            says("请确认在站点当面交付后勾选。"),
            field="met_at_station",
        )


def _settle(act: Act, matter: Matter, proof: str) -> None:
    prepare_call_back(act, matter)
    answer = write_text(act, matter, "answer", proof)
    settlement = Settlement.objects.create(
        case=matter.row,
        round=matter.projection.round,
        result="solved",
        text=answer,
        drafted_by=act.actor.id,
        drafted_at=act.now,
    )
    happen(act, matter, Happens.FULFILLED, {"settlement": str(settlement.pk), "result": "solved"})
    tell_worker(act, matter, "settled", answer=answer.text[:200])
    act.publish(CaseSettled(matter.row.pk, matter.projection.round, "solved"))
