"""Signing in and administering in a browser, on a phone and on a desk, checked for barriers."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pyotp
import pytest
from playwright.sync_api import Page, expect
from pytest_django import Settings

from gongyou.kernel.access import system_actor
from gongyou.kernel.accounts import bootstrap_admins
from tests.browser import barrier_free

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PASSWORD = "Red-Lantern-42"


@pytest.fixture(autouse=True)
def quick_hashing(settings: Settings) -> None:
    """Scrypt takes 0.3 s on purpose; the kernel's tests sign in with it."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


def first_sign_in(page: Page, host: str, login: str, password: str) -> None:
    page.goto(host + "/sign-in/")
    page.get_by_label("登录名").fill(login)
    page.get_by_label("密码").fill(password)
    page.get_by_role("button", name="下一步").click()
    page.get_by_label("新密码", exact=True).fill(PASSWORD)
    page.get_by_label("再写一遍新密码").fill(PASSWORD)
    page.get_by_role("button", name="更换密码").click()
    expect(page.get_by_role("img", name="绑定验证器的二维码")).to_be_visible()
    page.get_by_text("不能扫码").click()
    secret = page.locator("details code").inner_text().replace(" ", "")
    page.get_by_label("6位验证码").fill(pyotp.TOTP(secret).now())


@pytest.mark.parametrize("size", [(360, 780), (1280, 900)])
def test_the_first_day_of_the_administrators(
    live_server: Any, page_at: Callable[..., Page], size: tuple[int, int]
) -> None:
    first = {one.role: one for one in bootstrap_admins(system_actor())}
    system, security = page_at(*size), page_at(*size)
    for page, role in ((system, "system_admin"), (security, "security_admin")):
        first_sign_in(page, live_server.url, first[role].login, first[role].first_password)
        barrier_free(page)
        page.get_by_role("button", name="绑定并登录").click()
        expect(page).to_have_url(live_server.url + "/desk/accounts/")
    system.goto(live_server.url + "/desk/accounts/new/")
    system.get_by_label("登录名").fill("li.na")
    system.get_by_label("姓名").fill("李娜")
    system.get_by_label("岗位角色").select_option("desk")
    system.get_by_label("所在单位").select_option("*")
    barrier_free(system)
    system.get_by_role("button", name="提出申请").click()
    expect(system.get_by_role("status")).to_contain_text("等待安全管理员确认")
    barrier_free(system)
    security.goto(live_server.url + "/desk/accounts/queue/")
    security.get_by_role("button", name="确认").click()
    expect(security.locator("dd code")).to_have_text(re.compile(r"\S{10,}"))
    barrier_free(security)
    security.goto(live_server.url + "/desk/accounts/")
    barrier_free(security)


def test_the_worker_door_on_a_phone(live_server: Any, mobile: Page) -> None:
    mobile.goto(live_server.url + "/me/sign-in/")
    barrier_free(mobile)
    mobile.get_by_label("手机号").fill("13812345678")
    mobile.get_by_role("button", name="发验证码").click()
    expect(mobile.get_by_text("138****5678")).to_be_visible()
    barrier_free(mobile)
    mobile.get_by_label("6位验证码").fill("abcdef")
    mobile.get_by_role("button", name="登录", exact=True).click()
    expect(mobile.get_by_role("alert")).to_contain_text("验证码不正确")
