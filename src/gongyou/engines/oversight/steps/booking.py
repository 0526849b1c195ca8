"""The two books: what a decision makes owed, and what came in. Returned money and fines never share one."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from gongyou.basics.refusal import says
from gongyou.engines.oversight.definitions.sanctions import SanctionRules
from gongyou.engines.oversight.definitions.words import Money
from gongyou.engines.oversight.models import Decision
from gongyou.institutions.ledger import queries as ledger
from gongyou.institutions.ledger.queries.views import Posted
from gongyou.institutions.ledger.steps import Control, Order, book_receiving, post
from gongyou.kernel.actions import Act
from gongyou.kernel.errors import DomainError


def require_books(area: str, rules: SanctionRules) -> dict[str, UUID]:
    """The id of the open book by kind (fund, treasury). Raises DomainError naming one that is not open."""
    found: dict[str, UUID] = {}
    for plan in rules.books:
        book = ledger.book_of_plan(area, rules.controller, plan.id)
        if book is None:
            raise DomainError(
                "book_not_open",
                says("“{book}”还没有开账。"),
                says("请会计主管先按规则包开账。"),
                status=409,
                book=plan.title,
            )
        found[plan.kind] = book.id
    return found


def book_decision(act: Act, row: Decision, rules: SanctionRules) -> None:
    """What is owed to the fund and to the treasury, each in its own book."""
    books = require_books(row.matter.area, rules)
    _book(act, row, books["fund"], _owing(rules, "fund"), row.returned_fen)
    if row.fine_fen:
        _book(act, row, books["treasury"], _owing(rules, "treasury"), row.fine_fen)


def _owing(rules: SanctionRules, kind: str) -> str:
    """The flow of a book that makes money owed: the one that receives none."""
    plan = next(b for b in rules.books if b.kind == kind)
    return next(f.id for f in plan.flows if not f.money)


def _book(act: Act, row: Decision, book_id: UUID, flow: str, fen: int) -> None:
    order = Order(
        book_id=book_id,
        flow=flow,
        posted_on=act.now.date(),
        reference=f"{row.matter.number}-{flow}",
        purpose=row.number[:200],
        prepared_by=row.proposed_by,
        approval_id=row.approval_id,
    )
    post(act, order, [(row.matter.number, 1, fen)], Control(1, fen))


def book_payment(
    act: Act,
    row: Decision,
    rules: SanctionRules,
    *,
    money: Money,
    fen: int,
    paid_on: date,
    receipt: str,
    by: UUID,
) -> Posted:
    """Money that came in: the kind alone decides the book. Raises DomainError (one person, more than owed…)."""
    book, flow = book_receiving(row.matter.area, rules.controller, rules.fund, money.value)
    number = row.payments.filter(money=money.value, posting_id__isnull=False).count() + 1
    order = Order(
        book_id=book.pk,
        flow=flow.name,
        posted_on=paid_on,
        reference=f"{row.matter.number}-{receipt}"[:64],
        purpose=row.number[:200],
        prepared_by=by,
    )
    return post(act, order, [(row.matter.number, number, fen)], Control(1, fen))
