"""The books on the desk: prepared by one, posted by another, every figure down to its entry, months closed."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from django.test import Client
from django.urls import reverse

from gongyou.institutions.ledger.models import Account, Draft, Period, Posting, Transfer
from gongyou.institutions.ledger.tests.bookkeeping import Bookkeeping, keep_book
from gongyou.kernel import moment
from gongyou.kernel.models.worklist import WorkItem
from tests.journeys.faces import client_of
from tests.journeys.outsiders import appoint
from tests.yunshan.county import County

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 9, 10, 10, tzinfo=moment.SHANGHAI)


@pytest.fixture
def books(county: County) -> Bookkeeping:
    root = county.root
    with moment.standing_at(NOW):
        chief = appoint("ys.chief", "chief_accountant", root.id, root.path)
        accountant = appoint("ys.accountant", "accountant", root.id, root.path)
        return Bookkeeping(keep_book(county).book, accountant, chief)


def seen(client: Client, name: str, *args: object) -> str:
    answer = client.get(reverse(f"desk:{name}", args=args))
    assert answer.status_code == 200
    return answer.content.decode()


def entry(**given: str) -> dict[str, str]:
    return {
        "flow": "appropriate",
        "posted_on": "2026-09-10",
        "reference": "财预2026-8",
        "amount": "1,000,000.00",
        "purpose": "年度指标",
    } | given


def test_one_prepares_another_posts_and_the_figure_opens_to_its_entry(
    county: County, books: Bookkeeping
) -> None:
    one, two = client_of(books.accountant), client_of(books.chief)
    with moment.standing_at(NOW):
        assert (
            one.post(reverse("desk:ledger_draft", args=[books.book.id]), entry(amount="一百万")).status_code
            == 422
        )
        assert one.post(reverse("desk:ledger_draft", args=[books.book.id]), entry()).status_code == 302
        draft = Draft.objects.get()
        todo = WorkItem.objects.get(subject_id=draft.pk)
        assert (todo.kind, todo.due_at.astimezone(moment.SHANGHAI).date()) == (
            "ledger.draft",
            date(2026, 9, 30),
        )
        step = reverse("desk:ledger_draft_step", args=[books.book.id, draft.pk, "post"])
        assert one.post(step).status_code == 403
        assert Posting.objects.count() == 0
        assert two.post(step).status_code == 302
        assert not WorkItem.objects.filter(subject_id=draft.pk).exists()
        page = seen(two, "ledger_book", books.book.id)
        assert "1,000,000.00" in page and "财预2026-8" in page and "两边相等" in page
        account = Account.objects.get(book_id=books.book.id, name="available")
        assert "1,000,000.00" in seen(two, "ledger_account", account.pk)
        posting = Posting.objects.get()
        assert "财预2026-8" in seen(two, "ledger_posting", posting.pk)


def test_a_wrong_entry_is_reversed_never_changed(books: Bookkeeping) -> None:
    one, two = client_of(books.accountant), client_of(books.chief)
    with moment.standing_at(NOW):
        posting_id = books.post("appropriate", 5_000, "误记", on=date(2026, 9, 10))
        transfer = Transfer.objects.get(posting_id=posting_id)
        page = reverse("desk:ledger_posting", args=[posting_id])
        assert one.post(page, {"transfer": transfer.pk, "posted_on": "2026-09-10"}).status_code == 422
        counter = {"transfer": transfer.pk, "posted_on": "2026-09-10", "reason": "金额写错"}
        assert one.post(page, counter).status_code == 302
        draft = Draft.objects.get(ended_at=None)
        two.post(reverse("desk:ledger_draft_step", args=[books.book.id, draft.pk, "post"]))
        assert books.balances["available"] == 0
        assert "已冲销" in seen(two, "ledger_posting", posting_id)


def test_a_month_is_closed_once_it_is_over(books: Bookkeeping) -> None:
    two = client_of(books.chief)
    with moment.standing_at(NOW):
        books.post("appropriate", 5_000, "指标", on=date(2026, 9, 10))
        period = Period.objects.get()
        address = reverse("desk:ledger_close", args=[books.book.id, period.pk])
        two.post(address)
        assert "还不能结账" in seen(two, "ledger_book", books.book.id)
    with moment.standing_at(datetime(2026, 10, 8, 9, tzinfo=moment.SHANGHAI)):
        two.post(address)
        assert "已结账" in seen(two, "ledger_book", books.book.id)


def test_books_of_another_area_stay_closed(county: County, books: Bookkeeping) -> None:
    elsewhere = appoint("ys.elsewhere", "accountant", county.station.id, county.station.path)
    assert client_of(elsewhere).get(reverse("desk:ledger_book", args=[books.book.id])).status_code == 403
    assert books.book.title not in seen(client_of(elsewhere), "ledger")
    assert client_of(county.staff["desk"]).get(reverse("desk:ledger")).status_code == 403
