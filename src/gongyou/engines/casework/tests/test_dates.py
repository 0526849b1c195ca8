"""Dates a lawyer can check with a calendar.

370828: 08:30 to 17:00; 简单3日、复杂7日、复盘5日 (calendar days), 回访3个工作日.

November 2026: the 2nd is a Monday. Off: 1-7 October; worked: Saturday 10 October.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from gongyou.basics.workdays import Calendar, Edition, Unit
from gongyou.engines.casework.definitions import Happens
from gongyou.engines.casework.loop import Happening, apply
from gongyou.engines.casework.tests.histories import due_text, moment_of, stands
from gongyou.engines.casework.tests.published import STRAIGHT, TRIAGE, case_type, office_calendar, packs

BEGUN = "2026-11-02 10:00 received complex\n2026-11-02 11:00 accepted"
SIMPLE = "2026-11-02 10:00 received simple\n2026-11-02 11:00 accepted"
SETTLED = SIMPLE + "\n2026-11-04 16:00 settled"
REVIEWING = SETTLED + "\n2026-11-05 10:00 called_dissatisfied"

# what | history | clock | due
TABLE = [
    ("a simple demand: three days, the first not counted", SIMPLE, "settle", "2026-11-05 17:00"),
    ("a complex one: seven days", BEGUN, "settle", "2026-11-09 17:00"),
    (
        "three days that end inside the holiday end after it",
        "2026-09-30 15:00 received simple",
        "settle",
        "2026-10-08 17:00",
    ),
    ("receipt by the next working day", SIMPLE, "receipt", "2026-11-03 17:00"),
    (
        "receipt of a demand made on the eve of the holiday",
        "2026-09-30 15:00 received simple",
        "receipt",
        "2026-10-08 17:00",
    ),
    (
        "four office hours to accept run over night",
        "2026-11-02 15:00 received simple",
        "accept",
        "2026-11-03 10:30",
    ),
    (
        "simple to complex: same start, the longer promise",
        SIMPLE + "\n2026-11-04 10:00 reclassified complex",
        "settle",
        "2026-11-09 17:00",
    ),
    (
        "complex to simple early: the shorter promise from the same start",
        BEGUN + "\n2026-11-03 09:00 reclassified simple",
        "settle",
        "2026-11-05 17:00",
    ),
    (
        "complex to simple on the last day: one working day is left",
        BEGUN + "\n2026-11-05 10:00 reclassified simple",
        "settle",
        "2026-11-06 17:00",
    ),
    (
        "complex to simple on a Friday: the working day left is Monday",
        BEGUN + "\n2026-11-06 10:00 reclassified simple",
        "settle",
        "2026-11-09 17:00",
    ),
    (
        "a pause inside one day buys nothing",
        BEGUN + "\n2026-11-03 08:30 paused\n2026-11-03 17:00 resumed",
        "settle",
        "2026-11-09 17:00",
    ),
    ("while it is stopped there is no date", BEGUN + "\n2026-11-03 10:00 paused", "settle", None),
    (
        "two pauses: the 4th and the 6th stood still from midnight to midnight",
        BEGUN
        + """
        2026-11-03 10:00 paused
        2026-11-05 09:00 resumed
        2026-11-05 10:00 paused
        2026-11-07 09:00 resumed""",
        "settle",
        "2026-11-11 17:00",
    ),
    (
        "a day stopped by two pauses that touch stood still",
        BEGUN
        + """
        2026-11-03 10:00 paused
        2026-11-04 12:00 resumed
        2026-11-04 12:00 paused
        2026-11-05 09:00 resumed""",
        "settle",
        "2026-11-10 17:00",
    ),
    (
        "an answer ends a pause; the stopped day is given back",
        BEGUN + "\n2026-11-03 10:00 paused\n2026-11-05 10:00 settled",
        "settle",
        "2026-11-10 17:00",
    ),
    (
        "one working day left stays one working day left after a pause inside the day",
        BEGUN
        + """
        2026-11-05 10:00 reclassified simple
        2026-11-05 11:00 paused
        2026-11-05 15:00 resumed""",
        "settle",
        "2026-11-06 17:00",
    ),
    ("call back within three working days", SETTLED, "call_back", "2026-11-09 17:00"),
    (
        "the worked Saturday counts for the call-back",
        "2026-09-29 10:00 received simple\n2026-09-29 11:00 accepted\n2026-09-30 16:00 settled",
        "call_back",
        "2026-10-10 17:00",
    ),
    ("dissatisfied: five calendar days for the review", REVIEWING, "review", "2026-11-10 17:00"),
    (
        "five days that end inside the holiday end after it",
        """2026-09-24 10:00 received simple
        2026-09-24 11:00 accepted
        2026-09-28 09:00 settled
        2026-09-28 15:00 called_dissatisfied""",
        "review",
        "2026-10-08 17:00",
    ),
    (
        "after the review the answer has three fresh days",
        REVIEWING + "\n2026-11-09 15:00 reviewed",
        "settle",
        "2026-11-12 17:00",
    ),
    (
        "re-opened: three fresh days, the class stays",
        SETTLED + "\n2026-11-05 10:00 called_satisfied\n2026-11-10 09:00 reopened",
        "settle",
        "2026-11-13 17:00",
    ),
    (
        "an objection: one working day to decide",
        "2026-11-02 10:00 received simple\n2026-11-02 11:00 objected",
        "objection",
        "2026-11-03 17:00",
    ),
    (
        "and the promise runs on meanwhile",
        "2026-11-02 10:00 received simple\n2026-11-02 11:00 objected\n2026-11-03 09:00 offered",
        "settle",
        "2026-11-05 17:00",
    ),
    (
        "offered anew: four office hours again",
        "2026-11-02 10:00 received simple\n2026-11-02 11:00 objected\n2026-11-03 09:00 offered",
        "accept",
        "2026-11-03 13:00",
    ),
    (
        "paper counts from the day the worker wrote",
        "2026-11-05 09:00 received simple since 2026-11-02 12:00",
        "settle",
        "2026-11-05 17:00",
    ),
    (
        "approval of a draft: one working day",
        BEGUN + "\n2026-11-06 10:00 answer_drafted",
        "approve",
        "2026-11-09 17:00",
    ),
]


@pytest.mark.parametrize(("what", "history", "clock", "due"), TABLE, ids=[row[0] for row in TABLE])
def test_straight(what: str, history: str, clock: str, due: str | None) -> None:
    assert due_text(stands(case_type(STRAIGHT, "appeal"), history, office_calendar()), clock) == due


# The fictional township line: real hours for the urgent, working days and office hours for the rest.
URGENT = "2026-10-03 22:00 received urgent"
TRIAGE_TABLE = [
    (
        "urgent, at night in the holiday: dispatched within the hour",
        "urgent",
        URGENT,
        "dispatch",
        "2026-10-03 23:00",
    ),
    ("urgent: settled within 24 real hours", "urgent", URGENT, "settle", "2026-10-04 22:00"),
    (
        "urgent: two hours to accept",
        "urgent",
        URGENT + "\n2026-10-03 22:30 offered",
        "accept",
        "2026-10-04 00:30",
    ),
    (
        "ordinary: five working days, the worked Saturday among them",
        "appeal",
        "2026-09-30 15:00 received ordinary",
        "settle",
        "2026-10-13 17:00",
    ),
    (
        "ordinary, said on a worked Sunday",
        "appeal",
        "2026-09-20 10:00 received ordinary",
        "settle",
        "2026-09-28 17:00",
    ),
    (
        "re-opened: back to the dispatcher, four office hours",
        "appeal",
        """2026-11-02 10:00 received ordinary
        2026-11-02 10:30 not_accepted
        2026-11-06 15:30 reopened""",
        "dispatch",
        "2026-11-09 11:00",
    ),
]


@pytest.mark.parametrize(
    ("what", "type_id", "history", "clock", "due"), TRIAGE_TABLE, ids=[row[0] for row in TRIAGE_TABLE]
)
def test_triage(what: str, type_id: str, history: str, clock: str, due: str) -> None:
    # The national version: 08:30 to 17:00, none of a county's own values.
    found = stands(case_type(TRIAGE, type_id, ""), history, office_calendar())
    assert due_text(found, clock) == due


# CASEWORK.md appendix A: the same programme with 3 and 7 *working* days.
APPENDIX = [
    ("simple, Wednesday before the holiday", "2026-09-30 15:00 received simple", "2026-10-10 17:00"),
    ("complex, Wednesday before the holiday", "2026-09-30 15:00 received complex", "2026-10-15 17:00"),
    ("simple, on a worked Sunday", "2026-09-20 10:00 received simple", "2026-09-23 17:00"),
    ("simple, on a Saturday of rest", "2026-09-19 10:00 received simple", "2026-09-22 17:00"),
    (
        "simple, after closing before the Spring Festival",
        "2026-02-13 17:30 received simple",
        "2026-02-25 17:00",
    ),
    (
        "complex, paused two whole working days",
        """2026-09-30 15:00 received complex
        2026-09-30 15:30 accepted
        2026-10-09 10:00 paused
        2026-10-13 15:00 resumed""",
        "2026-10-19 17:00",
    ),
    (
        "complex, a pause of six hours inside one day",
        """2026-09-30 15:00 received complex
        2026-09-30 15:30 accepted
        2026-10-09 09:00 paused
        2026-10-09 15:00 resumed""",
        "2026-10-15 17:00",
    ),
    (
        "complex, a pause still open",
        "2026-09-30 15:00 received complex\n2026-09-30 15:30 accepted\n2026-10-09 10:00 paused",
        None,
    ),
    (
        "simple to complex on day two",
        "2026-10-12 10:00 received simple\n2026-10-14 10:00 reclassified complex",
        "2026-10-21 17:00",
    ),
    (
        "complex to simple on day five: one working day left",
        "2026-10-12 10:00 received complex\n2026-10-19 10:00 reclassified simple",
        "2026-10-20 17:00",
    ),
]


@pytest.mark.parametrize(("what", "history", "due"), APPENDIX, ids=[row[0] for row in APPENDIX])
def test_working_days_of_the_appendix(what: str, history: str, due: str | None) -> None:
    straight = case_type(STRAIGHT, "appeal")
    clocks = tuple(
        replace(c, unit=Unit.WORKING_DAY, budget={"simple": 3, "complex": 7}) if c.id == "settle" else c
        for c in straight.clocks
    )
    assert due_text(stands(replace(straight, clocks=clocks), history, office_calendar()), "settle") == due


def test_the_year_end_is_provisional() -> None:
    found = stands(case_type(STRAIGHT, "appeal"), "2026-12-30 10:00 received simple", office_calendar())
    settle = found.clock("settle")
    assert settle is not None and settle.due.provisional
    assert due_text(found, "settle") == "2027-01-04 17:00"


def test_the_first_round_is_frozen() -> None:
    first = stands(case_type(STRAIGHT, "appeal"), SETTLED, office_calendar()).clock("settle")
    later = stands(
        case_type(STRAIGHT, "appeal"),
        REVIEWING
        + """
        2026-11-09 15:00 reviewed
        2026-11-10 09:00 reclassified complex
        2026-11-11 09:00 paused
        2026-11-14 09:00 resumed
        2026-11-16 09:00 calendar_changed""",
        office_calendar(),
    )
    assert [c for c in later.clocks if c.id == "settle" and c.round == 1] == [first]
    assert (later.round, later.matter_class) == (2, "complex")


# A notice for 2027, published in December 2026, that changes what the law alone said.
def notice(*, off: tuple[str, ...] = (), on: tuple[str, ...] = ()) -> Calendar:
    edition = Edition(
        id="cn-2027",
        covered_from=date(2027, 1, 1),
        covered_to=date(2027, 12, 31),
        off=frozenset(map(date.fromisoformat, ("2027-01-01", *off))),
        on=frozenset(map(date.fromisoformat, on)),
        source="国务院办公厅关于2027年部分节假日安排的通知（试验）",
        published_on=date(2026, 12, 20),
    )
    return Calendar((*packs().editions, edition))


# what | notice | when it comes in | the promise afterwards (2027-01-04 before)
IMPORTS = [
    ("another day off: later", {"off": ("2027-01-04",)}, "2026-12-31 09:00", "2027-01-05 17:00"),
    (
        "a worked Saturday, known in time: earlier",
        {"on": ("2027-01-02",)},
        "2026-12-31 09:00",
        "2027-01-02 17:00",
    ),
    ("but never earlier than tomorrow", {"on": ("2027-01-02",)}, "2027-01-02 10:00", "2027-01-04 17:00"),
    ("and no breach by import", {"on": ("2027-01-02",)}, "2027-01-03 18:00", "2027-01-04 17:00"),
    (
        "a promise already broken stays as it was",
        {"on": ("2027-01-02",)},
        "2027-01-06 09:00",
        "2027-01-04 17:00",
    ),
    ("nothing new: the same date, no longer provisional", {}, "2026-12-31 09:00", "2027-01-04 17:00"),
]


@pytest.mark.parametrize(("what", "days", "at", "due"), IMPORTS, ids=[row[0] for row in IMPORTS])
def test_a_notice_comes_in(what: str, days: dict[str, tuple[str, ...]], at: str, due: str) -> None:
    appeal = case_type(STRAIGHT, "appeal")
    before = stands(appeal, "2026-12-30 10:00 received simple\n2026-12-30 11:00 accepted", office_calendar())
    happening = Happening(Happens.CALENDAR_CHANGED, moment_of(at))
    after = apply(appeal, before, happening, notice(**days))
    settle = after.clock("settle")
    assert settle is not None
    assert due_text(after, "settle") == due
    assert settle.is_late(happening.at) == (at > "2027-01-04 17:00")
    assert apply(appeal, after, happening, notice(**days)).clocks == after.clocks
