"""The answer: drafted by one, approved by another where the class needs it, returned with a reason."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, connection, transaction

from gongyou.basics.refusal import Refusal
from gongyou.engines.casework.models import CaseText, Settlement
from gongyou.engines.casework.queries import access_case, track
from gongyou.engines.casework.services import answering
from gongyou.engines.casework.tests.recount import check_everything
from gongyou.engines.casework.tests.stories import Story, at
from gongyou.kernel.access import Actor
from gongyou.kernel.errors import NotAllowed, NotFound
from gongyou.kernel.messages import messages_of
from tests.yunshan.county import County

MORNING = "2026-11-02 10:00"


def hard(county: County) -> Story:
    return Story.begun(county, MORNING, topic="wages").accept("2026-11-02 11:00")


def test_a_simple_answer_goes_out_at_once(county: County) -> None:
    story = Story.settled(county, MORNING)
    assert story.row.state == "settled"
    assert story.row.call_office_id == county.callback_desk.id
    told = messages_of(county.staff["desk"], f"case:{story.case_id}")[-1]
    assert told.template == "settled" and "水管已经修好。" in told.text
    with at("2026-11-03 11:00"):
        assert track(county.visitor, story.own()).answer == "水管已经修好。"


def test_a_hard_answer_waits_for_a_second_person(county: County) -> None:
    story = hard(county).draft("2026-11-04 10:00")
    assert story.row.state == "drafted"
    with at("2026-11-04 10:30"):
        seen = track(county.visitor, story.own())
        assert (seen.answer, seen.may_rate) == ("", False), "nobody outside reads a draft"
        desk = access_case(county.staff["desk"], story.case_id, "核对")
        assert (desk.draft, desk.answer) == ("水管已经修好。", "")
    story.approve("2026-11-04 11:00")
    assert story.row.state == "settled"
    settlement = Settlement.objects.get(case_id=story.case_id)
    assert (settlement.drafted_by, settlement.approved_by) == (
        county.staff["desk"].id,
        county.staff["master"].id,
    )
    with at("2026-11-04 11:30"):
        assert track(county.visitor, story.own()).answer == "水管已经修好。"
    check_everything(story.case_id)


def test_the_drafter_approves_nothing_of_their_own(county: County) -> None:
    story = hard(county).draft("2026-11-04 10:00", "master")
    with pytest.raises(Refusal) as own_draft:
        story.approve("2026-11-04 11:00", "master")
    assert (own_draft.value.code, own_draft.value.status) == ("own_draft", 403)
    assert story.row.state == "drafted"
    story.approve("2026-11-04 11:00", "town_leader")
    assert story.row.state == "settled"


def test_the_database_refuses_it_too(county: County) -> None:
    story = hard(county).draft("2026-11-04 10:00")
    settlement = Settlement.objects.get(case_id=story.case_id)
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE casework_settlement SET approved_by = drafted_by WHERE round = 1")
    assert Settlement.objects.get(pk=settlement.pk).approved_by is None


@pytest.mark.parametrize("who", ["desk", "other_master", "dispatcher", "caller", "audit_admin"])
def test_who_may_not_approve(county: County, who: str) -> None:
    story = hard(county).draft("2026-11-04 10:00", "master")
    with pytest.raises(NotAllowed):
        story.approve("2026-11-04 11:00", who)


def test_a_draft_returns_with_a_reason_and_the_promise_runs_on(county: County) -> None:
    story = hard(county)
    promised = story.row.due_at
    story.draft("2026-11-04 10:00")
    with at("2026-11-04 11:00"):
        answering.return_answer(
            county.staff["master"],
            case_id=story.case_id,
            version=story.version,
            reason="没有写明何时发工资。",
        )
    assert (story.row.state, story.row.due_at) == ("in_progress", promised)
    with at("2026-11-04 11:10"), pytest.raises(Refusal):
        story.approve("2026-11-04 11:10")
    story.draft("2026-11-04 12:00").approve("2026-11-04 13:00")
    drafts = Settlement.objects.filter(case_id=story.case_id).order_by("drafted_at")
    assert [d.approved_by is not None for d in drafts] == [False, True]
    assert list(
        CaseText.objects.filter(case_id=story.case_id, kind="answer").values_list("pk", flat=True)
    ) == [drafts[1].text_id]
    check_everything(story.case_id)


def test_nothing_to_approve_says_so(county: County) -> None:
    story = hard(county)
    with pytest.raises(NotFound):
        story.approve("2026-11-04 11:00")


@pytest.mark.parametrize(
    ("result", "text", "field"), [("done", "好了。", "result"), ("solved", " \n", "text")]
)
def test_an_answer_has_a_result_and_words(county: County, result: str, text: str, field: str) -> None:
    story = Story.begun(county, MORNING).accept("2026-11-02 11:00")
    with at("2026-11-03 10:00"), pytest.raises(Refusal) as refusal:
        answering.draft_answer(
            county.staff["desk"], case_id=story.case_id, version=story.version, result=result, text=text
        )
    assert refusal.value.field == field
    assert not Settlement.objects.exists()


def test_no_answer_before_somebody_took_it_on(county: County) -> None:
    story = Story.begun(county, MORNING)
    with pytest.raises(Refusal) as early:
        story.draft("2026-11-02 11:00")
    assert early.value.code == "not_now"
    assert not Settlement.objects.filter(case_id=story.case_id).exists()


def test_every_answer_of_the_care_line_is_approved(care_county: County) -> None:
    story = Story.begun(care_county, MORNING, topic="housing").offer(
        "2026-11-02 10:30", care_county.station.id
    )
    story.accept("2026-11-02 11:00").draft("2026-11-03 10:00")
    assert story.row.state == "drafted"


def test_the_form_sent_twice_is_one_draft(county: County) -> None:
    story = hard(county)
    desk: Actor = county.staff["desk"].intending("draft-1")
    given = {"case_id": story.case_id, "version": story.version, "result": "solved", "text": "已发工资。"}
    with at("2026-11-04 10:00"):
        first = answering.draft_answer(desk, **given)
        assert answering.draft_answer(desk, **given) == first
    assert Settlement.objects.filter(case_id=story.case_id).count() == 1
