"""A county with two townships, three stations and a call-back desk, built through the services."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

import pytest

from gongyou.kernel import catalogue
from gongyou.kernel.access import Actor, Holding, system_actor
from gongyou.kernel.actions import in_act
from gongyou.kernel.canonical import plain
from gongyou.kernel.ids import new_id
from gongyou.kernel.writing import writing
from gongyou.offices import queries, services
from gongyou.offices.definitions import CheckPoint, FacilityKind, StationRules, StockItem

AREA = "990101"
CALENDARS = Path(__file__).resolve().parents[4] / "packs" / "calendars"


def staff(role: str, path: str) -> Actor:
    return Actor(id=new_id(), kind="staff", holdings=(Holding(role, new_id(), path),))


@dataclass
class County:
    """Office ids by code."""

    system: Actor = field(default_factory=system_actor)
    ids: dict[str, UUID] = field(default_factory=dict)

    def add(self, code: str, name: str, kind: str, parent: str = "", **facts: str) -> UUID:
        saved = services.add_office(
            self.system,
            code=code,
            name=name,
            kind=kind,
            parent_id=self.ids[parent] if parent else None,
            area="" if parent else code,
            **facts,
        )
        self.ids[code] = saved.id
        return saved.id

    def path(self, code: str) -> str:
        return queries.office(self.ids[code]).path


@pytest.fixture(autouse=True)
def no_remembered_keys():
    """Keys are remembered for seconds; another test's database is gone by then."""
    queries.forget_keys()
    yield
    queries.forget_keys()


@pytest.fixture
def county(db: None) -> County:
    made = County()
    made.add(AREA, "云山县总工会", "county")
    made.add("99010101", "东街道", "township", AREA)
    made.add("99010102", "西乡", "township", AREA)
    made.add("99010101001", "东街站", "station", "99010101", phone="0537-1234567")
    made.add("99010101002", "东湖站", "station", "99010101")
    made.add("99010102001", "西乡站", "station", "99010102")
    made.add("990101HF", "回访专班", "callback_desk", AREA)
    return made


def calendar_text(name: str) -> str:
    return (CALENDARS / name).read_text(encoding="utf-8")


RULES = StationRules(
    facilities=(
        FacilityKind(id="kettle", title="饮水机"),
        FacilityKind(id="bed", title="折叠床"),
    ),
    items=(
        StockItem(id="pills", title="防暑药品", least=3, is_medicine=True, expires=True),
        StockItem(id="cups", title="纸杯", least=5),
    ),
    checks=(CheckPoint(id="water", text="出水正常"), CheckPoint(id="door", text="通道没有堆东西")),
    warn_days=(90, 30, 7),
    refill_days=3,
    repair_days=2,
    inspect_every_days=7,
    publish_days=14,
    overload_hours=44,
)


@pytest.fixture
def rules(db: None) -> StationRules:
    """The area runs a programme with stations, and the holiday notices of 2026 are known."""
    with writing():
        in_act(
            "tests.publish",
            system_actor("tests"),
            lambda act: catalogue.publish(
                act, kind="running", name=f"{AREA}/warmth/stations", content=plain(RULES)
            ),
            {},
        )
    services.import_calendar(
        system_actor("tests"), name="2026.yaml", content=calendar_text("2026.yaml"), source=""
    )
    return RULES
