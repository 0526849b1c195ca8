"""Units: what a number counts, so that money is never added to people."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

SCALE = 1_000_000  # a Rate or a Mean is exact to six decimal places; in a table it stands as whole millionths


class Kind(StrEnum):
    FEN = "Fen"
    COUNT = "Count"
    MEAN = "Mean"
    RATE = "Rate"
    MONTH = "Month"
    DATE = "Date"
    CODE = "Code"
    FLAG = "bool"


NUMBERS = frozenset({Kind.FEN, Kind.COUNT, Kind.MEAN, Kind.RATE})


@dataclass(frozen=True, slots=True)
class Unit:
    """A kind and, for a code, the closed list it comes from (empty: not known here)."""

    kind: Kind
    codes: frozenset[str] = frozenset()
    is_zero: bool = False
    """The literal 0: it fits every number."""


FEN = Unit(Kind.FEN)
COUNT = Unit(Kind.COUNT)
MEAN = Unit(Kind.MEAN)
RATE = Unit(Kind.RATE)
MONTH = Unit(Kind.MONTH)
DATE = Unit(Kind.DATE)
FLAG = Unit(Kind.FLAG)
ZERO = Unit(Kind.COUNT, is_zero=True)


def code(codes: Iterable[str] = ()) -> Unit:
    return Unit(Kind.CODE, frozenset(codes))


def common(one: Unit, other: Unit) -> Unit | None:
    """The unit both sides can be read in, or None: money and people have none; a count is a whole mean."""
    if one.is_zero and other.kind in NUMBERS:
        return other
    if other.is_zero and one.kind in NUMBERS:
        return one
    if one.kind is other.kind:
        return code(one.codes | other.codes) if one.kind is Kind.CODE else one
    if {one.kind, other.kind} == {Kind.COUNT, Kind.MEAN}:
        return MEAN
    return None
