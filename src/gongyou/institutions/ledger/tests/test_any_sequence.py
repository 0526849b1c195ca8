"""Whatever happens in whatever order: books balance in every prefix, and no account passes its limit."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gongyou.institutions.ledger import queries, services, steps
from gongyou.institutions.ledger.models import Transfer
from gongyou.institutions.ledger.tests.bookkeeping import FUND, Bookkeeping, is_balanced
from gongyou.kernel import moment
from gongyou.kernel.actions import in_act
from gongyou.kernel.errors import DomainError
from gongyou.kernel.ids import new_id
from tests.yunshan.county import County

pytestmark = pytest.mark.django_db
FIRST = datetime(2026, 9, 10, 10, tzinfo=moment.SHANGHAI)
FLOWS = {flow.id: flow for flow in FUND.flows}
SOURCES = {account.id for account in FUND.accounts if account.side == "credit"}

amounts = st.integers(1, 500)
happenings = st.lists(
    st.one_of(
        st.tuples(st.sampled_from(sorted(FLOWS)), amounts, st.integers(1, 12)),
        st.tuples(st.just("batch"), amounts, st.integers(1, 12)),
        st.tuples(st.just("killed"), amounts, st.integers(1, 12)),
        st.tuples(st.just("counter"), amounts, st.integers(1, 12)),
        st.tuples(st.just("close"), amounts, st.integers(1, 12)),
    ),
    min_size=1,
    max_size=25,
)


class Killed(Exception):
    pass


class Walk:
    """The same happenings in plain Python beside the database."""

    def __init__(self, books: Bookkeeping) -> None:
        self.books = books
        self.day = FIRST.date()
        self.expected = {account.id: 0 for account in FUND.accounts}
        self.seen: set[tuple[str, str]] = set()

    def happen(self, what: str, fen: int, number: int) -> None:
        if what == "close":
            self.close()
        elif what == "counter":
            self.counter(number)
        elif what == "killed":
            with pytest.raises(Killed), transaction.atomic():
                self.books.post("appropriate", fen, f"killed-{number}", on=self.day)
                raise Killed
        elif what == "batch":
            self.batch(fen, number)
        else:
            self.post(what, fen, f"{what}-{number}")
        assert self.books.balances == self.expected, what
        assert is_balanced(), what

    def fits(self, debit: str, credit: str, fen: int) -> bool:
        after = dict(self.expected)
        after[debit] += fen * (1 if debit not in SOURCES else -1)
        after[credit] -= fen * (1 if credit not in SOURCES else -1)
        return min(after.values()) >= 0

    def note(self, debit: str, credit: str, fen: int) -> None:
        self.expected[debit] += fen * (1 if debit not in SOURCES else -1)
        self.expected[credit] -= fen * (1 if credit not in SOURCES else -1)

    def post(self, name: str, fen: int, reference: str) -> None:
        flow = FLOWS[name]
        may = self.fits(flow.debit, flow.credit, fen) and (name, reference) not in self.seen
        try:
            with (
                transaction.atomic()
            ):  # a draft that can't be posted would wait for somebody, and hold the closing up
                self.books.post(name, fen, reference, on=self.day)
        except DomainError:
            assert not may, (name, fen, reference)
        else:
            assert may, (name, fen, reference)
            self.seen.add((name, reference))
            self.note(flow.debit, flow.credit, fen)

    def batch(self, fen: int, number: int) -> None:
        """Three payments at once, as an engine posts them; the control totals are wrong for every fifth number."""
        lines = [(f"batch-{number}-{n}", 1, fen + n) for n in range(3)]
        total = sum(amount for _, _, amount in lines)
        order = steps.Order(self.books.book.id, "appropriate", self.day, f"b-{number}", "批次", new_id())
        control = steps.Control(3, total + (number % 5 == 0))
        may = number % 5 != 0 and ("batch", str(number)) not in self.seen
        try:
            with transaction.atomic():
                in_act(
                    "tests.batch", self.books.chief, lambda act: steps.post(act, order, lines, control), {}
                )
        except DomainError:
            assert not may
        else:
            assert may
            self.seen.add(("batch", str(number)))
            self.note("available", "granted", total)

    def counter(self, number: int) -> None:
        rows = list(Transfer.objects.filter(book_id=self.books.book.id, reverses=None).order_by("pk"))
        if not rows:
            return
        row = rows[number % len(rows)]
        names = {a.pk: a.name for a in (row.debit, row.credit)}
        debit, credit = names[row.credit_id], names[row.debit_id]
        may = (
            self.fits(debit, credit, row.amount_fen) and not Transfer.objects.filter(reverses=row.pk).exists()
        )
        try:
            with transaction.atomic():
                draft = services.draft_counter_entry(
                    self.books.accountant, transfer_id=row.pk, posted_on=self.day, reason="更正"
                )
                services.post_draft(self.books.chief, draft_id=draft.id)
        except DomainError:
            assert not may
        else:
            assert may
            self.note(debit, credit, row.amount_fen)

    def close(self) -> None:
        """The month ends, its book is closed, and the next begins."""
        self.day = (self.day.replace(day=1) + timedelta(days=40)).replace(day=10)
        with moment.standing_at(datetime.combine(self.day, FIRST.timetz())):
            for period in reversed(queries.periods(self.books.chief, self.books.book.id)):
                if period.closed_at is None and period.ends_on < self.day:
                    before = queries.trial_balance(self.books.chief, self.books.book.id, until=period.ends_on)
                    closed = services.close_period(self.books.chief, period_id=period.id)
                    assert closed.digest == before.digest
        with pytest.raises(DomainError):
            self.books.post("appropriate", 1, f"late-{self.day}", on=date(2026, 8, 31))

    def run(self, all_that_happens: list[tuple[str, int, int]]) -> None:
        for what, fen, number in all_that_happens:
            with moment.standing_at(datetime.combine(self.day, FIRST.timetz())):
                self.happen(what, fen, number)


def _walk(books: Bookkeeping, all_that_happens: list[tuple[str, int, int]]) -> None:
    point = transaction.savepoint()
    try:
        with moment.standing_at(FIRST):
            books.post("appropriate", 1, "first", on=FIRST.date())
            books_of = Walk(books)
            books_of.note("available", "granted", 1)
        books_of.run(all_that_happens)
    finally:
        transaction.savepoint_rollback(point)


@given(happenings)
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_books_balance_in_every_prefix(
    books: Bookkeeping, all_that_happens: list[tuple[str, int, int]]
) -> None:
    _walk(books, all_that_happens)


@pytest.mark.long
@given(happenings)
@settings(max_examples=1000, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_books_balance_in_every_prefix_at_length(
    books: Bookkeeping, all_that_happens: list[tuple[str, int, int]]
) -> None:
    _walk(books, all_that_happens)


def at_once(*works: Any) -> list[Exception | None]:
    """Each in a thread and a connection of its own, begun together; what each raised."""
    found: list[Exception | None] = [None] * len(works)
    start = Barrier(len(works))

    def run(number: int) -> None:
        try:
            start.wait(10)
            with moment.standing_at(FIRST):
                works[number]()
        except Exception as error:
            found[number] = error
        finally:
            connection.close()

    threads = [Thread(target=run, args=(n,)) for n in range(len(works))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return found


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_batches_at_once_share_what_there_is(books: Bookkeeping, county: County) -> None:
    day = FIRST.date()
    with moment.standing_at(FIRST):
        books.post("appropriate", 100_00, "g-1", on=day)
    errors = at_once(*(lambda n=n: books.post("commit", 30_00, f"l-{n}", on=day) for n in range(6)))
    assert [type(e) for e in errors if e] == [DomainError] * 3, errors
    assert books.balances["available"] == 10_00
    assert is_balanced()
    errors = at_once(*(lambda: books.post("commit", 1_00, "twice", on=day) for _ in range(4)))
    assert sum(e is None for e in errors) == 1, errors
    assert books.balances["available"] == 9_00
    assert is_balanced()


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_nothing_slips_into_a_period_while_it_closes(books: Bookkeeping, county: County) -> None:
    day = FIRST.date()
    with moment.standing_at(FIRST):
        books.post("appropriate", 100_00, "g-1", on=day)
    [period] = queries.periods(books.chief, books.book.id)

    def close() -> None:
        with moment.standing_at(FIRST + timedelta(days=30)):
            services.close_period(books.chief, period_id=period.id)

    errors = at_once(close, *(lambda n=n: books.post("commit", 1_00, f"l-{n}", on=day) for n in range(4)))
    closed = queries.periods(books.chief, books.book.id)[0]
    inside = Transfer.objects.filter(posting__period_id=period.id)
    if closed.closed_at is not None:
        assert closed.transfer_count == inside.count(), errors
    assert is_balanced()
