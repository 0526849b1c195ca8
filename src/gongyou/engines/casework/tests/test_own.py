"""What the person a matter belongs to may do, and how it is proven that it is theirs."""

from __future__ import annotations

from datetime import timedelta

import pytest

from gongyou.basics.numbering import read_number
from gongyou.basics.refusal import Refusal
from gongyou.engines.casework.models import CaseText, RoundFact
from gongyou.engines.casework.queries import access_case, own_cases, pin_of, prove_own, track
from gongyou.engines.casework.services import own
from gongyou.engines.casework.tests.histories import moment_of
from gongyou.engines.casework.tests.recount import check_everything
from gongyou.engines.casework.tests.stories import Story, at
from gongyou.engines.casework.tests.wish_county import volunteer
from gongyou.kernel import moment
from gongyou.kernel.access import worker_actor
from gongyou.kernel.errors import DomainError, NotAllowed, NotFound
from gongyou.kernel.ids import new_id
from tests.yunshan.county import County

MORNING = "2026-11-02 10:00"


def sentence_of(county: County, number: str, tail: str) -> str:
    with pytest.raises(DomainError) as refusal:
        prove_own(county.visitor, number, tail, "10.0.0.1")
    return refusal.value.sentence()


def test_an_unknown_number_and_wrong_digits_sound_alike(county: County) -> None:
    story = Story.begun(county, MORNING)
    unknown = "990101-26-000999-" + next(d for d in "0123456789" if _reads(f"990101-26-000999-{d}"))
    assert sentence_of(county, unknown, "0117") == sentence_of(county, story.number, "9999")
    assert sentence_of(county, story.number, "117") == sentence_of(county, story.number, "")


def _reads(number: str) -> bool:
    try:
        read_number(number)
    except Refusal:
        return False
    return True


def test_five_wrong_guesses_are_enough_for_fifteen_minutes(county: County) -> None:
    story, other = Story.begun(county, MORNING), Story.begun(county, MORNING)
    with at("2026-11-02 12:00"):
        for guess in range(5):
            with pytest.raises(NotFound):
                prove_own(county.visitor, story.number, f"{guess:04d}", f"10.0.0.{guess}")
        with pytest.raises(DomainError) as throttled:  # the right digits, from anywhere
            prove_own(county.visitor, story.number, "0117", "10.9.9.9")
        assert throttled.value.status == 429
        assert prove_own(county.visitor, other.number, "0117", "10.9.9.9").case_id == other.case_id
    with at("2026-11-02 12:16"):
        assert prove_own(county.visitor, story.number, "0117", "10.9.9.9").case_id == story.case_id


def test_one_address_does_not_try_number_after_number(county: County) -> None:
    stories = [Story.begun(county, MORNING) for _ in range(9)]
    with at("2026-11-02 12:00"):
        for turn in range(40):
            with pytest.raises(NotFound):
                prove_own(county.visitor, stories[turn // 5].number, "9999", "10.0.0.1")
        with pytest.raises(DomainError) as throttled:
            prove_own(county.visitor, stories[8].number, "0117", "10.0.0.1")
    assert throttled.value.status == 429


def test_digits_or_receipt_code(county: County) -> None:
    story = Story.begun(county, MORNING)
    for tail in ("0117", " 0117 ", pin_of(story.number)):
        assert prove_own(county.visitor, story.number, tail, "test").case_id == story.case_id
    # As people key numbers: without hyphens, in full-width digits.
    for number in (
        story.number.replace("-", ""),
        story.number.translate(str.maketrans("0123456789", "０１２３４５６７８９")),
    ):
        assert prove_own(county.visitor, number, "0117", "test").case_id == story.case_id
    assert pin_of(story.number) == pin_of(story.number) != pin_of(Story.begun(county, MORNING).number)


def test_signed_in_it_is_proven_by_the_person(county: County) -> None:
    story = Story.begun(county, MORNING)
    mine = worker_actor(new_id(), story.row.parties.get(role="subject").person_id)
    assert prove_own(mine, story.number, "", "test").case_id == story.case_id
    with pytest.raises(NotFound):
        prove_own(worker_actor(new_id(), new_id()), story.number, "", "test")
    with pytest.raises(NotFound):
        prove_own(county.visitor, story.number, "", "test")


def test_staff_do_not_act_as_the_worker(county: County) -> None:
    story = Story.settled(county, MORNING)
    proven = story.own()
    for who in ("desk", "caller", "leader"):
        with at("2026-11-04 10:00"), pytest.raises(NotAllowed):
            own.rate_answer(county.staff[who], own=proven, is_solved=True, is_satisfied=True, note="")
    assert story.row.state == "settled"


def test_withdrawn_and_taken_up_again(county: County) -> None:
    story = Story.begun(county, MORNING).withdraw("2026-11-02 12:00")
    assert (story.row.state, story.row.closed_as) == ("withdrawn", "withdrawn")
    with pytest.raises(Refusal):
        story.accept("2026-11-02 13:00")
    story.reopen("2026-11-05 10:00")
    assert (story.row.state, story.row.round, story.row.closed_at) == ("in_progress", 2, None)
    check_everything(story.case_id)


def test_thirty_days_to_reopen(county: County) -> None:
    story = Story.settled(county, MORNING).rate("2026-11-04 10:00", is_satisfied=True)
    late = Story.settled(county, MORNING).rate("2026-11-04 10:00", is_satisfied=True)
    story.reopen("2026-12-04 10:00")
    assert story.row.round == 2
    with pytest.raises(Refusal) as over:
        late.reopen("2026-12-04 10:01")
    assert over.value.code == "reopen_late"
    assert late.row.closed_as == "satisfied"


# days after closing | says there are new facts | by staff who heard them | does it run again
TAKEN_UP = [
    (30, False, False, True),  # within thirty days the worker needs no reason but their own
    (31, False, False, False),
    (31, True, False, True),  # with new facts at any time
    (700, True, False, True),
    (700, False, True, True),
]


@pytest.mark.parametrize(("days", "has_new_facts", "by_staff", "runs"), TAKEN_UP)
def test_within_thirty_days_or_at_any_time_with_new_facts(
    county: County, days: int, has_new_facts: bool, by_staff: bool, runs: bool
) -> None:
    """A new round with a fresh date of the same class; the round before keeps its result."""
    story = Story.settled(county, MORNING).rate("2026-11-04 10:00", is_satisfied=True)
    before = RoundFact.objects.get(case_id=story.case_id, round=1)
    with moment.standing_at(moment_of("2026-11-04 10:00") + timedelta(days=days)):
        try:
            if by_staff:
                own.take_up_again(
                    county.staff["desk"], case_id=story.case_id, version=story.version, note="又断水了。"
                )
            else:
                own.reopen_case(
                    county.visitor, own=story.own(), reason="又断水了。", has_new_facts=has_new_facts
                )
        except Refusal as refusal:
            assert (refusal.code, refusal.field) == ("reopen_late", "has_new_facts")
    assert (story.row.round, story.row.closed_at is None) == ((2, True) if runs else (1, False))
    assert story.row.matter_class == "simple"
    assert RoundFact.objects.get(case_id=story.case_id, round=1) == before
    assert facts_of(before) == facts_of(RoundFact.objects.get(pk=before.pk))
    check_everything(story.case_id)


def facts_of(fact: RoundFact) -> tuple[object, ...]:
    return (fact.settled_in_time, fact.call_result, fact.is_satisfied, fact.closed_as)


def test_what_is_erased_is_not_taken_up_again(county: County) -> None:
    story = Story.settled(county, MORNING).rate("2026-11-04 10:00", is_satisfied=True)
    CaseText.objects.filter(case_id=story.case_id).update(text="", erased_at=moment_of("2029-12-01 01:00"))
    with at("2029-12-01 10:00"), pytest.raises(Refusal) as erased:
        own.take_up_again(county.staff["desk"], case_id=story.case_id, version=story.version, note="又断水。")
    assert erased.value.code == "content_erased"


def test_only_where_it_lies_staff_take_it_up(county: County) -> None:
    story = Story.settled(county, MORNING).rate("2026-11-04 10:00", is_satisfied=True)
    with at("2026-11-05 10:00"):
        with pytest.raises(NotAllowed):
            own.take_up_again(
                county.staff["other_desk"], case_id=story.case_id, version=story.version, note="又断水。"
            )
        assert "take_up" in access_case(county.staff["desk"], story.case_id, "看").next_steps


def test_an_open_matter_needs_no_reopening(county: County) -> None:
    with pytest.raises(Refusal) as still_open:
        Story.begun(county, MORNING).reopen("2026-11-03 10:00")
    assert still_open.value.code == "no_reopen"


def test_a_supplement_while_it_is_open(county: County) -> None:
    story = Story.begun(county, MORNING)
    with at("2026-11-02 12:00"):
        own.add_supplement(county.visitor, own=story.own(), text="三楼也断水。")
    assert CaseText.objects.get(case_id=story.case_id, kind="supplement").text == "三楼也断水。"
    story.withdraw("2026-11-02 13:00")
    with at("2026-11-02 14:00"), pytest.raises(Refusal) as closed:
        own.add_supplement(county.visitor, own=story.own(), text="还有四楼。")
    assert closed.value.code == "closed"


def test_the_worker_and_the_office_see_the_same_matter(county: County) -> None:
    story = Story.begun(county, MORNING, topic="wages")
    with at("2026-11-03 10:00"):
        seen = track(county.visitor, story.own())
    row = story.row
    assert (seen.number, seen.state, seen.due_at, seen.round) == (row.number, row.state, row.due_at, 1)
    assert seen.due_explained is not None and seen.due_explained.budget == 7
    assert seen.due_explained.confidence == "article"
    assert (seen.may_withdraw, seen.may_supplement, seen.may_rate, seen.may_reopen) == (
        True,
        True,
        False,
        False,
    )


def test_inner_steps_are_not_shown(county: County) -> None:
    story = Story.begun(county, MORNING, topic="wages").object_("2026-11-02 11:00")
    story.offer("2026-11-02 12:00", county.station.id).accept("2026-11-02 13:00")
    story.draft("2026-11-04 10:00").approve("2026-11-04 11:00").rate("2026-11-04 12:00", is_satisfied=False)
    with at("2026-11-04 13:00"):
        seen = track(county.visitor, story.own())
    assert [s.kind for s in seen.steps] == [
        "received",
        "offered",
        "accepted",
        "settled",
        "called_dissatisfied",
    ]


# name given in the other county | does the number's owner, signed in, see that matter too
IN_TWO_AREAS = [(("赵平",), True), (("赵平", "赵安"), False)]


@pytest.mark.parametrize(("names", "is_seen"), IN_TWO_AREAS)
def test_a_signed_in_worker_sees_the_matters_of_every_area(
    two_counties: tuple[County, County], names: tuple[str, ...], is_seen: bool
) -> None:
    """By the number proven with an SMS code; where several people of one area share it, nobody gets another's."""
    here, there = two_counties
    with at(MORNING):
        first = here.file(phone="13911110000").number
        others = [there.file(name=name, phone="13911110000").number for name in names]
        strange = there.file(name="钱进", phone="13911110009").number
    worker = volunteer(phone="13911110000")
    seen = {line.number for line in own_cases(worker)}
    assert seen == ({first, others[0]} if is_seen else {first})
    for number, mine in ((first, True), (others[0], is_seen), (strange, False)):
        if mine:
            assert track(worker, prove_own(worker, number, "", "test")).number == number
        else:
            with pytest.raises(NotFound):
                prove_own(worker, number, "", "test")
