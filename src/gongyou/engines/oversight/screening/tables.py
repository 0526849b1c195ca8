"""The four tables before DuckDB: typed views, and every row that can't be read in `__rejects` with its sentence."""

# ruff: noqa: S608 — names come from a checked screen and are quoted; values are literals

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import duckdb

from gongyou.basics.refusal import says
from gongyou.engines.oversight.definitions.screens import SETTLEMENTS, Screen
from gongyou.policy.definitions import ColumnSpec
from gongyou.policy.tables.cells import REASONS, Reading, quoted, reading, text
from gongyou.policy.tables.files import RawTable, open_table
from gongyou.policy.tables.loading import REJECTS

PERSON, DIAGNOSIS = "person_id", "icd10"
TIME_WRONG = says("不是时间，请写成 2026-01-31T20:30（没有写时区的按东八区时间）。")
EMPTY_KEY = says("编号没有填。")
TWICE = says("这个编号出现了不止一次，各行都不采用。")
CODE_WRONG = says("诊断编码读不懂，请写成 S05.6 这样，大写字母开头，前面没有空格。")
WRONG_ID = says("公民身份号码的校验码不对，请核对。")


@dataclass(frozen=True)
class Counted:
    """Rows of a table; read = accepted + rejected."""

    read: int
    accepted: int
    rejected: int


def load_tables(
    con: duckdb.DuckDBPyConnection, screen: Screen, folder: Path, work: Path
) -> dict[str, Counted]:
    """Leave a view of typed, accepted rows named like each table. Raises Refusal for a missing table or column."""
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE {REJECTS} (tbl VARCHAR, row_no BIGINT, col VARCHAR, val VARCHAR, reason VARCHAR)"
    )
    return {table.id: _load(con, screen, open_table(con, table, folder, work)) for table in screen.tables}


def _load(con: duckdb.DuckDBPyConnection, screen: Screen, raw: RawTable) -> Counted:
    spec = raw.spec
    readings = {c.id: _reading(screen, c, raw.types.get(c.id, "")) for c in spec.columns}
    faults = _faults(screen, raw, readings)
    some = " OR ".join(f"({fault})" for _, fault, _ in faults)
    key = readings[spec.key[0]].value
    is_unique = spec.id == SETTLEMENTS
    distinct = f"count(DISTINCT hash({key})) FILTER ({key} IS NOT NULL)" if is_unique else "count(*)"
    found = con.execute(
        f"SELECT count(*), count_if({some}), {distinct}, count({key}) FROM {raw.relation}"
    ).fetchone()
    assert found is not None
    read, bad, different, keyed = found
    if bad:
        _reject(con, raw, faults, some)
    if is_unique and different != keyed:
        _reject_twice(con, raw, key)
    rejected = _rejected(con, spec.id) if bad or (is_unique and different != keyed) else 0
    columns = ", ".join(f"{readings[c.id].value} AS {quoted(c.id)}" for c in spec.columns)
    where = f" WHERE {_not_rejected(raw)}" if rejected else ""
    con.execute(
        f"CREATE OR REPLACE TEMP VIEW {quoted(spec.id)} AS SELECT {columns} FROM {raw.relation}{where}"
    )
    return Counted(read, read - rejected, rejected)


def _reading(screen: Screen, column: ColumnSpec, type_: str) -> Reading:
    if not type_:
        kind = "TIMESTAMP" if column.id in screen.times else _TYPES.get(column.holds, "VARCHAR")
        return Reading(f"CAST(NULL AS {kind})", "FALSE")
    if column.id in screen.times:
        return _time(quoted(column.id), type_)
    if column.holds in ("id", "text") and type_ == "VARCHAR":
        return Reading(f"nullif({quoted(column.id)}, '')", "FALSE")  # ids are compared as they are written
    if column.holds == "code" and type_ == "VARCHAR":
        return _code(column)
    if column.holds == "yuan":
        return reading(column, type_) if type_ != "VARCHAR" else _yuan(column)
    return reading(column, type_)


_TYPES: Mapping[str, str] = {"yuan": "BIGINT", "flag": "BOOLEAN", "date": "DATE"}


def _code(column: ColumnSpec) -> Reading:
    """Codes as they stand, or by their titles."""
    careful = reading(column, "VARCHAR")
    name = quoted(column.id)
    plain = ", ".join(text(c) for c in column.codes)
    value = f"CASE WHEN {name} IN ({plain}) THEN {name} ELSE {careful.value} END"
    return Reading(value, f"CASE WHEN {name} IN ({plain}) THEN FALSE ELSE {careful.is_bad} END")


def _yuan(column: ColumnSpec) -> Reading:
    """As `reading`, without a column of its own for what is read first: these tables are read once."""
    found = reading(column, "VARCHAR")
    first = quoted(f"__first_{column.id}")
    return Reading(
        found.value.replace(first, f"({found.first})"), found.is_bad.replace(first, f"({found.first})")
    )


def _time(name: str, type_: str) -> Reading:
    """Beijing time without a zone: `T` or a blank, seconds or none, an offset or none."""
    if type_ == "TIMESTAMP":
        return Reading(name, "FALSE")
    if type_ == "DATE":
        return Reading(f"CAST({name} AS TIMESTAMP)", "FALSE")
    if type_.startswith("TIMESTAMP WITH"):
        return Reading(f"timezone('UTC', {name}) + INTERVAL 8 HOUR", "FALSE")
    cell = f"nullif(trim(CAST({name} AS VARCHAR)), '')"
    bare = f"TRY_CAST(replace(left({cell}, 19), 'T', ' ') AS TIMESTAMP)"
    short = f"TRY_CAST(replace(left({cell}, 16), 'T', ' ') || ':00' AS TIMESTAMP)"
    local = "\\d{4}-\\d{2}-\\d{2}([T ]\\d{2}:\\d{2}(:\\d{2}(\\.\\d+)?)?)?"
    moment = f"coalesce({bare}, {short})"
    offset = (
        f"CASE WHEN {cell} LIKE '%Z' THEN INTERVAL 8 HOUR ELSE INTERVAL 8 HOUR - "
        f"to_minutes(CAST(right({cell}, 6)[1] || '1' AS INTEGER) * (CAST(right({cell}, 5)[1:2] AS INTEGER) * 60 "
        f"+ CAST(right({cell}, 2) AS INTEGER))) END"
    )
    zoned = f"regexp_full_match({cell}, {text(local + '(Z|[+-]' + chr(92) + 'd{2}:' + chr(92) + 'd{2})')})"
    value = (
        f"CASE WHEN regexp_full_match({cell}, {text(local)}) THEN {moment} "
        f"WHEN {zoned} THEN {moment} + {offset} END"
    )
    return Reading(value, f"({value}) IS NULL AND {cell} IS NOT NULL")


Fault = tuple[str, str, str]
"""Column, SQL that says whether the row is wrong, the sentence."""


def _faults(screen: Screen, raw: RawTable, readings: Mapping[str, Reading]) -> list[Fault]:
    spec = raw.spec
    found: list[Fault] = []
    for column in spec.columns:
        if column.id not in raw.types:
            continue
        one = readings[column.id]
        if column.id in (spec.key[0], PERSON):
            found.append((column.id, f"{one.value} IS NULL", EMPTY_KEY))
        if column.id == PERSON:
            found.append((column.id, _is_wrong_id(one.value), WRONG_ID))
        if column.id == DIAGNOSIS:  # written otherwise it would fall out of every block without a word
            found.append((column.id, f"NOT ({one.value} >= 'A' AND {one.value} < '[')", CODE_WRONG))
        if one.is_bad != "FALSE":
            why = TIME_WRONG if column.id in screen.times else REASONS[column.holds]
            found.append((column.id, one.is_bad, why))
    return found


def _is_wrong_id(person: str) -> str:
    """A resident identity number (GB 11643-1999) whose last character does not fit; other ids are nobody's business."""
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    total = " + ".join(
        f"CAST(substr({person}, {place}, 1) AS INTEGER) * {weight}" for place, weight in enumerate(weights, 1)
    )
    last = f"substr('10X98765432', ({total}) % 11 + 1, 1)"
    is_number = f"strlen({person}) = 18 AND regexp_full_match({person}, '[1-9]\\d{{16}}[\\dXx]')"
    return f"CASE WHEN {is_number} THEN upper(substr({person}, 18, 1)) <> {last} ELSE FALSE END"


def _reject(con: duckdb.DuckDBPyConnection, raw: RawTable, faults: list[Fault], some: str) -> None:
    """One entry a row: its first fault."""
    column = " ".join(f"WHEN {fault} THEN {text(name)}" for name, fault, _ in faults)
    value = " ".join(f"WHEN {fault} THEN CAST({quoted(name)} AS VARCHAR)" for name, fault, _ in faults)
    reason = " ".join(f"WHEN {fault} THEN {text(why)}" for _, fault, why in faults)
    con.execute(
        f"INSERT INTO {REJECTS} SELECT {text(raw.spec.id)}, {raw.row}, CASE {column} END, CASE {value} END, "
        f"CASE {reason} END FROM {raw.relation} WHERE {some}"
    )


def _reject_twice(con: duckdb.DuckDBPyConnection, raw: RawTable, key: str) -> None:
    name = raw.spec.key[0]
    con.execute(
        f"INSERT INTO {REJECTS} SELECT {text(raw.spec.id)}, {raw.row}, {text(name)}, {key}, {text(TWICE)} "
        f"FROM {raw.relation} WHERE {key} IN (SELECT {key} FROM {raw.relation} GROUP BY 1 HAVING count(*) > 1) "
        f"AND {_not_rejected(raw)}"
    )


def _not_rejected(raw: RawTable) -> str:
    return f"{raw.row} NOT IN (SELECT row_no FROM {REJECTS} WHERE tbl = {text(raw.spec.id)})"


def _rejected(con: duckdb.DuckDBPyConnection, table: str) -> int:
    found = con.execute(f"SELECT count(*) FROM {REJECTS} WHERE tbl = ?", [table]).fetchone()
    return int(found[0]) if found else 0
