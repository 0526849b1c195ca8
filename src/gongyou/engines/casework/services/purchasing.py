"""Requested facilities: asked, decided by a second person, ordered, installed; everybody who asked is answered."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from gongyou.basics.refusal import says
from gongyou.engines.casework.definitions import Happens
from gongyou.engines.casework.events import FacilityInstalled
from gongyou.engines.casework.loop import allowed
from gongyou.engines.casework.models import Purchase, PurchaseAsk, Settlement
from gongyou.engines.casework.steps.matter import Matter, happen, load, write_text
from gongyou.engines.casework.steps.settling import settle
from gongyou.kernel.actions import Act, action
from gongyou.kernel.errors import DomainError, NotFound, Stale
from gongyou.kernel.ids import new_id

HANDLE, APPROVE = "casework.handle", "casework.approve"
MOST_FEN = 100_000_000_00


@dataclass(frozen=True)
class PurchaseStanding:
    purchase_id: UUID
    state: str
    version: int
    answered: int
    """How many of those who asked were answered by this step."""


@action("casework.ask_purchase", right=HANDLE, answers=PurchaseStanding)
def ask_purchase(act: Act, *, case_id: UUID, title: str, spot: str = "") -> PurchaseStanding:
    """A matter that asks for a facility becomes a task to buy and install it. Raises NotAllowed, DomainError."""
    matter = _asking(act, case_id)
    purchase = Purchase.objects.create(
        id=new_id(),
        area=matter.row.area,
        office_id=matter.row.office_id,
        office_path=matter.row.office_path,
        title=_line(title, "title", 60, is_needed=True),
        spot=_line(spot, "spot", 80),
        asked_by=act.actor.id,
        asked_at=act.now,
    )
    PurchaseAsk.objects.create(purchase=purchase, case=matter.row, added_at=act.now)
    act.about(f"purchase:{purchase.pk}", purchase.office_path)
    return _standing(purchase)


@action("casework.join_purchase", right=HANDLE, answers=PurchaseStanding)
def join_purchase(act: Act, *, purchase_id: UUID, case_id: UUID) -> PurchaseStanding:
    """Somebody else asks for the same at the same office: answered together. Raises NotAllowed, DomainError."""
    purchase = _locked(act, purchase_id, None, HANDLE)
    if purchase.state in (Purchase.State.INSTALLED, Purchase.State.REFUSED):
        raise DomainError(
            "purchase_over",
            says("这项购置已经有结果。"),
            says("请直接答复这件事，或另立一项购置。"),
            status=409,
        )
    matter = _asking(act, case_id)
    if matter.row.office_id != purchase.office_id:
        raise DomainError("other_office", says("这件事不在同一个站点。"), status=409)
    PurchaseAsk.objects.create(purchase=purchase, case=matter.row, added_at=act.now)
    return _saved(purchase)


def _asking(act: Act, case_id: UUID) -> Matter:
    matter = load(act, case_id)
    act.require(HANDLE, matter.row.office_path)
    topic = next((t for t in matter.type.topics if t.id == matter.row.topic), None)
    if topic is None or not topic.facility:
        raise DomainError(
            "no_facility",
            says("这件事的类别不是添置设施。"),
            says("只有要求添置设施的事项才能转为购置。"),
            status=409,
        )
    if PurchaseAsk.objects.filter(case=matter.row).exists():
        raise DomainError("asked_before", says("这件事已经列入一项购置。"), status=409)
    if matter.projection.is_closed:
        raise DomainError("closed", says("这件事已经办结。"), status=409)
    if Happens.ACCEPTED in allowed(matter.type, matter.row.state):
        matter.row.holder_id = act.actor.id
        happen(act, matter, Happens.ACCEPTED, {"holder": str(act.actor.id)})
    return matter


@action("casework.decide_purchase", right=APPROVE, answers=PurchaseStanding)
def decide_purchase(
    act: Act, *, purchase_id: UUID, version: int, is_approved: bool, reason: str
) -> PurchaseStanding:
    """Yes or no with a reason, never by whoever asked. A no answers everybody who asked, with that reason."""
    purchase = _locked(act, purchase_id, version, APPROVE)
    _require_state(purchase, Purchase.State.ASKED)
    if purchase.asked_by == act.actor.id:
        raise DomainError(
            "own_purchase", says("提出购置的人不能自己批准。"), says("请由站长或上级决定。"), status=403
        )
    purchase.state = Purchase.State.APPROVED if is_approved else Purchase.State.REFUSED
    purchase.decided_by, purchase.decided_at = act.actor.id, act.now
    purchase.reason = _line(reason, "reason", 400, is_needed=True)
    answered = 0
    if not is_approved:
        answered = _answer_all(act, purchase, "explained_cannot", purchase.reason)
    return _saved(purchase, answered)


@action("casework.order_purchase", right=HANDLE, answers=PurchaseStanding)
def order_purchase(
    act: Act,
    *,
    purchase_id: UUID,
    version: int,
    supplier: str,
    amount_fen: int | None,
    expected_on: date | None,
) -> PurchaseStanding:
    """Ordered: from whom, for how much, expected when."""
    purchase = _locked(act, purchase_id, version, HANDLE)
    _require_state(purchase, Purchase.State.APPROVED)
    if amount_fen is not None and not 0 <= amount_fen <= MOST_FEN:
        raise DomainError("amount", says("金额不对，请核对。"), field="amount")
    purchase.state, purchase.ordered_at = Purchase.State.ORDERED, act.now
    purchase.supplier = _line(supplier, "supplier", 80, is_needed=True)
    purchase.amount_fen, purchase.expected_on = amount_fen, expected_on
    return _saved(purchase)


@action("casework.install_purchase", right=HANDLE, answers=PurchaseStanding)
def install_purchase(act: Act, *, purchase_id: UUID, version: int, answer: str) -> PurchaseStanding:
    """It stands there: every asker is answered in this transaction, and their call-backs begin."""
    purchase = _locked(act, purchase_id, version, HANDLE)
    _require_state(purchase, Purchase.State.ORDERED)
    purchase.state, purchase.installed_at = Purchase.State.INSTALLED, act.now
    purchase.installed_by = act.actor.id
    answered = _answer_all(act, purchase, "solved", _line(answer, "answer", 2000, is_needed=True))
    act.publish(FacilityInstalled(purchase.pk, purchase.office_id, purchase.title, purchase.spot, act.now))
    return _saved(purchase, answered)


def _answer_all(act: Act, purchase: Purchase, result: str, answer: str) -> int:
    """In the order of ids, so that two tasks never wait for each other. What ended meanwhile is left alone."""
    answered = 0
    for case_id in _cases(purchase):
        matter = load(act, case_id)
        if Happens.SETTLED in allowed(matter.type, matter.row.state):
            _answer(act, matter, purchase, result, answer)
            answered += 1
    act.about(f"purchase:{purchase.pk}", purchase.office_path)
    return answered


def _cases(purchase: Purchase) -> Iterable[UUID]:
    return purchase.asks.order_by("case_id").values_list("case_id", flat=True)


def _answer(act: Act, matter: Matter, purchase: Purchase, result: str, answer: str) -> None:
    """The decision on the purchase was the second person's look at it."""
    text = write_text(act, matter, "answer", answer)
    approver = purchase.decided_by if purchase.decided_by != act.actor.id else None
    settlement = Settlement.objects.create(
        case=matter.row,
        round=matter.projection.round,
        result=result,
        text=text,
        drafted_by=act.actor.id,
        drafted_at=act.now,
        approved_by=approver,
        approved_at=purchase.decided_at if approver else None,
    )
    settle(act, matter, settlement)


def _locked(act: Act, purchase_id: UUID, version: int | None, right: str) -> Purchase:
    row = Purchase.objects.select_for_update().filter(pk=purchase_id).first()
    if row is None:
        raise NotFound(says("没有找到这项购置。"))
    act.require(right, row.office_path)
    if version is not None and row.version != version:
        raise Stale
    act.about(f"purchase:{row.pk}", row.office_path)
    return row


def _require_state(row: Purchase, state: str) -> None:
    if row.state != state:
        raise DomainError(
            "not_now", says("这项购置已经走到别的步骤。"), says("请刷新页面查看最新情况。"), status=409
        )


def _line(text: str, field: str, longest: int, *, is_needed: bool = False) -> str:
    clean = text.replace("\x00", "").strip()
    if is_needed and not clean:
        raise DomainError("missing", says("这一项必须填写。"), field=field)
    if len(clean) > longest:
        raise DomainError("long_text", says("这一项最多{longest}个字。"), field=field, longest=longest)
    return clean


def _saved(row: Purchase, answered: int = 0) -> PurchaseStanding:
    row.version += 1
    row.save()
    return _standing(row, answered)


def _standing(row: Purchase, answered: int = 0) -> PurchaseStanding:
    return PurchaseStanding(row.pk, row.state, row.version, answered)
