"""Ages that law moves: a function of birth month, sex, job category and date, never a constant."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from gongyou.credentials.definitions import AgeRow, AgeTable

MONTHS = 12


def add_months(day: date, months: int) -> date:
    """The same day number `months` later, or the month's last day where it has none (Civil Code 202)."""
    index = day.year * MONTHS + day.month - 1 + months
    year, month = divmod(index, MONTHS)
    for number in range(day.day, 27, -1):
        try:
            return date(year, month + 1, number)
        except ValueError:
            continue
    return date(year, month + 1, min(day.day, 28))


@dataclass(frozen=True)
class Reached:
    """When people with these facts reach an age: one day, or two where sex or category is not known."""

    earliest: date
    latest: date

    def is_reached(self, on: date) -> bool | None:
        """None: it depends on a fact nobody gave."""
        if on >= self.latest:
            return True
        return False if on < self.earliest else None


def reached(table: AgeTable, birth: date, sex: str = "", category: str = "") -> Reached | None:
    """The day(s) the age of a table is reached. `sex` and `category` empty: unknown. None: no line fits."""
    days = [age_day(row, birth) for row in _rows(table.rows, sex, category)]
    return Reached(min(days), max(days)) if days else None


def age_day(row: AgeRow, birth: date) -> date:
    """Birth month plus the row's months, later by one month for every `step` birth months begun since `start`."""
    return add_months(birth, row.months + delay_months(row, birth))


def delay_months(row: AgeRow, birth: date) -> int:
    if not row.start:
        return 0
    year, month = (int(part) for part in row.start.split("-"))
    since = (birth.year - year) * MONTHS + birth.month - month
    return 0 if since < 0 else min(row.most, since // row.step + 1)


def _rows(rows: Iterable[AgeRow], sex: str, category: str) -> list[AgeRow]:
    return [
        row
        for row in rows
        if (not sex or row.sex in {"any", sex}) and (not category or row.category in {"any", category})
    ]


def last_day(begin: date, months: int) -> date:
    """The last day of a term that begins on `begin`: the day before the same day number comes round."""
    return add_months(begin, months) - timedelta(days=1)
