"""What the twenty-nine stations live on, on a phone: a voice-book page that became a chair, a clue without a name."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from gongyou.engines.casework.models import Case, Purchase
from gongyou.engines.casework.queries.books import sheets_of
from gongyou.engines.casework.services import books
from gongyou.kernel import jobs, moment
from tests.browser import PageAt
from tests.journeys.faces import Check, answer_with, do_step, enter, number_on, photo, track
from tests.yunshan.county import County

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def seat(page_at: PageAt, county: County, live_server: Any, who: str) -> Page:
    """A member of staff with the phone in the hand, as at a station."""
    page = page_at(360, 780)
    enter(page.context, live_server.url, county.staff[who])
    return page


def test_a_drivers_page_in_the_voice_book_becomes_a_chair(
    county: County, page_at: PageAt, live_server: Any, accessible: Check
) -> None:
    book = books.print_book(county.staff["desk"], office_id=county.station.id, pages=4)
    printed = sheets_of(county.staff["desk"], book.book_id)[1][1].number
    station = seat(page_at, county, live_server, "desk")
    key_the_page(station, printed, accessible)
    number = Case.objects.get().number
    assert number == printed, "the number the driver tore off is the matter's"

    ask_for_the_chair(station, accessible)
    address = station.url
    master = seat(page_at, county, live_server, "master")
    master.goto(address)
    accessible(master)

    def agree(page: Page) -> None:
        page.get_by_text("同意购置", exact=True).click()
        page.get_by_label("理由").fill("货车司机常来歇脚，值得添置。")

    do_step(master, "decide", "保存决定", agree)
    station.goto(address)
    do_step(station, "order", "已经下单", lambda p: p.get_by_label("向谁购置").fill("县城家电店"))
    do_step(
        station,
        "install",
        "已装好，答复所有提出的人",
        lambda p: p.get_by_label("给提出的人的答复").fill("按摩椅已经放在休息室，全天可用。"),
    )
    accessible(station)
    assert Purchase.objects.get().state == "installed"
    jobs.run_due()

    driver = page_at(360, 780)
    track(driver, number, "0262")
    expect(driver.get_by_text("按摩椅已经放在休息室").first).to_be_visible()
    accessible(driver)
    call_back(seat(page_at, county, live_server, "caller"), accessible)
    assert Case.objects.get().closed_as == "satisfied"


def key_the_page(page: Page, printed: str, look: Check) -> None:
    page.goto("/desk/paper/")
    page.get_by_label("这一页印的编号").fill(printed)
    page.get_by_label("本子上写的日期").fill((moment.today() - timedelta(days=1)).isoformat())
    page.get_by_label("说了什么").fill("跑长途腰疼，休息室要是有把按摩椅就好了。")
    page.get_by_label("姓名").fill("林师傅")
    page.get_by_label("电话").fill("139 0000 0262")
    page.get_by_text("诉求", exact=True).first.click()
    page.locator("#id_topic").select_option(label="休息设施（饮水、热饭、按摩椅等）")
    page.get_by_role("button", name="录入，下一页").click()
    expect(page.get_by_role("heading", name=re.compile("今天录了1页"))).to_be_visible()
    look(page)


def ask_for_the_chair(page: Page, look: Check) -> None:
    page.goto("/desk/purchases/")
    page.get_by_label("哪一件事要求的").select_option(index=0)
    page.get_by_label("要添置什么").fill("按摩椅")
    page.get_by_label("放在哪里").fill("休息室")
    look(page)
    page.get_by_role("button", name="立为购置任务").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("按摩椅")


def call_back(page: Page, look: Check) -> None:
    page.goto("/desk/call-backs/")
    page.get_by_role("link", name="去回访").first.click()
    page.get_by_text("已接通", exact=True).click()
    page.locator("#call_is_solved").get_by_text("解决了", exact=True).click()
    page.locator("#call_is_satisfied").get_by_text("满意", exact=True).click()
    look(page)
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_role("status").first).to_contain_text("满意，事项办结")


def test_a_clue_with_a_photo_and_no_name_is_read_with_its_code(
    county: County, page_at: PageAt, live_server: Any, accessible: Check
) -> None:
    somebody = page_at(360, 780)
    point = county.points[county.station.code][0].code
    somebody.goto(f"/q/{point}?type=chair-as-station-master.anonymous_clue")
    somebody.get_by_label(re.compile("您看到了什么问题")).fill("南门配电箱没有门，孩子够得着。")
    somebody.get_by_text("不留姓名电话，我自己来查", exact=True).click()
    somebody.locator("details.more summary").first.click()
    somebody.get_by_label("照片或录音").set_input_files(photo())
    accessible(somebody)
    somebody.get_by_role("button", name="提交").last.click()
    expect(somebody.get_by_text("收到了，谢谢您告诉我们")).to_be_visible()
    accessible(somebody)
    number, code = number_on(somebody), somebody.locator(".pin").inner_text()
    jobs.run_due()

    station = seat(page_at, county, live_server, "desk")
    station.goto("/desk/clues/")
    accessible(station)
    station.goto(f"/desk/cases/{Case.objects.get().pk}/")
    assert station.locator(".pictures img").count() == 1
    do_step(station, "accept", "签收")
    do_step(station, "draft", "提交答复", answer_with("配电箱已经装上门和锁。"))
    accessible(station)

    elsewhere = page_at(360, 780)
    elsewhere.goto("/track")
    elsewhere.get_by_label("编号").fill(number)
    elsewhere.get_by_label(re.compile("后四位")).fill(code)
    elsewhere.get_by_role("button", name="查一查").click()
    expect(elsewhere.get_by_text("配电箱已经装上门和锁").first).to_be_visible()
    accessible(elsewhere)
    assert Case.objects.get().closed_as == "answered"
