"""Ladders: when each rung is due, whom it reaches, each once, and what moves and what does not."""

from __future__ import annotations

from uuid import UUID

import pytest

from gongyou.engines.casework.jobs import climb, run_night
from gongyou.engines.casework.loop import next_rung
from gongyou.engines.casework.models import Case, CaseEvent, Clock, HelpRequest, Rise
from gongyou.engines.casework.queries import access_case
from gongyou.engines.casework.services import climbing
from gongyou.engines.casework.tests.histories import moment_of, stands
from gongyou.engines.casework.tests.published import STRAIGHT, TRIAGE, YUNSHAN, case_type, office_calendar
from gongyou.engines.casework.tests.recount import check_everything
from gongyou.engines.casework.tests.stories import Story, at, republished, run_jobs
from gongyou.kernel import audit, moment
from gongyou.kernel.access import system_actor
from gongyou.kernel.errors import DomainError, NotAllowed
from gongyou.kernel.models.accounts import RoleHolding
from gongyou.kernel.models.audit import AuditRecord
from gongyou.kernel.models.messages import Message
from gongyou.kernel.models.worklist import WorkItem
from gongyou.offices import services as offices
from tests.yunshan.county import County, build_yunshan


@pytest.fixture
def county(installed_packs: None) -> County:
    """Built before the stories of November begin: who holds a role holds it then."""
    with at("2026-10-01 09:00"):
        return build_yunshan()


# The programme's simple matter: three calendar days, said on Monday 2 November 2026 at ten, due Thursday at close.
WHEN = [
    ("2026-11-02 10:00 received simple", STRAIGHT, "370828", "settle", [
        ("half", "2026-11-04 08:30"),  # 01:30 at night: the morning
        ("late_soon", "2026-11-05 08:30"),
        ("help", "2026-11-05 17:00"),
        ("lead", "2026-11-06 17:00"),
        ("top", "2026-11-10 17:00"),
    ]),
    # Urgent classes climb by the hour, day and night.
    ("2026-11-07 22:00 received urgent", TRIAGE, YUNSHAN, "settle", [
        ("urgent_half", "2026-11-08 10:00"),
        ("urgent_help", "2026-11-08 22:00"),
        ("urgent_lead", "2026-11-09 00:00"),
    ]),
]  # fmt: skip


@pytest.mark.parametrize(("history", "programme", "area", "clock_id", "rungs"), WHEN)
def test_when_each_rung_is_due(
    history: str, programme: str, area: str, clock_id: str, rungs: list[tuple[str, str]]
) -> None:
    case = case_type(programme, "urgent" if "urgent" in history else "appeal", area)
    calendar = office_calendar(area)
    clock = stands(case, history, calendar).clock(clock_id)
    assert clock is not None
    found, taken = [], set[str]()
    while (
        rung := next_rung(case, clock_id, clock.started_at, clock.due.due_at, taken, calendar)
    ) is not None:
        found.append((rung[0].id, f"{rung[1].astimezone(moment.SHANGHAI):%Y-%m-%d %H:%M}"))
        taken.add(rung[0].id)
    assert found == rungs


def steps(story: Story) -> list[str]:
    return [r.step for r in Rise.objects.filter(case_id=story.case_id).order_by("due_at", "at", "id")]


def climbed(when: str) -> int:
    with at(when):
        return climb()


def told(story: Story, step: str) -> list[tuple[str, str, str]]:
    """(office reached, as what, who)"""
    rises = Rise.objects.filter(case_id=story.case_id, step=step).order_by("office_path")
    return [(r.office_path, r.told_as, r.told_name) for r in rises]


def on_duty(county: County, office_id: UUID, name: str, day: str, phone: str = "") -> None:
    offices.put_shift(
        system_actor("tests"),
        office_id=office_id,
        from_at=moment_of(f"{day} 00:00"),
        until_at=moment_of(f"{day} 23:59"),
        holder_name=name,
        phone=phone,
    )


def test_a_matter_climbs_from_its_holder_to_the_top(county: County) -> None:
    story = Story.begun(county, "2026-11-02 10:00").accept("2026-11-02 11:00")
    township = county.townships[0]
    on_duty(county, township.id, "白桦", "2026-11-05", "13900000001")
    promised = story.row.due_at

    assert climbed("2026-11-04 08:59") == 0
    assert climbed("2026-11-04 09:00") == 1
    assert told(story, "half") == [(county.station.path, "holder", "方圆")]
    assert climbed("2026-11-05 09:00") == 1
    assert told(story, "late_soon") == [(county.station.path, "post", "严朗")]
    assert climbed("2026-11-05 17:30") == 1
    assert told(story, "help") == [(township.path, "duty", "白桦")]
    help_ = HelpRequest.objects.get(case_id=story.case_id)
    assert (help_.office_id, f"{help_.due_at.astimezone(moment.SHANGHAI):%m-%d %H:%M}") == (
        township.id,
        "11-06 17:30",
    )
    assert story.row.office_id == county.station.id  # helped, not taken over
    assert climbed("2026-11-06 17:30") == 1
    row = story.row
    assert (row.office_id, row.holder_id, row.due_at) == (township.id, None, promised)
    check_everything(story.case_id)
    assert climbed("2026-11-30 09:00") == 1
    assert steps(story) == ["half", "late_soon", "help", "lead", "top"]
    assert climbed("2026-12-30 09:00") == 0
    check_everything(story.case_id)


def test_every_rung_is_an_event_a_message_a_row_and_a_record(county: County) -> None:
    story = Story.begun(county, "2026-11-02 10:00")
    on_duty(county, county.station.id, "严朗", "2026-11-04", "13900000002")
    assert climbed("2026-11-04 09:00") == 1
    event = CaseEvent.objects.get(case_id=story.case_id, kind="escalated")
    assert (event.data["step"], event.data["does"], event.seq) == ("half", "remind", story.row.version)
    message = Message.objects.get(template="risen")
    assert (message.subject, message.phone_masked[-4:]) == (f"office:{county.station.id}", "0002")
    item = WorkItem.objects.get(subject_id=story.case_id, kind="casework.risen")
    assert (item.office_id, item.number, item.title) == (
        county.station.id,
        story.number,
        "诉求 · 时限过半，提醒承办人",
    )
    records = AuditRecord.objects.filter(action="casework.climb_ladders")
    assert records.filter(subject=f"case:{story.case_id}").count() == 1
    assert audit.verify().is_intact
    check_everything(story.case_id)


def test_one_telephone_gets_one_text_a_page(county: County) -> None:
    on_duty(county, county.station.id, "严朗", "2026-11-04", "13900000002")
    for minute in range(5):
        Story.begun(county, f"2026-11-02 10:{minute:02d}")
    assert climbed("2026-11-04 09:00") == 5
    assert Message.objects.filter(template="risen").count() == 1


def test_kept_promises_climb_no_further(county: County) -> None:
    story = Story.settled(county, "2026-11-02 10:00")
    assert Clock.objects.get(case_id=story.case_id, clock_id="settle").rises_at is None
    story.rate("2026-11-04 10:00", is_satisfied=True)
    assert climbed("2026-12-30 09:00") == 0


def test_a_new_round_has_a_new_ladder(county: County) -> None:
    story = Story.begun(county, "2026-11-02 10:00").accept("2026-11-02 11:00")
    assert climbed("2026-11-04 12:00") == 1
    story.draft("2026-11-05 09:00").rate("2026-11-05 10:00", is_satisfied=True)
    story.reopen("2026-11-09 10:00")
    assert climbed("2026-11-11 12:00") == 1
    rises = Rise.objects.filter(case_id=story.case_id).order_by("at")
    assert [(r.round, r.step) for r in rises] == [(1, "half"), (2, "half")]
    check_everything(story.case_id)


def test_a_later_pack_moves_no_ladder(county: County) -> None:
    story = Story.begun(county, "2026-11-02 10:00")
    from dataclasses import replace

    with republished(county, lambda t: replace(t, ladder=())):
        assert climbed("2026-11-04 12:00") == 1
        newer = Story.begun(county, "2026-11-04 13:00")
        assert climbed("2026-12-30 12:00") == 4
    assert len(steps(story)) == 5
    assert steps(newer) == []


def test_the_office_above_may_leave_it_where_it_is(county: County) -> None:
    story = Story.begun(county, "2026-11-02 10:00").accept("2026-11-02 11:00")
    climbed("2026-11-05 18:00")
    with at("2026-11-06 09:00"):
        for who in ("desk", "master", "other_master"):
            with pytest.raises(NotAllowed):
                climbing.confirm_office(
                    county.staff[who], case_id=story.case_id, version=story.version, reason="明天就能办完。"
                )
        leader = county.staff["town_leader"]
        climbing.confirm_office(leader, case_id=story.case_id, version=story.version, reason="明天就能办完。")
        with pytest.raises(DomainError, match="已经确认"):
            climbing.confirm_office(leader, case_id=story.case_id, version=story.version, reason="再等等。")
    climbed("2026-11-06 18:00")
    assert "lead" in steps(story)
    assert story.row.office_id == county.station.id
    check_everything(story.case_id)


def test_a_pause_moves_what_is_left_of_the_ladder(county: County) -> None:
    story = Story.begun(county, "2026-11-02 10:00", topic="wages").accept("2026-11-02 11:00")
    story.pause("2026-11-03 10:00")
    assert climbed("2026-11-20 12:00") == 0
    story.resume("2026-11-20 13:00")
    assert climbed("2026-11-20 13:01") >= 1
    check_everything(story.case_id)


def test_rungs_of_a_matter_can_be_read(county: County) -> None:
    story = Story.begun(county, "2026-11-02 10:00")
    climbed("2026-11-04 09:00")
    with at("2026-11-04 10:00"):
        seen = access_case(county.staff["desk"], story.case_id, "核对")
    assert [line.kind for line in seen.timeline].count("escalated") == 1


def test_night_run_climbs(county: County) -> None:
    Story.begun(county, "2026-11-02 10:00")
    with at("2026-11-04 09:00"):
        assert run_night()["rungs_taken"] == 1
        run_jobs()
        assert Case.objects.get().version > 0


def test_nobody_at_any_level_still_ends_with_somebody(installed_packs: None) -> None:
    """D7: eGov passes over what has no assignee and no supervisor. Here an empty county's top office has it."""
    with at("2026-12-01 09:00"):
        county = build_yunshan()  # whoever works here begins in December: in November everything is vacant
    with at("2026-11-02 10:00"):
        receipt = county.file(topic="rest_facilities")
        run_jobs()
    story = Story(county, receipt.case_id, receipt.number)
    for when in ("2026-11-05 09:00", "2026-11-06 18:00", "2026-11-20 09:00"):
        climbed(when)
    assert steps(story) == ["half", "late_soon", "help", "lead", "top"]
    rises = Rise.objects.filter(case_id=story.case_id)
    assert {(r.office_id, r.told_as) for r in rises} == {(county.root.id, "office")}
    assert rises.get(step="half").meant_office_id == county.station.id
    assert story.row.office_id == county.root.id
    assert WorkItem.objects.filter(subject_id=story.case_id, office_id=county.root.id).exists()
    check_everything(story.case_id)


def test_who_left_is_reminded_of_nothing(county: County) -> None:
    story = Story.begun(county, "2026-11-02 10:00").accept("2026-11-02 11:00", county.staff["desk"])
    holding = RoleHolding.objects.get(account_id=county.staff["desk"].id)
    RoleHolding.objects.filter(pk=holding.pk).update(until_at=moment_of("2026-11-03 00:00"))
    assert climbed("2026-11-04 09:00") == 1
    assert told(story, "half") == [(county.station.path, "post", "严朗")]
