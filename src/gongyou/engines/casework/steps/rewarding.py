"""Points: a ledger per person who chose to be known. Who stayed unknown is thanked in words, on the receipt code."""

from __future__ import annotations

from uuid import UUID

from gongyou.engines.casework.models import Case, PointsEntry
from gongyou.engines.casework.steps.matter import Matter
from gongyou.kernel.actions import Act
from gongyou.kernel.inserting import insert

USUAL_EARNS = frozenset({"solved", "partly"})


def thank(act: Act, matter: Matter, result: str) -> None:
    """Points for what helped, once per matter. The proxy gets none, and nobody does for an anonymous matter."""
    rules = matter.type.rewards
    subject = matter.row.parties.filter(role="subject").first()
    if rules is None or subject is None or matter.row.is_anonymous or not _earns(matter, result):
        return
    if PointsEntry.objects.filter(case=matter.row, reason=PointsEntry.Reason.THANKS).exists():
        return
    add_points(
        act,
        person_id=subject.person_id,
        area=matter.row.area,
        points=rules.points,
        reason=PointsEntry.Reason.THANKS,
        case=matter.row,
    )


def _earns(matter: Matter, result: str) -> bool:
    if not matter.type.results:
        return result in USUAL_EARNS
    return any(found.id == result and found.earns for found in matter.type.results)


def add_points(
    act: Act,
    *,
    person_id: UUID,
    area: str,
    points: int,
    reason: str,
    case: Case | None = None,
    gift_id: str = "",
) -> int:
    """Append one line; returns the new balance. The caller has checked that it does not fall below zero."""
    last = last_entry(person_id)
    balance = (last.balance if last else 0) + points
    insert(
        PointsEntry(
            person_id=person_id,
            case=case,
            area=area,
            reason=reason,
            points=points,
            balance=balance,
            gift_id=gift_id,
            seq=(last.seq if last else 0) + 1,
            at=act.now,
            by=act.actor.id,
        )
    )
    return balance


def last_entry(person_id: UUID) -> PointsEntry | None:
    return PointsEntry.objects.filter(person_id=person_id).order_by("-seq").first()
