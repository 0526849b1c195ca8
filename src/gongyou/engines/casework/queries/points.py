"""Points and gifts: a person's own ledger, and what it may be exchanged for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from gongyou.engines.casework.definitions import CaseProgramme, Gift
from gongyou.engines.casework.models import Case, PointsEntry
from gongyou.kernel import catalogue
from gongyou.kernel.access import Actor
from gongyou.kernel.personal_data import record_read


@dataclass(frozen=True)
class PointsLine:
    at: datetime
    reason: str
    points: int
    balance: int
    number: str
    gift: str


@dataclass(frozen=True)
class Ledger:
    balance: int
    lines: tuple[PointsLine, ...]
    gifts: tuple[Gift, ...]


def gifts_in(area: str) -> tuple[Gift, ...]:
    """What the running programmes of an area give for points, cheapest first."""
    found: dict[str, Gift] = {}
    for name in catalogue.names("running"):
        if not name.startswith(f"{area}/") or not name.endswith("/case"):
            continue
        published = catalogue.current("running", name)
        if published is None:
            continue
        for case_type in catalogue.read_as(published.hash, CaseProgramme).types:
            for gift in case_type.rewards.gifts if case_type.rewards else ():
                found.setdefault(gift.id, gift)
    return tuple(sorted(found.values(), key=lambda gift: (gift.points, gift.id)))


def own_points(actor: Actor) -> Ledger:
    """A signed-in worker's own ledger, newest first."""
    if actor.person_id is None:
        return Ledger(0, (), ())
    return _ledger(actor.person_id)


def points_of(actor: Actor, person_id: UUID, purpose: str) -> Ledger:
    """Somebody's ledger at the counter; the reading is recorded. Raises NotAllowed."""
    actor.require("casework.give_gifts")
    record_read(actor, "points", [person_id], purpose)
    return _ledger(person_id)


def _ledger(person_id: UUID) -> Ledger:
    rows = list(PointsEntry.objects.filter(person_id=person_id).select_related("case").order_by("-seq")[:100])
    gifts = gifts_in(rows[0].area) if rows else ()
    titles = {gift.id: gift.title for gift in gifts}
    lines = tuple(
        PointsLine(
            r.at, r.reason, r.points, r.balance, r.case.number if r.case else "", titles.get(r.gift_id, "")
        )
        for r in rows
    )
    return Ledger(rows[0].balance if rows else 0, lines, gifts)


def thanks_for(row: Case) -> int:
    """The points a matter was thanked with."""
    given = PointsEntry.objects.filter(case=row, reason=PointsEntry.Reason.THANKS)
    return given.values_list("points", flat=True).first() or 0
