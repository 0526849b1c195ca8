"""What went wrong in the systems we learnt from, each as a test of ours (CASEWORK.md section 5)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from gongyou.basics.refusal import Refusal
from gongyou.basics.workdays import Calendar, Overlay, Unit
from gongyou.engines.casework import jobs
from gongyou.engines.casework.definitions import CaseType
from gongyou.engines.casework.jobs import climb, run_night, silent_ends
from gongyou.engines.casework.loop import apply
from gongyou.engines.casework.models import CallAttempt, Rise, RoundFact
from gongyou.engines.casework.queries import access_case, prove_own
from gongyou.engines.casework.services import own
from gongyou.engines.casework.tests.histories import due_text, happening_of, moment_of, stands
from gongyou.engines.casework.tests.published import STRAIGHT, case_type, office_calendar
from gongyou.engines.casework.tests.stories import Story, at, republished
from gongyou.kernel.models.audit import AuditRecord
from gongyou.kernel.models.worklist import WorkItem
from tests.yunshan.county import County

# D11 (joins that leak and can't be undone) is in test_beside, D6 in full size in test_climbing_together.


def in_working_days(simple: int, complex_: int) -> CaseType:
    straight = case_type(STRAIGHT, "appeal")
    clocks = tuple(
        replace(c, unit=Unit.WORKING_DAY, budget={"simple": simple, "complex": complex_})
        if c.id == "settle"
        else c
        for c in straight.clocks
    )
    return replace(straight, clocks=clocks)


# received | 3 working days | 7 working days | what Signalen answers (weekends only)
D1 = [
    ("2026-09-30 15:00", "2026-10-10 17:00", "2026-10-15 17:00", "2026-10-05"),
    ("2026-09-17 10:00", "2026-09-21 17:00", "2026-09-28 17:00", "2026-09-22"),
    ("2026-02-13 17:00", "2026-02-25 17:00", "2026-03-02 17:00", "2026-02-18"),
]


@pytest.mark.parametrize(("received", "three", "seven", "wrong"), D1)
def test_d1_make_up_days_and_long_holidays(received: str, three: str, seven: str, wrong: str) -> None:
    case = in_working_days(3, 7)
    assert due_text(stands(case, f"{received} received simple", office_calendar()), "settle") == three
    assert due_text(stands(case, f"{received} received complex", office_calendar()), "settle") == seven
    assert not three.startswith(wrong)


def test_d3_a_holiday_never_makes_a_deadline_earlier() -> None:
    """On 8 October django-helpdesk escalates every ticket made before the holiday, even the newest."""
    case, calendar = in_working_days(3, 7), office_calendar()
    eve = moment_of("2026-10-08 09:00")
    for hours in range(0, 24 * 40, 7):
        received = eve - timedelta(hours=hours)
        found = stands(case, f"{received:%Y-%m-%d %H:%M} received simple", calendar).clock("settle")
        assert found is not None
        assert found.is_late(eve) == (found.due.due_at is not None and found.due.due_at < eve)
        # Said on 30 September or in the holiday: at most one working day is gone.
        assert not (received >= moment_of("2026-09-29 00:00") and found.is_late(eve))
    days = [date(2026, 11, 2) + timedelta(days=n) for n in range(12)]
    for first in days:
        plain = Calendar(calendar.editions)
        longer = Calendar(calendar.editions, Overlay(off={first: "试验"}))
        for unit_case in (case, case_type(STRAIGHT, "appeal")):
            before = stands(unit_case, "2026-11-02 10:00 received complex", plain).clock("settle")
            after = stands(unit_case, "2026-11-02 10:00 received complex", longer).clock("settle")
            assert before is not None and after is not None
            assert before.due.due_at is not None and after.due.due_at is not None
            assert after.due.due_at >= before.due.due_at


def test_d5_only_its_own_beginning_starts_a_clock() -> None:
    """A comment, a try to call, a draft: nothing that merely touches a matter buys time."""
    story = """2026-11-02 10:00 received complex
    2026-11-02 11:00 receipt_sent
    2026-11-02 11:30 accepted
    2026-11-04 09:00 answer_drafted
    2026-11-04 15:00 answer_returned
    2026-11-05 09:00 answer_drafted"""
    case, calendar = case_type(STRAIGHT, "appeal"), office_calendar()
    drafted = stands(case, story, calendar)
    settle = drafted.clock("settle")
    assert settle is not None and settle.started_at == moment_of("2026-11-02 10:00")
    assert due_text(drafted, "settle") == "2026-11-09 17:00"
    settled = apply(case, drafted, happening_of("2026-11-05 10:00 settled"), calendar)
    tried = apply(case, settled, happening_of("2026-11-10 10:00 call_tried"), calendar)
    assert due_text(tried, "call_back") == due_text(settled, "call_back") == "2026-11-10 17:00"


def test_d5_a_supplement_buys_no_time(county: County) -> None:
    story = Story.begun(county, "2026-11-02 10:00")
    promised = story.row.due_at
    with at("2026-11-04 10:00"):
        mine = prove_own(county.visitor, story.number, "0117", "test")
        own.add_supplement(county.visitor, own=mine, text="补充：三楼也断水。")
    assert story.row.due_at == promised


def test_d6_the_oldest_silence_ends_first_and_none_is_left(county: County) -> None:
    """A scheduler that looks at the newest hundred never sees the most overdue."""
    stories = [Story.begun(county, f"2026-11-{2 + n % 5:02d} 10:{n:02d}") for n in range(12)]
    with at("2026-11-20 01:00"):
        oldest = sorted(stories, key=lambda s: s.row.received_at)[:3]
        assert [s.case_id for s in silent_ends(limit=3)] == [s.case_id for s in oldest]
        assert run_night()["silences_ended"] == 12
        assert run_night()["silences_ended"] == 0
    assert {s.row.state for s in stories} == {"in_progress"}


def test_d6_what_can_not_be_ended_hides_nothing(county: County, monkeypatch: pytest.MonkeyPatch) -> None:
    """More old matters than one batch holds, in a programme where silence means nothing: the next one is found."""
    monkeypatch.setattr(jobs, "CHUNK", 2)

    def without_end(case_type: CaseType) -> CaseType:
        return replace(case_type, clocks=tuple(replace(c, at_end=None) for c in case_type.clocks))

    with republished(county, without_end):
        stuck = [Story.begun(county, "2026-11-02 10:00") for _ in range(5)]
    story = Story.begun(county, "2026-11-02 11:00")
    with at("2026-11-20 01:00"):
        assert run_night()["silences_ended"] == 1
    assert story.row.state == "in_progress"
    assert {s.row.state for s in stuck} == {"offered"}


def test_d7_what_nobody_holds_stands_on_the_offices_list(county: County) -> None:
    story = Story.begun(county, "2026-11-02 10:00")
    assert story.row.holder_id is None
    assert WorkItem.objects.filter(subject_id=story.case_id, office_id=story.row.office_id).count() == 1


def test_d2_beyond_the_last_notice_a_date_is_provisional_and_says_so() -> None:
    """FixMyStreet's Zurich list ends one day without a sound; the wrong dates look like the right ones."""
    story = stands(in_working_days(3, 7), "2027-12-24 10:00 received complex", office_calendar())
    settle = story.clock("settle")
    assert settle is not None and settle.due.provisional
    inside = stands(in_working_days(3, 7), "2026-11-02 10:00 received complex", office_calendar()).clock(
        "settle"
    )
    assert inside is not None and not inside.due.provisional


def test_d4_a_make_up_day_is_worked_whatever_its_note_says() -> None:
    """In Zammad every entry of the calendar is a holiday, "上班（补…）" too: here a day has a kind."""
    found = stands(in_working_days(3, 7), "2026-09-17 10:00 received simple", office_calendar())
    assert due_text(found, "settle") == "2026-09-21 17:00"  # Friday, the make-up Sunday, Monday


def test_d7_every_level_is_reached_and_a_new_round_begins_below(county: County) -> None:
    """In eGov nobody's matter is passed over, one hop leaves the list that is scanned, re-opening keeps the level."""
    story = Story.begun(county, "2026-11-02 10:00")
    for when in (
        "2026-11-04 09:00",
        "2026-11-05 09:00",
        "2026-11-05 18:00",
        "2026-11-06 18:00",
        "2026-11-11 18:00",
    ):
        with at(when):
            assert climb() == 1
    taken = Rise.objects.filter(case_id=story.case_id).order_by("due_at", "step")
    assert list(dict.fromkeys(r.does for r in taken)) == ["remind", "master", "help", "lead", "tell"]
    story.offer("2026-11-12 09:00", county.station.id, county.staff["dispatcher"]).accept("2026-11-12 09:30")
    story.draft("2026-11-12 10:00").rate("2026-11-12 11:00", is_satisfied=True).reopen("2026-11-16 10:00")
    with at("2026-11-18 09:00"):
        assert climb() == 1
    assert Rise.objects.filter(case_id=story.case_id, round=2).get().does == "remind"


def test_d8_what_is_refused_leaves_neither_history_nor_record(county: County) -> None:
    """Signalen writes its audit after the commit and swallows what fails there."""
    story = Story.begun(county, "2026-11-02 10:00")
    before = (story.version, AuditRecord.objects.count())
    with pytest.raises(Refusal):
        story.draft("2026-11-02 11:00")  # not accepted yet
    assert (story.version, AuditRecord.objects.count()) == before
    story.accept("2026-11-02 12:00")
    assert (story.version, AuditRecord.objects.count()) == (before[0] + 1, before[1] + 1)


def test_d12_equal_words_are_two_matters_and_one_intent_is_one(county: County) -> None:
    """Primero drops bodies that are equal: the second person with the same trouble was never heard."""
    with at("2026-11-02 10:00"):
        numbers = {
            county.file(name="甲", phone="13800000117").number,
            county.file(name="乙", phone="13800000118").number,
        }
        again = county.visitor.intending("the-same-press")
        once = [county.file(actor=again, office_id=county.station.id, channel="web").number for _ in range(2)]
    assert len(numbers) == 2
    assert once[0] == once[1]


def test_d9_a_pause_has_effect_a_reason_and_an_end(county: County) -> None:
    """In Open Zaak a suspension is a flag; here it is an interval that moves the date."""
    story = Story.begun(county, "2026-11-02 10:00", topic="wages").accept("2026-11-02 11:00")
    promised = story.row.due_at
    story.pause("2026-11-03 10:00")
    assert (story.row.state, story.row.due_at) == ("waiting", None)
    assert WorkItem.objects.get(subject_id=story.case_id).is_stopped
    story.resume("2026-11-05 10:00")
    assert promised is not None and story.row.due_at == promised + timedelta(days=1)
    with at("2026-11-05 10:00"):
        seen = access_case(county.staff["desk"], story.case_id, "核对")
    settle = next(c for c in seen.clocks if c.id == "settle")
    assert settle.explained.paused_days == (date(2026, 11, 4),)
    assert [cause for _, cause, _ in settle.computations] == ["received", "paused", "resumed"]


def test_d10_every_round_has_its_own_answer(county: County) -> None:
    """In Chatwoot one satisfaction answer counts for the conversation for ever."""
    story = Story.settled(county, "2026-11-02 10:00")
    story.rate("2026-11-04 10:00", is_satisfied=False).review("2026-11-05 10:00")
    story.draft("2026-11-06 10:00").rate("2026-11-06 15:00", is_satisfied=True)
    answers = CallAttempt.objects.filter(case_id=story.case_id).order_by("round")
    assert [(a.round, a.is_satisfied) for a in answers] == [(1, False), (2, True)]
    facts = RoundFact.objects.filter(case_id=story.case_id).order_by("round")
    assert [(f.call_result, f.is_satisfied, f.closed_as) for f in facts] == [
        ("answered", False, ""),
        ("answered", True, "satisfied"),
    ]
