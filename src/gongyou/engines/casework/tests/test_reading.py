"""Who reads a matter: where it lies, where it was said, who calls back; masked, recorded, and nobody else."""

from __future__ import annotations

import pytest

from gongyou.engines.casework.queries import (
    CaseFilter,
    access_case,
    find_cases,
    late_by_office,
    list_cases,
    open_parties,
)
from gongyou.engines.casework.tests.stories import Story, at
from gongyou.kernel.access import visitor_actor, worker_actor
from gongyou.kernel.errors import NotAllowed, NotFound
from gongyou.kernel.ids import new_id
from gongyou.kernel.models.audit import ReadRecord
from tests.yunshan.county import County

MORNING = "2026-11-02 10:00"
READERS = {"desk", "master", "town_dispatcher", "town_leader", "dispatcher", "caller", "leader"}


def test_readers_and_nobody_else(two_counties: tuple[County, County]) -> None:
    county, other = two_counties
    story = Story.begun(county, MORNING)
    for name, actor in county.staff.items():
        if name in READERS:
            assert access_case(actor, story.case_id, "办理").number == story.number
        else:
            with pytest.raises(NotAllowed):
                access_case(actor, story.case_id, "办理")
            assert list_cases(actor).items == ()
    outsiders = [*other.staff.values(), visitor_actor(), worker_actor(new_id(), new_id())]
    for actor in outsiders:
        with pytest.raises(NotAllowed):
            access_case(actor, story.case_id, "办理")
        assert list_cases(actor).items == ()
    with pytest.raises(NotFound):
        access_case(county.staff["leader"], new_id(), "办理")


def test_where_it_was_said_keeps_reading(county: County) -> None:
    story = Story.begun(county, MORNING).offer("2026-11-02 11:00", county.other_station.id)
    for name in ("desk", "other_desk"):
        assert access_case(county.staff[name], story.case_id, "办理").office.id == county.other_station.id


def test_every_reading_is_recorded_with_its_purpose(county: County) -> None:
    story = Story.begun(county, MORNING)
    desk = county.staff["desk"]
    access_case(desk, story.case_id, "办理")
    record = ReadRecord.objects.filter(noun="case", actor_id=desk.id).get()
    assert (record.purpose, record.ids) == ("办理", [str(story.case_id)])
    with pytest.raises(NotAllowed):
        access_case(desk, story.case_id, "")


def test_people_are_masked_until_somebody_says_why(county: County) -> None:
    story = Story.begun(county, MORNING)
    desk = county.staff["desk"]
    (party,) = access_case(desk, story.case_id, "办理").parties
    assert "13800000117" not in party.phone_masked and party.name_masked != "赵平"
    opened = open_parties(desk, story.case_id, "电话核实")
    assert [(p.name, p.phone) for p in opened.values()] == [("赵平", "13800000117")]
    assert ReadRecord.objects.filter(purpose="电话核实", actor_id=desk.id).exists()
    with pytest.raises(NotAllowed):
        open_parties(county.staff["other_desk"], story.case_id, "好奇")


def test_the_next_steps_are_those_that_work(county: County) -> None:
    story = Story.begun(county, MORNING, topic="wages")

    def steps(who: str) -> set[str]:
        return set(access_case(county.staff[who], story.case_id, "办理").next_steps)

    with at("2026-11-02 11:00"):
        assert steps("desk") == {"accept", "object"}
        assert steps("dispatcher") == {"offer", "decline"}
        assert steps("caller") == set()
    story.accept("2026-11-02 11:00").draft("2026-11-03 10:00")
    with at("2026-11-03 11:00"):
        assert steps("master") >= {"approve", "return"}
        assert "approve" not in steps("desk")
    story.approve("2026-11-03 11:00")
    with at("2026-11-03 12:00"):
        assert steps("caller") == {"call"}
        assert "call" not in steps("master")
    story.rate("2026-11-04 10:00", is_satisfied=False)
    with at("2026-11-04 12:00"):
        assert steps("leader") == {"review"}
        assert "review" not in steps("master")


def test_lists_narrow_and_page(county: County) -> None:
    stories = [Story.begun(county, f"2026-11-02 10:{n:02d}") for n in range(5)]
    stories[0].withdraw("2026-11-02 11:00")
    leader = county.staff["leader"]
    seen: list[str] = []
    cursor = ""
    while True:
        page = list_cases(leader, cursor=cursor, size=2)
        seen += [line.number for line in page.items]
        cursor = page.next
        if not cursor:
            break
    assert seen == [s.number for s in reversed(stories)]
    with at("2026-11-06 10:00"):
        assert len(list_cases(leader, only=CaseFilter(standing="open")).items) == 4
        assert len(list_cases(leader, only=CaseFilter(standing="late")).items) == 4
        assert [x.number for x in list_cases(leader, only=CaseFilter(standing="closed")).items] == [
            stories[0].number
        ]
        assert list_cases(leader, only=CaseFilter(office_id=county.other_station.id)).items == ()
    with pytest.raises(ValueError, match="isoformat"):
        list_cases(leader, cursor="nonsense")


def test_what_is_late_and_where(county: County) -> None:
    Story.begun(county, MORNING).accept("2026-11-02 11:00")
    Story.begun(county, MORNING, topic="wages").accept("2026-11-02 11:00")
    Story.begun(county, MORNING, office_id=county.other_station.id)
    with at("2026-11-06 10:00"):
        loads = {load.office_id: load for load in late_by_office(county.staff["leader"])}
    assert (loads[county.station.id].open, loads[county.station.id].late) == (2, 1)
    assert loads[county.other_station.id].late == 1
    assert late_by_office(county.staff["desk"]) == ()


def test_search_by_words_and_by_any_part_of_the_number(county: County) -> None:
    story = Story.begun(county, MORNING, text="农民工工资拖欠三个月。", topic="wages")
    Story.begun(county, MORNING, text="充电桩坏了。", topic="charging_parking")
    desk = county.staff["desk"]
    for words in ("工资", "农民工", "拖欠", "工资 三个月", story.number, story.number[-8:-2]):
        assert [line.id for line in find_cases(desk, words)] == [story.case_id], words
    assert find_cases(county.staff["other_desk"], "工资") == ()
    with pytest.raises(NotAllowed):
        find_cases(county.staff["caller"], "工资")
    assert not find_cases(desk, "")
