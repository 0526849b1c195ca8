"""When a right ends (Civil Code arts. 200-203), as pure dates. The last day is never put off here.

A period that ends on a rest day lasts until the next working day; whoever decides on it may say so. What a worker is
shown is the plain day: to be early costs nothing, to be late costs the right.
"""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta

YEAR, MONTH, DAY = "year", "month", "calendar_day"
UNITS = (YEAR, MONTH, DAY)


def last_day(started_on: date, within: int, unit: str) -> date:
    """The last day of a period whose first day is not counted. Raises ValueError for an unknown unit."""
    if unit == DAY:
        return started_on + timedelta(days=within)
    if unit not in UNITS:
        raise ValueError(f"a legal limit is counted in {UNITS}, not {unit!r}")
    months = within * (12 if unit == YEAR else 1)
    year, month = divmod(started_on.year * 12 + started_on.month - 1 + months, 12)
    return date(year, month + 1, min(started_on.day, monthrange(year, month + 1)[1]))


def is_near(expires_on: date, warn_days: int, on: date) -> bool:
    """Whether a right that ends on a day is to be warned of, its last days begun or past."""
    return on >= expires_on - timedelta(days=warn_days)
