"""The worker's pages in a real browser: axe finds nothing, nothing scrolls sideways, nothing breaks the policy."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from gongyou.web.tests.worker_county import County, county_of_workers

__all__ = ["county_of_workers"]

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

Check = Callable[[Page], None]
APPEAL = "?type=chair-as-station-master.appeal"


def test_saying_something_on_a_phone(county_of_workers: County, mobile: Page, accessible: Check) -> None:
    mobile.goto(f"/q/{county_of_workers.point}")
    accessible(mobile)
    mobile.get_by_role("link", name=re.compile("^诉求")).click()
    mobile.get_by_label("您遇到了什么事").fill("工资拖了两个月")
    accessible(mobile)
    mobile.get_by_label("电话").fill("13800138000")
    mobile.get_by_role("button", name="提交").click()
    expect(mobile.get_by_text("收到了，谢谢您告诉我们")).to_be_visible()
    accessible(mobile)
    mobile.get_by_role("link", name="看办到哪一步").click()
    expect(mobile.get_by_role("heading", name="经过")).to_be_visible()
    accessible(mobile)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [(320, 640), (1280, 900)], ids=["narrow", "wide"])
def test_every_open_page_in_large_type(
    county_of_workers: County,
    page_at: Callable[..., Page],
    accessible: Check,
    live_server: Any,
    size: tuple[int, int],
    scheme: str,
) -> None:
    page = page_at(*size, color_scheme=scheme)
    page.goto("/track")
    page.get_by_role("button", name="大字").click()
    expect(page.locator("html")).to_have_attribute("data-type", "large")
    pages = ("/", "/stations/", "/say/", "/privacy/", "/track", f"/q/{county_of_workers.point}{APPEAL}")
    for address in pages:
        page.goto(address)
        accessible(page)


def test_it_works_without_javascript(county_of_workers: County, page_at: Callable[..., Page]) -> None:
    page = page_at(360, 780, java_script_enabled=False)
    page.goto(f"/q/{county_of_workers.point}{APPEAL}")
    page.get_by_label("您遇到了什么事").fill("工资拖了两个月")
    page.get_by_label("电话").fill("13800138000")
    page.get_by_role("button", name="提交").click()
    expect(page.get_by_text("收到了，谢谢您告诉我们")).to_be_visible()
    expect(page.get_by_role("button", name="打印")).to_have_count(0)
    page.locator("details.menu summary").click()
    page.get_by_role("button", name="深色").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")


def test_fingers_hit_what_they_aim_at(county_of_workers: County, mobile: Page) -> None:
    """Everything to press is at least 44 px high, words inside a sentence excepted."""
    for address in ("/", "/track", f"/q/{county_of_workers.point}{APPEAL}"):
        mobile.goto(address)
        low = mobile.evaluate(
            """() => [...document.querySelectorAll('a.btn, a.door, nav a, button, summary, select, .choice, input, .brand')]
            .filter((e) => e.offsetParent && !e.classList.contains('visually-hidden'))
            .filter((e) => !e.closest('.choice') || e.classList.contains('choice'))
            .filter((e) => e.type !== 'hidden' && e.getBoundingClientRect().height < 44)
            .map((e) => e.outerHTML.slice(0, 120))"""
        )
        assert low == [], address


def test_photos_shrink_on_the_phone_before_they_travel(
    county_of_workers: County, mobile: Page, tmp_path: Any
) -> None:
    large = tmp_path / "large.png"
    Image.effect_noise((3000, 2000), 90).convert("RGB").save(large)
    assert large.stat().st_size > 5_000_000
    mobile.goto(f"/q/{county_of_workers.point}{APPEAL}")
    mobile.locator("details.more summary").first.click()
    mobile.get_by_label("照片或录音").set_input_files(large)
    expect(mobile.locator("#id_uploads")).to_have_attribute("data-ready", "1")
    assert mobile.evaluate("document.querySelector('#id_uploads').files[0].type") == "image/jpeg"
    size = mobile.evaluate("document.querySelector('#id_uploads').files[0].size")
    assert size < large.stat().st_size / 2
