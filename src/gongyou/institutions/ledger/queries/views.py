"""What readers of the books get."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from gongyou.institutions.ledger.models import Account, Book, Draft, Period, Posting


@dataclass(frozen=True)
class BookView:
    id: UUID
    title: str
    kind: str
    fund: str
    area: str
    controller: str
    office_id: UUID
    office_path: str
    opened_at: datetime


@dataclass(frozen=True)
class AccountLine:
    """`balance_fen` on the account's own side."""

    id: UUID
    name: str
    title: str
    code: str
    side: str
    debit_fen: int
    credit_fen: int

    @property
    def balance_fen(self) -> int:
        return (self.debit_fen - self.credit_fen) * (1 if self.side == "debit" else -1)


@dataclass(frozen=True)
class FlowView:
    name: str
    title: str
    debit: str
    credit: str
    money: str
    needs_approval: bool


@dataclass(frozen=True)
class PeriodView:
    id: UUID
    book_id: UUID
    starts_on: date
    ends_on: date
    closed_at: datetime | None
    transfer_count: int | None
    sum_fen: int | None
    digest: str


@dataclass(frozen=True)
class Posted:
    """A posting with its control totals."""

    id: UUID
    book_id: UUID
    kind: str
    title: str
    posted_on: date
    posted_at: datetime
    reference: str
    purpose: str
    transfer_count: int
    sum_fen: int
    prepared_by: UUID
    posted_by: UUID
    is_counter: bool


@dataclass(frozen=True)
class DraftView:
    id: UUID
    book_id: UUID
    flow: str
    title: str
    posted_on: date
    reference: str
    purpose: str
    entry_count: int
    sum_fen: int
    reverses: int | None
    prepared_by: UUID
    prepared_by_name: str
    prepared_at: datetime
    posting_id: UUID | None
    ended_at: datetime | None


def book_view(row: Book) -> BookView:
    return BookView(
        row.pk, row.title, row.kind, row.fund, row.area, row.controller, row.office_id, row.office_path, row.opened_at
    )  # fmt: skip


def account_line(row: Account, debit_fen: int | None = None, credit_fen: int | None = None) -> AccountLine:
    return AccountLine(
        row.pk,
        row.name,
        row.title,
        row.code,
        row.side,
        row.debit_fen if debit_fen is None else debit_fen,
        row.credit_fen if credit_fen is None else credit_fen,
    )


def period_view(row: Period) -> PeriodView:
    return PeriodView(
        row.pk,
        row.book_id,
        row.starts_on,
        row.ends_on,
        row.closed_at,
        row.transfer_count,
        row.sum_fen,
        row.digest,
    )


def posted_view(row: Posting) -> Posted:
    return Posted(
        id=row.pk,
        book_id=row.book_id,
        kind=row.kind,
        title=row.flow.title,
        posted_on=row.posted_on,
        posted_at=row.posted_at,
        reference=row.reference,
        purpose=row.purpose,
        transfer_count=row.transfer_count,
        sum_fen=row.sum_fen,
        prepared_by=row.prepared_by,
        posted_by=row.posted_by,
        is_counter=row.is_counter,
    )


def draft_view(row: Draft) -> DraftView:
    return DraftView(
        id=row.pk,
        book_id=row.book_id,
        flow=row.flow.name,
        title=row.flow.title,
        posted_on=row.posted_on,
        reference=row.reference,
        purpose=row.purpose,
        entry_count=len(row.entries),
        sum_fen=row.sum_fen,
        reverses=row.reverses,
        prepared_by=row.prepared_by,
        prepared_by_name=row.prepared_by_name,
        prepared_at=row.prepared_at,
        posting_id=row.posting_id,
        ended_at=row.ended_at,
    )
