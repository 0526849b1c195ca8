"""Payments put together for a bank, sealed, sent, answered."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import connection
from django.db.models import F, Q, Sum

from gongyou.basics.money import fen_to_text
from gongyou.basics.refusal import says
from gongyou.engines.benefits.definitions import (
    BatchState,
    BenefitRules,
    OrderState,
    RecoveryState,
)
from gongyou.engines.benefits.events import BatchSent, ReturnsTaken
from gongyou.engines.benefits.models import (
    Batch,
    BatchLine,
    Entitlement,
    Order,
    Recovery,
    Round,
)
from gongyou.engines.benefits.ports import BankAnswer, WrongLine
from gongyou.engines.benefits.steps.booking import Posting, book, book_rows, number_of, purpose_of
from gongyou.engines.benefits.steps.chasing import chase
from gongyou.engines.benefits.steps.settling import settle_again
from gongyou.engines.benefits.steps.totals import Hex, totals_of_rows
from gongyou.institutions.ledger.steps import Control
from gongyou.institutions.procedures.definitions import ApprovalPlan
from gongyou.institutions.procedures.steps import open_approval
from gongyou.kernel.actions import Act
from gongyou.kernel.bulk import count_rows, make_room, update_columns, update_many
from gongyou.kernel.errors import DomainError, NotFound
from gongyou.kernel.ids import id_in_sql
from gongyou.kernel.worklist import drop_todos_of

STRETCH = 20_000
ABOUT = "benefits.batch"
WRONG_KEPT = 200
AT_ONCE = 500
UNDER_WAY_OR_PAID = (OrderState.BATCHED, OrderState.SENT, OrderState.PAID)


@dataclass(frozen=True)
class Sorted:
    """A return file against its batch: (line id, order, attempt, fen) paid; with the reason too where it failed."""

    paid: tuple[tuple[UUID, UUID, int, int], ...]
    failed: tuple[tuple[UUID, UUID, int, int, str], ...]
    wrong: tuple[WrongLine, ...]


def locked_batch(batch_id: UUID, *states: BatchState) -> Batch:
    """Raises NotFound, DomainError where the batch stands elsewhere."""
    row = Batch.objects.select_for_update().filter(pk=batch_id).first()
    if row is None:
        raise NotFound(says("没有找到这个批次。"))
    if states and row.state not in states:
        raise DomainError(
            "batch_elsewhere",
            says("批次{number}现在是“{state}”，不能做这一步。"),
            says("请刷新页面，按页面列出的下一步办理。"),
            status=409,
            number=row.number,
            state=row.state,
        )
    return row


def fill_batch(act: Act, row: Batch, rules: BenefitRules) -> None:
    """Lines of a new batch, its payments taken, its totals sealed. Raises DomainError: nothing, or somebody quicker."""
    make_room()
    if not _write_lines(row, rules):
        raise DomainError(
            "nothing_to_batch",
            says("没有可以送银行的款项。"),
            says("请先看看哪些对象还没有可用的账户。"),
            status=409,
        )
    lines = BatchLine.objects.filter(batch=row).order_by("position")
    row.line_count, row.sum_fen, row.digest = totals_of_rows(
        lines, "amount_fen", (Hex("order_id"), "amount_fen", Hex("account_id"))
    )
    count_rows(BatchLine, row.line_count)
    taken = Order.objects.filter(
        pk__in=BatchLine.objects.filter(batch=row).values("order"), state=OrderState.OWED
    )
    if taken.update(state=OrderState.BATCHED, attempt=F("attempt") + 1) != row.line_count:
        raise DomainError(
            "orders_taken",
            says("有人同时在组批，这些款项刚刚变了，没有组成批次。"),
            says("请刷新后重试。"),
            status=409,
        )
    row.is_sealed = True
    row.save(update_fields=["line_count", "sum_fen", "digest", "is_sealed"])
    done = Round.objects.filter(programme=row.programme, area=row.area, period=row.period)
    drop_todos_of(act, subject_ids=list(done.values_list("pk", flat=True)), kind="benefits.batch")


def _write_lines(row: Batch, rules: BenefitRules) -> int:
    """Owed payments whose subject has a working account (confirmed, where the area asks for it). Returns how many."""
    new, moment = id_in_sql(connection.vendor)
    confirmed = " AND a.confirmed_at IS NOT NULL" if rules.confirms_account else ""
    given = (row.programme, row.area, row.period, rules.most_lines)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO benefits_batchline (id, batch_id, order_id, account_id, attempt, position, amount_fen, result,"  # noqa: S608
            f" reason) SELECT {new}, %s, o.id, a.id, o.attempt + 1, row_number() OVER (ORDER BY o.id), o.amount_fen,"
            " '', '' FROM benefits_order o JOIN benefits_entitlement e ON e.id = o.entitlement_id"
            " JOIN benefits_subjectaccount a ON a.area = e.area AND a.subject = e.subject AND a.state = 'active'"
            f"{confirmed} WHERE o.state = 'owed' AND e.programme = %s AND e.area = %s AND e.period = %s"
            " ORDER BY o.id LIMIT %s",
            [moment, row.pk.hex if connection.vendor == "sqlite" else row.pk, *given],
        )
        return int(cursor.rowcount)


def ask_approval(act: Act, row: Batch, plan: ApprovalPlan, title: str) -> None:
    """Every yes of the pack's plan, to the digest, count and sum of this batch."""
    found = open_approval(
        act,
        plan=plan,
        office_path=row.office_path,
        about_kind=ABOUT,
        about_id=row.pk,
        digest=row.digest,
        count=row.line_count,
        sum_fen=row.sum_fen,
        title=title,
    )
    row.approval_id = found.id
    row.save(update_fields=["approval_id"])


def refuse_one_person(act: Act, row: Batch) -> None:
    """Raises DomainError: whoever made a batch never sends it."""
    if act.actor.id == row.prepared_by:
        raise DomainError(
            "same_person",
            says("组批和送银行不能是同一个人。"),
            says("请由另一位同志送银行。"),
            status=409,
        )


def dissolve(act: Act, row: Batch) -> None:
    """Refused or taken back before it was sent: its payments are owed again."""
    mine = Order.objects.filter(pk__in=BatchLine.objects.filter(batch=row).values("order"))
    mine.filter(state=OrderState.BATCHED).update(state=OrderState.OWED)
    row.state = BatchState.DISSOLVED
    row.save(update_fields=["state"])
    settle_again(act, _differing(_decided_anew(row)))


def send(act: Act, row: Batch) -> None:
    """The file went to the bank: the money is under way from now on."""
    make_room()
    _refuse_too_much(row)
    row.state, row.sent_by, row.sent_at = BatchState.SENT, act.actor.id, act.now
    row.save(update_fields=["state", "sent_by", "sent_at"])
    mine = Order.objects.filter(pk__in=BatchLine.objects.filter(batch=row).values("order"))
    if mine.filter(state=OrderState.BATCHED).update(state=OrderState.SENT) != row.line_count:
        raise RuntimeError(f"batch {row.number} lost payments")
    lines = BatchLine.objects.filter(batch=row)
    book_rows(
        act, _posting(row), "send", lines, "order_id", F("attempt"), Control(row.line_count, row.sum_fen)
    )
    act.publish(BatchSent(row.pk, row.line_count, row.sum_fen))


def _refuse_too_much(row: Batch) -> None:
    """Decided anew since it was put together: somebody would get more than the last valid decision says."""
    count = len(_over(_decided_anew(row)))
    if count:
        raise DomainError(
            "decided_anew",
            says("这一批里有{count}个对象的结果后来变了，不能再送银行。"),
            says("请解散这个批次，按新的结果重新组批。"),
            status=409,
            count=count,
        )


def _over(ids: Sequence[UUID]) -> list[UUID]:
    """Entitlements of which more is under way or paid than decided (given back counted off)."""
    found = []
    for start in range(0, len(ids), AT_ONCE):
        some = ids[start : start + AT_ONCE]
        out = Order.objects.filter(entitlement__in=some, state__in=UNDER_WAY_OR_PAID).values("entitlement")
        sums = dict(out.annotate(fen=Sum("amount_fen")).values_list("entitlement", "fen"))
        back = Recovery.objects.filter(entitlement__in=some).values("entitlement")
        given = dict(back.annotate(fen=Sum("recovered_fen")).values_list("entitlement", "fen"))
        decided = Entitlement.objects.filter(pk__in=some).values_list("pk", "decided_fen")
        found += [pk for pk, fen in decided if sums.get(pk, 0) - given.get(pk, 0) > fen]
    return found


def sort_answers(row: Batch, answers: Sequence[BankAnswer]) -> Sorted:
    """Each answer beside what was sent; what does not fit becomes a sentence and changes nothing."""
    sent = {
        number_of(order): (pk, order, attempt, fen, result)
        for pk, order, attempt, fen, result in BatchLine.objects.filter(batch=row)
        .values_list("pk", "order_id", "attempt", "amount_fen", "result").iterator(STRETCH)
    }  # fmt: skip
    paid, failed, wrong = [], [], []
    seen: set[str] = set()
    for answer in answers:
        line = sent.get(answer.number)
        fault = _fault(answer, line, seen)
        if fault is not None:
            wrong.append(fault)
        elif line is not None and not line[4]:
            if answer.is_paid:
                paid.append(line[:4])
            else:
                failed.append((*line[:4], answer.reason[:120]))
        seen.add(answer.number)
    return Sorted(tuple(paid), tuple(failed), tuple(wrong))


def _fault(
    answer: BankAnswer, line: tuple[UUID, UUID, int, int, str] | None, seen: set[str]
) -> WrongLine | None:
    row = answer.row
    if line is None:
        params = {"row": row, "number": answer.number[:40]}
        return WrongLine(row, says("第{row}行的编号{number}不在这个批次里。"), params)
    if answer.number in seen:
        params = {"row": row, "number": answer.number}
        return WrongLine(row, says("第{row}行的编号{number}前面已经有了。"), params)
    if answer.amount_fen != line[3]:
        params = {"row": row, "sent": fen_to_text(line[3]), "found": fen_to_text(answer.amount_fen)}
        return WrongLine(row, says("第{row}行的金额是{found}元，送出的是{sent}元。"), params)
    if line[4] and (line[4] == "paid") != answer.is_paid:
        return WrongLine(row, says("第{row}行和以前的回盘结果不一样。"), {"row": row})
    return None


def take_answers(act: Act, row: Batch, found: Sorted) -> None:
    """Paid and failed payments: lines, payments, books, and the search for accounts."""
    make_room()
    _answer(act, found)
    paid = [(number_of(order), attempt, fen) for _, order, attempt, fen in found.paid]
    failed = [(number_of(order), attempt, fen) for _, order, attempt, fen, _ in found.failed]
    book(act, _posting(row), "settle", paid)
    book(act, _posting(row), "bounce", failed)
    row.paid_count += len(paid)
    row.paid_fen += sum(fen for _, _, fen in paid)
    row.failed_count += len(failed)
    if row.paid_count + row.failed_count == row.line_count:
        row.state = BatchState.ANSWERED
    row.save(update_fields=["paid_count", "paid_fen", "failed_count", "state"])
    chase(
        act,
        row.office_path,
        [(order, reason) for _, order, _, _, reason in found.failed],
        account_failed=True,
    )
    settle_again(act, _differing(_decided_anew(row)))
    act.about(f"batch:{row.pk}", row.office_path)
    act.publish(ReturnsTaken(row.pk, len(paid), len(failed)))


def _answer(act: Act, found: Sorted) -> None:
    lines = [(pk, "paid", "", act.now) for pk, *_ in found.paid]
    lines += [(pk, "returned", reason, act.now) for pk, _, _, _, reason in found.failed]
    for start in range(0, len(lines), STRETCH):
        update_columns(BatchLine, ("result", "reason", "answered_at"), lines[start : start + STRETCH])
    orders = [(o, OrderState.PAID.value) for _, o, _, _ in found.paid]
    orders += [(o, OrderState.RETURNED.value) for _, o, _, _, _ in found.failed]
    for start in range(0, len(orders), STRETCH):
        update_many(Order, "state", orders[start : start + STRETCH])


def _decided_anew(row: Batch) -> list[UUID]:
    """Entitlements of the batch that a later round decided: few, so looked at one by one."""
    orders = Order.objects.filter(lines__batch=row).exclude(round=F("entitlement__round"))
    return list(orders.values_list("entitlement_id", flat=True).distinct())


def _differing(ids: Iterable[UUID]) -> list[UUID]:
    """Those of which what is owed, under way, paid, given up and not asked back is not what was decided."""
    wanted, found = list(dict.fromkeys(ids)), []
    for start in range(0, len(wanted), AT_ONCE):
        some = wanted[start : start + AT_ONCE]
        stand = dict(
            Order.objects.filter(entitlement__in=some).exclude(state=OrderState.CANCELLED)
            .values("entitlement").annotate(fen=Sum("amount_fen")).values_list("entitlement", "fen")
        )  # fmt: skip
        asked = (
            Recovery.objects.filter(entitlement__in=some)
            .values("entitlement")
            .annotate(
                back=Sum("recovered_fen"),
                open=Sum(F("amount_fen") - F("recovered_fen"), filter=Q(state=RecoveryState.OPEN)),
            )
        )
        claims = {
            pk: back + (still or 0) for pk, back, still in asked.values_list("entitlement", "back", "open")
        }
        found += [
            pk
            for pk, decided in Entitlement.objects.filter(pk__in=some).values_list("pk", "decided_fen")
            if stand.get(pk, 0) - claims.get(pk, 0) != decided
        ]
    return found


def _posting(row: Batch) -> Posting:
    return Posting(
        row.book_id,
        row.number,
        purpose_of(row),
        (row.prepared_by, row.sent_by),
        row.approval_id,
    )
