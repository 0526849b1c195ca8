"""Stations and duty in a browser: reported by a passer-by, seen by the desk and by the leader; axe finds nothing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from gongyou.kernel import moment
from gongyou.kernel.access import system_actor
from gongyou.offices import jobs, services
from gongyou.offices.services import Standby
from tests.browser import PageAt
from tests.journeys.faces import enter
from tests.yunshan.county import County
from tests.yunshan.fixtures import county, installed_packs

__all__ = ["county", "installed_packs"]
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def furnish(county: County) -> None:
    system, office, today = system_actor("tests"), county.station, moment.today()
    services.change_office(system, office_id=office.id, version=office.version, lon="120.1", lat="30.2")
    services.add_facility(system, office_id=office.id, kind="water_dispenser", since_on=today)
    soon = today + timedelta(days=20)
    services.receive_lot(system, office_id=office.id, item="plasters", count=2, expires_on=soon)
    people = tuple(Standby(county.staff[who].name, county.staff[who].id) for who in ("desk", "master"))
    services.set_rotation(
        system, office_id=office.id, title="轮值", pattern="daily", from_on=today, members=people
    )
    jobs.run_night()


def test_from_the_poster_to_the_leader(
    county: County, page_at: PageAt, accessible: Callable[[Page], None], live_server: object
) -> None:
    furnish(county)
    phone = page_at(360, 780, has_touch=True, is_mobile=True)
    for address in ("/stations/", f"/stations/{county.station.code}/"):
        phone.goto(address)
        accessible(phone)
    phone.get_by_text("有东西坏了？报修").click()
    phone.get_by_text("饮水机", exact=True).last.click()
    phone.get_by_label("坏在哪里").fill("不出热水")
    accessible(phone)
    phone.get_by_role("button", name="报修").click()
    expect(phone.get_by_text("坏了，正在修")).to_be_visible()
    phone.get_by_role("button", name="我今天用过驿站").click()
    expect(phone.get_by_text("记下了")).to_be_visible()

    desk = page_at(1280, 900)
    enter(desk.context, live_server.url, county.staff["master"])  # type: ignore[attr-defined]
    station = f"/desk/stations/{county.station.id}/"
    pages = [station, *(f"{station}{tab}/" for tab in ("facilities", "stock", "rounds", "hours"))]
    pages += [f"/desk/duty/{tab}/" for tab in ("month", "rotation", "mine", "visits", "sheet")]
    for address in pages:
        desk.goto(address)
        accessible(desk)
    desk.goto(f"{station}facilities/")
    expect(desk.get_by_text("不出热水")).to_be_visible()
    desk.get_by_label("怎么修的").fill("换了加热管")
    desk.get_by_role("button", name="修好了").click()
    expect(desk.get_by_text("您修的，请另一位同事看过再确认。")).to_be_visible()

    leader = page_at(360, 780, "en")
    enter(leader.context, live_server.url, county.staff["leader"])  # type: ignore[attr-defined]
    leader.goto("/supervise/stations/")
    accessible(leader)
    expect(leader.get_by_role("heading", level=1, name="Stations at a glance")).to_be_visible()
