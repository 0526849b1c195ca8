"""A book of the test county with two accountants, and raw SQL that goes round the application."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import connection

from gongyou.institutions.ledger.definitions import AccountDeclaration, BookPlan, FlowDeclaration
from gongyou.institutions.ledger.models import Account, Book
from gongyou.institutions.ledger.queries import BookView
from gongyou.institutions.ledger.services import draft_posting, open_book, post_draft
from gongyou.kernel.access import Actor, Holding
from gongyou.kernel.ids import new_id
from tests.yunshan.county import County

FUND = BookPlan(
    id="refund-fund",
    title="稳岗返还资金账",
    kind="fund",
    fund="unemployment",
    accounts=(
        AccountDeclaration(id="granted", title="拨入指标", side="credit"),
        AccountDeclaration(id="available", title="可用指标"),
        AccountDeclaration(id="committed", title="已承诺"),
        AccountDeclaration(id="payable", title="应付"),
        AccountDeclaration(id="paid", title="已付"),
        AccountDeclaration(id="recoverable", title="应追回"),
    ),
    flows=(
        FlowDeclaration(id="appropriate", title="拨款", debit="available", credit="granted"),
        FlowDeclaration(
            id="commit", title="承诺", debit="committed", credit="available", needs_approval=True
        ),
        FlowDeclaration(id="owe", title="转应付", debit="payable", credit="committed"),
        FlowDeclaration(id="pay", title="付款", debit="paid", credit="payable"),
        FlowDeclaration(id="bounce", title="退票", debit="payable", credit="paid"),
        FlowDeclaration(id="claim", title="应追回", debit="recoverable", credit="paid"),
        FlowDeclaration(
            id="recover", title="追回", debit="available", credit="recoverable", money="returned"
        ),
    ),
)
TREASURY = BookPlan(
    id="fines",
    title="罚款账（国库）",
    kind="treasury",
    fund="unemployment",
    accounts=(
        AccountDeclaration(id="imposed", title="罚没来源", side="credit"),
        AccountDeclaration(id="treasury", title="缴入国库"),
    ),
    flows=(FlowDeclaration(id="fine", title="罚款", debit="treasury", credit="imposed", money="fine"),),
)
CONTROLLER = "县社会保险经办机构"


def staff(role: str, county: County) -> Actor:
    root = county.root
    return Actor(new_id(), "staff", role, (Holding(role, root.id, root.path),))


@dataclass(frozen=True)
class Bookkeeping:
    book: BookView
    accountant: Actor
    chief: Actor

    def post(self, flow: str, amount_fen: int, reference: str, *, on: date, entry: str = "") -> UUID:
        draft = draft_posting(
            self.accountant,
            book_id=self.book.id,
            flow=flow,
            posted_on=on,
            reference=reference,
            purpose="测试",
            entries=((entry or reference, 1, amount_fen),),
            approval_id=new_id() if flow == "commit" else None,
        )
        return post_draft(self.chief, draft_id=draft.id).id

    @property
    def balances(self) -> Mapping[str, int]:
        rows = Account.objects.filter(book_id=self.book.id)
        return {a.name: (a.debit_fen - a.credit_fen) * (1 if a.side == "debit" else -1) for a in rows}


def keep_book(county: County, plan: BookPlan = FUND) -> Bookkeeping:
    chief = staff("chief_accountant", county)
    book = open_book(chief, plan=plan, office_id=county.root.id, controller=CONTROLLER)
    return Bookkeeping(book, staff("accountant", county), chief)


def raw(sql: str, *values: object) -> int:
    """As somebody with a database shell would."""
    fit = [v.hex if isinstance(v, UUID) and connection.vendor == "sqlite" else v for v in values]
    with connection.cursor() as cursor:
        cursor.execute(sql, fit)
        return cursor.rowcount


def is_balanced() -> bool:
    """Counted again from the transfers alone, book by book and account by account."""
    for book in Book.objects.all():
        for account in Account.objects.filter(book=book):
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT coalesce(sum(CASE WHEN debit_id = %s THEN amount_fen ELSE 0 END), 0),"
                    " coalesce(sum(CASE WHEN credit_id = %s THEN amount_fen ELSE 0 END), 0) FROM ledger_transfer",
                    [account.pk.hex if connection.vendor == "sqlite" else account.pk] * 2,
                )
                debit, credit = map(int, cursor.fetchone())
            if (debit, credit) != (account.debit_fen, account.credit_fen):
                return False
            side = debit - credit if account.side == "debit" else credit - debit
            if side < 0 and not account.may_go_negative:
                return False
        totals = [(a.debit_fen, a.credit_fen) for a in Account.objects.filter(book=book)]
        if sum(d for d, _ in totals) != sum(c for _, c in totals):
            return False
    return True
