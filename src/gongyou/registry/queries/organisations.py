"""Organisations and places: public register data, by name."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.db.models import Q

from gongyou.basics.refusal import Refusal, says
from gongyou.kernel.access import Actor
from gongyou.kernel.errors import NotFound
from gongyou.registry.models import Organisation, Place

READ = "registry.read"
AFTER_ALL = "\U0010ffff"  # after every character, in code point and in UTF-8 order


@dataclass(frozen=True)
class OrganisationView:
    id: UUID
    credit_code: str
    name: str
    kind: str
    division: str
    address: str
    phone: str
    controller: str
    is_active: bool
    version: int
    headcount: int | None = None
    headcount_on: date | None = None
    headcount_source: str = ""


@dataclass(frozen=True)
class OrganisationPage:
    """One page by name; `next` is the cursor of the following page, empty at the end."""

    items: tuple[OrganisationView, ...]
    next: str


@dataclass(frozen=True)
class PlaceView:
    id: UUID
    name: str
    division: str
    kind: str
    lon: Decimal | None
    lat: Decimal | None
    address: str


def organisations(actor: Actor, ids: Iterable[UUID]) -> dict[UUID, OrganisationView]:
    """Raises NotAllowed."""
    actor.require(READ)
    return {row.pk: _view(row) for row in Organisation.objects.filter(pk__in=set(ids))}


def public_organisations(ids: Iterable[UUID]) -> dict[UUID, OrganisationView]:
    """Names, codes and states, which are public; unguarded, for rooms that checked and for public pages."""
    return {row.pk: _view(row) for row in Organisation.objects.filter(pk__in=set(ids))}


def public_organisation(organisation_id: UUID) -> OrganisationView:
    """One of them. Raises NotFound."""
    found = public_organisations([organisation_id]).get(organisation_id)
    if found is None:
        raise NotFound(says("没有找到这家单位。"))
    return found


def list_organisations(
    actor: Actor, *, name: str = "", division: str = "", cursor: str = "", size: int = 30
) -> OrganisationPage:
    """Active organisations whose name begins with `name`, in a division or below it; keyset pages.

    Raises NotAllowed, Refusal for a cursor that is none.
    """
    actor.require(READ)
    rows = Organisation.objects.filter(is_active=True)
    if name:
        rows = rows.filter(name__gte=name, name__lt=name + AFTER_ALL)
    if division:
        rows = rows.filter(division__startswith=division)
    if cursor:
        after_name, after_id = _read_cursor(cursor)
        rows = rows.filter(Q(name__gte=after_name) & (Q(name__gt=after_name) | Q(id__gt=after_id)))
    found = list(rows.order_by("name", "id")[: size + 1])
    items = tuple(_view(row) for row in found[:size])
    return OrganisationPage(items, f"{items[-1].id}~{items[-1].name}" if len(found) > size else "")


def places(actor: Actor, *, division: str) -> tuple[PlaceView, ...]:
    """Places of a division and below it, by name. Raises NotAllowed."""
    actor.require(READ)
    rows = Place.objects.filter(division__startswith=division).order_by("name", "id")
    return tuple(PlaceView(p.pk, p.name, p.division, p.kind, p.lon, p.lat, p.address) for p in rows)


def _read_cursor(cursor: str) -> tuple[str, UUID]:
    row_id, _, name = cursor.partition("~")
    try:
        return name, UUID(row_id)
    except ValueError:
        raise Refusal(
            "cursor_wrong", says("翻页的位置认不出来。"), says("请回到第一页重新翻。"), field="cursor"
        ) from None


def _view(row: Organisation) -> OrganisationView:
    return OrganisationView(
        id=row.pk,
        credit_code=row.credit_code or "",
        name=row.name,
        kind=row.kind,
        division=row.division,
        address=row.address,
        phone=row.phone,
        controller=row.controller,
        is_active=row.is_active,
        version=row.version,
        headcount=row.headcount,
        headcount_on=row.headcount_on,
        headcount_source=row.headcount_source,
    )
