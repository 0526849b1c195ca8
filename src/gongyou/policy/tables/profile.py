"""The profile of the facts before a run: rows, empty cells, negatives, duplicates, orphans, jumps, leaps.

Counts, and the ids of the first subjects whose months leap.
"""

# ruff: noqa: S608 — every name in the SQL comes from a checked policy and is quoted; values are literals

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from itertools import pairwise
from typing import Any

import duckdb

from gongyou.policy.definitions import ColumnSpec, TableSpec
from gongyou.policy.tables.cells import quoted, text
from gongyou.policy.tables.loading import REJECTS, Loaded

JUMP = 2
"""A month whose rows or money are more than twice, or less than half, of the month before is shown."""
LEAP = 10
"""A subject's month over ten times, or under a tenth of, its month before: a slipped point, or another unit."""
MOST_NAMED = 20
"""Subjects named for each column."""
MOST_ROWS_FOR_LEAPS = 3_000_000
"""Beyond this many rows the look at each subject would cost more than the run."""


@dataclass(frozen=True)
class Seen:
    """What can be added up over parts. `months`: month, rows and sums of money; `leaps`: money column → subjects.

    `leapers`: money column → the first of these subjects by id.
    """

    months: list[list[Any]]
    leaps: dict[str, int]
    leapers: dict[str, list[str]] = field(default_factory=dict)

    @classmethod
    def of(cls, told: Mapping[str, Any]) -> Seen:
        return cls(
            [list(month) for month in told["months"]], dict(told["leaps"]), dict(told.get("leapers", {}))
        )


def seen_in(con: duckdb.DuckDBPyConnection, table: TableSpec, loaded: Loaded) -> Seen:
    """Months and leaps of a table, after it was loaded."""
    count = loaded.counts[table.id].accepted
    if not count:
        return Seen([], {})
    leaps, leapers = _leaps(con, table) if count <= MOST_ROWS_FOR_LEAPS else ({}, {})
    return Seen(_months(con, table), leaps, leapers)


def seen_together(parts: Sequence[Seen]) -> Seen:
    """What several parts saw, as one."""
    months: dict[str, list[Any]] = {}
    leaps: Counter[str] = Counter()
    leapers: dict[str, list[str]] = {}
    for part in parts:
        leaps.update(part.leaps)
        for column, subjects in part.leapers.items():
            leapers[column] = sorted([*leapers.get(column, []), *subjects])[:MOST_NAMED]
        for month, *sums in part.months:
            before = months.get(month, [0] * len(sums))
            months[month] = [one + other for one, other in zip(before, sums, strict=True)]
    return Seen([[month, *months[month]] for month in sorted(months)], dict(leaps), leapers)


def profile_of_facts(
    con: duckdb.DuckDBPyConnection,
    tables: Iterable[TableSpec],
    loaded: Loaded,
    seen: Mapping[str, Seen] | None = None,
) -> dict[str, dict[str, Any]]:
    """Table → what its rows look like, after `load_tables`; `seen` where the tables were loaded in parts."""
    return {
        table.id: _table(con, table, loaded, seen[table.id] if seen else seen_in(con, table, loaded))
        for table in tables
    }


def _table(con: duckdb.DuckDBPyConnection, table: TableSpec, loaded: Loaded, seen: Seen) -> dict[str, Any]:
    kinds = dict(
        con.execute(
            f"SELECT kind, count(*) FROM {REJECTS} WHERE tbl = {text(table.id)} GROUP BY 1"
        ).fetchall()
    )
    names = ["", *(c.id for c in table.columns if c.holds == "yuan")]
    return {
        "title": table.title,
        **asdict(loaded.counts[table.id]),
        "empty": {c: n for c, n in loaded.empty[table.id].items() if n},
        "negative": _negative(con, table),
        "duplicates": kinds.get("twice", 0),
        "orphans": kinds.get("orphan", 0),
        "jumps": [j for before, after in pairwise(seen.months) for j in _between(names, before, after)],
        "leaps": {c: n for c, n in seen.leaps.items() if n},
        "leapers": {c: subjects for c, subjects in seen.leapers.items() if subjects},
    }


def _negative(con: duckdb.DuckDBPyConnection, table: TableSpec) -> dict[str, int]:
    """Rejected cells that are numbers below zero, by column."""
    return dict(
        con.execute(
            f"SELECT col, count(*) FROM {REJECTS} WHERE tbl = {text(table.id)} AND kind = 'unreadable' "
            "AND TRY_CAST(replace(val, ',', '') AS DOUBLE) < 0 GROUP BY 1 ORDER BY 1"
        ).fetchall()
    )


def _by_month(table: TableSpec) -> tuple[str, list[ColumnSpec]]:
    """The fact that is the month of a row (empty where rows have none), and the columns of money."""
    month = next((c.name for c in table.columns if c.id in table.key and c.holds == "month"), "")
    return month, [c for c in table.columns if c.holds == "yuan"]


def _months(con: duckdb.DuckDBPyConnection, table: TableSpec) -> list[list[Any]]:
    month, money = _by_month(table)
    if not month:
        return []
    sums = "".join(f", coalesce(sum({quoted(c.name)}), 0)" for c in money)
    rows = con.execute(
        f"SELECT {quoted(month)}, count(*){sums} FROM {quoted(table.id)} WHERE {quoted(month)} IS NOT NULL "
        "GROUP BY 1 ORDER BY 1"
    ).fetchall()
    return [[day.isoformat()[:7], *(int(n) for n in numbers)] for day, *numbers in rows]


def _leaps(con: duckdb.DuckDBPyConnection, table: TableSpec) -> tuple[dict[str, int], dict[str, list[str]]]:
    """Money column → subjects of whom a month is over ten times, or under a tenth of, the month before it: how many,
    and the first of them by id."""
    month, money = _by_month(table)
    if not month or not money:
        return {}, {}
    key = quoted(table.column(table.key[0]).name)
    before = ", ".join(
        f"{quoted(c.name)} AS v{n}, lag({quoted(c.name)}) OVER w AS b{n}" for n, c in enumerate(money)
    )
    leap = "v{n} > 0 AND b{n} > 0 AND (v{n} > b{n} * {leap} OR v{n} * {leap} < b{n})"
    counts = ", ".join(
        f"count(DISTINCT k) FILTER ({(here := leap.format(n=n, leap=LEAP))}), "
        f"min(DISTINCT k, {MOST_NAMED}) FILTER ({here})"
        for n in range(len(money))
    )
    found = con.execute(
        f"SELECT {counts} FROM (SELECT {key} AS k, {before} FROM {quoted(table.id)} "
        f"WINDOW w AS (PARTITION BY {key} ORDER BY {quoted(month)}))"
    ).fetchone()
    told = found or ()
    names = [c.id for c in money]
    leapers = {c: sorted(subjects or ()) for c, subjects in zip(names, told[1::2], strict=True)}
    return {c: int(n) for c, n in zip(names, told[0::2], strict=True)}, leapers


def _between(names: Sequence[str], before: Sequence[Any], after: Sequence[Any]) -> Iterable[dict[str, Any]]:
    one, other = before[0], after[0]
    is_next = _months_since(one, other) == 1
    for name, was, now in zip(names, before[1:], after[1:], strict=True):
        if (was or now) and (now > was * JUMP or now * JUMP < was or (not is_next and not name)):
            yield {"column": name, "month": other, "before": was, "now": now, "since": one}


def _months_since(one: str, other: str) -> int:
    return (int(other[:4]) - int(one[:4])) * 12 + int(other[5:]) - int(one[5:])
