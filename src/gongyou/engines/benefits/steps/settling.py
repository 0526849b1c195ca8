"""What is owed, so that every subject ends at exactly what the last valid decision says.

To pay = decided − (paid − given back) − under way − given up. What was paid or is under way beyond the decision is
claimed back, as far as it was paid; what is under way is looked at again when the bank answers. Payments not sent yet
are replaced, never changed.
"""

# ruff: noqa: S608 — our own names alone

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Sum, Value
from django.db.models.functions import Coalesce

from gongyou.basics.refusal import says
from gongyou.engines.benefits.definitions import SPENT, UNSENT, OrderState, RecoveryState, RoundState
from gongyou.engines.benefits.events import RoundCommitted
from gongyou.engines.benefits.models import (
    AccountChase,
    Entitlement,
    Line,
    Order,
    Recovery,
    Round,
    SubjectAccount,
)
from gongyou.engines.benefits.steps.booking import Posting, book, book_rows, number_of, purpose_of
from gongyou.engines.benefits.steps.chasing import chase
from gongyou.engines.benefits.steps.taking import remind, require_state
from gongyou.institutions.ledger.steps import Control, Entry
from gongyou.kernel.actions import Act
from gongyou.kernel.bulk import count_rows, insert_many, make_room
from gongyou.kernel.errors import DomainError
from gongyou.kernel.ids import new_id

ORDER_COLUMNS = ("id", "entitlement_id", "round_id", "amount_fen", "state", "attempt")
AT_ONCE = 500
STRETCH = 20_000


@dataclass
class _Changes:
    """What settling found, by flow of the book."""

    orders: list[tuple[Any, ...]] = field(default_factory=list)
    claims: list[Recovery] = field(default_factory=list)
    cancel: list[Entry] = field(default_factory=list)
    unclaim: list[Entry] = field(default_factory=list)

    @property
    def owed_fen(self) -> int:
        return sum(row[3] for row in self.orders)


@dataclass(frozen=True)
class _Stand:
    """Money of one entitlement: spent (under way, paid, given up), paid, given up, given back, still asked back."""

    spent: int = 0
    paid: int = 0
    lapsed: int = 0
    recovered: int = 0
    claimed: int = 0


def commit_round(act: Act, row: Round) -> None:
    """An approved round becomes money owed: entitlements, payments, claims, books, in one.

    Raises DomainError: not approved, budget not enough, a subject that has it from another area.
    """
    require_state(row, RoundState.APPROVED)
    make_room()
    _refuse_other_areas(row)
    _write_entitlements(row)
    count_rows(Entitlement, row.line_count)
    owed = settle(act, Entitlement.objects.filter(round=row), row, approval_id=row.approval_id, is_whole=True)
    row.state, row.refusal = RoundState.COMMITTED, {}
    row.committed_by, row.committed_at = act.actor.id, act.now
    row.order_count, row.order_sum_fen = owed.count, owed.sum_fen
    row.save(
        update_fields=["state", "refusal", "committed_by", "committed_at", "order_count", "order_sum_fen"]
    )
    act.about(f"round:{row.pk}", row.office_path)
    act.publish(RoundCommitted(row.pk, row.order_count, row.order_sum_fen))
    if row.order_count:
        remind(act, row, "benefits.batch", says("组成批次，送银行"))


def settle(
    act: Act,
    which: QuerySet[Entitlement],
    row: Round,
    *,
    approval_id: UUID | None = None,
    is_whole: bool = False,
) -> Control:
    """Bring these entitlements to what was decided; `row`: the round it is booked under. Returns what is owed by it.

    `is_whole`: they are all of a round just written. Whoever had nothing before is then owed what was decided, in one
    statement; only the others are looked at one by one.
    """
    found = _found(act, which.filter(_TOUCHED) if is_whole else which, row)
    if is_whole:
        _owe_first(row)
    insert_many(Order, ORDER_COLUMNS, found.orders)
    owed = _owed_by(row) if is_whole else Control(len(found.orders), found.owed_fen)
    count_rows(Order, owed.count)
    Recovery.objects.bulk_create(found.claims)
    if row.book_id is None:
        raise RuntimeError(f"round {row.pk} has no book")
    approval = approval_id or row.approval_id
    what = Posting(row.book_id, f"r{row.number}", purpose_of(row),
                   (row.prepared_by, row.committed_by), approval)  # fmt: skip
    book(act, what, "cancel", found.cancel)
    book(act, what, "unclaim", found.unclaim)
    if owed.count:
        book(act, what, "commit", [(act.id.hex, 1, owed.sum_fen)])
    if is_whole:
        book_rows(act, what, "owe", Order.objects.filter(round=row), "id", Value(1), owed)
    else:
        book(act, what, "owe", [(number_of(order[0]), 1, order[3]) for order in found.orders])
    book(act, what, "claim", [(number_of(r.pk), 1, r.amount_fen) for r in found.claims])
    _look_for_accounts(act, which, row)
    return owed


_TOUCHED = Exists(Order.objects.filter(entitlement=OuterRef("pk"))) | Exists(
    Recovery.objects.filter(entitlement=OuterRef("pk"))
)


def _owe_first(row: Round) -> None:
    """Whoever never was owed anything: a payment with the id of its line, so that no id is made and no row travels."""
    fit = row.pk.hex if connection.vendor == "sqlite" else row.pk
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO benefits_order (id, entitlement_id, round_id, amount_fen, state, attempt)"
            " SELECT l.id, e.id, l.round_id, e.decided_fen, 'owed', 0 FROM benefits_line l"
            " JOIN benefits_entitlement e ON e.round_id = l.round_id AND e.subject = l.subject"
            " WHERE l.round_id = %s AND e.decided_fen > 0"
            " AND NOT EXISTS (SELECT 1 FROM benefits_order o WHERE o.entitlement_id = e.id)"
            " AND NOT EXISTS (SELECT 1 FROM benefits_recovery r WHERE r.entitlement_id = e.id)",
            [fit],
        )


def _owed_by(row: Round) -> Control:
    """What a round just committed owes: every payment under it."""
    found = Order.objects.filter(round=row).aggregate(n=Count("pk"), fen=Coalesce(Sum("amount_fen"), 0))
    return Control(found["n"], found["fen"])


def _look_for_accounts(act: Act, which: QuerySet[Entitlement], row: Round) -> None:
    """What is owed to somebody without a working account is looked after from the first day."""
    active = SubjectAccount.objects.filter(
        area=row.area, subject=OuterRef("entitlement__subject"), state="active"
    )
    missing = Order.objects.filter(~Exists(active), entitlement__in=which, state=OrderState.OWED)
    orders = [(pk, "") for pk in missing.order_by("pk").values_list("pk", flat=True)]
    chase(act, row.office_path, orders, account_failed=False)


def _found(act: Act, which: QuerySet[Entitlement], row: Round) -> _Changes:
    changes = _Changes(cancel=_cancel(act, which))
    stands = _stands(which)
    for pk, decided in which.order_by("pk").values_list("pk", "decided_fen").iterator(STRETCH):
        stand = stands.get(pk, _NOTHING)
        net = decided - stand.spent + stand.recovered
        if net > 0:
            changes.orders.append((new_id(), pk, row.pk, net, OrderState.OWED.value, 0))
        claim = max(0, min(stand.paid - stand.recovered, -net - stand.lapsed))
        if claim == stand.claimed:
            continue
        if stand.claimed:
            changes.unclaim.append(_withdraw(pk))
        if claim:
            changes.claims.append(Recovery(id=new_id(), entitlement_id=pk, amount_fen=claim, round=row,
                                           claimed_by=row.prepared_by, claimed_at=act.now))  # fmt: skip
    return changes


_NOTHING = _Stand()


def _cancel(act: Act, which: QuerySet[Entitlement]) -> list[Entry]:
    """Payments that did not leave the house are replaced by what is owed now."""
    rows = list(
        Order.objects.filter(entitlement__in=which, state__in=UNSENT)
        .select_for_update(of=_only_self())
        .order_by("pk")
        .values_list("pk", "amount_fen")
    )
    for start in range(0, len(rows), AT_ONCE):
        ids = [pk for pk, _ in rows[start : start + AT_ONCE]]
        Order.objects.filter(pk__in=ids).update(state=OrderState.CANCELLED)
        AccountChase.objects.filter(order__in=ids, state="open").update(
            state="dropped", ended_on=act.now.date(), next_on=None
        )
    return [(number_of(pk), 1, fen) for pk, fen in rows]


def _only_self() -> tuple[str, ...]:
    return ("self",) if connection.features.has_select_for_update_of else ()


def _stands(which: QuerySet[Entitlement]) -> dict[UUID, _Stand]:
    """Of every entitlement that has payments or claims already."""
    orders = Order.objects.filter(entitlement__in=which, state__in=SPENT).values("entitlement")
    found: dict[UUID, list[int]] = {}
    sums = orders.annotate(
        spent=Sum("amount_fen"),
        paid=Sum("amount_fen", filter=Q(state=OrderState.PAID)),
        lapsed=Sum("amount_fen", filter=Q(state=OrderState.LAPSED)),
    )
    for pk, spent, paid, lapsed in sums.values_list("entitlement", "spent", "paid", "lapsed").iterator(
        STRETCH
    ):
        found[pk] = [spent, paid or 0, lapsed or 0, 0, 0]
    claims = Recovery.objects.filter(entitlement__in=which).values("entitlement")
    asked = claims.annotate(
        back=Sum("recovered_fen"),
        claimed=Sum(F("amount_fen") - F("recovered_fen"), filter=Q(state=RecoveryState.OPEN)),
    )
    for pk, back, claimed in asked.values_list("entitlement", "back", "claimed"):
        stand = found.setdefault(pk, [0, 0, 0, 0, 0])
        stand[3], stand[4] = back, claimed or 0
    return {pk: _Stand(*five) for pk, five in found.items()}


def _withdraw(entitlement_id: UUID) -> Entry:
    """The open claim ends; what already came back stays."""
    claim = Recovery.objects.select_for_update().get(entitlement=entitlement_id, state=RecoveryState.OPEN)
    claim.state = RecoveryState.WITHDRAWN
    claim.save(update_fields=["state"])
    return number_of(claim.pk), 1, claim.amount_fen - claim.recovered_fen


def _refuse_other_areas(row: Round) -> None:
    others = Entitlement.objects.filter(
        programme=row.programme, period=row.period, instalment=row.instalment, decided_fen__gt=0
    ).exclude(area=row.area)
    if not others.exists():
        return
    lines = Line.objects.filter(round=row, decided_fen__gt=0, subject__in=others.values("subject"))
    first = lines.order_by("subject").values_list("subject", flat=True).first()
    if first is not None:
        raise DomainError(
            "paid_elsewhere",
            says("有{count}个对象已由别的地区计发，例如{subject}。"),
            says("同一期只能由一个地区发放：请核对参保地，改正数据后重新计算。"),
            status=409,
            count=lines.count(),
            subject=first,
        )


def _write_entitlements(row: Round) -> None:
    """One statement for the whole round: what the lines say is what is valid from now on."""
    given: Sequence[Any] = (
        row.programme, row.area, row.office_path, row.period, row.instalment, row.pk, row.pk,
    )  # fmt: skip
    fit = [v.hex if isinstance(v, UUID) and connection.vendor == "sqlite" else v for v in given]
    # Nobody has anything for this instalment yet: no row can be in the way, and looking for one costs half as much again.
    same = Entitlement.objects.filter(programme=row.programme, period=row.period, instalment=row.instalment)
    otherwise = _OR_CHANGE if same.exists() else ""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO benefits_entitlement (id, programme, area, office_path, period, instalment, subject, name,"
            " decided_fen, run_id, round_id)"
            " SELECT l.id, %s, %s, %s, %s, %s, l.subject, l.name, l.decided_fen, l.run_id, %s"
            " FROM benefits_line l WHERE l.round_id = %s" + otherwise,
            fit,
        )


_OR_CHANGE = (
    " ON CONFLICT (programme, period, subject, instalment) DO UPDATE SET decided_fen = excluded.decided_fen,"
    " area = excluded.area, office_path = excluded.office_path, name = excluded.name,"
    " run_id = excluded.run_id, round_id = excluded.round_id"
)


def settle_again(act: Act, ids: Iterable[UUID]) -> None:
    """After the bank answered: entitlements that were decided anew while money was under way."""
    wanted = list(ids)
    for start in range(0, len(wanted), AT_ONCE):
        some = Entitlement.objects.filter(pk__in=wanted[start : start + AT_ONCE])
        rounds = Round.objects.filter(pk__in=some.values("round"))
        for row in rounds.order_by("number"):
            settle(act, some.filter(round=row), row)
