"""The profile of the facts before a run: rows, empty cells, negatives, duplicates, orphans, jumps. Counts only."""

# ruff: noqa: S608 — every name in the SQL comes from a checked policy and is quoted; values are literals

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from itertools import pairwise
from typing import Any

import duckdb

from gongyou.policy.definitions import TableSpec
from gongyou.policy.tables.cells import quoted, text
from gongyou.policy.tables.loading import REJECTS, Loaded

JUMP = 2
"""A month whose rows or money are more than twice, or less than half, of the month before is shown."""


def profile_of_facts(
    con: duckdb.DuckDBPyConnection, tables: Iterable[TableSpec], loaded: Loaded
) -> dict[str, dict[str, Any]]:
    """Table → what its rows look like, after `load_tables`."""
    return {table.id: _table(con, table, loaded) for table in tables}


def _table(con: duckdb.DuckDBPyConnection, table: TableSpec, loaded: Loaded) -> dict[str, Any]:
    kinds = dict(
        con.execute(
            f"SELECT kind, count(*) FROM {REJECTS} WHERE tbl = {text(table.id)} GROUP BY 1"
        ).fetchall()
    )
    return {
        "title": table.title,
        **asdict(loaded.counts[table.id]),
        "empty": {c: n for c, n in loaded.empty[table.id].items() if n},
        "negative": _negative(con, table),
        "duplicates": kinds.get("twice", 0),
        "orphans": kinds.get("orphan", 0),
        "jumps": _jumps(con, table) if loaded.counts[table.id].accepted else [],
    }


def _negative(con: duckdb.DuckDBPyConnection, table: TableSpec) -> dict[str, int]:
    """Rejected cells that are numbers below zero, by column."""
    return dict(
        con.execute(
            f"SELECT col, count(*) FROM {REJECTS} WHERE tbl = {text(table.id)} AND kind = 'unreadable' "
            "AND TRY_CAST(replace(val, ',', '') AS DOUBLE) < 0 GROUP BY 1 ORDER BY 1"
        ).fetchall()
    )


def _jumps(con: duckdb.DuckDBPyConnection, table: TableSpec) -> list[dict[str, Any]]:
    """Months whose rows or money differ much from the month before, and months that are left out between two."""
    month = next((c for c in table.columns if c.id in table.key and c.holds == "month"), None)
    if month is None:
        return []
    money = [c for c in table.columns if c.holds == "yuan"]
    sums = "".join(f", coalesce(sum({quoted(c.name)}), 0)" for c in money)
    rows = con.execute(
        f"SELECT {quoted(month.name)}, count(*){sums} FROM {quoted(table.id)} WHERE {quoted(month.name)} IS NOT NULL "
        "GROUP BY 1 ORDER BY 1"
    ).fetchall()
    names = ["", *(c.id for c in money)]
    return [jump for before, after in pairwise(rows) for jump in _between(names, before, after)]


def _between(names: Sequence[str], before: Sequence[Any], after: Sequence[Any]) -> Iterable[dict[str, Any]]:
    one, other = before[0], after[0]
    is_next = (other.year * 12 + other.month) - (one.year * 12 + one.month) == 1
    for name, was, now in zip(names, before[1:], after[1:], strict=True):
        if (was or now) and (now > was * JUMP or now * JUMP < was or (not is_next and not name)):
            month, since = other.isoformat()[:7], one.isoformat()[:7]
            yield {"column": name, "month": month, "before": int(was), "now": int(now), "since": since}
