"""What kernel tests share: an installation of their own, staff, a carrier that notes, real threads."""

from __future__ import annotations

import shutil
import sqlite3
import threading
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from uuid import UUID

import pytest
from django.db import connection, connections

from gongyou.kernel.access import Actor, Holding
from gongyou.kernel.ids import new_id
from gongyou.kernel.installation import Installation, install, installed
from gongyou.kernel.moment import SHANGHAI, standing_at
from gongyou.kernel.roles import Reach, Role

NOON = datetime(2026, 3, 4, 12, 0, tzinfo=SHANGHAI)
RIGHTS = (
    "worklist.read", "messages.read", "messages.refuse", "files.read", "things.read", "things.write",
)  # fmt: skip


@dataclass
class Carrier:
    """An SMS port that writes down what it is given; `errors` are raised one after the other first."""

    sent: list[tuple[str, str, str]] = field(default_factory=list)
    errors: list[Exception] = field(default_factory=list)

    def send(self, *, key: str, phone: str, text: str) -> str:
        if self.errors:
            raise self.errors.pop(0)
        self.sent.append((key, phone, text))
        return f"ref-{len(self.sent)}"


@pytest.fixture
def carrier() -> Carrier:
    return Carrier()


@pytest.fixture(autouse=True)
def installation(tmp_path: Path, carrier: Carrier):
    """The real installation with a folder, roles and a carrier of this test."""
    before = installed()
    roles = {
        "own": Role("own", "own", dict.fromkeys(RIGHTS, Reach.OWN)),
        "down": Role("down", "down", dict.fromkeys(RIGHTS, Reach.SUBTREE)),
    }
    given = replace(before, data_dir=tmp_path, roles={**before.roles, **roles}, handlers={}, sms=carrier)
    install(given)
    yield given
    install(before)


@pytest.fixture
def reinstall(installation: Installation):
    """Change parts of the installation for this test."""
    return lambda **changes: install(replace(installed(), **changes))


@pytest.fixture
def at_noon():
    """A working day's noon: outside the quiet hours."""
    with standing_at(NOON):
        yield NOON


def staff(path: str = "37/", role: str = "down", office_id: UUID | None = None) -> Actor:
    return Actor(id=new_id(), kind="staff", holdings=(Holding(role, office_id, path),))


class Threads:
    """Runs functions at the same time, each in a thread with its own database connection."""

    def run(self, *functions, timeout: float = 60):
        outcomes: list[object] = [None] * len(functions)
        barrier = threading.Barrier(len(functions))

        def work(place: int) -> None:
            try:
                barrier.wait(timeout=10)
                outcomes[place] = functions[place]()
            except BaseException as error:
                outcomes[place] = error
            finally:
                connections.close_all()

        threads = [threading.Thread(target=work, args=(i,)) for i in range(len(functions))]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(timeout)
        assert not any(thread.is_alive() for thread in threads), "a thread hangs"
        return outcomes

    def call(self, function):
        outcome = self.run(function)[0]
        if isinstance(outcome, BaseException):
            raise outcome
        return outcome


@pytest.fixture(scope="session")
def empty_database(
    django_db_setup, django_db_blocker, tmp_path_factory: pytest.TempPathFactory
) -> Path | None:
    """A SQLite file with every table and no row; None on PostgreSQL."""
    if connection.vendor != "sqlite":
        return None
    file = tmp_path_factory.mktemp("schema") / "empty.sqlite3"
    with django_db_blocker.unblock(), closing(sqlite3.connect(file)) as copy:
        connection.ensure_connection()
        connection.connection.backup(copy)
    return file


@pytest.fixture
def threads(transactional_db, empty_database: Path | None, tmp_path: Path):
    """Threads on a database they share: a SQLite file with the product's settings, or PostgreSQL.

    Its tests carry `django_db(transaction=True)`.
    """
    if empty_database is None:
        yield Threads()
        return
    file = tmp_path / "threads.sqlite3"
    shutil.copy(empty_database, file)
    settings = connections.settings["default"]
    name = settings["NAME"]
    settings["NAME"] = str(file)
    try:
        yield Threads()
    finally:
        settings["NAME"] = name


def without_triggers() -> None:
    """Take the append-only triggers away inside the test's transaction: what an intruder with the password can do."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(
                "SELECT name FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'append_only_%'"
            )
            for (name,) in cursor.fetchall():
                cursor.execute(f"DROP TRIGGER {name}")
        else:
            for table in ("auditrecord", "auditlane", "readrecord", "readbatch"):
                cursor.execute(f"ALTER TABLE kernel_{table} DISABLE TRIGGER USER")
