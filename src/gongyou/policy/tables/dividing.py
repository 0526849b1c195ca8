"""The tables of a run cut into parts by their subject, once: each part then reads its own rows and no others (0022)."""

# ruff: noqa: S608 — every name in the SQL comes from a checked policy and is quoted; values are literals

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import duckdb

from gongyou.policy.tables.cells import quoted, text
from gongyou.policy.tables.files import ROW, RawTable

_PART = "__part"
_FLUSHED_ROWS = 100_000
"""Rows a thread holds before it hands them to the files: few of many columns, or the cutting needs more than a part."""
_ROW_GROUP = 20_480


@dataclass
class Division:
    """Opened tables in `count` parts. Files are written into `work` when a part is first asked for."""

    con: duckdb.DuckDBPyConnection
    raw: Sequence[RawTable]
    count: int
    work: Path
    _folders: list[Path] = field(default_factory=list)

    def part(self, number: int) -> list[RawTable]:
        """The rows of the subjects that fall into a part; all tables as they are where there is only one."""
        if self.count == 1:
            return list(self.raw)
        if not self._folders:
            self.con.execute(f"SET partitioned_write_flush_threshold = {_FLUSHED_ROWS}")
            self._folders = [self._cut(table) for table in self.raw]
        return [
            self._opened(table, folder, number) for table, folder in zip(self.raw, self._folders, strict=True)
        ]

    def _cut(self, table: RawTable) -> Path:
        """An id is told apart from others however it is written: small, or with spaces around it."""
        folder = self.work / f"{table.spec.id}.parts"
        key = f"coalesce(upper(trim(CAST({quoted(table.spec.key[0])} AS VARCHAR))), '')"
        columns = ", ".join(quoted(name) for name in table.types)
        self.con.execute(
            f"COPY (SELECT {columns}, {table.row} AS {quoted(ROW)}, hash({key}) % {self.count} AS {_PART} "
            f"FROM {table.relation}) TO {text(str(folder))} "
            f"(FORMAT parquet, COMPRESSION snappy, PARTITION_BY ({_PART}), ROW_GROUP_SIZE {_ROW_GROUP})"
        )
        return folder

    def _opened(self, table: RawTable, folder: Path, number: int) -> RawTable:
        files = folder / f"{_PART}={number}" / "*.parquet"
        if not any(files.parent.glob(files.name)):
            return replace(table, relation=f"(SELECT * FROM {table.relation} LIMIT 0)", path=None)
        source = f"read_parquet({text(str(files))}, hive_partitioning = false)"
        return replace(table, relation=source, row=quoted(ROW), path=files)
