"""Run the contenders one process each and print CPU seconds, wall seconds, peak memory and whether amounts agree.

python -m tests.bench.policy.measure 100000 1000000 --data DIR [--contenders hand,compiled,…]
"""

from __future__ import annotations

import argparse
import os
import resource
import shutil
import subprocess
import sys
import time
from pathlib import Path

import duckdb

from tests.bench.policy.contenders import STARTS
from tests.bench.policy.facts import write_province

ROUNDS = 3
APART = {
    "openfisca": ("openfisca-core", "pandas", "pyarrow"),
    "ttsim": ("ttsim-backend", "pandas", "pyarrow"),
}
"""Contenders in environments of their own: never dependencies of the project."""


def measured(name: str, data: Path, out: Path) -> tuple[float, float, float]:
    """CPU seconds, wall seconds and peak memory (MB) of one contender in a process of its own."""
    out.unlink(missing_ok=True)
    began, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
    python = _python_of(name.removesuffix("_start"), out.parent)
    command = [python, "-m", "tests.bench.policy.contenders", name, str(data), str(out)]
    process = subprocess.Popen(
        command, env={**os.environ, "PYTHONPATH": f"src:.:{os.environ.get('PYTHONPATH', '')}"}
    )
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{name} failed")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return cpu, time.perf_counter() - began, usage.ru_maxrss / 1024


def _python_of(name: str, folder: Path) -> str:
    """The interpreter of a contender; its environment is made when it is first asked for."""
    if name not in APART:
        return sys.executable
    home = folder.resolve() / f"env-{name}"
    python = home / "bin" / "python"
    if not python.exists():
        uv = shutil.which("uv") or str(Path(__file__).parents[3] / ".tools" / "bin" / "uv")
        subprocess.run([uv, "venv", "-q", "--python", sys.executable, str(home)], check=True)
        subprocess.run([uv, "pip", "install", "-q", "--python", str(python), *APART[name]], check=True)
    return str(python)


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
    parser.add_argument("--contenders", default="hand,compiled,compiled_decision,difference,whole_run,pandas")
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    chosen = parser.parse_args()
    names = chosen.contenders.split(",")
    print(
        "| employers | contender | CPU s | of it start | wall s | peak MB | × first, without start | differing |"
    )
    print("|---|---|---|---|---|---|---|---|")
    chosen.data.mkdir(parents=True, exist_ok=True)
    for name in names:
        _python_of(name, chosen.data)
    starts = _least(sorted({STARTS[n] for n in names}), chosen.data, chosen.data, chosen.rounds)
    for size in chosen.sizes:
        data = write_province(chosen.data / str(size), size)
        if any(name.endswith("_read") for name in names):
            # Not here: a process counts the memory of the one that began it.
            subprocess.run([sys.executable, "-m", "tests.bench.policy.already_read", str(data)], check=True)
        least = _least(names, data, chosen.data, chosen.rounds)
        first = least[names[0]][0] - starts[STARTS[names[0]]][0]
        for name in names:
            cpu, wall, memory = least[name]
            start = starts[STARTS[name]][0]
            other = chosen.data / f"{name}.parquet"
            differ = "–" if name == "difference" else differences(chosen.data / f"{names[0]}.parquet", other)
            ratio = (cpu - start) / first
            print(
                f"| {size:,} | {name} | {cpu:.2f} | {start:.2f} | {wall:.2f} | {memory:,.0f} | {ratio:.2f} | {differ} |",
                flush=True,
            )


def _least(names: list[str], data: Path, folder: Path, rounds: int) -> dict[str, tuple[float, float, float]]:
    """The contenders in turn, each round once; of each its cheapest."""
    least: dict[str, tuple[float, float, float]] = {}
    for _ in range(rounds):
        for name in names:
            found = measured(name, data, folder / f"{name}.parquet")
            least[name] = min(found, least.get(name, found))
    return least


if __name__ == "__main__":
    main()
