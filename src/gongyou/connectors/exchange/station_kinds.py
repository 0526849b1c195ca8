"""What stands and lies in stations, and the partners around them, as tables to import."""

from __future__ import annotations

from gongyou.basics.refusal import Refusal, says
from gongyou.connectors.exchange.kind import Kind, Values, day_of, office_id_of, whole
from gongyou.connectors.exchange.tables import Column
from gongyou.kernel.access import Actor
from gongyou.offices import queries as offices
from gongyou.offices import services as office_services
from gongyou.registry.services.partners import SignUp, register_partner


def take_facility(actor: Actor, values: Values, _area: str) -> object:
    """Something people can use at a station from now on; the kind is one the area's programmes declare."""
    return office_services.add_facility(
        actor,
        office_id=office_id_of(values, "office"),
        kind=values["kind"].strip(),
        label=values.get("label", ""),
        pieces=whole(values, "pieces") if values.get("pieces", "").strip() else 1,
        since_on=day_of(values, "since_on"),
    )


def take_lot(actor: Actor, values: Values, _area: str) -> object:
    """A lot that came in: what, how many, until when it is good."""
    return office_services.receive_lot(
        actor,
        office_id=office_id_of(values, "office"),
        item=values["item"].strip(),
        count=whole(values, "count"),
        expires_on=day_of(values, "expires_on"),
        batch=values.get("batch", ""),
    )


def take_partner(actor: Actor, values: Values, area: str) -> object:
    """Somebody who signed up on paper: it waits for the check like any other, nothing is offered before."""
    office = offices.office(office_id_of(values, "office"))
    if area and office.area != area:
        raise Refusal(
            "other_area",
            says("这个站点在地区{real}，不在{area}。"),
            says("请核对站点编号。"),
            field="office",
            real=office.area,
            area=area,
        )
    return register_partner(
        actor,
        sign_up=SignUp(
            kind=values["kind"].strip(),
            area=office.area,
            office_path=office.path,
            contact=values["contact"],
            organisation=values.get("organisation", ""),
            phone=values["phone"],
            offers=values.get("offers", ""),
            event=values.get("event", ""),
        ),
        way=values["way"].strip(),
        agreed_from=day_of(values, "agreed_from"),
        agreed_until=day_of(values, "agreed_until"),
    )


_FACILITIES = Kind(
    "facilities",
    says("设施"),
    (
        Column("office", says("站点编号"), True, "1234560103"),
        Column("kind", says("设施"), True, "microwave", says("规则包里声明的设施，见 stations.yaml")),
        Column("label", says("位置或说明"), False, "里间"),
        Column("pieces", says("数量"), False, "1", says("留空为1")),
        Column("since_on", says("启用日期"), False, "2026-11-20", says("留空为今天")),
    ),
    take_facility,
)
_STOCK = Kind(
    "stock",
    says("物资"),
    (
        Column("office", says("站点编号"), True, "1234560103"),
        Column("item", says("物资"), True, "plasters", says("规则包里声明的物资，见 stations.yaml")),
        Column("count", says("数量"), True, "20"),
        Column("expires_on", says("有效期"), False, "2027-11-20", says("会过期的必须填")),
        Column("batch", says("批号"), False, "P26"),
    ),
    take_lot,
)
_PARTNERS = Kind(
    "partners",
    says("合伙人"),
    (
        Column("office", says("登记单位编号"), True, "123456"),
        Column(
            "kind",
            says("类型"),
            True,
            "shop",
            says(
                "resident 居民、shop 商户、school 学校、social_organisation 社会组织、enterprise 企业、institution 单位"
            ),
        ),
        Column("organisation", says("名称"), False, "示例便民超市", says("居民留空")),
        Column("contact", says("联系人"), True, "郑满仓"),
        Column("phone", says("电话"), True, "13800000001"),
        Column("way", says("怎么来的"), True, "roadshow", says("roadshow 路演、signing 签约")),
        Column("event", says("哪一场活动"), False, "合伙人现场路演"),
        Column("offers", says("能提供什么")),
        Column("agreed_from", says("协议开始"), False, "2026-11-20", says("签约必须填")),
        Column("agreed_until", says("协议到期"), False, "2027-11-19", says("签约必须填")),
    ),
    take_partner,
)
STATION_KINDS = (_FACILITIES, _STOCK, _PARTNERS)
