"""Payments without a working account: messages, a call, the list, and the end."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from uuid import UUID

from gongyou.basics.refusal import says
from gongyou.engines.benefits.definitions import BenefitRules, ChaseRule, OrderState
from gongyou.engines.benefits.events import OrderLapsed
from gongyou.engines.benefits.models import (
    NOUN,
    AccountChase,
    BatchLine,
    ChaseStep,
    Order,
    Round,
    SubjectAccount,
)
from gongyou.engines.benefits.queries.rules import rules_at
from gongyou.engines.benefits.steps.booking import Posting, book, number_of, purpose_of
from gongyou.kernel.actions import Act
from gongyou.kernel.ids import new_id
from gongyou.kernel.personal_data import record_read
from gongyou.registry.queries.representatives import reachable_for
from gongyou.registry.steps import open_for_work

NO_ACCOUNT = says("没有收款账户")
PURPOSE = says("提醒补充收款账户")
AT_ONCE = 500
MESSAGE, CALL, LIST, LAPSE = "message", "call", "list", "lapse"


def chase(act: Act, office_path: str, orders: Sequence[tuple[UUID, str]], *, account_failed: bool) -> None:
    """Open the search for an account (order, reason). A failed account is not used again."""
    today = act.now.date()
    for start in range(0, len(orders), AT_ONCE):
        some = orders[start : start + AT_ONCE]
        ids = [pk for pk, _ in some]
        open_now = set(
            AccountChase.objects.filter(order__in=ids, state="open").values_list("order_id", flat=True)
        )
        AccountChase.objects.bulk_create(
            AccountChase(id=new_id(), order_id=pk, office_path=office_path, reason=reason or NO_ACCOUNT,
                         opened_on=today, next_on=today)
            for pk, reason in some
            if pk not in open_now
        )  # fmt: skip
        if account_failed:
            used = BatchLine.objects.filter(order__in=ids, result="returned").values("account")
            SubjectAccount.objects.filter(pk__in=used, state="active").update(state="failed")


def steps_of(rule: ChaseRule, opened_on: date) -> tuple[tuple[date, str], ...]:
    """What is done on which day of a search that began on `opened_on`."""
    return (
        *((opened_on + timedelta(days=day), MESSAGE) for day in rule.message_days),
        (opened_on + timedelta(days=rule.list_after_days), LIST),
        (rule.lapses_on(opened_on), LAPSE),
    )


def next_day(rule: ChaseRule, opened_on: date, done: int) -> date | None:
    """Recomputed from the beginning, never added to a stored date."""
    steps = steps_of(rule, opened_on)
    return steps[done][0] if done < len(steps) else None


def note_step(act: Act, row: AccountChase, rule: ChaseRule, kind: str, note: str = "") -> None:
    """One step was done; the next gets its day."""
    ChaseStep.objects.create(chase=row, kind=kind, at=act.now, note=note[:120])
    row.steps_done += 1
    row.next_on = next_day(rule, row.opened_on, row.steps_done)
    if kind == LIST:
        row.listed_on = act.now.date()
    row.save(update_fields=["steps_done", "next_on", "listed_on"])


def lapse(act: Act, row: AccountChase) -> None:
    """Nobody came in time: the payment is given up and the money free again."""
    order = Order.objects.select_for_update().get(pk=row.order_id)
    if order.state not in {OrderState.OWED, OrderState.RETURNED}:
        return
    of = Round.objects.get(pk=order.round_id)
    order.state = OrderState.LAPSED
    order.save(update_fields=["state"])
    row.state, row.ended_on, row.next_on = "lapsed", act.now.date(), None
    row.save(update_fields=["state", "ended_on", "next_on"])
    if of.book_id is not None:
        what = Posting(of.book_id, f"r{of.number}", purpose_of(of), (of.prepared_by,), of.approval_id)
        book(act, what, "lapse", [(number_of(order.pk), 1, order.amount_fen)])
    act.about(f"order:{order.pk}", row.office_path)
    act.publish(OrderLapsed(order.pk))


def account_is_right(act: Act, subject: str, area: str) -> int:
    """A working account is there: what was returned is owed again. Returns how many payments."""
    mine = Order.objects.filter(entitlement__subject=subject, entitlement__area=area)
    ids = list(mine.filter(state__in=[OrderState.RETURNED, OrderState.OWED]).values_list("pk", flat=True))
    Order.objects.filter(pk__in=ids, state=OrderState.RETURNED).update(state=OrderState.OWED)
    AccountChase.objects.filter(order__in=ids, state="open").update(
        state="corrected", ended_on=act.now.date(), next_on=None
    )
    return len(ids)


def phones_of(act: Act, row: AccountChase, rules: BenefitRules) -> tuple[str, ...]:
    """Where a message about a missing account goes: the number typed in with an account, else the representatives'.

    Opened for the platform's own work; the read is recorded.
    """
    entitlement = row.order.entitlement
    account = (
        SubjectAccount.objects.filter(area=entitlement.area, subject=entitlement.subject, phone__isnull=False)
        .order_by("-proposed_at")
        .first()
    )
    if account is not None and account.phone is not None:
        grant = record_read(act.actor, NOUN, [account.pk], PURPOSE)
        typed = account.phone.open(grant)
        if typed:
            return (typed,)
    if rules.subject_kind != "organisation":
        return ()
    acting = reachable_for(entitlement.area, entitlement.subject)
    people = open_for_work(act, [one.person_id for one in acting], purpose=PURPOSE)
    return tuple(phone for one in acting if (phone := people[one.person_id].phone))


def rule_of(row: AccountChase) -> ChaseRule:
    return rules_at(row.order.round.rules_hash).chase
