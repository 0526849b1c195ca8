"""Intake points: a printed code belongs to one office for ever."""

from __future__ import annotations

import secrets
from uuid import UUID

from gongyou.basics.refusal import says
from gongyou.kernel.actions import Act, action
from gongyou.kernel.errors import NotFound
from gongyou.kernel.ids import new_id
from gongyou.offices.inputs import read_label
from gongyou.offices.models import IntakePoint
from gongyou.offices.queries.tree import PointView
from gongyou.offices.steps import WRITE, active_office

LETTERS = "ACDEFGHJKLMNPQRTUVWXY34679"  # nobody reads these for one another: no B8, 0O, 1I, 2Z, 5S
DIGITS = 6


@action("offices.add_point", right=WRITE, answers=PointView)
def add_point(act: Act, *, office_id: UUID, place: str) -> PointView:
    """A new code for a poster at `place`. Raises NotAllowed, NotFound, Refusal, DomainError."""
    office = active_office(office_id)
    act.require(WRITE, office.path)
    row = IntakePoint.objects.create(
        id=new_id(), code=_free_code(), office=office, place=read_label(place, "place", 80), added_at=act.now
    )
    act.about(f"point:{row.pk}", office.path)
    return PointView(row.pk, row.code, office.pk, row.place, row.is_active)


@action("offices.retire_point", right=WRITE, answers=PointView)
def retire_point(act: Act, *, point_id: UUID) -> PointView:
    """The poster is taken down; its code stays known and is never given again. Raises NotAllowed, NotFound."""
    row = (
        IntakePoint.objects.select_for_update(of=("self",))
        .select_related("office")
        .filter(pk=point_id)
        .first()
    )
    if row is None:
        raise NotFound(says("没有找到这个二维码。"))
    act.require(WRITE, row.office.path)
    if row.is_active:
        row.is_active, row.retired_at = False, act.now
        row.save(update_fields=["is_active", "retired_at"])
    act.about(f"point:{row.pk}", row.office.path)
    return PointView(row.pk, row.code, row.office_id, row.place, row.is_active)


def _free_code() -> str:
    while True:
        code = "".join(secrets.choice(LETTERS) for _ in range(DIGITS))
        if not IntakePoint.objects.filter(code=code).exists():
            return code
