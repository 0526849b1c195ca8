"""After every step of a life, what lists and figures read equals what the events say."""

from __future__ import annotations

import pytest

from gongyou.engines.casework.models import RoundFact
from gongyou.engines.casework.services import own
from gongyou.engines.casework.tests.recount import check_everything
from gongyou.engines.casework.tests.stories import Story, at, run_jobs
from gongyou.kernel.models.worklist import WorkItem
from gongyou.kernel.worklist import list_todos
from tests.yunshan.county import County


def test_a_long_life_on_the_spot(county: County) -> None:
    story = Story.begun(county, "2026-11-02 10:00", topic="wages")
    check_everything(story.case_id)
    for step in (
        lambda: story.object_("2026-11-02 11:00"),
        lambda: story.offer("2026-11-02 15:00", county.other_station.id),
        lambda: story.accept("2026-11-02 16:00", "other_desk"),
        lambda: story.pause("2026-11-03 10:00", "other_desk"),
        lambda: story.reclassify("2026-11-03 11:00", "simple", "other_master"),
        lambda: story.resume("2026-11-05 10:00", "other_desk"),
        lambda: story.draft("2026-11-06 10:00", "other_desk"),
        lambda: story.call("2026-11-06 18:30", "no_answer"),
        lambda: story.call("2026-11-09 10:00", "wrong_number"),
        lambda: story.call("2026-11-09 15:00", "no_answer"),
        lambda: story.rate("2026-11-12 20:00", is_satisfied=False, is_solved=False),
        lambda: story.review("2026-11-13 10:00", is_reasonable=False),
        lambda: story.draft("2026-11-16 10:00", "other_desk", result="partly"),
        lambda: story.rate("2026-11-16 15:00", is_satisfied=True),
        lambda: story.reopen("2026-11-20 15:00"),
        lambda: story.withdraw("2026-11-21 15:00"),
    ):
        step()
        check_everything(story.case_id)
    assert story.row.round == 3


def test_a_life_with_approval_and_dispatch(care_county: County) -> None:
    county = care_county
    story = Story.begun(county, "2026-11-02 10:00", topic="work")
    for step in (
        lambda: story.offer("2026-11-02 10:30", county.station.id),
        lambda: story.object_("2026-11-02 11:00"),
        lambda: story.offer("2026-11-02 12:00", county.other_station.id),
        lambda: story.accept("2026-11-04 09:00", "other_desk"),
        lambda: story.draft("2026-11-05 09:00", "other_desk"),
        lambda: story.approve("2026-11-20 09:00", "other_master"),
        lambda: story.call("2026-11-23 10:00", "answered", is_solved=False, is_satisfied=False),
        lambda: story.review("2026-12-10 10:00"),
        lambda: story.draft("2026-12-11 09:00", "other_desk"),
        lambda: story.approve("2026-12-11 10:00", "other_master"),
        lambda: story.call("2026-12-14 10:00", "answered", is_solved=False, is_satisfied=False),
        lambda: story.explain("2026-12-15 10:00"),
    ):
        step()
        check_everything(story.case_id)
    facts = list(RoundFact.objects.filter(case_id=story.case_id).order_by("round"))
    # Late in everything, and said so; the review found it reasonable; the last word was the upper level's.
    assert [(f.accepted_in_time, f.settled_in_time, f.review_in_time) for f in facts] == [
        (False, False, False),
        (None, True, True),
    ]
    assert [f.closed_as for f in facts] == ["", "explained"]


def test_a_later_round_was_not_dispatched_again(county: County) -> None:
    """Otherwise the response rate would count an acceptance nobody was asked for."""
    story = Story.reviewing(county, "2026-11-02 10:00").review("2026-11-05 10:00")
    first, second = RoundFact.objects.filter(case_id=story.case_id).order_by("round")
    assert first.dispatched_at is not None
    assert second.dispatched_at is None


def test_a_receipt_that_goes_out_in_the_second_round_belongs_to_the_first(county: County) -> None:
    with at("2026-11-02 21:30"):  # quiet hours: the text waits for the morning, and for its worker
        receipt = county.file(topic="rest_facilities")
    story = Story(county, receipt.case_id, receipt.number)
    story.accept("2026-11-02 21:40").draft("2026-11-02 21:50").rate("2026-11-02 22:00", is_satisfied=False)
    story.review("2026-11-02 22:30")
    with at("2026-11-03 09:00"):
        run_jobs()
    check_everything(story.case_id)
    first, second = RoundFact.objects.filter(case_id=story.case_id).order_by("round")
    assert (first.receipt_in_time, second.receipt_in_time) == (True, None)


def test_who_was_not_reached_and_then_answers_is_not_counted_closed(county: County) -> None:
    story = Story.settled(county, "2026-11-02 10:00")
    for when in ("2026-11-03 18:30", "2026-11-04 10:00", "2026-11-04 15:00"):
        story.call(when, "no_answer")
    assert RoundFact.objects.get(case_id=story.case_id).closed_as == "unreached"
    story.rate("2026-11-05 20:00", is_satisfied=False)
    fact = RoundFact.objects.get(case_id=story.case_id)
    assert (fact.closed_as, fact.call_result, fact.is_satisfied) == ("", "answered", False)


def test_the_desks_list_is_by_nearest_date_within_reach(county: County) -> None:
    later = Story.begun(county, "2026-11-02 11:00", topic="wages")
    sooner = Story.begun(county, "2026-11-02 10:00")
    elsewhere = Story.begun(county, "2026-11-02 09:30", office_id=county.other_station.id)
    desk = county.staff["desk"]
    mine = list_todos(desk, offices=desk.offices).items
    assert [t.subject_id for t in mine] == [sooner.case_id, later.case_id]
    assert {t.subject_id for t in list_todos(county.staff["leader"]).items} == {
        later.case_id,
        sooner.case_id,
        elsewhere.case_id,
    }
    sooner.accept("2026-11-02 12:00")
    assert [t.kind for t in list_todos(desk, offices=desk.offices).items] == [
        "casework.accept",
        "casework.settle",
    ]


@pytest.mark.parametrize("ending", ["withdrawn", "satisfied"])
def test_a_closed_matter_stands_on_no_list(county: County, ending: str) -> None:
    story = (
        Story.settled(county, "2026-11-02 10:00")
        if ending == "satisfied"
        else Story.begun(county, "2026-11-02 10:00")
    )
    if ending == "satisfied":
        story.rate("2026-11-04 10:00", is_satisfied=True)
    else:
        story.withdraw("2026-11-04 10:00")
    assert not WorkItem.objects.filter(subject_id=story.case_id).exists()
    with at("2026-11-04 11:00"):
        story.reopen("2026-11-05 10:00")
    assert WorkItem.objects.filter(subject_id=story.case_id).exists()
    check_everything(story.case_id)


def test_a_supplement_that_ends_a_pause_keeps_everything_in_step(county: County) -> None:
    story = Story.begun(county, "2026-11-02 10:00", topic="wages").accept("2026-11-02 11:00")
    story.pause("2026-11-03 10:00")
    with at("2026-11-05 10:00"):
        own.add_supplement(county.visitor, own=story.own(), text="工资条在这里。")
    check_everything(story.case_id)
    assert story.row.state == "in_progress"
