"""Organisations and places, kept by the offices of the area they belong to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from gongyou.basics.identity import read_credit_code, read_phone
from gongyou.basics.inputs import read_text
from gongyou.basics.refusal import Refusal, says
from gongyou.kernel.actions import Act, action
from gongyou.kernel.errors import DomainError, NotFound, Stale
from gongyou.kernel.ids import new_id
from gongyou.kernel.moment import SHANGHAI
from gongyou.registry.inputs import read_area, read_place_code, read_point
from gongyou.registry.models import Organisation, Place
from gongyou.registry.steps import note_organisation, read_organisation_kind, require_in

WRITE = "registry.write"


@dataclass(frozen=True)
class Saved:
    id: UUID
    version: int


@action("registry.add_organisation", right=WRITE, answers=Saved)
def add_organisation(
    act: Act,
    *,
    name: str,
    kind: str,
    division: str,
    area: str,
    credit_code: str = "",
    address: str = "",
    phone: str = "",
    source: str = "desk",
) -> Saved:
    """An organisation kept by the union of `area`. Raises NotAllowed, Refusal, DomainError when it stands already."""
    require_in(act.actor, WRITE, read_area(area))
    code = read_credit_code(credit_code) if credit_code.strip() else ""
    if code:
        _refuse_known_code(code)
    row_id = note_organisation(
        act,
        name=name,
        kind=kind,
        division=division,
        controller=f"union:{read_area(area)}",
        source=source,
        credit_code=code,
        address=address,
        phone=phone,
    )
    act.about(f"organisation:{row_id}")
    return Saved(row_id, Organisation.objects.values_list("version", flat=True).get(pk=row_id))


@action("registry.change_organisation", right=WRITE, answers=Saved)
def change_organisation(
    act: Act,
    *,
    organisation_id: UUID,
    version: int,
    name: str | None = None,
    kind: str | None = None,
    division: str | None = None,
    credit_code: str | None = None,
    address: str | None = None,
    phone: str | None = None,
    is_active: bool | None = None,
) -> Saved:
    """Change what is given; None leaves a fact as it is. Raises NotAllowed, NotFound, Stale, Refusal."""
    row = Organisation.objects.select_for_update().filter(pk=organisation_id).first()
    if row is None:
        raise NotFound(says("没有找到这家单位。"))
    require_in(act.actor, WRITE, row.controller.partition(":")[2])
    if row.version != version:
        raise Stale
    if name is not None:
        row.name = read_text(name, field="name", longest=120, is_needed=True)
    if kind is not None:
        row.kind = read_organisation_kind(kind)
    if credit_code is not None:
        row.credit_code = _changed_code(row, credit_code)
    _change_reach(row, division, address, phone)
    row.is_active = row.is_active if is_active is None else is_active
    row.version += 1
    row.save()
    act.about(f"organisation:{row.pk}")
    return Saved(row.pk, row.version)


MOST_WORKERS = 10_000_000


@action("registry.note_headcount", right=WRITE, answers=Saved)
def note_headcount(
    act: Act, *, organisation_id: UUID, version: int, count: int, counted_on: date, source: str
) -> Saved:
    """How many people work there on which day, and which paper or register says so.

    An incident's share of an employer's workers is counted from it. Raises NotAllowed, NotFound, Stale, Refusal.
    """
    row = Organisation.objects.select_for_update().filter(pk=organisation_id).first()
    if row is None:
        raise NotFound(says("没有找到这家单位。"))
    require_in(act.actor, WRITE, row.controller.partition(":")[2])
    if row.version != version:
        raise Stale
    _check_headcount(act, count, counted_on)
    row.headcount, row.headcount_on = count, counted_on
    row.headcount_source = read_text(source, field="source", longest=120, is_needed=True)
    row.version += 1
    row.save()
    act.about(f"organisation:{row.pk}")
    return Saved(row.pk, row.version)


def _check_headcount(act: Act, count: int, counted_on: date) -> None:
    if not 1 <= count <= MOST_WORKERS:
        raise Refusal(
            "headcount_wrong",
            says("职工人数“{count}”不对。"),
            says("请填写1人以上的整数。"),
            field="count",
            count=count,
        )
    if counted_on > act.now.astimezone(SHANGHAI).date():
        raise Refusal(
            "future_date",
            says("日期{day}还没有到。"),
            says("请填写这个人数是哪天的。"),
            field="counted_on",
            day=counted_on.isoformat(),
        )


def _change_reach(row: Organisation, division: str | None, address: str | None, phone: str | None) -> None:
    if division is not None:
        row.division = read_place_code(division)
    if address is not None:
        row.address = read_text(address, field="address", longest=200)
    if phone is not None:
        row.phone = read_phone(phone) if phone.strip() else ""


def _changed_code(row: Organisation, text: str) -> str | None:
    code = read_credit_code(text) if text.strip() else None
    if code and code != row.credit_code:
        _refuse_known_code(code)
    return code


def _refuse_known_code(code: str) -> None:
    known = Organisation.objects.filter(credit_code=code).first()
    if known is not None:
        raise DomainError(
            "credit_code_known",
            says("这个统一社会信用代码已经登记为“{name}”。"),
            says("请使用已有的单位，或核对代码。"),
            field="credit_code",
            name=known.name,
            status=409,
        )


@action("registry.add_place", right=WRITE, answers=Saved)
def add_place(
    act: Act, *, name: str, division: str, kind: str, lon: str = "", lat: str = "", address: str = ""
) -> Saved:
    """A place people speak of; degrees as decimal text. Raises NotAllowed, Refusal, DomainError when it stands."""
    division = read_place_code(division)
    require_in(act.actor, WRITE, division[:6])
    if kind not in Place.Kind.values:
        raise DomainError(
            "place_kind",
            says("地点类型“{kind}”不认识。"),
            says("请从列出的类型中选择。"),
            field="kind",
            kind=kind[:40],
        )
    name = read_text(name, field="name", longest=80, is_needed=True)
    if Place.objects.filter(division=division, name=name).exists():
        raise DomainError(
            "place_known",
            says("“{name}”已经登记过。"),
            says("请直接选用。"),
            field="name",
            name=name,
            status=409,
        )
    point = read_point(lon, lat)
    row = Place.objects.create(
        id=new_id(),
        name=name,
        division=division,
        kind=kind,
        lon=point[0] if point else None,
        lat=point[1] if point else None,
        address=read_text(address, field="address", longest=200),
    )
    act.about(f"place:{row.pk}")
    return Saved(row.pk, 1)
