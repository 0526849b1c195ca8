"""What can be imported: the columns of each kind and how one row becomes a record, through the real services."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from gongyou.basics.refusal import Refusal, says
from gongyou.connectors.exchange.tables import Column
from gongyou.engines.casework.services.filing import Filing, file_case
from gongyou.kernel.access import Actor
from gongyou.kernel.errors import NotFound
from gongyou.offices import queries as offices
from gongyou.offices import services as office_services
from gongyou.registry import services as registry

Values = Mapping[str, str]


@dataclass(frozen=True)
class Kind:
    """`take` stores one row; raises Refusal whose `field` names the column."""

    id: str
    title: str
    columns: tuple[Column, ...]
    take: Callable[[Actor, Values, str], object]
    key: tuple[str, ...] = ()
    """Columns that name a record: a key that stands twice rejects all its rows."""
    above: str = ""
    """Column that names the key of the row above: rows above are stored first."""


def _day(values: Values, column: str) -> date | None:
    text = values.get(column, "").strip().replace("/", "-").replace(".", "-")
    if not text:
        return None
    try:
        parts = [int(p) for p in text.split("T")[0].split(" ")[0].split("-")]
        return date(*parts)
    except (ValueError, TypeError) as error:
        raise Refusal(
            "date",
            says("日期“{text}”读不懂。"),
            says("请写成 2026-10-10。"),
            field=column,
            text=values[column],
        ) from error


def _office_id(values: Values, column: str) -> UUID:
    try:
        return offices.office_by_code(values.get(column, "")).id
    except NotFound as error:
        raise Refusal(
            "unknown_office",
            says("没有编号为“{office}”的站点。"),
            says("请先导入站点，或核对编号。"),
            field=column,
            office=values.get(column, ""),
        ) from error


def take_station(actor: Actor, values: Values, area: str) -> object:
    """Add a station, or bring a known one in step with the row."""
    text = {
        c: values.get(c, "").strip()
        for c in ("code", "name", "kind", "name_en", "phone", "address", "lon", "lat")
    }
    opens, closes = values.get("opens", "").strip() or "08:30", values.get("closes", "").strip() or "17:00"
    code = text.pop("code")
    try:
        known = offices.office_by_code(code)
    except NotFound:
        return office_services.add_office(
            actor,
            code=code,
            parent_id=_office_id(values, "parent") if values.get("parent", "").strip() else None,
            area=values.get("area", "").strip() or area,
            opens=opens,
            closes=closes,
            **text,
        )
    return office_services.change_office(
        actor, office_id=known.id, version=known.version, opens=opens, closes=closes, **text
    )


def take_person(actor: Actor, values: Values, area: str) -> object:
    return registry.add_person(
        actor,
        name=values["name"],
        phone=values.get("phone", ""),
        id_number=values.get("id_number", ""),
        area=values.get("area", "").strip() or area,
        source="import",
        purpose=values["purpose"],
        basis=values["basis"],
    )


def take_organisation(actor: Actor, values: Values, area: str) -> object:
    return registry.add_organisation(
        actor,
        credit_code=values.get("credit_code", ""),
        name=values["name"],
        kind=values["kind"],
        division=values.get("division", "").strip() or area,
        address=values.get("address", ""),
        phone=values.get("phone", ""),
        area=area,
        source="import",
    )


def take_case(actor: Actor, values: Values, area: str) -> object:
    page = values.get("page", "").strip()
    if page and not page.isdigit():
        raise Refusal("page", says("页码“{page}”不是数字。"), field="page", page=page)
    return file_case(
        actor,
        filing=Filing(
            programme=values["programme"].strip(),
            type_id=values["kind"].strip(),
            text=values["text"],
            channel="paper" if values.get("written_on", "").strip() else "import",
            office_id=_office_id(values, "office"),
            topic=values.get("topic", "").strip(),
            occurred_on=_day(values, "occurred_on"),
            place=values.get("place", ""),
            name=values.get("name", ""),
            phone=values.get("phone", ""),
            written_on=_day(values, "written_on"),
            book=values.get("book", ""),
            page=int(page) if page else None,
        ),
    )


_STATIONS = Kind(
    "stations",
    says("站点"),
    (
        Column("code", says("编号"), True, "3708280103"),
        Column("name", says("名称"), True, "示例社区工会驿站"),
        Column(
            "kind",
            says("类别"),
            True,
            "station",
            says("county 县、township 镇街、station 驿站、callback_desk 回访岗、department 部门"),
        ),
        Column("parent", says("上级编号"), False, "37082801"),
        Column("area", says("地区代码"), False, "370828"),
        Column("name_en", says("英文名称")),
        Column("opens", says("开门时间"), False, "08:30"),
        Column("closes", says("关门时间"), False, "17:00"),
        Column("phone", says("电话"), False, "0537-0000103"),
        Column("address", says("地址")),
        Column("lon", says("经度")),
        Column("lat", says("纬度")),
    ),
    take_station,
    ("code",),
    above="parent",
)
_PEOPLE = Kind(
    "people",
    says("人员"),
    (
        Column("name", says("姓名"), True, "张三"),
        Column("purpose", says("用途"), True, "casework"),
        Column("basis", says("依据"), True, "consent", says("consent 本人同意、statutory_duty 法定职责")),
        Column("phone", says("电话"), False, "13800000001"),
        Column("id_number", says("身份证号")),
        Column("area", says("地区代码")),
    ),
    take_person,
)
_ORGANISATIONS = Kind(
    "organisations",
    says("单位"),
    (
        Column("name", says("名称"), True, "示例有限公司"),
        Column("kind", says("类型"), True, "enterprise"),
        Column("credit_code", says("统一社会信用代码")),
        Column("division", says("行政区划代码"), False, "370828"),
        Column("address", says("地址")),
        Column("phone", says("电话")),
    ),
    take_organisation,
)
_CASES = Kind(
    "cases",
    says("事项"),
    (
        Column("programme", says("程序"), True, "chair-as-station-master"),
        Column("office", says("站点编号"), True, "3708280101"),
        Column("kind", says("事项类型"), True, "appeal"),
        Column("text", says("内容"), True, "驿站门口充电桩不够用"),
        Column("name", says("姓名"), False, "王师傅"),
        Column("phone", says("电话"), False, "13800000001"),
        Column("topic", says("类别")),
        Column("occurred_on", says("发生日期"), False, "2026-11-20"),
        Column("place", says("地点")),
        Column("written_on", says("心声簿日期"), False, "2026-11-20"),
        Column("book", says("心声簿编号")),
        Column("page", says("页码")),
    ),
    take_case,
)

KINDS: Mapping[str, Kind] = {kind.id: kind for kind in (_PEOPLE, _ORGANISATIONS, _STATIONS, _CASES)}
