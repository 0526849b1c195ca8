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
def served(command: list[str], port: int, env: dict[str, str], cwd: Path) -> Iterator[None]:
    server = subprocess.Popen(command, env=env, cwd=cwd, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        for _ in range(240):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.25)
        time.sleep(3)
        yield
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(timeout=20)


def load(port: int, script: str, seconds: int, env: dict[str, str]) -> Round:
    command = [
        "wrk",
        "-t1",
        "-c8",
        f"-d{seconds}s",
        "--latency",
        "-s",
        str(HERE / script),
        f"http://127.0.0.1:{port}",
    ]
    text = subprocess.run(command, check=True, capture_output=True, text=True, env=env).stdout
    errors = re.search(r"Non-2xx or 3xx responses: (\d+)", text)
    return Round(
        float(re.search(r"Requests/sec:\s+([\d.]+)", text)[1]),
        _ms(re.search(r"50%\s+([\d.]+)(us|ms|s)", text)),
        _ms(re.search(r"99%\s+([\d.]+)(us|ms|s)", text)),
        int(errors[1]) if errors else 0,
    )


def _ms(found: re.Match[str]) -> float:
    return float(found[1]) * {"us": 0.001, "ms": 1.0, "s": 1000.0}[found[2]]


@contextmanager
def ours(database: str, port: int) -> Iterator[dict[str, str]]:
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
        granian = [str(Path(sys.executable).with_name("granian")), "--interface", "wsgi", "--workers", "2"]
        command = [
            *granian,
            "--blocking-threads",
            "4",
            "--port",
            str(port),
            "gongyou.config.wsgi:application",
        ]
        with served(command, port, env, ROOT):
            yield env


@contextmanager
def peer(database: str, port: int) -> Iterator[dict[str, str]]:
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
    command = [
        str(home / "bin" / "granian"),
        "--interface",
        "wsgi",
        "--workers",
        "2",
        "--blocking-threads",
        "4",
    ]
    with served([*command, "--port", str(port), "peer_wsgi:application"], port, env, HERE):
        yield env


def row(name: str, rounds: list[Round], stored: str) -> str:
    rates = [r.per_second for r in rounds]
    p50, p99 = (statistics.median(getattr(r, k) for r in rounds) for k in ("p50_ms", "p99_ms"))
    errors = sum(r.errors for r in rounds)
    each = " ".join(f"{rate:.0f}" for rate in rates)
    return (
        f"| {name} | {statistics.median(rates):.0f} ({each}) | {p50:.0f} | {p99:.0f} | {errors} | {stored} |"
    )


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--short", action="store_true")
    options.add_argument("--rounds", type=int, default=4)
    options.add_argument("--seconds", type=int, default=10)
    chosen = options.parse_args()
    if shutil.which("wrk") is None:
        sys.exit("wrk is missing: apt-get install wrk")
    seconds = 2 if chosen.short else chosen.seconds
    mine: list[Round] = []
    theirs: list[Round] = []
    with ours("gongyou_bench", 9711) as my_env:
        load(9711, "ours.lua", 3, my_env)
        if chosen.short:
            mine.append(load(9711, "ours.lua", seconds, my_env))
        else:
            with peer("gongyou_bench_peer", 9712) as peer_env:
                load(9712, "peer.lua", 3, peer_env)
                for _ in range(chosen.rounds):  # in turn, so that both see the same machine
                    mine.append(load(9711, "ours.lua", seconds, my_env))
                    theirs.append(load(9712, "peer.lua", seconds, peer_env))
        stored = sql("SELECT count(*) FROM casework_case", "gongyou_bench")
        audited = sql(
            "SELECT count(*) FROM kernel_auditrecord WHERE action = 'casework.file_case'", "gongyou_bench"
        )
    print("| intake | req/s median (rounds) | p50 ms | p99 ms | errors | stored |\n|---|---|---|---|---|---|")
    print(row("gongyou POST /api/v1/intake", mine, f"{stored} matters, {audited} audit records"))
    if theirs:
        tickets = sql("SELECT count(*) FROM helpdesk_ticket", "gongyou_bench_peer")
        print(row("django-helpdesk 2.6.1 public form", theirs, f"{tickets} tickets"))
        pairs = sorted(a.per_second / b.per_second for a, b in zip(mine, theirs, strict=True))
        late = sorted(a.p99_ms / b.p99_ms for a, b in zip(mine, theirs, strict=True))
        print(f"\nratio, pair by pair: {pairs[0]:.1f} to {pairs[-1]:.1f} x its requests/s; "
              f"p99 {late[0]:.2f} to {late[-1]:.2f} of its")  # fmt: skip
    if stored != audited or any(r.errors for r in mine):
        sys.exit("stored and audited differ, or there were errors")


if __name__ == "__main__":
    main()
