"""A run in parts: subjects by a hash of their id, each part whole in itself; a finished part is not computed again.

Everything the engine does is done per subject, so a part's files hold what the whole run would hold for its subjects,
and the fingerprint (a sum over rows) is the same however the subjects were divided.
"""

# ruff: noqa: S608 — every name in the SQL comes from a checked policy and is quoted; values are literals

from __future__ import annotations

import fcntl
import json
import os
import shutil
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Protocol

import duckdb

from gongyou.basics.refusal import Refusal
from gongyou.policy.tables import Loaded, TableCount
from gongyou.policy.tables.cells import text
from gongyou.policy.tables.files import RawTable
from gongyou.policy.tables.loading import REJECTS
from gongyou.policy.tables.profile import Seen, seen_together

DECISIONS, REJECTED, TOLD = "decisions.parquet", "rejects.parquet", "told.json"
FILES = (DECISIONS, REJECTED, TOLD)
AS_PARQUET = "FORMAT parquet, COMPRESSION zstd, PARQUET_VERSION v2"
"""How decisions are stored: of whole numbers the second version keeps the differences."""
PART_ROWS = 80_000_000
"""Rows of the largest table in one part: less than a minute on two cores is lost when it is killed, and cutting the
tables into parts costs half as much as judging them."""

_PREFIX = ".parts-"
_LOCK = "lock"


class Keeper(Protocol):
    """Where finished parts of one run are kept. Asked with the same name, it gives the same files or none."""

    def found(self, name: str) -> Path | None:
        """A folder with the files of a finished part."""

    def keep(self, name: str, folder: Path) -> Path:
        """Keep a finished part and return the folder where its files are now."""


@dataclass(frozen=True)
class Told:
    """What a part told about its tables."""

    loaded: Loaded
    seen: Mapping[str, Seen]

    def write(self, path: Path) -> None:
        told = {
            "counts": {name: asdict(count) for name, count in self.loaded.counts.items()},
            "empty": {name: dict(columns) for name, columns in self.loaded.empty.items()},
            "is_doubting": self.loaded.is_doubting,
            "seen": {name: asdict(seen) for name, seen in self.seen.items()},
        }
        path.write_text(json.dumps(told), encoding="utf-8")

    @classmethod
    def read(cls, path: Path) -> Told:
        told = json.loads(path.read_text(encoding="utf-8"))
        counts = {name: TableCount(**count) for name, count in told["counts"].items()}
        seen = {name: Seen.of(one) for name, one in told["seen"].items()}
        return cls(Loaded(counts, told["empty"], told["is_doubting"]), seen)


def parts_for(con: duckdb.DuckDBPyConnection, tables: Sequence[RawTable]) -> int:
    """How many parts a run over these tables has."""
    rows = [con.execute(f"SELECT count(*) FROM {table.relation}").fetchone() for table in tables]
    return -(-max(row[0] if row else 0 for row in rows) // PART_ROWS) or 1


def name_of(number: int, count: int) -> str:
    return f"{number:04d}-of-{count:04d}"


def count_of(name: str) -> int:
    """How many parts the run of a part's name has; 0 of no name."""
    return int(name.rpartition("-")[2] or 0)


def together(told: Sequence[Told]) -> Told:
    """The parts' counts as those of the whole."""
    names = told[0].loaded.counts
    counts = {
        name: TableCount(*(sum(getattr(t.loaded.counts[name], field) for t in told) for field in _COUNTED))
        for name in names
    }
    empty: dict[str, Mapping[str, int]] = {}
    for name in names:
        summed: Counter[str] = Counter()
        for one in told:
            summed.update(one.loaded.empty[name])
        empty[name] = dict(summed)
    is_doubting = any(t.loaded.is_doubting for t in told)
    seen = {name: seen_together([t.seen[name] for t in told]) for name in names}
    return Told(Loaded(counts, empty, is_doubting), seen)


_COUNTED = ("read", "accepted", "rejected")


def join_files(con: duckdb.DuckDBPyConnection, folders: Sequence[Path], target: Path) -> None:
    """The decisions of all parts as one file, and their rejected rows as the connection's table of rejects."""
    lists = {name: ", ".join(text(str(f / name)) for f in folders) for name in (DECISIONS, REJECTED)}
    if len(folders) == 1:
        shutil.copyfile(folders[0] / DECISIONS, target)
    else:
        source = f"read_parquet([{lists[DECISIONS]}])"
        con.execute(f"COPY (SELECT * FROM {source}) TO {text(str(target))} ({AS_PARQUET})")
    con.execute(f"CREATE OR REPLACE TEMP TABLE {REJECTS} AS SELECT * FROM read_parquet([{lists[REJECTED]}])")


def keep_rejects(con: duckdb.DuckDBPyConnection, path: Path) -> None:
    con.execute(f"COPY {REJECTS} TO {text(str(path))} (FORMAT parquet)")


@dataclass(frozen=True)
class FolderKeeper:
    """Finished parts as folders below one; a part is there when its folder has its name."""

    root: Path

    def found(self, name: str) -> Path | None:
        folder = self.root / name
        return folder if folder.is_dir() else None

    def keep(self, name: str, folder: Path) -> Path:
        for path in folder.iterdir():
            with path.open("rb") as file:
                os.fsync(file.fileno())
        os.replace(folder, self.root / name)
        return self.root / name


@contextmanager
def parts_folder(out: Path, key: str) -> Iterator[FolderKeeper]:
    """The folder of a run's finished parts: kept when the run is stopped or killed, gone when it ends or is refused.

    Who holds its lock works in it. A second run of the same key works on its own; folders of other keys are cleared.
    """
    out.mkdir(parents=True, exist_ok=True)
    root = out / f"{_PREFIX}{key[:24]}"
    for left in out.glob(f"{_PREFIX}*"):
        if left != root:
            _clear_if_free(left)
    root.mkdir(exist_ok=True)
    with (root / _LOCK).open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            root = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=out))
        try:
            yield FolderKeeper(root)
        except BaseException as error:
            if isinstance(error, Refusal) or not any(path.is_dir() for path in root.iterdir()):
                shutil.rmtree(root, ignore_errors=True)
            raise
        shutil.rmtree(root, ignore_errors=True)


def _clear_if_free(left: Path) -> None:
    try:
        with (left / _LOCK).open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(left, ignore_errors=True)
    except OSError:
        return  # somebody works in it


def each_part(
    count: int, keeper: Keeper, say: Callable[[str], None], compute: Callable[[int, Path], None], work: Path
) -> list[Path]:
    """The folders of all parts in order: finished ones as they were kept, the others computed now. One alone is not kept."""
    found = []
    for number in range(count):
        name = name_of(number, count)
        kept = keeper.found(name) if count > 1 else None
        if kept is not None:
            say(f"第 {number + 1} 部分上次已经算好，共 {count} 部分")
        else:
            kept = work / name
            kept.mkdir()
            if count > 1:
                say(f"计算第 {number + 1} 部分，共 {count} 部分")
            compute(number, kept)
            if count > 1:
                kept = keeper.keep(name, kept)
        found.append(kept)
    return found
