"""Stored decisions: pages of a run's list, one subject recomputed from the pinned policy, what-if, differences.

A subject's decision is personal where the subject is a person or one person's firm: every read is recorded.
"""

# ruff: noqa: S608 — names in the SQL come from a checked policy and are quoted; values are parameters

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

import duckdb

from gongyou.basics.identity import mask_account, mask_name
from gongyou.basics.money import fen_to_text
from gongyou.basics.refusal import Refusal, says
from gongyou.institutions.decisions import vault
from gongyou.institutions.decisions.definitions import CHANGED, CorrectedFact, Correction, RunState
from gongyou.institutions.decisions.models import PolicyRun
from gongyou.institutions.decisions.pinned import graph_of
from gongyou.institutions.decisions.queries.corrected import correction_in
from gongyou.institutions.decisions.queries.records import DECISIONS, record_of
from gongyou.institutions.decisions.queries.runs import READ, in_scope, require_kept
from gongyou.kernel.access import Actor
from gongyou.kernel.errors import DomainError, NotFound
from gongyou.kernel.personal_data import record_read
from gongyou.policy.agreement import as_column
from gongyou.policy.definitions import ColumnSpec, TableSpec
from gongyou.policy.evaluate import Judgement, judge
from gongyou.policy.explain import Explanation, explain
from gongyou.policy.interpret import Known
from gongyou.policy.keyed import Record
from gongyou.policy.nodes import Graph
from gongyou.policy.single import judge_subject
from gongyou.policy.tables.cells import text

NOUN = "decision"
LINE = ("subject_id", "outcome", "amount_fen", "failed", "needs")
FEN_PER_WAN = 1_000_000


@dataclass(frozen=True)
class SubjectLine:
    """One stored decision in a list."""

    subject: str
    outcome: str
    amount_fen: int | None
    failed: tuple[str, ...]
    needs: tuple[str, ...]


@dataclass(frozen=True)
class ChangedLine:
    """One subject whose decision differs from the run before."""

    subject: str
    change: str
    outcome_before: str
    outcome_after: str
    amount_before_fen: int | None
    amount_after_fen: int | None


@dataclass(frozen=True)
class SubjectPage:
    items: tuple[SubjectLine, ...]
    next: str


@dataclass(frozen=True)
class SubjectFilter:
    """Empty fields do not narrow. `failed`: a condition that is known to be false; `start`: how ids begin."""

    outcome: str = ""
    failed: str = ""
    start: str = ""


@dataclass(frozen=True)
class ShownFact:
    """A fact of the subject's own row: its column, and the text as one would type it."""

    column: ColumnSpec
    text: str

    @property
    def shown(self) -> str:
        """As a page shows it: masked where the policy says so."""
        masks = {"account": mask_account, "name": mask_name}
        return masks[self.column.masks](self.text) if self.column.masks else self.text


@dataclass(frozen=True)
class ShownRows:
    """The subject's rows in another table, cells as one would type them, without the subject's own key."""

    table: TableSpec
    columns: tuple[ColumnSpec, ...]
    rows: tuple[tuple[str, ...], ...]

    @property
    def cells(self) -> tuple[tuple[tuple[ColumnSpec, str], ...], ...]:
        """Row by row, each cell with its column."""
        return tuple(tuple(zip(self.columns, row, strict=True)) for row in self.rows)


@dataclass(frozen=True)
class Explained:
    """A decision with its reasons. `differences`: where recomputing gives something else than was stored: none."""

    explanation: Explanation
    stored: SubjectLine
    facts: tuple[ShownFact, ...]
    differences: tuple[str, ...]
    tried: Explanation | None = None
    """What would come out with the values or facts tried."""
    rows: tuple[ShownRows, ...] = ()
    correction: Correction | None = None
    """What was put right of this subject before it was decided, after an objection."""

    @property
    def is_same(self) -> bool:
        return not self.differences


def list_subjects(
    actor: Actor,
    run_id: UUID,
    *,
    purpose: str,
    only: SubjectFilter | None = None,
    cursor: str = "",
    size: int = 50,
) -> SubjectPage:
    """Stored decisions by id of the subject; the cursor is the last id shown. Raises NotFound."""
    run, only = done_run(actor, run_id), only or SubjectFilter()
    where = {
        "outcome = ?": only.outcome,
        "list_contains(failed, ?)": only.failed,
        "starts_with(subject_id, ?)": only.start.strip().upper(),
        "subject_id > ?": cursor,
    }
    asked = {sql: value for sql, value in where.items() if value}
    with vault.opened({DECISIONS: run.results[DECISIONS]}) as folder, duckdb.connect() as con:
        rows = con.execute(
            f"SELECT subject_id, outcome, amount_fen, failed, needs FROM read_parquet({_path(folder)}) "
            f"{'WHERE ' + ' AND '.join(asked) if asked else ''} ORDER BY subject_id LIMIT {size + 1}",
            list(asked.values()),
        ).fetchall()
    items = tuple(_line(*row) for row in rows[:size])
    record_read(actor, NOUN, [id_of(run_id, line.subject) for line in items], purpose)
    return SubjectPage(items, items[-1].subject if len(rows) > size else "")


def every_subject(
    actor: Actor, run_id: UUID, *, purpose: str
) -> Iterator[tuple[tuple[str, ...], Sequence[Any]]]:
    """Column names and row after row, for a file; the run's id stands in the record of the read."""
    run = done_run(actor, run_id)
    record_read(actor, NOUN, [run.pk], purpose)
    with vault.opened({DECISIONS: run.results[DECISIONS]}) as folder, duckdb.connect() as con:
        cursor = con.execute(f"SELECT * FROM read_parquet({_path(folder)}) ORDER BY subject_id")
        names = tuple(d[0] for d in cursor.description or ())
        while rows := cursor.fetchmany(5000):
            for row in rows:
                yield names, row


def list_changes(actor: Actor, run_id: UUID, *, purpose: str, size: int = 200) -> tuple[ChangedLine, ...]:
    """Who got another decision than in the run before, at most `size`, by id. Raises NotFound."""
    run = done_run(actor, run_id)
    if CHANGED not in run.results:
        return ()
    with vault.opened({CHANGED: run.results[CHANGED]}) as folder, duckdb.connect() as con:
        rows = con.execute(
            "SELECT subject_id, change, coalesce(outcome_before, ''), coalesce(outcome_after, ''), "
            f"amount_before_fen, amount_after_fen FROM read_parquet({text(str(folder / CHANGED))}) "
            f"ORDER BY subject_id LIMIT {size}"
        ).fetchall()
    record_read(actor, NOUN, [id_of(run_id, str(row[0])) for row in rows], purpose)
    return tuple(ChangedLine(*row) for row in rows)


def explain_decision(
    actor: Actor,
    run_id: UUID,
    subject: str,
    *,
    purpose: str,
    overrides: Mapping[str, str] | None = None,
    facts: Mapping[str, str] | None = None,
) -> Explained:
    """One subject's decision, recomputed from the pinned policy and the same snapshot, with its reasons.

    `overrides` and `facts` (column → text as in a file) try something else beside it; nothing of that is kept.
    Raises NotFound, Refusal for what can't be read.
    """
    run = done_run(actor, run_id)
    return explain_run(actor, run, subject.strip().upper(), purpose, overrides or {}, facts or {})


def explain_run(
    actor: Actor,
    run: PolicyRun,
    subject: str,
    purpose: str,
    overrides: Mapping[str, str],
    facts: Mapping[str, str],
) -> Explained:
    """Unguarded: for queries that have checked who asks. The read is recorded. Raises NotFound, Refusal."""
    graph = graph_of(run.content, run.area, run.law_on, run.overrides)
    found = record_of(run, graph, subject)
    record_read(actor, NOUN, [id_of(run.pk, subject)], purpose)
    judgement = judge(graph, found.own or {}, found.children, found.doubtful)
    return Explained(
        explanation=explain(graph, judgement, subject),
        stored=_line(*(found.row[name] for name in LINE)),
        facts=_shown(graph, found),
        differences=tuple(_differences(graph, found.row, judgement)),
        tried=_tried(run, found, subject, overrides, facts) if overrides or facts else None,
        rows=tuple(_rows_shown(table, found) for table in graph.children),
        correction=correction_in(run.snapshot.files) if run.only_subject else None,
    )


def id_of(run_id: UUID, subject: str) -> UUID:
    """The id under which a read of a subject's decision is recorded."""
    return uuid5(run_id, subject)


def done_run(actor: Actor, run_id: UUID) -> PolicyRun:
    actor.require(READ)
    row = in_scope(actor).filter(pk=run_id).first()
    if row is None:
        raise NotFound(says("没有找到这次计算。"))
    if row.state != RunState.DONE:
        raise DomainError(
            "run_not_done", says("这次计算还没有结果。"), says("请等它算完，或重新计算。"), status=409
        )
    require_kept(row.snapshot_id)
    return row


def _path(folder: Path) -> str:
    return text(str(folder / DECISIONS))


def _line(subject: str, outcome: str, amount: int | None, failed: list[str], needs: list[str]) -> SubjectLine:
    return SubjectLine(subject, outcome, amount, tuple(failed), tuple(needs))


def _differences(graph: Graph, row: Mapping[str, Any], judgement: Judgement) -> Iterator[str]:
    """Every column in which the stored row and the recomputed decision differ."""
    expected: dict[str, object] = {
        "outcome": judgement.outcome.value,
        "amount_fen": judgement.amount_fen,
        "failed": list(judgement.failed),
        "needs": list(judgement.needs),
    }
    for node in graph.results():
        expected[node.name] = as_column(judgement.known(node.name), node.unit.kind)
    for name, wanted in expected.items():
        if row.get(name) != wanted:
            yield f"{name}: {row.get(name)!r} / {wanted!r}"


def _shown(graph: Graph, facts: Record) -> tuple[ShownFact, ...]:
    return tuple(ShownFact(c, as_text(c, (facts.own or {}).get(c.name))) for c in graph.subject.columns)


def _rows_shown(table: TableSpec, found: Record) -> ShownRows:
    columns = tuple(c for c in table.columns if c.id != table.key[0])
    rows = [tuple(as_text(c, row.get(c.name)) for c in columns) for row in found.children.get(table.id, ())]
    return ShownRows(table, columns, tuple(sorted(rows)))


def _rows_tried(
    table: TableSpec, found: Record, subject: str, facts: Mapping[str, str]
) -> list[dict[str, str]]:
    """The rows of a table with some cells typed anew; a key nobody has yet is a new row. See `cell_name`."""
    rows = [
        {c.id: as_text(c, row.get(c.name)) for c in table.columns} for row in found.children.get(table.id, ())
    ]
    for name, written in facts.items():
        of_table, _, rest = name.partition(CELL)
        key, _, column = rest.rpartition(CELL)
        if of_table != table.id or len(table.key) != 2:
            continue
        row = next((r for r in rows if r[table.key[1]] == key), None)
        if row is None:
            row = {table.key[0]: subject, table.key[1]: key}
            rows.append(row)
        row[column] = written
    return rows


CELL = "/"


def cell_name(table: str, key: str, column: str) -> str:
    """The name under which one cell of a subject's row in another table is tried: contributions/2024-03/paid_yuan."""
    return CELL.join((table, key, column))


def _tried(
    run: PolicyRun, found: Record, subject: str, overrides: Mapping[str, str], facts: Mapping[str, str]
) -> Explanation:
    """Judged with some facts typed anew: written as a file and read like one, so that mistakes are told alike."""
    graph = graph_of(run.content, run.area, run.law_on, {**run.overrides, **overrides})
    with vault.workspace() as folder:
        own = {c.id: as_text(c, (found.own or {}).get(c.name)) for c in graph.subject.columns}
        own[graph.subject.key[0]] = subject
        _write(folder, graph.subject, [{**own, **{n: t for n, t in facts.items() if CELL not in n}}])
        for table in graph.children:
            _write(folder, table, _rows_tried(table, found, subject, facts))
        judgement = judge_subject(graph, folder, subject)
    if {table.id for table in graph.policy.spec.tables} & set(judgement.needs) - set(found.doubtful):
        raise Refusal(
            "fact_unreadable",
            says("改的这项事实读不懂。"),
            says("人数写整数，金额写元，是否写 是 或 否，日期写 2026-01-01；不知道就留空。"),
            field="fact",
        )
    return explain(graph, judgement, subject)


def write_subject(
    actor: Actor, run_id: UUID, subject: str, facts: Mapping[str, str], folder: Path, *, purpose: str
) -> tuple[CorrectedFact, ...]:
    """One subject's rows as a run read them, as files in `folder`, with some facts put right. Returns what was changed.

    `facts`: column of its own row, or `cell_name` of another row → text as in a file; a key nobody has yet is a new row.
    Raises NotFound, Refusal for a column there is none of.
    """
    run, subject = done_run(actor, run_id), subject.strip().upper()
    graph = graph_of(run.content, run.area, run.law_on)
    own_facts = {name: written for name, written in facts.items() if CELL not in name}
    known = {c.id for c in graph.subject.columns} | {
        name for name in facts if any(_is_cell_of(table, name) for table in graph.children)
    }
    strange = sorted(set(facts) - known)
    if strange:
        raise Refusal("fact_unknown", says("没有“{name}”这一项事实。"), field="fact", name=strange[0][:40])
    record_read(actor, NOUN, [id_of(run_id, subject)], purpose)
    found = record_of(run, graph, subject)
    if not found.own:
        raise NotFound(says("这次计算里没有{subject}。"), subject=subject[:40])
    own = {c.id: as_text(c, found.own.get(c.name)) for c in graph.subject.columns}
    _write(folder, graph.subject, [{**own, **own_facts, graph.subject.key[0]: subject}])
    before = dict(own)
    for table in graph.children:
        before |= {
            cell_name(table.id, row[table.key[1]], name): written
            for row in _rows_tried(table, found, subject, {})
            for name, written in row.items()
            if len(table.key) == 2
        }
        _write(folder, table, _rows_tried(table, found, subject, facts))
    return tuple(CorrectedFact(name, before.get(name, ""), written) for name, written in facts.items())


def _is_cell_of(table: TableSpec, name: str) -> bool:
    """A column of the table that is no key, in a row of which the key is told."""
    parts = name.split(CELL)
    columns = {column.id for column in table.columns} - set(table.key)
    return (
        len(table.key) == 2
        and len(parts) == 3
        and parts[0] == table.id
        and bool(parts[1])
        and parts[2] in columns
    )


def _write(folder: Path, table: TableSpec, rows: Sequence[Mapping[str, str]]) -> None:
    with (folder / f"{table.id}.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([c.id for c in table.columns])
        writer.writerows([[row.get(c.id, "") for c in table.columns] for row in rows])


def as_text(column: ColumnSpec, value: Known) -> str:
    """A fact as one writes it in a file."""
    if value is None:
        return ""
    match column.holds:
        case "yuan":
            return fen_to_text(int(str(value))).replace(",", "")
        case "wan":
            return _decimal(Fraction(int(str(value)), FEN_PER_WAN))
        case "mean":
            return _decimal(Fraction(str(value)))
        case "flag":
            return "是" if value else "否"
        case "month":
            return str(value)[:7]
    return value.isoformat() if isinstance(value, date) else str(value)


def _decimal(value: Fraction) -> str:
    whole, rest = divmod(round(value * FEN_PER_WAN), FEN_PER_WAN)
    return f"{whole}.{rest:06d}".rstrip("0").rstrip(".")
