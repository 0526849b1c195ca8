"""云山县, the engines' test bed: a fictional county (and a second, real-coded one), built through the services alone.

990101 is a code no real place has: GB/T 2260 has no province beginning with 99.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from uuid import UUID

from gongyou.engines.casework.services.filing import Filing, Receipt, file_case
from gongyou.kernel.access import Actor, system_actor, visitor_actor
from gongyou.kernel.accounts import actor_of_account, seed_demo_account
from gongyou.offices import queries as offices
from gongyou.offices import services as office_services
from gongyou.offices.queries import OfficeView, PointView
from gongyou.packkit.loader import Packs, load_packs
from gongyou.packkit.publishing import install_checked
from tests.yunshan.remembered import remembered

PACKS = Path(__file__).resolve().parents[2] / "packs"
PASSWORD = "Yunshan-2026-Shanlu"  # every account of the test county

YUNSHAN, JINXIANG = "990101", "370828"
STRAIGHT, TRIAGE = "chair-as-station-master", "township-care-line"
"""Programmes: handled where it was said (calendar days); dispatched first (working days)."""


@dataclass(frozen=True)
class Place:
    """One office to build: code, kind, parent's code, names, places of its intake points."""

    code: str
    kind: str
    parent: str
    name: str
    name_en: str
    points: tuple[str, ...] = ()


@dataclass(frozen=True)
class Person:
    login: str
    name: str
    role: str
    office: str


YUNSHAN_PLACES = (
    Place("990101", "county", "", "云山县总工会", "Yunshan County Union"),
    Place("99010190", "callback_desk", "990101", "云山县回访专班", "Yunshan call-back desk"),
    Place("99010101", "township", "990101", "松溪镇总工会", "Songxi Town Union"),
    Place("99010102", "township", "990101", "竹坪镇总工会", "Zhuping Town Union"),
    Place(
        "9901010101", "station", "99010101", "松溪集镇站", "Songxi Market Station", ("镇政府一楼", "公交站")
    ),
    Place("9901010102", "station", "99010101", "松溪工业园站", "Songxi Park Station", ("园区食堂",)),
    Place("9901010201", "station", "99010102", "竹坪集镇站", "Zhuping Market Station", ("便民中心",)),
    Place("9901010202", "station", "99010102", "竹坪货运站", "Zhuping Freight Station", ("司机之家",)),
)
# Every role there is; `desk` and `master` sit at the first station, `other_*` at the third.
YUNSHAN_PEOPLE = (
    Person("ys.desk", "方圆", "desk", "9901010101"),
    Person("ys.master", "严朗", "station_master", "9901010101"),
    Person("ys.other_desk", "石磊", "desk", "9901010201"),
    Person("ys.other_master", "苗青", "station_master", "9901010201"),
    Person("ys.town_dispatcher", "安宁", "dispatcher", "99010101"),
    Person("ys.town_leader", "白桦", "leader", "99010101"),
    Person("ys.dispatcher", "常青", "dispatcher", "990101"),
    Person("ys.caller", "田禾", "caller", "990101"),
    Person("ys.leader", "陆川", "leader", "990101"),
    Person("ys.system_admin", "关山", "system_admin", ""),
    Person("ys.security_admin", "安石", "security_admin", ""),
    Person("ys.audit_admin", "明镜", "audit_admin", ""),
)

JINXIANG_PLACES = (
    Place("370828", "county", "", "金乡县总工会", "Jinxiang County Union"),
    Place("37082890", "callback_desk", "370828", "金乡县回访专班", "Jinxiang call-back desk"),
    Place("37082801", "township", "370828", "第一街道总工会", "First Subdistrict Union"),
    Place("37082802", "township", "370828", "第二街道总工会", "Second Subdistrict Union"),
    Place(
        "3708280101", "station", "37082801", "金兴社区工会驿站", "Jinxing Community Station", ("驿站门口",)
    ),
    Place("3708280201", "station", "37082802", "莎岭社区工会驿站", "Shaling Community Station", ("托管班",)),
)
JINXIANG_PEOPLE = (
    Person("jx.desk", "周宁", "desk", "3708280101"),
    Person("jx.master", "郑和", "station_master", "3708280101"),
    Person("jx.other_desk", "孙立", "desk", "3708280201"),
    Person("jx.dispatcher", "钱明", "dispatcher", "370828"),
    Person("jx.caller", "吴越", "caller", "370828"),
    Person("jx.leader", "王成", "leader", "370828"),
)


@dataclass(frozen=True)
class County:
    """A built county. `staff` by what stands behind the dot of the login: desk, master, caller, leader…"""

    area: str
    programme: str
    offices: Mapping[str, OfficeView]
    points: Mapping[str, tuple[PointView, ...]]
    staff: Mapping[str, Actor]
    logins: Mapping[str, str]
    password: str = PASSWORD
    visitor: Actor = field(default_factory=visitor_actor)

    @property
    def root(self) -> OfficeView:
        return self.offices[self.area]

    @property
    def callback_desk(self) -> OfficeView:
        return self.offices[f"{self.area}90"]

    @property
    def stations(self) -> tuple[OfficeView, ...]:
        return tuple(office for office in self.offices.values() if office.kind == "station")

    @property
    def townships(self) -> tuple[OfficeView, ...]:
        return tuple(office for office in self.offices.values() if office.kind == "township")

    @property
    def station(self) -> OfficeView:
        """Where `desk` and `master` sit."""
        return self.stations[0]

    @property
    def other_station(self) -> OfficeView:
        """Where `other_desk` sits: in another township."""
        return next(s for s in self.stations if s.path[:-3] and s.code[:8] != self.station.code[:8])

    def file(
        self,
        text: str = "宿舍断水两天了，请帮忙联系。",
        *,
        type_id: str = "appeal",
        actor: Actor | None = None,
        programme: str = "",
        office_id: UUID | None = None,
        **filing: object,
    ) -> Receipt:
        """A matter said at the first station: by a visitor with the QR code, or by `actor` at the desk."""
        given: dict[str, object] = {"name": "赵平", "phone": "13800000117", "topic": ""} | filing
        if given.get("is_anonymous"):
            given |= {"name": "", "phone": ""}
        if actor is None and office_id is None:
            given.setdefault("point", self.points[self.station.code][0].code)
        else:
            given["office_id"] = office_id or self.station.id
        given.setdefault("channel", "qr" if actor is None else "desk")
        made = Filing(programme=programme or self.programme, type_id=type_id, text=text, **given)  # type: ignore[arg-type]
        return file_case(actor or self.visitor, filing=made)


def install_repository_packs() -> None:
    """The repository's own packs and calendars, published. They are read once per test run.

    Their checks are the tests of `tests/packs`: an unfinished pack must not fail every other test.
    """
    remembered("packs", lambda: install_checked(system_actor("tests"), _repository_packs()))


@cache
def _repository_packs() -> Packs:
    return load_packs(PACKS)[0]


def build_yunshan(programme: str = STRAIGHT) -> County:
    """云山县: two townships, four stations, every role. Needs the packs."""
    return remembered(
        f"{YUNSHAN} {programme}", lambda: _build(YUNSHAN, programme, YUNSHAN_PLACES, YUNSHAN_PEOPLE)
    )


def build_jinxiang() -> County:
    """A second county of the same shape under a real code: what must stay apart is tested with both."""
    return remembered(JINXIANG, lambda: _build(JINXIANG, STRAIGHT, JINXIANG_PLACES, JINXIANG_PEOPLE))


def _build(area: str, programme: str, places: tuple[Place, ...], people: tuple[Person, ...]) -> County:
    points: dict[str, tuple[PointView, ...]] = {}
    for place in places:
        points[place.code] = _found(area, place)
    staff = {person.login.partition(".")[2]: _appoint(person) for person in people}
    built = {place.code: offices.office_by_code(place.code) for place in places}
    assert all(built.values())
    return County(
        area=area,
        programme=programme,
        offices={code: office for code, office in built.items() if office is not None},
        points=points,
        staff=staff,
        logins={person.login.partition(".")[2]: person.login for person in people},
    )


def _found(area: str, place: Place) -> tuple[PointView, ...]:
    founder = system_actor("tests")
    parent = offices.office_by_code(place.parent) if place.parent else None
    saved = office_services.add_office(
        founder,
        code=place.code,
        name=place.name,
        name_en=place.name_en,
        kind=place.kind,
        parent_id=parent.id if parent else None,
        area=area,
        phone="0900-0000000",
    )
    return tuple(
        office_services.add_point(founder, office_id=saved.id, place=where) for where in place.points
    )


def _appoint(person: Person) -> Actor:
    office = offices.office_by_code(person.office) if person.office else None
    account_id = seed_demo_account(
        system_actor("tests"),
        login=person.login,
        name=person.name,
        password=PASSWORD,
        role=person.role,
        office_id=office.id if office else None,
        office_path=office.path if office else "",
        is_demo=True,
    )
    return actor_of_account(account_id)
