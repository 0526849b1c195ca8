"""What must hold for every clock, whatever the dates."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import chinese_calendar
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gongyou.basics.refusal import Refusal
from gongyou.basics.tests.conftest import CALENDARS
from gongyou.basics.workdays import (
    SHANGHAI,
    Calendar,
    Overlay,
    Pause,
    Unit,
    days_of_coverage_left,
    due,
    load_editions,
    next_working_day,
    working_days_between,
)

OFFICIAL = Calendar(load_editions(CALENDARS))
DAY_UNITS = st.sampled_from([Unit.WORKING_DAY, Unit.CALENDAR_DAY])
UNITS = st.sampled_from(list(Unit))
FIRST = datetime(2023, 11, 1, tzinfo=SHANGHAI)
MOMENTS = st.integers(0, 1550 * 24 * 60).map(lambda minute: FIRST + timedelta(minutes=minute))
BUDGETS = st.integers(0, 40)


@st.composite
def clocks(draw: st.DrawFn) -> tuple[datetime, list[Pause]]:
    """A start and up to four closed pauses that lie near it."""
    start = draw(MOMENTS)
    pauses = []
    for _ in range(draw(st.integers(0, 4))):
        begun = start + timedelta(minutes=draw(st.integers(-3_000, 60_000)))
        pauses.append(Pause(begun, begun + timedelta(minutes=draw(st.integers(0, 12_000)))))
    return start, pauses


def due_at(start: datetime, budget: int, unit: Unit, calendar: Calendar, pauses: list[Pause]) -> datetime:
    found = due(start=start, budget=budget, unit=unit, calendar=calendar, pauses=pauses).due_at
    assert found is not None
    return found


@settings(max_examples=200)
@given(clocks(), BUDGETS, DAY_UNITS)
def test_due_at_the_close_of_a_working_day(
    clock: tuple[datetime, list[Pause]], budget: int, unit: Unit
) -> None:
    found = due_at(clock[0], budget, unit, OFFICIAL, clock[1])
    assert OFFICIAL.is_working_day(found.date())
    assert found == OFFICIAL.closing(found.date())
    assert found >= clock[0]


@settings(max_examples=200)
@given(clocks(), BUDGETS, UNITS)
def test_more_budget_is_never_earlier(clock: tuple[datetime, list[Pause]], budget: int, unit: Unit) -> None:
    start, pauses = clock
    assert due_at(start, budget + 1, unit, OFFICIAL, pauses) >= due_at(start, budget, unit, OFFICIAL, pauses)


@settings(max_examples=200)
@given(clocks(), clocks(), BUDGETS, UNITS)
def test_a_pause_is_never_earlier(
    clock: tuple[datetime, list[Pause]], other: tuple[datetime, list[Pause]], budget: int, unit: Unit
) -> None:
    start, pauses = clock
    moved = [Pause(p.start - other[0] + start, p.end - other[0] + start) for p in other[1] if p.end]
    paused = due_at(start, budget, unit, OFFICIAL, pauses + moved)
    assert paused >= due_at(start, budget, unit, OFFICIAL, pauses)


@settings(max_examples=200)
@given(clocks(), st.sets(st.integers(0, 60), min_size=1, max_size=10), BUDGETS, UNITS)
def test_an_added_holiday_is_never_earlier(
    clock: tuple[datetime, list[Pause]], offsets: set[int], budget: int, unit: Unit
) -> None:
    start, pauses = clock
    off = {start.date() + timedelta(days=offset): "台风停工" for offset in offsets}
    with_holidays = Calendar(OFFICIAL.editions, Overlay(off=off))
    assert due_at(start, budget, unit, with_holidays, pauses) >= due_at(start, budget, unit, OFFICIAL, pauses)


@settings(max_examples=200)
@given(
    MOMENTS, BUDGETS, DAY_UNITS, st.integers(-2, 50), st.tuples(st.integers(0, 1439), st.integers(0, 1439))
)
def test_a_pause_inside_one_day_buys_nothing(
    start: datetime, budget: int, unit: Unit, offset: int, minutes: tuple[int, int]
) -> None:
    midnight = datetime.combine(start.date() + timedelta(days=offset), datetime.min.time(), SHANGHAI)
    begun, ended = (midnight + timedelta(minutes=minute) for minute in sorted(minutes))
    day = begun.date()
    if begun <= OFFICIAL.opening(day) and ended >= OFFICIAL.closing(day):
        begun = OFFICIAL.opening(day) + timedelta(minutes=1)
    plain = due(start=start, budget=budget, unit=unit, calendar=OFFICIAL)
    assert (
        due(start=start, budget=budget, unit=unit, calendar=OFFICIAL, pauses=[Pause(begun, ended)]) == plain
    )


@settings(max_examples=200)
@given(clocks(), BUDGETS, UNITS)
def test_the_same_clock_twice_and_in_another_zone(
    clock: tuple[datetime, list[Pause]], budget: int, unit: Unit
) -> None:
    start, pauses = clock
    first = due(start=start, budget=budget, unit=unit, calendar=OFFICIAL, pauses=pauses)
    fresh = Calendar(OFFICIAL.editions)
    in_utc = [Pause(p.start.astimezone(UTC), p.end.astimezone(UTC)) for p in reversed(pauses) if p.end]
    assert due(start=start.astimezone(UTC), budget=budget, unit=unit, calendar=fresh, pauses=in_utc) == first


@settings(max_examples=200)
@given(MOMENTS, st.integers(1, 40))
def test_working_days_between_start_and_due_are_the_budget(start: datetime, budget: int) -> None:
    found = due_at(start, budget, Unit.WORKING_DAY, OFFICIAL, [])
    assert working_days_between(start.date(), found.date(), OFFICIAL) == budget
    assert working_days_between(found.date(), start.date(), OFFICIAL) == -budget


def test_every_day_agrees_with_an_independent_calendar() -> None:
    """chinesecalendar is kept by others from the same notices; 2027 has none yet."""
    day, days = date(2024, 1, 1), 0
    while day <= date(2026, 12, 31):
        found = OFFICIAL.day(day)
        assert found.is_working_day == chinese_calendar.is_workday(day), day
        assert not found.provisional
        day, days = day + timedelta(days=1), days + 1
    assert days == 366 + 365 + 365


def test_coverage() -> None:
    assert days_of_coverage_left(OFFICIAL, date(2026, 11, 22)) == 39
    assert days_of_coverage_left(OFFICIAL, date(2024, 1, 1)) == 366 + 365 + 365 - 1, "over three editions"
    assert days_of_coverage_left(OFFICIAL, date(2026, 12, 31)) == 0
    assert days_of_coverage_left(OFFICIAL, date(2027, 3, 1)) == 0, "a provisional edition is no coverage"
    assert days_of_coverage_left(OFFICIAL, date(2023, 12, 31)) == 0


def test_next_working_day() -> None:
    assert next_working_day(date(2026, 10, 1), OFFICIAL) == date(2026, 10, 8)
    assert next_working_day(date(2026, 10, 10), OFFICIAL) == date(2026, 10, 10), "a make-up Saturday"


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"start": datetime.fromisoformat("2026-09-30T15:00")}, "time_without_zone"),
        ({"start": datetime(226, 9, 30, 15, tzinfo=UTC)}, "time_out_of_range"),
        ({"budget": -1}, "budget_out_of_range"),
        ({"budget": 3661}, "budget_out_of_range"),
        ({"pauses": [Pause(datetime.fromisoformat("2026-10-01"))]}, "time_without_zone"),
        (
            {"pauses": [Pause(datetime(2026, 10, 2, tzinfo=UTC), datetime(2026, 10, 1, tzinfo=UTC))]},
            "pause_reversed",
        ),
        (
            {"pauses": [Pause(datetime(2026, 9, 1, tzinfo=UTC), datetime(2199, 10, 1, tzinfo=UTC))]},
            "deadline_too_far",
        ),
    ],
)
def test_wrong_clocks_are_refused(wrong: dict[str, object], code: str) -> None:
    right = {"start": datetime(2026, 9, 30, 15, tzinfo=SHANGHAI), "budget": 3, "unit": Unit.WORKING_DAY}
    with pytest.raises(Refusal) as refused:
        due(calendar=OFFICIAL, **{**right, **wrong})  # type: ignore[arg-type]
    assert refused.value.code == code
    assert "{" not in refused.value.sentence()
