"""Rights that end on a day: shown, warned of, handed over; a matter that waits never costs one silently."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gongyou.engines.casework.limits import last_day
from gongyou.engines.casework.models import LegalLimit
from gongyou.engines.casework.queries import track
from gongyou.engines.casework.queries.care import care_of, hand_over_sheet
from gongyou.engines.casework.services import legal
from gongyou.engines.casework.services.legal import HandOver
from gongyou.engines.casework.tests.histories import moment_of
from gongyou.engines.casework.tests.stories import Story, at
from gongyou.engines.casework.watching import warn_of_limits
from gongyou.kernel import worklist
from gongyou.kernel.errors import DomainError
from gongyou.kernel.models.messages import Message
from gongyou.kernel.models.worklist import WorkItem
from tests.yunshan.county import County

# A table a lawyer can read: known or happened | how long | the last day (Civil Code arts. 200-202)
LAST_DAYS = [
    ("2026-03-05", 1, "year", "2027-03-05", "仲裁法二十七条：一年"),
    ("2024-02-29", 1, "year", "2025-02-28", "没有对应日的，月末日"),
    ("2026-11-02", 2, "year", "2028-11-02", "监察条例二十条：二年"),
    ("2026-11-02", 30, "calendar_day", "2026-12-02", "工伤保险条例十七条：三十日，起算日不计"),
    ("2026-01-31", 1, "month", "2026-02-28", "月末日"),
    ("2026-12-31", 1, "year", "2027-12-31", "跨年"),
]


@pytest.mark.parametrize(("started", "within", "unit", "last", "because"), LAST_DAYS)
def test_the_last_day(started: str, within: int, unit: str, last: str, because: str) -> None:
    assert last_day(date.fromisoformat(started), within, unit).isoformat() == last, because


@settings(max_examples=60, deadline=None)
@given(
    st.dates(date(2000, 1, 1), date(2080, 1, 1)),
    st.integers(1, 40),
    st.sampled_from(["year", "month", "calendar_day"]),
)
def test_a_later_beginning_or_a_longer_time_never_ends_earlier(started: date, within: int, unit: str) -> None:
    assert last_day(started, within, unit) > started
    assert last_day(started + timedelta(days=1), within, unit) >= last_day(started, within, unit)
    assert last_day(started, within + 1, unit) > last_day(started, within, unit)


def owed(county: County, when: str = "2026-11-02 10:00", **changes: Any) -> Story:
    return Story.begun(county, when, **({"topic": "wages"} | changes))


def days(story: Story) -> dict[str, date | None]:
    limits = LegalLimit.objects.filter(case_id=story.case_id, superseded_at__isnull=True)
    return dict(limits.values_list("route_id", "expires_on"))


def test_both_worker_and_staff_see_the_dates_with_their_sources(county: County) -> None:
    story = owed(county, occurred_on=date(2026, 3, 5))
    with at("2026-11-02 11:00"):
        seen = care_of(county.staff["desk"], story.case_id).limits
        theirs = track(county.visitor, story.own()).limits
    assert seen == theirs
    assert [(line.route_id, line.expires_on, line.confidence) for line in seen] == [
        ("arbitration", date(2027, 3, 5), "law"),
        ("inspection", date(2028, 3, 5), "law"),
    ]
    assert all(line.source and line.owner and line.is_known for line in seen)


def test_a_day_nobody_said_is_shown_as_not_known(county: County) -> None:
    story = owed(county)
    with at("2026-11-02 11:00"):
        (line, _) = track(county.visitor, story.own()).limits
        assert (line.started_on, line.is_known) == (date(2026, 11, 2), False)
        legal.tell_beginning(
            county.visitor, own=story.own(), route_id="arbitration", started_on=date(2026, 1, 20)
        )
        (line, _) = track(county.visitor, story.own()).limits
    assert (line.expires_on, line.is_known) == (date(2027, 1, 20), True)
    assert LegalLimit.objects.filter(case_id=story.case_id, route_id="arbitration").count() == 2


def test_wages_owed_in_an_employment_that_goes_on_do_not_run_out(county: County) -> None:
    story = owed(county, occurred_on=date(2025, 6, 1))
    with at("2026-11-02 11:00"):
        legal.note_beginning(
            county.staff["desk"],
            case_id=story.case_id,
            route_id="arbitration",
            started_on=date(2025, 6, 1),
            is_still_employed=True,
        )
        assert days(story)["arbitration"] is None
        # Inspection has no such exemption: whoever says so changes nothing.
        legal.note_beginning(
            county.staff["desk"],
            case_id=story.case_id,
            route_id="inspection",
            started_on=date(2025, 6, 1),
            is_still_employed=True,
        )
    assert days(story)["inspection"] == date(2027, 6, 1)


def test_warned_once_before_the_day_on_the_list_and_by_message(county: County) -> None:
    story = owed(county, "2026-06-01 10:00", occurred_on=date(2026, 1, 10)).accept("2026-06-01 11:00")
    with at("2026-11-10 01:00"):
        assert warn_of_limits() == 0, "61 days before"
    with at("2026-11-11 01:00"):
        assert warn_of_limits() == 1
        assert warn_of_limits() == 0
    todo = WorkItem.objects.get(subject_id=story.case_id, kind="casework.legal_limit")
    assert (todo.office_id, todo.due_at) == (county.station.id, moment_of("2027-01-10 17:00"))
    assert Message.objects.filter(subject=f"case:{story.case_id}", template="legal_limit").count() == 1


def test_a_day_already_near_when_it_is_said_is_warned_of_at_once(county: County) -> None:
    story = owed(county, topic="injury", occurred_on=date(2026, 10, 18))
    near = LegalLimit.objects.filter(case_id=story.case_id, warned_at__isnull=False)
    assert list(near.values_list("route_id", "expires_on")) == [("injury_employer", date(2026, 11, 17))]


def test_the_nearest_is_warned_of_first_and_none_is_left(
    county: County, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gongyou.engines.casework.watching.CHUNK", 2)
    for day in range(5):
        owed(county, "2026-06-01 10:00", occurred_on=date(2026, 1, 10 + day))
    with at("2026-12-01 01:00"):
        assert warn_of_limits() == 5
        assert warn_of_limits() == 0


def test_a_solved_matter_warns_nobody_an_unsolved_one_still_does(county: County) -> None:
    """Closing is not help: who was not reached, or was explained away, keeps the reminder."""
    solved = Story.settled(
        county, "2026-06-01 10:00", topic="hours_leave", occurred_on=date(2026, 1, 10)
    ).approve("2026-06-02 11:00")
    solved.rate("2026-06-03 10:00", is_satisfied=True)
    lost = Story.settled(
        county, "2026-06-01 10:00", topic="hours_leave", occurred_on=date(2026, 1, 10)
    ).approve("2026-06-02 11:00")
    for when in ("2026-06-03 10:00", "2026-06-03 20:00", "2026-06-04 10:00"):
        lost.call(when, "no_answer")
    assert (solved.row.closed_as, lost.row.closed_as) == ("satisfied", "unreached")
    with at("2026-12-01 01:00"):
        assert warn_of_limits() == 1
    assert WorkItem.objects.get(kind="casework.legal_limit").subject_id == lost.case_id


def refer(story: Story, when: str, route_id: str = "arbitration", **changes: Any) -> None:
    given = {
        "route_id": route_id,
        "facts": "2026年3月起欠三个月工资，有考勤和聊天记录。",
        "materials": "劳动合同、考勤表、聊天记录截图",
        "is_accompanied": True,
        "has_consent": True,
    } | changes
    with at(when):
        legal.refer_case(story.county.staff["desk"], case_id=story.case_id, given=HandOver(**given))


def test_sent_elsewhere_only_with_a_hand_over_sheet(county: County) -> None:
    story = owed(county, occurred_on=date(2026, 3, 5)).accept("2026-11-02 11:00")
    with pytest.raises(DomainError, match="有法律时效"):
        story.draft("2026-11-03 09:00", result="referred")
    with pytest.raises(DomainError) as refused:
        refer(story, "2026-11-03 09:30", has_consent=False)
    assert refused.value.field == "has_consent"
    refer(story, "2026-11-03 10:00")
    with at("2026-11-03 10:30"):
        sheet = hand_over_sheet(county.staff["desk"], story.case_id, "arbitration", "打印转介单")
    assert sheet.limit is not None and sheet.limit.expires_on == date(2027, 3, 5)
    assert (sheet.referral.owner, sheet.referral.is_accompanied) == ("劳动人事争议仲裁委员会", True)
    story.draft("2026-11-03 11:00", result="referred").approve("2026-11-03 12:00")
    assert story.row.state == "settled"


def test_somebody_asks_after_fifteen_days_and_again_until_it_is_filed(county: County) -> None:
    story = owed(county, occurred_on=date(2026, 3, 5)).accept("2026-11-02 11:00")
    refer(story, "2026-11-03 10:00")
    asked = WorkItem.objects.get(subject_id=story.case_id, kind="casework.follow_up")
    assert asked.due_at == moment_of("2026-11-18 17:00")
    story.draft("2026-11-03 11:00", result="referred").approve("2026-11-03 12:00")
    story.rate("2026-11-04 10:00", is_satisfied=True)
    assert story.row.closed_as == "satisfied"
    with at("2026-11-18 10:00"):
        follow_up(story, "not_filed")
    assert WorkItem.objects.get(pk=asked.pk).due_at == moment_of("2026-12-03 17:00")
    with at("2026-12-03 10:00"):
        follow_up(story, "filed", filed_on=date(2026, 12, 1))
        line = care_of(county.staff["desk"], story.case_id).limits[0]
        assert not worklist.list_todos(county.staff["desk"], kinds=["casework.follow_up"]).items
    assert line.used_on == date(2026, 12, 1) and not line.is_near


def follow_up(story: Story, outcome: str, **filed: Any) -> None:
    legal.record_follow_up(
        story.county.staff["desk"],
        case_id=story.case_id,
        route_id="arbitration",
        outcome=outcome,
        note="本人说材料还差一份。",
        **filed,
    )


def test_what_waits_goes_with_the_matter_to_another_office(county: County) -> None:
    story = owed(county, topic="injury", occurred_on=date(2026, 10, 18))
    story.offer("2026-11-02 12:00", county.other_station.id)
    assert WorkItem.objects.get(kind="casework.legal_limit").office_id == county.other_station.id
