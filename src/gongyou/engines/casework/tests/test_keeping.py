"""What the platform does by itself: silences, new holiday notices, erasure; and the history nobody can change."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from django.db import DatabaseError, connection, transaction

from gongyou.engines.casework.models import CaseEvent, CaseText, Clock, ClockComputation
from gongyou.engines.casework.queries import access_case, find_cases, pin_of, prove_own, track
from gongyou.engines.casework.services.keeping import end_silence, erase_case_content
from gongyou.engines.casework.tests.histories import moment_of
from gongyou.engines.casework.tests.recount import check_everything
from gongyou.engines.casework.tests.stories import PDF, Story, at, republished, run_jobs
from gongyou.kernel import audit, jobs, moment, retention
from gongyou.kernel.access import system_actor
from gongyou.kernel.files import files_of, receive_file
from gongyou.kernel.messages import messages_of
from gongyou.kernel.models.events import Event
from gongyou.kernel.models.search import SearchEntry
from gongyou.offices.services import import_calendar
from tests.yunshan.county import County

MORNING = "2026-11-02 10:00"

NOTICE = """
id: cn-2027
covers: {from: 2027-01-01, to: 2027-12-31}
source: 国务院办公厅关于2027年部分节假日安排的通知（试验）
published_on: 2026-12-28
off:
  - {from: 2027-01-01, to: 2027-01-04, note: 元旦}
on: []
"""


def test_silence_counts_once(county: County) -> None:
    story = Story.begun(county, MORNING)
    night = system_actor("night")

    def end(case_id: UUID, clock_id: str) -> bool:
        return end_silence(night, case_id=case_id, clock_id=clock_id)

    with at("2026-11-02 13:59"):
        assert not end(story.case_id, "accept")
    with at("2026-11-02 14:30"):
        assert not end(story.case_id, "settle"), "a clock without a stated end only runs late"
        assert not end(story.case_id, "nonsense")
        assert end(story.case_id, "accept")
        assert not end(story.case_id, "accept")
    accepted = CaseEvent.objects.get(case_id=story.case_id, kind="accepted")
    assert (accepted.data, accepted.actor_kind) == ({"by": "silence"}, "system")
    check_everything(story.case_id)


def test_silence_does_not_override_an_objection(county: County) -> None:
    story = Story.begun(county, MORNING).object_("2026-11-02 11:00")
    with at("2026-11-04 10:00"):
        assert not end_silence(system_actor("night"), case_id=story.case_id, clock_id="accept")
    assert story.row.state == "objected"


@pytest.fixture
def notice_comes(county: County) -> str:
    """The notice for 2027 is imported on 28 December and every open promise is dated anew."""
    return "2026-12-28 15:00"


def bring(when: str) -> None:
    with at(when):
        import_calendar(system_actor("calendar"), name="2027.yaml", content=NOTICE, source="")
        run_jobs()
    with moment.standing_at(moment_of(when) + timedelta(seconds=11)):
        run_jobs()


def test_a_notice_moves_open_promises_and_says_so(county: County, notice_comes: str) -> None:
    waiting = Story.begun(county, "2026-12-28 10:00", topic="wages").accept("2026-12-28 11:00")
    near = Story.begun(county, "2026-12-28 10:00").accept("2026-12-28 11:00")
    closed = Story.begun(county, "2026-12-28 10:00", topic="wages").withdraw("2026-12-28 11:00")
    # Seven days end on 4 January: by the law alone a Monday of work, expected only.
    assert (waiting.row.due_at, waiting.row.is_provisional) == (moment_of("2027-01-04 17:30"), True)
    assert (near.row.due_at, near.row.is_provisional) == (moment_of("2026-12-31 17:30"), False)
    versions = near.version, closed.version
    bring(notice_comes)
    assert (waiting.row.due_at, waiting.row.is_provisional) == (moment_of("2027-01-05 17:30"), False)
    assert (near.version, closed.version) == versions, "where nothing moves nothing is written"
    event = CaseEvent.objects.filter(case_id=waiting.case_id).order_by("seq").last()
    assert event is not None and event.kind == "calendar_changed"
    settle = Clock.objects.get(case_id=waiting.case_id, clock_id="settle")
    moves = ClockComputation.objects.filter(clock=settle).order_by("at")
    assert [(m.cause, m.due_at) for m in moves] == [
        ("received", moment_of("2027-01-04 17:30")),
        ("calendar_changed", moment_of("2027-01-05 17:30")),
    ]
    told = Event.objects.filter(name="casework.date_moved", payload__case_id=str(waiting.case_id))
    assert [e.payload["clock_id"] for e in told] == ["settle"]
    for story in (waiting, near, closed):
        check_everything(story.case_id)


def test_the_worker_is_told_of_a_moved_date(county: County, notice_comes: str) -> None:
    story = Story.begun(county, "2026-12-28 10:00", topic="wages").accept("2026-12-28 11:00")
    bring(notice_comes)
    told = messages_of(county.staff["desk"], f"case:{story.case_id}")[-1]
    assert told.template == "date_moved" and "调整为1月5日" in told.text


def test_the_same_notice_again_moves_nothing(county: County, notice_comes: str) -> None:
    story = Story.begun(county, "2026-12-28 10:00", topic="wages").accept("2026-12-28 11:00")
    bring(notice_comes)
    version = story.version
    bring("2026-12-29 15:00")
    with at("2026-12-29 15:30"):
        jobs.run_due()
    assert story.version == version


def test_old_events_are_replayed_with_their_own_calendar(county: County, notice_comes: str) -> None:
    """A round that ended before the notice came keeps its date for ever."""
    story = Story.begun(county, "2026-12-20 10:00").accept("2026-12-21 09:00").draft("2026-12-22 10:00")
    before = Clock.objects.get(case_id=story.case_id, clock_id="settle").due_at
    bring(notice_comes)
    story.rate("2026-12-29 10:00", is_satisfied=False)
    assert Clock.objects.get(case_id=story.case_id, clock_id="settle", round=1).due_at == before
    check_everything(story.case_id)


def test_erasure_leaves_number_dates_and_figures(county: County) -> None:
    with at(MORNING):
        file = receive_file(county.visitor, name="工资条.pdf", content=PDF)
    story = Story.begun(county, MORNING, text="农民工工资拖欠三个月。", place="三号工地", files=(file.id,))
    story.accept("2026-11-02 11:00").draft("2026-11-03 10:00").rate("2026-11-04 10:00", is_satisfied=True)
    desk, leader = county.staff["desk"], county.staff["leader"]
    assert find_cases(leader, "工资")
    with at("2029-12-01 03:00"):
        erase_case_content(system_actor("retention"), case_id=story.case_id)
        assert find_cases(leader, "工资") == find_cases(leader, "三号工地") == ()
    assert set(CaseText.objects.filter(case_id=story.case_id).values_list("text", flat=True)) == {""}
    assert not SearchEntry.objects.filter(kind="case", subject_id=story.case_id).exists()
    assert files_of(desk, f"case:{story.case_id}") == ()
    row = story.row
    assert (row.place, row.phone_tail) == ("", "")
    assert (row.number, row.state) == (story.number, "closed_satisfied")
    with at("2029-12-01 03:00"):
        seen = access_case(leader, story.case_id, "核对")
        assert all(t.is_erased for t in seen.texts)
        # The receipt code still opens the page: what there is to see is the course of the matter.
        assert (
            track(county.visitor, prove_own(county.visitor, story.number, pin_of(story.number), "t")).answer
            == ""
        )
    check_everything(story.case_id)


def test_the_night_erases_what_is_over_and_nothing_else(county: County) -> None:
    old = Story.settled(county, MORNING).rate("2026-11-04 10:00", is_satisfied=True)
    open_ = Story.settled(county, MORNING)
    newer = Story.settled(county, "2026-11-10 10:00").rate("2026-11-12 10:00", is_satisfied=True)
    end = moment_of("2026-11-04 10:00") + timedelta(days=1095)
    with moment.standing_at(end - timedelta(minutes=1)):
        retention.run_retention(system_actor("retention"))
    assert not CaseText.objects.filter(erased_at__isnull=False).exists()
    with moment.standing_at(end + timedelta(minutes=1)):
        retention.run_retention(system_actor("retention"))
        retention.run_retention(system_actor("retention"))
    erased = set(CaseText.objects.filter(erased_at__isnull=False).values_list("case_id", flat=True))
    assert erased == {old.case_id}
    assert CaseText.objects.filter(case_id__in=[open_.case_id, newer.case_id], text="").count() == 0
    assert audit.verify().is_intact


def test_long_kept_matters_do_not_hide_those_that_are_due(
    county: County, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Selected by what is due, not by the oldest so many: a programme that keeps longer hides nothing."""
    monkeypatch.setattr(retention, "CHUNK", 1)
    with republished(county, lambda t: replace(t, keeps_days=3650)):
        long_kept = [Story.begun(county, MORNING).withdraw("2026-11-02 11:00") for _ in range(5)]
    over = Story.begun(county, MORNING).withdraw("2026-11-02 12:00")
    with at("2029-11-05 12:00"):
        retention.run_retention(system_actor("retention"))
    assert not CaseText.objects.filter(case_id=over.case_id).exclude(text="").exists()
    assert not CaseText.objects.filter(case_id__in=[s.case_id for s in long_kept], text="").exists()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE casework_caseevent SET kind = 'settled'",
        "UPDATE casework_caseevent SET data = '{}' WHERE seq = 1",
        "DELETE FROM casework_caseevent",
    ],
)
def test_history_is_only_appended_to(county: County, statement: str) -> None:
    story = Story.begun(county, MORNING)
    before = list(CaseEvent.objects.values_list("seq", "kind", "at"))
    with pytest.raises(DatabaseError, match="append"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert list(CaseEvent.objects.values_list("seq", "kind", "at")) == before
    check_everything(story.case_id)


def test_events_hold_no_personal_content(county: County) -> None:
    story = Story.begun(county, MORNING, text="我叫赵平，电话13800000117。").accept("2026-11-02 11:00")
    story.draft("2026-11-03 10:00").call(
        "2026-11-03 15:00", "answered", is_solved=False, is_satisfied=False, note="赵平说又漏了。"
    )
    story.review("2026-11-04 10:00")
    written = " ".join(str(e.data) for e in CaseEvent.objects.filter(case_id=story.case_id))
    written += " ".join(str(e.payload) for e in Event.objects.all())
    for content in ("赵平", "13800000117", "漏", "水管"):
        assert content not in written
