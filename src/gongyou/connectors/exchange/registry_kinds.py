"""Who acts for organisations, as a table to import."""

from __future__ import annotations

from gongyou.basics.refusal import says
from gongyou.connectors.exchange.kind import Kind, Values, day_of, office_id_of
from gongyou.connectors.exchange.tables import Column
from gongyou.kernel.access import Actor
from gongyou.offices import queries as offices
from gongyou.registry.services.representatives import name_representative


def take_representative(actor: Actor, values: Values, _area: str) -> object:
    """Somebody an organisation named with a paper: a second person checks it, nobody may act before."""
    return name_representative(
        actor,
        credit_code=values["credit_code"],
        organisation=values["organisation"],
        kind=values.get("kind", "").strip() or "enterprise",
        office_path=offices.office(office_id_of(values, "office")).path,
        name=values["name"],
        phone=values["phone"],
        evidence=values["evidence"],
        valid_until=day_of(values, "valid_until"),
    )


REGISTRY_KINDS = (
    Kind(
        "representatives",
        says("单位经办人"),
        (
            Column("office", says("登记单位编号"), True, "123456"),
            Column("organisation", says("单位名称"), True, "示例有限公司"),
            Column("credit_code", says("统一社会信用代码"), True, says=says("18位，单元格请设为文本")),
            Column("kind", says("单位类型"), False, "enterprise", says("留空按 enterprise 企业")),
            Column("name", says("经办人姓名"), True, "张三"),
            Column("phone", says("经办人手机号"), True, "13800000001"),
            Column("evidence", says("看了什么材料"), True, "单位授权书", says("只写名称，不写证件号码")),
            Column("valid_until", says("授权到哪天"), False, "2027-11-19"),
        ),
        take_representative,
    ),
)
