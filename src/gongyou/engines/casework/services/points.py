"""Gifts for points: given out at a station, written down, never below zero."""

from __future__ import annotations

from uuid import UUID

from gongyou.basics.refusal import says
from gongyou.engines.casework.models import PointsEntry
from gongyou.engines.casework.queries.points import gifts_in
from gongyou.engines.casework.steps.rewarding import add_points, last_entry
from gongyou.kernel.actions import Act, action
from gongyou.kernel.errors import DomainError
from gongyou.offices import queries as offices

RIGHT = "casework.give_gifts"


@action("casework.give_gift", right=RIGHT, answers=int)
def give_gift(act: Act, *, office_id: UUID, person_id: UUID, gift_id: str) -> int:
    """Exchange points for a gift of the area's programmes; returns what is left. Raises DomainError."""
    office = offices.office(office_id)
    act.require(RIGHT, office.path)
    act.about(f"person:{person_id}", office.path)
    gift = next((g for g in gifts_in(office.area) if g.id == gift_id), None)
    if gift is None:
        raise DomainError("gift", says("没有这样礼品。"), says("请从列出的里面选择。"), field="gift")
    last = last_entry(person_id)
    balance = last.balance if last else 0
    if balance < gift.points:
        raise DomainError(
            "points_short",
            says("积分不够：现有{balance}分，需要{needed}分。"),
            field="gift",
            balance=balance,
            needed=gift.points,
        )
    return add_points(
        act,
        person_id=person_id,
        area=office.area,
        points=-gift.points,
        reason=PointsEntry.Reason.GIFT,
        gift_id=gift.id,
    )
