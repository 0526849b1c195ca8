"""Leases: effects exactly once, lost leases run again, failures back off and end visibly."""

from __future__ import annotations

from datetime import timedelta

import pytest

from gongyou.kernel import jobs, moment
from gongyou.kernel.ids import new_id
from gongyou.kernel.jobs import (
    LEASE,
    MAX_TRIES,
    claim,
    errand,
    forget_done,
    job,
    retry_failed,
    run_claimed,
    run_due,
)
from gongyou.kernel.models import AuditRecord, Job, SearchEntry
from gongyou.kernel.search import index_text
from gongyou.kernel.tests.conftest import NOON

pytestmark = pytest.mark.django_db

trips: list[str] = []


@job("test.note")
def note(act, payload):
    index_text(act, kind="note", subject_id=new_id(), office_path="37/", text=payload["text"])


@job("test.break")
def break_down(act, payload):
    index_text(act, kind="note", subject_id=new_id(), office_path="37/", text="half done")
    raise ConnectionError("no")


def _travel(payload):
    trips.append(payload["text"])
    return f"went for {payload['text']}"


@errand("test.travel", prepare=_travel)
def note_trip(act, payload, outcome):
    index_text(act, kind="note", subject_id=new_id(), office_path="37/", text=outcome)


@pytest.fixture(autouse=True)
def no_trips():
    trips.clear()


def enqueue(kind="test.note", text="a", due_at=NOON, **more):
    return Job.objects.create(kind=kind, payload={"text": text}, due_at=due_at, **more)


def notes():
    return SearchEntry.objects.count()


def test_a_due_job_runs_once(at_noon):
    one = enqueue()
    assert (run_due(), run_due(), notes()) == (1, 0, 1)
    one.refresh_from_db()
    assert (one.state, one.done_at, one.owner, one.tries) == ("done", NOON, None, 1)
    assert AuditRecord.objects.get().action == "job:test.note"


def test_a_job_waits_for_its_time(at_noon):
    enqueue(due_at=NOON + timedelta(minutes=1))
    assert run_due() == 0
    with moment.standing_at(NOON + timedelta(minutes=1)):
        assert run_due() == 1


def test_a_lost_lease_is_run_by_another_worker_and_the_first_one_changes_nothing(at_noon):
    enqueue()
    first, second = new_id(), new_id()
    [lost] = claim(first)
    assert claim(second) == []
    with moment.standing_at(NOON + LEASE + timedelta(seconds=1)):
        [taken] = claim(second)
        assert run_claimed(taken, second)
        assert run_claimed(lost, first) is False  # it wakes up late
    assert notes() == 1
    assert Job.objects.get().tries == 2


def test_a_worker_whose_lease_was_taken_does_not_write(at_noon):
    enqueue()
    first, second = new_id(), new_id()
    [lost] = claim(first)
    with moment.standing_at(NOON + LEASE + timedelta(seconds=1)):
        [taken] = claim(second)
        assert run_claimed(lost, first) is False
        assert notes() == 0
        assert run_claimed(taken, second)
    assert notes() == 1


def test_a_failure_of_a_fenced_worker_does_not_touch_the_job(at_noon):
    enqueue("test.break")
    first, second = new_id(), new_id()
    [lost] = claim(first)
    with moment.standing_at(NOON + LEASE + timedelta(seconds=1)):
        claim(second)
        assert run_claimed(lost, first) is False
    row = Job.objects.get()
    assert (row.state, row.owner) == ("running", second)


def test_a_failing_job_backs_off_and_ends_failed(at_noon):
    one = enqueue("test.break")
    now, pauses = NOON, []
    for _ in range(MAX_TRIES):
        with moment.standing_at(now):
            run_due()
        one.refresh_from_db()
        pauses.append((one.due_at - now).total_seconds())
        now = one.due_at
    assert pauses[:4] == [10, 20, 40, 80]
    assert (one.state, one.tries, one.last_error) == ("failed", MAX_TRIES, "ConnectionError: no")
    assert notes() == 0, "the effect of a failed try is rolled back"
    with moment.standing_at(now + timedelta(days=1)):
        assert run_due() == 0
        assert retry_failed(one.pk)
        assert retry_failed(one.pk) is False
    one.refresh_from_db()
    assert (one.state, one.tries) == ("ready", 0)


def test_a_job_of_an_unknown_kind_fails_visibly(at_noon):
    one = enqueue("test.unknown")
    assert run_due() == 0
    one.refresh_from_db()
    assert one.last_error == "LookupError: no handler for job kind test.unknown"


def test_an_errand_prepares_outside_and_stores_its_outcome(at_noon):
    enqueue("test.travel", "bread")
    assert run_due() == 1
    assert trips == ["bread"]
    assert "bread" in SearchEntry.objects.get().grams


def test_run_due_stops_at_its_limit(at_noon):
    for number in range(5):
        enqueue(text=str(number))
    assert run_due(limit=2) == 2
    assert Job.objects.filter(state="ready").count() == 3


def test_done_jobs_are_forgotten_and_failed_ones_kept(at_noon):
    enqueue(state="done", done_at=NOON - timedelta(days=40))
    enqueue(state="done", done_at=NOON - timedelta(days=1))
    enqueue(state="failed", done_at=None)
    assert forget_done(NOON - timedelta(days=30)) == 1
    assert set(Job.objects.values_list("state", flat=True)) == {"done", "failed"}


def test_kinds_names_what_is_registered():
    assert {"messages.send", "retention.run", "audit.seal", "files.remove_blob"} <= jobs.kinds()


@pytest.mark.django_db(transaction=True)
def test_four_workers_share_the_jobs_and_run_each_once(threads):
    due = moment.now() - timedelta(seconds=1)
    threads.call(lambda: [enqueue(text=f"n{number}", due_at=due) for number in range(60)] and None)
    done = threads.run(*[run_due] * 4)
    assert sum(done) == 60, done
    assert threads.call(notes) == 60
    assert threads.call(lambda: set(Job.objects.values_list("state", "tries"))) == {("done", 1)}
