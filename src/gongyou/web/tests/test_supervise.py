"""The leaders' pages: what is late and where, figures that open to their rows."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from gongyou.engines.casework.models import Case
from gongyou.kernel import moment
from gongyou.web.tests.desk_county import MONDAY, SignIn, called, county, sign_in
from tests.yunshan.county import County
from tests.yunshan.fixtures import installed_packs

__all__ = ["county", "installed_packs", "sign_in"]

pytestmark = pytest.mark.django_db


def test_late_matters_stand_by_office_and_open(county: County, sign_in: SignIn) -> None:
    with moment.standing_at(MONDAY):
        number = county.file().number
    with moment.standing_at(MONDAY + timedelta(days=30)):
        leader = sign_in("leader")
        page = leader.get(reverse("supervise:overview")).content.decode()
        late = leader.get(reverse("supervise:late"), {"office": county.station.id}).content.decode()
        elsewhere = leader.get(
            reverse("supervise:late"), {"office": county.other_station.id}
        ).content.decode()
    assert county.station.name in page
    assert f"{reverse('supervise:late')}?office={county.station.id}" in page
    assert f"<span>{number.split('-')[2]}</span>" in late
    assert f"<span>{number.split('-')[2]}</span>" not in elsewhere


def test_a_small_sample_shows_counts_and_no_rate(county: County, sign_in: SignIn) -> None:
    called(county, is_satisfied=True)
    page = sign_in("leader").get(reverse("supervise:overview")).content.decode()
    assert "样本太少，不计算比率" in page
    assert "1 ÷ 1" in page
    assert "问到1/应问1" in page, "satisfaction stands with its coverage"


def test_a_figure_opens_to_its_rows(county: County, sign_in: SignIn) -> None:
    good = Case.objects.get(pk=called(county, is_satisfied=True)).number
    bad = Case.objects.get(pk=called(county, is_satisfied=False)).number
    page = sign_in("leader").get(reverse("supervise:figure", args=["satisfaction"])).content.decode()
    rows = page.split("<tbody>")[1].split("<tr>")
    counted = next(row for row in rows if f"<span>{good.split('-')[2]}</span>" in row)
    uncounted = next(row for row in rows if f"<span>{bad.split('-')[2]}</span>" in row)
    assert "未计入" not in counted
    assert "未计入" in uncounted


def test_an_unknown_figure_and_nonsense_in_the_address(county: County, sign_in: SignIn) -> None:
    leader = sign_in("leader")
    assert leader.get(reverse("supervise:figure", args=["charm"])).status_code == 404
    page = leader.get(
        reverse("supervise:figure", args=["on_time"]), {"cursor": "2026-13-01~x", "since": "yesterday"}
    )
    assert page.status_code == 200
    backwards = leader.get(reverse("supervise:overview"), {"since": "2026-05-01", "until": "2026-04-01"})
    assert "结束日期早于开始日期" in backwards.content.decode()


def test_the_period_and_the_office_narrow_the_figures(county: County, sign_in: SignIn) -> None:
    with moment.standing_at(MONDAY):
        called(county, is_satisfied=True)
        leader = sign_in("leader")
        day = MONDAY.date().isoformat()
        url = reverse("supervise:figure", args=["satisfaction"])
        here = leader.get(url, {"since": day, "until": day, "office": county.station.id}).content.decode()
        there = leader.get(
            url, {"since": day, "until": day, "office": county.other_station.id}
        ).content.decode()
        before = leader.get(url, {"since": "2026-01-01", "until": "2026-01-31"}).content.decode()
    assert "<strong>1</strong>" in here
    assert "这段时间没有可以计算的事项" in there
    assert "这段时间没有可以计算的事项" in before


def test_a_leader_of_a_township_sees_the_township(county: County, sign_in: SignIn) -> None:
    county.file(actor=county.staff["other_desk"], office_id=county.other_station.id)
    page = sign_in("town_leader").get(reverse("supervise:overview")).content.decode()
    assert county.other_station.name not in page
