"""Loading: read the files, reject what can't be read, and leave views of typed facts for the query.

Each rejected row has one entry (its first fault). A subject with a rejected row, its own or a child's, is doubtful:
it stands in `__doubtful` with the names of the tables, and its outcome is unknown.
"""

# ruff: noqa: S608 — every name in the SQL comes from a checked policy and is quoted; values are literals

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import duckdb

from gongyou.basics.refusal import says
from gongyou.policy.compile.query import DOUBTFUL_TABLE
from gongyou.policy.definitions import ColumnSpec, PolicySpec, TableSpec
from gongyou.policy.interpret import Known
from gongyou.policy.language.units import SCALE
from gongyou.policy.tables.cells import REASONS, Reading, quoted, reading, text
from gongyou.policy.tables.files import RawTable, open_table

REJECTS = "__rejects"


@dataclass(frozen=True)
class TableCount:
    read: int
    accepted: int
    rejected: int


@dataclass(frozen=True)
class Loaded:
    """What was read. `empty`: table → column → empty cells, for the profile of the facts."""

    counts: Mapping[str, TableCount]
    empty: Mapping[str, Mapping[str, int]]
    is_doubting: bool


def load_tables(con: duckdb.DuckDBPyConnection, spec: PolicySpec, folder: Path, work: Path) -> Loaded:
    """Open all tables of a policy and make a view of typed facts for each, named like the table. Raises Refusal."""
    con.execute(
        f"CREATE TEMP TABLE {REJECTS} (tbl VARCHAR, row_no BIGINT, col VARCHAR, val VARCHAR, reason VARCHAR, "
        "subject VARCHAR)"
    )
    subject = spec.table(spec.subject)
    loader = _Loader(con)
    tables = [subject, *(t for t in spec.tables if t.id != spec.subject)]
    opened = [loader.open(open_table(con, table, folder, work)) for table in tables]
    for table in opened[1:]:
        loader.settle_subjects(table, opened[0])
    for table in opened:
        loader.reject_unreadable(table)
        loader.reject_twice(table)
    for table in opened[1:]:
        loader.reject_orphans(table, opened[0])
    for table in opened:
        loader.view(table)
    return loader.summary(opened)


@dataclass(frozen=True)
class _Table:
    raw: RawTable
    readings: dict[str, Reading]
    rows: int
    bad: int
    empty: Mapping[str, int]

    @property
    def spec(self) -> TableSpec:
        return self.raw.spec

    def value(self, column_id: str) -> str:
        return self.readings[column_id].value


class _Loader:
    def __init__(self, con: duckdb.DuckDBPyConnection) -> None:
        self.con = con

    def open(self, raw: RawTable) -> _Table:
        """One scan: rows, unreadable cells, empty cells."""
        spec = raw.spec
        readings = {c.id: _reading(spec, c, raw) for c in spec.columns}
        present = [c for c in spec.columns if c.id in raw.types]
        faults = " OR ".join(f"({_fault(spec, c, readings[c.id])})" for c in present)
        key = spec.key[0]
        odd = f"count_if({readings[key].value} IS DISTINCT FROM {quoted(key)})"
        columns = ["count(*)", f"count_if({faults})", odd, *(f"count({quoted(c.id)})" for c in present)]
        found = self._one(f"SELECT {', '.join(columns)} FROM {raw.relation}")
        empty = {c.id: found[0] - n for c, n in zip(present, found[3:], strict=True)}
        if not found[2] and raw.types[key] == "VARCHAR":
            readings[key] = Reading(quoted(key), "FALSE")  # all well-formed as they stand
        return _Table(raw, readings, found[0], found[1], empty)

    def settle_subjects(self, table: _Table, parent: _Table) -> None:
        """Group a child table by subject once; take the ids as they stand if the subject table has all of them.

        The groups serve both checks: a subject whose months do not all differ has a key twice, and one that the
        subject table does not have is an orphan. One bit per month (of ten years) stands for the month: counting all
        pairs would hold every row in memory; whoever has two months on one bit is only looked at more closely.
        """
        key = table.spec.key[0]
        months = [c.id for c in table.spec.columns if c.id in table.spec.key[1:] and c.holds == "month"]
        month = table.value(months[0]) if months else "NULL::DATE"
        bits = f"bit_or(1::HUGEINT << CAST((year({month}) * 12 + month({month})) % 120 AS INTEGER))"
        plain = quoted(key) if table.raw.types[key] == "VARCHAR" else table.value(key)
        for value in dict.fromkeys((plain, table.value(key))):
            self.con.execute(
                f"CREATE OR REPLACE TEMP TABLE {_groups(table)} AS SELECT {value} AS subject, "
                f"count({month}) AS dated, coalesce(bit_count({bits}), 0) AS distinct_months "
                f"FROM {table.raw.relation} WHERE {value} IS NOT NULL GROUP BY 1"
            )
            table.readings[key] = Reading(value, table.readings[key].is_bad)
            if not self._strays(table, parent):
                return

    def _strays(self, table: _Table, parent: _Table) -> int:
        key = quoted(parent.spec.key[0])
        own = f"coalesce({parent.value(parent.spec.key[0])}, upper(trim(CAST({key} AS VARCHAR))))"
        self.con.execute(
            f"CREATE OR REPLACE TEMP TABLE {_orphans(table)} AS SELECT subject FROM {_groups(table)} "
            f"WHERE subject NOT IN (SELECT {own} FROM {parent.raw.relation} WHERE {own} IS NOT NULL)"
        )
        return int(self._one(f"SELECT count(*) FROM {_orphans(table)}")[0])

    def reject_unreadable(self, table: _Table) -> None:
        if not table.bad:
            return
        raw, spec = table.raw, table.spec
        present = [c for c in spec.columns if c.id in raw.types]
        faults = [(c, _fault(spec, c, table.readings[c.id])) for c in present]
        first = " ".join(f"WHEN {fault} THEN {text(c.id)}" for c, fault in faults)
        value = " ".join(f"WHEN {fault} THEN CAST({quoted(c.id)} AS VARCHAR)" for c, fault in faults)
        reason = " ".join(f"WHEN {fault} THEN {text(_why(spec, c))}" for c, fault in faults)
        where = " OR ".join(f"({fault})" for _, fault in faults)
        self.con.execute(
            f"INSERT INTO {REJECTS} SELECT {text(spec.id)}, {raw.row}, CASE {first} END, CASE {value} END, "
            f"CASE {reason} END, {_subject_text(spec, raw)} FROM {raw.relation} WHERE {where}"
        )

    def reject_twice(self, table: _Table) -> None:
        """A key that stands twice: all its rows."""
        keys = [table.value(k) for k in table.spec.key]
        among = self._suspects(table, keys[0])
        self.con.execute(
            f"CREATE OR REPLACE TEMP TABLE __twice AS SELECT {_listed(keys)} FROM {table.raw.relation} "
            f"WHERE {' AND '.join(f'{k} IS NOT NULL' for k in keys)} {among} "
            "GROUP BY ALL HAVING count(*) > 1"
        )
        if not self._one("SELECT count(*) FROM __twice")[0]:
            return
        same = " AND ".join(f"{k} = t.k{n}" for n, k in enumerate(keys))
        why = says("“{key}”这个主键出现了不止一次，各行都不采用。").format(key="、".join(table.spec.key))
        self._reject(table, f"EXISTS (SELECT 1 FROM __twice t WHERE {same})", table.spec.key[-1], why)

    def _suspects(self, table: _Table, parent_key: str) -> str:
        """Where a table was grouped by subject: only those whose months do not all differ."""
        is_by_month = any(c.id in table.spec.key[1:] and c.holds == "month" for c in table.spec.columns)
        if len(table.spec.key) != 2 or not is_by_month:
            return ""
        return f"AND {parent_key} IN (SELECT subject FROM {_groups(table)} WHERE dated <> distinct_months)"

    def reject_orphans(self, table: _Table, parent: _Table) -> None:
        """Child rows whose subject does not stand in the subject table at all."""
        key = table.spec.key[0]
        if self._one(f"SELECT count(*) FROM {_orphans(table)}")[0]:
            why = says("“{parent}”表里没有这个{key}。").format(parent=parent.spec.title, key=key)
            self._reject(table, f"{table.value(key)} IN (SELECT subject FROM {_orphans(table)})", key, why)

    def _reject(self, table: _Table, where: str, column: str, why: str) -> None:
        """Reject the rows where something holds and that are not rejected yet."""
        raw, spec = table.raw, table.spec
        self.con.execute(
            f"INSERT INTO {REJECTS} SELECT {text(spec.id)}, {raw.row}, {text(column)}, "
            f"CAST({quoted(column)} AS VARCHAR), {text(why)}, {_subject_text(spec, raw)} FROM {raw.relation} "
            f"WHERE {where} AND {self._not_rejected(table)}"
        )

    def _not_rejected(self, table: _Table) -> str:
        return f"{table.raw.row} NOT IN (SELECT row_no FROM {REJECTS} WHERE tbl = {text(table.spec.id)})"

    def view(self, table: _Table) -> None:
        raw, spec = table.raw, table.spec
        columns = ", ".join(f"{table.value(c.id)} AS {quoted(c.name)}" for c in spec.columns)
        where = f" WHERE {self._not_rejected(table)}" if self._rejected(spec.id) else ""
        self.con.execute(
            f"CREATE OR REPLACE TEMP VIEW {quoted(spec.id)} AS SELECT {columns} FROM {raw.relation}{where}"
        )

    def _rejected(self, table_id: str) -> int:
        return int(self._one(f"SELECT count(*) FROM {REJECTS} WHERE tbl = {text(table_id)}")[0])

    def summary(self, tables: Sequence[_Table]) -> Loaded:
        subject = tables[0].spec.id
        self.con.execute(
            f"CREATE OR REPLACE TEMP TABLE {DOUBTFUL_TABLE} AS "
            "SELECT subject, list_sort(list(DISTINCT tbl)) AS tables, "
            f"bool_or(tbl = {text(subject)}) AS is_own FROM {REJECTS} WHERE subject IS NOT NULL GROUP BY subject"
        )
        rejected = {t.spec.id: self._rejected(t.spec.id) for t in tables}
        counts = {
            t.spec.id: TableCount(t.rows, t.rows - rejected[t.spec.id], rejected[t.spec.id]) for t in tables
        }
        return Loaded(counts, {t.spec.id: t.empty for t in tables}, any(rejected.values()))

    def _one(self, sql: str) -> tuple[Any, ...]:
        found = self.con.execute(sql).fetchone()
        assert found is not None
        return tuple(found)


def _reading(spec: TableSpec, column: ColumnSpec, raw: RawTable) -> Reading:
    if column.id in raw.types:
        return reading(column, raw.types[column.id])
    return Reading("CAST(NULL AS VARCHAR)" if column.empty is None else str(column.empty).upper(), "FALSE")


def _fault(spec: TableSpec, column: ColumnSpec, read: Reading) -> str:
    """A cell that can't be read, or a part of the key that is empty."""
    return f"{read.value} IS NULL" if column.id in spec.key else read.is_bad


def _why(spec: TableSpec, column: ColumnSpec) -> str:
    return (
        REASONS[column.holds] if column.id not in spec.key else says("主键为空，或") + REASONS[column.holds]
    )


def _subject_text(spec: TableSpec, raw: RawTable) -> str:
    return f"nullif(upper(trim(CAST({quoted(spec.key[0])} AS VARCHAR))), '')"


def _groups(table: _Table) -> str:
    return quoted(f"__groups_{table.spec.id}")


def _orphans(table: _Table) -> str:
    return quoted(f"__orphans_{table.spec.id}")


def _listed(keys: Sequence[str]) -> str:
    return ", ".join(f"{k} AS k{n}" for n, k in enumerate(keys))


def subject_rows(
    con: duckdb.DuckDBPyConnection, spec: PolicySpec, subject: str
) -> tuple[dict[str, Known] | None, dict[str, list[dict[str, Known]]], tuple[str, ...]]:
    """One subject's facts, child rows and doubtful tables, as the one-subject evaluator takes them."""
    own = spec.table(spec.subject)
    rows = _rows(con, own, subject)
    children = {t.id: _rows(con, t, subject) for t in spec.tables if t.id != spec.subject}
    doubt = con.execute(f"SELECT tables FROM {DOUBTFUL_TABLE} WHERE subject = ?", [subject]).fetchone()
    return (rows[0] if rows else None), children, tuple(doubt[0]) if doubt else ()


def _rows(con: duckdb.DuckDBPyConnection, table: TableSpec, subject: str) -> list[dict[str, Known]]:
    key = table.column(table.key[0]).name
    query = f"SELECT * FROM {quoted(table.id)} WHERE {quoted(key)} = ?"
    return list(typed_rows(con.execute(query, [subject]), table))


def typed_rows(cursor: duckdb.DuckDBPyConnection, table: TableSpec) -> Iterator[dict[str, Known]]:
    """Rows of a view of facts as the one-subject evaluator takes them: means as fractions."""
    means = {c.name for c in table.columns if c.holds == "mean"}
    names = [d[0] for d in cursor.description or ()]
    for row in cursor.fetchall():
        cells = dict(zip(names, row, strict=True))
        yield {n: Fraction(v, SCALE) if n in means and v is not None else v for n, v in cells.items()}
