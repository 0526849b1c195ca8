"""What stands around every page: headers, who acts, refusals and accidents."""

from __future__ import annotations

import json
import logging
from datetime import datetime

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.db import connection
from django.http import Http404, HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.utils import translation
from django_htmx.middleware import HtmxMiddleware

from gongyou.basics.refusal import Refusal, says
from gongyou.kernel.access import system_actor
from gongyou.kernel.accounts import digest_of_key, seed_demo_account, start_session
from gongyou.kernel.errors import NotAllowed
from gongyou.kernel.moment import SHANGHAI, standing_at
from gongyou.web.guards import needs, public
from gongyou.web.middleware import ActorMiddleware, RefusalMiddleware, peer_address

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=SHANGHAI)


def request_for(path: str = "/desk/x/", key: str | None = None, **headers: str) -> HttpRequest:
    request = RequestFactory().get(path, headers=headers)
    request.session = SessionStore(key)
    HtmxMiddleware(lambda r: HttpResponse())(request)
    ActorMiddleware(lambda r: HttpResponse())(request)
    return request


def answer_to(request: HttpRequest, error: Exception) -> HttpResponse | None:
    return RefusalMiddleware(lambda r: HttpResponse()).process_exception(request, error)


def clerk_session(role: str = "desk") -> str:
    account_id = seed_demo_account(
        system_actor(),
        login="clerk",
        name="赵岚",
        password="Red-Lantern-42",
        role=role,
        office_id=None,
        office_path="",
        is_demo=True,
    )
    start_session(system_actor(), account_id=account_id, key_digest=digest_of_key("k" * 32), source="")
    return "k" * 32


def test_every_page_has_a_strict_policy_and_private_ones_no_cache(client: Client) -> None:
    page = client.get("/sign-in/")
    policy = page["Content-Security-Policy"]
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy
    assert "default-src 'none'" in policy
    assert "camera=()" in page["Permissions-Policy"]
    assert page["X-Frame-Options"] == "DENY"
    assert page["Cache-Control"] == "no-store"
    html = page.content.decode()
    assert "<script>" not in html
    assert " style=" not in html
    assert " onclick=" not in html


@pytest.mark.parametrize(
    ("headers", "status", "language"),
    [
        ({}, 403, "zh-hans"),
        ({"HTTP_ACCEPT_LANGUAGE": "en"}, 403, "en"),
        ({"HTTP_COOKIE": "django_language=en"}, 403, "en"),
        ({"HTTP_HOST": "elsewhere.example"}, 400, "zh-hans"),
        ({"HTTP_HOST": "elsewhere.example", "HTTP_ACCEPT_LANGUAGE": "en"}, 400, "en"),
    ],
)
def test_the_api_goes_through_fewer_layers_and_is_as_well_protected(
    client: Client, headers: dict[str, str], status: int, language: str
) -> None:
    with translation.override("zh-hans"):
        answer = client.get("/api/v1/cases", **headers)
    assert answer.status_code == status
    assert answer["Content-Type"] == "application/problem+json"
    assert answer["Content-Language"] == language
    assert "Accept-Language" in answer["Vary"]
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Referrer-Policy"] == "same-origin"
    assert answer["Cross-Origin-Opener-Policy"] == "same-origin"
    if status == 403:
        assert answer["Content-Length"] == str(len(answer.content))
        assert answer["X-Frame-Options"] == "DENY"
        assert "default-src 'none'" in answer["Content-Security-Policy"]
        assert not answer.cookies


def test_who_asks_nothing_costs_no_query() -> None:
    with CaptureQueriesContext(
        connection,
    ) as queries:
        visitor = request_for()
        assert visitor.actor.kind == "visitor"
        request_for(key="k" * 32)
    assert len(queries) == 0


def test_the_actor_of_a_session_and_of_an_unknown_key() -> None:
    with standing_at(NOON):
        key = clerk_session()
        assert request_for(key=key).actor.name == "赵岚"
        assert request_for(key="x" * 32).actor.kind == "visitor"


@pytest.mark.parametrize(
    ("peer", "forwarded", "believed"),
    [
        ("203.0.113.9", "", "203.0.113.9"),
        ("203.0.113.9", "10.0.0.1", "203.0.113.9"),
        ("127.0.0.1", "10.0.0.1", "10.0.0.1"),
        ("127.0.0.1", "6.6.6.6, 10.0.0.1", "10.0.0.1"),
        ("::1", "2001:db8::5", "2001:db8::5"),
        ("127.0.0.1", "<script>", "127.0.0.1"),
        ("", "10.0.0.1", ""),
    ],
)
def test_only_a_proxy_on_this_machine_may_name_the_address(peer: str, forwarded: str, believed: str) -> None:
    request = RequestFactory().get("/", REMOTE_ADDR=peer, HTTP_X_FORWARDED_FOR=forwarded)
    assert peer_address(request) == believed


def test_a_refusal_is_a_page_with_its_sentence_in_the_readers_language() -> None:
    refusal = Refusal("gone", says("这件事已经“{state}”了。"), says("请刷新。"), status=409, state="办结")
    page = answer_to(request_for(), refusal)
    assert page is not None
    assert page.status_code == 409
    assert "这件事已经“办结”了。" in page.content.decode()
    assert "请刷新。" in page.content.decode()
    with translation.override("en"):
        english = answer_to(request_for(), NotAllowed("casework.read"))
    assert english is not None
    assert 'lang="en"' in english.content.decode()


def test_the_api_gets_a_problem_document() -> None:
    answer = answer_to(request_for("/api/v1/cases/1"), NotAllowed("casework.read"))
    assert answer is not None
    assert answer["Content-Type"] == "application/problem+json"
    body = json.loads(answer.content)
    assert body["status"] == answer.status_code == 403
    assert "没有这项权限" in body["title"]


def test_htmx_gets_a_fragment_where_people_look() -> None:
    answer = answer_to(request_for(**{"HX-Request": "true"}), NotAllowed("casework.read"))
    assert answer is not None
    assert answer["HX-Retarget"] == "#main"
    assert "<html" not in answer.content.decode()
    assert "没有这项权限" in answer.content.decode()


def test_what_nobody_wrote_is_escaped() -> None:
    page = answer_to(request_for(), Refusal("x", says("没有“{what}”。"), what="<b>bold</b>"))
    assert page is not None
    assert "<b>bold" not in page.content.decode()


@pytest.mark.parametrize("path", ["/desk/x/", "/api/v1/x"])
def test_an_accident_is_calm_and_logged_under_its_reference(
    path: str, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR):
        answer = answer_to(request_for(path), ZeroDivisionError("secret detail"))
    assert answer is not None
    assert answer.status_code == 500
    assert "secret detail" not in answer.content.decode()
    assert caplog.records[0].exc_info
    if path.startswith("/desk"):
        reference = caplog.records[0].getMessage().rsplit(" ", 1)[1]
        assert reference in answer.content.decode()


def test_djangos_own_errors_stay_djangos() -> None:
    assert answer_to(request_for(), Http404()) is None


@needs("casework.read")
def guarded(request: HttpRequest) -> HttpResponse:
    return HttpResponse("inside")


@needs("no.such.right")
def unheard_of(request: HttpRequest) -> HttpResponse:
    return HttpResponse("inside")


@public
def open_page(request: HttpRequest) -> HttpResponse:
    return HttpResponse("open")


def test_a_guard_sends_visitors_to_the_right_door_and_back() -> None:
    assert guarded(request_for("/desk/cases/?a=1"))["Location"] == "/sign-in/?next=%2Fdesk%2Fcases%2F%3Fa%3D1"
    assert guarded(request_for("/me/data/"))["Location"] == "/me/sign-in/?next=%2Fme%2Fdata%2F"
    assert guarded(request_for("/measures/"))["Location"].startswith("/sign-in/")
    htmx = guarded(
        request_for("/desk/part/", **{"HX-Request": "true", "HX-Current-URL": "http://testserver/desk/?b=2"})
    )
    assert htmx["HX-Redirect"] == "/sign-in/?next=%2Fdesk%2F%3Fb%3D2"


def test_a_guard_refuses_whoever_lacks_the_right_and_every_unknown_right() -> None:
    with standing_at(NOON):
        key = clerk_session("audit_admin")
        with pytest.raises(NotAllowed):
            guarded(request_for(key=key))
        with pytest.raises(NotAllowed):
            unheard_of(request_for(key=key))


def test_a_guard_lets_in_and_says_what_it_needs() -> None:
    with standing_at(NOON):
        assert guarded(request_for(key=clerk_session())).content == b"inside"
    assert guarded.right == "casework.read"
    assert open_page.is_public
