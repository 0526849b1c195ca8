"""A worker of its own process: killed with kill -9 in the middle of a run, or asked to stop; the run goes on from there."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from django.conf import settings
from django.db import connection

from gongyou.institutions.decisions import parts
from gongyou.institutions.decisions.definitions import Order
from gongyou.institutions.decisions.models import RunPart
from gongyou.institutions.decisions.queries import run_of
from gongyou.institutions.decisions.services import order_run, stop_run
from gongyou.institutions.decisions.tests.office import ON, employer, finished, snapshot, tables
from gongyou.kernel import jobs, moment
from gongyou.kernel.access import Actor
from gongyou.policy.cases import credit_code
from tests.yunshan.county import County

ROOT = Path(__file__).resolve().parents[5]
PART_ROWS = 60  # of 480 months
PARTS = 8
WORKER = f"""
import django
django.setup()
from gongyou.institutions.decisions import parts
parts.PART_ROWS = {PART_ROWS}
from gongyou.cli.main import main
main()
"""
"""`gongyou worker` as it is, with parts small enough that a test sees several."""
WITHIN = 60.0

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_run_that_was_stopped_and_whose_worker_was_killed_with_kill_9_goes_on_and_has_the_same_fingerprint(
    emptied: None, officer: Actor, county: County, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    firms = [employer(credit_code(number)) for number in range(910, 950)]
    taken = snapshot(officer, county.root.id, tables(tmp_path / "facts", *firms))
    whole = finished(officer, Order(taken, ON))
    order = Order(taken, ON, {"layoff_limit": "5.4%"})
    run = order_run(officer, order=order).id
    with worker() as process:
        until(lambda: len(parts_kept(run)) >= 1)
        stop_run(officer, run_id=run)
        until(lambda: run_of(officer, run).state == "stopped")
        stopped_with = parts_kept(run)
        assert order_run(officer, order=order).id == run
        until(lambda: len(parts_kept(run)) > len(stopped_with))
        os.killpg(process.pid, signal.SIGKILL)
        process.wait(timeout=10)
    kept = parts_kept(run)
    assert stopped_with < kept and len(kept) < PARTS and run_of(officer, run).state == "running"
    monkeypatch.setattr(parts, "PART_ROWS", PART_ROWS)
    made_now = noted_parts(monkeypatch)
    with moment.standing_at(moment.now() + 2 * jobs.LEASE + timedelta(seconds=1)):
        jobs.run_due()
    done = run_of(officer, run)
    assert (done.state, done.fingerprint) == ("done", whole.fingerprint)
    assert len(made_now) == PARTS - len(kept) and not kept & made_now
    assert not RunPart.objects.exists()


def parts_kept(run_id: UUID) -> set[str]:
    return set(RunPart.objects.filter(run_id=run_id).values_list("name", flat=True))


def noted_parts(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """Names of the parts computed from now on, as they are kept."""
    names: set[str] = set()
    keep = parts.VaultKeeper.keep

    def noting(keeper: parts.VaultKeeper, name: str, folder: Path) -> Path:
        names.add(name)
        return keep(keeper, name, folder)

    monkeypatch.setattr(parts.VaultKeeper, "keep", noting)
    return names


def until(is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + WITHIN
    while not is_so():
        assert time.monotonic() < deadline, "the worker did not come so far"
        time.sleep(0.005)


@contextmanager
def worker() -> Iterator[subprocess.Popen[bytes]]:
    """`gongyou worker` over this test's database and data, in a session of its own; killed at the end at the latest."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("GONGYOU_", "DJANGO_"))}
    environment = {
        **kept,
        "DJANGO_SETTINGS_MODULE": "gongyou.config.settings",
        "GONGYOU_DATA": str(settings.DATA_DIR),
        "GONGYOU_DATABASE": database(),
        "GONGYOU_PLAIN_STATIC": "1",
        "GONGYOU_LOG": "ERROR",
        "PYTHONPATH": os.pathsep.join((str(ROOT / "src"), str(ROOT))),
    }
    process = subprocess.Popen(
        [sys.executable, "-c", WORKER, "worker"], env=environment, cwd=ROOT, start_new_session=True
    )
    try:
        yield process
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait(timeout=10)


def database() -> str:
    """The address of the database this test stands on."""
    told = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{told['NAME']}"
    login = f"{told['USER']}:{told['PASSWORD']}" if told["PASSWORD"] else told["USER"]
    return f"postgresql://{login}@{told['HOST']}:{told['PORT'] or 5432}/{told['NAME']}"
