"""The third answer. A missing fact is unknown, never a default.

A rule with an unknown input is unknown. Only the combination of named conditions is three-valued (Kleene):
one false condition of `all_of` decides, one true condition of `any_of` decides; otherwise one unknown leaves
the outcome unknown, with the facts it needs.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NoReturn


@dataclass(frozen=True, slots=True)
class Unknown:
    """An answer that needs the named facts first."""

    needs: frozenset[str]

    def __bool__(self) -> NoReturn:
        # `if answer:` would silently take the side of "no".
        raise TypeError(
            f"an unknown answer is neither true nor false; it needs {', '.join(sorted(self.needs))}"
        )


Answer = bool | Unknown


def all_of(conditions: Iterable[Answer]) -> Answer:
    """False if one is false; else unknown, with all needs, if one is unknown; else True."""
    return _combined(conditions, deciding=False)


def any_of(conditions: Iterable[Answer]) -> Answer:
    """True if one is true; else unknown, with all needs, if one is unknown; else False."""
    return _combined(conditions, deciding=True)


def negated(condition: Answer) -> Answer:
    """The opposite; what is unknown stays unknown."""
    return condition if isinstance(condition, Unknown) else not condition


def _combined(conditions: Iterable[Answer], *, deciding: bool) -> Answer:
    needs: frozenset[str] = frozenset()
    is_open = False
    for condition in conditions:
        if isinstance(condition, Unknown):
            is_open = True
            needs |= condition.needs
        elif condition is deciding:
            return deciding
    return Unknown(needs) if is_open else not deciding
