"""What went wrong in the systems we learnt from, each as a test of ours that fails for the peer's behaviour.

The twelve, by the number in the tests' names; `test_every_defect_has_its_test` keeps the table whole.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta

import pytest

from gongyou.basics.refusal import Refusal
from gongyou.basics.workdays import Calendar, Overlay, Unit
from gongyou.engines.casework import jobs
from gongyou.engines.casework.definitions import CaseType
from gongyou.engines.casework.jobs import climb, run_night, silent_ends
from gongyou.engines.casework.loop import apply
from gongyou.engines.casework.models import CallAttempt, CaseText, Rise, RoundFact
from gongyou.engines.casework.queries import access_case, prove_own, track
from gongyou.engines.casework.services import answering, joining, own, repeating
from gongyou.engines.casework.tests.histories import due_text, happening_of, moment_of, stands
from gongyou.engines.casework.tests.published import STRAIGHT, case_type, office_calendar
from gongyou.engines.casework.tests.stories import Story, at, republished
from gongyou.kernel.models.audit import AuditRecord
from gongyou.kernel.models.worklist import WorkItem
from tests.yunshan.county import County

DEFECTS = {
    1: "Signalen: weekends only, no long holidays and no make-up days",
    2: "FixMyStreet: the list of holidays ends one day without a sound",
    3: "django-helpdesk: a holiday makes a deadline earlier",
    4: "Zammad: every entry of a calendar is a holiday, the make-up day too",
    5: "eGov: a comment starts the clock again, and the time to re-open too",
    6: "eGov: only the newest hundred are looked at, the most overdue never",
    7: "eGov: what nobody holds is skipped, higher levels are never reached, re-opening keeps the level",
    8: "Signalen: the audit comes after the commit and may be lost",
    9: "Open Zaak: a suspension is a flag without effect",
    10: "Chatwoot: one answer about satisfaction per conversation for ever",
    11: "django-helpdesk, Zammad: a merge moves data, shows one submitter to the other and can't be undone",
    12: "Primero: equal words are dropped, a later save overwrites an earlier one",
}
"""D6 stands in full size in test_climbing_together, more of joins in test_beside."""


def test_every_defect_has_its_test() -> None:
    named = {int(name.split("_")[1][1:]) for name in globals() if re.match(r"test_d\d+_", name)}
    assert named == set(DEFECTS)


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


def test_d5_the_time_to_re_open_counts_from_closing(county: County) -> None:
    """What touches a closed matter later does not give it another thirty days."""
    story = Story.settled(county, "2026-10-12 10:00").rate("2026-10-14 10:00", is_satisfied=True)
    closed_at = story.row.closed_at
    again = Story.begun(county, "2026-11-12 10:00")
    with at("2026-11-12 11:00"):  # written onto the earlier one's timeline, four weeks after its end
        repeating.note_repeat(
            again.staff("desk"),
            case_id=again.case_id,
            version=again.version,
            earlier_id=story.case_id,
            has_new_facts=False,
            note="没有新情况。",
        )
    assert story.row.closed_at == closed_at
    with pytest.raises(Refusal) as late:
        story.reopen("2026-11-16 10:00")
    assert late.value.code == "reopen_late"


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


def test_d11_a_join_is_a_link_each_keeps_number_privacy_and_call_back_and_it_is_undone(
    county: County,
) -> None:
    """In django-helpdesk the merged ticket's words move to the other; in Zammad nothing brings them back."""
    child = Story.begun(county, "2026-11-02 10:00", text="三楼断水。").accept("2026-11-02 11:00")
    lead = Story.begun(county, "2026-11-03 10:00", name="钱进", phone="13800000228", text="二楼断水。")
    lead.accept("2026-11-03 11:00")
    before = [(s.number, s.row.due_at, texts_of(s), people_of(s)) for s in (child, lead)]
    with at("2026-11-03 12:00"):
        joining.join_case(
            child.staff("desk"),
            case_id=child.case_id,
            version=child.version,
            lead_id=lead.case_id,
            reason="同楼。",
        )
    assert [(s.number, texts_of(s), people_of(s)) for s in (child, lead)] == [
        (number, texts, people) for number, _, texts, people in before
    ]
    for one, other in ((child, lead), (lead, child)):
        with at("2026-11-03 12:30"):
            seen = repr(track(county.visitor, one.own(one.row.phone_tail)))
            assert other.number not in seen
            with pytest.raises(Refusal):
                one.own(other.row.phone_tail)
    lead.draft("2026-11-03 13:00").rate_as("2026-11-03 14:00", lead.row.phone_tail)
    assert (lead.row.closed_as, child.row.closed_as) == (
        "satisfied",
        "",
    )  # the child's own call-back stays owed
    with at("2026-11-03 15:00"):
        joining.part_case(
            child.staff("desk"), case_id=child.case_id, version=child.version, reason="不是同一处。"
        )
    assert (child.row.number, child.row.due_at, texts_of(child), people_of(child)) == before[0]
    child.draft("2026-11-03 16:00")
    assert child.row.state == "settled"


def texts_of(story: Story) -> list[str]:
    return list(CaseText.objects.filter(case_id=story.case_id, kind="demand").values_list("text", flat=True))


def people_of(story: Story) -> list[object]:
    return list(story.row.parties.order_by("role").values_list("role", "person_id"))


def test_d12_a_form_made_from_an_older_state_is_a_visible_conflict(county: County) -> None:
    """In Primero the later save wins and nobody hears of it."""
    story = Story.begun(county, "2026-11-02 10:00").accept("2026-11-02 11:00")
    seen = story.version
    story.draft("2026-11-02 12:00")
    with at("2026-11-02 12:01"), pytest.raises(Refusal) as stale:
        answering.draft_answer(
            county.staff["master"], case_id=story.case_id, version=seen, result="solved", text="另一个答复。"
        )
    assert (stale.value.code, stale.value.status) == ("stale", 409)
    answers = CaseText.objects.filter(case_id=story.case_id, kind="answer")
    assert [text.text for text in answers] == ["水管已经修好。"]


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
