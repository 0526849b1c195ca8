"""Books and what their accounts stand at: lists, trial balance, statement of an account, postings."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Q, Sum
from django.db.models.functions import Coalesce

from gongyou.basics.refusal import says
from gongyou.institutions.ledger.models import Account, Book, Draft, Flow, Period, Posting, Transfer
from gongyou.institutions.ledger.queries.views import (
    AccountLine,
    BookView,
    DraftView,
    FlowView,
    PeriodView,
    Posted,
    account_line,
    book_view,
    draft_view,
    period_view,
    posted_view,
)
from gongyou.kernel.access import Actor
from gongyou.kernel.canonical import canonical
from gongyou.kernel.errors import NotAllowed, NotFound

READ = "ledger.read"
PAGE = 50


@dataclass(frozen=True)
class TrialBalance:
    """Every account of a book; both sides add up to the same or the book is wrong."""

    book: BookView
    lines: tuple[AccountLine, ...]
    until: date | None

    @property
    def debit_fen(self) -> int:
        return sum(line.debit_fen for line in self.lines)

    @property
    def credit_fen(self) -> int:
        return sum(line.credit_fen for line in self.lines)

    @property
    def is_balanced(self) -> bool:
        return self.debit_fen == self.credit_fen

    @property
    def digest(self) -> str:
        rows = [(line.name, line.debit_fen, line.credit_fen) for line in self.lines]
        return hashlib.sha256(canonical(rows)).hexdigest()


@dataclass(frozen=True)
class StatementLine:
    """A posting as one account sees it, and what the account stands at after it."""

    posting: Posted
    debit_fen: int
    credit_fen: int
    balance_fen: int


@dataclass(frozen=True)
class Statement:
    account: AccountLine
    book: BookView
    since: date
    until: date
    opening_fen: int
    lines: tuple[StatementLine, ...]
    closing_fen: int
    is_cut: bool
    """There are more postings than one page shows; choose fewer days."""


@dataclass(frozen=True)
class TransferLine:
    id: int
    reference: str
    instalment: int
    amount_fen: int
    reverses: int | None
    is_reversed: bool


@dataclass(frozen=True)
class TransferPage:
    items: tuple[TransferLine, ...]
    next: str


def books(actor: Actor) -> tuple[BookView, ...]:
    """The books within reach. Raises NotAllowed."""
    actor.require(READ)
    rows = Book.objects.filter(actor.scope(READ).filter()).order_by("area", "title", "id")
    return tuple(map(book_view, rows))


def book_of_plan(area: str, controller: str, plan: str) -> BookView | None:
    """The book opened for a declared plan, for a room that posts to it; None where nobody opened it yet."""
    row = Book.objects.filter(area=area, controller=controller, plan=plan).first()
    return book_view(row) if row else None


def book(actor: Actor, book_id: UUID) -> BookView:
    """Raises NotFound, NotAllowed."""
    return book_view(_book(actor, book_id))


def _book(actor: Actor, book_id: UUID) -> Book:
    row = Book.objects.filter(pk=book_id).first()
    if row is None:
        raise NotFound(says("没有找到这本账。"))
    if not actor.may(READ, row.office_path):
        raise NotAllowed(READ)
    return row


def flows(actor: Actor, book_id: UUID) -> tuple[FlowView, ...]:
    """The ways money may take in a book. Raises NotFound, NotAllowed."""
    rows = Flow.objects.select_related("debit", "credit").filter(book=_book(actor, book_id))
    return tuple(
        FlowView(f.name, f.title, f.debit.title, f.credit.title, f.money, f.needs_approval)
        for f in rows.order_by("number")
    )


def trial_balance(actor: Actor, book_id: UUID, *, until: date | None = None) -> TrialBalance:
    """From the running totals; with a day, counted from the transfers up to that day. Raises NotFound, NotAllowed."""
    row = _book(actor, book_id)
    return TrialBalance(book_view(row), account_lines(row.pk, until), until)


def account_lines(book_id: UUID, until: date | None = None) -> tuple[AccountLine, ...]:
    """Every account in the plan's order. Unguarded: for steps and guarded readers."""
    accounts = list(Account.objects.filter(book_id=book_id).order_by("number"))
    if until is None:
        return tuple(account_line(account) for account in accounts)
    rows = Posting.objects.filter(book_id=book_id, posted_on__lte=until, is_sealed=True)
    debits = dict(rows.values_list("debit").annotate(fen=Sum("sum_fen")).order_by())
    credits = dict(rows.values_list("credit").annotate(fen=Sum("sum_fen")).order_by())
    return tuple(account_line(a, debits.get(a.pk, 0), credits.get(a.pk, 0)) for a in accounts)


def statement(actor: Actor, account_id: UUID, *, since: date, until: date, size: int = 500) -> Statement:
    """What went through an account between two days (both included). Raises NotFound, NotAllowed."""
    account = Account.objects.select_related("book").filter(pk=account_id).first()
    if account is None:
        raise NotFound(says("没有找到这个科目。"))
    if not actor.may(READ, account.book.office_path):
        raise NotAllowed(READ)
    sign = 1 if account.side == "debit" else -1
    through = Posting.objects.filter(Q(debit=account) | Q(credit=account), is_sealed=True)
    before = through.filter(posted_on__lt=since)
    opening = balance = sign * (_sum(before.filter(debit=account)) - _sum(before.filter(credit=account)))
    rows = through.filter(posted_on__gte=since, posted_on__lte=until).select_related("flow")
    found = list(rows.order_by("posted_on", "posted_at", "id")[: size + 1])
    lines = []
    for row in found[:size]:
        debit, credit = (row.sum_fen, 0) if row.debit_id == account.pk else (0, row.sum_fen)
        balance += sign * (debit - credit)
        lines.append(StatementLine(posted_view(row), debit, credit, balance))
    return Statement(
        account_line(account), book_view(account.book), since, until, opening, tuple(lines), balance, len(found) > size
    )  # fmt: skip


def _sum(rows: object) -> int:
    return int(rows.aggregate(fen=Coalesce(Sum("sum_fen"), 0))["fen"])  # type: ignore[attr-defined]


def postings(actor: Actor, book_id: UUID, *, cursor: str = "") -> tuple[tuple[Posted, ...], str]:
    """Newest first, and the cursor of the next page. Raises NotFound, NotAllowed."""
    rows = Posting.objects.filter(book=_book(actor, book_id), is_sealed=True).select_related("flow")
    if cursor:
        rows = rows.filter(pk__lt=UUID(cursor))
    found = list(rows.order_by("-id")[: PAGE + 1])
    return tuple(map(posted_view, found[:PAGE])), str(found[PAGE - 1].pk) if len(found) > PAGE else ""


def posting(actor: Actor, posting_id: UUID) -> Posted:
    """Raises NotFound, NotAllowed."""
    return posted_view(_posting(actor, posting_id))


def _posting(actor: Actor, posting_id: UUID) -> Posting:
    row = Posting.objects.select_related("book", "flow").filter(pk=posting_id, is_sealed=True).first()
    if row is None:
        raise NotFound(says("没有找到这笔账。"))
    if not actor.may(READ, row.book.office_path):
        raise NotAllowed(READ)
    return row


def transfers(actor: Actor, posting_id: UUID, *, cursor: str = "") -> TransferPage:
    """The entries of a posting in the order they were written. Raises NotFound, NotAllowed."""
    rows = Transfer.objects.filter(posting=_posting(actor, posting_id))
    if cursor:
        rows = rows.filter(pk__gt=int(cursor))
    found = list(rows.order_by("id")[: PAGE + 1])
    reversed_ids = set(
        Transfer.objects.filter(reverses__in=[t.pk for t in found]).values_list("reverses", flat=True)
    )
    items = tuple(
        TransferLine(t.pk, t.reference, t.instalment, t.amount_fen, t.reverses, t.pk in reversed_ids)
        for t in found[:PAGE]
    )
    return TransferPage(items, str(items[-1].id) if len(found) > PAGE else "")


def periods(actor: Actor, book_id: UUID) -> tuple[PeriodView, ...]:
    """Newest first. Raises NotFound, NotAllowed."""
    return tuple(map(period_view, Period.objects.filter(book=_book(actor, book_id)).order_by("-starts_on")))


def drafts(actor: Actor, book_id: UUID) -> tuple[DraftView, ...]:
    """What waits for a second person, oldest first. Raises NotFound, NotAllowed."""
    rows = Draft.objects.select_related("flow").filter(book=_book(actor, book_id), ended_at=None)
    return tuple(map(draft_view, rows.order_by("prepared_at", "id")))


def book_of_draft(actor: Actor, draft_id: UUID) -> BookView:
    """The book a draft lies in, posted or not. Raises NotFound, NotAllowed."""
    row = Draft.objects.filter(pk=draft_id).first()
    if row is None:
        raise NotFound(says("没有找到这张单子。"))
    return book(actor, row.book_id)
