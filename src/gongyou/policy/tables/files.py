"""Finding a table's file and bringing it before DuckDB: Parquet as it is, CSV and XLSX cleaned cell by cell first."""

# ruff: noqa: S608 — every name in the SQL comes from a checked policy and is quoted; values are literals

from __future__ import annotations

import csv
import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import zip_longest
from pathlib import Path
from typing import Any

import duckdb
from python_calamine import CalamineError, CalamineWorkbook

from gongyou.basics.sheets import (
    HEADER_WITHIN,
    broken,
    encoding_of,
    files_of,
    find_table,
    incomplete,
    places_of,
)
from gongyou.policy.definitions import ColumnSpec, TableSpec
from gongyou.policy.tables.cells import quoted, text
from gongyou.policy.tables.written import SINCE_1900, as_typed, merged, plain

MOST_MERGED = 100_000
ROW = "__row"


@dataclass(frozen=True)
class RawTable:
    """A table DuckDB can read. `relation`: SQL after FROM; `types`: column → type, for the columns that are there."""

    spec: TableSpec
    relation: str
    row: str
    types: dict[str, str]
    path: Path | None = None
    """The Parquet file it stands in, if it does; also a pattern for the files of a part."""


def open_table(con: duckdb.DuckDBPyConnection, spec: TableSpec, folder: Path, work: Path) -> RawTable:
    """Open `folder/<table>.{parquet,csv,xlsx}`. Raises Refusal for a missing table, a missing column, a broken file."""
    if spec.is_optional and not files_of(folder, spec.id):
        return _no_rows(spec)
    found = find_table(folder, spec.id, spec.title)
    if found.suffix == ".parquet":
        return _parquet(con, spec, found)
    return _cleaned(con, spec, found, work)


def open_tables(
    con: duckdb.DuckDBPyConnection, tables: Iterable[TableSpec], folder: Path, work: Path
) -> list[RawTable]:
    """All tables of a policy, in the order given. Raises Refusal."""
    return [open_table(con, spec, folder, work) for spec in tables]


def _no_rows(spec: TableSpec) -> RawTable:
    columns = {c.id: "VARCHAR" for c in spec.columns if not c.is_optional}
    cells = ", ".join(f"CAST(NULL AS VARCHAR) AS {quoted(name)}" for name in columns)
    return RawTable(spec, f"(SELECT {cells} WHERE FALSE)", "0", columns)


def _parquet(con: duckdb.DuckDBPyConnection, spec: TableSpec, path: Path) -> RawTable:
    source = f"read_parquet({text(str(path))}, file_row_number = true)"
    try:
        described = con.execute(f"DESCRIBE SELECT * FROM {source}").fetchall()
    except duckdb.Error as error:
        raise broken(path) from error
    types = {str(row[0]): str(row[1]) for row in described}
    _complete(spec, path, types)
    wanted = {c.id: types[c.id] for c in spec.columns if c.id in types}
    return RawTable(spec, source, "file_row_number + 1", wanted, path)


def _cleaned(con: duckdb.DuckDBPyConnection, spec: TableSpec, path: Path, work: Path) -> RawTable:
    """Write the wanted columns as clean UTF-8 CSV and load that."""
    sheet = _sheet(path) if path.suffix == ".xlsx" else _Sheet(_csv(path))
    clean = work / f"{spec.id}.clean.csv"
    with clean.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        columns = _copy(spec, path, sheet, writer)
    name = f"raw_{spec.id}"
    names = ", ".join(f"{text(c)}: 'VARCHAR'" for c in columns)
    con.execute(
        f"CREATE TEMP TABLE {quoted(name)} AS SELECT * FROM read_csv({text(str(clean))}, header = false, "
        f"auto_detect = false, delim = ',', quote = '\"', escape = '\"', new_line = '\\r\\n', "
        f"max_line_size = 10000000, columns = {{{text(ROW)}: 'BIGINT', {names}}})"
    )
    clean.unlink()
    return RawTable(spec, quoted(name), quoted(ROW), dict.fromkeys(columns, "VARCHAR"))


@dataclass(frozen=True)
class _Sheet:
    """Cells as they stand in a file. `epoch`: day 0 of its day numbers, None where it does not say.

    `merged`: each cell merged with other rows' → the first cell of them, which alone holds what they say.
    """

    rows: Iterator[Sequence[object]]
    epoch: date | None = None
    merged: Mapping[tuple[int, int], tuple[int, int]] = field(default_factory=dict)


def _copy(spec: TableSpec, path: Path, sheet: _Sheet, writer: Any) -> list[str]:
    numbered = enumerate(sheet.rows, start=1)
    best: set[str] = set()
    above: list[str] = []
    for number, cells in numbered:
        headings = [as_typed(cell) for cell in cells]
        for tried in (headings, _joined(above, headings)):
            places = places_of(spec.columns, tried)
            best = set(places) if len(places) >= len(best) else best
            if not _missing(spec, set(places)):
                _copy_rows(spec, places, sheet, numbered, writer)
                return [c.id for c in spec.columns if c.id in places]
        above = headings
        if number >= HEADER_WITHIN:
            break
    raise incomplete(path, spec.id, _missing(spec, best))


def _joined(above: Sequence[str], below: Sequence[str]) -> list[str]:
    """A heading of two rows: what is empty below was merged from above."""
    return [low if low.strip() else high for high, low in zip_longest(above, below, fillvalue="")]


def _copy_rows(
    spec: TableSpec,
    places: Mapping[str, int],
    sheet: _Sheet,
    numbered: Iterable[tuple[int, Sequence[object]]],
    writer: Any,
) -> None:
    columns = [(c, places[c.id]) for c in spec.columns if c.id in places]
    said: dict[tuple[int, int], str] = {}
    for row, values in numbered:
        if not any(as_typed(value).strip() for value in values):
            continue
        cells = [plain(c, values[at] if at < len(values) else "", sheet.epoch) for c, at in columns]
        if sheet.merged:
            tops = [sheet.merged.get((row, at)) for _, at in columns]
            said |= {
                top: cell for (_, at), cell, top in zip(columns, cells, tops, strict=True) if top == (row, at)
            }
            cells = [
                merged(c, cell, said.get(top, "")) if top else cell
                for (c, _), cell, top in zip(columns, cells, tops, strict=True)
            ]
        writer.writerow([row, *cells])


def _missing(spec: TableSpec, present: set[str]) -> list[ColumnSpec]:
    return [c for c in spec.columns if not c.is_optional and c.id not in present]


def _complete(spec: TableSpec, path: Path, types: dict[str, str]) -> None:
    missing = _missing(spec, set(types))
    if missing:
        raise incomplete(path, spec.id, missing)


def _csv(path: Path) -> Iterator[list[str]]:
    encoding = encoding_of(path)
    with path.open(encoding=encoding, newline="") as file:
        yield from csv.reader(file)


def _sheet(path: Path) -> _Sheet:
    try:
        sheet = CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0)
        return _Sheet(sheet.iter_rows(), _epoch(path), _merged(sheet.merged_cell_ranges or ()))
    except (CalamineError, IndexError, OSError, zipfile.BadZipFile, KeyError) as error:
        raise broken(path) from error


def _merged(
    ranges: Iterable[tuple[tuple[int, int], tuple[int, int]]],
) -> dict[tuple[int, int], tuple[int, int]]:
    """Row (from 1) and place (from 0) of cells merged with cells of other rows → those of the first of them."""
    return {
        (row + 1, place): (top + 1, left)
        for (top, left), (bottom, right) in ranges
        if bottom > top
        for row in range(top, min(bottom, top + MOST_MERGED) + 1)
        for place in range(left, min(right, left + MOST_MERGED) + 1)
    }


def _epoch(path: Path) -> date:
    """Workbooks made on old Macintoshes count days from 1904."""
    with zipfile.ZipFile(path) as parts:
        is_1904 = re.search(rb'date1904="(1|true)"', parts.read("xl/workbook.xml")) is not None
    return date(1904, 1, 1) if is_1904 else SINCE_1900
