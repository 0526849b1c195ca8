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
from gongyou.policy.compile import totals_table
from gongyou.policy.compile.query import DOUBTFUL_TABLE
from gongyou.policy.definitions import ColumnSpec, PolicySpec, TableSpec
from gongyou.policy.interpret import Known
from gongyou.policy.language.units import SCALE
from gongyou.policy.nodes import Graph
from gongyou.policy.tables.cells import REASONS, Reading, quoted, text
from gongyou.policy.tables.files import RawTable, open_tables
from gongyou.policy.tables.survey import (
    HAS_BAD,
    IS_SUSPECT,
    fault,
    grouped,
    is_by_month,
    prepared,
    reading_of,
)
from gongyou.policy.tables.written import DOUBTS, MARK

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


def load_tables(
    con: duckdb.DuckDBPyConnection, spec: PolicySpec, folder: Path, work: Path, graph: Graph | None = None
) -> Loaded:
    """Open all tables of a policy and make a view of typed facts for each, named like the table. Raises Refusal."""
    return load_raw(con, open_tables(con, in_order(spec), folder, work), graph)


def in_order(spec: PolicySpec) -> list[TableSpec]:
    """The tables of a policy, the subject's first."""
    subject = spec.table(spec.subject)
    return [subject, *(table for table in spec.tables if table.id != spec.subject)]


def load_raw(
    con: duckdb.DuckDBPyConnection, opened: Sequence[RawTable], graph: Graph | None = None
) -> Loaded:
    """Views of typed facts over opened tables, the subject's first; those of an earlier part are replaced.

    With the graph of a run the totals over child rows are made in the scan that checks them and stand in tables
    (`totals_table`): a subject of which a row is rejected is in doubt, so its totals are not read.
    """
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE {REJECTS} (tbl VARCHAR, row_no BIGINT, col VARCHAR, val VARCHAR, reason VARCHAR, "
        "subject VARCHAR, kind VARCHAR)"
    )
    loader = _Loader(con, graph)
    parent = loader.open_subjects(opened[0])
    tables = [parent, *(loader.open_children(one, parent) for one in opened[1:])]
    for table in tables:
        loader.reject_unreadable(table)
        loader.reject_twice(table)
    for table in tables[1:]:
        loader.reject_orphans(table, parent)
    for table in tables:
        loader.view(table)
    return loader.summary(tables)


def reopen(con: duckdb.DuckDBPyConnection, opened: Sequence[RawTable]) -> None:
    """Views of typed facts over tables that were checked before: what was rejected stands in the table of rejects.

    A key is read in the careful way, which gives the same ids as the scan's quick way gave where that was enough.
    """
    loader = _Loader(con, None)
    for raw in opened:
        readings = {c.id: reading_of(c, raw) for c in raw.spec.columns}
        loader.view(_Table(raw, readings, rows=0, bad=0, is_once=True, empty={}))
    loader.tell_doubtful(opened[0].spec.id)


@dataclass(frozen=True)
class _Table:
    """A table after its scan. `bad`: unreadable rows, or subjects with some; `is_once`: no key can stand twice."""

    raw: RawTable
    readings: Mapping[str, Reading]
    rows: int
    bad: int
    is_once: bool
    empty: Mapping[str, int]

    @property
    def spec(self) -> TableSpec:
        return self.raw.spec

    @property
    def relation(self) -> str:
        """The file's columns, and what is read first of some of them."""
        return prepared(self.raw, self.readings)

    def value(self, column_id: str) -> str:
        return self.readings[column_id].value


class _Loader:
    def __init__(self, con: duckdb.DuckDBPyConnection, graph: Graph | None) -> None:
        self.con = con
        self.graph = graph

    def open_subjects(self, raw: RawTable) -> _Table:
        """One scan: rows, unreadable rows, empty cells, different keys."""
        spec = raw.spec
        readings = {c.id: reading_of(c, raw) for c in spec.columns}
        present = [c for c in spec.columns if c.id in raw.types]
        faults = " OR ".join(f"({fault(spec, c, readings[c.id])})" for c in present if c.id != spec.key[0])
        key = spec.key[0]
        own = ", ".join((f"{readings[key].value} AS __key", f"({faults or 'FALSE'}) AS __is_bad"))
        columns = [
            "count(*)",
            "count_if(__is_bad OR __key IS NULL)",
            f"count_if(__key IS DISTINCT FROM {quoted(key)})",
        ]
        # Two keys with one hash only lead to a closer look.
        columns += ["count(__key)", "count(DISTINCT hash(__key)) FILTER (__key IS NOT NULL)"]
        columns += [f"count({quoted(c.id)})" for c in present]
        found = self._one(
            f"SELECT {', '.join(columns)} FROM (SELECT *, {own} FROM {prepared(raw, readings)})"
        )
        empty = {c.id: found[0] - n for c, n in zip(present, found[5:], strict=True)}
        if not found[2] and raw.types[key] == "VARCHAR":
            readings[key] = Reading(quoted(key), "FALSE")  # all well-formed as they stand
        return _Table(raw, readings, found[0], found[1], found[3] == found[4], empty)

    def open_children(self, raw: RawTable, parent: _Table) -> _Table:
        """Group a child table by subject in one scan; take the ids as they stand if the subject table has all.

        The groups serve everything: unreadable rows, months that stand twice, orphans, and the totals of the rules.
        One bit per month (of five years) stands for the month: counting all pairs would hold every row in memory;
        whoever has two months on one bit is only looked at more closely.
        """
        spec = raw.spec
        key = spec.key[0]
        readings = {c.id: reading_of(c, raw) for c in spec.columns}
        plain = Reading(quoted(key), "FALSE") if raw.types[key] == "VARCHAR" else readings[key]
        for one in dict.fromkeys((plain, readings[key])):
            readings[key] = one
            name = quoted(totals_table(spec.id))
            self.con.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS {grouped(raw, readings, self.graph)}")
            if not self._strays(spec, parent):
                break
        rows, bad, doubled = self._one(
            f"SELECT coalesce(sum(__rows), 0), coalesce(count_if({HAS_BAD}), 0), "
            f"coalesce(count_if({IS_SUSPECT}), 0) FROM {name}"
        )
        is_once = is_by_month(spec) and not doubled
        return _Table(
            raw, readings, int(rows), int(bad or 0), is_once, self._empty(raw)
        )  # none of no rows is NULL

    def _empty(self, raw: RawTable) -> dict[str, int]:
        """Empty cells by column; of Parquet as its footer has them, without reading the columns."""
        present = [c.id for c in raw.spec.columns if c.id in raw.types]
        if raw.path is not None:
            found = self.con.execute(
                "SELECT path_in_schema, sum(stats_null_count), bool_or(stats_null_count IS NULL) "
                f"FROM parquet_metadata({text(str(raw.path))}) GROUP BY 1"
            ).fetchall()
            told = {name: int(count) for name, count, is_silent in found if not is_silent}
            if set(present) <= set(told):
                return {c: told[c] for c in present}
        counts = ", ".join(f"count(*) - count({quoted(c)})" for c in present)
        return dict(zip(present, self._one(f"SELECT {counts} FROM {raw.relation}"), strict=True))

    def _strays(self, spec: TableSpec, parent: _Table) -> int:
        key, name = quoted(parent.spec.key[0]), quoted(spec.key[0])
        own = parent.value(parent.spec.key[0])
        if own != key:
            own = f"coalesce({own}, upper(trim(CAST({key} AS VARCHAR))))"
        self.con.execute(
            f"CREATE OR REPLACE TEMP TABLE {_orphans(spec)} AS SELECT {name} AS subject "
            f"FROM {quoted(totals_table(spec.id))} child WHERE {name} IS NOT NULL "
            f"AND NOT EXISTS (SELECT 1 FROM {parent.relation} p WHERE {own} = child.{name})"
        )
        return int(self._one(f"SELECT count(*) FROM {_orphans(spec)}")[0])

    def reject_unreadable(self, table: _Table) -> None:
        if not table.bad:
            return
        raw, spec = table.raw, table.spec
        present = [c for c in spec.columns if c.id in raw.types]
        faults = [(c, fault(spec, c, table.readings[c.id])) for c in present]
        first = " ".join(f"WHEN {fault} THEN {text(c.id)}" for c, fault in faults)
        value = " ".join(f"WHEN {fault} THEN CAST({quoted(c.id)} AS VARCHAR)" for c, fault in faults)
        reason = " ".join(f"WHEN {fault} THEN {text(_why(spec, c))}" for c, fault in faults)
        where = " OR ".join(f"({fault})" for _, fault in faults)
        self.con.execute(
            f"INSERT INTO {REJECTS} SELECT {text(spec.id)}, {raw.row}, CASE {first} END, CASE {value} END, "
            f"CASE {reason} END, {_subject_text(spec)}, 'unreadable' FROM {table.relation} WHERE {where}"
        )
        self._tell_doubts()

    def _tell_doubts(self) -> None:
        """A cell that could be meant in two ways is told by its own sentence, as it was written."""
        mark = text(MARK)
        told = " ".join(f"WHEN {text(name)} THEN {text(why)}" for name, why in DOUBTS.items())
        self.con.execute(
            f"UPDATE {REJECTS} SET reason = CASE split_part(val, {mark}, 2) {told} ELSE reason END, "
            f"val = split_part(val, {mark}, 1) WHERE contains(val, {mark})"
        )

    def reject_twice(self, table: _Table) -> None:
        """A key that stands twice: all its rows."""
        if table.is_once:
            return
        keys = [table.value(k) for k in table.spec.key]
        among = self._suspects(table, keys[0])
        self.con.execute(
            f"CREATE OR REPLACE TEMP TABLE __twice AS SELECT {_listed(keys)} FROM {table.relation} "
            f"WHERE {' AND '.join(f'{k} IS NOT NULL' for k in keys)} {among} "
            "GROUP BY ALL HAVING count(*) > 1"
        )
        if not self._one("SELECT count(*) FROM __twice")[0]:
            return
        same = " AND ".join(f"{k} = t.k{n}" for n, k in enumerate(keys))
        why = says("“{key}”这个主键出现了不止一次，各行都不采用。").format(key="、".join(table.spec.key))
        self._reject(
            table, f"EXISTS (SELECT 1 FROM __twice t WHERE {same})", table.spec.key[-1], why, "twice"
        )

    def _suspects(self, table: _Table, parent_key: str) -> str:
        """Where a table was grouped by subject: only those whose months do not all differ."""
        if not is_by_month(table.spec):
            return ""
        name = quoted(totals_table(table.spec.id))
        return f"AND {parent_key} IN (SELECT {quoted(table.spec.key[0])} FROM {name} WHERE {IS_SUSPECT})"

    def reject_orphans(self, table: _Table, parent: _Table) -> None:
        """Child rows whose subject does not stand in the subject table at all."""
        key = table.spec.key[0]
        if self._one(f"SELECT count(*) FROM {_orphans(table.spec)}")[0]:
            why = says("“{parent}”表里没有这个{key}。").format(parent=parent.spec.title, key=key)
            where = f"{table.value(key)} IN (SELECT subject FROM {_orphans(table.spec)})"
            self._reject(table, where, key, why, "orphan")

    def _reject(self, table: _Table, where: str, column: str, why: str, kind: str) -> None:
        """Reject the rows where something holds and that are not rejected yet."""
        raw, spec = table.raw, table.spec
        self.con.execute(
            f"INSERT INTO {REJECTS} SELECT {text(spec.id)}, {raw.row}, {text(column)}, "
            f"{_written(column)}, {text(why)}, {_subject_text(spec)}, {text(kind)} "
            f"FROM {table.relation} "
            f"WHERE {where} AND {self._not_rejected(table)}"
        )

    def _not_rejected(self, table: _Table) -> str:
        return f"{table.raw.row} NOT IN (SELECT row_no FROM {REJECTS} WHERE tbl = {text(table.spec.id)})"

    def view(self, table: _Table) -> None:
        spec = table.spec
        # What can't be read is rejected by now, so the cells are read in the cheapest way that is right for good ones.
        read = {c.id: table.readings[c.id].sure or table.value(c.id) for c in spec.columns}
        columns = ", ".join(f"{read[c.id]} AS {quoted(c.name)}" for c in spec.columns)
        where = f" WHERE {self._not_rejected(table)}" if self._rejected(spec.id) else ""
        self.con.execute(
            f"CREATE OR REPLACE TEMP VIEW {quoted(spec.id)} AS SELECT {columns} FROM {table.relation}{where}"
        )

    def _rejected(self, table_id: str) -> int:
        return int(self._one(f"SELECT count(*) FROM {REJECTS} WHERE tbl = {text(table_id)}")[0])

    def tell_doubtful(self, subject: str) -> None:
        """The subjects of which rows were rejected. `subject`: the subjects' own table."""
        self.con.execute(
            f"CREATE OR REPLACE TEMP TABLE {DOUBTFUL_TABLE} AS "
            "SELECT subject, list_sort(list(DISTINCT tbl)) AS tables, "
            f"bool_or(tbl = {text(subject)}) AS is_own FROM {REJECTS} WHERE subject IS NOT NULL GROUP BY subject"
        )

    def summary(self, tables: Sequence[_Table]) -> Loaded:
        self.tell_doubtful(tables[0].spec.id)
        rejected = {t.spec.id: self._rejected(t.spec.id) for t in tables}
        counts = {
            t.spec.id: TableCount(t.rows, t.rows - rejected[t.spec.id], rejected[t.spec.id]) for t in tables
        }
        return Loaded(counts, {t.spec.id: t.empty for t in tables}, any(rejected.values()))

    def _one(self, sql: str) -> tuple[Any, ...]:
        found = self.con.execute(sql).fetchone()
        assert found is not None
        return tuple(found)


def _why(spec: TableSpec, column: ColumnSpec) -> str:
    return (
        REASONS[column.holds] if column.id not in spec.key else says("主键为空，或") + REASONS[column.holds]
    )


def _subject_text(spec: TableSpec) -> str:
    return f"nullif(upper(trim({_written(spec.key[0])})), '')"


def _written(column_id: str) -> str:
    """A cell as it was written, without the mark of a doubt."""
    return f"split_part(CAST({quoted(column_id)} AS VARCHAR), {text(MARK)}, 1)"


def _orphans(spec: TableSpec) -> str:
    return quoted(f"__orphans_{spec.id}")


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
