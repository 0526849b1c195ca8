"""Intake side by side with django-helpdesk's public create: same machine, same PostgreSQL, same server, same load.

    .venv/bin/python tests/bench/intake/bench.py            (needs wrk, PostgreSQL at 127.0.0.1 and uv in .tools)
    .venv/bin/python tests/bench/intake/bench.py --short    two seconds a round, ours only

Ours does in one durable transaction: number, history, clocks, figures row, worklist, search, sealed person, message,
event, audit record, idempotency. The peer stores a ticket and its follow-up.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[2]
PEER = "django-helpdesk==2.6.1"
POSTGRES = "postgresql://postgres@127.0.0.1:5432"


@dataclass(frozen=True)
class Round:
    per_second: float
    p50_ms: float
    p99_ms: float
    errors: int
    server_ms: float
    """CPU of the server's processes for one request."""
    database_ms: float
    """CPU of the PostgreSQL backends for one request."""


@dataclass(frozen=True)
class Side:
    """One of the two under load."""

    script: str
    port: int
    database: str
    server: int
    """Process id of the server; its workers are its children."""
    env: dict[str, str]


def sql(text: str, database: str = "postgres") -> str:
    done = subprocess.run(
        ["psql", "-qAt", "-h", "127.0.0.1", "-U", "postgres", "-d", database, "-c", text],
        check=True, capture_output=True, text=True,
    )  # fmt: skip
    return done.stdout.strip()


def fresh(database: str) -> None:
    sql(f"DROP DATABASE IF EXISTS {database} WITH (FORCE)")
    sql(f"CREATE DATABASE {database}")


@contextmanager
def served(command: list[str], port: int, env: dict[str, str], cwd: Path) -> Iterator[int]:
    server = subprocess.Popen(command, env=env, cwd=cwd, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        for _ in range(240):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.25)
        _answering(port)
        time.sleep(3)
        yield server.pid
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(timeout=20)


def _answering(port: int) -> None:
    """Wait until somebody answers, whatever it says: a busy machine takes long to import the application."""
    for _ in range(120):
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=5)
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.5)
        else:
            return


def load(side: Side, seconds: int) -> Round:
    command = ["wrk", "-t1", "-c8", f"-d{seconds}s", "--latency", "-s", str(HERE / side.script)]
    command.append(f"http://127.0.0.1:{side.port}")
    server, database = _server_cpu(side), _database_cpu(side)
    text = subprocess.run(command, check=True, capture_output=True, text=True, env=side.env).stdout
    errors = re.search(r"Non-2xx or 3xx responses: (\d+)", text)
    done = int(re.search(r"(\d+) requests in", text)[1])
    return Round(
        float(re.search(r"Requests/sec:\s+([\d.]+)", text)[1]),
        _ms(re.search(r"50%\s+([\d.]+)(us|ms|s)", text)),
        _ms(re.search(r"99%\s+([\d.]+)(us|ms|s)", text)),
        int(errors[1]) if errors else 0,
        _spent(server, _server_cpu(side)) / done,
        _spent(database, _database_cpu(side)) / done,
    )


def _spent(before: dict[int, float], after: dict[int, float]) -> float:
    return sum(ms - before.get(pid, 0.0) for pid, ms in after.items())


def _server_cpu(side: Side) -> dict[int, float]:
    """CPU milliseconds so far of the server and its workers, by process."""
    found = {pid: stat for pid, _, stat in _processes()}
    return {
        pid: _cpu(stat) for pid, stat in found.items() if pid == side.server or int(stat[1]) == side.server
    }


def _database_cpu(side: Side) -> dict[int, float]:
    """The same of the backends of this side's database: both keep their connections."""
    mine = f"postgres {side.database} "
    return {pid: _cpu(stat) for pid, title, stat in _processes() if mine in title}


def _cpu(stat: list[str]) -> float:
    return (int(stat[11]) + int(stat[12])) * 1000 / os.sysconf("SC_CLK_TCK")


def _processes() -> Iterator[tuple[int, str, list[str]]]:
    """(id, command line, what /proc/<id>/stat says after the name) of all that run."""
    for place in Path("/proc").glob("[0-9]*"):
        try:
            title = (place / "cmdline").read_text().replace("\0", " ")
            yield int(place.name), title, (place / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue  # it ended meanwhile


def _ms(found: re.Match[str]) -> float:
    return float(found[1]) * {"us": 0.001, "ms": 1.0, "s": 1000.0}[found[2]]


def _server(python: str, shape: str) -> list[str]:
    """The same server for both; `shape`: processes x threads, as `4x1`."""
    workers, threads = shape.split("x")
    granian = str(Path(python).with_name("granian"))
    return [granian, "--interface", "wsgi", "--workers", workers, "--blocking-threads", threads]


@contextmanager
def ours(database: str, port: int, shape: str) -> Iterator[Side]:
    fresh(database)
    with tempfile.TemporaryDirectory() as data:
        env = {
            **os.environ, "GONGYOU_DATA": data, "GONGYOU_DATABASE": f"{POSTGRES}/{database}",
            "GONGYOU_PLAIN_STATIC": "1", "GONGYOU_DEMO": "",
        }  # fmt: skip
        seed = subprocess.run(
            [sys.executable, str(HERE / "seed.py")],
            check=True,
            capture_output=True,
            text=True,
            env=env,
            cwd=ROOT,
        )
        env["BENCH_OFFICES"], env["BENCH_PROGRAMME"] = seed.stdout.strip().splitlines()[-1].split(" ")
        command = [*_server(sys.executable, shape), "--port", str(port), "gongyou.config.wsgi:application"]
        with served(command, port, env, ROOT) as server:
            yield Side("ours.lua", port, database, server, env)


@contextmanager
def peer(database: str, port: int, shape: str) -> Iterator[Side]:
    home = Path(tempfile.gettempdir()) / "gongyou-bench-peer"
    python = home / "bin" / "python"
    if not python.exists():
        uv = str(ROOT / ".tools" / "bin" / "uv")
        subprocess.run([uv, "venv", "-q", str(home)], check=True)
        subprocess.run(
            [
                uv,
                "pip",
                "install",
                "-q",
                "--python",
                str(python),
                PEER,
                "granian==2.8.7",
                "psycopg[binary]",
                "setuptools",
            ],
            check=True,
        )
    fresh(database)
    env = {
        **os.environ, "PEER_DATABASE": database, "DJANGO_SETTINGS_MODULE": "peer_settings", "PYTHONPATH": str(HERE)
    }  # fmt: skip
    subprocess.run([str(python), "-m", "django", "migrate", "-v0"], check=True, env=env, cwd=HERE)
    queue = "import django; django.setup(); from helpdesk.models import Queue; "
    queue += "Queue.objects.create(title='station', slug='station', allow_public_submission=True)"
    subprocess.run([str(python), "-c", queue], check=True, env=env, cwd=HERE)
    command = [*_server(str(python), shape), "--port", str(port), "peer_wsgi:application"]
    with served(command, port, env, HERE) as server:
        yield Side("peer.lua", port, database, server, env)


HEADS = (
    "intake",
    "req/s median (rounds)",
    "p50 ms",
    "p99 ms",
    "CPU ms a request: server + PostgreSQL",
    "errors",
    "stored",
)


def row(name: str, rounds: list[Round], stored: str) -> str:
    middle = {key: statistics.median(getattr(r, key) for r in rounds) for key in vars(rounds[0])}
    each = " ".join(f"{r.per_second:.0f}" for r in rounds)
    errors = sum(r.errors for r in rounds)
    return (
        f"| {name} | {middle['per_second']:.0f} ({each}) | {middle['p50_ms']:.0f} | {middle['p99_ms']:.0f} "
        f"| {middle['server_ms']:.1f} + {middle['database_ms']:.1f} | {errors} | {stored} |"
    )


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--short", action="store_true")
    options.add_argument("--rounds", type=int, default=4)
    options.add_argument("--seconds", type=int, default=10)
    options.add_argument("--shape", default="2x4", help="the server's processes x threads, for both")
    chosen = options.parse_args()
    if shutil.which("wrk") is None:
        sys.exit("wrk is missing: apt-get install wrk")
    seconds = 2 if chosen.short else chosen.seconds
    mine: list[Round] = []
    theirs: list[Round] = []
    with ours("gongyou_bench", 9711, chosen.shape) as mine_side:
        load(mine_side, 3)
        if chosen.short:
            mine.append(load(mine_side, seconds))
        else:
            with peer("gongyou_bench_peer", 9712, chosen.shape) as their_side:
                load(their_side, 3)
                for _ in range(chosen.rounds):  # in turn, so that both see the same machine
                    mine.append(load(mine_side, seconds))
                    theirs.append(load(their_side, seconds))
        stored = sql("SELECT count(*) FROM casework_case", "gongyou_bench")
        audited = sql(
            "SELECT count(*) FROM kernel_auditrecord WHERE action = 'casework.file_case'", "gongyou_bench"
        )
    print(f"| {' | '.join(HEADS)} |\n{'|---' * len(HEADS)}|")
    print(row("gongyou POST /api/v1/intake", mine, f"{stored} matters, {audited} audit records"))
    if theirs:
        tickets = sql("SELECT count(*) FROM helpdesk_ticket", "gongyou_bench_peer")
        print(row("django-helpdesk 2.6.1 public form", theirs, f"{tickets} tickets"))
        print(f"\nratio, pair by pair: {_ratios(mine, theirs)}")
    if stored != audited or any(r.errors for r in mine):
        sys.exit("stored and audited differ, or there were errors")


def _ratios(mine: list[Round], theirs: list[Round]) -> str:
    pairs = list(zip(mine, theirs, strict=True))
    rates = sorted(a.per_second / b.per_second for a, b in pairs)
    late = sorted(a.p99_ms / b.p99_ms for a, b in pairs)
    cpu = statistics.median((b.server_ms + b.database_ms) / (a.server_ms + a.database_ms) for a, b in pairs)
    return (
        f"{rates[0]:.1f} to {rates[-1]:.1f} x its requests/s; p99 {late[0]:.2f} to {late[-1]:.2f} of its; "
        f"CPU a request 1 : {cpu:.1f}"
    )


if __name__ == "__main__":
    main()
