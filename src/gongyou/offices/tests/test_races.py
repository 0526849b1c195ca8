"""At the same moment: one swap, one holder, one open ticket, never less than nothing in stock."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from gongyou.kernel import moment
from gongyou.kernel.access import visitor_actor
from gongyou.kernel.ids import new_id
from gongyou.kernel.tests.conftest import empty_database, threads
from gongyou.offices import services
from gongyou.offices.models import DutyShift, FaultTicket, StockLot, UseCount
from gongyou.offices.tests.conftest import County, staff
from tests.browser import emptied

__all__ = ["emptied", "empty_database", "threads"]
pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
STATION, OTHER = "99010101001", "99010101002"


def failures(outcomes: list[object]) -> int:
    return sum(isinstance(outcome, BaseException) for outcome in outcomes)


def test_nobody_is_put_in_two_places_at_once(county: County, rules: object, threads) -> None:
    account, begins = new_id(), moment.now() + timedelta(days=1)

    def put(code: str) -> object:
        return lambda: services.put_shift(
            county.system, office_id=county.ids[code], holder_name="甲", holder_account_id=account,
            from_at=begins, until_at=begins + timedelta(hours=4),
        )  # fmt: skip

    outcomes = threads.run(put(STATION), put(OTHER), put(STATION), put(OTHER))
    assert (failures(outcomes), DutyShift.objects.count()) == (3, 1)


def test_a_swap_is_agreed_once(county: County, rules: object, threads) -> None:
    one, two = (staff("desk", county.path(STATION)) for _person in range(2))
    begins: datetime = moment.now() + timedelta(days=1)
    shifts = [
        services.put_shift(
            county.system, office_id=county.ids[STATION], holder_name=name, holder_account_id=who.id,
            from_at=begins + timedelta(days=day), until_at=begins + timedelta(days=day, hours=4),
        )
        for day, (name, who) in enumerate((("甲", one), ("乙", two)))
    ]  # fmt: skip
    swap = services.ask_swap(one, shift_id=shifts[0].id, other_shift_id=shifts[1].id)
    outcomes = threads.run(*[lambda: services.answer_swap(two, swap_id=swap.id, agrees=True)] * 4)
    assert failures(outcomes) == 3
    assert list(DutyShift.objects.order_by("from_at").values_list("holder_name", flat=True)) == ["乙", "甲"]


def test_stock_tickets_and_taps_count_once_each(county: County, rules: object, threads) -> None:
    desk, office = staff("desk", county.path(STATION)), county.ids[STATION]
    lot = services.receive_lot(desk, office_id=office, item="cups", count=3)
    outcomes = threads.run(*[lambda: services.use_stock(desk, lot_id=lot.id, count=1)] * 5)
    assert (failures(outcomes), StockLot.objects.get().left) == (2, 0)
    kettle = services.add_facility(county.system, office_id=office, kind="kettle")
    report = lambda: services.report_fault(visitor_actor(), facility_id=kettle.id, text="坏了")  # noqa: E731
    assert failures(threads.run(*[report] * 4)) == 0
    assert [(t.reports) for t in FaultTicket.objects.all()] == [4]
    assert failures(threads.run(*[lambda: services.tap_use(visitor_actor(), office_id=office)] * 5)) == 0
    assert UseCount.objects.get().count == 5
