"""The page everybody meets first: both sizes, both languages, nothing fetched from elsewhere, no barrier."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.browser import PageAt, Watch

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


PUBLIC = ("/", "/sign-in/", "/me/sign-in/", "/track", "/privacy/", "/no-such-page")


@pytest.mark.parametrize(("width", "height"), [(320, 640), (1280, 900)])
def test_anybody_can_use_it(
    page_at: PageAt, accessible: Callable[[Page], None], width: int, height: int
) -> None:
    page = page_at(width, height)
    for address in PUBLIC:
        page.goto(address)
        assert page.locator("h1").count() == 1, address
        accessible(page)


@pytest.mark.parametrize(("lang", "expected"), [("zh-CN", "zh-hans"), ("en", "en")])
def test_it_speaks_the_readers_language(page_at: PageAt, lang: str, expected: str) -> None:
    page = page_at(360, 780, lang)
    page.goto("/")
    assert page.locator("html").get_attribute("lang").lower() in {expected, lang.lower()}


def test_the_watch_sees_what_leaves_the_machine(mobile: Page, watch: Watch) -> None:
    mobile.goto("/")
    assert watch.problems == []
    mobile.evaluate("fetch('http://127.0.0.2:9/').catch(() => null)")
    mobile.evaluate("new Image().src = '/static/no-such-picture.png'")
    mobile.wait_for_timeout(300)
    assert any("127.0.0.2" in problem for problem in watch.problems)
    assert any("no-such-picture" in problem for problem in watch.problems)
    watch.problems.clear()
