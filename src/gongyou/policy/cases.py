"""Worked examples of a policy: given, on, expect, because. Each is judged both ways, from tables as an office sends them."""

from __future__ import annotations

import csv
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path

from gongyou.basics.definition import definition
from gongyou.basics.identity import read_credit_code
from gongyou.basics.money import yuan_to_fen
from gongyou.basics.reading import read_yaml
from gongyou.basics.refusal import Refusal, says
from gongyou.policy.agreement import Both, as_column, judged_both_ways
from gongyou.policy.definitions import TableSpec
from gongyou.policy.nodes import Graph
from gongyou.policy.run import bound

Cell = int | str | bool | None

_LAST_CHARACTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY"


@definition
class Expected:
    """What must come out. `steps`: a rule's value as it stands in the decisions, as text."""

    outcome: str
    amount_yuan: str = ""
    failed: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    steps: dict[str, Cell] = field(default_factory=dict)


@definition
class Case:
    case: str
    because: str
    on: date | None = None
    area: str = ""
    set: dict[str, str] = field(default_factory=dict)
    given: dict[str, Cell] = field(default_factory=dict)
    rows: dict[str, tuple[dict[str, Cell], ...]] | None = None
    """Child rows by table instead of the defaults; `months: 2024-01/2024-12` stands for one row per month."""
    expect: Expected


@definition
class Cases:
    """`cases/rules/*.yaml`: what is not given stands in `defaults`."""

    on: date
    area: str = ""
    defaults: dict[str, Cell]
    rows: dict[str, tuple[dict[str, Cell], ...]] = field(default_factory=dict)
    cases: tuple[Case, ...]


@dataclass(frozen=True)
class CaseResult:
    """A case with its judgement and everything that is not as expected."""

    file: str
    case: Case
    both: Both
    wrong: tuple[str, ...]


@dataclass(frozen=True)
class CaseGroup:
    """The cases of one file that are judged on one day, for one area, with the same values set by hand."""

    file: str
    on: date
    area: str
    overrides: Mapping[str, str]
    graph: Graph
    common: Cases
    cases: tuple[Case, ...]


def run_cases(root: Path, policy: str) -> tuple[CaseResult, ...]:
    """Judge all worked examples of a policy. Raises Refusal for a case that can't be read."""
    return tuple(result for group in case_groups(root, policy) for result in _judged(group))


def case_groups(root: Path, policy: str) -> Iterator[CaseGroup]:
    """All worked examples of a policy, those that one run can judge together. Raises Refusal."""
    for path in sorted((root / "programmes" / policy / "cases" / "rules").glob("*.yaml")):
        cases = read_yaml(path, Cases)
        groups: dict[tuple[date, str, tuple[tuple[str, str], ...]], list[Case]] = {}
        for case in cases.cases:
            key = (case.on or cases.on, case.area or cases.area, tuple(sorted(case.set.items())))
            groups.setdefault(key, []).append(case)
        for (on, area, overrides), group in groups.items():
            graph = bound(root, policy, area, on, dict(overrides))
            yield CaseGroup(path.name, on, area, dict(overrides), graph, cases, tuple(group))


def _judged(group: CaseGroup) -> Iterator[CaseResult]:
    with tempfile.TemporaryDirectory(prefix="gongyou-cases-") as folder:
        ids = write_cases(group, Path(folder))
        judged = {both.subject: both for both in judged_both_ways(group.graph, Path(folder))}
    for case, subject in zip(group.cases, ids, strict=True):
        if subject not in judged:
            raise Refusal(
                "case_unreadable",
                says("{file}的例子“{case}”里有读不懂的数。"),
                field="packs",
                file=group.file,
                case=case.case,
            )
        both = judged[subject]
        yield CaseResult(group.file, case, both, (*_wrong(group.graph, case.expect, both), *both.differences))


def _wrong(graph: Graph, expect: Expected, both: Both) -> Iterator[str]:
    amount = yuan_to_fen(expect.amount_yuan) if expect.amount_yuan else None
    wanted: dict[str, object] = {
        "outcome": expect.outcome,
        "amount_fen": amount,
        "failed": list(expect.failed),
        "needs": sorted(expect.needs),
    }
    wanted |= expect.steps
    units = {node.name: node.unit.kind for node in graph.results()}
    found: dict[str, object] = {
        "outcome": both.called.outcome.value,
        "amount_fen": both.called.amount_fen,
        "failed": list(both.called.failed),
        "needs": list(both.called.needs),
    }
    found |= {name: as_column(both.called.known(name), units[name]) for name in expect.steps}
    for name, value in wanted.items():
        if not _same(found[name], value):
            yield f"{name}: expected {value!r}, found {found[name]!r}"


def _same(found: object, wanted: object) -> bool:
    if found is None or wanted is None or isinstance(wanted, list | bool):
        return found == wanted
    return str(found) == str(wanted)


def write_cases(found: CaseGroup, folder: Path) -> list[str]:
    """The cases as CSV tables of a run; returns the id of each case's subject."""
    graph, cases, group = found.graph, found.common, found.cases
    key = graph.subject.column(graph.subject.key[0])
    ids = [credit_code(n) if key.holds == "credit_code" else f"CASE-{n}" for n in range(1, len(group) + 1)]
    own = [
        {**cases.defaults, **case.given, key.id: subject} for case, subject in zip(group, ids, strict=True)
    ]
    _write_table(folder, graph.subject, own)
    for table in graph.children:
        rows: list[Mapping[str, Cell]] = []
        for case, subject in zip(group, ids, strict=True):
            written = (cases.rows if case.rows is None else case.rows).get(table.id, ())
            rows += [{**row, table.key[0]: subject} for one in written for row in _expanded(one)]
        _write_table(folder, table, rows)
    return ids


def _expanded(row: Mapping[str, Cell]) -> Iterator[Mapping[str, Cell]]:
    """A row with `months: 2024-01/2024-12` as one row per month, `{month}` filled in."""
    if "months" not in row:
        yield row
        return
    first, _, last = str(row["months"]).partition("/")
    start, end = (int(m[:4]) * 12 + int(m[5:7]) - 1 for m in (first, last))
    for number in range(start, end + 1):
        month = f"{number // 12}-{number % 12 + 1:02d}"
        cells = {
            k: v.replace("{month}", month) if isinstance(v, str) else v
            for k, v in row.items()
            if k != "months"
        }
        yield {**cells, "month": month}


def _write_table(folder: Path, table: TableSpec, rows: Sequence[Mapping[str, Cell]]) -> None:
    columns = [c.id for c in table.columns]
    with (folder / f"{table.id}.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(columns)
        for row in rows:
            unknown = sorted(set(row) - set(columns))
            if unknown:
                raise Refusal(
                    "case_column",
                    says("例子里的“{name}”不是“{table}”的列。"),
                    field="packs",
                    name=unknown[0],
                    table=table.title,
                )
            writer.writerow([_text(row.get(c)) for c in columns])


def _text(cell: Cell) -> str:
    if cell is None:
        return ""
    return str(cell).lower() if isinstance(cell, bool) else str(cell)


@cache
def credit_code(number: int) -> str:
    """A well-formed credit code for an example; nobody's."""
    for last in _LAST_CHARACTERS:
        try:
            return read_credit_code(f"91990000{number:09d}{last}")
        except Refusal:
            continue
    raise AssertionError(number)
