"""A table's file before DuckDB: Parquet as it is, CSV (UTF-8, GB18030) and XLSX with their heading found first."""

# ruff: noqa: S608 — names come from `columns`, paths are literals

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import duckdb
from python_calamine import CalamineError, CalamineWorkbook

from gongyou.basics.refusal import Refusal, says
from gongyou.matching.tables.columns import Column, text

HEADER_WITHIN = 10
LISTS = frozenset({"codes", "divisions", "shifts"})
_SUFFIXES = (".parquet", ".csv", ".xlsx")


def find_table(folder: Path, table: str, title: str) -> Path:
    """The one file of a table. Raises Refusal for none or two."""
    found = [folder / f"{table}{suffix}" for suffix in _SUFFIXES if (folder / f"{table}{suffix}").is_file()]
    if len(found) != 1:
        raise Refusal(
            "match_table_missing" if not found else "match_table_twice",
            says("{folder}里没有“{title}”表（{table}.parquet、.csv 或 .xlsx）。")
            if not found
            else says("{folder}里“{title}”表（{table}）有不止一个文件。"),
            says("请放入这一张表，第一行写列名。") if not found else says("请只留一个。"),
            field="data",
            folder=str(folder),
            title=title,
            table=table,
        )
    return found[0]


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
        raise _broken(path) from error
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
            places = _places(columns, cells)
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
    raise _broken(path)


def _copy(rows: Iterator[tuple[int, Sequence[str]]], places: Sequence[int], writer: Any) -> None:
    for number, cells in rows:
        if any(cell.strip() for cell in cells):
            writer.writerow([number, *(cells[p] if p < len(cells) else "" for p in places)])


def _places(columns: Sequence[Column], cells: Sequence[str]) -> dict[str, int]:
    headings = {cell.strip().strip("*").lower(): n for n, cell in reversed(list(enumerate(cells)))}
    found = {c.id: headings.get(c.id, headings.get(c.title, -1)) for c in columns}
    return {name: place for name, place in found.items() if place >= 0}


def _missing(columns: Sequence[Column], present: set[str]) -> list[Column]:
    return [c for c in columns if not c.is_optional and c.id not in present]


def _complete(columns: Sequence[Column], path: Path, present: set[str]) -> None:
    missing = _missing(columns, present)
    if missing:
        raise Refusal(
            "match_column_missing",
            says("文件“{file}”缺少列：{columns}。"),
            says("表头要在前{rows}行里，中文或英文列名都可以。"),
            field="data",
            file=path.name,
            columns="、".join(f"{c.id}（{c.title}）" for c in missing),
            rows=HEADER_WITHIN,
        )


def _broken(path: Path) -> Refusal:
    return Refusal(
        "match_file_broken",
        says("文件“{file}”打不开，可能已损坏、有密码，或编码既不是 UTF-8 也不是 GB18030。"),
        says("请另存后重试。"),
        field="data",
        file=path.name,
    )


def _csv(path: Path) -> Iterator[tuple[int, Sequence[str]]]:
    with path.open(encoding=_encoding(path), newline="") as file:
        yield from enumerate(csv.reader(file), start=1)


def _encoding(path: Path) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            with path.open(encoding=encoding) as file:
                while file.read(io.DEFAULT_BUFFER_SIZE * 64):
                    pass
        except UnicodeDecodeError:
            continue
        return encoding
    raise _broken(path)


def _sheet(path: Path) -> Iterator[tuple[int, Sequence[str]]]:
    try:
        sheet = CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0)
        for number, cells in enumerate(sheet.iter_rows(), start=1):
            yield number, [_as_typed(cell) for cell in cells]
    except (CalamineError, IndexError, OSError, zipfile.BadZipFile) as error:
        raise _broken(path) from error


def _as_typed(cell: object) -> str:
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        return f"{cell:.15g}"
    return "" if cell is None else str(cell)
