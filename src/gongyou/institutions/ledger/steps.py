"""Writes on books that run inside an open action: engines post their batches with these."""

from __future__ import annotations

import calendar
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Count, Sum
from django.db.models.functions import Coalesce
from django.db.utils import IntegrityError

from gongyou.basics.money import fen_to_text
from gongyou.basics.refusal import says
from gongyou.institutions.ledger.events import BatchPosted
from gongyou.institutions.ledger.models import Account, Book, Flow, Period, Posting, Transfer
from gongyou.institutions.ledger.queries.views import Posted, posted_view
from gongyou.kernel.actions import Act
from gongyou.kernel.errors import DomainError, NotFound
from gongyou.kernel.ids import new_id

CHUNK = 1000  # times nine values: below SQLite's 32,766
COLUMNS = (
    "posting_id", "book_id", "debit_id", "credit_id", "kind", "reference", "instalment", "amount_fen", "reverses",
)  # fmt: skip

Entry = tuple[str, int, int]
"""Reference, instalment, amount in fen."""


@dataclass(frozen=True)
class Selected:
    """Entries that lie in the caller's own tables: a query of reference, instalment and fen, in this order.

    One INSERT … SELECT posts them; the trigger counts what was written, whoever chose it.
    """

    sql: str
    params: tuple[Any, ...]


@dataclass(frozen=True)
class Order:
    """What is to be posted: one flow of a book on a day. `prepared_by` never posts it too."""

    book_id: UUID
    flow: str
    posted_on: date
    reference: str
    purpose: str
    prepared_by: UUID
    approval_id: UUID | None = None


@dataclass(frozen=True)
class Control:
    """How many transfers and how much money the preparer counted."""

    count: int
    sum_fen: int


def post(act: Act, order: Order, entries: Iterable[Entry] | Selected, control: Control) -> Posted:
    """Post entries of any number in one go: INSERT … SELECT, or COPY on PostgreSQL and chunks on SQLite.

    Raises DomainError: closed period, not enough on an account, posted before, totals that differ, one person.
    """
    posting = _open(act, order, control)

    def write() -> None:
        head = (posting.pk, posting.book_id, posting.debit_id, posting.credit_id, posting.kind)
        if isinstance(entries, Selected):
            _select(head, entries)
        else:
            _write(((*head, reference, number, fen, None) for reference, number, fen in entries))

    return _written(act, posting, control, write)


def reverse(act: Act, order: Order, transfers: Sequence[Transfer]) -> Posted:
    """The counter-entry of transfers of one flow: the same amounts back, once. Raises as `post`."""
    control = Control(len(transfers), sum(t.amount_fen for t in transfers))
    posting = _open(act, order, control, is_counter=True)

    def write() -> None:
        head = (posting.pk, posting.book_id, posting.debit_id, posting.credit_id, posting.kind)
        _write((*head, t.reference, t.instalment, t.amount_fen, t.pk) for t in transfers)

    return _written(act, posting, control, write)


def _open(act: Act, order: Order, control: Control, *, is_counter: bool = False) -> Posting:
    """The posting's head, after the checks whose sentences a person can use."""
    flow = flow_of(order.book_id, order.flow)
    _refuse_one_person(act, order)
    if flow.needs_approval and order.approval_id is None and not is_counter:
        raise DomainError(
            "approval_needed",
            says("“{flow}”要先经审批，这一批没有审批记录。"),
            says("请先完成审批再记账。"),
            field="flow",
            flow=flow.title,
        )
    debit, credit = (flow.credit, flow.debit) if is_counter else (flow.debit, flow.credit)
    kind = f"~{flow.name}" if is_counter else flow.name
    _refuse_twice(order, kind)
    accounts = _locked(debit.pk, credit.pk)
    _refuse_overdraw(accounts[credit.pk], control.sum_fen, is_debit=False)
    _refuse_overdraw(accounts[debit.pk], control.sum_fen, is_debit=True)
    posting = Posting(
        id=new_id(),
        book_id=order.book_id,
        period=period_for(act, order.book_id, order.posted_on),
        flow=flow,
        kind=kind,
        debit_id=debit.pk,
        credit_id=credit.pk,
        is_counter=is_counter,
        posted_on=order.posted_on,
        reference=order.reference,
        purpose=order.purpose,
        approval_id=order.approval_id,
        prepared_by=order.prepared_by,
        posted_by=act.actor.id,
        posted_at=act.now,
    )
    posting.save(force_insert=True)
    return posting


def _refuse_one_person(act: Act, order: Order) -> None:
    if order.prepared_by == act.actor.id:
        raise DomainError(
            "same_person",
            says("制单和记账不能是同一个人。"),
            says("请由另一位同志记账。"),
            status=409,
        )


def _refuse_twice(order: Order, kind: str) -> None:
    if Posting.objects.filter(book_id=order.book_id, kind=kind, reference=order.reference).exists():
        raise DomainError(
            "posted_before",
            says("“{reference}”已经记过账，没有重复记账。"),
            says("请核对批次号。"),
            field="reference",
            status=409,
            reference=order.reference,
        )


def _refuse_overdraw(account: Account, fen: int, *, is_debit: bool) -> None:
    """The sentence; the check constraint of the account holds whatever happens here."""
    if account.may_go_negative or (account.side == "debit") == is_debit:
        return
    balance = (account.debit_fen - account.credit_fen) * (1 if account.side == "debit" else -1)
    if balance < fen:
        raise DomainError(
            "not_enough",
            says("“{account}”余额{balance}元，不够记{amount}元。"),
            says("请核对金额，或先办理拨款、调整指标。"),
            field="amount",
            status=409,
            account=account.title,
            balance=fen_to_text(balance),
            amount=fen_to_text(fen),
        )


def _locked(*ids: UUID) -> dict[UUID, Account]:
    """In one order always, so that batches of one book queue and never deadlock."""
    return {a.pk: a for a in Account.objects.select_for_update().filter(pk__in=ids).order_by("pk")}


def _written(act: Act, posting: Posting, control: Control, write: Any) -> Posted:
    try:
        with transaction.atomic():
            write()
    except IntegrityError as error:
        raise _explained(error) from error
    posting.transfer_count, posting.sum_fen = _counted(posting)
    if (posting.transfer_count, posting.sum_fen) != (control.count, control.sum_fen) or not control.count:
        raise DomainError(
            "totals_differ",
            says("控制总数不符：应为{count}笔{sum}元，实为{found}笔{found_sum}元。没有记账。"),
            says("请核对明细。"),
            status=409,
            count=control.count,
            sum=fen_to_text(control.sum_fen),
            found=posting.transfer_count,
            found_sum=fen_to_text(posting.sum_fen),
        )
    posting.is_sealed = True
    posting.save(update_fields=["is_sealed", "transfer_count", "sum_fen"])
    act.about(f"posting:{posting.pk}", posting.flow.book.office_path)
    act.publish(
        BatchPosted(
            posting.book_id,
            posting.pk,
            posting.kind,
            posting.reference,
            posting.transfer_count,
            posting.sum_fen,
        )
    )
    return posted_view(posting)


def _counted(posting: Posting) -> tuple[int, int]:
    found = Transfer.objects.filter(posting=posting).aggregate(
        n=Count("pk"), fen=Coalesce(Sum("amount_fen"), 0)
    )
    return found["n"], found["fen"]


def _explained(error: IntegrityError) -> DomainError:
    text = str(error)
    if "transfer_posted_once" in text or "ledger_transfer.reference" in text:
        return DomainError(
            "posted_before",
            says("这一批里有已经记过账的明细，整批没有记账。"),
            says("同一笔（同一对象、同一期次、同一用途）只能记一次，请核对。"),
            status=409,
        )
    if "transfer_reversed_once" in text or "ledger_transfer.reverses" in text:
        return DomainError("reversed_before", says("这笔账已经冲销过。"), status=409)
    if "transfer_of_something" in text:
        return DomainError("amount_not_positive", says("金额必须大于零。"), field="amount")
    return DomainError(
        "not_balanced", says("这一批不符合账簿的规定，没有记账。"), says("请核对科目余额和期间。"), status=409
    )


def _write(rows: Iterable[tuple[Any, ...]]) -> None:
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # COPY goes past Django's cursor, so its errors are translated here.
            with (
                connection.wrap_database_errors,
                cursor.copy(f"COPY ledger_transfer ({', '.join(COLUMNS)}) FROM STDIN") as copy,
            ):
                for row in rows:
                    copy.write_row(row)
            return
        # Many rows a statement: one by one inside a savepoint, 50,000 took SQLite over a minute.
        one = f"({', '.join(['%s'] * len(COLUMNS))})"
        for some in _chunks(rows):
            sql = f"INSERT INTO ledger_transfer ({', '.join(COLUMNS)}) VALUES {', '.join([one] * len(some))}"  # noqa: S608
            cursor.execute(sql, [v.hex if isinstance(v, UUID) else v for row in some for v in row])


def _select(head: tuple[Any, ...], entries: Selected) -> None:
    fixed = [v.hex if isinstance(v, UUID) and connection.vendor == "sqlite" else v for v in head]
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO ledger_transfer ({', '.join(COLUMNS[:-1])})"  # noqa: S608 — our own names
            f" SELECT %s, %s, %s, %s, %s, q.* FROM ({entries.sql}) AS q",
            [*fixed, *entries.params],
        )


def _chunks(rows: Iterable[tuple[Any, ...]]) -> Iterator[list[tuple[Any, ...]]]:
    left = iter(rows)
    while some := list(islice(left, CHUNK)):
        yield some


def flow_of(book_id: UUID, name: str) -> Flow:
    """Raises NotFound."""
    flow = Flow.objects.select_related("book", "debit", "credit").filter(book_id=book_id, name=name).first()
    if flow is None:
        raise NotFound(says("这本账没有“{flow}”这种业务。"), flow=name)
    return flow


def period_for(act: Act, book_id: UUID, day: date) -> Period:
    """The month of the day, opened where it is not yet. Raises DomainError for a closed one or a day to come."""
    if day > act.now.date():
        raise DomainError(
            "day_to_come", says("记账日期{day}还没有到。"), says("请核对日期。"), field="posted_on", day=day
        )
    found = Period.objects.filter(book_id=book_id, starts_on__lte=day, ends_on__gte=day).first()
    if found is None:
        last = calendar.monthrange(day.year, day.month)[1]
        found, _ = Period.objects.get_or_create(
            book_id=book_id, starts_on=day.replace(day=1), defaults={"ends_on": day.replace(day=last)}
        )
    if found.closed_at is not None or _is_behind_a_closed_one(found):
        raise DomainError(
            "period_closed",
            says("{month}已经结账，不能再记入。"),
            says("请记在开着的月份；更正用冲销。"),
            field="posted_on",
            status=409,
            month=f"{day:%Y-%m}",
        )
    return found


def _is_behind_a_closed_one(period: Period) -> bool:
    return Period.objects.filter(
        book=period.book_id, starts_on__gt=period.starts_on, closed_at__isnull=False
    ).exists()


def book_receiving(area: str, controller: str, fund: str, money: str) -> tuple[Book, Flow]:
    """The one book and flow money of a kind goes to: returned money to the fund, fines to the treasury.

    Raises NotFound.
    """
    flow = (
        Flow.objects.select_related("book", "debit", "credit")
        .filter(book__area=area, book__controller=controller, book__fund=fund, money=money)
        .order_by("number")
        .first()
    )
    if flow is None or not money:
        raise NotFound(says("没有账簿登记这类钱款，请先开账。"))
    return flow.book, flow


def locked_book(book_id: UUID) -> Book:
    """Raises NotFound."""
    book = Book.objects.select_for_update().filter(pk=book_id).first()
    if book is None:
        raise NotFound(says("没有找到这本账。"))
    return book
