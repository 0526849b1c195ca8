"""Whose turn it is: an office's rules over open days, without a database.

The turn of a day depends on the rules and the calendar alone, never on what was published before, so that the same
month can be planned again and gives the same rota. Whoever is away or busy is passed over for that day and keeps the
place in the order: nobody's absence moves everybody else's turn.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

MONTHS = 12
ONE_DAY = timedelta(days=1)


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
class Rule:
    """A rotation as planning needs it. A turn is one person's, or a pair's (or more) that stands together."""

    id: UUID
    pattern: str  # daily | weekly | monthly
    from_on: date
    until_on: date | None
    weekdays: frozenset[int]
    """The lines of the week it is for (0 Monday … 6, 7 holidays); empty: whatever no other rule is for."""
    turns: tuple[tuple[Member, ...], ...]

    def runs(self, day: date) -> bool:
        return self.from_on <= day and (self.until_on is None or day <= self.until_on)

    def place(self, day: date, days_before: int) -> int:
        """Whose turn a day is, as a place among the turns; `days_before`: open days of this rule before it."""
        match self.pattern:
            case "daily":
                number = days_before
            case "weekly":
                number = (_monday(day) - _monday(self.from_on)).days // 7
            case _:
                number = (day.year - self.from_on.year) * MONTHS + day.month - self.from_on.month
        return number % len(self.turns)


@dataclass(frozen=True)
class Crew:
    """Who stands on a day: so many seats, filled from `order`; the first are those whose turn it is."""

    rule: Rule
    order: tuple[Member, ...]
    seats: int

    def fill(self, seats: int, can_stand: Callable[[Member], bool]) -> Iterator[Member]:
        """The first so many who can; fewer where nobody else can."""
        for member in self.order:
            if seats == 0:
                return
            if can_stand(member):
                seats -= 1
                yield member


class Roster:
    """The rules of one office, asked for rising days."""

    def __init__(
        self, rules: Sequence[Rule], is_open: Callable[[date], bool], line_of: Callable[[date], int | None]
    ) -> None:
        self._rules, self._is_open, self._line_of = rules, is_open, line_of
        self._counts = {rule.id: _Count(rule.from_on) for rule in rules}

    def crew(self, day: date) -> Crew | None:
        """None: no rule is for this day."""
        rule = self._rule(day)
        if rule is None or not rule.turns:
            return None
        first = rule.place(day, self._days_before(rule, day))
        turns = (*rule.turns[first:], *rule.turns[:first])
        return Crew(rule, tuple(member for turn in turns for member in turn), len(turns[0]))

    def _rule(self, day: date) -> Rule | None:
        """The rule of the day's own line, else the one for everything else; a worked weekend that has neither is its
        weekday's."""
        running = [rule for rule in self._rules if rule.runs(day)]
        line = self._line_of(day)
        own = (rule for rule in running if line in rule.weekdays)
        rest = (rule for rule in running if not rule.weekdays)
        weekday = (rule for rule in running if line is None and day.weekday() in rule.weekdays)
        return next(own, None) or next(rest, None) or next(weekday, None)

    def _days_before(self, rule: Rule, day: date) -> int:
        count = self._counts[rule.id]
        while count.reached < day:
            count.days += self._is_open(count.reached) and self._rule(count.reached) is rule
            count.reached += ONE_DAY
        return count.days


@dataclass
class _Count:
    """How many open days of a rule lie before a day."""

    reached: date
    days: int = 0


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())
