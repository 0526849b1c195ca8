"""The words of the language as plain Python: one subject is judged by calling the rules with these."""

from __future__ import annotations

import calendar
from collections.abc import Callable
from datetime import date
from fractions import Fraction
from typing import Any, TypeVar

from gongyou.basics import money

F = TypeVar("F", bound=Callable[..., Any])

# Units are read from the annotations' text; at run time they are the plain types below.
Fen = int  # money, whole fen, int64
Count = int  # people, months, times
Mean = Fraction  # an average: exact to 6 decimal places
Rate = Fraction  # a share of something: exact to 6 decimal places, never a float
Month = date  # its first day
Date = date
Code = str  # one of a closed list


class UndefinedRatio(ArithmeticError):
    """A ratio to nothing: the answer is unknown, neither kept nor broken."""


def share(amount_fen: int, rate: Fraction) -> int:
    """`amount_fen` × `rate` in whole fen, half up (四舍五入, ties away from zero)."""
    return money.share(amount_fen, rate)


def ratio(part: int | Fraction, whole: int | Fraction) -> Fraction:
    """part / whole, exact. Raises UndefinedRatio unless `whole` is positive."""
    if whole <= 0:
        raise UndefinedRatio
    return Fraction(part) / Fraction(whole)


def month_of(day: date) -> date:
    """The month a day lies in."""
    return day.replace(day=1)


def year_of(day: date) -> int:
    """The calendar year of a day or a month."""
    return day.year


def add_months(day: date, months: int) -> date:
    """The same day so many months later; a day that does not exist becomes the month's last."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def rule(**_declared: object) -> Callable[[F], F]:
    """Marks a rule: source, says; name, given, since, until where it has several bodies."""
    return lambda function: function


def total(**_declared: object) -> Callable[[F], F]:
    """Marks a total over child rows: of (the table), how (count | sum), value (the column summed)."""
    return lambda function: function


def all_of(*names: str, **_declared: object) -> tuple[str, ...]:
    """Named conditions of which all must hold."""
    return names


def any_of(*names: str, **_declared: object) -> tuple[str, ...]:
    """Named conditions of which one must hold."""
    return names


def lookup(table: str, **_declared: object) -> str:
    """The row of a keyed table: its columns become names."""
    return table


CALLABLE: dict[str, Callable[..., Any]] = {
    "add_months": add_months,
    "max": max,
    "min": min,
    "month_of": month_of,
    "ratio": ratio,
    "share": share,
    "year_of": year_of,
}
