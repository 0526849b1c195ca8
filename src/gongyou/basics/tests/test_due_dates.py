"""Golden table of due dates, to be read next to the holiday notices. The weekday names are checked too."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from gongyou.basics.workdays import SHANGHAI, Calendar, Pause, Unit, due

WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")

# received              days  due                why
WORKING_DAYS = """
Mon 2024-01-01 10:00    1     Tue 2024-01-02     元旦: filed on the holiday
Fri 2024-02-02 10:00    1     Sun 2024-02-04     春节: make-up Sunday before it
Fri 2024-02-09 10:00    1     Sun 2024-02-18     春节: last day before it, make-up Sunday after it
Fri 2024-02-09 10:00    2     Mon 2024-02-19
Sat 2024-02-17 10:00    1     Sun 2024-02-18     春节: filed on its last day
Wed 2024-04-03 10:00    1     Sun 2024-04-07     清明节
Wed 2024-04-03 10:00    2     Mon 2024-04-08
Fri 2024-04-26 10:00    1     Sun 2024-04-28     劳动节: make-up Sunday before it
Tue 2024-04-30 10:00    1     Mon 2024-05-06     劳动节
Fri 2024-05-10 10:00    1     Sat 2024-05-11     劳动节: make-up Saturday after it
Fri 2024-05-10 10:00    2     Mon 2024-05-13
Fri 2024-06-07 10:00    1     Tue 2024-06-11     端午节
Fri 2024-09-13 10:00    1     Sat 2024-09-14     中秋节: make-up Saturday before it
Sat 2024-09-14 10:00    1     Wed 2024-09-18     中秋节
Fri 2024-09-27 10:00    1     Sun 2024-09-29     国庆节: make-up Sunday before it
Mon 2024-09-30 10:00    1     Tue 2024-10-08     国庆节
Fri 2024-10-11 10:00    1     Sat 2024-10-12     国庆节: make-up Saturday after it
Fri 2024-10-11 10:00    2     Mon 2024-10-14
Tue 2024-12-31 10:00    1     Thu 2025-01-02     元旦: two editions
Fri 2025-01-24 10:00    1     Sun 2025-01-26     春节: make-up Sunday before it
Mon 2025-01-27 10:00    1     Wed 2025-02-05     春节
Fri 2025-02-07 10:00    1     Sat 2025-02-08     春节: make-up Saturday after it
Thu 2025-04-03 10:00    1     Mon 2025-04-07     清明节
Fri 2025-04-25 10:00    1     Sun 2025-04-27     劳动节: make-up Sunday before it
Wed 2025-04-30 10:00    1     Tue 2025-05-06     劳动节
Fri 2025-05-30 10:00    1     Tue 2025-06-03     端午节
Fri 2025-09-26 10:00    1     Sun 2025-09-28     国庆节: make-up Sunday before it
Tue 2025-09-30 10:00    1     Thu 2025-10-09     国庆节、中秋节
Fri 2025-10-10 10:00    1     Sat 2025-10-11     国庆节: make-up Saturday after it
Wed 2025-12-31 10:00    1     Sun 2026-01-04     元旦: make-up Sunday after it
Fri 2026-02-13 10:00    1     Sat 2026-02-14     春节: make-up Saturday before it
Sat 2026-02-14 10:00    1     Tue 2026-02-24     春节: filed on the make-up Saturday
Fri 2026-02-13 17:00    3     Wed 2026-02-25
Fri 2026-02-13 17:00    7     Mon 2026-03-02
Fri 2026-02-13 17:30    3     Wed 2026-02-25     after closing: still that day
Fri 2026-02-27 10:00    1     Sat 2026-02-28     春节: make-up Saturday after it
Fri 2026-04-03 10:00    1     Tue 2026-04-07     清明节
Thu 2026-04-30 10:00    1     Wed 2026-05-06     劳动节
Fri 2026-05-08 10:00    1     Sat 2026-05-09     劳动节: make-up Saturday after it
Thu 2026-06-18 10:00    1     Mon 2026-06-22     端午节
Fri 2026-09-18 10:00    1     Sun 2026-09-20     国庆节: make-up Sunday before it
Thu 2026-09-17 10:00    3     Mon 2026-09-21     make-up Sunday counts
Thu 2026-09-17 10:00    7     Mon 2026-09-28
Sun 2026-09-20 10:00    3     Wed 2026-09-23     filed on the make-up Sunday
Sat 2026-09-19 10:00    3     Tue 2026-09-22     filed on a rest day
Thu 2026-09-24 10:00    1     Mon 2026-09-28     中秋节
Wed 2026-09-30 15:00    1     Thu 2026-10-08     国庆节
Wed 2026-09-30 15:00    3     Sat 2026-10-10     国庆节: make-up Saturday after it
Wed 2026-09-30 15:00    7     Thu 2026-10-15
Mon 2026-10-12 10:00    3     Thu 2026-10-15     simple ...
Mon 2026-10-12 10:00    7     Wed 2026-10-21     ... becomes complex on its second day
Mon 2026-10-19 10:00    1     Tue 2026-10-20     complex becomes simple on day 5: one day left
Wed 2026-12-30 10:00    1     Thu 2026-12-31     last day any notice covers
Thu 2026-12-31 10:00    1     Mon 2027-01-04 ?   元旦 by law, no notice yet
Thu 2026-12-24 10:00    7     Tue 2027-01-05 ?
Thu 2027-02-04 10:00    1     Tue 2027-02-09 ?   春节 by law
Fri 2027-04-02 10:00    1     Tue 2027-04-06 ?   清明节 by law
Fri 2027-04-30 10:00    1     Mon 2027-05-03 ?   劳动节 by law
Tue 2027-06-08 10:00    1     Thu 2027-06-10 ?   端午节 by law
Tue 2027-09-14 10:00    1     Thu 2027-09-16 ?   中秋节 by law
Thu 2027-09-30 10:00    1     Mon 2027-10-04 ?   国庆节 by law
Fri 2027-12-31 10:00    1     Mon 2028-01-03 ?   nothing known: plain weekdays
Fri 2026-11-20 10:00    0     Fri 2026-11-20     no days: the same day
Fri 2026-11-20 17:00    0     Fri 2026-11-20     at closing time
Fri 2026-11-20 17:01    0     Mon 2026-11-23     nothing is due before it was asked for
Sat 2026-11-21 10:00    0     Mon 2026-11-23
"""

CALENDAR_DAYS = """
Thu 2024-02-08 10:00    2     Sun 2024-02-18     last day = first day of 春节; make-up Sunday is a working day
Wed 2024-02-14 10:00    3     Sun 2024-02-18     last day = last day of 春节
Thu 2025-01-02 10:00    2     Mon 2025-01-06     ordinary weekend
Wed 2025-01-29 10:00    7     Wed 2025-02-05     counted through the holiday, ends after it
Fri 2025-01-24 10:00    2     Sun 2025-01-26     last day is a make-up Sunday: no move
Thu 2025-10-02 10:00    6     Thu 2025-10-09     last day = last day of 国庆节
Wed 2026-09-16 10:00    3     Sun 2026-09-20     Saturday moves to the make-up Sunday
Fri 2026-09-18 10:00    2     Sun 2026-09-20     last day is the make-up Sunday
Mon 2026-09-28 10:00    3     Thu 2026-10-08     last day = first day of 国庆节
Sun 2026-10-04 10:00    3     Thu 2026-10-08     last day = last day of 国庆节
Mon 2026-10-05 10:00    3     Thu 2026-10-08     ends just after it
Wed 2026-09-30 15:00    3     Thu 2026-10-08
Wed 2026-09-30 15:00    7     Thu 2026-10-08
Wed 2026-09-30 15:00    9     Fri 2026-10-09
Wed 2026-09-30 15:00    10    Sat 2026-10-10     make-up Saturday
Wed 2026-09-30 15:00    11    Mon 2026-10-12
Fri 2026-02-13 17:30    3     Tue 2026-02-24
Mon 2026-12-28 10:00    3     Thu 2026-12-31
Tue 2026-12-29 10:00    3     Mon 2027-01-04 ?
Mon 2027-12-27 10:00    10    Thu 2028-01-06 ?
Fri 2026-11-20 10:00    0     Fri 2026-11-20
Fri 2026-11-20 18:00    0     Mon 2026-11-23
Sun 2026-11-22 10:00    0     Mon 2026-11-23
"""


def at(text: str) -> datetime:
    """`2026-09-30 15:00`, Shanghai time; a weekday before it must be the right one."""
    *weekday, day, clock = text.split()
    moment = datetime.fromisoformat(f"{day} {clock}").replace(tzinfo=SHANGHAI)
    assert weekday in ([], [WEEKDAYS[moment.weekday()]]), text
    return moment


def rows(table: str) -> list[tuple[datetime, int, datetime, bool]]:
    found = []
    for line in table.strip().splitlines():
        weekday, day, clock, budget, due_weekday, due_day, *rest = line.split()
        due_at = at(f"{due_weekday} {due_day} 17:00")
        found.append((at(f"{weekday} {day} {clock}"), int(budget), due_at, rest[:1] == ["?"]))
    return found


@pytest.mark.parametrize(("received", "days", "due_at", "provisional"), rows(WORKING_DAYS))
def test_working_days(
    official: Calendar, received: datetime, days: int, due_at: datetime, provisional: bool
) -> None:
    found = due(start=received, budget=days, unit=Unit.WORKING_DAY, calendar=official)
    assert (found.due_at, found.provisional) == (due_at, provisional)


@pytest.mark.parametrize(("received", "days", "due_at", "provisional"), rows(CALENDAR_DAYS))
def test_calendar_days(
    official: Calendar, received: datetime, days: int, due_at: datetime, provisional: bool
) -> None:
    found = due(start=received, budget=days, unit=Unit.CALENDAR_DAY, calendar=official)
    assert (found.due_at, found.provisional) == (due_at, provisional)


# The clock: seven working days (or N calendar days) from Wed 2026-09-30 15:00; without a pause Thu 10-15.
PAUSED = [
    # unit, days, pauses, due, paused days, why
    ("w", 7, [("2026-10-09 10:00", "2026-10-13 15:00")], "2026-10-19", ["10-10", "10-12"], "whole days only"),
    ("w", 7, [("2026-10-09 10:00", "2026-10-09 16:00")], "2026-10-15", [], "six hours inside one day"),
    ("w", 7, [("2026-10-09 08:30", "2026-10-09 17:00")], "2026-10-16", ["10-09"], "opening to closing"),
    ("w", 7, [("2026-10-09 08:31", "2026-10-09 17:00")], "2026-10-15", [], "a minute late"),
    ("w", 7, [("2026-10-09 08:30", "2026-10-09 16:59")], "2026-10-15", [], "a minute early"),
    (
        "w",
        7,
        [("2026-10-09 08:00", "2026-10-09 12:00"), ("2026-10-09 12:00", "2026-10-09 18:00")],
        "2026-10-16",
        ["10-09"],
        "two pauses that touch",
    ),
    (
        "w",
        7,
        [("2026-10-09 08:00", "2026-10-09 12:00"), ("2026-10-09 12:01", "2026-10-09 18:00")],
        "2026-10-15",
        [],
        "two pauses with a minute between",
    ),
    ("w", 7, [("2026-10-01 00:00", "2026-10-07 23:00")], "2026-10-15", [], "nothing to stop on rest days"),
    ("w", 7, [("2026-09-01 00:00", "2026-09-30 14:00")], "2026-10-15", [], "over before the start"),
    ("w", 7, [("2026-10-16 00:00", "2026-10-30 00:00")], "2026-10-15", [], "after it was due"),
    ("c", 15, [], "2026-10-15", [], "calendar days without a pause"),
    ("c", 15, [("2026-10-12 00:00", "2026-10-13 00:00")], "2026-10-16", ["10-12"], "midnight to midnight"),
    ("c", 15, [("2026-10-12 00:01", "2026-10-13 23:59")], "2026-10-15", [], "no whole day"),
    ("c", 15, [("2026-10-12 08:30", "2026-10-12 17:00")], "2026-10-15", [], "office hours are no whole day"),
    (
        "c",
        3,
        [("2026-10-08 00:00", "2026-10-09 00:00")],
        "2026-10-09",
        ["10-08"],
        "the day it would move to is stopped",
    ),
]


@pytest.mark.parametrize(("unit", "days", "pauses", "due_on", "paused", "why"), PAUSED)
def test_pauses(
    *,
    official: Calendar,
    unit: str,
    days: int,
    pauses: list[tuple[str, str]],
    due_on: str,
    paused: list[str],
    why: str,
) -> None:
    found = due(
        start=at("Wed 2026-09-30 15:00"),
        budget=days,
        unit=Unit.WORKING_DAY if unit == "w" else Unit.CALENDAR_DAY,
        calendar=official,
        pauses=[Pause(at(start), at(end)) for start, end in pauses],
    )
    assert found.due_at == at(f"{due_on} 17:00"), why
    assert found.paused_days == tuple(date.fromisoformat(f"2026-{day}") for day in paused), why


@pytest.mark.parametrize("unit", list(Unit))
def test_an_open_pause_leaves_no_date(official: Calendar, unit: Unit) -> None:
    start = at("Thu 2026-10-15 10:00")
    found = due(start=start, budget=5, unit=unit, calendar=official, pauses=[Pause(at("2026-10-15 11:00"))])
    assert (found.due_at, found.provisional) == (None, False)


@pytest.mark.parametrize("unit", list(Unit))
def test_an_open_pause_after_the_due_time_changes_nothing(official: Calendar, unit: Unit) -> None:
    start = at("Thu 2026-10-15 10:00")
    plain = due(start=start, budget=5, unit=unit, calendar=official)
    assert plain.due_at is not None
    assert due(start=start, budget=5, unit=unit, calendar=official, pauses=[Pause(plain.due_at)]) == plain


def test_rest_days_explain_a_date(official: Calendar) -> None:
    start = at("Wed 2026-09-30 15:00")
    golden_week = tuple(date(2026, 10, day) for day in range(1, 8))
    working = due(start=start, budget=3, unit=Unit.WORKING_DAY, calendar=official)
    assert (working.rest_days, working.paused_days, working.edition) == (golden_week, (), "cn-2026")
    calendar = due(start=start, budget=3, unit=Unit.CALENDAR_DAY, calendar=official)
    assert calendar.rest_days == golden_week[2:], "only the days at the end put a calendar-day period off"
    across = due(start=at("2026-12-30 10:00"), budget=2, unit=Unit.WORKING_DAY, calendar=official)
    assert (across.edition, across.provisional) == ("cn-2026+cn-2027-statutory", True)


HOURS = [
    # unit, hours, start, pauses, due
    ("h", 2, "2026-10-03 23:00", [], "2026-10-04 01:00"),
    ("h", 24, "2026-09-30 15:00", [], "2026-10-01 15:00"),
    ("h", 0, "2026-09-30 15:00", [], "2026-09-30 15:00"),
    ("h", 2, "2026-09-30 15:00", [("2026-09-30 16:00", "2026-09-30 16:20")], "2026-09-30 17:20"),
    ("h", 2, "2026-09-30 15:00", [("2026-09-30 14:00", "2026-09-30 15:30")], "2026-09-30 17:30"),
    ("h", 2, "2026-09-30 15:00", [("2026-09-30 17:00", "2026-09-30 18:00")], "2026-09-30 17:00"),
    ("b", 4, "2026-09-30 10:00", [], "2026-09-30 14:00"),
    ("b", 4, "2026-09-30 13:00", [], "2026-09-30 17:00"),
    ("b", 4, "2026-09-30 15:00", [], "2026-10-08 10:30"),
    ("b", 4, "2026-09-30 18:00", [], "2026-10-08 12:30"),
    ("b", 4, "2026-09-30 07:00", [], "2026-09-30 12:30"),
    ("b", 4, "2026-10-10 15:00", [], "2026-10-12 10:30"),
    ("b", 0, "2026-09-30 18:00", [], "2026-10-08 08:30"),
    ("b", 4, "2026-09-30 10:00", [("2026-09-30 11:00", "2026-09-30 12:00")], "2026-09-30 15:00"),
    ("b", 4, "2026-09-30 15:00", [("2026-10-01 09:00", "2026-10-07 09:00")], "2026-10-08 10:30"),
    ("b", 4, "2026-09-30 15:00", [("2026-09-30 16:30", "2026-10-08 09:30")], "2026-10-08 12:00"),
    ("b", 4, "2026-09-30 15:00", [("2026-10-08 00:00", "2026-10-09 00:00")], "2026-10-09 10:30"),
]


@pytest.mark.parametrize(("unit", "hours", "start", "pauses", "due_at"), HOURS)
def test_hours(
    *, official: Calendar, unit: str, hours: int, start: str, pauses: list[tuple[str, str]], due_at: str
) -> None:
    found = due(
        start=at(start),
        budget=hours,
        unit=Unit.HOUR if unit == "h" else Unit.BUSINESS_HOUR,
        calendar=official,
        pauses=[Pause(at(begun), at(ended)) for begun, ended in pauses],
    )
    assert found.due_at == at(due_at)
    assert found.provisional is False
