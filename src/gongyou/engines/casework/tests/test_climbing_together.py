"""10,000 overdue clocks, one worker, two workers, killed workers: each step exactly once, oldest first.

The 10,000 are run by command (`-m long`), fewer in CI. That no holder at any level still ends with somebody stands in
`test_ladder`.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from django.db import InterfaceError, OperationalError, connection, connections

from gongyou.engines.casework import jobs
from gongyou.engines.casework.jobs import climb
from gongyou.engines.casework.models import Case, CaseEvent, Clock, Rise
from gongyou.engines.casework.queries.definitions import running_name
from gongyou.engines.casework.services.climbing import climb_ladders
from gongyou.engines.casework.tests.histories import moment_of
from gongyou.engines.casework.tests.stories import at
from gongyou.kernel import audit, catalogue
from gongyou.kernel.access import system_actor
from gongyou.kernel.bulk import insert_many
from gongyou.kernel.ids import new_id
from gongyou.kernel.models.audit import AuditRecord
from gongyou.offices import queries as offices
from tests.yunshan.county import County, build_yunshan

NOW = "2026-11-20 09:00"
RUNGS = 5  # of the settle clock
CI, WHOLE = 500, 10_000


def overdue(county: County, count: int) -> None:
    """Matters whose whole ladder is behind them and none of it taken, in bulk."""
    published = catalogue.current("running", running_name(county.area, county.programme))
    assert published is not None
    begun = moment_of("2026-11-02 10:00")
    key, _ = offices.calendar_of(county.area)
    cases, events, clocks = [], [], []
    for number in range(count):
        started = begun + timedelta(seconds=number)
        due = moment_of("2026-11-05 17:30") + timedelta(seconds=number)
        pk = new_id()
        cases.append(_case(county, published.hash, pk, number, started, due))
        events.append(
            [
                new_id(),
                pk,
                1,
                "received",
                started,
                UUID(int=0),
                "system",
                "",
                county.station.path,
                key,
                {"class": "simple"},
            ]
        )
        clocks.append(
            [new_id(), pk, "settle", 1, 1, started, 3, due, False, due - timedelta(days=1), [], [], ""]
        )
    insert_many(Case, CASE, cases)
    insert_many(CaseEvent, EVENT, events)
    insert_many(Clock, CLOCK, clocks)


def _case(
    county: County, definition: str, pk: UUID, number: int, started: datetime, due: datetime
) -> list[object]:
    office = county.station
    return [
        pk, f"{county.area}-26-{number:06d}-X", county.area, county.programme, "appeal", definition, "appeal", "simple",
        "", "offered", 1, 1, started, started, "qr", "", office.id, office.path, office.id, office.path, due, False, due,
        False, "", "", "", False,
    ]  # fmt: skip


CASE = (
    "id", "number", "area", "programme", "type_id", "definition", "kind", "matter_class", "topic", "state", "round",
    "version", "received_at", "recorded_at", "channel", "place", "office_id", "office_path", "filed_office_id",
    "filed_office_path", "due_at", "is_provisional", "next_due_at", "is_anonymous", "phone_tail", "call_office_path",
    "closed_as", "is_about_child",
)  # fmt: skip
EVENT = (
    "id", "case_id", "seq", "kind", "at", "actor_id", "actor_kind", "actor_name", "office_path", "calendar", "data",
)  # fmt: skip
CLOCK = (
    "id", "case_id", "clock_id", "round", "number", "started_at", "budget", "due_at", "is_provisional", "rises_at",
    "rest_days", "paused_days", "edition",
)  # fmt: skip


def check_each_once(count: int) -> None:
    rises = Counter(Rise.objects.values_list("clock_id", "step"))
    assert set(rises.values()) <= {1, 2}  # the top rung reaches two offices, each once
    steps = Counter(step for _, step in rises)
    assert steps == dict.fromkeys(("half", "late_soon", "help", "lead", "top"), count)
    assert CaseEvent.objects.filter(kind="escalated").count() == count * RUNGS
    assert (
        AuditRecord.objects.filter(action="casework.climb_ladders").exclude(subject="").count()
        == count * RUNGS
    )
    versions = set(Case.objects.values_list("version", flat=True))
    assert versions == {1 + RUNGS}
    assert not Clock.objects.filter(rises_at__isnull=False).exists()


@pytest.mark.django_db
@pytest.mark.parametrize("count", [60, pytest.param(WHOLE, marks=pytest.mark.long)])
def test_one_worker_takes_every_rung_once_and_the_oldest_first(
    installed_packs: None, monkeypatch: pytest.MonkeyPatch, count: int
) -> None:
    """Overdue clocks, one worker: each step exactly once, oldest first.

    D6: a scheduler that looks at the newest hundred never sees the most overdue.
    """
    with at("2026-10-01 09:00"):
        county = build_yunshan()
    overdue(county, count)
    monkeypatch.setattr(jobs, "PAGE", 25 if count < CI else 500)
    with at(NOW):
        first = climb_ladders(system_actor("ladder"), limit=20)
        assert first.taken == 20
        taken = Rise.objects.values_list("due_at", flat=True)
        left = Clock.objects.filter(rises_at__isnull=False).exclude(rises__isnull=False)
        assert max(taken) <= min(left.values_list("rises_at", flat=True))  # type: ignore[type-var]
        assert climb() == count * RUNGS - 20
        assert climb() == 0
    check_each_once(count)
    assert audit.verify().is_intact


class Worker(threading.Thread):
    """Climbs on a connection of its own; what it died of is kept."""

    def __init__(self) -> None:
        super().__init__()
        self.pid = 0
        self.died_of: Exception | None = None
        self.is_ready = threading.Event()

    def run(self) -> None:
        try:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_backend_pid()")
                self.pid = cursor.fetchone()[0]
            self.is_ready.set()
            with at(NOW):
                climb()
        except Exception as error:
            self.died_of = error
        finally:
            connections.close_all()


def kill_within_a_page(worker: Worker) -> None:
    """End the worker's connection while it holds rows, as when its machine dies."""
    worker.is_ready.wait(10)
    holds = "SELECT count(*) FROM pg_locks WHERE pid = %s AND mode = 'RowExclusiveLock'"
    with connection.cursor() as cursor:
        while worker.is_alive():
            cursor.execute(holds, [worker.pid])
            if cursor.fetchone()[0]:
                cursor.execute("SELECT pg_terminate_backend(%s)", [worker.pid])
                return


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("count", [CI, pytest.param(WHOLE, marks=pytest.mark.long)])
def test_two_workers_and_a_killed_one(
    installed_packs: None, monkeypatch: pytest.MonkeyPatch, count: int
) -> None:
    """Overdue clocks, two workers, killed workers: each step exactly once.

    Workers side by side pass over each other's rows; one is killed with a page half written.
    """
    with at("2026-10-01 09:00"):
        county = build_yunshan()
    overdue(county, count)
    monkeypatch.setattr(jobs, "PAGE", max(50, count // 20))
    doomed, one, other = Worker(), Worker(), Worker()
    doomed.start()
    kill_within_a_page(doomed)
    one.start()
    other.start()
    for worker in (doomed, one, other):
        worker.join()
    assert isinstance(doomed.died_of, OperationalError | InterfaceError)
    assert (one.died_of, other.died_of) == (None, None)
    with at(NOW):
        climb()  # what the other held last
        assert climb() == 0
    check_each_once(count)
    assert audit.verify().is_intact


CLIMBS = """
import sys, django
django.setup()
from gongyou.engines.casework import jobs
from gongyou.engines.casework.tests.stories import at
jobs.PAGE = int(sys.argv[2])
with at(sys.argv[1]):
    jobs.climb()
"""


def climbing(data: Path, page: int) -> subprocess.Popen[bytes]:
    """A worker that is a process of its own over this run's file of SQLite."""
    environment = {
        **os.environ,
        "GONGYOU_DATABASE": f"sqlite:///{connection.settings_dict['NAME']}",
        "GONGYOU_DATA": str(data),
        "DJANGO_SETTINGS_MODULE": "gongyou.config.settings",
    }
    return subprocess.Popen(
        [sys.executable, "-c", CLIMBS, NOW, str(page)], env=environment, stderr=subprocess.PIPE
    )


@pytest.mark.skipif(
    connection.vendor != "sqlite", reason="PostgreSQL has two workers and a killed one of its own"
)
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("count", [CI, pytest.param(WHOLE, marks=pytest.mark.long)])
def test_two_processes_and_a_killed_one_on_the_embedded_database(
    emptied: None, installed_packs: None, tmp_path: Path, count: int
) -> None:
    """Overdue clocks, two workers, killed workers: each step exactly once, on SQLite.

    The workers are processes over one file; one is killed with SIGKILL in the middle of its work.
    """
    with at("2026-10-01 09:00"):
        county = build_yunshan()
    overdue(county, count)
    page, risen = max(25, count // 50), CaseEvent.objects.filter(kind="escalated")
    doomed = climbing(tmp_path, page)
    while doomed.poll() is None and not risen.exists():
        time.sleep(0.02)
    doomed.send_signal(signal.SIGKILL)
    doomed.communicate()
    assert doomed.returncode == -signal.SIGKILL
    assert 0 < risen.count() < count * RUNGS, "killed in the middle"
    pair = [climbing(tmp_path, page) for _ in range(2)]
    said = [worker.communicate()[1].decode() for worker in pair]
    assert [worker.returncode for worker in pair] == [0, 0], said
    with at(NOW):
        assert climb() == 0
    check_each_once(count)
    assert audit.verify().is_intact
