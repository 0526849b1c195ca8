"""kill -9 of server and worker under load: what was acknowledged is there once, with all that belongs to it.

The tests start the real server and the real worker as processes of their own over a fresh database; this file is
also the program that founds the county there and that reads back what was kept (`python -m …test_killed found`).
"""

from __future__ import annotations

import http.client
import json
import os
import random
import signal
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from datetime import time as clock
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg
import pytest

ROOT = Path(__file__).resolve().parents[2]
THREADS = 4
KILLS = 3
STARTS_WITHIN = 30.0
ME = "tests.journeys.test_killed"


@dataclass
class Site:
    """One installation: its data, its database, its two processes."""

    data: Path
    database: str
    port: int
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    @property
    def environment(self) -> dict[str, str]:
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("GONGYOU_", "DJANGO_"))}
        return {
            **kept,
            "GONGYOU_DATA": str(self.data),
            "GONGYOU_DATABASE": self.database,
            "GONGYOU_PLAIN_STATIC": "1",
            "GONGYOU_LOG": "ERROR",
            "DJANGO_SETTINGS_MODULE": "gongyou.config.settings",
            "PYTHONPATH": os.pathsep.join((str(ROOT / "src"), str(ROOT))),
        }

    def run(self, *arguments: str) -> str:
        """A program of this installation to its end; what it printed."""
        done = subprocess.run(
            [sys.executable, "-m", *arguments],
            env=self.environment,
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
            timeout=240,
        )
        assert done.returncode == 0, done.stderr[-3000:]
        return done.stdout

    def start(self, name: str, *arguments: str) -> None:
        # A session of its own: a kill takes the whole family, as a power cut does.
        log = (self.data / f"{name}.log").open("ab")
        self.processes[name] = subprocess.Popen(
            [sys.executable, "-m", "gongyou.cli", name, *arguments],
            env=self.environment,
            cwd=ROOT,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )

    def start_both(self) -> None:
        self.start("serve", "--port", str(self.port), "--workers", "1", "--threads", "4")
        self.start("worker")
        deadline = time.monotonic() + STARTS_WITHIN
        while not self.answers():
            assert time.monotonic() < deadline, (self.data / "serve.log").read_text()[-3000:]
            time.sleep(0.1)

    def answers(self) -> bool:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=2)
        try:
            connection.request("GET", "/healthz")
            return connection.getresponse().status == 200
        except OSError:
            return False
        finally:
            connection.close()

    def kill(self) -> None:
        """SIGKILL to the server's and the worker's process groups, which are ours."""
        for process in self.processes.values():
            try:
                os.killpg(process.pid, signal.SIGKILL)
            except ProcessLookupError:
                continue
            process.wait(timeout=10)
        self.processes.clear()


@dataclass
class Client:
    """Files matters one after the other, each with its key, until the server has acknowledged it."""

    site: Site
    point: str
    name: str
    stop: threading.Event
    acknowledged: dict[str, str] = field(default_factory=dict)
    retried: set[str] = field(default_factory=set)
    wrong: list[str] = field(default_factory=list)

    def work(self) -> None:
        dice, serial = random.Random(self.name), 0
        while not self.stop.is_set():
            serial += 1
            key = f"{self.name}-{serial}"
            number = self.insist(key)
            if number is None:
                return
            self.acknowledged[key] = number
            if dice.random() < 0.2:  # a person presses the button once more
                again = self.insist(key)
                if again is not None and again != number:
                    self.wrong.append(f"{key}: {number}, then {again}")

    def insist(self, key: str) -> str | None:
        """Send until it is acknowledged; after the load, a few tries more for what is still in the air."""
        last_try = None
        for turn in range(10_000):
            if turn:
                self.retried.add(key)
            answer = self.send(key)
            if answer is not None:
                return answer
            if self.stop.is_set():
                last_try = last_try or time.monotonic() + 15
                if time.monotonic() > last_try:
                    self.wrong.append(f"{key}: never acknowledged")
                    return None
            time.sleep(0.05)
        return None

    def send(self, key: str) -> str | None:
        body = {
            "kind": "appeal",
            "programme": "chair-as-station-master",
            "point": self.point,
            "text": f"宿舍断水，第{key}件。",
            "topic": "rest_facilities",
            "contact": {"name": "赵平", "phone": "138" + f"{abs(hash_of(key)) % 10**8:08d}"},
        }
        connection = http.client.HTTPConnection("127.0.0.1", self.site.port, timeout=10)
        try:
            connection.request(
                "POST",
                "/api/v1/intake",
                json.dumps(body).encode(),
                {"Content-Type": "application/json", "Idempotency-Key": key},
            )
            answer = connection.getresponse()
            content = answer.read()
            if answer.status == 201:
                return str(json.loads(content)["number"])
            if answer.status < 500:
                self.wrong.append(f"{key}: {answer.status} {content[:200]!r}")
        except (OSError, http.client.HTTPException, ValueError):
            return None
        finally:
            connection.close()
        return None


def hash_of(key: str) -> int:
    """The same in every process, unlike `hash`."""
    return int.from_bytes(key.encode()[-7:], "big")


def run_under_fire(site: Site, point: str, seconds_between: float) -> list[Client]:
    """Load from several threads; three times everything is killed and started again."""
    stop = threading.Event()
    clients = [Client(site, point, f"t{n}", stop) for n in range(THREADS)]
    threads = [threading.Thread(target=client.work) for client in clients]
    dice = random.Random(7)
    site.start_both()
    try:
        for thread in threads:
            thread.start()
        for _ in range(KILLS):
            time.sleep(seconds_between * dice.uniform(0.7, 1.3))
            site.kill()
            site.start_both()
        time.sleep(seconds_between)
    finally:
        stop.set()
        for thread in threads:
            thread.join(timeout=60)
        site.kill()
    assert not any(thread.is_alive() for thread in threads)
    return clients


def check_kept(site: Site, clients: list[Client], least: int) -> None:
    kept: dict[str, Any] = json.loads(site.run(ME, "tally"))
    acknowledged = {key: number for client in clients for key, number in client.acknowledged.items()}
    assert [w for client in clients for w in client.wrong] == []
    assert len(acknowledged) >= least
    assert any(client.retried for client in clients), "no request was cut off: the kills missed the load"
    numbers = Counter(kept["numbers"])
    assert max(numbers.values()) == 1, "a number was given twice"
    assert set(acknowledged.values()) <= set(numbers), "an acknowledged matter is lost"
    assert len(set(acknowledged.values())) == len(acknowledged), "two keys share a matter"
    # Every key made one matter, also those whose first answer was never heard.
    assert Counter(kept["keys"]) == Counter(acknowledged.keys())
    assert kept["unsound"] == {}
    assert kept["audit"] == {"is_intact": True, "broken": []}
    assert kept["failed_jobs"] == 0
    sent = Counter(number_in(text) for text in outbox(site.data))
    assert sent == dict.fromkeys(numbers, 1), "a receipt was not sent, or sent twice"


def outbox(data: Path) -> list[str]:
    """The texts in the local carrier's tray."""
    return [json.loads(f.read_text(encoding="utf-8"))["text"] for f in data.glob("sms/*/*.json")]


def number_in(text: str) -> str:
    return text.partition("编号")[2][:18].rstrip("，")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def database_of(kind: str, data: Path) -> Iterator[str]:
    """A fresh database of this run's own, dropped at the end."""
    if kind == "sqlite":
        yield f"sqlite:///{data / 'gongyou.sqlite3'}"
        return
    server = urlsplit(os.environ["GONGYOU_DATABASE"])
    name = f"gongyou_killed_{os.getpid()}"
    with psycopg.connect(server._replace(path="/postgres").geturl(), autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        connection.execute(f"CREATE DATABASE {name}")
        try:
            yield server._replace(path=f"/{name}").geturl()
        finally:
            connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


def fire(kind: str, data: Path, seconds_between: float, least: int) -> None:
    with database_of(kind, data) as database:
        site = Site(data, database, free_port())
        try:
            point = site.run(ME, "found").strip()
            clients = run_under_fire(site, point, seconds_between)
            check_kept(site, clients, least)
        finally:
            site.kill()


DATABASES = [
    pytest.param("sqlite", marks=pytest.mark.sqlite),
    pytest.param("postgresql", marks=pytest.mark.postgres),
]


@pytest.mark.parametrize("kind", DATABASES)
def test_nothing_acknowledged_is_lost_or_doubled(kind: str, tmp_path: Path) -> None:
    fire(kind, tmp_path, seconds_between=1.5, least=40)


@pytest.mark.long
@pytest.mark.parametrize("kind", DATABASES)
def test_nothing_is_lost_under_a_long_fire(kind: str, tmp_path: Path) -> None:
    fire(kind, tmp_path, seconds_between=20, least=1000)


def found() -> None:
    """Tables, packs, the test county; prints the code of its first intake point."""
    from django.core.management import call_command
    from django.test import override_settings

    from tests.yunshan.county import build_yunshan, install_repository_packs
    from tests.yunshan.fixtures import FAST

    call_command("migrate", interactive=False, verbosity=0)
    install_repository_packs()
    with override_settings(PASSWORD_HASHERS=FAST):
        county = build_yunshan()
    print(county.points[county.station.code][0].code)


def tally() -> None:
    """What is kept after the last kill. The next noon everything still waiting is done, quiet hours or not."""
    from gongyou.engines.casework.models import Case
    from gongyou.kernel import audit, jobs, moment
    from gongyou.kernel.models.events import Intent, Job

    noon = datetime.combine(moment.today() + timedelta(days=1), clock(12), moment.SHANGHAI)
    with moment.standing_at(noon):  # leases of the killed worker have run out by then
        jobs.run_due()
    verdict = audit.verify()
    cases = list(Case.objects.order_by("number"))
    print(
        json.dumps(
            {
                "numbers": [case.number for case in cases],
                "keys": list(Intent.objects.values_list("key", flat=True)),
                "unsound": {c.number: faults for c in cases if (faults := faults_of(c))},
                "audit": {"is_intact": verdict.is_intact, "broken": list(verdict.broken)},
                "failed_jobs": Job.objects.exclude(state=Job.State.DONE).exclude(due_at__gt=noon).count(),
            }
        )
    )


def faults_of(case: Any) -> list[str]:
    """What is missing of a matter, or there twice."""
    from gongyou.engines.casework.tests.recount import check_everything
    from gongyou.kernel.models.audit import AuditRecord
    from gongyou.kernel.models.messages import Message

    found_: list[str] = []
    try:
        check_everything(case.pk)
    except AssertionError as error:
        found_.append(f"projections: {error}")
    subject = f"case:{case.pk}"
    counts = {
        "received": case.events.filter(kind="received").count(),
        "receipt_sent": case.events.filter(kind="receipt_sent").count(),
        "settle clock": case.clocks.filter(clock_id="settle").count(),
        "receipt clock met": case.clocks.filter(clock_id="receipt", met_at__isnull=False).count(),
        "demand": case.texts.filter(kind="demand").count(),
        "filed in the chain": AuditRecord.objects.filter(
            subject=subject, action="casework.file_case"
        ).count(),
        "receipt sent": Message.objects.filter(subject=subject, template="receipt", state="sent").count(),
        "messages": Message.objects.filter(subject=subject).count(),
    }
    return found_ + [f"{name}: {count}" for name, count in counts.items() if count != 1]


if __name__ == "__main__":
    import django

    django.setup()
    {"found": found, "tally": tally}[sys.argv[1]]()
