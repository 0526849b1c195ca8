"""A policy in a browser: from the catalogue to a refusal explained, tried otherwise, and the worked examples."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from python_calamine import load_workbook

from gongyou.institutions.decisions.tests.conftest import officer  # noqa: F401 — a fixture
from gongyou.institutions.decisions.tests.office import (
    CUTTING,
    EMPLOYERS,
    PROGRAMME,
    employer,
    publish_policy,
    tables,
)
from gongyou.kernel import jobs
from gongyou.kernel.access import Actor
from tests.browser import PageAt
from tests.journeys.faces import Check, enter
from tests.yunshan.county import County

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

WORKED = "size-class"
"""Its examples need one query only; those of the refund go out and come back in the tests of pages."""
WIDE = """() => document.documentElement.scrollWidth - document.documentElement.clientWidth"""


def test_a_policy_from_the_catalogue_to_a_refusal_explained_and_tried_otherwise(
    county: County,
    officer: Actor,  # noqa: F811
    page_at: PageAt,
    live_server: Any,
    accessible: Check,
    tmp_path: Path,
) -> None:
    """Catalogue, upload, profile, progress, results with reasons, distance, what-if, examples out and back."""
    page = page_at(1280, 900)
    enter(page.context, live_server.url, officer)
    seen = [read_the_catalogue(page, county)]
    seen.append(order_a_run(page, county, tmp_path, accessible))
    seen += open_a_refusal(page, accessible)
    seen.append(examples_out_and_back(page, county, tmp_path))
    phone = page_at(360, 780, lang="en", has_touch=True, is_mobile=True)
    enter(phone.context, live_server.url, officer)
    for address in ("/desk/policy/", *seen):
        phone.goto(address)
        accessible(phone)
        assert phone.evaluate(WIDE) <= 0, address


def read_the_catalogue(page: Page, county: County) -> str:
    """Rules beside their article, every value with its origin and the area that decided it."""
    page.goto("/desk/policy/")
    page.get_by_role("link", name="失业保险稳岗返还").first.click()
    page.get_by_label("法律日期").fill("2025-09-01")
    page.get_by_role("button", name="看这一天的规定").click()
    expect(page.get_by_text("人社部发〔2025〕18号").first).to_be_visible()
    expect(page.get_by_text("各年通知 条件一").first).to_be_visible()
    page.goto(f"/desk/policy/370000/{PROGRAMME}/?on=2025-09-01")
    row = page.locator("#values ~ table tr", has_text="鲁人社字〔2025〕52号").first
    expect(row).to_contain_text("山东省")
    return f"/desk/policy/{county.area}/{PROGRAMME}/?on=2025-09-01"


def order_a_run(page: Page, county: County, folder: Path, look: Check) -> str:
    """Tables in, how far it is, what was read, what was not taken; back to the result."""
    page.goto(f"/desk/policy/runs/new/?programme={PROGRAMME}")
    look(page)
    files = tables(folder, *EMPLOYERS, employer("913700009999999999"))
    page.get_by_label("法律日期").fill("2025-09-01")
    page.get_by_label("数据表").set_input_files(list(files.values()))
    page.get_by_role("button", name="读表并开始计算").click()
    expect(page.get_by_text("排队等待").first).to_be_visible()
    expect(page.locator("#facts ~ table").first).to_contain_text("contributions")
    jobs.run_due()
    expect(page.get_by_text("21,600.00").first).to_be_visible()
    expect(page.get_by_text("913700009999999999")).to_be_visible()
    look(page)
    return page.url


def open_a_refusal(page: Page, look: Check) -> list[str]:
    """The list with its reasons; one refusal with its distance; what one other fact would do."""
    page.get_by_role("link", name="逐个看结果").click()
    listed = page.url
    expect(page.locator("tr", has_text=CUTTING)).to_contain_text("不裁员或少裁员")
    page.get_by_role("link", name=CUTTING).click()
    expect(page.locator(".refusal")).to_contain_text("实际6.1%，超出0.6个百分点")
    expect(page.get_by_text("和保存的结果一致")).to_be_visible()
    page.get_by_label("改哪一项事实").select_option("benefit_recipient_count")
    page.locator("#text-1").fill("56")
    page.get_by_label("再改一项事实").select_option("insured_average")
    page.locator("#text-2").fill("1018.2")  # 56 of 1,018.2 is just within 5.5 %
    try_it(page, "符合", "10,800.00")
    page.get_by_text("改“失业保险缴费”里的一格").click()
    page.get_by_label("费款所属月（没有的会补一行）").fill("2024-03")
    page.locator("#column-contributions").select_option("paid_yuan")
    page.locator("#cell-contributions").fill("2999.99")  # one fen short in one of exactly twelve months
    try_it(page, "不符合", "足额缴费月数：12 → 11")
    look(page)
    assert page.evaluate(WIDE) <= 0
    return [listed, page.url]


def try_it(page: Page, *words: str) -> None:
    page.get_by_role("button", name="看会怎样").click()
    tried = page.locator("section[aria-labelledby=tried]")
    for said in words:
        expect(tried).to_contain_text(said)


def examples_out_and_back(page: Page, county: County, folder: Path) -> str:
    """Worked examples leave as a spreadsheet; the same come back as they are; a changed one is found."""
    publish_policy(county, WORKED)
    page.goto(f"/desk/policy/{county.area}/{WORKED}/cases/")
    with page.expect_download() as waiting:
        page.get_by_role("link", name="下载算例表").click()
    sheet = folder / "cases.xlsx"
    waiting.value.save_as(sheet)
    rows = load_workbook(str(sheet)).get_sheet_by_index(0).to_python()
    assert sum("expect" not in str(row[1]) and bool(row[1]) for row in rows) > 16
    page.get_by_label("改好的算例表").set_input_files(sheet)
    page.get_by_role("button", name="上传并核对").click()
    expect(page.get_by_text(re.compile("0个和规则算的不一样"))).to_be_visible()
    return f"/desk/policy/{county.area}/{WORKED}/cases/"
