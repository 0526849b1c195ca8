"""The sign-in pages, from the first page to the desk, without JavaScript."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from urllib.parse import quote
from uuid import UUID

import pyotp
import pytest
from django.contrib.sessions.models import Session
from django.http import HttpResponse
from django.test import Client
from pytest_django import Settings

from gongyou.kernel.access import system_actor, visitor_actor
from gongyou.kernel.accounts import (
    actor_of_account,
    bootstrap_admins,
    change_password,
    choose_language,
    demo_second_factor,
    seed_demo_account,
)
from gongyou.kernel.models import Account, KnownSession, Message
from gongyou.kernel.moment import SHANGHAI, standing_at
from gongyou.kernel.personal_data import record_read

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=SHANGHAI)
PASSWORD = "Red-Lantern-42"
PHONE = "13812345678"


@pytest.fixture(autouse=True)
def quick_hashing(settings: Settings) -> None:
    """Scrypt takes 0.3 s on purpose; the kernel's tests sign in with it."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def clerk() -> UUID:
    return open_account("wang.min", "desk")


def open_account(login: str, role: str) -> UUID:
    with standing_at(NOON - timedelta(days=1)):
        return seed_demo_account(
            system_actor(),
            login=login,
            name="王敏",
            password=PASSWORD,
            role=role,
            office_id=None,
            office_path="",
            is_demo=True,
        )


def give_password(
    client: Client, password: str = PASSWORD, login: str = "wang.min", next_page: str = ""
) -> HttpResponse:
    return client.post("/sign-in/", {"login": login, "password": password, "next": next_page})


def code_of(account_id: UUID) -> str:
    return demo_second_factor(system_actor(), account_id=account_id, is_demo=True)


def sign_in(client: Client, account_id: UUID, login: str = "wang.min", next_page: str = "") -> HttpResponse:
    assert give_password(client, login=login, next_page=next_page).url == "/sign-in/second/"
    return client.post("/sign-in/second/", {"code": code_of(account_id)})


def test_password_then_code_then_the_desk(client: Client, clerk: UUID) -> None:
    with standing_at(NOON):
        client.get("/sign-in/")
        answer = sign_in(client, clerk)
        assert (answer.status_code, answer.url) == (302, "/desk/")
        assert client.get("/sign-in/").url == "/desk/", "who is in needs no form"
        assert KnownSession.objects.get().account_id == clerk


def test_the_key_changes_at_each_step_and_the_old_ones_are_worth_nothing(client: Client, clerk: UUID) -> None:
    with standing_at(NOON):
        client.post("/me/sign-in/", {"phone": PHONE})  # any session before the sign-in
        keys = [client.session.session_key]
        give_password(client)
        keys.append(client.session.session_key)
        client.post("/sign-in/second/", {"code": code_of(clerk)})
        keys.append(client.session.session_key)
        assert len(set(keys)) == 3
        assert list(Session.objects.values_list("session_key", flat=True)) == [keys[2]]


def test_a_right_password_alone_opens_nothing(client: Client, clerk: UUID) -> None:
    with standing_at(NOON):
        give_password(client)
        assert not KnownSession.objects.exists()
        assert client.get("/desk/accounts/").url.startswith("/sign-in/")
        wrong = client.post("/sign-in/second/", {"code": "12 34"})
        assert "验证码不正确" in wrong.content.decode()
        assert not KnownSession.objects.exists()


def test_wrong_input_says_so_and_keeps_the_login(client: Client, clerk: UUID) -> None:
    with standing_at(NOON):
        page = give_password(client, "Wrong-Guess-1").content.decode()
        assert "登录名或密码不正确" in page
        assert "wang.min" in page
        assert "Wrong-Guess-1" not in page
        empty = client.post("/sign-in/", {}).content.decode()
        assert "请填写登录名。" in empty
        assert "请填写密码。" in empty
        for _ in range(4):
            give_password(client, "Wrong-Guess-1")
        assert "登录已暂停15分钟" in give_password(client).content.decode()


@pytest.mark.parametrize(
    ("wanted", "reached"),
    [
        ("/desk/cases/?state=open", "/desk/cases/?state=open"),
        ("https://evil.example/", "/desk/"),
        ("//evil.example/", "/desk/"),
        ("javascript:alert(1)", "/desk/"),
    ],
)
def test_one_comes_back_to_the_page_one_wanted_inside_this_site(
    client: Client, clerk: UUID, wanted: str, reached: str
) -> None:
    with standing_at(NOON):
        form = client.get("/sign-in/?next=" + quote(wanted)).content.decode()
        hidden = re.findall(r'name="next" value="([^"]*)"', form)[-1]  # the first one is the settings'
        assert sign_in(client, clerk, next_page=hidden).url == reached
        assert sign_in(Client(), clerk, next_page=wanted).url == reached, (
            "nor when the form was tampered with"
        )


def test_a_half_done_sign_in_ends_after_ten_minutes_and_with_a_new_password(
    client: Client, clerk: UUID
) -> None:
    with standing_at(NOON):
        give_password(client)
    with standing_at(NOON + timedelta(minutes=11)):
        assert client.get("/sign-in/second/").url == "/sign-in/"
        give_password(client)
        change_password(visitor_actor(), account_id=clerk, new_password="Blue-Lantern-43")
        assert client.post("/sign-in/second/", {"code": code_of(clerk)}).url == "/sign-in/"
        assert not KnownSession.objects.exists()


def test_steps_cannot_be_entered_from_the_side(client: Client, clerk: UUID) -> None:
    for page in ("/sign-in/second/", "/sign-in/enrol/", "/sign-in/password/"):
        assert client.get(page).url.startswith("/sign-in/")
    with standing_at(NOON):
        give_password(client)
        assert client.get("/sign-in/enrol/").url == "/sign-in/second/"
        assert (
            client.post("/sign-in/password/", {"new_password": "Blue-Lantern-43"}).url == "/sign-in/second/"
        )
        assert Account.objects.get().password_set_at == NOON - timedelta(days=1)


def test_the_first_sign_in_of_an_administrator(client: Client) -> None:
    first = bootstrap_admins(system_actor())[0]
    assert give_password(client, first.first_password, first.login).url == "/sign-in/password/"
    bad = client.post("/sign-in/password/", {"new_password": "short", "repeated": "short"}).content.decode()
    assert "密码太短" in bad
    unlike = client.post("/sign-in/password/", {"new_password": PASSWORD, "repeated": PASSWORD + "x"})
    assert "两次写的新密码不一样" in unlike.content.decode()
    changed = client.post("/sign-in/password/", {"new_password": PASSWORD, "repeated": PASSWORD})
    assert changed.url == "/sign-in/enrol/"
    page = client.get("/sign-in/enrol/").content.decode()
    assert 'src="data:image/svg+xml' in page
    secret = re.search(r'<code translate="no">([A-Z2-7 ]+)</code>', page)
    assert secret
    wrong = client.post("/sign-in/enrol/", {"code": "abcdef"}).content.decode()
    assert secret.group(1) in wrong, "the same secret stays while one types"
    code = pyotp.TOTP(secret.group(1).replace(" ", "")).now()
    assert client.post("/sign-in/enrol/", {"code": code}).url == "/desk/accounts/"
    assert client.get("/desk/accounts/").status_code == 200


def test_a_secret_seen_by_an_earlier_unfinished_sign_in_is_thrown_away() -> None:
    first = bootstrap_admins(system_actor())[0]
    change_password(visitor_actor(), account_id=first.account_id, new_password=PASSWORD)
    secrets = []
    for _ in range(2):
        client = Client()
        give_password(client, PASSWORD, first.login)
        page = client.get("/sign-in/enrol/").content.decode()
        secrets += re.findall(r'<code translate="no">([A-Z2-7 ]+)</code>', page)
    assert len(set(secrets)) == 2


def test_a_password_can_be_changed_any_time_with_the_present_one(client: Client, clerk: UUID) -> None:
    other = Client()
    with standing_at(NOON):
        sign_in(client, clerk)
    with standing_at(NOON + timedelta(minutes=2)):
        sign_in(other, clerk)
        given = {
            "password": "Wrong-Guess-1",
            "new_password": "Blue-Lantern-43",
            "repeated": "Blue-Lantern-43",
        }
        assert "登录名或密码不正确" in client.post("/sign-in/password/", given).content.decode()
        answer = client.post("/sign-in/password/", given | {"password": PASSWORD})
        assert answer.url == "/desk/"
        assert client.get("/sign-in/").status_code == 302, "this device stays signed in"
        assert other.get("/sign-in/").status_code == 200, "the others are out"


def test_signing_out_ends_the_session_and_needs_a_post(client: Client, clerk: UUID) -> None:
    with standing_at(NOON):
        sign_in(client, clerk)
        assert client.get("/sign-out/").status_code == 405
        assert client.post("/sign-out/").url == "/sign-in/"
        assert KnownSession.objects.get().ended_at == NOON
        assert client.get("/sign-in/").status_code == 200


def test_forms_need_their_token(clerk: UUID) -> None:
    strict = Client(enforce_csrf_checks=True)
    refused = strict.post("/sign-in/", {"login": "wang.min", "password": PASSWORD})
    assert refused.status_code == 403
    assert "表单过期" in refused.content.decode()


def test_the_language_of_the_account_comes_along(client: Client, clerk: UUID) -> None:
    choose_language(actor_of_account(clerk), language="en")
    with standing_at(NOON):
        assert sign_in(client, clerk).cookies["django_language"].value == "en"


def code_sent() -> str:
    message = Message.objects.order_by("-id")[0]
    grant = record_read(system_actor(), "message", [message.pk], "test reads the code")
    found = re.search(r"\d{6}", message.text.open(grant))
    assert found
    return found.group()


def test_a_worker_signs_in_by_phone_and_code(client: Client) -> None:
    assert client.post("/me/sign-in/", {"phone": " 138 1234 5678 "}).url == "/me/sign-in/code/"
    page = client.get("/me/sign-in/code/").content.decode()
    assert "138****5678" in page
    stored = Session.objects.get().get_decoded()
    assert PHONE not in str(stored), "sessions lie in a table: the number is sealed there"
    wrong = client.post("/me/sign-in/code/", {"code": "abcdef"}).content.decode()
    assert "验证码不正确" in wrong
    assert client.post("/me/sign-in/code/", {"code": code_sent()}).url == "/me/"
    assert client.get("/me/sign-in/").url == "/me/"
    assert Account.objects.get().kind == "worker"
    assert client.get("/me/sign-in/code/").url == "/me/sign-in/", (
        "nothing of the sign-in is left in the session"
    )


def test_a_worker_reads_what_is_wrong_with_the_number_and_the_pace(client: Client) -> None:
    landline = client.post("/me/sign-in/", {"phone": "0537-1234567"}).content.decode()
    assert "不是手机号" in landline
    assert "0537-1234567" in landline
    client.post("/me/sign-in/", {"phone": PHONE})
    assert "刚刚已经发过验证码" in client.post("/me/sign-in/", {"phone": PHONE}).content.decode()


def test_a_worker_is_no_staff(client: Client) -> None:
    client.post("/me/sign-in/", {"phone": PHONE})
    client.post("/me/sign-in/code/", {"code": code_sent()})
    refused = client.get("/desk/accounts/")
    assert refused.status_code == 403
    assert "没有这项权限" in refused.content.decode()
    assert client.get("/sign-in/").status_code == 200
