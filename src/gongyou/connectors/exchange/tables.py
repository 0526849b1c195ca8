"""Tables as offices really send them: CSV in UTF-8 or GB18030, XLSX with title rows; cells come out as clean text."""

from __future__ import annotations

import csv
import io
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path

from python_calamine import CalamineError, CalamineWorkbook

from gongyou.basics.refusal import Refusal, says

HEADER_WITHIN = 10
EXACT = 2**53
MOST_JOINED = 100_000


@dataclass(frozen=True)
class Column:
    """A column by its identifier; `title` is its Chinese heading, which is accepted too."""

    id: str
    title: str
    is_required: bool = False
    example: str = ""
    says: str = ""


@dataclass(frozen=True)
class Row:
    """`number` is the row in the file as a person counts it, from 1."""

    number: int
    values: Mapping[str, str]


def read_table(path: Path, columns: Sequence[Column]) -> Iterator[Row]:
    """Rows below the header: the first of the first ten rows that holds all required columns.

    Raises Refusal naming file and missing columns; empty rows are passed over.
    """
    lines = enumerate(_lines(path), start=1)
    seen: list[list[str]] = []
    for number, cells in lines:
        if number > HEADER_WITHIN:
            break
        places = _places(cells, columns)
        if places is not None:
            yield from _rows(lines, places)
            return
        seen.append(cells)
    raise _no_header(path, columns, seen)


def _rows(lines: Iterator[tuple[int, list[str]]], places: Mapping[str, int]) -> Iterator[Row]:
    for number, cells in lines:
        values = {name: cells[place] if place < len(cells) else "" for name, place in places.items()}
        if any(values.values()):
            yield Row(number, values)


def _places(cells: Sequence[str], columns: Sequence[Column]) -> dict[str, int] | None:
    titles = {_plain_heading(c): i for i, c in reversed(list(enumerate(cells)))}
    places = {}
    for column in columns:
        place = titles.get(_plain_heading(column.id), titles.get(_plain_heading(column.title)))
        if place is None and column.is_required:
            return None
        if place is not None:
            places[column.id] = place
    return places


def _plain_heading(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip().strip("*").strip().lower().replace(" ", "")


def _no_header(path: Path, columns: Sequence[Column], seen: Sequence[Sequence[str]]) -> Refusal:
    required = [c for c in columns if c.is_required]
    best = max(
        (
            sum(
                _plain_heading(c.id) in _headings(r) or _plain_heading(c.title) in _headings(r)
                for c in required
            ),
            r,
        )
        for r in [list(s) for s in seen] or [[]]
    )[1]
    missing = [c for c in required if not {_plain_heading(c.id), _plain_heading(c.title)} & _headings(best)]
    return Refusal(
        "missing_columns",
        says("文件“{file}”前{rows}行里没有找到表头，缺少列：{missing}。"),
        says("请对照模板核对列名（中文或英文列名都可以）。"),
        field="header",
        file=path.name,
        rows=HEADER_WITHIN,
        missing="、".join(f"{c.title}（{c.id}）" for c in missing),
    )


def _headings(cells: Sequence[str]) -> set[str]:
    return {_plain_heading(c) for c in cells}


def _lines(path: Path) -> Iterator[list[str]]:
    if not path.is_file():
        raise _no_file(path)
    suffix = path.suffix.lower()
    if suffix in {".xlsx", ".xls", ".ods"}:
        yield from _sheet_lines(path)
    elif suffix in {".csv", ".txt"}:
        yield from _text_lines(path)
    else:
        raise Refusal(
            "file_kind",
            says("不认识“{file}”这种文件。"),
            says("请使用 .xlsx 或 .csv 文件。"),
            field="file",
            file=path.name,
        )


def _no_file(path: Path) -> Refusal:
    return Refusal(
        "no_file", says("没有找到文件“{file}”。"), says("请核对路径。"), field="file", file=str(path)
    )


def _text_lines(path: Path) -> Iterator[list[str]]:
    try:
        for cells in csv.reader(io.StringIO(read_text_file(path), newline="")):
            yield [cell.strip() for cell in cells]
    except csv.Error as error:
        raise Refusal(
            "broken_csv",
            says("文件“{file}”不是可以读取的 CSV：{reason}。"),
            says("请在表格软件里另存为 .xlsx 后重试。"),
            field="file",
            file=path.name,
            reason=str(error),
        ) from error


def read_text_file(path: Path) -> str:
    """UTF-8 (with or without BOM), GB18030, or UTF-16 where its mark says so. Raises Refusal."""
    if not path.is_file():
        raise _no_file(path)
    raw = path.read_bytes()
    marked = ("utf-16",) if raw[:2] in (b"\xff\xfe", b"\xfe\xff") else ("utf-8-sig", "gb18030")
    for encoding in marked:
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Refusal(
        "encoding",
        says("文件“{file}”的文字编码既不是 UTF-8，也不是 GB18030。"),
        says("请在表格软件里另存为 .xlsx 后重试。"),
        field="file",
        file=path.name,
    )


def _sheet_lines(path: Path) -> Iterator[list[str]]:
    try:
        sheet = CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0)
        joined = _joined_down(sheet.merged_cell_ranges)
        above: list[str] = []
        for number, cells in enumerate(sheet.iter_rows()):
            above = [
                above[place] if (number, place) in joined and place < len(above) else _text(cell)
                for place, cell in enumerate(cells)
            ]
            yield above
    except (CalamineError, IndexError, OSError) as error:
        raise Refusal(
            "broken_sheet",
            says("文件“{file}”打不开，可能已损坏或有密码。"),
            says("请用表格软件打开并另存后重试。"),
            field="file",
            file=path.name,
        ) from error


def _joined_down(
    ranges: Sequence[tuple[tuple[int, int], tuple[int, int]]] | None,
) -> frozenset[tuple[int, int]]:
    """Cells that say what the one above says: a column joined over several rows holds its text in the first alone."""
    return frozenset(
        (row, first[1])
        for first, last in ranges or ()
        if first[1] == last[1]
        for row in range(first[0] + 1, min(last[0], first[0] + MOST_JOINED) + 1)
    )


def _text(cell: object) -> str:
    """A cell as a person would have typed it: ids stay digits, dates ISO."""
    if cell is None or cell == "":
        return ""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        # Beyond 2**53 a spreadsheet has already lost digits: the number must not look like the one that was typed.
        return str(int(cell)) if cell.is_integer() and abs(cell) <= EXACT else repr(cell)
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time() else cell.isoformat(timespec="minutes")
    if isinstance(cell, date | time):
        return cell.isoformat()
    return str(cell).strip()
