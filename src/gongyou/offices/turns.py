"""Whose turn it is: a rotation's pattern over open days, without a database.

The turn of a day depends on the rule and the calendar alone, never on what was published before, so that the same
month can be planned again and gives the same rota. Whoever is away or busy is passed over for that day and keeps the
place in the order: nobody's absence moves everybody else's turn.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from gongyou.offices.opening import Stretch

MONTHS = 12


@dataclass(frozen=True)
class Member:
    """Somebody on a rotation. `key` tells people apart: the account, or the name at this office."""

    name: str
    account_id: UUID | None = None
    phone: str = ""

    @property
    def key(self) -> str:
        return str(self.account_id) if self.account_id else f"name:{self.name}"


@dataclass(frozen=True)
class Turn:
    """A stretch of opening hours and who stands in it; None: nobody can."""

    from_at: datetime
    until_at: datetime
    member: Member | None


@dataclass(frozen=True)
class Rule:
    """A rotation as planning needs it."""

    pattern: str  # daily | weekly | monthly
    from_on: date
    members: Sequence[Member]

    def place(self, day: date, open_days_before: int) -> int:
        """Whose turn a day is, as a place among the members."""
        match self.pattern:
            case "daily":
                number = open_days_before
            case "weekly":
                number = (_monday(day) - _monday(self.from_on)).days // 7
            case _:
                number = (day.year - self.from_on.year) * MONTHS + day.month - self.from_on.month
        return number % len(self.members)


def plan(
    rule: Rule,
    stretches: Mapping[date, tuple[Stretch, ...]],
    open_days_before: Callable[[date], int],
    can_stand: Callable[[Member, datetime, datetime], bool],
) -> Iterator[Turn]:
    """A turn for every stretch that waits for somebody, by day."""
    for day in sorted(stretches):
        first = rule.place(day, open_days_before(day)) if rule.members else 0
        order = [*rule.members[first:], *rule.members[:first]]
        for begins, ends in stretches[day]:
            yield Turn(begins, ends, next((m for m in order if can_stand(m, begins, ends)), None))


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())
