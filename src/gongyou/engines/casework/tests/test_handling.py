"""Working a matter off: accept, object, dispatch, reclassify, pause: who may, how often, what is refused."""

from __future__ import annotations

import pytest

from gongyou.basics.refusal import Refusal
from gongyou.engines.casework.jobs import run_night
from gongyou.engines.casework.models import CaseEvent, RoundFact
from gongyou.engines.casework.queries import find_cases
from gongyou.engines.casework.services import handling, own, protecting
from gongyou.engines.casework.tests.histories import due_text, moment_of, stands
from gongyou.engines.casework.tests.published import STRAIGHT, case_type, office_calendar
from gongyou.engines.casework.tests.recount import check_everything
from gongyou.engines.casework.tests.stories import PDF, Story, at
from gongyou.kernel.access import Actor, Holding
from gongyou.kernel.errors import NotAllowed, Stale
from gongyou.kernel.files import files_of, receive_file
from gongyou.kernel.ids import new_id
from gongyou.kernel.messages import messages_of
from gongyou.kernel.models.messages import Message
from gongyou.registry import queries as registry
from tests.yunshan.county import County

MORNING = "2026-11-02 10:00"


def codes(story: Story) -> list[str]:
    return list(
        Message.objects.filter(subject=f"case:{story.case_id}")
        .order_by("queued_at")
        .values_list("template", flat=True)
    )


def test_who_accepts_holds_it(county: County) -> None:
    story = Story.begun(county, MORNING).accept("2026-11-02 11:00")
    assert (story.row.state, story.row.holder_id) == ("in_progress", county.staff["desk"].id)
    with pytest.raises(Refusal) as again:
        story.accept("2026-11-02 11:05", "master")
    assert (again.value.code, again.value.status) == ("not_now", 409)
    assert story.row.holder_id == county.staff["desk"].id


@pytest.mark.parametrize(
    "who", ["other_desk", "other_master", "town_leader", "leader", "caller", "audit_admin"]
)
def test_only_the_office_it_lies_with_accepts(county: County, who: str) -> None:
    story = Story.begun(county, MORNING)
    with pytest.raises(NotAllowed):
        story.accept("2026-11-02 11:00", who)
    assert story.row.state == "offered"


def test_a_form_from_an_older_page_is_stale(county: County) -> None:
    story = Story.begun(county, MORNING)
    seen = story.version
    story.accept("2026-11-02 11:00")
    with at("2026-11-02 11:05"), pytest.raises(Stale):
        handling.object_to_case(
            county.staff["master"], case_id=story.case_id, version=seen, grounds="law", reason="不归本站。"
        )
    assert story.row.state == "in_progress"
    assert not CaseEvent.objects.filter(case_id=story.case_id, kind="objected").exists()


def test_one_objection_per_office_decided_above(county: County) -> None:
    story = Story.begun(county, MORNING)
    promised = story.row.due_at
    story.object_("2026-11-02 11:00")
    assert story.row.state == "objected"
    with pytest.raises(NotAllowed):
        story.offer("2026-11-02 12:00", county.station.id, "desk")
    story.offer("2026-11-02 12:00", county.station.id, "town_dispatcher")
    with pytest.raises(Refusal) as twice:
        story.object_("2026-11-02 13:00")
    assert twice.value.code == "objected_before"
    # Sent to another office, that one may object once itself.
    story.offer("2026-11-02 14:00", county.other_station.id).object_("2026-11-02 15:00", "other_desk")
    assert story.row.state == "objected"
    assert story.row.due_at == promised


def test_an_objection_has_grounds_and_is_decided_from_above(county: County) -> None:
    story = Story.begun(county, MORNING)
    with at("2026-11-02 11:00"), pytest.raises(Refusal) as missing:
        handling.object_to_case(
            county.staff["desk"],
            case_id=story.case_id,
            version=story.version,
            grounds="no_time",
            reason="忙不过来。",
        )
    assert missing.value.field == "grounds"
    story.object_("2026-11-02 11:00")
    event = CaseEvent.objects.get(case_id=story.case_id, kind="objected")
    assert event.data["grounds"] == "duty_list"
    here = Actor(
        new_id(), "staff", "站内派单", (Holding("dispatcher", county.station.id, county.station.path),)
    )
    with pytest.raises(NotAllowed):  # a dispatcher of the same office can't decide its own office's objection
        story.offer("2026-11-02 12:00", county.station.id, here)


def test_silence_after_an_offer_is_acceptance_held_by_nobody(county: County) -> None:
    story = Story.begun(county, MORNING)
    with at("2026-11-02 13:59"):
        run_night()
    assert story.row.state == "offered"
    with at("2026-11-02 14:00"):  # four office hours are over
        run_night()
    assert (story.row.state, story.row.holder_id) == ("in_progress", None)


def test_dispatch_reaches_down_not_across(county: County) -> None:
    story = Story.begun(county, MORNING)
    with pytest.raises(NotAllowed):  # the town's dispatcher, to another town
        story.offer("2026-11-02 11:00", county.other_station.id, "town_dispatcher")
    other_town = Story.begun(county, MORNING, office_id=county.other_station.id)
    with pytest.raises(NotAllowed):  # a matter of another town, to one's own
        other_town.offer("2026-11-02 11:00", county.station.id, "town_dispatcher")
    story.offer("2026-11-02 11:00", county.other_station.id)
    assert story.row.office_id == county.other_station.id
    assert story.row.filed_office_id == county.station.id


def test_no_dispatch_into_another_county(two_counties: tuple[County, County]) -> None:
    yunshan, jinxiang = two_counties
    story = Story.begun(yunshan, MORNING)
    with pytest.raises((NotAllowed, Refusal)):
        story.offer("2026-11-02 11:00", jinxiang.station.id)
    assert story.row.office_id == yunshan.station.id


def test_access_follows_the_matter(county: County) -> None:
    """People, words, files and messages are reached where the matter lies; who sent it on keeps what they filed."""
    with at(MORNING):
        file = receive_file(county.visitor, name="工资条.pdf", content=PDF)
    story = Story.begun(county, MORNING, text="农民工工资拖欠三个月。", files=(file.id,))
    here, there = county.staff["desk"], county.staff["other_desk"]
    party = story.row.parties.get().person_id
    subject = f"case:{story.case_id}"

    def reach(actor: object) -> tuple[bool, bool, bool]:
        return (
            bool(find_cases(actor, "工资")),  # type: ignore[arg-type]
            bool(registry.show_people(actor, [party])),  # type: ignore[arg-type]
            bool(files_of(actor, subject)),  # type: ignore[arg-type]
        )

    assert (reach(here), reach(there)) == ((True, True, True), (False, False, False))
    story.offer("2026-11-02 11:00", county.other_station.id)
    assert (reach(here), reach(there)) == ((False, False, False), (True, True, True))
    with at("2026-11-02 11:00"):
        assert find_cases(there, "拖欠 工资")[0].id == story.case_id
        assert find_cases(county.staff["leader"], story.number)[0].id == story.case_id
        assert find_cases(there, "社保") == ()


def test_not_accepted_tells_the_reason_and_can_be_asked_again(county: County) -> None:
    story = Story.begun(county, MORNING)
    with at("2026-11-02 11:00"):
        with pytest.raises(NotAllowed):
            handling.decline_case(
                county.staff["desk"], case_id=story.case_id, version=story.version, reason="不归工会。"
            )
        handling.decline_case(
            county.staff["town_dispatcher"],
            case_id=story.case_id,
            version=story.version,
            reason="请找住建局。",
        )
    assert story.row.closed_as == "not_accepted"
    told = messages_of(county.staff["desk"], f"case:{story.case_id}")[-1]
    assert told.template == "not_accepted" and "请找住建局。" in told.text
    story.reopen("2026-11-03 10:00")
    assert (story.row.state, story.row.round) == ("offered", 2)


def test_a_class_changes_once_a_round_by_somebody_else_in_time(county: County) -> None:
    story = Story.begun(county, MORNING).accept("2026-11-02 11:00", "master")
    with pytest.raises(Refusal) as holder:
        story.reclassify("2026-11-03 10:00", "complex", "master")
    assert holder.value.code == "own_class"
    with pytest.raises(NotAllowed):
        story.reclassify("2026-11-03 10:00", "complex", "desk")
    for matter_class, code in (("simple", "same_class"), ("impossible", "class")):
        with pytest.raises(Refusal) as wrong:
            story.reclassify("2026-11-03 10:00", matter_class, "town_leader")
        assert (wrong.value.code, wrong.value.field) == (code, "matter_class")
    story.reclassify("2026-11-03 10:00", "complex", "town_leader")
    assert story.row.due_at == moment_of("2026-11-09 17:30")
    assert codes(story)[-1] == "reclassified"
    with pytest.raises(Refusal) as twice:
        story.reclassify("2026-11-03 11:00", "simple", "town_leader")
    assert twice.value.code == "class_once"


def test_after_the_deadline_no_other_class_helps(county: County) -> None:
    story = Story.begun(county, MORNING).accept("2026-11-02 11:00")
    promised = story.row.due_at
    story.reclassify("2026-11-06 10:00", "complex")
    # The label is right from now on; the broken promise stays broken, and a later answer is late.
    assert (story.row.matter_class, story.row.due_at) == ("complex", promised)
    story.draft("2026-11-06 11:00").approve("2026-11-06 12:00")
    assert [fact.settled_in_time for fact in RoundFact.objects.filter(case_id=story.case_id)] == [False]
    check_everything(story.case_id)
    with pytest.raises(Refusal):
        story.reclassify("2026-11-06 13:00", "simple")


RELABELLED = [  # received as, at | labelled anew | due afterwards | is it late at that moment
    (
        "simple",
        "2026-11-04 10:00",
        "complex",
        "2026-11-09 17:00",
        False,
    ),  # in time: same start, the longer budget
    (
        "simple",
        "2026-11-06 10:00",
        "complex",
        "2026-11-05 17:00",
        True,
    ),  # the 5th has passed: the breach stays
    (
        "complex",
        "2026-11-10 10:00",
        "simple",
        "2026-11-09 17:00",
        True,
    ),  # nor does the shorter class move it back
]


@pytest.mark.parametrize(("first", "when", "then", "due", "late"), RELABELLED)
def test_after_a_breach_it_may_be_relabelled_and_the_breach_stays(
    first: str, when: str, then: str, due: str, late: bool
) -> None:
    history = f"2026-11-02 10:00 received {first}\n2026-11-02 11:00 accepted\n{when} reclassified {then}"
    found = stands(case_type(STRAIGHT, "appeal"), history, office_calendar())
    settle = found.clock("settle")
    assert settle is not None
    assert (found.matter_class, due_text(found, "settle")) == (then, due)
    assert settle.is_late(moment_of(when)) is late


def test_the_unit_complained_about_stops_no_clock(county: County) -> None:
    """Neither from then on, nor by what it stopped before: its pause ends the moment it is named."""
    story = Story.begun(county, MORNING, topic="wages").accept("2026-11-02 11:00").pause("2026-11-03 10:00")
    assert story.row.due_at is None
    with at("2026-11-05 10:00"):
        protecting.declare_conflict(
            county.staff["dispatcher"],
            case_id=story.case_id,
            involved=protecting.Involved("unit", office_id=county.station.id),
            reason="反映的就是本站。",
        )
    assert story.row.state == "offered"  # with the office above
    # The 4th, which stood still, is given back as for any pause; no further day is.
    assert story.row.due_at == moment_of("2026-11-10 17:30")
    kinds = list(
        CaseEvent.objects.filter(case_id=story.case_id).order_by("seq").values_list("kind", flat=True)
    )
    assert kinds[-2:] == ["resumed", "offered"] and codes(story)[-1] == "resumed"
    story.accept("2026-11-05 11:00", "town_dispatcher")
    with pytest.raises(NotAllowed):
        story.pause("2026-11-05 12:00", "desk")
    story.pause("2026-11-05 12:00", "town_dispatcher")
    assert story.row.state == "waiting"
    check_everything(story.case_id)


def test_a_pause_of_somebody_else_goes_on_when_a_unit_is_named(county: County) -> None:
    story = Story.begun(county, MORNING, topic="wages").accept("2026-11-02 11:00").pause("2026-11-03 10:00")
    with at("2026-11-05 10:00"):
        protecting.declare_conflict(
            county.staff["dispatcher"],
            case_id=story.case_id,
            involved=protecting.Involved("unit", office_id=county.other_station.id),
            reason="反映的是别的站。",
        )
    assert story.row.state == "waiting"


def test_pauses_have_reasons_and_limits(county: County) -> None:
    story = Story.begun(county, MORNING, topic="wages").accept("2026-11-02 11:00")
    with pytest.raises(Refusal) as reason:
        story.pause("2026-11-03 10:00", reason_id="holiday")
    assert (reason.value.code, reason.value.field) == ("pause_reason", "reason_id")
    with pytest.raises(NotAllowed):
        story.pause("2026-11-03 10:00", "other_desk")
    story.pause("2026-11-03 10:00").resume("2026-11-03 15:00")
    story.pause("2026-11-04 10:00").resume("2026-11-04 15:00")
    assert codes(story)[-4:] == ["paused", "resumed", "paused", "resumed"]
    with pytest.raises(Refusal) as often:
        story.pause("2026-11-05 10:00")
    assert often.value.code == "pause_often"


def test_no_pause_in_the_last_four_office_hours(county: County) -> None:
    story = Story.begun(county, MORNING).accept("2026-11-02 11:00")
    with pytest.raises(Refusal) as late:
        story.pause("2026-11-05 13:30")  # the promise ends at 17:30
    assert late.value.code == "pause_late"
    story.pause("2026-11-05 13:29")
    assert story.row.state == "waiting"


def test_ten_working_days_of_pause_are_enough(county: County) -> None:
    story = Story.begun(county, MORNING, topic="wages").accept("2026-11-02 11:00")
    story.pause("2026-11-03 10:00").resume("2026-11-18 10:00")
    with pytest.raises(Refusal) as long:
        story.pause("2026-11-18 11:00")
    assert long.value.code == "pause_long"


def test_an_urgent_matter_does_not_pause(care_county: County) -> None:
    story = Story.begun(care_county, MORNING, type_id="urgent", topic="injury")
    story.offer("2026-11-02 10:10", care_county.station.id).accept("2026-11-02 10:20")
    with pytest.raises(Refusal) as no:
        story.pause("2026-11-02 10:30")
    assert no.value.code == "no_pause"
    assert story.row.due_at == moment_of("2026-11-03 10:00")


def test_a_word_from_the_worker_ends_a_pause(county: County) -> None:
    story = Story.begun(county, MORNING, topic="wages").accept("2026-11-02 11:00").pause("2026-11-03 10:00")
    with at("2026-11-05 10:00"):
        own.add_supplement(county.visitor, own=story.own(), text="工资条在这里。")
    assert story.row.state == "in_progress"
    # The 4th stood still; the day given back ends on a Tuesday.
    assert story.row.due_at == moment_of("2026-11-10 17:30")
    resumed = CaseEvent.objects.filter(case_id=story.case_id).order_by("seq").last()
    assert resumed is not None and (resumed.kind, resumed.data) == ("resumed", {"by": "supplement"})
