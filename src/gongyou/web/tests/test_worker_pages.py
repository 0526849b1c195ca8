"""The open pages, what is remembered in cookies, what goes wrong, and a signed-in worker's own pages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime

import pytest
from django.db import OperationalError
from django.test import Client, RequestFactory
from pytest import MonkeyPatch

from gongyou.engines.casework.models import Case
from gongyou.engines.casework.services.filing import Filing, file_case
from gongyou.kernel import moment
from gongyou.kernel.access import system_actor, visitor_actor
from gongyou.kernel.jobs import run_due
from gongyou.kernel.models import Message
from gongyou.kernel.models.messages import MessageRefusal
from gongyou.kernel.personal_data import record_read
from gongyou.registry.models import Person
from gongyou.web import health
from gongyou.web.errors import server_error
from gongyou.web.tests.worker_county import MONDAY_MORNING, County, county_of_workers

__all__ = ["county_of_workers"]

PHONE = "13800138000"


@pytest.fixture(autouse=True)
def _monday_before_the_holiday() -> Iterator[None]:
    with moment.standing_at(MONDAY_MORNING):
        yield


@pytest.fixture
def visitor() -> Client:
    return Client(HTTP_ACCEPT_LANGUAGE="zh-CN")


def say_something(county: County, type_id: str = "appeal") -> str:
    filing = Filing(
        programme="chair-as-station-master",
        type_id=type_id,
        text="工资拖了两个月",
        channel="qr",
        point=county.point,
        phone=PHONE,
        name="王小工",
    )
    return file_case(visitor_actor(), filing=filing).number


# -- open pages ------------------------------------------------------------------------------------------------


def test_the_first_page_offers_every_kind_that_runs(county_of_workers: County, visitor: Client) -> None:
    html = visitor.get("/").content.decode()
    for title in ("诉求", "微心愿", "线索", "建议", "急难求助"):
        assert f'door-title">{title}<' in html


@pytest.mark.django_db
def test_an_installation_without_anything_still_says_where_to_go(visitor: Client) -> None:
    for address in ("/", "/say/", "/stations/", "/privacy/"):
        answer = visitor.get(address)
        assert answer.status_code == 200, address
    assert "还没有开通的事项" in visitor.get("/").content.decode()


@pytest.mark.parametrize(
    ("at", "said"),
    [
        (datetime(2026, 9, 28, 10, 0, tzinfo=moment.SHANGHAI), "现在开着"),
        (datetime(2026, 9, 28, 18, 0, tzinfo=moment.SHANGHAI), "现在没开"),
        (datetime(2026, 10, 1, 10, 0, tzinfo=moment.SHANGHAI), "现在没开"),  # the holiday
        (datetime(2026, 10, 10, 10, 0, tzinfo=moment.SHANGHAI), "现在开着"),  # a Saturday worked for it
    ],
)
def test_stations_say_whether_they_are_open_now(
    county_of_workers: County, visitor: Client, at: datetime, said: str
) -> None:
    with moment.standing_at(at):
        html = visitor.get("/stations/?q=和平").content.decode()
    assert said in html
    assert 'href="tel:0537-1234501"' in html


def test_a_search_without_an_answer_says_what_to_try(county_of_workers: County, visitor: Client) -> None:
    assert "没有找到这样的站点" in visitor.get("/stations/?q=不存在").content.decode()


def test_privacy_names_every_kind_and_how_long_it_is_kept(county_of_workers: County, visitor: Client) -> None:
    html = visitor.get("/privacy/").content.decode()
    assert "微心愿" in html
    assert re.search(r"\d+[年天]", html)


def test_pack_texts_follow_the_language(county_of_workers: County) -> None:
    english = Client(HTTP_ACCEPT_LANGUAGE="en").get("/")
    html = english.content.decode()
    assert '<html lang="en"' in html
    assert "您遇到了什么事" not in html


# -- what is remembered ----------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_settings_are_remembered_without_script(visitor: Client) -> None:
    assert 'data-theme="auto" data-type="normal"' in visitor.get("/track").content.decode()
    for given in ({"type": "large"}, {"theme": "dark"}, {"language": "en"}):
        answer = visitor.post("/settings/", {**given, "next": "/track?number=1"})
        assert (answer.status_code, answer["Location"]) == (302, "/track?number=1")
    html = visitor.get("/track").content.decode()
    assert '<html lang="en" data-theme="dark" data-type="large">' in html


@pytest.mark.django_db
def test_unknown_settings_change_nothing(visitor: Client) -> None:
    answer = visitor.post("/settings/", {"theme": "pink", "type": "huge", "language": "xx", "next": "/"})
    assert not answer.cookies


@pytest.mark.django_db
@pytest.mark.parametrize("bad", ["https://evil.example/", "//evil.example", "javascript:alert(1)", ""])
def test_settings_never_lead_outside(visitor: Client, bad: str) -> None:
    assert visitor.post("/settings/", {"theme": "dark", "next": bad})["Location"] == "/"


# -- what goes wrong -------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_missing_page_is_calm(visitor: Client) -> None:
    answer = visitor.get("/no-such-page")
    assert answer.status_code == 404
    assert "没有这一页" in answer.content.decode()


@pytest.mark.django_db
def test_a_form_without_its_token_says_what_to_do() -> None:
    answer = Client(enforce_csrf_checks=True, HTTP_ACCEPT_LANGUAGE="zh-CN").post("/track", {"number": "1"})
    assert answer.status_code == 403
    assert "这张表单过期了" in answer.content.decode()


def test_the_accident_page_needs_no_database() -> None:
    """No database mark: a query would fail this test."""
    answer = server_error(RequestFactory().get("/"))
    assert answer.status_code == 500
    assert re.search(r"<code>[0-9a-f]{8}</code>", answer.content.decode())


@pytest.mark.django_db
def test_health_counts_what_waits(visitor: Client, county_of_workers: County) -> None:
    before = visitor.get("/healthz").json()
    assert before["status"] == "ok"
    say_something(county_of_workers)
    assert visitor.get("/healthz").json()["jobs_waiting"] > before["jobs_waiting"]


@pytest.mark.django_db
def test_health_says_when_the_database_is_gone(visitor: Client, monkeypatch: MonkeyPatch) -> None:
    def gone() -> None:
        raise OperationalError("connection refused")

    monkeypatch.setattr(health.Job.objects, "filter", lambda **_: gone())
    answer = visitor.get("/healthz")
    assert answer.status_code == 503
    assert answer.json()["status"] == "failing"


# -- a signed-in worker ----------------------------------------------------------------------------------------


def sign_in(visitor: Client) -> None:
    visitor.post("/me/sign-in/", {"phone": PHONE})
    message = Message.objects.order_by("-id")[0]
    grant = record_read(system_actor(), "message", [message.pk], "test reads the code")
    assert message.text is not None
    found = re.search(r"\d{6}", message.text.open(grant))
    assert found
    assert visitor.post("/me/sign-in/code/", {"code": found.group()})["Location"] == "/me/"


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/me/", "/me/data/"])
def test_own_pages_ask_to_sign_in(visitor: Client, address: str) -> None:
    answer = visitor.get(address)
    assert answer.status_code == 302
    assert answer["Location"].startswith("/me/sign-in/")


def test_a_worker_sees_the_own_matters_and_no_others(county_of_workers: County, visitor: Client) -> None:
    number = say_something(county_of_workers)
    other = Filing(
        programme="chair-as-station-master",
        type_id="wish",
        text="别人的心愿",
        channel="qr",
        point=county_of_workers.point,
        phone="13900139000",
    )
    foreign = file_case(visitor_actor(), filing=other).number
    sign_in(visitor)
    html = visitor.get("/me/").content.decode()
    assert f"/track/{number}" in html
    assert f"/track/{foreign}" not in html
    assert visitor.get(f"/track/{number}").status_code == 200
    assert visitor.get(f"/track/{foreign}").status_code == 404


def test_a_signed_in_worker_needs_no_telephone_again(county_of_workers: County, visitor: Client) -> None:
    say_something(county_of_workers)
    sign_in(visitor)
    address = f"/q/{county_of_workers.point}?type=chair-as-station-master.wish"
    html = visitor.get(address).content.decode()
    assert 'name="phone"' not in html
    key = re.search(r'name="key" value="([^"]+)"', html)
    assert key
    assert visitor.post(address, {"key": key.group(1), "text": "想要一个书包"}).status_code == 302
    case = Case.objects.get(kind="wish")
    assert case.phone_tail == PHONE[-4:]
    assert f"/track/{case.number}" in visitor.get("/me/").content.decode()


def test_own_data_is_masked_and_can_be_corrected(county_of_workers: County, visitor: Client) -> None:
    say_something(county_of_workers)
    sign_in(visitor)
    html = visitor.get("/me/data/").content.decode()
    assert "王**" in html
    assert PHONE not in html
    wrong = visitor.post("/me/data/", {"do": "correct", "phone": "123"})
    assert wrong.status_code in {400, 422}
    assert "123" in wrong.content.decode()
    empty = visitor.post("/me/data/", {"do": "correct", "name": " ", "phone": ""})
    assert "还没有填要改的内容" in empty.content.decode()
    visitor.post("/me/data/", {"do": "correct", "name": "李大工"})
    assert Person.objects.get().name_masked == "李**"


def test_data_of_an_open_matter_is_not_erased_and_says_why(
    county_of_workers: County, visitor: Client
) -> None:
    say_something(county_of_workers)
    sign_in(visitor)
    answer = visitor.post("/me/data/", {"do": "erase"})
    assert answer.status_code == 409
    assert "还有1件事项没有办结" in answer.content.decode()
    assert Person.objects.get().erased_at is None


def test_messages_can_be_stopped_and_had_again(county_of_workers: County, visitor: Client) -> None:
    say_something(county_of_workers)
    run_due()
    sign_in(visitor)
    assert "现在会发" in visitor.get("/me/data/").content.decode()
    assert visitor.post("/me/messages/", {"wants": "no"})["Location"] == "/me/data/"
    assert MessageRefusal.objects.count() == 1
    stopped = visitor.get("/me/data/").content.decode()
    assert "现在不发" in stopped
    assert "重新接收短信" in stopped
    visitor.post("/me/messages/", {"wants": "yes"})
    assert MessageRefusal.objects.count() == 0
