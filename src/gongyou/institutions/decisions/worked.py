"""Worked examples of a published policy as a table people can edit: written, read back, judged. Nothing is changed.

A row is one example. An empty cell takes the file's default, `?` is a fact that is not known. What comes back is a
proposal for the pack: published content is changed by publishing a pack, never by an upload.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml
from python_calamine import CalamineError, load_workbook

from gongyou.basics.reading import read_yaml
from gongyou.basics.refusal import Refusal, says
from gongyou.institutions.decisions.pinned import declared, unpacked
from gongyou.kernel import catalogue
from gongyou.kernel.errors import NotFound
from gongyou.policy.cases import Case, CaseResult, Cases, run_cases
from gongyou.policy.definitions import PolicySpec

KIND = "examples"
HEAD = ("file", "case", "because", "on", "area", "set")
TAIL = ("rows", "expect.outcome", "expect.amount_yuan", "expect.failed", "expect.needs", "expect.steps")
UNKNOWN = "?"
BETWEEN = "；"
MOST_BYTES, MOST_CASES = 2_000_000, 500
MEMORY = 16


@dataclass(frozen=True)
class Worked:
    """An example with what the rules say to it. `wrong`: everything that is not as expected, empty: it holds."""

    file: str
    case: str
    because: str
    on: str
    area: str
    outcome: str
    amount_yuan: str
    failed: tuple[str, ...]
    wrong: tuple[str, ...]


@dataclass(frozen=True)
class Checked:
    """What became of an uploaded table. `proposal`: file name → YAML, to be put into the pack."""

    results: tuple[Worked, ...]
    proposal: Mapping[str, str]

    @property
    def wrong(self) -> int:
        return sum(bool(result.wrong) for result in self.results)


def examples_of(programme: str) -> str:
    """Hash of the published examples of a policy. Raises NotFound."""
    found = catalogue.current_hash(KIND, programme)
    if found is None:
        raise NotFound(says("没有发布“{programme}”的算例。"), programme=programme[:60])
    return found


@lru_cache(maxsize=MEMORY)
def worked_cases(hash: str) -> tuple[Worked, ...]:
    """The examples published with a policy, judged both ways."""
    with unpacked(hash) as root:
        return _judged(root, _programme(hash))


def sheet_of(hash: str) -> tuple[tuple[str, ...], list[list[str]]]:
    """Column ids and one line per example, as text."""
    spec = declared(hash).spec
    columns = columns_of(spec)
    with unpacked(hash) as root:
        found = [(path.name, read_yaml(path, Cases)) for path in _paths(root, _programme(hash))]
    return columns, [_line(columns, name, case) for name, cases in found for case in cases.cases]


def columns_of(spec: PolicySpec) -> tuple[str, ...]:
    table = spec.table(spec.subject)
    given = tuple(f"given.{c.id}" for c in table.columns if c.id not in table.key)
    return (*HEAD, *given, *TAIL)


def check_sheet(hash: str, name: str, content: bytes) -> Checked:
    """Judge an edited table (.xlsx or .csv) by the published rules. Raises Refusal naming row and column."""
    columns = columns_of(declared(hash).spec)
    lines = _read(name, content, columns)
    with unpacked(hash) as root:
        folder = root / "programmes" / _programme(hash) / "cases" / "rules"
        proposal = {
            path.name: _written(path, [line for line in lines if line["file"] == path.name])
            for path in _paths(root, _programme(hash))
        }
        strange = sorted({line["file"] for line in lines} - set(proposal))
        if strange:
            raise _wrong(says("没有“{name}”这个算例文件；可用的有：{known}。"), name=strange[0],
                         known="、".join(proposal))  # fmt: skip
        for file, text in proposal.items():
            (folder / file).write_text(text, encoding="utf-8")
        return Checked(_judged(root, _programme(hash)), proposal)


def _programme(hash: str) -> str:
    return str(catalogue.content(hash)["programme"])


def _paths(root: Path, programme: str) -> list[Path]:
    return sorted((root / "programmes" / programme / "cases" / "rules").glob("*.yaml"))


def _judged(root: Path, programme: str) -> tuple[Worked, ...]:
    return tuple(_worked(root, programme, result) for result in run_cases(root, programme))


def _worked(root: Path, programme: str, result: CaseResult) -> Worked:
    case = result.case
    cases = read_yaml(root / "programmes" / programme / "cases" / "rules" / result.file, Cases)
    return Worked(
        file=result.file,
        case=case.case,
        because=case.because,
        on=(case.on or cases.on).isoformat(),
        area=case.area or cases.area,
        outcome=case.expect.outcome,
        amount_yuan=case.expect.amount_yuan,
        failed=case.expect.failed,
        wrong=result.wrong,
    )


def _line(columns: Sequence[str], file: str, case: Case) -> list[str]:
    cells = {
        "file": file,
        "case": case.case,
        "because": case.because,
        "on": case.on.isoformat() if case.on else "",
        "area": case.area,
        "set": _pairs(case.set),
        "rows": "" if case.rows is None else json.dumps(case.rows, ensure_ascii=False, default=list),
        "expect.outcome": case.expect.outcome,
        "expect.amount_yuan": case.expect.amount_yuan,
        "expect.failed": BETWEEN.join(case.expect.failed),
        "expect.needs": BETWEEN.join(case.expect.needs),
        "expect.steps": _pairs(case.expect.steps),
    }
    cells |= {f"given.{name}": _cell(value) for name, value in case.given.items()}
    return [cells.get(column, "") for column in columns]


def _pairs(found: Mapping[str, object]) -> str:
    return BETWEEN.join(f"{name}={_cell(value)}" for name, value in found.items())


def _cell(value: object) -> str:
    if value is None:
        return UNKNOWN
    return str(value).lower() if isinstance(value, bool) else str(value)


def _read(name: str, content: bytes, columns: Sequence[str]) -> list[dict[str, str]]:
    """The lines below the row of column ids."""
    if len(content) > MOST_BYTES:
        raise _wrong(says("这个表太大，不像是算例。"))
    rows = list(_rows(name, content))
    start = next((n for n, row in enumerate(rows) if {"file", "case", "expect.outcome"} <= set(row)), None)
    if start is None:
        raise _wrong(says("没有找到英文列名的那一行（file、case、expect.outcome …）。"))
    head = rows[start]
    strange = sorted(set(filter(None, head)) - set(columns))
    if strange:
        raise _wrong(says("没有“{name}”这一列。"), name=strange[0])
    lines = [dict(zip(head, row, strict=False)) for row in rows[start + 1 :] if any(row)]
    if len(lines) > MOST_CASES:
        raise _wrong(says("一次最多{most}个算例。"), most=MOST_CASES)
    for number, line in enumerate(lines, start=start + 2):
        if not line.get("case") or not line.get("expect.outcome"):
            raise _wrong(says("第{row}行没有写 case 或 expect.outcome。"), row=number)
    return lines


def _rows(name: str, content: bytes) -> Iterator[list[str]]:
    if name.lower().endswith(".csv"):
        try:
            text = content.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = content.decode("gb18030", errors="replace")
        yield from (["".join(cell).strip() for cell in row] for row in csv.reader(io.StringIO(text)))
        return
    try:
        sheet = load_workbook(io.BytesIO(content)).get_sheet_by_index(0)
    except (CalamineError, OSError, ValueError) as error:
        raise _wrong(says("这个文件打不开，请存成 .xlsx 或 .csv。")) from error
    for row in sheet.to_python():
        yield [_plain(cell) for cell in row]


def _plain(cell: object) -> str:
    """Spreadsheet programs turn 12 into 12.0 and a date into a date."""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip().removesuffix(" 00:00:00") if not isinstance(cell, bool) else str(cell).lower()


def _written(path: Path, lines: Sequence[Mapping[str, str]]) -> str:
    """A file of examples with its own defaults and the lines of the table."""
    cases = read_yaml(path, Cases)
    kept: dict[str, Any] = {"on": cases.on.isoformat(), "area": cases.area, "defaults": dict(cases.defaults)}
    if cases.rows:
        kept["rows"] = {name: [dict(row) for row in rows] for name, rows in cases.rows.items()}
    kept["cases"] = [_case(line) for line in lines]
    return yaml.safe_dump(kept, allow_unicode=True, sort_keys=False, width=110)


def _case(line: Mapping[str, str]) -> dict[str, Any]:
    found: dict[str, Any] = {name: line[name] for name in ("case", "because", "on", "area") if line.get(name)}
    found.setdefault("because", "")
    if line.get("set"):
        found["set"] = _unpaired(line, "set")
    given = {n.removeprefix("given."): v for n, v in line.items() if n.startswith("given.") and v}
    if given:
        found["given"] = {name: None if value == UNKNOWN else value for name, value in given.items()}
    if line.get("rows"):
        try:
            found["rows"] = json.loads(line["rows"])
        except ValueError as error:
            raise _wrong(says("算例“{case}”的 rows 读不懂，请照原来的写法改。"), case=line["case"]) from error
    return {**found, "expect": _expected(line)}


def _expected(line: Mapping[str, str]) -> dict[str, Any]:
    expect: dict[str, Any] = {"outcome": line["expect.outcome"]}
    if line.get("expect.amount_yuan"):
        expect["amount_yuan"] = line["expect.amount_yuan"]
    for name in ("failed", "needs"):
        if line.get(f"expect.{name}"):
            expect[name] = [part.strip() for part in line[f"expect.{name}"].split(BETWEEN)]
    if line.get("expect.steps"):
        words = {"true": True, "false": False, UNKNOWN: None}
        expect["steps"] = {n: words.get(v, v) for n, v in _unpaired(line, "expect.steps").items()}
    return expect


def _unpaired(line: Mapping[str, str], column: str) -> dict[str, str]:
    found = {}
    for part in line[column].split(BETWEEN):
        name, equals, value = part.partition("=")
        if not equals:
            raise _wrong(
                says("算例“{case}”的 {column} 要写成 名字=取值，用“；”隔开。"),
                case=line["case"],
                column=column,
            )
        found[name.strip()] = value.strip()
    return found


def _wrong(message: str, **params: object) -> Refusal:
    refusal = Refusal("cases_wrong", message, says("请用下载的表格改，列名不要动。"), field="sheet")
    refusal.params = params
    return refusal
