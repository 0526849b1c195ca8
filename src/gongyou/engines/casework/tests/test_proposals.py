"""Suggestions end adopted or not, with why; delegates' proposals come through staff and are tracked to their reply."""

from __future__ import annotations

import pytest

from gongyou.engines.casework.queries import public_types, track
from gongyou.engines.casework.queries.care import care_of
from gongyou.engines.casework.queries.definitions import staff_types
from gongyou.engines.casework.tests.histories import moment_of
from gongyou.engines.casework.tests.stories import Story, at
from gongyou.kernel.errors import DomainError
from gongyou.kernel.models.messages import Message
from tests.yunshan.county import County

PROPOSAL = {"congress": "county", "measure": "每个园区设一处夜间热饭点。", "session": "第八届第三次"}


def test_a_suggestion_is_adopted_or_not_and_the_person_is_told(county: County) -> None:
    story = Story.begun(county, "2026-11-02 10:00", type_id="suggestion", topic="stations")
    story.accept("2026-11-02 11:00")
    with pytest.raises(DomainError, match="选择办理结果"):
        story.draft("2026-11-03 10:00", result="solved")
    story.draft("2026-11-03 10:00", result="not_adopted")
    with at("2026-11-03 11:00"):
        seen = track(county.visitor, story.own())
    assert (story.row.kind, seen.result_title) == ("suggestion", "没有采纳，理由写在答复里")
    assert seen.answer == "水管已经修好。"
    assert Message.objects.filter(subject=f"case:{story.case_id}", template="settled").exists()


def proposed(county: County, **changes: str) -> Story:
    return Story.begun(
        county,
        "2026-11-02 10:00",
        type_id="proposal",
        topic="",
        actor=county.staff["desk"],
        details={k: v for k, v in (PROPOSAL | changes).items() if v},
    )


def test_a_proposal_is_tracked_to_its_reply(county: County) -> None:
    story = proposed(county)
    assert story.row.due_at == moment_of("2027-01-01 17:30") or story.row.is_provisional
    with at("2026-11-02 11:00"):
        details = care_of(county.staff["desk"], story.case_id).details
    assert [(d.title, d.value) for d in details] == [
        ("哪一级代表", "县级工会代表大会"),
        ("第几届第几次会议", "第八届第三次"),
        ("建议怎么办", "每个园区设一处夜间热饭点。"),
    ]
    story.accept("2026-11-02 12:00").draft("2026-12-01 10:00", result="planned").approve("2026-12-01 15:00")
    story.rate("2026-12-02 10:00", is_satisfied=True)
    assert story.row.closed_as == "satisfied"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"congress": ""}, "detail_congress"),
        ({"congress": "village"}, "detail_congress"),
        ({"measure": ""}, "detail_measure"),
        ({"colour": "red"}, "details"),
        ({"measure": "长" * 601}, "detail_measure"),
    ],
)
def test_what_a_proposal_must_say(county: County, changes: dict[str, str], field: str) -> None:
    with pytest.raises(DomainError) as refused:
        proposed(county, **changes)
    assert refused.value.field == field


def test_the_public_is_not_offered_proposals_and_can_not_file_them(county: County) -> None:
    assert "proposal" not in {t.type_id for t in public_types(county.area)}
    assert "proposal" in {t.type_id for t in staff_types(county.area)}
    with at("2026-11-02 10:00"), pytest.raises(DomainError, match="由工作人员登记"):
        county.file(type_id="proposal", details=PROPOSAL)
