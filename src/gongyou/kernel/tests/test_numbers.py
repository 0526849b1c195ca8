"""Serials: without gaps inside a block, never twice."""

from __future__ import annotations

import pytest

from gongyou.kernel.actions import action
from gongyou.kernel.models import NumberBlock
from gongyou.kernel.numbers import reserve_block, take_serial
from gongyou.kernel.tests.conftest import staff


@action("test.take", right=None)
def take(act, *, holder="desk", series="370828-26", size=5):
    return take_serial(act, series=series, holder=holder, size=size)


@action("test.reserve", right=None)
def reserve(act, *, holder, size=5):
    return reserve_block(act, series="370828-26", holder=holder, size=size)


@pytest.mark.django_db
def test_serials_run_on_over_blocks():
    assert [take(staff()) for _ in range(12)] == list(range(1, 13))
    assert NumberBlock.objects.count() == 3


@pytest.mark.django_db
def test_holders_and_series_keep_apart():
    book = reserve(staff(), holder="voice-book-7")
    assert (book.first, book.last) == (1, 5)
    assert take(staff()) == 6
    assert take(staff(), holder="voice-book-7") == 1
    assert take(staff(), series="370828-27") == 1


@pytest.mark.django_db
def test_a_failing_action_gives_its_number_back():
    @action("test.take_and_fail", right=None)
    def take_and_fail(act):
        take_serial(act, series="370828-26", holder="desk")
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        take_and_fail(staff())
    assert take(staff()) == 1


@pytest.mark.django_db(transaction=True)
def test_a_hundred_takers_at_once_get_a_hundred_numbers(threads):
    outcomes = threads.run(*[lambda: [take(staff()) for _ in range(10)]] * 10)
    assert not [o for o in outcomes if isinstance(o, BaseException)], outcomes
    taken = [serial for serials in outcomes for serial in serials]
    assert len(set(taken)) == len(taken) == 100
