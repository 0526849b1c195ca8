"""The review after a dissatisfied answer, and the upper level's last word."""

from __future__ import annotations

from datetime import date

import pytest

from gongyou.basics.refusal import Refusal
from gongyou.engines.casework.models import Review, RoundFact
from gongyou.engines.casework.queries import access_case, track
from gongyou.engines.casework.services.own import reopen_case
from gongyou.engines.casework.tests.histories import moment_of
from gongyou.engines.casework.tests.recount import check_everything
from gongyou.engines.casework.tests.stories import Story, at
from gongyou.kernel.access import Actor, Holding
from gongyou.kernel.errors import NotAllowed
from gongyou.kernel.messages import messages_of
from gongyou.kernel.models.messages import Message
from tests.yunshan.county import County

MORNING = "2026-11-02 10:00"


@pytest.mark.parametrize("who", ["town_leader", "leader"])
def test_the_upper_level_reviews(county: County, who: str) -> None:
    story = Story.reviewing(county, MORNING).review("2026-11-06 10:00", who)
    review = Review.objects.get(case_id=story.case_id)
    assert (review.round, review.chair_id) == (1, county.staff[who].id)
    assert review.chair_office_path != story.row.office_path
    # A new round with its own promise: three days, the 9th is a Monday.
    assert (story.row.state, story.row.round) == ("in_progress", 2)
    assert story.row.due_at == moment_of("2026-11-09 17:30")
    assert RoundFact.objects.get(case_id=story.case_id, round=1).is_found_reasonable is True
    told = messages_of(county.staff["desk"], f"case:{story.case_id}")[-1]
    assert told.template == "reviewed" and "11月9日" in told.text
    check_everything(story.case_id)


@pytest.mark.parametrize("who", ["desk", "master", "other_master", "caller", "dispatcher", "town_dispatcher"])
def test_who_does_not_review(county: County, who: str) -> None:
    story = Story.reviewing(county, MORNING)
    with pytest.raises(NotAllowed):
        story.review("2026-11-06 10:00", who)
    assert not Review.objects.exists()
    assert story.row.state == "reviewing"


def test_a_leader_who_also_sits_in_the_handlers_office_does_not_chair(county: County) -> None:
    story = Story.reviewing(county, MORNING)
    station = county.station
    leader = county.staff["leader"]
    also_here = Actor(
        leader.id, "staff", leader.name, (*leader.holdings, Holding("desk", station.id, station.path))
    )
    with pytest.raises(NotAllowed):
        story.review("2026-11-06 10:00", also_here)


def test_an_unreasonable_complaint_is_answered_again_all_the_same(county: County) -> None:
    story = Story.reviewing(county, MORNING).review("2026-11-06 10:00", is_reasonable=False)
    assert (story.row.state, story.row.round) == ("in_progress", 2)
    assert RoundFact.objects.get(case_id=story.case_id, round=1).is_found_reasonable is False


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"convened_on": date(2026, 11, 7)}, "convened_on"),
        ({"members": " "}, "members"),
        ({"answerable": ""}, "answerable"),
        ({"cause": " "}, "text"),
        ({"measures": "\n"}, "text"),
        ({"measures_due_on": date(2026, 11, 5)}, "measures_due_on"),
    ],
)
def test_a_finding_is_whole(county: County, wrong: dict[str, object], field: str) -> None:
    story = Story.reviewing(county, MORNING)
    with pytest.raises(Refusal) as refusal:
        story.review("2026-11-06 10:00", **wrong)
    assert refusal.value.field == field
    assert not Review.objects.exists()
    assert story.row.state == "reviewing"


def test_no_review_without_a_dissatisfied_answer(county: County) -> None:
    story = Story.settled(county, MORNING)
    with pytest.raises(Refusal) as early:
        story.review("2026-11-06 10:00")
    assert early.value.code == "not_now"
    assert not Review.objects.exists()


def test_the_second_round_is_called_back_too(county: County) -> None:
    story = Story.reviewing(county, MORNING).review("2026-11-05 10:00").draft("2026-11-06 10:00")
    assert story.row.state == "settled"
    story.call("2026-11-06 15:00", "answered", is_solved=True, is_satisfied=True)
    assert (story.row.state, story.row.closed_as) == ("closed_satisfied", "satisfied")
    answers = RoundFact.objects.filter(case_id=story.case_id).order_by("round")
    assert [f.is_satisfied for f in answers] == [False, True]
    assert [f.settled_in_time for f in answers] == [True, True]
    check_everything(story.case_id)


def test_the_last_word_comes_after_the_programmes_rounds(county: County) -> None:
    story = Story.reviewing(county, MORNING)
    with pytest.raises(Refusal) as early:
        story.explain("2026-11-05 10:00")
    assert (early.value.code, early.value.params["needed"]) == ("too_early", 2)
    story.review("2026-11-05 10:00").draft("2026-11-06 10:00").rate("2026-11-06 15:00", is_satisfied=False)
    for who in ("desk", "master", "caller"):
        with pytest.raises(NotAllowed):
            story.explain("2026-11-09 10:00", who)
    with at("2026-11-09 10:00"):
        leader = access_case(county.staff["leader"], story.case_id, "核对")
        assert {"explain", "review"} <= leader.next_steps
    story.explain("2026-11-09 10:00")
    assert (story.row.state, story.row.closed_as) == ("closed_explained", "explained")
    told = Message.objects.filter(subject=f"case:{story.case_id}", template="explained")
    assert told.count() == 1
    with at("2026-11-10 10:00"):
        seen = track(county.visitor, story.own())
    assert seen.is_closed and seen.may_reopen
    # Dissatisfied again is nothing new; new facts begin a round with a fresh date.
    with at("2026-11-10 10:00"), pytest.raises(Refusal) as nothing_new:
        reopen_case(county.visitor, own=story.own(), reason="还是不满意。")
    assert (nothing_new.value.code, nothing_new.value.field) == ("explained", "has_new_facts")
    with at("2026-11-10 10:00"):
        reopen_case(county.visitor, own=story.own(), reason="又断水了。", has_new_facts=True)
    assert (story.row.state, story.row.round, story.row.closed_as) == ("in_progress", 3, "")
    check_everything(story.case_id)


def test_a_matter_of_the_town_itself_is_reviewed_by_the_county(county: County) -> None:
    town = county.offices["99010101"]
    story = Story.begun(county, MORNING, office_id=town.id)
    with pytest.raises(NotAllowed):
        story.accept("2026-11-02 11:00", "desk")
    story.accept("2026-11-02 11:00", "town_dispatcher").draft("2026-11-03 10:00", "town_dispatcher")
    story.rate("2026-11-04 10:00", is_satisfied=False)
    with pytest.raises(NotAllowed):  # the town's own leader sits where the matter lies
        story.review("2026-11-05 10:00", "town_leader")
    story.review("2026-11-05 10:00", "leader")
    assert story.row.round == 2
