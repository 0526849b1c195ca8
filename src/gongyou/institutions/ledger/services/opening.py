"""Opening a book from its declared plan."""

from __future__ import annotations

from uuid import UUID

from gongyou.basics.inputs import read_text
from gongyou.basics.refusal import says
from gongyou.institutions.ledger.definitions import BookPlan, check_plan
from gongyou.institutions.ledger.models import Account, Book, Flow
from gongyou.institutions.ledger.queries.views import BookView, book_view
from gongyou.kernel import catalogue
from gongyou.kernel.actions import Act, action
from gongyou.kernel.canonical import plain
from gongyou.kernel.errors import DomainError
from gongyou.kernel.ids import new_id
from gongyou.offices import queries as offices

OPEN = "ledger.open"
PLANS = "ledger"  # the kind under which plans are kept in the catalogue


@action("ledger.open_book", right=OPEN, answers=BookView)
def open_book(act: Act, *, plan: BookPlan, office_id: UUID, controller: str) -> BookView:
    """A book for an office's area as the plan declares it; the same plan again returns the book there is.

    Raises NotAllowed, NotFound, Refusal naming the entry of the plan, DomainError where the plan changed.
    """
    check_plan(plan)
    office = offices.office(office_id)
    act.require(OPEN, office.path)
    controller = read_text(controller, field="controller", longest=60, is_needed=True)
    published = catalogue.publish(act, kind=PLANS, name=plan.id, content=plain(plan))
    known = Book.objects.filter(area=office.area, controller=controller, plan=plan.id).first()
    if known is not None:
        return _same(known, published.hash)
    book = Book.objects.create(
        id=new_id(),
        plan=plan.id,
        plan_hash=published.hash,
        title=plan.title,
        kind=plan.kind,
        fund=plan.fund,
        area=office.area,
        controller=controller,
        office_id=office.id,
        office_path=office.path,
        opened_at=act.now,
    )
    _write_plan(book, plan)
    act.about(f"book:{book.pk}", book.office_path)
    return book_view(book)


def _same(book: Book, digest: str) -> BookView:
    if book.plan_hash != digest:
        raise DomainError(
            "plan_changed",
            says("“{book}”已经按另一版设置开账。"),
            says("账簿开了以后科目和业务不能改；请用新的名称另开一本。"),
            status=409,
            book=book.title,
        )
    return book_view(book)


def _write_plan(book: Book, plan: BookPlan) -> None:
    accounts = {
        a.id: Account(
            id=new_id(),
            book=book,
            name=a.id,
            title=a.title,
            code=a.code,
            side=a.side,
            may_go_negative=a.may_go_negative,
            number=number,
        )
        for number, a in enumerate(plan.accounts, start=1)
    }
    Account.objects.bulk_create(accounts.values())
    Flow.objects.bulk_create(
        Flow(
            id=new_id(),
            book=book,
            book_kind=plan.kind,
            name=f.id,
            title=f.title,
            debit=accounts[f.debit],
            credit=accounts[f.credit],
            money=f.money,
            needs_approval=f.needs_approval,
            number=number,
        )
        for number, f in enumerate(plan.flows, start=1)
    )
