"""Run the contenders one process each and print CPU seconds, wall seconds, peak memory and whether amounts agree.

python -m tests.bench.policy.measure 100000 1000000 --data DIR [--contenders hand,compiled,…]
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import time
from pathlib import Path

import duckdb

from tests.bench.policy.facts import write_province

ROUNDS = 3


def measured(name: str, data: Path, out: Path) -> tuple[float, float, float]:
    """CPU seconds, wall seconds and peak memory (MB) of one contender in a process of its own."""
    out.unlink(missing_ok=True)
    began, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
    command = [sys.executable, "-m", "tests.bench.policy.contenders", name, str(data), str(out)]
    process = subprocess.Popen(command, env={**os.environ, "PYTHONPATH": "src:."})
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{name} failed")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return cpu, time.perf_counter() - began, usage.ru_maxrss / 1024


def differences(one: Path, other: Path) -> int:
    """Subjects of which outcome or amount differ."""
    with duckdb.connect() as con:
        found = con.execute(
            f"SELECT count(*) FROM '{one}' a FULL JOIN '{other}' b USING (subject_id) "
            "WHERE a.outcome IS DISTINCT FROM b.outcome OR a.amount_fen IS DISTINCT FROM b.amount_fen"
        ).fetchone()
    assert found is not None
    return int(found[0])


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("sizes", nargs="+", type=int)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--contenders", default="hand,compiled,compiled_decision,whole_run,pandas")
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    chosen = parser.parse_args()
    print("| employers | contender | CPU s | wall s | peak MB | × hand | differing subjects |")
    print("|---|---|---|---|---|---|---|")
    for size in chosen.sizes:
        data = write_province(chosen.data / str(size), size)
        least: dict[str, tuple[float, float, float]] = {}
        names = chosen.contenders.split(",")
        for _ in range(chosen.rounds):
            for name in names:
                found = measured(name, data, chosen.data / f"{name}.parquet")
                least[name] = min(found, least.get(name, found))
        reference = chosen.data / f"{names[0]}.parquet"
        for name in names:
            cpu, wall, memory = least[name]
            differ = differences(reference, chosen.data / f"{name}.parquet")
            ratio = cpu / least[names[0]][0]
            print(
                f"| {size:,} | {name} | {cpu:.2f} | {wall:.2f} | {memory:.0f} | {ratio:.2f} | {differ} |",
                flush=True,
            )


if __name__ == "__main__":
    main()
