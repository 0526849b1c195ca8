"""On a phone the way after an injury, at the desk an officer's decision in bounds; axe finds nothing."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from gongyou.engines.oversight.tests.office import Guard, build
from gongyou.web.tests.test_wish_browser import signed_in
from tests.journeys.faces import client_of

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

Check = Callable[[Page], None]


@pytest.fixture
def guard(installed_packs: None) -> Guard:
    return build()


def test_a_worker_finds_the_way_and_an_officer_stays_in_bounds(
    guard: Guard, mobile: Page, accessible: Check, live_server: object
) -> None:
    mobile.goto("/injury/")
    accessible(mobile)
    mobile.get_by_label("给单位干活").check()
    mobile.get_by_label("在干活、出差").check()
    mobile.get_by_label("哪一天受的伤").fill("2026-09-30")
    mobile.get_by_role("button", name="看看走哪条路").click()
    expect(mobile.get_by_role("heading", name="走工伤保险", exact=True)).to_be_visible()
    expect(mobile.get_by_text("2026年10月30日").first).to_be_visible()
    expect(mobile.get_by_text("2027年9月30日").first).to_be_visible()
    accessible(mobile)
    found = guard.told()
    signed_in(mobile, client_of(guard.staff["officer"]), live_server)
    mobile.goto(f"/desk/guard/{found}/")
    accessible(mobile)
    form = mobile.locator("#step-propose")
    for label, text in (
        ("决定书文号", "示医保罚〔2025〕3号"), ("查明的事实", "工作时受伤。"), ("查明骗取的金额", "8600"),
        ("责令退回", "8600"), ("罚款几倍", "5.5"), ("暂停联网结算几个月", "6"), ("超过期限的原因", "调取病历"),
    ):  # fmt: skip
        form.get_by_label(label).fill(text)
    form.get_by_label("初次").check()
    form.get_by_label("主动退回").check()
    form.get_by_role("button", name="送另一位同志批准").click()
    expect(mobile.get_by_text("5.5倍不在法律规定的2至5倍之间").first).to_be_visible()
    accessible(mobile)
    mobile.locator("#step-propose").get_by_label("罚款几倍").fill("2.5")
    mobile.locator("#step-propose").get_by_role("button", name="送另一位同志批准").click()
    expect(mobile.get_by_text("提出的决定（还没有生效）")).to_be_visible()
    accessible(mobile)
