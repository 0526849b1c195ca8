"""What other rooms may hear of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID


@dataclass(frozen=True)
class RoundTaken:
    """A run's decisions stand as lines of a round, ready for the list."""

    name: ClassVar[str] = "benefits.round_taken"
    round_id: UUID
    line_count: int


@dataclass(frozen=True)
class RoundCommitted:
    """An approved round is owed: entitlements, payments, claims and books say the same."""

    name: ClassVar[str] = "benefits.round_committed"
    round_id: UUID
    order_count: int
    order_sum_fen: int


@dataclass(frozen=True)
class BatchSent:
    name: ClassVar[str] = "benefits.batch_sent"
    batch_id: UUID
    line_count: int
    sum_fen: int


@dataclass(frozen=True)
class ReturnsTaken:
    """The bank answered: `paid` and `failed` payments of this file."""

    name: ClassVar[str] = "benefits.returns_taken"
    batch_id: UUID
    paid: int
    failed: int


@dataclass(frozen=True)
class OrderLapsed:
    """A payment nobody came for is given up."""

    name: ClassVar[str] = "benefits.order_lapsed"
    order_id: UUID
