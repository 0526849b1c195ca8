"""Cells as agencies write them, made plain before they are checked: units, Chinese dates, spreadsheet numbers.

Only what can be meant in one way is rewritten, digit by digit and without floats. What could be meant in two ways
keeps its writing and gets a mark, so that its row is rejected with the sentence that belongs to it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import lru_cache

from gongyou.basics.refusal import says
from gongyou.policy.definitions import ColumnSpec, Holds

SINCE_1900 = date(1899, 12, 30)
MARK = "\x1f"
"""Stands between what a cell says and why it is in doubt."""

DOUBTS: Mapping[str, str] = {
    "unit": says("读不准是多少：列名已经以万元为单位，格里又写了万、亿或人民币符号。请按列名的单位写数字。"),
    "serial": says("像是表格软件的日期序号，读不准是哪一天。请把这一列设为日期，或写成 2026-01-31。"),
    "order": says("读不准哪个是年、哪个是月、哪个是日。请写成 2026-01-31。"),
    "tenth": says("读不准是1月还是10月：表格软件会去掉末尾的0。请写成 2026-01。"),
    "spoilt": says("编号被表格软件改成了数字，后几位已经丢失。请把这一列设为文本，重新填写。"),
    "merged": says("这一格和上下几行合并了，读不准各行是多少。请取消合并，逐行填写。"),
    "tick": says("打叉可以是“是”，也可以是“否”。请写 是 或 否。"),
}
"""Why a cell is in doubt, and what to do."""

_AMOUNT = re.compile(r"([¥￥]|人民币|RMB)?(-?[\d,]*\.?\d*)(元整?|万元|亿元|万|亿)?", re.IGNORECASE)
_IN_YUAN = {"元": 1, "元整": 1, "万元": 10**4, "亿元": 10**8}
_YUAN: Mapping[Holds, Mapping[str, int]] = {"yuan": {**_IN_YUAN, "万": 10**4, "亿": 10**8}, "wan": _IN_YUAN}
"""Units written in a cell that mean one sum, in yuan. 900万 below a heading in 万元 could mean two."""
_HEADING: Mapping[Holds, tuple[int, int]] = {"yuan": (1, 2), "wan": (10**4, 6)}
"""Yuan in the unit of the heading, and how many decimal places it has."""
_PLAIN: Mapping[Holds, re.Pattern[str]] = {
    "yuan": re.compile(r"(\d+|\d{1,3}(,\d{3})+)(\.\d{0,2}0*)?"),
    "wan": re.compile(r"(\d+|\d{1,3}(,\d{3})+)(\.\d{0,6}0*)?"),
}
_WHOLE = re.compile(r"(\d{1,15}|\d{1,3}(,\d{3}){1,4})(\.\d{1,10})?")
_HEADS = re.compile(r"([\d,]+(?:\.\d*)?)[人名个户家]")
_FULL_DAY = re.compile(r"(\d{4})(?:年|[-/.])(\d{1,2})(?:月|[-/.])(\d{1,2})日?")
_COMPACT_DAY = re.compile(r"((?:19|20)\d\d)(\d\d)(\d\d)")
_FULL_MONTH = re.compile(r"(\d{4})(?:年(\d{1,2})月份?|-(\d{1,2}))")
_COMPACT_MONTH = re.compile(r"((?:19|20)\d\d)(0[1-9]|1[0-2])")
_POINT_MONTH = re.compile(r"(\d{4})\.(\d{1,2})")
_SHORT = re.compile(
    r"\d{1,2}[-/.月]\d{1,2}([-/.月]\d{2,4})?日?|[a-z]{3}-\d\d|\d{2}[-/.]\d{1,2}", re.IGNORECASE
)
_SERIAL = re.compile(r"[2-6]\d{4}(\.0*)?")
_SCIENCE = re.compile(r"\d(\.\d+)?e\+\d+", re.IGNORECASE)
_ZERO = re.compile(r"0+(\.0*)?")
_QUANTITIES = frozenset({"count", "mean", "yuan", "wan"})
_MOST_DIGITS = 15
"""A spreadsheet keeps no more digits of a number."""
_FIRST_SERIAL, _LAST_SERIAL = 20_000, 69_999
"""Day numbers between 1954 and 2091; others are no days of these tables."""


def plain(column: ColumnSpec, cell: object, epoch: date | None) -> str:
    """A cell as the checks read it. `epoch`: the day 0 of the workbook's day numbers; None where nobody says it."""
    if isinstance(cell, float | int) and not isinstance(cell, bool):
        return _number(column, cell, epoch or SINCE_1900)
    written = as_typed(cell)
    if epoch is not None and column.holds in ("date", "month") and _SERIAL.fullmatch(written.strip()):
        return _number(column, int(float(written)), epoch)  # a day number typed, or kept, as text
    return _text(column.holds, written)


@lru_cache(maxsize=65_536)  # months, days and amounts come again and again
def _text(holds: Holds, cell: str) -> str:
    written = cell.replace(MARK, " ").strip().removeprefix("'")
    if holds == "text" or not written:
        return written
    bare = unicodedata.normalize("NFKC", written)
    if holds == "date":
        return _day(bare.strip())
    bare = "".join(bare.split())
    return _BY_KIND.get(holds, _same)(bare)


def merged(column: ColumnSpec, cell: str, top: str) -> str:
    """A cell merged with cells of other rows. `top`: what the merged cell says.

    A name or day stands for its first row, a quantity for none of them; nothing shared by all is nothing for each.
    """
    if column.holds in _QUANTITIES and _ZERO.fullmatch(top):
        return top
    is_sure = column.holds == "text" or (cell and column.holds not in _QUANTITIES)
    return cell if is_sure or MARK in cell else f"{cell}{MARK}merged"


def as_typed(cell: object) -> str:
    """A cell of a spreadsheet as a person would have typed it: ids stay digits, dates ISO."""
    if cell is None or cell == "":
        return ""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        # What the spreadsheet shows: it keeps 15 digits, the rest is noise of its arithmetic.
        return f"{Decimal(f'{cell:.{_MOST_DIGITS}g}'):f}" if abs(cell) < 10**_MOST_DIGITS else f"{cell:e}"
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time() else cell.isoformat(timespec="minutes")
    if isinstance(cell, date | time):
        return cell.isoformat()
    return str(cell)


def _same(cell: str) -> str:
    return cell


def _number(column: ColumnSpec, cell: float | int, epoch: date) -> str:
    """A cell that is a number to the spreadsheet."""
    told = as_typed(float(cell))
    if column.holds in ("id", "credit_code") and abs(cell) >= 10**_MOST_DIGITS:
        return f"{told}{MARK}spoilt"
    if column.holds == "date" and _FIRST_SERIAL <= cell <= _LAST_SERIAL and float(cell).is_integer():
        return (epoch + timedelta(days=int(cell))).isoformat()
    if column.holds == "date":
        return _day(told)
    if column.holds == "month" and _FIRST_SERIAL <= cell <= _LAST_SERIAL:
        day = epoch + timedelta(days=int(cell))
        return day.isoformat()[:7] if day.day == 1 and float(cell).is_integer() else f"{told}{MARK}serial"
    return _month(told) if column.holds == "month" else told


def _day(cell: str) -> str:
    bare = "".join(cell.split())
    found = _FULL_DAY.fullmatch(bare) or _COMPACT_DAY.fullmatch(bare)
    if found:
        return _real("-".join(f"{int(part):02d}" for part in found.groups())) or cell
    if _SERIAL.fullmatch(bare):
        return f"{bare}{MARK}serial"
    if _SHORT.fullmatch(bare):
        return f"{bare}{MARK}order"
    return cell.replace("/", "-")


def _real(day: str) -> str:
    """The day if the calendar has it."""
    try:
        return date.fromisoformat(day).isoformat()
    except ValueError:
        return ""


def _month(cell: str) -> str:
    found = _FULL_MONTH.fullmatch(cell)
    if found:
        month = f"{found[1]}-{int(found[2] or found[3]):02d}"
        return month if _real(f"{month}-01") else cell
    if found := _COMPACT_MONTH.fullmatch(cell):
        return f"{found[1]}-{found[2]}"
    if found := _POINT_MONTH.fullmatch(cell):
        return f"{cell}{MARK}tenth" if found[2] == "1" else f"{found[1]}-{int(found[2]):02d}"
    if _SERIAL.fullmatch(cell):
        return f"{cell}{MARK}serial"
    return f"{cell}{MARK}order" if _SHORT.fullmatch(cell) else cell


def _money(holds: Holds) -> Callable[[str], str]:
    def read(cell: str) -> str:
        found = _AMOUNT.fullmatch(cell)
        if found is None or not any(c.isdigit() for c in cell):
            return cell
        sign, amount, unit = found.groups()
        if (unit and unit not in _YUAN[holds]) or (sign and holds == "wan" and not unit):
            return f"{cell}{MARK}unit"
        wanted, places = _HEADING[holds]
        factor = _YUAN[holds][unit] if unit else wanted
        if factor == wanted:
            return amount if _PLAIN[holds].fullmatch(amount) else cell
        return _converted(amount, factor, wanted, places) or cell

    return read


def _converted(amount: str, factor: int, wanted: int, places: int) -> str:
    """An amount written in one unit in another, exactly; '' where it is no amount or does not come out even."""
    if not _WHOLE.fullmatch(amount):
        return ""
    found = Decimal(amount.replace(",", "")) * factor / wanted
    told = f"{found:f}"
    told = told.rstrip("0").rstrip(".") if "." in told else told
    return told if len(told.partition(".")[2]) <= places else ""


def _heads(cell: str) -> str:
    found = _HEADS.fullmatch(cell)
    number = found[1] if found else cell
    is_grouped = re.fullmatch(r"\d{1,3}(,\d{3})+(\.0*)?", number)
    return number.replace(",", "") if is_grouped else number


def _identity(cell: str) -> str:
    return f"{cell}{MARK}spoilt" if _SCIENCE.fullmatch(cell) else cell


def _yes_or_no(cell: str) -> str:
    if cell in {"×", "x", "X", "✗", "✘"}:
        return f"{cell}{MARK}tick"
    return {"√": "是", "✓": "是", "✔": "是", "Y": "是", "N": "否"}.get(cell.upper(), cell)


_BY_KIND: Mapping[Holds, Callable[[str], str]] = {
    "yuan": _money("yuan"),
    "wan": _money("wan"),
    "count": _heads,
    "mean": _heads,
    "month": _month,
    "id": _identity,
    "credit_code": _identity,
    "flag": _yes_or_no,
}
