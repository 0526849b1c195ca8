"""Help, joins, repeats and incidents: responsibility, dates and privacy stay where they are."""

from __future__ import annotations

from datetime import timedelta

import pytest

from gongyou.basics.refusal import Refusal
from gongyou.engines.casework.jobs import climb
from gongyou.engines.casework.models import Case, CaseEvent, HelpRequest, Incident, IncidentEntry, RepeatLink
from gongyou.engines.casework.queries import access_case, find_cases, list_cases, track
from gongyou.engines.casework.queries.beside import beside_case
from gongyou.engines.casework.queries.incidents import access_incident, incident_hints, list_incidents
from gongyou.engines.casework.services import helping, incidents, joining, repeating
from gongyou.engines.casework.tests.histories import moment_of
from gongyou.engines.casework.tests.recount import check_everything
from gongyou.engines.casework.tests.stories import Story, at, run_jobs
from gongyou.engines.casework.tests.test_ladder import on_duty
from gongyou.kernel import moment
from gongyou.kernel.errors import DomainError, NotAllowed
from gongyou.kernel.models.messages import Message
from gongyou.kernel.models.worklist import WorkItem
from tests.yunshan.county import County, build_yunshan


@pytest.fixture
def county(installed_packs: None) -> County:
    with at("2026-10-01 09:00"):
        return build_yunshan()


def local(value: object) -> str:
    return f"{value.astimezone(moment.SHANGHAI):%m-%d %H:%M}"  # type: ignore[attr-defined]


# --- help ---------------------------------------------------------------------------------------------


def asked(story: Story, when: str, office: object, who: str = "desk") -> None:
    with at(when):
        helping.ask_help(
            story.staff(who),
            case_id=story.case_id,
            version=story.version,
            office_id=office.id,  # type: ignore[attr-defined]
            reason="要镇里协调供水。",
        )


def test_help_moves_neither_responsibility_nor_the_date(county: County) -> None:
    story = Story.begun(county, "2026-11-02 10:00", topic="wages").accept("2026-11-02 11:00")
    before, texts = story.row, Message.objects.count()
    asked(story, "2026-11-03 10:00", county.other_station)
    row = story.row
    assert (row.office_id, row.holder_id, row.due_at) == (before.office_id, before.holder_id, before.due_at)
    # Half of what is left of seven days, and one working day at the least.
    assert local(HelpRequest.objects.get().due_at) == "11-06 13:45"
    assert Message.objects.count() == texts  # the worker is told nothing: nothing is needed from them
    check_everything(story.case_id)
    helper = county.staff["other_desk"]
    with at("2026-11-03 11:00"):
        assert access_case(helper, story.case_id, "协助").number == story.number
        view = beside_case(helper, story.case_id)
        assert [h.may_report for h in view.helps] == [True]
        with pytest.raises(NotAllowed):  # the lead can't report for its helper
            helping.report_help(
                county.staff["desk"], case_id=story.case_id, help_id=view.helps[0].id, report="已办。"
            )
        helping.report_help(helper, case_id=story.case_id, help_id=view.helps[0].id, report="水厂今晚来修。")
    assert not WorkItem.objects.filter(subject_id=story.case_id, kind="casework.help").exists()
    check_everything(story.case_id)


def test_help_of_the_last_hour_still_has_a_working_day(county: County) -> None:
    story = Story.begun(county, "2026-11-02 10:00").accept("2026-11-02 11:00")
    asked(story, "2026-11-05 17:00", county.townships[0])
    assert local(HelpRequest.objects.get().due_at) == "11-06 17:30"


def test_nobody_is_asked_twice_at_a_time(county: County) -> None:
    story = Story.begun(county, "2026-11-02 10:00").accept("2026-11-02 11:00")
    asked(story, "2026-11-03 10:00", county.townships[0])
    for office in (county.townships[0], county.station):
        with pytest.raises(DomainError):
            asked(story, "2026-11-03 11:00", office)
    on_duty(county, county.townships[0].id, "白桦", "2026-11-06")
    with at("2026-11-06 10:00"):  # the ladder finds the township helping and asks nobody a second time
        climb()
    assert HelpRequest.objects.count() == 1
    check_everything(story.case_id)


# --- joins --------------------------------------------------------------------------------------------


def joined(child: Story, lead: Story, when: str, who: str = "desk") -> None:
    with at(when):
        joining.join_case(
            child.staff(who),
            case_id=child.case_id,
            version=child.version,
            lead_id=lead.case_id,
            reason="同一栋宿舍。",
        )
        run_jobs()


@pytest.fixture
def pair(county: County) -> tuple[Story, Story]:
    """(child, lead): the child was said earlier and is due earlier."""
    child = Story.begun(county, "2026-11-02 10:00", text="三楼断水。").accept("2026-11-02 11:00")
    lead = Story.begun(
        county, "2026-11-03 10:00", name="钱进", phone="13800000228", text="二楼断水。", topic="wages"
    )
    lead.accept("2026-11-03 11:00")
    return child, lead


def test_the_lead_is_due_when_the_earliest_of_all_is(pair: tuple[Story, Story]) -> None:
    child, lead = pair
    own, childs = lead.row.due_at, child.row.due_at
    joined(child, lead, "2026-11-03 12:00")
    assert lead.row.due_at == min(own, childs) == childs  # type: ignore[type-var]
    assert (child.row.due_at, child.row.number, child.row.state) == (childs, child.number, "in_progress")
    check_everything(lead.case_id)
    # The child's date moves (another class): the lead's follows; parted it has its own again.
    child.reclassify("2026-11-03 13:00", "complex")
    with at("2026-11-03 13:00"):
        run_jobs()
    assert child.row.due_at is not None and child.row.due_at > childs  # type: ignore[operator]
    assert lead.row.due_at == min(own, child.row.due_at)  # type: ignore[type-var]
    with at("2026-11-03 14:00"):
        joining.part_case(
            child.staff("desk"), case_id=child.case_id, version=child.version, reason="不是同一处。"
        )
    assert lead.row.due_at == own
    kinds = CaseEvent.objects.filter(case_id=child.case_id).order_by("seq").values_list("kind", flat=True)
    assert [k for k in kinds if k in {"joined", "parted"}] == ["joined", "parted"]
    check_everything(child.case_id)
    check_everything(lead.case_id)


def test_joins_are_one_level_deep_and_have_no_circle(county: County, pair: tuple[Story, Story]) -> None:
    child, lead = pair
    third = Story.begun(county, "2026-11-03 11:30")
    joined(child, lead, "2026-11-03 12:00")
    for one, other in ((lead, child), (third, child), (lead, third), (child, third), (third, third)):
        with pytest.raises(Refusal):
            joined(one, other, "2026-11-03 12:30")
    joined(third, lead, "2026-11-03 13:00")
    assert Case.objects.filter(lead_id=lead.case_id).count() == 2


def test_each_person_is_asked_whether_the_answer_applies(pair: tuple[Story, Story]) -> None:
    child, lead = pair
    joined(child, lead, "2026-11-03 12:00")
    with at("2026-11-03 13:00"), pytest.raises(DomainError):
        joining.answer_joined(
            child.staff("desk"), case_id=child.case_id, version=child.version, applies=True, text="已修好。"
        )
    lead.draft("2026-11-04 10:00").approve("2026-11-04 11:00")
    assert child.row.state == "in_progress"  # the lead's answer settles nobody else
    with at("2026-11-04 12:00"):
        assert beside_case(child.staff("desk"), child.case_id).lead_answer == "水管已经修好。"
        joining.answer_joined(
            child.staff("desk"),
            case_id=child.case_id,
            version=child.version,
            applies=True,
            text="三楼也修好了。",
        )
    assert child.row.state == "settled"  # with a call-back of its own
    child.rate("2026-11-05 10:00", is_satisfied=False)
    assert (child.row.state, lead.row.state) == ("reviewing", "settled")


def test_an_answer_that_does_not_apply_parts_them(pair: tuple[Story, Story]) -> None:
    child, lead = pair
    joined(child, lead, "2026-11-03 12:00")
    lead.draft("2026-11-04 10:00").approve("2026-11-04 11:00")
    with at("2026-11-04 12:00"):
        joining.answer_joined(
            child.staff("desk"),
            case_id=child.case_id,
            version=child.version,
            applies=False,
            text="三楼还没有修。",
        )
    assert (child.row.state, child.row.lead_id) == ("in_progress", None)


def test_nobody_sees_another_complainant(county: County, pair: tuple[Story, Story]) -> None:
    """D11: django-helpdesk and Zammad merge, and show one submitter to the other."""
    child, lead = pair
    joined(child, lead, "2026-11-03 12:00")
    with at("2026-11-03 13:00"):
        for one, other in ((child, lead), (lead, child)):
            tail = one.row.phone_tail
            seen = track(county.visitor, one.own(tail))
            assert other.number not in repr(seen)
            assert other.row.phone_tail not in repr(seen).replace(one.number, "")
        with pytest.raises(Refusal):  # the other's digits open nothing
            child.own(lead.row.phone_tail)
        page = access_case(county.staff["desk"], child.case_id, "核对")
        assert "钱进" not in repr(page) and "0228" not in repr(page.parties)
        # Who may not read the other matter sees that there is one, and nothing else of it.
        far = Story.begun(
            county,
            "2026-11-03 12:10",
            office_id=county.other_station.id,
            actor=county.staff["other_desk"],
            name="孙宁",
            phone="13800000339",
        )
    with at("2026-11-03 14:00"), pytest.raises(NotAllowed):
        joining.join_case(
            county.staff["other_desk"],
            case_id=far.case_id,
            version=far.version,
            lead_id=lead.case_id,
            reason="同一件。",
        )
    with at("2026-11-03 15:00"):
        found = find_cases(county.staff["other_desk"], "断水")
    assert [line.id for line in found] == [far.case_id]


# --- repeats ------------------------------------------------------------------------------------------


def repeated(story: Story, earlier: Story, when: str, *, new_facts: bool = False) -> None:
    with at(when):
        repeating.note_repeat(
            story.staff("desk"),
            case_id=story.case_id,
            version=story.version,
            earlier_id=earlier.case_id,
            has_new_facts=new_facts,
            note="同一个人、同一件事。",
        )
        run_jobs()


def test_nothing_new_makes_no_new_order(county: County) -> None:
    earlier = Story.begun(county, "2026-11-02 10:00").accept("2026-11-02 11:00")
    again = Story.begun(county, "2026-11-03 10:00", text="宿舍还是断水，请帮忙联系。")
    with at("2026-11-03 10:30"):
        likely = beside_case(again.staff("desk"), again.case_id).likely
    assert [(one.id, one.is_same_person) for one in likely] == [(earlier.case_id, True)]
    repeated(again, earlier, "2026-11-03 11:00")
    assert (again.row.state, again.row.closed_as) == ("told_progress", "repeated")
    assert not WorkItem.objects.filter(subject_id=again.case_id).exists()
    with at("2026-11-03 12:00"):
        texts = access_case(earlier.staff("desk"), earlier.case_id, "核对").texts
    assert [t.text for t in texts if t.kind == "supplement"] == ["宿舍还是断水，请帮忙联系。"]
    assert Message.objects.filter(template="repeat_told", subject=f"case:{again.case_id}").count() == 1
    check_everything(again.case_id)
    check_everything(earlier.case_id)


def test_a_repeat_of_a_closed_matter_leaves_its_closing_alone(county: County) -> None:
    earlier = Story.settled(county, "2026-11-02 10:00").rate("2026-11-04 10:00", is_satisfied=True)
    closed_at = earlier.row.closed_at
    again = Story.begun(county, "2026-11-09 10:00")
    repeated(again, earlier, "2026-11-09 11:00")
    assert (earlier.row.closed_at, earlier.row.state) == (closed_at, "closed_satisfied")
    # Whoever is told so may still say that it was new.
    again.reopen("2026-11-10 10:00")
    assert again.row.state == "in_progress"


def test_new_facts_are_a_new_order(county: County) -> None:
    earlier = Story.begun(county, "2026-11-02 10:00")
    again = Story.begun(county, "2026-11-03 10:00")
    repeated(again, earlier, "2026-11-03 11:00", new_facts=True)
    assert again.row.state == "offered"
    assert RepeatLink.objects.get().has_new_facts


def test_another_person_repeats_nothing(county: County) -> None:
    earlier = Story.begun(county, "2026-11-02 10:00")
    other = Story.begun(county, "2026-11-03 10:00", name="钱进", phone="13800000228")
    with pytest.raises(DomainError, match="不是同一个人"):
        repeated(other, earlier, "2026-11-03 11:00")


def test_three_repeats_go_to_the_office_above(county: County) -> None:
    earlier = Story.begun(county, "2026-11-02 10:00").accept("2026-11-02 11:00")
    for day in (3, 4, 5):
        assert not WorkItem.objects.filter(kind="casework.repeats").exists()
        last = Story.begun(county, f"2026-11-{day:02d} 10:00")
        repeated(last, earlier, f"2026-11-{day:02d} 11:00")
    item = WorkItem.objects.get(kind="casework.repeats")
    assert (item.office_id, item.subject_id) == (county.townships[0].id, last.case_id)
    with at("2026-11-05 12:00"):
        repeating.review_repeats(
            county.staff["town_leader"], case_id=last.case_id, version=last.version, finding="镇里上门看过。"
        )
    assert not WorkItem.objects.filter(kind="casework.repeats").exists()


# --- incidents ----------------------------------------------------------------------------------------


def wages(county: County, count: int, **filing: object) -> list[Story]:
    return [
        Story.begun(
            county,
            f"2026-11-02 10:{n:02d}",
            text="工厂拖欠工资三个月。",
            name=f"工友{n}",
            phone=f"138000010{n:02d}",
            **({"topic": "wages"} | filing),
        )
        for n in range(count)
    ]


def test_many_matters_of_one_subject_look_like_one(county: County) -> None:
    stories = wages(county, 10)
    leader = county.staff["leader"]
    with at("2026-11-02 12:00"):
        (hint,) = incident_hints(leader)
        assert (hint.cause, len(hint.case_ids)) == ("persons", 10)
        with pytest.raises(NotAllowed):
            incident_hints(county.staff["desk"])
        incidents.raise_incident(leader, title="某厂欠薪", case_ids=hint.case_ids, cause="persons")
        run_jobs()
        assert incident_hints(leader) == ()
    incident = Incident.objects.get()
    assert incident.office_id == county.root.id  # one commander, at the top of the area
    assert incident.report_due_at - incident.raised_at == timedelta(hours=1)
    assert WorkItem.objects.get(kind="casework.incident").office_id == county.root.id
    # Clocks run on, each matter's own.
    assert {s.row.due_at for s in stories} == {stories[0].row.due_at}
    check_everything(stories[0].case_id)


def test_everybody_is_told_and_nobodys_answer_is_lost(county: County) -> None:
    stories = wages(county, 3)
    leader = county.staff["leader"]
    with at("2026-11-02 12:00"):
        incidents.raise_incident(
            leader, title="某厂欠薪", case_ids=[s.case_id for s in stories], cause="staff"
        )
        incident = Incident.objects.get()
        incidents.tell_members(leader, incident_id=incident.pk, version=1, text="县总工会已经派人到厂里协调")
        with pytest.raises(DomainError):  # not before the report line is filled
            incidents.close_incident(leader, incident_id=incident.pk, version=2, text="已处理。")
        incidents.report_incident(
            leader, incident_id=incident.pk, version=2, reported_to="县委值班室", text="二十人，情绪平稳。"
        )
        board = access_incident(leader, incident.pk)
        assert (board.line.total, board.line.is_reported) == (3, True)
        assert [line.id for line in list_incidents(leader)] == [incident.pk]
    told = Message.objects.filter(template="incident")
    assert {m.subject for m in told} == {f"case:{s.case_id}" for s in stories}
    assert list(IncidentEntry.objects.order_by("at", "id").values_list("kind", "count")) == [
        ("raised", 3),
        ("told", 3),
        ("reported", 0),
    ]
    stories[0].accept("2026-11-02 13:00").draft("2026-11-03 10:00").approve("2026-11-03 11:00")
    assert [s.row.state for s in stories] == ["settled", "offered", "offered"]


def test_an_incident_narrows_who_may_read(county: County) -> None:
    (story,) = wages(county, 1)
    readers = ("desk", "master", "leader", "town_leader", "caller")
    with at("2026-11-02 12:00"):
        assert all(story.number in repr(list_cases(county.staff[who])) for who in readers)
        incidents.raise_incident(
            county.staff["leader"], title="欠薪", case_ids=[story.case_id], cause="staff"
        )
        for who in readers:
            may = who != "town_leader"  # sits neither where it lies nor where it is commanded
            assert (story.number in repr(list_cases(county.staff[who]))) is may, who
        with pytest.raises(NotAllowed):
            access_case(county.staff["town_leader"], story.case_id, "看看")
    assert moment_of("2026-11-02 10:00") == story.row.received_at
