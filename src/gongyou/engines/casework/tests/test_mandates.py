"""Who speaks for whom: the mandate is asked for, the person is called first and may set right what was said."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from gongyou.basics.refusal import Refusal
from gongyou.engines.casework.models import CallAttempt, CaseText, Mandate
from gongyou.engines.casework.queries import find_cases, prove_own, track
from gongyou.engines.casework.queries.care import care_of
from gongyou.engines.casework.services import mandates, own
from gongyou.engines.casework.services.mandates import MandateGiven
from gongyou.engines.casework.tests.histories import moment_of
from gongyou.engines.casework.tests.stories import Story, at
from gongyou.kernel.errors import DomainError, NotAllowed
from gongyou.kernel.models.worklist import WorkItem
from tests.yunshan.county import County

PROXY: dict[str, Any] = {"proxy_name": "钱网格", "proxy_phone": "13911110000", "topic": "rest_facilities"}
ENTRUSTED = MandateGiven("entrusted", "paper", date(2026, 11, 2), scope=("rate",))


def spoken_for(county: County, **changes: Any) -> Story:
    return Story.begun(county, "2026-11-02 10:00", **(PROXY | changes))


def note(story: Story, given: MandateGiven = ENTRUSTED, when: str = "2026-11-02 12:00", **who: str) -> None:
    with at(when):
        mandates.note_mandate(story.county.staff["desk"], case_id=story.case_id, given=given, **who)


def answered(story: Story) -> Story:
    return story.accept("2026-11-02 13:00").draft("2026-11-03 10:00")


def asked_for(story: Story) -> list[WorkItem]:
    return list(WorkItem.objects.filter(subject_id=story.case_id, kind="casework.mandate"))


def test_a_proxy_without_mandate_becomes_work_with_a_date(county: County) -> None:
    story = spoken_for(county)
    (todo,) = asked_for(story)
    assert (todo.office_id, todo.due_at) == (county.station.id, moment_of("2026-11-05 17:30"))
    story.accept("2026-11-02 13:00")
    assert asked_for(story), "taking the matter on does not answer who may speak"
    note(story, when="2026-11-02 14:00")
    assert not asked_for(story)
    with at("2026-11-03 09:00"):
        (line,) = care_of(county.staff["desk"], story.case_id).mandates
    assert (line.basis, line.scope, line.is_in_force) == ("entrusted", ("rate",), True)


def test_who_speaks_for_nobody_is_not_asked(county: County) -> None:
    assert not asked_for(Story.begun(county, "2026-11-02 10:00"))


def test_with_the_mandate_at_hand_nobody_asks(county: County) -> None:
    assert not asked_for(spoken_for(county, mandate=ENTRUSTED))


def test_the_person_is_called_and_not_the_proxy(county: County) -> None:
    story = answered(spoken_for(county))
    with pytest.raises(DomainError) as refused:
        story.call("2026-11-03 14:00", "answered", is_solved=True, is_satisfied=True, spoke_with="proxy")
    assert (refused.value.code, refused.value.field) == ("subject_first", "spoke_with")
    assert story.row.state == "settled"
    story.call("2026-11-03 15:00", "answered", is_solved=True, is_satisfied=True)
    assert story.row.closed_as == "satisfied"


@pytest.mark.parametrize(
    "given",
    [
        MandateGiven("entrusted", "paper", date(2026, 11, 2), may_be_called=True),
        MandateGiven(
            "entrusted", "witnessed", date(2026, 11, 2), subject_cannot="听力一级残疾，不能接电话。"
        ),
        MandateGiven("guardian", "certificate", date(2026, 11, 2)),
        MandateGiven("heir", "certificate", date(2026, 11, 2)),
    ],
    ids=["the mandate says so", "the person can't hear", "guardian of a minor", "heir"],
)
def test_a_proxys_answer_counts_where_the_mandate_or_the_persons_state_says_so(
    county: County, given: MandateGiven
) -> None:
    story = spoken_for(county)
    note(story, given)
    answered(story).call(
        "2026-11-03 14:00", "answered", is_solved=True, is_satisfied=True, spoke_with="proxy"
    )
    assert story.row.closed_as == "satisfied"
    assert CallAttempt.objects.get(case_id=story.case_id).spoke_with == "proxy"


def test_a_mandate_ends_on_its_day_and_when_it_is_withdrawn(county: County) -> None:
    until = MandateGiven(
        "entrusted", "paper", date(2026, 11, 2), valid_until=date(2026, 11, 3), may_be_called=True
    )
    story = spoken_for(county)
    note(story, until)
    answered(story)
    with pytest.raises(DomainError, match="代办人的话不能代替"):
        story.call("2026-11-04 10:00", "answered", is_solved=True, is_satisfied=True, spoke_with="proxy")
    note(story, MandateGiven("entrusted", "paper", date(2026, 11, 2), may_be_called=True), "2026-11-04 11:00")
    with at("2026-11-04 12:00"):
        mandates.withdraw_mandate(county.staff["desk"], case_id=story.case_id, reason="本人来站说的。")
    with pytest.raises(DomainError, match="代办人的话不能代替"):
        story.call("2026-11-04 14:00", "answered", is_solved=True, is_satisfied=True, spoke_with="proxy")
    assert Mandate.objects.filter(case_id=story.case_id, withdrawn_at__isnull=False).count() == 2


def test_the_grid_worker_who_filed_never_calls_back(county: County) -> None:
    """Even where the matter went to another office and their own calls back for it."""
    story = Story.begun(county, "2026-11-02 10:00", **PROXY, actor=county.staff["dispatcher"])
    story.offer("2026-11-02 11:00", county.other_station.id)
    story.accept("2026-11-02 12:00", "other_desk").draft("2026-11-03 10:00", "other_desk")
    filer = county.staff["dispatcher"]
    both = type(filer)(**{**vars(filer), "holdings": (*filer.holdings, *county.staff["caller"].holdings)})
    with pytest.raises(DomainError, match="替人登记的人"):
        story.call("2026-11-03 14:00", "answered", both, is_solved=True, is_satisfied=True)


def test_the_person_corrects_what_was_said_and_nobody_else_does(county: County) -> None:
    story = spoken_for(county)
    with at("2026-11-03 09:00"):
        mine = story.own()
        mandates.correct_filing(county.visitor, own=mine, text="不是断水，是半夜噪音太大。")
        assert [c.number for c in find_cases(county.staff["desk"], "噪音")] == [story.number]
        assert CaseText.objects.filter(case_id=story.case_id, kind="demand").exists()
        plain = Story.begun(county, "2026-11-03 08:00")
        with pytest.raises(DomainError, match="您自己说的"):
            mandates.correct_filing(county.visitor, own=plain.own(), text="不用。")


def test_the_person_says_nobody_speaks_for_me(county: County) -> None:
    story = spoken_for(county)
    note(story)
    with at("2026-11-03 09:00"):
        mandates.disown_mandate(county.visitor, own=story.own())
        assert not care_of(county.staff["desk"], story.case_id).mandates[0].is_in_force
    assert asked_for(story)


def test_by_the_proxys_telephone_only_what_the_mandate_says(county: County) -> None:
    story = answered(spoken_for(county, phone=""))
    with at("2026-11-03 14:00"):
        proxys = prove_own(county.visitor, story.number, "0000", "test")
        assert proxys.is_proxy
        assert track(county.visitor, proxys).is_proxy
        for take in (
            lambda: own.withdraw_case(county.visitor, own=proxys, reason="不办了。"),
            lambda: own.rate_answer(county.visitor, own=proxys, is_solved=True, is_satisfied=True, note=""),
            lambda: mandates.correct_filing(county.visitor, own=proxys, text="改。"),
        ):
            with pytest.raises(Refusal):
                take()
    note(story, when="2026-11-03 15:00")
    with at("2026-11-03 16:00"):
        with pytest.raises(DomainError, match="没有这一项"):
            own.reopen_case(county.visitor, own=proxys, reason="再办。")
        own.rate_answer(county.visitor, own=proxys, is_solved=True, is_satisfied=True, note="")
    assert story.row.closed_as == "satisfied"


def test_an_heir_named_later_speaks(county: County) -> None:
    story = Story.begun(county, "2026-11-02 10:00")
    note(
        story,
        MandateGiven("heir", "certificate", date(2026, 11, 2)),
        proxy_name="赵小平",
        proxy_phone="13911110001",
    )
    answered(story).call(
        "2026-11-03 14:00", "answered", is_solved=True, is_satisfied=True, spoke_with="proxy"
    )
    assert story.row.closed_as == "satisfied"


@pytest.mark.parametrize(
    ("given", "field"),
    [
        (MandateGiven("friend", "paper", date(2026, 11, 2)), "basis"),
        (MandateGiven("entrusted", "hearsay", date(2026, 11, 2)), "proof"),
        (MandateGiven("entrusted", "paper", date(2026, 11, 2), scope=("everything",)), "scope"),
        (MandateGiven("entrusted", "paper", date(2026, 11, 2), valid_until=date(2026, 11, 1)), "valid_until"),
    ],
)
def test_a_mandate_that_can_not_be(county: County, given: MandateGiven, field: str) -> None:
    story = spoken_for(county)
    with pytest.raises(DomainError) as refused:
        note(story, given)
    assert refused.value.field == field


def test_only_the_handling_office_notes_a_mandate(county: County) -> None:
    story = spoken_for(county)
    with at("2026-11-02 12:00"), pytest.raises(NotAllowed):
        mandates.note_mandate(county.staff["other_desk"], case_id=story.case_id, given=ENTRUSTED)
