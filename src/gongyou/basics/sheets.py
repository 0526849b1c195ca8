"""Tables as agencies send them, as far as every reader of them agrees: which file, how encoded, which headings."""

from __future__ import annotations

import io
import unicodedata
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from gongyou.basics.refusal import Refusal, says

SUFFIXES = (".parquet", ".csv", ".xlsx")
HEADER_WITHIN = 10
"""Rows in which a heading is looked for."""


class Heading(Protocol):
    """A column by its id and its Chinese title."""

    @property
    def id(self) -> str: ...

    @property
    def title(self) -> str: ...


def files_of(folder: Path, table: str) -> list[Path]:
    """The files a table's content may stand in."""
    return [path for suffix in SUFFIXES if (path := folder / f"{table}{suffix}").is_file()]


def find_table(folder: Path, table: str, title: str) -> Path:
    """The one file of a table. Raises Refusal for none or two."""
    found = files_of(folder, table)
    if len(found) != 1:
        raise Refusal(
            "table_missing" if not found else "table_twice",
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


def plain_heading(cell: str) -> str:
    """A heading as it is compared: no full-width forms, no star of a required column, lower case."""
    return unicodedata.normalize("NFKC", cell).strip().strip("*").strip().lower()


def places_of(columns: Sequence[Heading], cells: Sequence[str]) -> dict[str, int]:
    """Column → place in a row of headings, by id or title; the first of two alike."""
    headings = {plain_heading(cell): place for place, cell in reversed(list(enumerate(cells)))}
    found = {}
    for column in columns:
        place = headings.get(plain_heading(column.id), headings.get(plain_heading(column.title)))
        if place is not None:
            found[column.id] = place
    return found


def incomplete(path: Path, table: str, missing: Sequence[Heading]) -> Refusal:
    """What to say of a file without these columns."""
    return Refusal(
        "column_missing",
        says("文件“{file}”缺少列：{columns}。"),
        says("表头要在前{rows}行里，中文或英文列名都可以。"),
        field="data",
        file=path.name,
        table=table,
        columns="、".join(f"{c.id}（{c.title}）" for c in missing),
        rows=HEADER_WITHIN,
    )


def broken(path: Path) -> Refusal:
    """What to say of a file nobody can open."""
    return Refusal(
        "file_broken",
        says("文件“{file}”打不开，可能已损坏、有密码，或编码既不是 UTF-8 也不是 GB18030。"),
        says("请另存后重试。"),
        field="data",
        file=path.name,
    )


def encoding_of(path: Path) -> str:
    """UTF-8 if the whole file is; else GB18030. Raises Refusal if it is neither."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            with path.open(encoding=encoding) as file:
                while file.read(io.DEFAULT_BUFFER_SIZE * 64):
                    pass
        except UnicodeDecodeError:
            continue
        return encoding
    raise broken(path)


def safe_cell(value: str) -> str:
    """A cell that a spreadsheet program will not take for a formula; plain negative numbers stay."""
    is_number = value[1:].replace(".", "", 1).isdigit()
    risky = value[:1] in {"=", "@", "\t", "\r"} or (value[:1] in {"+", "-"} and not is_number)
    return f"'{value}" if risky else value
