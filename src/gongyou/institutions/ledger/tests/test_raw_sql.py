"""What a database shell may not do to the books: on SQLite and on PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from uuid import UUID

import pytest
from django.db import connection, transaction
from django.db.utils import DatabaseError

from gongyou.institutions.ledger.models import Account, Flow, Period, Posting, Transfer
from gongyou.institutions.ledger.tests.bookkeeping import Bookkeeping, is_balanced, raw
from gongyou.kernel import moment
from gongyou.kernel.ids import new_id

pytestmark = pytest.mark.django_db
DAY = date(2026, 9, 10)


@pytest.fixture(autouse=True)
def september() -> Iterator[None]:
    with moment.standing_at(datetime(2026, 9, 10, 11, tzinfo=moment.SHANGHAI)):
        yield


@pytest.fixture
def posted(books: Bookkeeping) -> UUID:
    return books.post("appropriate", 100_00, "g-1", on=DAY)


def refused(sql: str, *values: object) -> None:
    with pytest.raises(DatabaseError), transaction.atomic():
        raw(sql, *values)


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE ledger_transfer SET amount_fen = amount_fen + 1",
        "DELETE FROM ledger_transfer",
        "UPDATE ledger_account SET debit_fen = debit_fen + 1",
        "UPDATE ledger_account SET debit_fen = 0, credit_fen = 0",
        "UPDATE ledger_account SET may_go_negative = NOT may_go_negative",
        "DELETE FROM ledger_account",
        "UPDATE ledger_posting SET posted_on = posted_on, sum_fen = 1",
        "DELETE FROM ledger_posting",
        "UPDATE ledger_flow SET needs_approval = NOT needs_approval",
        "UPDATE ledger_book SET area = '370828'",
        "DELETE FROM ledger_period",
    ],
)
def test_what_is_written_stays(books: Bookkeeping, posted: UUID, sql: str) -> None:
    refused(sql)
    assert is_balanced()
    assert books.balances["available"] == 100_00


def _open_posting(books: Bookkeeping, flow: str, **other: object) -> UUID:
    row = Flow.objects.get(book_id=books.book.id, name=flow)
    given: dict[str, object] = {
        "id": new_id(), "book_id": books.book.id, "period": Period.objects.get(book_id=books.book.id), "flow": row,
        "kind": row.name, "debit_id": row.debit_id, "credit_id": row.credit_id, "posted_on": DAY, "reference": "raw",
        "purpose": "raw", "prepared_by": new_id(), "posted_by": new_id(), "posted_at": moment.now(),
    } | other  # fmt: skip
    posting = Posting(**given)
    posting.save(force_insert=True)
    return posting.pk


COLUMNS = "(posting_id, book_id, debit_id, credit_id, kind, reference, instalment, amount_fen)"


def _transfer(posting: Posting, **other: object) -> tuple[str, list[object]]:
    row: dict[str, object] = {
        "posting_id": posting.pk, "book_id": posting.book_id, "debit_id": posting.debit_id,
        "credit_id": posting.credit_id, "kind": posting.kind, "reference": "raw-1", "instalment": 1, "amount_fen": 5,
    } | other  # fmt: skip
    return f"INSERT INTO ledger_transfer {COLUMNS} VALUES (%s, %s, %s, %s, %s, %s, %s, %s)", list(
        row.values()
    )


def test_one_sided_and_misplaced_transfers_are_refused(books: Bookkeeping, posted: UUID) -> None:
    posting = Posting.objects.get(pk=_open_posting(books, "appropriate"))
    paid = Account.objects.get(book_id=books.book.id, name="paid").pk
    for wrong in (
        {"debit_id": posting.credit_id},  # one account on both sides
        {"debit_id": paid},  # not the flow's account
        {"credit_id": None},  # one-sided
        {"debit_id": None},
        {"amount_fen": 0},
        {"amount_fen": -5},
        {"book_id": new_id()},
        {"kind": "pay"},
        {"posting_id": new_id()},
        {"posting_id": posted},  # sealed
    ):
        sql, values = _transfer(posting, **wrong)
        refused(sql, *values)
    assert is_balanced()
    sql, values = _transfer(posting)
    assert raw(sql, *values) == 1  # one that fits is balanced by construction
    assert is_balanced()
    refused(
        "UPDATE ledger_posting SET is_sealed = %s, transfer_count = 2, sum_fen = 5 WHERE id = %s",
        True,
        posting.pk,
    )
    refused(
        "UPDATE ledger_posting SET is_sealed = %s, transfer_count = 1, sum_fen = 6 WHERE id = %s",
        True,
        posting.pk,
    )
    raw(
        "UPDATE ledger_posting SET is_sealed = %s, transfer_count = 1, sum_fen = 5 WHERE id = %s",
        True,
        posting.pk,
    )


def test_an_account_is_not_drawn_below_zero(books: Bookkeeping, posted: UUID) -> None:
    posting = Posting.objects.get(pk=_open_posting(books, "commit", approval_id=new_id()))
    sql, values = _transfer(posting, amount_fen=100_01)
    refused(sql, *values)
    assert books.balances["available"] == 100_00


def test_a_posting_follows_its_flow_by_two_persons(books: Bookkeeping, posted: UUID) -> None:
    one = new_id()
    other = Flow.objects.get(book_id=books.book.id, name="pay")
    for wrong in (
        {"prepared_by": one, "posted_by": one},
        {"debit_id": other.debit_id},
        {"kind": "pay"},
        {"posted_on": date(2026, 10, 1)},
        {"is_sealed": True},
        {"is_counter": True},
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            _open_posting(books, "appropriate", **wrong)
    with pytest.raises(DatabaseError), transaction.atomic():
        _open_posting(books, "commit")  # without the approval the flow needs


def test_a_closed_period_stays_closed_and_takes_nothing(books: Bookkeeping, posted: UUID) -> None:
    period = Period.objects.get(book_id=books.book.id)
    left = Posting.objects.get(pk=_open_posting(books, "appropriate"))
    close = "UPDATE ledger_period SET closed_at = %s, closed_by = %s WHERE id = %s"
    refused(close, moment.now(), new_id(), period.pk)  # a posting is not sealed yet
    sql, values = _transfer(left)
    raw(sql, *values)
    raw(
        "UPDATE ledger_posting SET is_sealed = %s, transfer_count = 1, sum_fen = 5 WHERE id = %s",
        True,
        left.pk,
    )
    raw(close, moment.now(), new_id(), period.pk)
    refused("UPDATE ledger_period SET closed_at = NULL WHERE id = %s", period.pk)
    refused("UPDATE ledger_period SET ends_on = %s WHERE id = %s", date(2026, 12, 31), period.pk)
    with pytest.raises(DatabaseError), transaction.atomic():
        _open_posting(books, "appropriate", reference="late")
    sql, values = _transfer(left, reference="late")
    refused(sql, *values)
    with pytest.raises(DatabaseError), transaction.atomic():
        Period.objects.create(book_id=books.book.id, starts_on=date(2026, 9, 15), ends_on=date(2026, 9, 20))


def test_a_total_is_not_replayed(books: Bookkeeping, posted: UUID) -> None:
    """Not even with the number of a real transfer: each counts once."""
    last = Transfer.objects.latest("pk").pk
    for number in (last, last + 1, last - 1):
        refused(
            "UPDATE ledger_account SET debit_fen = debit_fen + 10000, last_transfer = %s WHERE name = 'available'",
            number,
        )
    refused("UPDATE ledger_account SET last_transfer = 999999999")
    assert is_balanced()


def test_the_database_is_the_one_meant() -> None:
    assert connection.vendor in {"sqlite", "postgresql"}
