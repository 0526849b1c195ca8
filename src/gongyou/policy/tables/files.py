"""Finding a table's file and bringing it before DuckDB: Parquet as it is, CSV and XLSX cleaned cell by cell first."""

# ruff: noqa: S608 — every name in the SQL comes from a checked policy and is quoted; values are literals

from __future__ import annotations

import csv
import io
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path

import duckdb
from python_calamine import CalamineError, CalamineWorkbook

from gongyou.basics.refusal import Refusal, says
from gongyou.policy.definitions import ColumnSpec, TableSpec
from gongyou.policy.tables.cells import quoted, text

HEADER_WITHIN = 10
ROW = "__row"
_SUFFIXES = (".parquet", ".csv", ".xlsx")


@dataclass(frozen=True)
class RawTable:
    """A table DuckDB can read. `relation`: SQL after FROM; `types`: column → type, for the columns that are there."""

    spec: TableSpec
    relation: str
    row: str
    types: dict[str, str]
    path: Path | None = None
    """The Parquet file it stands in, if it does."""


def open_table(con: duckdb.DuckDBPyConnection, spec: TableSpec, folder: Path, work: Path) -> RawTable:
    """Open `folder/<table>.{parquet,csv,xlsx}`. Raises Refusal for a missing table, a missing column, a broken file."""
    found = [
        folder / f"{spec.id}{suffix}" for suffix in _SUFFIXES if (folder / f"{spec.id}{suffix}").is_file()
    ]
    if len(found) != 1:
        raise Refusal(
            "table_missing" if not found else "table_twice",
            says("{folder}里没有“{title}”表（{table}.parquet、.csv 或 .xlsx）。")
            if not found
            else says("{folder}里“{title}”表（{table}）有不止一个文件。"),
            says("请放入这一张表，第一行写列名。") if not found else says("请只留一个。"),
            field="data",
            folder=str(folder),
            title=spec.title,
            table=spec.id,
        )
    if found[0].suffix == ".parquet":
        return _parquet(con, spec, found[0])
    return _cleaned(con, spec, found[0], work)


def _parquet(con: duckdb.DuckDBPyConnection, spec: TableSpec, path: Path) -> RawTable:
    source = f"read_parquet({text(str(path))}, file_row_number = true)"
    try:
        described = con.execute(f"DESCRIBE SELECT * FROM {source}").fetchall()
    except duckdb.Error as error:
        raise _broken(path) from error
    types = {str(row[0]): str(row[1]) for row in described}
    _complete(spec, path, types)
    wanted = {c.id: types[c.id] for c in spec.columns if c.id in types}
    return RawTable(spec, source, "file_row_number + 1", wanted, path)


def _cleaned(con: duckdb.DuckDBPyConnection, spec: TableSpec, path: Path, work: Path) -> RawTable:
    """Write the wanted columns as clean UTF-8 CSV and load that."""
    rows = _sheet(path) if path.suffix == ".xlsx" else _csv(path)
    clean = work / f"{spec.id}.clean.csv"
    with clean.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        columns = _copy(spec, path, rows, writer)
    name = f"raw_{spec.id}"
    names = ", ".join(f"{text(c)}: 'VARCHAR'" for c in columns)
    con.execute(
        f"CREATE TEMP TABLE {quoted(name)} AS SELECT * FROM read_csv({text(str(clean))}, header = false, "
        f"auto_detect = false, delim = ',', quote = '\"', escape = '\"', new_line = '\\r\\n', "
        f"max_line_size = 10000000, columns = {{{text(ROW)}: 'BIGINT', {names}}})"
    )
    clean.unlink()
    return RawTable(spec, quoted(name), quoted(ROW), dict.fromkeys(columns, "VARCHAR"))


def _copy(spec: TableSpec, path: Path, rows: Iterator[list[str]], writer: object) -> list[str]:
    numbered = enumerate(rows, start=1)
    best: set[str] = set()
    for number, cells in numbered:
        places = _places(spec, cells)
        if len(places) >= len(best):
            best = set(places)
        if _missing(spec, set(places)):
            if number >= HEADER_WITHIN:
                break
            continue
        columns = [c for c in spec.columns if c.id in places]
        write = writer.writerow  # type: ignore[attr-defined]
        for row, values in numbered:
            cells_of = [values[places[c.id]] if places[c.id] < len(values) else "" for c in columns]
            if any(v.strip() for v in values):
                write([row, *(_clean(c, v) for c, v in zip(columns, cells_of, strict=True))])
        return [c.id for c in columns]
    raise _incomplete(spec, path, _missing(spec, best))


def _places(spec: TableSpec, cells: Sequence[str]) -> dict[str, int]:
    headings = {_heading(cell): place for place, cell in reversed(list(enumerate(cells)))}
    found = {}
    for column in spec.columns:
        place = headings.get(_heading(column.id), headings.get(_heading(column.title)))
        if place is not None:
            found[column.id] = place
    return found


def _heading(cell: str) -> str:
    return unicodedata.normalize("NFKC", cell).strip().strip("*").strip().lower()


def _clean(column: ColumnSpec, cell: str) -> str:
    """Full-width digits and stray marks removed; names stay as they are written."""
    cell = cell.strip().removeprefix("'")
    if column.holds == "text":
        return cell
    return unicodedata.normalize("NFKC", cell).replace(" ", "") if column.holds != "date" else _day(cell)


def _day(cell: str) -> str:
    return unicodedata.normalize("NFKC", cell).replace("/", "-")


def _missing(spec: TableSpec, present: set[str]) -> list[ColumnSpec]:
    return [c for c in spec.columns if not c.is_optional and c.id not in present]


def _complete(spec: TableSpec, path: Path, types: dict[str, str]) -> None:
    missing = _missing(spec, set(types))
    if missing:
        raise _incomplete(spec, path, missing)


def _incomplete(spec: TableSpec, path: Path, missing: list[ColumnSpec]) -> Refusal:
    return Refusal(
        "column_missing",
        says("文件“{file}”缺少列：{columns}。"),
        says("表头要在前{rows}行里，中文或英文列名都可以。"),
        field="data",
        file=path.name,
        table=spec.id,
        columns="、".join(f"{c.id}（{c.title}）" for c in missing),
        rows=HEADER_WITHIN,
    )


def _broken(path: Path) -> Refusal:
    return Refusal(
        "file_broken",
        says("文件“{file}”打不开，可能已损坏、有密码，或编码既不是 UTF-8 也不是 GB18030。"),
        says("请另存后重试。"),
        field="data",
        file=path.name,
    )


def _csv(path: Path) -> Iterator[list[str]]:
    encoding = _encoding(path)
    with path.open(encoding=encoding, newline="") as file:
        yield from csv.reader(file)


def _encoding(path: Path) -> str:
    """UTF-8 if the whole file is; else GB18030. Raises Refusal if it is neither."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            with path.open(encoding=encoding) as file:
                while file.read(io.DEFAULT_BUFFER_SIZE * 64):
                    pass
        except UnicodeDecodeError:
            continue
        return encoding
    raise _broken(path)


def _sheet(path: Path) -> Iterator[list[str]]:
    try:
        for cells in CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).iter_rows():
            yield [_cell(cell) for cell in cells]
    except (CalamineError, IndexError, OSError) as error:
        raise _broken(path) from error


def _cell(cell: object) -> str:
    """A cell as a person would have typed it: ids stay digits, dates ISO."""
    if cell is None or cell == "":
        return ""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() else repr(cell)
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time() else cell.isoformat(timespec="minutes")
    if isinstance(cell, date | time):
        return cell.isoformat()
    return str(cell)
