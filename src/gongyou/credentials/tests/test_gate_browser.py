"""At the gate: a phone without network checks a paper certificate, with the same answers as the library."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from gongyou.basics.workdays import SHANGHAI
from gongyou.credentials.documents.gate import page as gate_page
from gongyou.credentials.documents.keys import Algorithm
from gongyou.credentials.documents.store import Store
from gongyou.credentials.documents.verifying import Asked, verify
from gongyou.credentials.tests.test_documents import ID, PERMIT, issued, store
from tests.browser import barrier_free

pytestmark = pytest.mark.browser
NOON = datetime(2026, 11, 24, 12, 0, tzinfo=SHANGHAI)
__all__ = ["store"]


@pytest.fixture(params=[360, 1280])
def gate(request: pytest.FixtureRequest, browser: Browser) -> Iterator[Page]:
    """A page in a browser that reaches nothing, at noon of the day."""
    context = browser.new_context(viewport={"width": request.param, "height": 800}, locale="zh-CN")
    context.set_offline(True)
    opened = context.new_page()
    opened.clock.set_fixed_time(NOON)
    yield opened
    context.close()


def answers(page: Page, text: str, id_number: str = "") -> dict[str, str]:
    page.get_by_label("二维码内容").fill(text)
    page.get_by_label("持证人身份证号").fill(id_number)
    page.evaluate("document.getElementById('checks').replaceChildren()")
    page.get_by_role("button", name="核验").click()
    page.wait_for_selector("#checks li")
    lines = page.locator("#checks li").all()
    return {str(one.get_attribute("data-name")): str(one.get_attribute("data-result")) for one in lines}


def test_verified_at_a_gate_off_line(gate: Page, store: Store, tmp_path: Path) -> None:
    """Verified at a gate off line: whole, changed, a stranger's, expired, after rotation to another algorithm; revocation
    is unknown each time, and every answer is the library's own."""
    made = issued(store, "authority", PERMIT)
    store.rotate("authority", date(2026, 11, 24), Algorithm.ES256)
    newer = issued(store, "authority", PERMIT)
    other = Store(tmp_path / "other")
    other.add_issuer("authority", title="别家", kinds=["low_voltage_permit"], titles={}, on=date(2026, 1, 1))
    foreign = issued(other, "authority", PERMIT)
    file = tmp_path / "gate.html"
    file.write_text(
        gate_page(store.register(), fingerprint="0" * 16, say=str, language="zh-CN"), encoding="utf-8"
    )
    gate.goto(file.as_uri())
    for text, number in (
        (made.paper, ID),
        (made.paper, "110101199003074258"),
        (newer.paper, ""),
        (made.paper[:-3] + "000", ""),
        (foreign.paper, ""),
        ("一张纸条", ""),
    ):
        found = verify(text, store.register(), Asked(NOON, id_number=number))
        assert answers(gate, text, number) == {check.name: check.result for check in found.checks}
    assert answers(gate, made.paper, ID)["status"] == "unknown"
    assert "不能算有效" in gate.locator("#answer").inner_text()
    assert "低压电工作业" in gate.locator("#facts").inner_text()
    barrier_free(gate)
    gate.clock.set_fixed_time(datetime(2032, 3, 1, 0, 5, tzinfo=SHANGHAI))
    late = answers(gate, made.paper)
    assert (late["validity"], late["review"]) == ("fail", "fail")
    assert gate.locator("#answer").inner_text() == "无效。"
