"""Pages in headless Chromium, for tests marked `browser`.

A page of these fixtures is watched: when the test ends, a request that left the machine, a file that was
not found, an uncaught error or a breach of the content policy fails it. On failure a picture of every open
page is kept in .pytest_cache/screens/.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.db import connection, transaction
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Response, sync_playwright

from tests.chromium import chromium

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
OPEN_PAGES = pytest.StashKey[list[Page]]()
PATIENCE_MS = 15_000
OF_COLOURS = ("color-contrast", "link-in-text-block")
"""The rules of axe a colour scheme decides."""

TOO_WIDE = """() => [...document.querySelectorAll('main *')]
    .filter((e) => e.getBoundingClientRect().right > document.documentElement.clientWidth + 1)
    .slice(-4).map((e) => e.outerHTML.slice(0, 160))"""

TO_THE_END = """() => document.getAnimations().forEach((a) => { try { a.finish() } catch { a.cancel() } })"""

PageAt = Callable[..., Page]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for the whole run."""
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        yield launched
        launched.close()


class Watch:
    """What went wrong on pages, one line each. A test that provokes an error clears `problems` itself."""

    def __init__(self, host: str) -> None:
        self.host = host
        self.problems: list[str] = []

    def over(self, context: BrowserContext) -> None:
        context.on("request", lambda request: self._asked(request.url))
        context.on("response", self._answered)
        context.on("console", self._said)
        context.on("weberror", lambda error: self.problems.append(f"error: {error.error}"))

    def _asked(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme in {"http", "https", "ws", "wss"} and parts.netloc != self.host:
            self.problems.append(f"left the machine: {url}")

    def _answered(self, response: Response) -> None:
        # A page may answer 4xx on purpose; a stylesheet, a script or a picture may not.
        if response.status >= 400 and response.request.resource_type not in {"document", "fetch", "xhr"}:
            self.problems.append(f"{response.status}: {response.url}")

    def _said(self, message: ConsoleMessage) -> None:
        if message.type == "error" and not message.text.startswith("Failed to load resource"):
            self.problems.append(f"console: {message.text}")


@pytest.fixture
def emptied(transactional_db: None) -> Iterator[None]:
    """Empty the tables before the flush: on SQLite it deletes, which triggers of guarded tables refuse.

    Every page of a live server stands on it; other tests with transactions of their own may ask for it.
    """
    yield
    if connection.vendor != "sqlite":
        return  # TRUNCATE asks no row trigger
    tables = connection.introspection.django_table_names(only_existing=True, include_views=False)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
        triggers = cursor.fetchall()
        for name, _ in triggers:
            cursor.execute(f"DROP TRIGGER {name}")
        for table in tables:
            cursor.execute(f"DELETE FROM {table}")
        for _, sql in triggers:
            cursor.execute(sql)


@pytest.fixture
def watch(live_server: Any) -> Watch:
    """The watch over this test's pages."""
    return Watch(urlsplit(live_server.url).netloc)


@pytest.fixture
def page_at(
    browser: Browser, live_server: Any, emptied: None, watch: Watch, request: pytest.FixtureRequest
) -> Iterator[PageAt]:
    """`page_at(width, height, lang="zh-CN", **context options)`: a page in a browser context of its own.

    Addresses given to `goto` are relative to the live server.
    """
    contexts: list[BrowserContext] = []
    pages: list[Page] = request.node.stash.setdefault(OPEN_PAGES, [])

    def open_page(width: int, height: int, lang: str = "zh-CN", **options: Any) -> Page:
        context = browser.new_context(
            base_url=live_server.url,
            viewport={"width": width, "height": height},
            locale=lang,
            timezone_id="Asia/Shanghai",
            **options,
        )
        context.set_default_timeout(PATIENCE_MS)
        watch.over(context)
        contexts.append(context)
        page = context.new_page()
        pages.append(page)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert not watch.problems, "\n".join(watch.problems)


@pytest.fixture
def mobile(page_at: PageAt) -> Page:
    """A phone: 360 × 780 with touch."""
    return page_at(360, 780, has_touch=True, is_mobile=True, device_scale_factor=2)


@pytest.fixture
def desk(page_at: PageAt) -> Page:
    """An office screen: 1280 × 900."""
    return page_at(1280, 900)


@pytest.fixture
def accessible() -> Callable[[Page], None]:
    """`accessible(page)` fails with what axe found, and when the page scrolls sideways."""
    return barrier_free


@pytest.fixture
def accessible_every_way() -> Callable[[Page], None]:
    """As `accessible`, in light and dark and in large type; the page is left as it was."""

    def check(page: Page) -> None:
        page.emulate_media(color_scheme="dark")
        barrier_free(page, only=OF_COLOURS)  # the rest of the page is the one looked at in the light
        page.emulate_media(color_scheme="light")
        barrier_free(page)
        before = page.evaluate("document.documentElement.dataset.type")
        page.evaluate("document.documentElement.dataset.type = 'large'")
        barrier_free(page)
        page.evaluate("(before) => { document.documentElement.dataset.type = before }", before)

    return check


def barrier_free(page: Page, only: tuple[str, ...] = ()) -> None:
    """Without axe's own copies of imported style sheets: the content policy forbids them. `only` names rules."""
    # A colour halfway through a transition is nobody's contrast. Brought to its end, not waited for: a page that
    # isn't painted never ends one, and an evaluation has no time limit.
    page.evaluate(TO_THE_END)
    options: dict[str, object] = {"preload": False, "resultTypes": ["violations"]}
    if only:
        options["runOnly"] = {"type": "rule", "values": only}
    # Half a megabyte of script: once a document is enough.
    axe = Axe("0") if page.evaluate("typeof axe !== 'undefined'") else Axe()
    found = axe.run(page, options=options)
    assert found.violations_count == 0, found.generate_report()
    overflow = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert overflow <= 0, f"{page.url} is {overflow} px wider than the screen: {page.evaluate(TOO_WIDE)}"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[None]:
    report = yield
    if call.when == "call" and report.failed:
        for number, page in enumerate(item.stash.get(OPEN_PAGES, [])):
            _keep_picture(item, page, number, report)
    return report


def _keep_picture(item: pytest.Item, page: Page, number: int, report: Any) -> None:
    if page.is_closed():
        return
    folder = Path(item.config.rootpath) / ".pytest_cache" / "screens"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{re.sub(r'[^A-Za-z0-9_.-]+', '-', item.nodeid)[-120:]}-{number}.png"
    page.screenshot(path=str(path), full_page=True)
    report.sections.append(("picture", f"{page.url} -> {path}"))
