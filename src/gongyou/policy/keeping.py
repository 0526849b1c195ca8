"""The key of a run, the finished run it names, and the folder in which an unfinished one works.

The key covers everything the answer depends on. Whoever asks again with the same key into the same folder gets the
finished run without computing. The summary is the last file to be put in place and the first to be taken away:
where it stands, everything it speaks of stands too.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from importlib.metadata import version
from pathlib import Path
from typing import Any

from gongyou.policy.nodes import Graph
from gongyou.policy.values import values_digest

SUMMARY = "summary.json"
RESULTS = ("rejects.csv", "profile.json", "query.sql", "decisions.parquet", SUMMARY)

_PREFIX = ".run-"
_LOCK = "lock"
_SUFFIXES = {".parquet", ".csv", ".xlsx"}
_ENGINES = {"duckdb": "duckdb", "spark": "pyspark"}


def run_key(graph: Graph, area: str, on: date, data: Path, engine: str, overrides: Mapping[str, str]) -> str:
    """SHA-256 over policy, values, law date, area, values set by hand, engine and its version, and the files."""
    told = {
        "policy": graph.policy.id,
        "policy_hash": graph.policy.digest,
        "values_hash": values_digest(graph.values),
        "on": on.isoformat(),
        "area": area,
        "set": dict(sorted(overrides.items())),
        "engine": [engine, engine_version(engine), version("duckdb"), version("gongyou")],
        "snapshot": _digests(data, {t.id for t in (graph.subject, *graph.children)}),
    }
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()


def engine_version(engine: str) -> str:
    """The version of the engine that computes; empty where it is not installed."""
    try:
        return version(_ENGINES[engine])
    except ModuleNotFoundError:
        return ""


def _digests(data: Path, tables: set[str]) -> dict[str, str]:
    found = {}
    for path in sorted(data.iterdir()):
        if path.stem in tables and path.suffix in _SUFFIXES and path.is_file():
            with path.open("rb") as file:
                found[path.name] = hashlib.file_digest(file, "sha256").hexdigest()
    return found


def finished_run(out: Path, key: str) -> dict[str, Any] | None:
    """The summary of the run with this key if it stands whole in `out`."""
    try:
        found = json.loads((out / SUMMARY).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    if not isinstance(found, dict) or found.get("run_key") != key:
        return None
    return found if all((out / name).is_file() for name in RESULTS) else None


@contextmanager
def workspace(out: Path) -> Iterator[Path]:
    """A folder of its own for an unfinished run; those of killed runs are cleared away first.

    A living run holds the lock of its folder, and the system lets go of it when the process ends, however it ends.
    """
    out.mkdir(parents=True, exist_ok=True)
    for left in out.glob(f"{_PREFIX}*"):
        _clear_if_dead(left)
    work = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=out))
    try:
        with (work / _LOCK).open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield work
    finally:
        shutil.rmtree(work, ignore_errors=True)


def _clear_if_dead(left: Path) -> None:
    try:
        with (left / _LOCK).open() as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(left, ignore_errors=True)
    except OSError:
        return  # somebody's, or not locked yet


def put_in_place(work: Path, out: Path, names: Sequence[str] = RESULTS) -> None:
    """The old summary goes first and the new one comes last, so that no summary speaks of another run's files."""
    (out / SUMMARY).unlink(missing_ok=True)
    for name in names:
        os.replace(work / name, out / name)
