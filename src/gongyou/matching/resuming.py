"""Finished parts of a run: kept while it is stopped, gone when it ends. Who holds the lock works in the folder."""

# ruff: noqa: S608 — paths are literals

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
from pathlib import Path
from types import TracebackType
from typing import IO

import duckdb

from gongyou.matching.tables.columns import text

_PREFIX = ".match-parts-"


class Parts:
    """The folder of one run's parts, named after what the run is made of (`key`)."""

    def __init__(self, out: Path, key: str) -> None:
        self._out = out
        self._root = out / f"{_PREFIX}{key[:24]}"
        self._lock: IO[str] | None = None

    def __enter__(self) -> Parts:
        for left in self._out.glob(f"{_PREFIX}*"):
            if left != self._root:
                _clear_if_free(left)
        self._root.mkdir(exist_ok=True)
        self._lock = (self._root / "lock").open("w")
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:  # the same run goes on elsewhere: this one works for itself
            self._root = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=self._out))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._lock is not None:
            self._lock.close()
        shutil.rmtree(self._root / "work", ignore_errors=True)
        if kind is None or not any(path.is_dir() for path in self._root.iterdir()):
            shutil.rmtree(self._root, ignore_errors=True)

    def work(self) -> Path:
        """An empty folder for what is not finished; what a killed run left in it is gone."""
        folder = self._root / "work"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        return folder

    def has(self, name: str) -> bool:
        return self.folder(name).is_dir()

    def folder(self, name: str) -> Path:
        return self._root / name

    def begin(self, name: str) -> Path:
        """An empty folder to write a part into."""
        folder = self._root / f"{name}.new"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        return folder

    def keep(self, name: str) -> None:
        """The part is whole: it gets its name."""
        for path in (self._root / f"{name}.new").iterdir():
            with path.open("rb") as file:
                os.fsync(file.fileno())
        os.replace(self._root / f"{name}.new", self.folder(name))

    def together(self, con: duckdb.DuckDBPyConnection, table: str, work: Path) -> None:
        """One Parquet file of all parts, in their order."""
        files = sorted(self._root.glob(f"[0-9]*/{table}.parquet"))
        target = work / f"{table}.parquet"
        if len(files) == 1:
            shutil.copyfile(files[0], target)
            return
        listed = ", ".join(text(str(f)) for f in files)
        con.execute(
            f"COPY (SELECT * FROM read_parquet([{listed}])) TO {text(str(target))} (FORMAT parquet, COMPRESSION zstd)"
        )


def _clear_if_free(left: Path) -> None:
    try:
        with (left / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(left, ignore_errors=True)
    except OSError:
        return  # somebody works in it
