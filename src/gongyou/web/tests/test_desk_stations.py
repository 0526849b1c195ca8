"""Stations and intake points changed by the system administrator, and their names in the reader's language."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from gongyou.kernel.access import system_actor
from gongyou.offices import queries as offices
from gongyou.offices import services
from gongyou.web.tests.desk_county import SignIn, county, sign_in
from tests.yunshan.county import County
from tests.yunshan.fixtures import installed_packs

__all__ = ["county", "installed_packs", "sign_in"]

pytestmark = pytest.mark.django_db


def facts(county: County, **changes: str) -> dict[str, str]:
    """The office's form as the page sends it."""
    office = offices.office(county.station.id)
    known = {
        "intent": uuid4().hex,
        "version": str(office.version),
        "name": office.name,
        "name_en": office.name_en,
        "opens": "08:00",
        "closes": "18:00",
        "phone": office.phone,
        "address": office.address,
        "lon": "",
        "lat": "",
    }
    return known | changes


def in_english(client: Client) -> Client:
    client.post("/settings/", {"language": "en", "next": "/"})
    return client


def test_hours_phone_and_place_of_a_station_are_changed(county: County, sign_in: SignIn) -> None:
    admin, url = sign_in("system_admin"), reverse("desk:office", args=[county.station.id])
    assert url in admin.get(reverse("desk:stations")).content.decode()
    assert county.station.name in admin.get(url).content.decode()
    sent = facts(county, opens="07:30", phone="0537-7654321", lon="120.5", lat="30.25", name_en="East Gate")
    assert admin.post(url, sent).status_code == 302
    office = offices.office(county.station.id)
    assert f"{office.opens:%H:%M}" == "07:30"
    assert (office.phone, str(office.lon), str(office.lat)) == ("0537-7654321", "120.500000", "30.250000")


def test_what_cannot_be_saved_comes_back_with_everything_typed(county: County, sign_in: SignIn) -> None:
    admin, url = sign_in("system_admin"), reverse("desk:office", args=[county.station.id])
    wrong = admin.post(url, facts(county, opens="19:00", address="新街1号"))
    assert wrong.status_code == 422
    assert "不早于关门时间" in wrong.content.decode()
    assert "新街1号" in wrong.content.decode()
    late = admin.post(url, facts(county, version="0"))
    assert late.status_code == 409
    assert offices.office(county.station.id).address != "新街1号"


def test_only_the_system_administrator_changes_a_station(county: County, sign_in: SignIn) -> None:
    desk, url = sign_in("desk"), reverse("desk:office", args=[county.station.id])
    assert desk.get(url).status_code == 403
    assert desk.post(url, facts(county)).status_code == 403
    assert url not in desk.get(reverse("desk:stations")).content.decode()


def test_a_retired_point_takes_nothing_in_any_more(county: County, sign_in: SignIn) -> None:
    admin, point = sign_in("system_admin"), county.points[county.station.code][0]
    url = reverse("desk:retire_point", args=[point.id])
    assert url in admin.get(reverse("desk:stations")).content.decode()
    assert sign_in("desk").post(url, {"intent": uuid4().hex}).status_code == 403
    assert Client().get(f"/q/{point.code}").status_code == 200
    assert admin.post(url, {"intent": uuid4().hex}).status_code == 302
    assert Client().get(f"/q/{point.code}").status_code == 404
    assert point.code not in admin.get(reverse("desk:stations")).content.decode().replace("已停用", "")


def test_lists_name_offices_in_the_readers_language(county: County, sign_in: SignIn) -> None:
    station = offices.office(county.station.id)
    services.change_office(
        system_actor("test"), office_id=station.id, version=station.version, name_en="East Gate Station"
    )
    county.file()
    desk = sign_in("desk")
    pages = [reverse("desk:worklist"), reverse("desk:cases"), reverse("desk:stations")]
    for address in pages:
        assert station.name in desk.get(address).content.decode()
    in_english(desk)
    for address in pages:
        html = desk.get(address).content.decode()
        assert "East Gate Station" in html
        assert station.name not in html
