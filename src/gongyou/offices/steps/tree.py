"""Offices: founded, found, written."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from gongyou.basics.refusal import says
from gongyou.kernel.actions import Act
from gongyou.kernel.errors import DomainError, NotFound
from gongyou.kernel.ids import new_id
from gongyou.kernel.moment import SHANGHAI
from gongyou.offices.inputs import check_hours, read_code, read_hour, read_kind, read_label, read_office_phone
from gongyou.offices.models import Office
from gongyou.registry.inputs import read_area, read_point

WRITE = "offices.write"
LONGEST_PATH = 120


def found_office(
    act: Act,
    *,
    code: str,
    name: str,
    kind: str,
    parent: Office | None,
    area: str,
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
) -> Office:
    """A new office under its parent, or the root of an area, whose code is the area's.

    Raises NotAllowed, Refusal, DomainError.
    """
    row = Office(
        id=new_id(),
        code=read_code(code),
        kind=read_kind(kind),
        parent=parent,
        area=parent.area if parent else read_area(area),
        opened_on=opened_on or act.now.astimezone(SHANGHAI).date(),
    )
    row.path = _path_of(row, parent)
    act.require(WRITE, parent.path if parent else row.path)
    _refuse_known(row)
    write_office(
        row,
        name=name,
        name_en=name_en,
        opens=opens,
        closes=closes,
        phone=phone,
        address=address,
        operator=operator,
        lon=lon,
        lat=lat,
    )
    row.is_place_sure = is_place_sure
    row.save(force_insert=True)
    return row


def write_office(
    row: Office,
    *,
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
) -> None:
    """Put what is given into a row (not saved); None leaves a fact as it is. Raises Refusal."""
    if name is not None:
        row.name = read_label(name, "name", 60)
    if name_en is not None:
        row.name_en = read_label(name_en, "name_en", 120, is_needed=False)
    if kind is not None:
        row.kind = read_kind(kind)
    if phone is not None:
        row.phone = read_office_phone(phone)
    if address is not None:
        row.address = read_label(address, "address", 200, is_needed=False)
    if operator is not None:
        row.operator = read_label(operator, "operator", 120, is_needed=False)
    if lon is not None and lat is not None:
        row.lon, row.lat = read_point(lon, lat) or (None, None)
    _write_hours(row, opens, closes)


def _write_hours(row: Office, opens: str | None, closes: str | None) -> None:
    if opens is not None:
        row.opens = read_hour(opens, "opens")
    if closes is not None:
        row.closes = read_hour(closes, "closes")
    check_hours(row.opens, row.closes)


def locked_office(office_id: UUID) -> Office:
    """Raises NotFound."""
    row = Office.objects.select_for_update().filter(pk=office_id).first()
    if row is None:
        raise NotFound(says("没有找到这个站点或部门。"))
    return row


def active_office(office_id: UUID) -> Office:
    """Raises NotFound, DomainError for a closed one."""
    row = locked_office(office_id)
    if not row.is_active:
        raise DomainError(
            "office_closed",
            says("“{office}”已经停用。"),
            says("请选择在用的站点或部门。"),
            field="office",
            office=row.name,
            status=409,
        )
    return row


def _path_of(row: Office, parent: Office | None) -> str:
    """The parent's path and what the code adds to the parent's code (the whole code if it begins otherwise)."""
    if parent is None:
        if row.code != row.area:
            raise DomainError(
                "root_code",
                says("一个区划最上面的单位，编码应与区划代码{area}相同。"),
                says("请把编码改为{area}，或先选择它的上级。"),
                field="code",
                area=row.area,
            )
        return f"{row.area}/"
    own = row.code.removeprefix(parent.code) or row.code
    path = f"{parent.path}{own}/"
    if len(path) > LONGEST_PATH:
        raise DomainError(
            "tree_too_deep", says("层级太深，放不下了。"), says("请挂到更高一级的单位下面。"), field="parent"
        )
    return path


def _refuse_known(row: Office) -> None:
    """A code or a path once given is never given again: closed offices keep theirs."""
    known = Office.objects.filter(code=row.code).first() or Office.objects.filter(path=row.path).first()
    if known is not None:
        raise DomainError(
            "office_known",
            says("编码“{office_code}”已经用于“{name}”。"),
            says("请换一个编码；停用单位的编码也不能再用。"),
            field="code",
            office_code=row.code,
            name=known.name,
            status=409,
        )
