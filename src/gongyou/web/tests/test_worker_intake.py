"""Saying something, from the poster to the receipt."""

from __future__ import annotations

import re
from collections.abc import Iterator
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from gongyou.engines.casework.models import Case, CaseText
from gongyou.kernel import moment
from gongyou.kernel.access import Actor, Holding
from gongyou.kernel.files import files_of
from gongyou.kernel.ids import new_id
from gongyou.web.tests.worker_county import MONDAY_MORNING, County, county_of_workers

__all__ = ["county_of_workers"]

APPEAL = "?type=chair-as-station-master.appeal"
ANONYMOUS = "?type=chair-as-station-master.anonymous_clue"


@pytest.fixture(autouse=True)
def _monday_before_the_holiday() -> Iterator[None]:
    with moment.standing_at(MONDAY_MORNING):
        yield


@pytest.fixture
def visitor() -> Client:
    return Client(HTTP_ACCEPT_LANGUAGE="zh-CN")


def key_in(html: str) -> str:
    found = re.search(r'name="key" value="([0-9a-f-]{36})"', html)
    assert found
    return found.group(1)


def fresh_key(visitor: Client, address: str) -> str:
    return key_in(visitor.get(address).content.decode())


def photo(name: str = "现场.jpg") -> SimpleUploadedFile:
    stream = BytesIO()
    Image.new("RGB", (64, 48), "#b3261e").save(stream, "JPEG")
    return SimpleUploadedFile(name, stream.getvalue(), content_type="image/jpeg")


def test_a_poster_fills_in_the_station_and_asks_what_kind(county_of_workers: County, visitor: Client) -> None:
    html = visitor.get(f"/q/{county_of_workers.point}").content.decode()
    assert county_of_workers.station_name in html
    assert "一楼大厅" in html
    assert "chair-as-station-master.appeal" in html
    assert "township-care-line.appeal" in html


def test_a_retired_or_unknown_code_says_what_to_do(county_of_workers: County, visitor: Client) -> None:
    answer = visitor.get("/q/ZZZZZZ")
    assert answer.status_code == 404
    assert "ZZZZZZ" in answer.content.decode()


def test_saying_something_gives_number_date_reason_and_office(
    county_of_workers: County, visitor: Client
) -> None:
    address = f"/q/{county_of_workers.point}{APPEAL}"
    said = {
        "key": fresh_key(visitor, address),
        "text": "工资拖了两个月",
        "phone": "１３８ 0013-8000",
        "name": "王小工",
    }
    answer = visitor.post(address, said)
    assert answer.status_code == 302
    case = Case.objects.get()
    assert answer["Location"] == f"/receipt/{case.number}"
    assert case.point_id is not None
    assert case.place == "一楼大厅"
    html = visitor.get(answer["Location"]).content.decode()
    assert "".join(f"<span>{part}</span>-" for part in case.number.split("-")).rstrip("-") in html
    assert county_of_workers.station_name in html
    assert case.due_at is not None
    assert f"{case.due_at.astimezone(moment.SHANGHAI).day}日" in html
    assert "短信回执" in html
    assert "查询码" not in html
    assert "<svg" in html


def test_a_mistake_keeps_everything_typed_and_the_photo_already_sent(
    county_of_workers: County, visitor: Client
) -> None:
    address = f"/q/{county_of_workers.point}{APPEAL}"
    key = fresh_key(visitor, address)
    said = {"key": key, "text": "脚手架晃", "name": "王小工", "place": "三号楼", "phone": "1380013"}
    answer = visitor.post(address, {**said, "uploads": photo()})
    html = answer.content.decode()
    assert answer.status_code == 422
    assert Case.objects.count() == 0
    for kept in ("脚手架晃", "王小工", "三号楼", "1380013", "现场.jpg"):
        assert kept in html
    assert key_in(html) == key
    token = re.search(r'name="kept" value="([^"]+)"', html)
    assert token
    answer = visitor.post(address, {**said, "phone": "13800138000", "kept": token.group(1)})
    assert answer.status_code == 302
    case = Case.objects.get()
    reader = Actor(id=new_id(), kind="staff", holdings=(Holding("desk", case.office_id, case.office_path),))
    assert [f.name for f in files_of(reader, f"case:{case.pk}")] == ["现场.jpg"]


def test_a_photo_can_be_taken_out_again_without_losing_words(
    county_of_workers: County, visitor: Client
) -> None:
    address = f"/q/{county_of_workers.point}{APPEAL}"
    said = {"key": fresh_key(visitor, address), "text": "话还在"}
    html = visitor.post(address, {**said, "uploads": photo()}).content.decode()
    token = re.search(r'name="kept" value="([^"]+)"', html)
    assert token
    answer = visitor.post(address, {**said, "kept": token.group(1), "drop": token.group(1)})
    html = answer.content.decode()
    assert answer.status_code == 200
    assert "话还在" in html
    assert "现场.jpg" not in html
    assert "处需要改一下" not in html


def test_a_forged_file_id_is_not_attached(county_of_workers: County, visitor: Client) -> None:
    address = f"/q/{county_of_workers.point}{APPEAL}"
    said = {"key": fresh_key(visitor, address), "text": "试试", "phone": "13800138000", "kept": str(new_id())}
    assert visitor.post(address, said).status_code == 302
    case = Case.objects.get()
    reader = Actor(id=new_id(), kind="staff", holdings=(Holding("desk", case.office_id, case.office_path),))
    assert files_of(reader, f"case:{case.pk}") == ()


def test_what_is_no_picture_is_named_with_its_reason(county_of_workers: County, visitor: Client) -> None:
    address = f"/q/{county_of_workers.point}{APPEAL}"
    broken = SimpleUploadedFile("表.exe", b"MZ" + b"\0" * 200)
    said = {"key": fresh_key(visitor, address), "text": "看附件", "phone": "13800138000", "uploads": broken}
    answer = visitor.post(address, said)
    assert answer.status_code == 422
    assert "表.exe：" in answer.content.decode()
    assert Case.objects.count() == 0


def test_pressing_twice_files_once(county_of_workers: County, visitor: Client) -> None:
    address = f"/q/{county_of_workers.point}{APPEAL}"
    said = {"key": fresh_key(visitor, address), "text": "只说一次", "phone": "13800138000"}
    first, second = visitor.post(address, said), visitor.post(address, said)
    assert first["Location"] == second["Location"]
    assert Case.objects.count() == 1


def test_other_words_under_the_same_key_are_asked_about(county_of_workers: County, visitor: Client) -> None:
    address = f"/q/{county_of_workers.point}{APPEAL}"
    said = {"key": fresh_key(visitor, address), "text": "第一件", "phone": "13800138000"}
    visitor.post(address, said)
    number = Case.objects.get().number
    answer = visitor.post(address, {**said, "text": "第二件"})
    html = answer.content.decode()
    assert answer.status_code == 422
    assert f"/receipt/{number}" in html
    assert "第二件" in html
    assert key_in(html) != said["key"]
    assert visitor.post(address, {**said, "text": "第二件", "key": key_in(html)}).status_code == 302
    assert Case.objects.count() == 2


def test_without_a_name_the_receipt_shows_a_code_that_opens_the_matter(
    county_of_workers: County, visitor: Client
) -> None:
    address = f"/q/{county_of_workers.point}{ANONYMOUS}"
    said = {
        "key": fresh_key(visitor, address),
        "text": "配电箱没有门",
        "contact": "anonymous",
        "phone": "13800138000",
    }
    receipt = visitor.post(address, said)
    case = Case.objects.get()
    assert case.is_anonymous
    assert case.phone_tail == ""
    html = visitor.get(receipt["Location"]).content.decode()
    code = re.search(r'class="pin">(\d{6})<', html)
    assert code
    stranger = Client(HTTP_ACCEPT_LANGUAGE="zh-CN")
    answer = stranger.post("/track", {"number": case.number, "tail": code.group(1)}, follow=True)
    assert answer.redirect_chain == [(f"/track/{case.number}", 302)]
    assert answer.status_code == 200


def test_a_telephone_is_asked_for_where_the_kind_needs_one(
    county_of_workers: County, visitor: Client
) -> None:
    address = f"/q/{county_of_workers.point}{APPEAL}"
    answer = visitor.post(
        address, {"key": fresh_key(visitor, address), "text": "有事", "contact": "anonymous"}
    )
    assert answer.status_code == 422
    assert "请留下电话" in answer.content.decode()


@pytest.mark.parametrize(
    ("day", "sentence"), [("2026-09-29", "还没有到"), ("2010-01-01", "超过十年"), ("昨天", "日期没有读懂")]
)
def test_a_wrong_day_is_explained(
    county_of_workers: County, visitor: Client, day: str, sentence: str
) -> None:
    address = f"/q/{county_of_workers.point}{APPEAL}"
    said = {"key": fresh_key(visitor, address), "text": "有事", "phone": "13800138000", "occurred_on": day}
    answer = visitor.post(address, said)
    assert answer.status_code == 422
    html = answer.content.decode()
    assert sentence in html
    assert 'id="id_occurred_on-error"' in html


def test_the_receipt_belongs_to_the_browser_that_filed(county_of_workers: County, visitor: Client) -> None:
    address = f"/q/{county_of_workers.point}{APPEAL}"
    said = {"key": fresh_key(visitor, address), "text": "有事", "phone": "13800138000"}
    receipt = visitor.post(address, said)["Location"]
    number = Case.objects.get().number
    answer = Client().get(receipt)
    assert answer.status_code == 302
    assert answer["Location"] == f"/track?number={number}"


def test_from_anywhere_by_choosing_a_station(county_of_workers: County, visitor: Client) -> None:
    listed = visitor.get("/say/?type=chair-as-station-master.wish&q=和平").content.decode()
    assert county_of_workers.station_name in listed
    assert "高新区职工服务站" not in listed
    assert "回访专班" not in listed
    address = f"/say/{county_of_workers.station}/?type=chair-as-station-master.wish"
    assert address.replace("&", "&amp;") in listed
    said = {"key": fresh_key(visitor, address), "text": "想要一个书包", "phone": "13800138000"}
    assert visitor.post(address, said).status_code == 302
    assert Case.objects.get().kind == "wish"


def test_the_notice_names_the_office_and_the_time_kept(county_of_workers: County, visitor: Client) -> None:
    html = visitor.get(f"/q/{county_of_workers.point}{APPEAL}").content.decode()
    assert f"{county_of_workers.station_name}和它的上级工会负责保管" in html
    assert re.search(r"办结后保存\d+[年天]", html)


def test_what_was_said_is_stored_as_it_was_said(county_of_workers: County, visitor: Client) -> None:
    address = f"/q/{county_of_workers.point}{APPEAL}"
    text = "一行\r\n<script>alert(1)</script>𠮷"
    visitor.post(address, {"key": fresh_key(visitor, address), "text": text, "phone": "13800138000"})
    assert CaseText.objects.get(kind="demand").text == text
