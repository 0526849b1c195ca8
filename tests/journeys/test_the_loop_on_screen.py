"""Whole journeys in a browser: the worker's on a phone, the offices' at their desks."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from gongyou.engines.casework.models import Case, CaseEvent
from gongyou.kernel import jobs, moment
from tests.browser import PageAt
from tests.journeys.faces import (
    Check,
    Said,
    answer_with,
    do_step,
    enter,
    photo,
    rate,
    say,
    sign_in_by_form,
    track,
)
from tests.yunshan.county import County

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

DESK = (1280, 900)
PHONE = (360, 780)


def phone(page_at: PageAt, **options: Any) -> Page:
    return page_at(*PHONE, has_touch=True, is_mobile=True, device_scale_factor=2, **options)


def seat(page_at: PageAt, county: County, live_server: Any, who: str) -> Page:
    """A member of staff at an office screen."""
    page = page_at(*DESK)
    enter(page.context, live_server.url, county.staff[who])
    return page


def settle_at_desk(page: Page, text: str, look: Check) -> None:
    """The newest entry of the worklist, accepted and answered."""
    page.goto("/desk/")
    look(page)
    page.locator("main table.list a").first.click()
    look(page)
    if page.locator("#step-accept").count():
        do_step(page, "accept", "签收")
    do_step(page, "draft", "提交答复", answer_with(text))
    look(page)


def happenings(number: str) -> list[str]:
    return list(CaseEvent.objects.filter(case__number=number).order_by("seq").values_list("kind", flat=True))


def test_said_at_the_poster_answered_at_the_station_satisfied_on_the_phone(
    county: County, page_at: PageAt, accessible_every_way: Check
) -> None:
    said = Said(text="宿舍断水两天了，\n请帮忙联系。")
    worker = phone(page_at)
    number = say(worker, county, said, accessible_every_way, picture=photo())
    jobs.run_due()

    station = page_at(*DESK)
    sign_in_by_form(station, county, "desk")
    station.goto("/desk/messages/")
    accessible_every_way(station)
    station.get_by_role("button", name="看内容").first.click()
    expect(station.locator("#opened")).to_contain_text(number)
    accessible_every_way(station)
    settle_at_desk(station, "水管已经修好，今天上午恢复供水。", accessible_every_way)
    assert station.locator(".pictures img").evaluate("(img) => img.decode().then(() => img.naturalWidth)") > 0
    jobs.run_due()

    track(worker, number, said.tail)
    accessible_every_way(worker)
    expect(worker.get_by_text("水管已经修好")).to_be_visible()
    rate(worker, is_solved=True, is_satisfied=True)
    accessible_every_way(worker)
    assert Case.objects.get(number=number).closed_as == "satisfied"
    assert happenings(number)[-1] == "called_satisfied"


def test_not_satisfied_is_reviewed_above_answered_again_and_called_again(
    county: County, page_at: PageAt, live_server: Any, accessible: Check, accessible_every_way: Check
) -> None:
    said = Said(text="食堂晚上没有热饭")
    worker = phone(page_at)
    number = say(worker, county, said, accessible)
    station = seat(page_at, county, live_server, "desk")
    settle_at_desk(station, "食堂说会改进。", accessible)
    track(worker, number, said.tail)
    rate(worker, is_solved=False, is_satisfied=False)
    assert happenings(number)[-1] == "called_dissatisfied"
    expect(worker.get_by_text("上级正在组织复盘").first).to_be_visible()

    leader = seat(page_at, county, live_server, "leader")
    review_as_leader(leader, number, accessible_every_way)
    settle_at_desk(station, "从今晚起延长供应到九点，值班经理电话已经贴出。", accessible)
    call_as_caller(seat(page_at, county, live_server, "caller"), number, accessible_every_way)

    matter = Case.objects.get(number=number)
    assert (matter.closed_as, matter.round) == ("satisfied", 2)
    assert [
        k for k in happenings(number) if k in {"called_dissatisfied", "reviewed", "called_satisfied"}
    ] == [
        "called_dissatisfied",
        "reviewed",
        "called_satisfied",
    ]
    track(worker, number, said.tail)
    expect(worker.get_by_role("heading", level=1)).to_contain_text("已经办结")
    accessible_every_way(worker)
    leader.goto("/supervise/")
    accessible_every_way(leader)


def review_as_leader(page: Page, number: str, look: Check) -> None:
    page.goto("/desk/search/?q=" + number)
    look(page)
    page.locator("main a", has_text=re.compile("990101")).first.click()
    look(page)

    def fill(page: Page) -> None:
        page.get_by_label("参加人员").fill("陆川、严朗、职工代表两名")
        page.locator("#review_is_reasonable").get_by_text("合理：确实没办好，要整改").click()
        page.get_by_label("原因", exact=True).fill("没有核实晚班人数")
        page.get_by_label("整改措施").fill("延长供应时间")
        page.get_by_label("责任人").fill("严朗")

    do_step(page, "review", "保存复盘结果", fill)
    look(page)


def call_as_caller(page: Page, number: str, look: Check) -> None:
    page.goto("/desk/call-backs/")
    look(page)
    page.get_by_role("link", name="去回访").first.click()
    look(page)
    page.get_by_role("button", name="显示电话").click()
    expect(page.get_by_text("138 0000 0117").first).to_be_visible()
    page.get_by_text("已接通", exact=True).click()
    page.locator("#call_is_solved").get_by_text("解决了", exact=True).click()
    page.locator("#call_is_satisfied").get_by_text("满意", exact=True).click()
    look(page)
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_role("status").first).to_contain_text("满意，事项办结")
    look(page)


def test_a_page_of_the_voice_book_is_keyed_and_found_on_the_phone(
    county: County, page_at: PageAt, live_server: Any, accessible_every_way: Check
) -> None:
    written_on = moment.today() - timedelta(days=2)
    station = seat(page_at, county, live_server, "desk")
    station.goto("/desk/paper/")
    accessible_every_way(station)
    station.get_by_label("本子上写的日期").fill(written_on.isoformat())
    station.get_by_label("第几本").fill("蓝本3")
    station.get_by_label("第几页").fill("17")
    station.get_by_label("说了什么").fill("希望驿站周末也开门")
    station.get_by_label("姓名").fill("林小雨")
    station.get_by_label("电话").fill("139 0000 0262")
    station.get_by_text("诉求", exact=True).first.click()
    station.get_by_label("这一页的照片").set_input_files(photo("第17页.jpg"))
    station.get_by_role("button", name="录入，下一页").click()
    expect(
        station.get_by_text("请把编号写在本子这一页上").or_(station.get_by_text("已计入录入延误"))
    ).to_be_visible()
    accessible_every_way(station)
    expect(station.get_by_label("第几页")).to_have_value("18")
    number = Case.objects.get().number

    worker = phone(page_at)
    track(worker, number, "0262")
    expect(worker.get_by_text(f"{written_on.month}月{written_on.day}日").first).to_be_visible()
    accessible_every_way(worker)


def test_the_whole_way_without_javascript(county: County, page_at: PageAt, live_server: Any) -> None:
    said = Said(text="没有脚本也能说")
    worker = page_at(*PHONE, java_script_enabled=False)
    number = say(worker, county, said, lambda page: None)
    station = page_at(*DESK, java_script_enabled=False)
    enter(station.context, live_server.url, county.staff["desk"])
    settle_at_desk(station, "不用脚本也答复了。", lambda page: None)
    caller = page_at(*DESK, java_script_enabled=False)
    enter(caller.context, live_server.url, county.staff["caller"])
    caller.goto("/desk/call-backs/")
    caller.get_by_role("link", name="去回访").first.click()
    caller.get_by_text("无人接听", exact=True).click()
    caller.get_by_role("button", name="保存").click()
    expect(caller.get_by_role("status").first).to_contain_text("无人接听")
    track(worker, number, said.tail)
    expect(worker.get_by_text("不用脚本也答复了")).to_be_visible()
    rate(worker, is_solved=True, is_satisfied=True)
    assert Case.objects.get(number=number).closed_as == "satisfied"
