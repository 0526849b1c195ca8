"""The scan of a child table: its rows grouped by subject, with what the checks need and the totals of the rules."""

# ruff: noqa: S608 — every name in the SQL comes from a checked policy and is quoted; values are literals

from __future__ import annotations

from collections.abc import Mapping

from gongyou.policy.compile import compile_totals, condition_columns
from gongyou.policy.definitions import ColumnSpec, TableSpec
from gongyou.policy.nodes import Graph
from gongyou.policy.tables.cells import Reading, first_name, quoted, reading
from gongyou.policy.tables.files import RawTable


def grouped(raw: RawTable, readings: Mapping[str, Reading], graph: Graph | None) -> str:
    """One row per subject: rows, whether one is unreadable, different months, and the totals if there is a graph.

    Three layers, so that every cell is read once: typed cells; conditions and faults over them; the groups. Every
    aggregate costs a look at its group for each row, so one holds all bits.
    """
    spec = raw.spec
    key = spec.key[0]
    typed = [f"{readings[c.id].value} AS {quoted(c.name)}" for c in spec.columns]
    cells = [f"{quoted(c.id)} AS {_cell(c)}" for c in _doubted(raw, readings)]
    conditions = condition_columns(graph, spec) if graph else []
    totals = compile_totals(graph, spec) if graph else []
    rows = ", ".join(
        (
            *(quoted(c.name) for c in spec.columns),
            f"{_bits(raw, readings)} AS __bits",
            *(f"{found.sql('duckdb', identify=True)} AS {quoted(name)}" for name, found in conditions),
        )
    )
    columns = ", ".join(
        (
            quoted(spec.column(key).name),
            "count(*) AS __rows",
            "bit_or(__bits) AS __bits",
            *(f"{found.sql('duckdb', identify=True)} AS {quoted(name)}" for name, found in totals),
        )
    )
    inner = f"SELECT {', '.join((*typed, *cells))} FROM {prepared(raw, readings)}"
    return f"SELECT {columns} FROM (SELECT {rows} FROM ({inner})) GROUP BY 1"


MONTH_BITS = 60
HAS_BAD = f"__bits >= {1 << MONTH_BITS}"
"""Over a group: whether one of its rows can't be read."""
IS_SUSPECT = f"__rows <> bit_count(__bits & {(1 << MONTH_BITS) - 1})"
"""Over a group: whether two rows may be of one month (or are five years apart, or one has no month)."""


def _bits(raw: RawTable, readings: Mapping[str, Reading]) -> str:
    """One bit for the row's month and one for an unreadable cell; the cells are looked at only where one gave nothing."""
    spec = raw.spec
    months = [c for c in spec.columns if c.id in spec.key[1:] and c.holds == "month"]
    bit = "0"
    if months:
        month = quoted(months[0].name)
        bit = f"(1::BIGINT << CAST((year({month}) * 12 + month({month})) % {MONTH_BITS} AS BIGINT))"
    present = [c for c in spec.columns if c.id in raw.types]
    is_open = " OR ".join(f"{quoted(c.name)} IS NULL" for c in present)
    faults = " OR ".join(f"({_typed_fault(raw, c, readings[c.id])})" for c in present)
    bad = f"CASE WHEN {faults} THEN {1 << MONTH_BITS}::BIGINT ELSE 0 END"
    return f"CASE WHEN {is_open} THEN coalesce({bit}, 0) | {bad} ELSE {bit} END"


def _doubted(raw: RawTable, readings: Mapping[str, Reading]) -> list[ColumnSpec]:
    """Columns of which the cell itself must be looked at where no value could be read."""
    return [
        c for c in raw.spec.columns if c.id in raw.types and readings[c.id].cell and c.id not in raw.spec.key
    ]


def _cell(column: ColumnSpec) -> str:
    return quoted(f"__cell_{column.id}")


def _typed_fault(raw: RawTable, column: ColumnSpec, read: Reading) -> str:
    """As `fault`, over the typed columns."""
    if column.id in raw.spec.key:
        return f"{quoted(column.name)} IS NULL"
    if not read.cell:
        return "FALSE"
    is_filled = f"nullif(trim(CAST({_cell(column)} AS VARCHAR)), '') IS NOT NULL"
    return f"CASE WHEN {quoted(column.name)} IS NULL THEN {is_filled} ELSE FALSE END"


def prepared(raw: RawTable, readings: Mapping[str, Reading]) -> str:
    """The file's columns, and what is read first of some of them."""
    first = [
        f"{readings[c.id].first} AS {first_name(c)}"
        for c in raw.spec.columns
        if c.id in readings and readings[c.id].first
    ]
    return f"(SELECT *, {', '.join(first)} FROM {raw.relation})" if first else raw.relation


def reading_of(column: ColumnSpec, raw: RawTable) -> Reading:
    """How a column of the file is read; one that is not there is empty."""
    if column.id in raw.types:
        return reading(column, raw.types[column.id])
    return Reading("CAST(NULL AS VARCHAR)" if column.empty is None else str(column.empty).upper(), "FALSE")


def fault(spec: TableSpec, column: ColumnSpec, read: Reading) -> str:
    """A cell that can't be read, or a part of the key that is empty."""
    return f"{read.value} IS NULL" if column.id in spec.key else read.is_bad


def is_by_month(spec: TableSpec) -> bool:
    """Whether a subject and a month are the whole key."""
    return len(spec.key) == 2 and spec.column(spec.key[1]).holds == "month"
