"""While something is written down at the desk: what may have been said before stands beside it, and blocks nothing."""

from __future__ import annotations

import pytest

from gongyou.engines.casework.models import Case
from gongyou.kernel.models.audit import ReadRecord
from tests.journeys.faces import client_of
from tests.yunshan.county import STRAIGHT, County

pytestmark = pytest.mark.django_db
ADDRESS = "/desk/new/alike/"
WATER = "宿舍三楼断水两天了，请帮忙联系。"

# what stands on the form | is the earlier matter hinted at, and why
WRITTEN = [
    ({"phone": "138 0000 0117"}, "同一个人"),
    ({"topic": f"{STRAIGHT}/appeal/rest_facilities", "text": "宿舍断水两天，请联系一下。"}, "文字相近"),
    ({"place": "三号宿舍", "text": "宿舍断水两天，请联系一下。"}, "同一地点"),
    ({"topic": f"{STRAIGHT}/appeal/rest_facilities", "text": "想要一台微波炉热饭。"}, ""),
    (
        {"text": "宿舍断水两天，请联系一下。"},
        "",
    ),  # like words alone are no reason to look at everybody's matters
    ({"phone": "138"}, ""),
    ({}, ""),
]


@pytest.mark.parametrize(("given", "why"), WRITTEN)
def test_repeats_and_joins_are_hinted_while_filing(county: County, given: dict[str, str], why: str) -> None:
    case_id = county.file(WATER, topic="rest_facilities", place="三号宿舍").case_id
    before = ReadRecord.objects.count()
    page = client_of(county.staff["desk"]).post(ADDRESS, {"office": str(county.station.id), **given})
    html = page.content.decode()
    assert (f"/desk/cases/{case_id}/" in html) == bool(why) and why in html
    assert (ReadRecord.objects.count() > before) == bool(why), "the looking is on record"
    said = html.replace(str(case_id), "")  # an id may hold any digits
    assert "赵平" not in said and "138" not in said


def test_nobody_is_shown_what_they_may_not_read(county: County) -> None:
    """Another station's matter, a child's wish, an office that is not the reader's."""
    here = {"office": str(county.station.id), "phone": "13800000117"}
    county.file(WATER, actor=county.staff["other_desk"], office_id=county.other_station.id)
    county.file("我家小雨要一个书包。", type_id="wish", topic="child_goods")
    assert client_of(county.staff["desk"]).post(ADDRESS, here).content.strip() == b""
    assert client_of(county.staff["other_desk"]).post(ADDRESS, here).content.strip() == b""
    assert client_of(county.staff["desk"]).get(ADDRESS).status_code == 405, (
        "no telephone stands in an address"
    )


def test_it_never_blocks(county: County) -> None:
    county.file(WATER, topic="rest_facilities")
    for form in ("/desk/new/", "/desk/paper/"):  # keyed from paper, too
        assert ADDRESS in client_of(county.staff["desk"]).get(form).content.decode()
    county.file(WATER, topic="rest_facilities", actor=county.staff["desk"], office_id=county.station.id)
    assert Case.objects.count() == 2
