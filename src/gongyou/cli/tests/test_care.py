"""Caring for an installation, as its keeper does: every verb a process of its own, over folders on disk."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import sqlite3
import time
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from subprocess import Popen

import pytest
from django.conf import settings

from gongyou.cli.tests.conftest import Machine

pytestmark = pytest.mark.sqlite  # each machine has its own

FINDINGS = {
    "database", "calendar", "packs", "accounts", "failed_jobs", "worker", "disk", "keys", "address", "backup_tools",
}  # fmt: skip
STATIONS = """code,name,kind,parent
990101,云山县总工会,county,
99010101,松溪镇总工会,township,990101
9901010101,松溪集镇站,station,99010101
"""
CASES = """programme,office,kind,text,name,phone
chair-as-station-master,9901010101,appeal,宿舍断水两天了,赵平,13800000117
"""


def fill(machine: Machine) -> None:
    """Stations and one matter of a person."""
    for kind, text in (("stations", STATIONS), ("cases", CASES)):
        file = machine.data / f"{kind}.csv"
        file.write_text(text, encoding="utf-8")
        done = machine("import", kind, file, "--area", "990101", "--json")
        assert (done.code, done.json["rejected"]) == (0, 0), done.err


def names(machine: Machine) -> dict[str, bool]:
    found = machine("doctor", "--json").json["findings"]
    return {finding["id"]: finding["is_good"] for finding in found}


@pytest.mark.beside_sqlite
def test_from_a_bare_folder_to_a_running_office(machine: Machine) -> None:
    early = machine("night", "--json")
    assert (early.code, early.out) == (1, "")
    assert "gongyou migrate" in early.err
    assert machine("serve", "--port", free_port()).code == 2
    assert names(machine)["database"] is False
    assert machine("migrate", "--json").json["applied"]
    assert machine("migrate", "--json").json["applied"] == []
    state = names(machine)
    assert set(state) == FINDINGS
    assert (state["database"], state["packs"], state["accounts"]) == (True, False, False)
    first = machine("admins", "--json")
    assert {a["role"] for a in first.json["accounts"]} == {"system_admin", "security_admin", "audit_admin"}
    again = machine("admins", "--json")
    assert (again.code, again.out) == (2, "")
    assert machine("packs", "publish", "--json").json["calendars"]
    state = names(machine)
    assert (state["packs"], state["accounts"], state["keys"]) == (True, True, True)
    refused = machine("demo", "--data", machine.data, "--check")
    assert refused.code == 2
    assert "--data" in refused.err


def test_doctor_names_what_is_wrong(installed_machine: Machine, tmp_path: Path) -> None:
    data = tmp_path / "data"
    shutil.copytree(installed_machine.data, data)
    (data / "keys.json").chmod(0o644)
    sick = Machine(data, {"GONGYOU_PUBLIC_URL": "http://gongyou.example"})
    with closing(sqlite3.connect(data / "gongyou.sqlite3")) as database, database:
        database.execute("UPDATE offices_calendarset SET is_current = 0")
        database.execute(
            "INSERT INTO kernel_job (id, kind, payload, due_at, state, tries, last_error) VALUES"
            " ('00000000000000000000000000000001', 'x', '{}', '2026-01-01 00:00:00', 'failed', 8, ''),"
            " ('00000000000000000000000000000002', 'x', '{}', '2026-01-01 00:00:00', 'ready', 0, '')"
        )
    done = sick("doctor", "--json")
    assert done.code == 1
    assert done.json["good"] is False
    bad = {f["id"]: f["says"] for f in done.json["findings"] if not f["is_good"]}
    assert set(bad) == {"keys", "address", "calendar", "failed_jobs", "worker", "accounts"}
    assert "chmod 600" in bad["keys"]
    (data / "gongyou.sqlite3").write_bytes(b"no database at all" * 100)
    broken = sick("doctor", "--json")
    assert (broken.code, broken.json["findings"][0]["id"], broken.json["findings"][0]["is_good"]) == (
        1,
        "database",
        False,
    )


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("GONGYOU_DATABASE", "mysql://x"),
        ("GONGYOU_SMS", "pigeon"),
        ("GONGYOU_SMS", "http"),
        ("GONGYOU_DATA", "/proc/no"),
    ],
)
def test_a_setting_that_cannot_work_is_one_sentence(tmp_path: Path, name: str, value: str) -> None:
    done = Machine(tmp_path, {name: value})("doctor", "--json")
    assert (done.code, done.out) == (2, "")
    assert "docs/settings.md" in done.err
    assert "Traceback" not in done.err


@pytest.mark.beside_sqlite
def test_the_sms_settings_reach_the_port(tmp_path: Path) -> None:
    given = {"GONGYOU_SMS": "http", "GONGYOU_SMS_URL": "http://127.0.0.1:9/sms", "GONGYOU_SMS_SECRET": "s"}
    assert Machine(tmp_path, given)("migrate", "--json").code == 0


def test_the_night_is_idempotent_and_the_chain_stays_whole(installed_machine: Machine) -> None:
    fill(installed_machine)
    first = installed_machine("night", "--on", "2027-01-05", "--json")
    assert first.code == 0
    second = installed_machine("night", "--on", "2027-01-05", "--json")
    third = installed_machine("night", "--on", "2027-01-05", "--json")
    done = {key: value for key, value in second.json.items() if not key.startswith("calendar_")}
    assert third.json == second.json
    assert not any(any(v.values()) if isinstance(v, dict) else v for v in done.values()), done
    verdict = installed_machine("audit", "verify", "--json")
    assert verdict.code == 0
    assert verdict.json["intact"] is True
    assert verdict.json["records"] > 0
    assert verdict.json["broken"] == []
    assert installed_machine("night", "--on", "5.1.2027").code == 2
    assert installed_machine("worker", "--once", "--json").json["done"] >= 0


def test_an_altered_chain_is_told(installed_machine: Machine, tmp_path: Path) -> None:
    data = tmp_path / "data"
    shutil.copytree(installed_machine.data, data)
    with closing(sqlite3.connect(data / "gongyou.sqlite3")) as database, database:
        for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            database.execute(f'DROP TRIGGER "{name}"')
        database.execute("UPDATE kernel_auditrecord SET action = 'nothing' WHERE seq = 1")
    done = Machine(data, {})("audit", "verify", "--json")
    assert done.code == 1
    assert done.json["intact"] is False
    assert done.json["broken"]


def test_backup_and_restore(installed_machine: Machine, tmp_path: Path) -> None:
    there_and_back(installed_machine, Machine(tmp_path / "other", {}), tmp_path)


def there_and_back(source: Machine, target: Machine, tmp_path: Path) -> None:
    """Back up, restore elsewhere, compare; every refusal on the way leaves the target as it was."""
    fill(source)
    attachment = source.data / "files" / "ab" / "abcdef"
    attachment.parent.mkdir(parents=True, exist_ok=True)
    attachment.write_bytes(b"ciphertext of a photo")
    archive, keys = tmp_path / "gongyou.tar.gz", tmp_path / "keys.json"
    made = source("backup", archive, "--keys", keys, "--json")
    assert (made.code, made.json["files"], made.json["bytes"]) == (0, 1, archive.stat().st_size)
    assert archive.stat().st_mode & 0o077 == 0
    assert keys.stat().st_mode & 0o077 == 0
    assert keys.read_text() == (source.data / "keys.json").read_text()
    target.data.mkdir()
    for broken, words in damaged(archive, tmp_path):
        done = target("restore", broken, "--keys", keys, "--json")
        assert (done.code, done.out) == (2, ""), words
        assert "没有改动" in done.err
        assert not (target.data / "files").exists()
    without = target("restore", archive, "--json")
    assert without.code == 2
    assert "--keys" in without.err
    back = target("restore", archive, "--keys", keys, "--json")
    assert (back.code, back.json["files"]) == (0, 1), back.err
    assert (target.data / "files" / "ab" / "abcdef").read_bytes() == b"ciphertext of a photo"
    verdict = target("audit", "verify", "--json")
    assert (verdict.code, verdict.json["intact"]) == (0, True)
    assert verdict.json["roots"] == source("audit", "verify", "--json").json["roots"]
    sent = [m("export", "cases", tmp_path / "cases.xlsx", "--json").json["rows"] for m in (source, target)]
    assert sent[0] == sent[1] > 0
    onto = target("restore", archive, "--json")
    assert onto.code == 2
    assert "--replace" in onto.err
    assert target("restore", archive, "--replace", "--json").code == 0
    assert target("audit", "verify", "--json").json["intact"] is True


def damaged(archive: Path, folder: Path) -> Iterator[tuple[Path, str]]:
    content = archive.read_bytes()
    middle = len(content) // 2
    for words, wrong in (
        ("cut off", content[:middle]),
        ("one byte changed", content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :]),
        ("empty", b""),
        ("something else", b"PK\x03\x04"),
    ):
        path = folder / "damaged.tar.gz"
        path.write_bytes(wrong)
        yield path, words
    yield folder / "none.tar.gz", "not there"


@pytest.mark.beside_sqlite
def test_what_cannot_be_backed_up(machine: Machine, tmp_path: Path) -> None:
    nothing = machine("backup", tmp_path / "b.tar.gz", "--json")
    assert (nothing.code, nothing.out) == (2, "")
    assert machine("backup", tmp_path / "no" / "b.tar.gz").code == 2
    assert machine("restore", tmp_path / "b.tar.gz", "--keys", tmp_path / "none.json").code == 2


def test_packs(installed_machine: Machine, tmp_path: Path) -> None:
    whole = installed_machine("packs", "check", "--json")
    assert set(whole.json) == {"is_clean", "findings", "packs", "seconds"}
    packs = tmp_path / "packs"
    shutil.copytree(Path(settings.PACKS_DIR) / "calendars", packs / "calendars")
    own = Machine(installed_machine.data, {"GONGYOU_PACKS": str(packs)})
    made = own("packs", "new", "programme", "my-programme", "--json")
    assert made.code == 0
    assert all(Path(file).is_file() for file in made.json["files"])
    assert own("packs", "new", "programme", "my-programme").code == 2
    assert own("packs", "new", "area", "99").code == 2
    assert own("packs", "new", "area", "990102", "--json").code == 0
    (packs / "areas" / "990102" / "area.yaml").write_text("titel: x\n", encoding="utf-8")
    checked = own("packs", "check", packs, "--json")
    assert checked.code == 2
    assert any("area.yaml" in finding["file"] for finding in checked.json["findings"])
    refused = own("packs", "publish", "--json")
    assert (refused.code, refused.out) == (2, "")
    assert "area.yaml" in refused.err


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


def wait_for(port: int, process: Popen[str]) -> str:
    until = time.monotonic() + 90
    while time.monotonic() < until:
        assert process.poll() is None, process.communicate()
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/sign-in/", timeout=5) as answer:
                return str(answer.read().decode())
        except OSError:
            time.sleep(0.2)
    raise AssertionError("the server did not come up")


@contextmanager
def running(machine: Machine, *words: object) -> Iterator[Popen[str]]:
    process = machine.start(*words)
    try:
        yield process
    finally:
        # The whole group: a server's own processes hold its pipes.
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate(timeout=20)


def test_serve_collects_its_files_and_refuses_a_taken_port(installed_machine: Machine) -> None:
    port = free_port()
    with running(installed_machine, "serve", "--port", port, "--workers", 1) as server:
        page = wait_for(port, server)
        address = next(part for part in page.split('"') if part.startswith("/static/") and ".css" in part)
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{address}", timeout=10) as answer:
            assert answer.status == 200
            assert "max-age=315360000" in answer.headers["Cache-Control"]
        second = installed_machine("serve", "--port", port)
        assert second.code == 2
        assert str(port) in second.err
        server.terminate()
        assert server.wait(timeout=20) == 0
    stamp = installed_machine.data / "static.stamp"
    collected = stamp.stat().st_mtime_ns
    with running(installed_machine, "serve", "--port", port, "--workers", 1) as server:
        wait_for(port, server)
    assert stamp.stat().st_mtime_ns == collected


def test_the_worker_works_and_stops_when_told(installed_machine: Machine) -> None:
    fill(installed_machine)
    with running(installed_machine, "worker") as worker:
        assert worker.stderr is not None
        assert "Ctrl+C" in worker.stderr.readline()
        time.sleep(2)
        worker.terminate()
        assert worker.wait(timeout=15) == 0
        assert "已停止" in worker.stderr.read()


@pytest.mark.beside_sqlite
def test_the_demo_serves_with_its_worker_and_stops_both(tmp_path: Path) -> None:
    port = free_port()
    machine = Machine(tmp_path / "unused", {})
    data = tmp_path / "demo"
    with running(machine, "demo", "--port", port, "--data", data) as demo:
        assert "工友" in wait_for(port, demo)
        add_waiting_job(data)
        wait_until_nothing_waits(data)
        demo.terminate()
        assert demo.wait(timeout=20) == 0
    assert not machine.data.exists()
    with socket.create_server(("127.0.0.1", port)):
        pass  # nobody is left at the port


def add_waiting_job(data: Path) -> None:
    with closing(sqlite3.connect(data / "gongyou.sqlite3", timeout=20)) as database, database:
        database.execute(
            "INSERT INTO kernel_job (id, kind, payload, due_at, state, tries, last_error)"
            " VALUES ('00000000000000000000000000000001', 'nobody.hears', '{}', '2026-01-01 00:00:00', 'ready', 0, '')"
        )


def wait_until_nothing_waits(data: Path) -> None:
    """A kind nobody hears is put back with its error: somebody has tried it."""
    until = time.monotonic() + 30
    while time.monotonic() < until:
        with closing(sqlite3.connect(data / "gongyou.sqlite3", timeout=20)) as database:
            tries = database.execute("SELECT tries FROM kernel_job WHERE kind = 'nobody.hears'").fetchone()[0]
        if tries:
            return
        time.sleep(0.3)
    raise AssertionError("no worker runs beside the demo's server")
