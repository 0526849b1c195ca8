"""Rows that can't be read: written down with table, row, column, value and reason, by temporary name and rename."""

from __future__ import annotations

import csv
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from gongyou.connectors.exchange.places import check_folder

FORMULA_STARTS = frozenset("=+-@\t\r＝＋－＠")
"""What Excel, LibreOffice and WPS take for the beginning of a formula; the wide ones in East Asian editions."""


@dataclass(frozen=True)
class Reject:
    table: str
    row: int
    column: str
    value: str
    reason: str


def write_rejects(path: Path, rejects: Sequence[Reject]) -> None:
    """`table,row,column,value,reason`, UTF-8 with BOM so that spreadsheet programs read it. Raises Refusal."""
    check_folder(path)
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    with temporary.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["table", "row", "column", "value", "reason"])
        for reject in rejects:
            line = (reject.table, str(reject.row), reject.column, reject.value, reject.reason)
            writer.writerow([safe_cell(cell) for cell in line])
    temporary.replace(path)


def safe_cell(value: str) -> str:
    """A text cell that a spreadsheet program will not take for a formula."""
    return f"'{value}" if value.lstrip(" ")[:1] in FORMULA_STARTS and value.strip() else value
