"""Writing a bank's file: a line of control totals, headings, one payment a line."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

import xlsxwriter

from gongyou.basics.money import fen_to_text
from gongyou.basics.refusal import Refusal, says
from gongyou.engines.benefits.definitions import BankLayout
from gongyou.engines.benefits.ports import BankLine, Control

_CELLS: dict[str, Callable[[BankLine], str]] = {
    "position": lambda line: str(line.position),
    "number": lambda line: line.number,
    "account_name": lambda line: line.account_name,
    "account_no": lambda line: line.account_no,
    "bank_name": lambda line: line.bank_name,
    "amount_yuan": lambda line: yuan(line.amount_fen),
    "purpose": lambda line: line.purpose,
}
FIRST_DAY = datetime(2000, 1, 1, tzinfo=UTC)
"""Stands in XLSX as the day it was made: the same lines are the same bytes."""


def yuan(fen: int) -> str:
    """12.30: no thousands separators, always two places."""
    return fen_to_text(fen).replace(",", "")


def write_lines(
    path: Path, layout: BankLayout, control: Control, lines: Iterator[Sequence[BankLine]]
) -> None:
    """Raises Refusal: the lines do not add up to the control totals (nothing of the file may be used)."""
    counted = _Counted(lines)
    rows = _rows(layout, control, counted)
    (_csv if layout.form == "csv" else _xlsx)(path, layout, rows)
    if (counted.count, counted.sum_fen) != (control.count, control.sum_fen):
        path.unlink(missing_ok=True)
        raise Refusal(
            "control_differs",
            says("银行文件应为{count}笔{sum}元，实为{found}笔{found_sum}元，没有生成。"),
            says("请联系系统管理员核对批次。"),
            count=control.count,
            sum=yuan(control.sum_fen),
            found=counted.count,
            found_sum=yuan(counted.sum_fen),
        )


class _Counted:
    """Passes lines on and counts them."""

    def __init__(self, lines: Iterator[Sequence[BankLine]]) -> None:
        self.lines, self.count, self.sum_fen = lines, 0, 0

    def __iter__(self) -> Iterator[BankLine]:
        for some in self.lines:
            for line in some:
                self.count += 1
                self.sum_fen += line.amount_fen
                yield line


def _rows(layout: BankLayout, control: Control, lines: _Counted) -> Iterator[list[str]]:
    words = layout.control_words
    totals = [words[0], str(control.count), words[1], yuan(control.sum_fen)]
    cells = [_CELLS[column.id] for column in layout.columns]
    if layout.control == "first":
        yield totals
    yield [column.title for column in layout.columns]
    for line in lines:
        yield [plain(cell(line), layout) for cell in cells]
    if layout.control == "last":
        yield totals


def plain(text: str, layout: BankLayout) -> str:
    """One line, nothing a spreadsheet takes for a formula, nothing the encoding can't say."""
    tidy = text if text.isprintable() else "".join(c if c.isprintable() else " " for c in text)
    tidy = tidy.strip().lstrip("=@+")
    if tidy.isascii():
        return tidy
    return tidy.encode(layout.encoding, "replace").decode(layout.encoding) if layout.form == "csv" else tidy


def _csv(path: Path, layout: BankLayout, rows: Iterator[list[str]]) -> None:
    with path.open("w", encoding=layout.encoding, newline="") as file:
        csv.writer(file, delimiter=layout.delimiter).writerows(rows)


def _xlsx(path: Path, layout: BankLayout, rows: Iterator[list[str]]) -> None:
    # Every cell is text: an account of 19 digits must not become a number.
    book = xlsxwriter.Workbook(str(path), {"constant_memory": True, "strings_to_formulas": False})
    book.set_properties({"created": FIRST_DAY})
    sheet = book.add_worksheet()
    sheet.set_column(0, len(layout.columns), 24)
    for number, row in enumerate(rows):
        for place, cell in enumerate(row):
            sheet.write_string(number, place, cell)
    book.close()
