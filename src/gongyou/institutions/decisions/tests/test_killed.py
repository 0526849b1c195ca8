"""kill -9 of the worker in the middle of a run: the next one goes on and comes to the same fingerprint."""

from __future__ import annotations

import os
import signal
import time
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from django.db import connection, connections

from gongyou.institutions.decisions import parts
from gongyou.institutions.decisions.definitions import Order
from gongyou.institutions.decisions.models import RunPart
from gongyou.institutions.decisions.queries import run_of
from gongyou.institutions.decisions.services import order_run
from gongyou.institutions.decisions.tests.office import ON, employer, finished, snapshot, tables
from gongyou.kernel import jobs, moment
from gongyou.kernel.access import Actor
from gongyou.policy.cases import credit_code
from tests.yunshan.county import County

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(
        connection.vendor == "postgresql",
        reason="a forked worker and this process upset one connection there",
    ),
]


def test_a_run_whose_worker_was_killed_with_kill_9_goes_on_and_has_the_same_fingerprint(
    emptied: None, officer: Actor, county: County, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    firms = [employer(credit_code(number)) for number in range(910, 950)]
    taken = snapshot(officer, county.root.id, tables(tmp_path / "facts", *firms))
    whole = finished(officer, Order(taken, ON))
    monkeypatch.setattr(parts, "PART_ROWS", 40)  # 480 months: twelve parts
    ordered = order_run(officer, order=Order(taken, ON, {"layoff_limit": "5.4%"}))
    kept = kill_worker_after(2, ordered.id)
    assert 2 <= kept < 12 and run_of(officer, ordered.id).state == "running"
    with moment.standing_at(moment.now() + 2 * jobs.LEASE + timedelta(seconds=1)):
        jobs.run_due()
    done = run_of(officer, ordered.id)
    assert (done.state, done.fingerprint) == ("done", whole.fingerprint)
    assert not RunPart.objects.exists()


def kill_worker_after(count: int, run_id: UUID) -> int:
    """A worker of its own process, killed when so many parts are kept; returns how many there are then."""
    connections.close_all()
    worker = os.fork()
    if not worker:
        try:
            jobs.run_due()
        finally:
            os._exit(0)
    deadline = time.monotonic() + 60
    while RunPart.objects.filter(run_id=run_id).count() < count and time.monotonic() < deadline:
        time.sleep(0.005)
    os.kill(worker, signal.SIGKILL)
    os.waitpid(worker, 0)
    return RunPart.objects.filter(run_id=run_id).count()
