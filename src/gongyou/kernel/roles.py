"""What a role is: a named bundle of rights, each with its reach."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Reach(StrEnum):
    """How far a right reaches from the office it is held at."""

    OWN = "own"  # that office only
    SUBTREE = "subtree"  # that office and everything below


@dataclass(frozen=True)
class Role:
    """A named bundle of rights; the table stands in `config/roles.py`."""

    id: str
    title: str
    rights: Mapping[str, Reach]
