"""Opening, posting, counter-entries, closing, statements, and money that belongs in two different books."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime

import pytest

from gongyou.basics.refusal import Refusal
from gongyou.institutions.ledger import queries, services
from gongyou.institutions.ledger.definitions import AccountDeclaration, BookPlan, FlowDeclaration
from gongyou.institutions.ledger.models import Draft, PeriodTotal, Transfer
from gongyou.institutions.ledger.services.returning import Answer
from gongyou.institutions.ledger.tests.bookkeeping import (
    CONTROLLER,
    FUND,
    TREASURY,
    Bookkeeping,
    is_balanced,
    keep_book,
    staff,
)
from gongyou.kernel import moment
from gongyou.kernel.errors import DomainError, NotAllowed
from tests.yunshan.county import County

pytestmark = pytest.mark.django_db
DAY = date(2026, 9, 10)
OCTOBER = datetime(2026, 10, 12, 9, tzinfo=moment.SHANGHAI)


@pytest.fixture(autouse=True)
def september() -> Iterator[None]:
    with moment.standing_at(datetime(2026, 9, 10, 11, tzinfo=moment.SHANGHAI)):
        yield


def test_money_runs_from_appropriation_to_payment_and_back(books: Bookkeeping) -> None:
    books.post("appropriate", 100_000_00, "g-1", on=DAY)
    books.post("commit", 40_000_00, "list-1", on=DAY)
    books.post("owe", 40_000_00, "list-1", on=DAY)
    books.post("pay", 40_000_00, "batch-1", on=DAY)
    books.post("bounce", 5_000_00, "return-1", on=DAY)
    books.post("claim", 2_000_00, "claim-1", on=DAY)
    books.post("recover", 2_000_00, "claim-1", on=DAY)
    assert books.balances == {
        "granted": 100_000_00,
        "available": 62_000_00,
        "committed": 0,
        "payable": 5_000_00,
        "paid": 33_000_00,
        "recoverable": 0,
    }
    balance = queries.trial_balance(books.chief, books.book.id)
    assert balance.is_balanced
    assert balance.debit_fen > 0
    assert is_balanced()


def test_what_is_not_there_is_not_committed(books: Bookkeeping) -> None:
    books.post("appropriate", 100_00, "g-1", on=DAY)
    with pytest.raises(DomainError) as refused:
        books.post("commit", 100_01, "list-1", on=DAY)
    assert refused.value.code == "not_enough"
    assert "100.00元" in refused.value.sentence()
    assert books.balances["available"] == 100_00


def test_nothing_is_posted_twice(books: Bookkeeping) -> None:
    books.post("appropriate", 100_00, "g-1", on=DAY)
    with pytest.raises(DomainError, match="没有重复记账"):
        books.post("appropriate", 100_00, "g-1", on=DAY)
    with pytest.raises(DomainError) as refused:
        books.post("appropriate", 100_00, "g-2", on=DAY, entry="g-1")
    assert refused.value.code == "posted_before"
    assert books.balances["granted"] == 100_00


def test_whoever_prepared_does_not_post(books: Bookkeeping, county: County) -> None:
    draft = services.draft_posting(
        books.accountant,
        book_id=books.book.id,
        flow="appropriate",
        posted_on=DAY,
        reference="g-1",
        purpose="拨款",
        entries=(("g-1", 1, 100),),
    )
    with pytest.raises(NotAllowed):
        services.post_draft(books.accountant, draft_id=draft.id)
    both = replace(books.accountant, holdings=(*books.accountant.holdings, *books.chief.holdings), _scopes={})
    with pytest.raises(DomainError) as refused:
        services.post_draft(both, draft_id=draft.id)
    assert refused.value.code == "same_person"
    services.post_draft(books.chief, draft_id=draft.id)
    with pytest.raises(DomainError, match="处理过"):
        services.post_draft(books.chief, draft_id=draft.id)


def test_a_draft_waits_until_it_is_posted_or_dropped(books: Bookkeeping) -> None:
    draft = services.draft_posting(
        books.accountant,
        book_id=books.book.id,
        flow="appropriate",
        posted_on=DAY,
        reference="g-1",
        purpose="拨款",
        entries=(("g-1", 1, 100),),
    )
    assert [d.id for d in queries.drafts(books.chief, books.book.id)] == [draft.id]
    services.drop_draft(books.accountant, draft_id=draft.id)
    assert queries.drafts(books.chief, books.book.id) == ()
    assert Draft.objects.get(pk=draft.id).posting_id is None
    assert not Transfer.objects.exists()


def test_a_correction_is_a_counter_entry(books: Bookkeeping) -> None:
    posting = books.post("appropriate", 100_00, "g-1", on=DAY)
    [line] = queries.transfers(books.chief, posting).items
    draft = services.draft_counter_entry(
        books.accountant, transfer_id=line.id, posted_on=DAY, reason="金额录错"
    )
    services.post_draft(books.chief, draft_id=draft.id)
    assert books.balances["granted"] == books.balances["available"] == 0
    assert queries.transfers(books.chief, posting).items[0].is_reversed
    again = services.draft_counter_entry
    with pytest.raises(DomainError):
        draft = again(books.accountant, transfer_id=line.id, posted_on=DAY, reason="再冲一次")
        services.post_draft(books.chief, draft_id=draft.id)
    assert is_balanced()


def test_a_closed_period_takes_nothing(books: Bookkeeping) -> None:
    books.post("appropriate", 100_00, "g-1", on=DAY)
    [period] = queries.periods(books.chief, books.book.id)
    with pytest.raises(DomainError, match="还不能结账"):
        services.close_period(books.chief, period_id=period.id)
    with moment.standing_at(OCTOBER):
        with pytest.raises(NotAllowed):
            services.close_period(books.accountant, period_id=period.id)
        closed = services.close_period(books.chief, period_id=period.id)
        assert (closed.transfer_count, closed.sum_fen) == (1, 100_00)
        assert closed.digest == queries.trial_balance(books.chief, books.book.id, until=period.ends_on).digest
        assert PeriodTotal.objects.filter(period_id=period.id).count() == 6
        with pytest.raises(DomainError, match="已经结账"):
            books.post("appropriate", 100_00, "g-2", on=DAY)
        books.post("appropriate", 50_00, "g-3", on=OCTOBER.date())
        early = date(2026, 8, 31)
        with pytest.raises(DomainError, match="已经结账"):
            books.post("appropriate", 100_00, "g-4", on=early)
    assert books.balances["granted"] == 150_00


def test_a_statement_runs_from_opening_to_closing_balance(books: Bookkeeping) -> None:
    books.post("appropriate", 100_00, "g-1", on=date(2026, 9, 1))
    books.post("appropriate", 20_00, "g-2", on=date(2026, 9, 5))
    books.post("commit", 30_00, "l-1", on=date(2026, 9, 6))
    available = next(
        a for a in queries.trial_balance(books.chief, books.book.id).lines if a.name == "available"
    )
    found = queries.statement(books.chief, available.id, since=date(2026, 9, 2), until=date(2026, 9, 30))
    assert found.opening_fen == 100_00
    assert [line.balance_fen for line in found.lines] == [120_00, 90_00]
    assert found.closing_fen == available.balance_fen == 90_00


def test_returned_money_and_fines_lie_in_different_books(books: Bookkeeping, county: County) -> None:
    treasury = keep_book(county, TREASURY)
    books.post("appropriate", 100_00, "g-1", on=DAY)
    books.post("commit", 50_00, "l", on=DAY)
    books.post("owe", 50_00, "l", on=DAY)
    books.post("pay", 50_00, "l", on=DAY)
    books.post("claim", 50_00, "l", on=DAY)
    given = {"area": county.area, "controller": CONTROLLER, "fund": "unemployment", "posted_on": DAY}
    back = services.receive_money(
        books.accountant,
        money="returned",
        reference="r-1",
        purpose="退回骗取的返还",
        amount_fen=50_00,
        **given,
    )
    fine = services.receive_money(
        books.accountant, money="fine", reference="f-1", purpose="行政罚款", amount_fen=100_00, **given
    )
    assert (back.book_id, fine.book_id) == (books.book.id, treasury.book.id)
    for draft in (back, fine):
        services.post_draft(books.chief, draft_id=draft.id)
    assert treasury.balances == {"imposed": 100_00, "treasury": 100_00}
    assert books.balances["available"] == 100_00
    mixed = FlowDeclaration(id="fine", title="罚款", debit="available", credit="granted", money="fine")
    with pytest.raises(Refusal, match="罚款进国库"):
        services.open_book(
            books.chief,
            plan=replace(FUND, id="mixed", flows=(*FUND.flows, mixed)),
            office_id=county.root.id,
            controller=CONTROLLER,
        )


@pytest.mark.parametrize(
    ("flow", "code"),
    [
        (FlowDeclaration(id="x", title="x", debit="available", credit="nowhere"), "plan_account"),
        (FlowDeclaration(id="x", title="x", debit="available", credit="available"), "plan_circle"),
        (FlowDeclaration(id="commit", title="x", debit="available", credit="granted"), "plan_twice"),
    ],
)
def test_a_wrong_plan_names_its_entry(county: County, flow: FlowDeclaration, code: str) -> None:
    with pytest.raises(Refusal) as refused:
        services.open_book(
            staff("chief_accountant", county),
            plan=replace(FUND, flows=(*FUND.flows, flow)),
            office_id=county.root.id,
            controller=CONTROLLER,
        )
    assert refused.value.code == code


def test_a_book_is_opened_once_and_its_plan_stays(books: Bookkeeping, county: County) -> None:
    given = {"office_id": county.root.id, "controller": CONTROLLER}
    assert services.open_book(books.chief, plan=FUND, **given).id == books.book.id
    changed: BookPlan = replace(FUND, accounts=(*FUND.accounts, AccountDeclaration(id="more", title="另")))
    with pytest.raises(DomainError, match="另一版"):
        services.open_book(books.chief, plan=changed, **given)


def test_a_return_file_is_compared_line_by_line(books: Bookkeeping) -> None:
    books.post("appropriate", 100_00, "g-1", on=DAY)
    books.post("commit", 60_00, "l", on=DAY)
    books.post("owe", 60_00, "l", on=DAY)
    draft = services.draft_posting(
        books.accountant,
        book_id=books.book.id,
        flow="pay",
        posted_on=DAY,
        reference="batch-1",
        purpose="付款",
        entries=(("a", 1, 10_00), ("b", 1, 20_00), ("c", 1, 5_00), ("d", 1, 25_00)),
    )
    posting = services.post_draft(books.chief, draft_id=draft.id)
    answers = (
        Answer("a", 10_00, True),
        Answer("b", 20_00, False, "账号户名不符"),
        Answer("c", 6_00, True),
        Answer("z", 1_00, True),
    )
    found = services.reconcile_returns(
        books.accountant, posting_id=posting.id, name="hp.csv", answers=answers
    )
    assert (found.matched, found.failed, found.missing, found.extra, found.differing) == (1, 1, 1, 1, 1)
    assert [(d.kind, d.reference) for d in found.differences] == [
        ("failed", "b"),
        ("differing", "c"),
        ("missing", "d"),
        ("extra", "z"),
    ]
    assert not found.is_clean
    again = services.reconcile_returns(
        books.accountant, posting_id=posting.id, name="hp.csv", answers=answers
    )
    assert again.file_id == found.file_id
    assert len(queries.reconciliations(books.chief, posting.id)) == 1
    with pytest.raises(DomainError, match="第2行"):
        services.reconcile_returns(
            books.accountant, posting_id=posting.id, name="x.csv", answers=(answers[0], answers[0])
        )


def test_books_of_another_county_stay_shut(two_counties: tuple[County, County]) -> None:
    ours, other = two_counties
    books = keep_book(ours)
    stranger = staff("chief_accountant", other)
    for ask in (
        lambda: queries.book(stranger, books.book.id),
        lambda: queries.trial_balance(stranger, books.book.id),
        lambda: queries.postings(stranger, books.book.id),
        lambda: queries.drafts(stranger, books.book.id),
        lambda: queries.periods(stranger, books.book.id),
    ):
        with pytest.raises(NotAllowed):
            ask()
    assert queries.books(stranger) == ()
