"""A sanction: proposed within the bounds by an officer, decided by another person, carried out, told to the police."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from gongyou.basics.inputs import read_text
from gongyou.basics.money import fen_to_text
from gongyou.basics.refusal import says
from gongyou.engines.oversight.definitions.sanctions import Facts, Sanction, check_sanction
from gongyou.engines.oversight.definitions.words import ANSWERS, MatterState, Money
from gongyou.engines.oversight.models import Decision, Matter, Payment
from gongyou.engines.oversight.queries.rules import rules_at
from gongyou.engines.oversight.services.clues import MatterRef
from gongyou.engines.oversight.steps.booking import book_payment, require_books
from gongyou.engines.oversight.steps.deciding import DECISION, finish_where_all_is_done
from gongyou.engines.oversight.steps.matters import locked, moved, require_heard, require_officer
from gongyou.institutions.procedures import queries as procedures
from gongyou.institutions.procedures.steps import open_approval, withdraw_open
from gongyou.kernel.actions import Act, action
from gongyou.kernel.canonical import canonical, plain
from gongyou.kernel.errors import DomainError, NotFound
from gongyou.kernel.ids import new_id

INQUIRE, CONFIRM = "oversight.inquire", "oversight.confirm_payment"


@dataclass(frozen=True)
class Proposal:
    """What an officer proposes: the number of the decision, the facts found, the sanction; why so late, where it is."""

    number: str
    facts: str
    found_fen: int
    is_first: bool
    gives_back: bool
    sanction: Sanction
    late_reason: str = ""


@dataclass(frozen=True)
class PaymentRef:
    id: UUID
    version: int


@action("oversight.propose_decision", right=INQUIRE, answers=MatterRef)
def propose_decision(act: Act, *, matter_id: UUID, version: int, proposal: Proposal) -> MatterRef:
    """Put a sanction up for another person's yes. Raises NotFound, NotAllowed, Stale, Refusal: nobody heard, the time
    for a statement runs, outside the law or the table, too late without a reason, books not open."""
    row = locked(act, matter_id, version, INQUIRE, MatterState.TOLD)
    require_officer(act, row)
    require_heard(row)
    _require_answered(act, row)
    rules = rules_at(row.rules_hash)
    facts = Facts(proposal.found_fen, proposal.is_first, proposal.gives_back)
    band = check_sanction(rules, facts, proposal.sanction)
    require_books(row.area, rules)
    is_late = row.due_on is not None and act.now.date() > row.due_on
    decision = _decision(act, row, proposal, band.id, is_late=is_late)
    decision.approval_id = open_approval(
        act,
        plan=procedures.approval_plan(row.area, row.programme, rules.decision_approval),
        office_path=row.office_path,
        about_kind=DECISION,
        about_id=decision.id,
        digest=decision.digest,
        count=1,
        sum_fen=decision.returned_fen + decision.fine_fen,
        title=f"{decision.number} {row.number}",
    ).id
    decision.save(force_insert=True)
    row.state = MatterState.PROPOSED
    moved(act, row, "proposed", document=decision.number, data={"band": band.id})
    return MatterRef(row.pk, row.number, row.version)


def _decision(act: Act, row: Matter, proposal: Proposal, band: str, *, is_late: bool) -> Decision:
    sanction = proposal.sanction
    content = {"matter": row.number, "band": band, **plain(proposal)}
    return Decision(
        id=new_id(),
        matter=row,
        number=read_text(proposal.number, field="number", longest=40, is_needed=True),
        facts=read_text(proposal.facts, field="facts", longest=2000, is_needed=True),
        is_first=proposal.is_first,
        gives_back=proposal.gives_back,
        found_fen=proposal.found_fen,
        returned_fen=sanction.returned_fen,
        fine_tenths=sanction.fine_tenths,
        fine_fen=sanction.fine_fen,
        suspension_months=sanction.suspension_months,
        band=band,
        late_reason=read_text(proposal.late_reason, field="late_reason", longest=200, is_needed=is_late),
        digest=hashlib.sha256(canonical(content)).hexdigest(),
        proposed_by=act.actor.id,
        proposed_by_name=act.actor.name[:40],
        proposed_at=act.now,
    )


def _require_answered(act: Act, row: Matter) -> None:
    """A statement was taken down (or waived), or the days for it are over."""
    has_answer = row.hearings.filter(kind__in=ANSWERS).exists()
    if not has_answer and row.answer_until is not None and act.now.date() <= row.answer_until:
        raise DomainError(
            "statement_time_runs",
            says("本人还可以陈述、申辩、要求听证，到{day}为止。"),
            says("请先记下陈述申辩；期满没有提出的，次日起可以提出决定。"),
            status=409,
            day=row.answer_until.isoformat(),
        )


@action("oversight.take_back_proposal", right=INQUIRE, answers=MatterRef)
def take_back_proposal(act: Act, *, matter_id: UUID, version: int, reason: str) -> MatterRef:
    """Whoever proposed takes it back before the yes. Raises NotFound, NotAllowed, Stale, DomainError."""
    row = locked(act, matter_id, version, INQUIRE, MatterState.PROPOSED)
    require_officer(act, row)
    decision = Decision.objects.select_for_update().get(matter=row, state="open")
    text = read_text(reason, field="reason", longest=200, is_needed=True)
    if procedures.is_approved(decision.approval_id, decision.digest):
        raise DomainError(
            "approved_already",
            says("另一位同志已经批准，不能再撤回。"),
            says("请刷新页面查看决定。"),
            status=409,
        )
    withdraw_open(act, about_kind=DECISION, about_id=decision.pk, reason=text)
    decision.state = "refused"
    decision.save(update_fields=["state"])
    row.state = MatterState.TOLD
    moved(act, row, "proposal_taken_back", document=decision.number, note=text)
    return MatterRef(row.pk, row.number, row.version)


@action("oversight.note_delivery", right=INQUIRE, answers=MatterRef)
def note_delivery(act: Act, *, matter_id: UUID, version: int, delivered_on: date, document: str) -> MatterRef:
    """The decision was handed over: payment, review and lawsuit count from that day. Raises as the others."""
    row = locked(act, matter_id, version, INQUIRE, MatterState.DECIDED)
    require_officer(act, row)
    decision = _issued(row)
    if decision.issued_on is None or not decision.issued_on <= delivered_on <= act.now.date():
        raise DomainError(
            "delivery_day",
            says("送达日期要在决定作出之后、今天之前。"),
            says("请按送达回证填写。"),
            field="delivered_on",
        )
    if decision.delivered_on is not None:
        raise DomainError("delivered_before", says("送达已经登记过。"), status=409)
    decision.delivered_on = delivered_on
    decision.save(update_fields=["delivered_on"])
    moved(act, row, "delivered", document=read_text(document, field="document", longest=80, is_needed=True))
    return MatterRef(row.pk, row.number, row.version)


@action("oversight.note_payment", right=INQUIRE, answers=PaymentRef)
def note_payment(
    act: Act, *, matter_id: UUID, version: int, money: str, amount_fen: int, paid_on: date, receipt: str
) -> PaymentRef:
    """Money came in, by its receipt; nothing is posted before another person confirms. Raises as the others."""
    row = locked(act, matter_id, version, INQUIRE, MatterState.DECIDED)
    decision = _issued(row)
    kind = _money(money)
    owed = decision.returned_fen if kind is Money.RETURNED else decision.fine_fen
    noted = sum(decision.payments.filter(money=kind.value).values_list("amount_fen", flat=True))
    if not 0 < amount_fen <= owed - noted:
        raise DomainError(
            "more_than_owed",
            says("金额不对：还差{left}元。"),
            says("请核对收据和款项。"),
            field="amount_yuan",
            left=fen_to_text(owed - noted),
        )
    if decision.issued_on is None or not decision.issued_on <= paid_on <= act.now.date():
        raise DomainError("payment_day", says("缴款日期不对。"), says("请按收据填写。"), field="paid_on")
    paid = Payment.objects.create(
        id=new_id(),
        decision=decision,
        money=kind.value,
        amount_fen=amount_fen,
        paid_on=paid_on,
        receipt=_new_receipt(decision, kind, receipt),
        noted_by=act.actor.id,
        noted_by_name=act.actor.name[:40],
        noted_at=act.now,
    )
    moved(act, row, "payment_noted", document=paid.receipt, data={"money": kind.value, "fen": amount_fen})
    return PaymentRef(paid.pk, row.version)


@action("oversight.confirm_payment", right=CONFIRM, answers=PaymentRef)
def confirm_payment(act: Act, *, payment_id: UUID) -> PaymentRef:
    """Another person than noted it finds it in the bank and posts it: returned money to the fund's book, fines to the
    treasury's. Raises NotFound, NotAllowed, DomainError."""
    paid = Payment.objects.select_for_update().filter(pk=payment_id).first()
    if paid is None:
        raise NotFound(says("没有找到这笔款。"))
    decision = Decision.objects.select_related("matter").get(pk=paid.decision_id)
    row = Matter.objects.select_for_update().get(pk=decision.matter_id)
    act.require(CONFIRM, row.office_path)
    if paid.confirmed_at is not None:
        raise DomainError("confirmed_before", says("这笔款已经确认过。"), status=409)
    if paid.noted_by == act.actor.id:
        raise DomainError(
            "same_person", says("登记和确认不能是同一个人。"), says("请由另一位同志确认。"), status=409
        )
    posted = book_payment(
        act,
        decision,
        rules_at(row.rules_hash),
        money=Money(paid.money),
        fen=paid.amount_fen,
        paid_on=paid.paid_on,
        receipt=paid.receipt,
        by=paid.noted_by,
    )
    paid.confirmed_by, paid.confirmed_by_name, paid.confirmed_at = act.actor.id, act.actor.name[:40], act.now
    paid.posting_id = posted.id
    paid.save()
    moved(
        act,
        row,
        "payment_confirmed",
        document=paid.receipt,
        data={"money": paid.money, "fen": paid.amount_fen},
    )
    finish_where_all_is_done(act, decision)
    return PaymentRef(paid.pk, row.version)


@action("oversight.refer_to_police", right=INQUIRE, answers=MatterRef)
def refer_to_police(
    act: Act, *, matter_id: UUID, version: int, document: str, body: str, on: date
) -> MatterRef:
    """The matter was handed over as it may be a crime; the record says when, to whom, by which document."""
    row = locked(
        act,
        matter_id,
        version,
        INQUIRE,
        MatterState.FILED,
        MatterState.TOLD,
        MatterState.DECIDED,
        MatterState.DONE,
    )
    require_officer(act, row)
    if row.filed_on is None or not row.filed_on <= on <= act.now.date():
        raise DomainError("referral_day", says("移送日期不对。"), says("请按移送函填写。"), field="on")
    row.referred_on = on
    document = read_text(document, field="document", longest=80, is_needed=True)
    note = read_text(body, field="body", longest=80, is_needed=True)
    moved(act, row, "referred", document=document, note=note, data={"on": on.isoformat()})
    return MatterRef(row.pk, row.number, row.version)


def _issued(row: Matter) -> Decision:
    return Decision.objects.select_for_update().get(matter=row, state="issued")


def _money(money: str) -> Money:
    try:
        return Money(money)
    except ValueError as error:
        raise DomainError("money_unknown", says("请选择是退回的钱还是罚款。"), field="money") from error


def _new_receipt(decision: Decision, money: Money, receipt: str) -> str:
    clean = read_text(receipt, field="receipt", longest=40, is_needed=True)
    if decision.payments.filter(money=money.value, receipt=clean).exists():
        raise DomainError(
            "receipt_twice", says("收据{receipt}已经登记过。"), field="receipt", status=409, receipt=clean
        )
    return clean
