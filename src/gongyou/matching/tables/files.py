"""A table's file before DuckDB: Parquet as it is, CSV (UTF-8, GB18030) and XLSX with their heading found first."""

# ruff: noqa: S608 — names come from `columns`, paths are literals

from __future__ import annotations

import csv
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import duckdb
from python_calamine import CalamineError, CalamineWorkbook

from gongyou.basics.sheets import HEADER_WITHIN, broken, encoding_of, incomplete, places_of
from gongyou.matching.tables.columns import Column, text

LISTS = frozenset({"codes", "divisions", "shifts"})


def load_raw(
    con: duckdb.DuckDBPyConnection, table: str, columns: Sequence[Column], path: Path, work: Path
) -> None:
    """Make `raw_<table>`: `row` (as a spreadsheet counts it; in Parquet the record), cells as text or lists of text."""
    if path.suffix == ".parquet":
        source, types = _parquet(con, columns, path)
        row = "file_row_number + 1"
    else:
        source, types = _cleaned(columns, path, work)
        row = '"row"'
    cells = ", ".join(f'{_cell(c, types.get(c.id))} AS "{c.id}"' for c in columns)
    con.execute(f"CREATE OR REPLACE TEMP TABLE raw_{table} AS SELECT {row} AS row, {cells} FROM {source}")


def _cell(column: Column, type_: str | None) -> str:
    name = f'"{column.id}"'
    is_list = column.holds in LISTS
    if type_ is None:
        return "NULL::VARCHAR[]" if is_list else "NULL::VARCHAR"
    if not is_list:
        return f"nullif(trim(CAST({name} AS VARCHAR)), '')"
    listed = (
        f"CAST({name} AS VARCHAR[])"
        if type_.endswith("[]")
        else f"string_split(CAST({name} AS VARCHAR), '|')"
    )
    return f"list_filter(list_transform({listed}, lambda x: trim(x)), lambda x: x <> '')"


def _parquet(
    con: duckdb.DuckDBPyConnection, columns: Sequence[Column], path: Path
) -> tuple[str, dict[str, str]]:
    source = f"read_parquet({text(str(path))}, file_row_number = true)"
    try:
        described = con.execute(f"DESCRIBE SELECT * FROM {source}").fetchall()
    except duckdb.Error as error:
        raise broken(path) from error
    types = {str(row[0]): str(row[1]) for row in described}
    _complete(columns, path, set(types))
    return source, types


def _cleaned(columns: Sequence[Column], path: Path, work: Path) -> tuple[str, dict[str, str]]:
    rows = _sheet(path) if path.suffix == ".xlsx" else _csv(path)
    clean = work / f"{path.stem}.clean.csv"
    best: set[str] = set()
    with clean.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, quoting=csv.QUOTE_ALL)
        for number, cells in rows:
            places = places_of(columns, cells)
            best = max(best, set(places), key=len)
            if not _missing(columns, set(places)):
                _copy(rows, list(places.values()), writer)
                names = {"row": "BIGINT", **dict.fromkeys(places, "VARCHAR")}
                typed = ", ".join(f"{text(n)}: '{t}'" for n, t in names.items())
                return (
                    f"read_csv({text(str(clean))}, header = false, auto_detect = false, delim = ',', quote = '\"', "
                    f"escape = '\"', max_line_size = 10000000, columns = {{{typed}}})",
                    names,
                )
            if number >= HEADER_WITHIN:
                break
    _complete(columns, path, best)
    raise broken(path)


def _copy(rows: Iterator[tuple[int, Sequence[str]]], places: Sequence[int], writer: Any) -> None:
    for number, cells in rows:
        if any(cell.strip() for cell in cells):
            writer.writerow([number, *(cells[p] if p < len(cells) else "" for p in places)])


def _missing(columns: Sequence[Column], present: set[str]) -> list[Column]:
    return [c for c in columns if not c.is_optional and c.id not in present]


def _complete(columns: Sequence[Column], path: Path, present: set[str]) -> None:
    missing = _missing(columns, present)
    if missing:
        raise incomplete(path, path.stem, missing)


def _csv(path: Path) -> Iterator[tuple[int, Sequence[str]]]:
    with path.open(encoding=encoding_of(path), newline="") as file:
        yield from enumerate(csv.reader(file), start=1)


def _sheet(path: Path) -> Iterator[tuple[int, Sequence[str]]]:
    try:
        sheet = CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0)
        for number, cells in enumerate(sheet.iter_rows(), start=1):
            yield number, [_as_typed(cell) for cell in cells]
    except (CalamineError, IndexError, OSError, zipfile.BadZipFile) as error:
        raise broken(path) from error


def _as_typed(cell: object) -> str:
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        return f"{cell:.15g}"
    return "" if cell is None else str(cell)
