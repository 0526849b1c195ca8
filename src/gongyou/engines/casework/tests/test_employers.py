"""An employer named in matters: the share of its workers that makes an incident, and whom naming it bars."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import pytest

from gongyou.basics.refusal import Refusal
from gongyou.engines.casework.queries import access_case
from gongyou.engines.casework.queries.incidents import incident_hints
from gongyou.engines.casework.services import protecting
from gongyou.engines.casework.tests.recount import check_everything
from gongyou.engines.casework.tests.stories import Story, at
from gongyou.engines.casework.tests.test_beside import wages
from gongyou.registry import services as organisations
from tests.yunshan.county import County, build_yunshan


@pytest.fixture
def county(installed_packs: None) -> County:
    with at("2026-10-01 09:00"):
        return build_yunshan()


def employer(county: County, headcount: int) -> UUID:
    """An employer of the register with so many workers."""
    dispatcher = county.staff["dispatcher"]
    with at("2026-11-02 09:00"):
        saved = organisations.add_organisation(
            dispatcher, name=f"云山{headcount}人厂", kind="enterprise", division=county.area, area=county.area
        )
        organisations.note_headcount(
            dispatcher,
            organisation_id=saved.id,
            version=saved.version,
            count=headcount,
            counted_on=date(2026, 6, 30),
            source="社保缴费人数",
        )
    return saved.id


def name_employer(stories: list[Story], organisation_id: UUID) -> None:
    for story in stories:
        with at("2026-11-02 11:30"):
            protecting.name_employer(
                story.county.staff["desk"],
                case_id=story.case_id,
                organisation_id=organisation_id,
                reason="工牌。",
            )


def test_a_share_of_an_employers_workers_looks_like_one(county: County) -> None:
    """Incidents: ≥ 5 % of an employer's workers, same matter, 72 h; the number with its source and day."""
    stories = wages(county, 3)
    small, large = employer(county, 60), employer(county, 61)
    leader = county.staff["leader"]
    name_employer(stories[:2], small)
    with at("2026-11-02 12:00"):
        assert incident_hints(leader) == ()  # two of sixty
    name_employer(stories[2:], small)
    name_employer(stories, large)  # an agency and the works it sends to: three of 61 is not one in twenty
    with at("2026-11-02 12:00"):
        (hint,) = incident_hints(leader)
    assert (hint.cause, len(hint.case_ids)) == ("share", 3)
    assert hint.employer is not None
    assert (hint.employer.people, hint.employer.headcount, hint.employer.share) == (3, 60, 5)
    assert (hint.employer.headcount_on, hint.employer.headcount_source) == (date(2026, 6, 30), "社保缴费人数")
    check_everything(stories[0].case_id)


def test_one_person_of_a_small_firm_is_no_crowd_and_an_old_matter_none_either(county: County) -> None:
    one = wages(county, 1)
    firm = employer(county, 10)
    name_employer(one, firm)
    again = wages(county, 1)  # the same name and number: the same person
    name_employer(again, firm)
    leader = county.staff["leader"]
    with at("2026-11-02 12:00"):
        assert incident_hints(leader) == ()
    late = Story.begun(county, "2026-11-06 10:00", topic="wages", name="工友9", phone="13800001099")
    with at("2026-11-06 11:00"):
        protecting.name_employer(
            county.staff["desk"], case_id=late.case_id, organisation_id=firm, reason="合同。"
        )
        assert incident_hints(leader) == ()  # four days apart


def test_naming_an_employer_bars_its_declared_people_and_says_it_once(county: County) -> None:
    (story,) = wages(county, 1)
    firm = employer(county, 60)
    master = county.staff["master"]
    with at("2026-11-02 11:00"):
        protecting.declare_staff_tie(master, organisation_id=firm)
    name_employer([story, story], firm)
    assert story.row.conflicts.count() == 1
    with at("2026-11-02 12:00"), pytest.raises(Refusal):
        access_case(master, story.case_id, "看")
