"""What a station keeps, how long it is still good, and what must be refilled."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from gongyou.kernel.access import Actor
from gongyou.offices.models import RefillTask, StockLot, StockMove
from gongyou.offices.queries.tree import office

KEEP = "stations.keep"
READ = "offices.read"


@dataclass(frozen=True)
class LotView:
    id: UUID
    office_id: UUID
    item: str
    batch: str
    expires_on: date | None
    received: int
    left: int
    received_at: datetime

    def days_left(self, on: date) -> int | None:
        """Good days after a day; negative once expired; None: does not expire."""
        return (self.expires_on - on).days if self.expires_on else None

    def level(self, on: date, warn_days: Iterable[int]) -> str:
        """'expired', the tightest notice that holds ('1' the first, '2', '3'), or '' while there is time."""
        left = self.days_left(on)
        if left is None:
            return ""
        if left < 0:
            return "expired"
        reached = [number for number, days in enumerate(warn_days, start=1) if left <= days]
        return str(reached[-1]) if reached else ""


@dataclass(frozen=True)
class RefillView:
    id: UUID
    office_id: UUID
    item: str
    opened_at: datetime
    due_at: datetime
    done_at: datetime | None


@dataclass(frozen=True)
class MoveView:
    item: str
    batch: str
    kind: str
    change: int
    at: datetime
    actor_id: UUID
    note: str


def lots_of(actor: Actor, office_id: UUID) -> tuple[LotView, ...]:
    """What is left, soonest to expire first. Raises NotAllowed, NotFound."""
    actor.require(READ, office(office_id).path)
    rows = StockLot.objects.filter(office_id=office_id, left__gt=0)
    never = date.max
    return tuple(
        lot_view(row)
        for row in sorted(rows, key=lambda r: (r.expires_on or never, r.item, r.received_at, r.pk))
    )


def refills_of(actor: Actor, office_id: UUID, *, size: int = 30) -> tuple[RefillView, ...]:
    """Refills of an office: waiting ones first, then the latest done. Raises NotAllowed, NotFound."""
    actor.require(READ, office(office_id).path)
    rows = RefillTask.objects.filter(office_id=office_id)
    waiting = list(rows.filter(done_at=None).order_by("due_at", "id"))
    done = list(rows.exclude(done_at=None).order_by("-done_at", "id")[:size])
    return tuple(
        RefillView(r.pk, r.office_id, r.item, r.opened_at, r.due_at, r.done_at) for r in (*waiting, *done)
    )


def moves_of(actor: Actor, office_id: UUID, *, size: int = 40) -> tuple[MoveView, ...]:
    """The latest movements. Raises NotAllowed, NotFound."""
    actor.require(KEEP, office(office_id).path)
    rows = StockMove.objects.filter(lot__office_id=office_id).select_related("lot").order_by("-at", "-id")
    return tuple(
        MoveView(r.lot.item, r.lot.batch, r.kind, r.change, r.at, r.actor_id, r.note) for r in rows[:size]
    )


def lot_view(row: StockLot) -> LotView:
    return LotView(
        row.pk, row.office_id, row.item, row.batch, row.expires_on, row.received, row.left, row.received_at
    )
