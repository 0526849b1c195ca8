"""Offices: founded, changed, closed. They never move and are never deleted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from gongyou.basics.refusal import says
from gongyou.kernel.actions import Act, action
from gongyou.kernel.errors import DomainError, Stale
from gongyou.offices.events import OfficeClosed
from gongyou.offices.models import IntakePoint, Office
from gongyou.offices.queries.calendars import forget_keys
from gongyou.offices.steps import WRITE, active_office, found_office, locked_office, write_office
from gongyou.offices.steps.rota import end_rota


@dataclass(frozen=True)
class Saved:
    """`version` is what the next change must name."""

    id: UUID
    version: int


@action("offices.add_office", right=WRITE, answers=Saved)
def add_office(
    act: Act,
    *,
    code: str,
    name: str,
    kind: str,
    parent_id: UUID | None = None,
    area: str = "",
    name_en: str = "",
    opens: str = "08:30",
    closes: str = "17:00",
    phone: str = "",
    address: str = "",
    operator: str = "",
    lon: str = "",
    lat: str = "",
    is_place_sure: bool = True,
    opened_on: date | None = None,
) -> Saved:
    """Found an office under a parent, or the root of an area. Hours 'HH:MM', degrees as decimal text.

    Raises NotAllowed, NotFound, Refusal, DomainError.
    """
    row = found_office(
        act,
        code=code,
        name=name,
        kind=kind,
        parent=active_office(parent_id) if parent_id else None,
        area=area,
        name_en=name_en,
        opens=opens,
        closes=closes,
        phone=phone,
        address=address,
        operator=operator,
        lon=lon,
        lat=lat,
        is_place_sure=is_place_sure,
        opened_on=opened_on,
    )
    act.about(f"office:{row.pk}", row.path)
    forget_keys()
    return Saved(row.pk, row.version)


@action("offices.change_office", right=WRITE, answers=Saved)
def change_office(
    act: Act,
    *,
    office_id: UUID,
    version: int,
    name: str | None = None,
    name_en: str | None = None,
    kind: str | None = None,
    opens: str | None = None,
    closes: str | None = None,
    phone: str | None = None,
    address: str | None = None,
    operator: str | None = None,
    lon: str | None = None,
    lat: str | None = None,
) -> Saved:
    """Change what is given; None leaves a fact as it is. Code and place in the tree never change.

    Raises NotAllowed, NotFound, Stale, Refusal.
    """
    row = locked_office(office_id)
    act.require(WRITE, row.path)
    if row.version != version:
        raise Stale
    write_office(
        row,
        name=name,
        name_en=name_en,
        kind=kind,
        opens=opens,
        closes=closes,
        phone=phone,
        address=address,
        operator=operator,
        lon=lon,
        lat=lat,
    )
    if lon:
        row.is_place_sure = True  # somebody who knows has written it down
    return _saved(act, row)


@action("offices.close_office", right=WRITE, answers=Saved)
def close_office(act: Act, *, office_id: UUID, version: int) -> Saved:
    """Take an office out of use; its posters and coming shifts end. Its matters are handed on by casework.

    Raises NotAllowed, NotFound, Stale, DomainError while offices below are in use.
    """
    row = locked_office(office_id)
    act.require(WRITE, row.path)
    if row.version != version:
        raise Stale
    below = Office.objects.filter(parent=row, is_active=True).order_by("path").first()
    if below is not None:
        raise DomainError(
            "offices_below",
            says("“{office}”下面还有在用的“{below}”。"),
            says("请先停用下级站点。"),
            status=409,
            office=row.name,
            below=below.name,
        )
    row.is_active = False
    IntakePoint.objects.filter(office=row, is_active=True).update(is_active=False, retired_at=act.now)
    end_rota(act, row)
    act.publish(OfficeClosed(row.pk, row.path))
    return _saved(act, row)


def _saved(act: Act, row: Office) -> Saved:
    row.version += 1
    row.save()
    act.about(f"office:{row.pk}", row.path)
    forget_keys()
    return Saved(row.pk, row.version)
