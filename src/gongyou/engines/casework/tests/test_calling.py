"""Call-back: never by who handled the matter, three tries before somebody counts as unreached, one answer a round."""

from __future__ import annotations

import pytest
from django.db import connection

from gongyou.basics.refusal import Refusal
from gongyou.engines.casework.models import CallAttempt, CaseEvent, CaseText, Clock, RoundFact
from gongyou.engines.casework.tests.histories import moment_of
from gongyou.engines.casework.tests.recount import check_everything
from gongyou.engines.casework.tests.stories import Story
from gongyou.kernel.access import Actor, Holding
from gongyou.kernel.errors import NotAllowed
from gongyou.kernel.ids import new_id
from gongyou.kernel.models.events import Event
from gongyou.kernel.models.messages import Message
from tests.yunshan.county import County

MORNING = "2026-11-02 10:00"
SATISFIED = {"is_solved": True, "is_satisfied": True}


def with_role(county: County, role: str, office: str, like: Actor | None = None) -> Actor:
    """Somebody of several posts: `like` with one role more, or a new person with just that."""
    view = county.offices[office]
    one_more = Holding(role, view.id, view.path)
    held = like.holdings if like else ()
    return Actor(like.id if like else new_id(), "staff", "兼任", (*held, one_more))


@pytest.mark.parametrize(
    "who", ["desk", "master", "other_desk", "other_master", "leader", "dispatcher", "town_leader"]
)
def test_the_right_to_call_lies_with_the_call_back_office(county: County, who: str) -> None:
    story = Story.settled(county, MORNING)
    with pytest.raises(NotAllowed):
        story.call("2026-11-03 15:00", "answered", who, **SATISFIED)
    assert not CallAttempt.objects.exists()


def test_who_touched_the_answer_does_not_call(county: County) -> None:
    story = Story.begun(county, MORNING, topic="wages").accept("2026-11-02 11:00", "master")
    story.draft("2026-11-03 10:00").approve("2026-11-03 11:00")
    root = county.area
    drafter = with_role(county, "caller", root, county.staff["desk"])
    approver_elsewhere = Actor(
        county.staff["master"].id, "staff", "调任", with_role(county, "caller", root).holdings
    )
    drafter_elsewhere = Actor(
        county.staff["desk"].id, "staff", "调任", with_role(county, "caller", root).holdings
    )
    colleague = with_role(county, "caller", root, with_role(county, "desk", county.station.code))
    for actor in (drafter, drafter_elsewhere, approver_elsewhere, colleague):
        with pytest.raises(Refusal) as own_call:
            story.call("2026-11-03 15:00", "answered", actor, **SATISFIED)
        assert (own_call.value.code, own_call.value.status) == ("own_call", 403)
    story.call("2026-11-03 15:00", "answered", **SATISFIED)
    assert story.row.state == "closed_satisfied"


def test_the_holder_does_not_call_after_moving_to_the_call_back_office(county: County) -> None:
    story = (
        Story.begun(county, MORNING).accept("2026-11-02 11:00", "master").draft("2026-11-03 10:00", "desk")
    )
    moved = Actor(
        county.staff["master"].id, "staff", "调任", with_role(county, "caller", county.area).holdings
    )
    with pytest.raises(Refusal) as own_call:
        story.call("2026-11-03 15:00", "answered", moved, **SATISFIED)
    assert own_call.value.code == "own_call"


# tries | closed as unreached? The rule: three tries, on two days, one outside office hours (09:00 to 17:30).
TRIES = [
    (["2026-11-03 11:00", "2026-11-03 15:00", "2026-11-03 18:30"], False),  # one day
    (["2026-11-03 11:00", "2026-11-04 11:00", "2026-11-05 11:00"], False),  # never outside hours
    (["2026-11-03 18:30", "2026-11-04 11:00"], False),  # two tries
    (["2026-11-03 18:30", "2026-11-04 11:00", "2026-11-04 15:00"], True),
    (["2026-11-03 11:00", "2026-11-04 11:00", "2026-11-05 08:59"], True),
    (["2026-11-03 11:00", "2026-11-04 11:00", "2026-11-07 11:00"], True),  # a Saturday of rest
]


@pytest.mark.parametrize(("tries", "is_unreached"), TRIES)
def test_the_rule_of_unreached(county: County, tries: list[str], is_unreached: bool) -> None:
    story = Story.settled(county, MORNING)
    for when in tries:
        story.call(when, "no_answer")
    assert (story.row.state == "closed_unreached") == is_unreached
    fact = RoundFact.objects.get(case_id=story.case_id)
    assert fact.call_result == ("unreached" if is_unreached else "")
    assert fact.is_satisfied is None, "unreached is never counted as satisfied"
    has_told = Message.objects.filter(subject=f"case:{story.case_id}", template="unreached").exists()
    assert has_told == is_unreached
    check_everything(story.case_id)


def test_only_the_tries_of_this_round_count(county: County) -> None:
    story = Story.settled(county, MORNING)
    story.call("2026-11-03 18:30", "no_answer").call("2026-11-04 11:00", "no_answer")
    story.rate("2026-11-04 12:00", is_satisfied=False).review("2026-11-05 10:00").draft("2026-11-05 11:00")
    story.call("2026-11-05 18:30", "no_answer")
    assert story.row.state == "settled"
    story.call("2026-11-06 10:00", "refused").call("2026-11-06 11:00", "wrong_number")
    assert story.row.state == "closed_unreached"


@pytest.mark.parametrize(
    ("outcome", "answer", "field"),
    [
        ("answered", {}, "is_satisfied"),
        ("answered", {"is_solved": True}, "is_satisfied"),
        ("no_answer", SATISFIED, "is_satisfied"),
        ("proxy_only", {"is_satisfied": True}, "is_satisfied"),
        ("busy", {}, "outcome"),
        ("no_answer", {"channel": "pigeon"}, "channel"),
    ],
)
def test_half_an_answer_is_refused(
    county: County, outcome: str, answer: dict[str, object], field: str
) -> None:
    story = Story.settled(county, MORNING)
    before = story.version
    with pytest.raises(Refusal) as refusal:
        story.call("2026-11-03 15:00", outcome, **answer)
    assert refusal.value.field == field
    assert not CallAttempt.objects.exists()
    assert story.version == before


def test_the_proxy_answers_for_nobody(county: County) -> None:
    story = Story.settled(county, MORNING, proxy_name="网格员小李", proxy_phone="13800000118")
    story.call("2026-11-03 15:00", "proxy_only")
    assert story.row.state == "settled"


def test_dissatisfied_opens_the_review_in_the_same_transaction(county: County) -> None:
    story = Story.settled(county, MORNING)
    story.call("2026-11-04 10:00", "answered", is_solved=False, is_satisfied=False, note="又漏了。")
    assert story.row.state == "reviewing"
    review = Clock.objects.get(case_id=story.case_id, clock_id="review")
    assert (review.started_at, review.due_at) == (
        moment_of("2026-11-04 10:00"),
        moment_of("2026-11-09 17:30"),
    )
    call = CaseEvent.objects.get(case_id=story.case_id, kind="called_dissatisfied")
    assert call.data == {"solved": False, "spoke_with": "subject"}
    assert Message.objects.filter(subject=f"case:{story.case_id}", template="review_opened").count() == 1
    assert Event.objects.filter(name="casework.review_opened").count() == 1
    check_everything(story.case_id)


def test_where_telling_fails_nothing_of_the_call_is_stored(county: County) -> None:
    """The answer, the review and the message are one: a broken phone column breaks all of it."""
    story = Story.settled(county, MORNING)
    version, texts, events = story.version, CaseText.objects.count(), Event.objects.count()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE registry_person SET phone = %s", [b"\x01damaged"])
    with pytest.raises(Exception, match=r".+") as failure:
        story.call("2026-11-04 10:00", "answered", is_solved=False, is_satisfied=False, note="又漏了。")
    assert not isinstance(failure.value, Refusal)
    assert (story.version, story.row.state) == (version, "settled")
    assert not CallAttempt.objects.exists()
    assert not Clock.objects.filter(clock_id="review").exists()
    assert RoundFact.objects.get(case_id=story.case_id).is_satisfied is None
    assert (CaseText.objects.count(), Event.objects.count()) == (texts, events)
    check_everything(story.case_id)


def test_after_the_end_nobody_calls_again(county: County) -> None:
    story = Story.settled(county, MORNING).call("2026-11-04 10:00", "answered", **SATISFIED)
    with pytest.raises(Refusal) as over:
        story.call("2026-11-05 10:00", "answered", is_solved=False, is_satisfied=False)
    assert over.value.code == "not_now"
    assert CallAttempt.objects.count() == 1


def test_the_worker_answers_first_on_the_page(county: County) -> None:
    story = Story.settled(county, MORNING).rate("2026-11-03 20:00", is_satisfied=True)
    attempt = CallAttempt.objects.get()
    assert (attempt.channel, attempt.outcome, story.row.state) == ("online", "answered", "closed_satisfied")


def test_who_was_unreached_may_still_answer(county: County) -> None:
    story = Story.settled(county, MORNING)
    for when in ("2026-11-03 18:30", "2026-11-04 11:00", "2026-11-04 15:00"):
        story.call(when, "no_answer")
    story.rate("2026-11-10 20:00", is_satisfied=False)
    assert story.row.state == "reviewing"
    check_everything(story.case_id)
