"""A county with two walk-in stations, a call-back desk and a poster, running the published packs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path

import pytest

from gongyou.kernel import moment
from gongyou.kernel.access import system_actor
from gongyou.kernel.installation import installed
from gongyou.offices import services as offices
from gongyou.packkit.loader import Packs
from gongyou.packkit.publishing import install_checked
from gongyou.packkit.releases import checked
from tests.yunshan.remembered import remembered

AREA = "990101"
MONDAY_MORNING = datetime(2026, 9, 28, 9, 30, tzinfo=moment.SHANGHAI)
"""Three days before the National Day holiday of 2026: every promise made now has rest days to explain."""


@dataclass(frozen=True)
class County:
    point: str
    station: str
    station_name: str


@cache
def _packs(root: Path) -> Packs:
    """Read and checked once for all tests; publishing them is part of every test."""
    return checked(root)


@pytest.fixture
def county_of_workers(db: None) -> County:
    """Founded through the real services; the packs of the repository are published."""
    return remembered("county of workers", _found)


def _found() -> County:
    system = system_actor("test")
    install_checked(system, _packs(installed().packs_dir))
    root = offices.add_office(
        system, code=AREA, name="云山县总工会", kind="county", area=AREA, phone="0537-1234567"
    )
    station = offices.add_office(
        system,
        code="WF1",
        name="和平街道职工服务站",
        kind="station",
        parent_id=root.id,
        phone="0537-1234501",
        address="建设路88号",
    )
    offices.add_office(system, code="WF2", name="高新区职工服务站", kind="station", parent_id=root.id)
    offices.add_office(system, code="WFC", name="回访专班", kind="callback_desk", parent_id=root.id)
    point = offices.add_point(system, office_id=station.id, place="一楼大厅")
    return County(point.code, "WF1", "和平街道职工服务站")
