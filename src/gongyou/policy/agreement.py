"""Both evaluators over the same files: every difference as a sentence. There must be none."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import duckdb

from gongyou.policy.compile import compile_query, printed
from gongyou.policy.compile.query import DOUBTFUL_TABLE
from gongyou.policy.evaluate import Judgement, judge
from gongyou.policy.interpret import Known
from gongyou.policy.language.units import Kind
from gongyou.policy.nodes import Graph
from gongyou.policy.run import connected
from gongyou.policy.tables import load_tables
from gongyou.policy.tables.cells import quoted
from gongyou.policy.tables.loading import typed_rows
from gongyou.policy.values import values_digest

# ruff: noqa: S608 — every name in the SQL comes from a checked policy and is quoted

_MEMORY = "1GB"


@dataclass(frozen=True)
class Both:
    """One subject judged both ways."""

    subject: str
    called: Judgement
    queried: Mapping[str, Any]
    differences: tuple[str, ...]


def judged_both_ways(graph: Graph, data: Path) -> tuple[Both, ...]:
    """Judge every accepted subject of a folder of tables by the query and by calls."""
    with (
        tempfile.TemporaryDirectory(prefix="gongyou-policy-") as folder,
        connected(_MEMORY, Path(folder)) as con,
    ):
        loaded = load_tables(con, graph.policy.spec, data, Path(folder), graph)
        cursor = con.execute(_query(graph, is_doubting=loaded.is_doubting))
        names = [d[0] for d in cursor.description or ()]
        decided = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
        facts = _Facts(con, graph)
        return tuple(_both(graph, facts, row) for row in decided)


_queries: dict[tuple[object, ...], str] = {}
_MOST_QUERIES = 64


def _query(graph: Graph, *, is_doubting: bool) -> str:
    """The query of a graph; worked examples are judged by the same few again and again, and compiling is the slow part."""
    key = (graph.policy.digest, values_digest(graph.values), graph.on, is_doubting)
    if key not in _queries:
        if len(_queries) >= _MOST_QUERIES:
            _queries.clear()
        _queries[key] = printed(compile_query(graph, is_doubting=is_doubting, is_totalled=True), "duckdb")
    return _queries[key]


def disagreements(graph: Graph, data: Path) -> list[str]:
    """Every difference between the two evaluators. Raises ValueError if there was nobody to judge."""
    both = judged_both_ways(graph, data)
    if not both:
        raise ValueError("no subject was accepted")
    return [difference for one in both for difference in one.differences]


class _Facts:
    """All accepted rows, by subject."""

    def __init__(self, con: duckdb.DuckDBPyConnection, graph: Graph) -> None:
        self.graph = graph
        self.rows = {t.id: _by_subject(con, graph, t.id) for t in (graph.subject, *graph.children)}
        self.doubtful = dict(con.execute(f"SELECT subject, tables FROM {DOUBTFUL_TABLE}").fetchall())


def _by_subject(
    con: duckdb.DuckDBPyConnection, graph: Graph, table: str
) -> dict[str, list[dict[str, Known]]]:
    spec = graph.policy.spec.table(table)
    key = spec.column(spec.key[0]).name
    found: dict[str, list[dict[str, Known]]] = {}
    for row in typed_rows(con.execute(f"SELECT * FROM {quoted(table)}"), spec):
        found.setdefault(str(row[key]), []).append(row)
    return found


def _both(graph: Graph, facts: _Facts, row: Mapping[str, Any]) -> Both:
    subject = str(row["subject_id"])
    children = {t.id: facts.rows[t.id].get(subject, []) for t in graph.children}
    own = facts.rows[graph.subject.id][subject][0]
    called = judge(graph, own, children, facts.doubtful.get(subject, ()))
    return Both(subject, called, row, tuple(_differences(graph, subject, row, called)))


def _differences(graph: Graph, subject: str, row: Mapping[str, Any], called: Judgement) -> Iterator[str]:
    expected: dict[str, object] = {
        "outcome": called.outcome.value,
        "amount_fen": called.amount_fen,
        "failed": list(called.failed),
        "needs": list(called.needs),
    }
    for node in graph.results():
        expected[node.name] = as_column(called.known(node.name), node.unit.kind)
    for name, wanted in expected.items():
        if row[name] != wanted:
            yield f"{subject} {name}: query {row[name]!r}, call {wanted!r}"


def as_column(value: Known, kind: Kind) -> object:
    """A step's value in the form it has in the decisions: rates as decimal text, months as text."""
    if value is None:
        return None
    if kind is Kind.RATE:
        assert isinstance(value, int | Fraction)
        whole, rest = divmod(Fraction(value) * 10**6, 10**6)
        return f"{whole}.{int(rest):06d}".rstrip("0").rstrip(".")
    return str(value)[:7] if kind is Kind.MONTH else value
