"""Offices and intake points. What an office is called and when it is open is public; nothing here needs a right
except lists made for an actor."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import date, time
from decimal import Decimal
from uuid import UUID

from django.db import connection

from gongyou.basics.refusal import says
from gongyou.kernel.access import Actor
from gongyou.kernel.errors import DomainError, NotFound
from gongyou.kernel.plain_reads import Question, one
from gongyou.offices.models import IntakePoint, Office


@dataclass(frozen=True)
class OfficeView:
    """`path` ends with a slash; `opens` and `closes` are local times; `lon`, `lat` in degrees."""

    id: UUID
    code: str
    name: str
    name_en: str
    kind: str
    parent_id: UUID | None
    path: str
    area: str
    opens: time
    closes: time
    phone: str
    address: str
    lon: Decimal | None
    lat: Decimal | None
    is_active: bool
    opened_on: date
    version: int
    operator: str = ""
    is_place_sure: bool = True

    @property
    def depth(self) -> int:
        """0 for the root of an area."""
        return self.path.count("/") - 1


@dataclass(frozen=True)
class PointView:
    id: UUID
    code: str
    office_id: UUID
    place: str
    is_active: bool


def office(id: UUID) -> OfficeView:
    """Raises NotFound."""
    found = _office_with("id", id)
    if found is None:
        raise NotFound(says("没有找到这个站点或部门。"))
    return found


def offices(ids: Iterable[UUID]) -> dict[UUID, OfficeView]:
    """In one query; unknown ids are absent."""
    return {row.pk: view_of(row) for row in Office.objects.filter(pk__in=set(ids))}


def office_by_code(code: str) -> OfficeView:
    """Raises NotFound."""
    found = _office_with("code", code.strip())
    if found is None:
        raise NotFound(says("没有编码为“{office_code}”的站点或部门。"), office_code=code.strip()[:20])
    return found


_COLUMNS = ", ".join(column.name for column in fields(OfficeView))


_BY = {column: f"SELECT {_COLUMNS} FROM offices_office WHERE {column} = %s" for column in ("id", "code")}  # noqa: S608 — our own names
_seen: dict[str, OfficeView] = {}
MOST_SEEN = 5000


def asking_office(code: str) -> Question:
    """What `office_by_code` asks, to be asked ahead."""
    return Question(_BY["code"], (code.strip(),))


def seen_with(code: str) -> OfficeView | None:
    """The office as this process saw it last: good for a guess what will be asked, never for an answer."""
    return _seen.get(code.strip())


def _office_with(column: str, value: str | UUID) -> OfficeView | None:
    """The one office with this id or code: every intake asks, so PostgreSQL has the statement prepared."""
    if connection.vendor != "postgresql":
        row = Office.objects.filter(**{column: value}).first()
        return view_of(row) if row else None
    found = one(_BY[column], [value])
    if found is None:
        return None
    view = OfficeView(*found)
    if len(_seen) < MOST_SEEN or view.code in _seen:
        _seen[view.code] = view
    return view


def office_at(path: str) -> OfficeView:
    """The office of a path ('123456/03/'). Raises NotFound."""
    row = Office.objects.filter(path=path).first()
    if row is None:
        raise NotFound(says("没有找到这个站点或部门。"))
    return view_of(row)


def root_of(area: str) -> OfficeView:
    """The office at the top of an area. Raises NotFound."""
    row = Office.objects.filter(area=area, parent=None).first()
    if row is None:
        raise NotFound(says("区划 {area} 还没有建立单位。"), area=area[:12])
    return view_of(row)


def upper_of(office_id: UUID) -> OfficeView | None:
    """The office one level up; None for a root and for an unknown office."""
    row = Office.objects.filter(children=office_id).first()
    return view_of(row) if row else None


def offices_under(actor: Actor, right: str, *, with_closed: bool = False) -> tuple[OfficeView, ...]:
    """The offices where the actor holds a right, parents before children. Empty without the right."""
    rows = Office.objects.filter(actor.scope(right).filter("path"))
    return _views(rows if with_closed else rows.filter(is_active=True))


def tree(area: str, *, with_closed: bool = False) -> tuple[OfficeView, ...]:
    """The offices of an area, parents before children (`depth` says how deep)."""
    rows = Office.objects.filter(area=area)
    return _views(rows if with_closed else rows.filter(is_active=True))


def areas() -> tuple[str, ...]:
    """The areas that have offices."""
    return tuple(Office.objects.filter(parent=None).order_by("area").values_list("area", flat=True))


def point(code: str) -> PointView | None:
    """The intake point of a printed code, retired ones included; None for a code nobody printed."""
    row = IntakePoint.objects.filter(code=code.strip().upper()[:12]).first()
    return _point(row) if row else None


def points_of(office_ids: Iterable[UUID]) -> tuple[PointView, ...]:
    """The points of some offices, newest first within each."""
    rows = IntakePoint.objects.filter(office_id__in=set(office_ids)).order_by("office_id", "-added_at", "id")
    return tuple(_point(row) for row in rows)


def call_back_office(office_id: UUID) -> OfficeView:
    """Who calls back for an office: never the office itself.

    The area's call-back desk; else the office above; for a root the first other office. Raises NotFound,
    DomainError where the area has one office only.
    """
    own = office(office_id)
    others = Office.objects.filter(area=own.area, is_active=True).exclude(pk=office_id).order_by("path")
    desk = others.filter(kind=Office.Kind.CALLBACK_DESK).first()
    upper = others.filter(pk=own.parent_id).first() if desk is None and own.parent_id else None
    chosen = desk or upper or others.first()
    if chosen is None:
        raise DomainError(
            "nobody_to_call_back",
            says("“{office}”所在区划只有这一个单位，不能自己回访自己。"),
            says("请先增设回访专班或其他站点。"),
            office=own.name,
        )
    return view_of(chosen)


def view_of(row: Office) -> OfficeView:
    return OfficeView(
        id=row.pk,
        code=row.code,
        name=row.name,
        name_en=row.name_en,
        kind=row.kind,
        parent_id=row.parent_id,
        path=row.path,
        area=row.area,
        opens=row.opens,
        closes=row.closes,
        phone=row.phone,
        address=row.address,
        lon=row.lon,
        lat=row.lat,
        is_active=row.is_active,
        opened_on=row.opened_on,
        version=row.version,
        operator=row.operator,
        is_place_sure=row.is_place_sure,
    )


def _views(rows: Iterable[Office]) -> tuple[OfficeView, ...]:
    return tuple(view_of(row) for row in sorted(rows, key=lambda row: row.path))


def _point(row: IntakePoint) -> PointView:
    return PointView(row.pk, row.code, row.office_id, row.place, row.is_active)
