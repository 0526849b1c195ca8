"""What stands beside a matter's state: rungs taken, help asked, who leads it, who is joined to it, its incident."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from gongyou.engines.casework.definitions import Happens


@dataclass(frozen=True)
class Risen:
    """A rung taken of one run of a clock, and the offices it reached. `due_at`: when it was to be taken."""

    clock: str
    round: int
    number: int
    step: str
    does: str
    office_ids: tuple[UUID, ...]
    due_at: datetime


@dataclass(frozen=True)
class Help:
    """An office that helps and has not reported yet."""

    id: UUID
    office_id: UUID
    due_at: datetime


@dataclass(frozen=True)
class Beside:
    """Level, helpers and ties are counted from happenings, never kept as a counter."""

    risen: tuple[Risen, ...] = ()
    helps: tuple[Help, ...] = ()
    confirmed_in: int = 0  # the round in which the upper office confirmed the office that has the matter
    lead: UUID | None = None
    children: tuple[tuple[UUID, datetime | None], ...] = ()
    incident: UUID | None = None

    @property
    def earliest_child(self) -> datetime | None:
        return min((due for _, due in self.children if due is not None), default=None)

    def steps_of(self, clock: str, round_: int, number: int) -> frozenset[str]:
        """The rungs one run of a clock has taken."""
        return frozenset(
            r.step for r in self.risen if (r.clock, r.round, r.number) == (clock, round_, number)
        )


NOTHING_BESIDE = Beside()


class Standing(Protocol):
    """The part of a projection this looks at."""

    @property
    def round(self) -> int: ...

    @property
    def is_closed(self) -> bool: ...


def beside_after(before: Beside, kind: Happens, data: Mapping[str, Any], standing: Standing) -> Beside:
    """One step of the fold. Help ends with the matter; everything else is ended by its own happening."""
    if standing.is_closed and before.helps:
        return replace(before, helps=())
    if kind is Happens.ESCALATED:
        return _risen(before, data)
    if kind is Happens.CONFIRMED:
        return replace(before, confirmed_in=standing.round)
    if kind is Happens.HELP_ASKED:
        return replace(before, helps=(*before.helps, _help(data)))
    if kind is Happens.HELP_REPORTED:
        return replace(before, helps=tuple(h for h in before.helps if str(h.id) != data["help"]))
    return _tied(before, kind, data)


def _risen(before: Beside, data: Mapping[str, Any]) -> Beside:
    taken = Risen(
        clock=data["clock"],
        round=data["round"],
        number=data["number"],
        step=data["step"],
        does=data["does"],
        office_ids=tuple(UUID(office) for office in data["offices"]),
        due_at=datetime.fromisoformat(data["due_at"]),
    )
    helps = (*before.helps, _help(data)) if "help" in data else before.helps
    return replace(before, risen=(*before.risen, taken), helps=helps)


def _help(data: Mapping[str, Any]) -> Help:
    return Help(UUID(data["help"]), UUID(data["helper"]), datetime.fromisoformat(data["help_due_at"]))


def _tied(before: Beside, kind: Happens, data: Mapping[str, Any]) -> Beside:
    if kind is Happens.JOINED:
        return replace(before, lead=UUID(data["lead"]))
    if kind is Happens.PARTED:
        return replace(before, lead=None)
    if kind in {Happens.CHILD_JOINED, Happens.CHILD_MOVED, Happens.CHILD_PARTED}:
        return replace(before, children=_children(before, kind, data))
    if kind is Happens.INCIDENT_ENTERED:
        return replace(before, incident=UUID(data["incident"]))
    if kind is Happens.INCIDENT_LEFT:
        return replace(before, incident=None)
    return before


def _children(
    before: Beside, kind: Happens, data: Mapping[str, Any]
) -> tuple[tuple[UUID, datetime | None], ...]:
    child = UUID(data["child"])
    others = tuple(pair for pair in before.children if pair[0] != child)
    if kind is Happens.CHILD_PARTED:
        return others
    due = datetime.fromisoformat(data["due_at"]) if data.get("due_at") else None
    return (*others, (child, due))
