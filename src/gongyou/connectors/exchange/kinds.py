"""What can be imported: the columns of each kind and how one row becomes a record, through the real services."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import time
from decimal import Decimal
from typing import Any

from gongyou.basics.refusal import Refusal, says
from gongyou.connectors.exchange.credential_kinds import CREDENTIAL_KINDS
from gongyou.connectors.exchange.employment_kinds import EMPLOYMENT_KINDS
from gongyou.connectors.exchange.kind import Kind, Values, day_of, office_id_of
from gongyou.connectors.exchange.registry_kinds import REGISTRY_KINDS
from gongyou.connectors.exchange.station_kinds import STATION_KINDS
from gongyou.connectors.exchange.tables import Column
from gongyou.engines.casework.services.filing import Filing, file_case
from gongyou.kernel.access import Actor
from gongyou.kernel.errors import NotFound
from gongyou.offices import queries as offices
from gongyou.offices import services as office_services
from gongyou.offices.queries import OfficeView
from gongyou.registry import services as registry


def take_station(actor: Actor, values: Values, area: str) -> object:
    """Add a station, or bring a known one in step with the row; what stands so already is left alone."""
    given: dict[str, Any] = {column: values.get(column, "").strip() for column in _OWN}
    given["opens"], given["closes"] = given["opens"] or OPENS, given["closes"] or CLOSES
    parent, area = values.get("parent", "").strip(), values.get("area", "").strip() or area
    try:
        known = offices.office_by_code(values["code"])
    except NotFound:
        return office_services.add_office(
            actor,
            code=values["code"],
            parent_id=office_id_of(values, "parent") if parent else None,
            area=area,
            **given,
        )
    _refuse_move(known, parent, area)
    if all(_same(getattr(known, column), text) for column, text in given.items()):
        return known
    return office_services.change_office(actor, office_id=known.id, version=known.version, **given)


def _refuse_move(known: OfficeView, parent: str, area: str) -> None:
    upper = offices.office(known.parent_id).code if known.parent_id else ""
    if parent and parent.upper() != upper:
        raise Refusal(
            "office_moves",
            says("“{office}”已登记在“{upper}”下面，站点不能换上级。"),
            says("请核对编号；确实换了上级的，请停用后用新编号登记。"),
            field="parent",
            office=known.name,
            upper=upper or known.area,
        )
    if area and area != known.area:
        raise Refusal(
            "office_moves",
            says("“{office}”已登记在地区{area}。"),
            says("请核对编号和地区代码。"),
            field="area",
            office=known.name,
            area=known.area,
        )


def _same(stored: object, text: str) -> bool:
    if isinstance(stored, time):
        return f"{stored:%H:%M}" == text.zfill(5)[:5]
    if isinstance(stored, Decimal):
        return f"{stored:f}".rstrip("0").rstrip(".") == text.rstrip("0").rstrip(".")
    return ("" if stored is None else str(stored)) == text


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
    """File a matter at its station; `area` only guards against a file of another area."""
    office_id = office_id_of(values, "office")
    if area and (real := offices.office(office_id).area) != area:
        raise Refusal(
            "other_area",
            says("这个站点在地区{real}，不在{area}。"),
            says("请核对站点编号。"),
            field="office",
            real=real,
            area=area,
        )
    page = values.get("page", "").strip()
    if page and not (page.isascii() and page.isdigit()):
        raise Refusal("page", says("页码“{page}”不是数字。"), says("请只写数字。"), field="page", page=page)
    return file_case(
        actor,
        filing=Filing(
            programme=values["programme"].strip(),
            type_id=values["kind"].strip(),
            text=values["text"],
            channel="paper" if values.get("written_on", "").strip() else "import",
            office_id=office_id,
            topic=values.get("topic", "").strip(),
            occurred_on=day_of(values, "occurred_on"),
            place=values.get("place", ""),
            name=values.get("name", ""),
            phone=values.get("phone", ""),
            written_on=day_of(values, "written_on"),
            book=values.get("book", ""),
            page=int(page) if page else None,
        ),
    )


OPENS, CLOSES = "08:30", "17:00"  # where a row names no hours
_OWN = ("name", "kind", "name_en", "opens", "closes", "phone", "address", "lon", "lat")

_STATIONS = Kind(
    "stations",
    says("站点"),
    (
        Column("code", says("编号"), True, "1234560103", says("上级编号后面加两位序号；最上级用地区代码")),
        Column("name", says("名称"), True, "示例社区工会驿站"),
        Column(
            "kind",
            says("类别"),
            True,
            "station",
            says("county 县、township 镇街、station 驿站、callback_desk 回访岗、department 部门"),
        ),
        Column("parent", says("上级编号"), False, "12345601", says("最上级留空")),
        Column("area", says("地区代码"), False, "123456", says("6位；留空用 --area")),
        Column("name_en", says("英文名称")),
        Column("opens", says("开门时间"), False, "08:30"),
        Column("closes", says("关门时间"), False, "17:00"),
        Column("phone", says("电话"), False, "0999-0000103"),
        Column("address", says("地址")),
        Column("lon", says("经度"), says=says("十进制度数，WGS-84")),
        Column("lat", says("纬度"), says=says("十进制度数，WGS-84")),
    ),
    take_station,
    key="code",
    above="parent",
    is_known_by_key=True,
)
_PEOPLE = Kind(
    "people",
    says("人员"),
    (
        Column("name", says("姓名"), True, "张三"),
        Column("purpose", says("用途"), True, "casework", says("为什么需要这些信息")),
        Column(
            "basis",
            says("依据"),
            True,
            "consent",
            says(
                "consent 本人同意、separate_consent 单独同意、statutory_duty 法定职责、contract 合同、emergency 紧急"
            ),
        ),
        Column("phone", says("电话"), False, "13800000001"),
        Column("id_number", says("身份证号"), says=says("18位，单元格请设为文本")),
        Column("area", says("地区代码"), says=says("6位；留空用 --area")),
    ),
    take_person,
    key="id_number",
)
_ORGANISATIONS = Kind(
    "organisations",
    says("单位"),
    (
        Column("name", says("名称"), True, "示例有限公司"),
        Column(
            "kind",
            says("类型"),
            True,
            "enterprise",
            says(
                "enterprise 企业、sole_trader 个体工商户、public_institution 事业单位、social_group 社会团体等"
            ),
        ),
        Column("credit_code", says("统一社会信用代码"), says=says("18位")),
        Column("division", says("行政区划代码"), False, "123456", says("6、9或12位；留空用 --area")),
        Column("address", says("地址")),
        Column("phone", says("电话")),
    ),
    take_organisation,
    key="credit_code",
)
_CASES = Kind(
    "cases",
    says("事项"),
    (
        Column("programme", says("程序"), True, says=says("规则包的编号，见 packs/programmes")),
        Column("office", says("站点编号"), True, "1234560101"),
        Column("kind", says("事项类型"), True, "appeal", says("规则包里声明的类型")),
        Column("text", says("内容"), True, "驿站门口充电桩不够用"),
        Column("name", says("姓名"), False, "王师傅"),
        Column("phone", says("电话"), False, "13800000001"),
        Column("topic", says("类别")),
        Column("occurred_on", says("发生日期"), False, "2026-11-20"),
        Column("place", says("地点")),
        Column("written_on", says("心声簿日期"), False, "2026-11-20", says("纸质登记才填；承诺从这天算")),
        Column("book", says("心声簿编号")),
        Column("page", says("页码"), says=says("数字")),
    ),
    take_case,
)

_OWN_FILES = (*STATION_KINDS, *REGISTRY_KINDS, *CREDENTIAL_KINDS, *EMPLOYMENT_KINDS)

KINDS: Mapping[str, Kind] = {
    kind.id: kind for kind in (_PEOPLE, _ORGANISATIONS, _STATIONS, _CASES, *_OWN_FILES)
}
