"""Survey, recommendation, interview, placement, follow-up: each on its own face, in a browser; axe finds nothing."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from gongyou.engines.casework.tests.wish_county import volunteer
from gongyou.engines.employment.models import FollowUp, Post
from gongyou.engines.employment.tests.bed import ELECTRICIAN, PERSON, Bed, open_bed
from gongyou.kernel import moment
from tests.journeys.faces import client_of, enter
from tests.yunshan.county import build_jinxiang

Check = Callable[[Page], None]
PHONE = "13811110002"


@pytest.fixture
def bed(installed_packs: None) -> Bed:
    return open_bed(build_jinxiang())


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_survey_recommendation_interview_placement_follow_up(
    bed: Bed, mobile: Page, accessible: Check, live_server: Any
) -> None:
    post = bed.opens()
    bed.opens(replace(ELECTRICIAN, occupation="保洁员", title="配电房保洁"))
    page = mobile
    enter(page.context, live_server.url, volunteer(PHONE))
    page.goto("/me/employment/survey/370828/")
    page.get_by_label("姓名").fill("李秋")
    page.get_by_label("出生日期").fill("1990-05-01")
    page.get_by_label("想找工作").check()
    page.get_by_label("保洁员", exact=True).check()
    page.get_by_label("同意用以上内容推荐岗位").check()
    page.get_by_label("同意收求职短信").check()
    accessible(page)
    page.get_by_role("button", name="提交").click()
    bed.matches()
    page.goto("/me/employment/")
    accessible(page)
    expect(page.get_by_text("第一意向职业").first).to_be_visible()
    expect(page.get_by_text("还差：低压电工作业证")).to_be_visible()
    page.get_by_role("link", name="厂区保洁").first.click()
    expect(page.get_by_text("为什么推荐给我")).to_be_visible()
    page.get_by_role("button", name="我有兴趣").click()

    page.context.clear_cookies()
    enter(page.context, live_server.url, bed.boss)
    page.goto(f"/me/organisations/{bed.organisation_id}/posts/{post.pk}/")
    page.locator("summary", has_text="约面试").click()
    page.get_by_label("面试日期").fill((moment.today() + timedelta(days=2)).isoformat())
    page.get_by_label("几点").fill("09:30")
    page.get_by_label("在哪里").fill("厂区一楼")
    accessible(page)
    page.get_by_role("button", name="约面试").click()
    page.get_by_role("button", name="愿意录用").click()

    page.context.clear_cookies()
    enter(page.context, live_server.url, bed.officer)
    page.goto("/desk/employment/referrals/")
    page.get_by_role("link", name="李*").click()
    page.locator("summary", has_text="登记上岗").click()
    page.get_by_label("哪天上岗").fill(moment.today().isoformat())
    page.get_by_label("材料名称").fill("劳动合同")
    page.get_by_label("以前每月收入").fill("13500")
    page.get_by_label("现在每月工资").fill("14650.50")
    accessible(page)
    page.get_by_role("button", name="登记上岗").click()
    expect(page.get_by_text("已上岗").first).to_be_visible()
    page.goto("/desk/employment/calls/")
    page.get_by_role("link", name="李*").first.click()
    page.get_by_text("还在岗", exact=True).click()
    accessible(page)
    page.get_by_role("button", name="记下").click()
    expect(page.get_by_text("已记下")).to_be_visible()
    assert FollowUp.objects.exclude(outcome="").get().outcome == "still"

    page.context.clear_cookies()
    enter(page.context, live_server.url, bed.county.staff["leader"])
    page.goto("/supervise/employment/")
    expect(page.get_by_text("14,650.50元")).to_be_visible()
    accessible(page)


@pytest.mark.sqlite
@pytest.mark.django_db
def test_every_page_of_work_shows_what_it_is_about(bed: Bed) -> None:
    answered, post = (
        bed.asks(replace(PERSON, occupations=("保洁员", "电工"), wants_training=True)),
        bed.opens(),
    )
    near = bed.opens(ELECTRICIAN)
    bed.matches()
    desk = client_of(bed.officer)
    for path, words in (
        ("/desk/employment/", "各类人得到的推荐"),
        ("/desk/employment/people/", "李*"),
        ("/desk/employment/people/new/", "同意用以上内容推荐岗位"),
        (f"/desk/employment/people/{answered.intention_id}/", "还差：低压电工作业证"),
        (f"/desk/employment/people/{answered.intention_id}/why/{near.pk}/", "还差：低压电工作业证"),
        ("/desk/employment/posts/", "厂区保洁"),
        ("/desk/employment/posts/new/", "要劳动者交多少钱"),
        (f"/desk/employment/posts/{post.pk}/", "结束招聘"),
        ("/desk/employment/sheets/willingness/", "就业意愿调查"),
        ("/desk/employment/sheets/posts/", "统一社会信用代码"),
        ("/desk/employment/calls/", "没有要回访的"),
    ):
        assert words in desk.get(path).content.decode(), path
    leader = client_of(bed.county.staff["leader"])
    assert "90天还在岗的比例" in leader.get("/supervise/employment/").content.decode()
    assert "李*" in leader.get("/supervise/employment/seekers/").content.decode()
    page = client_of(None).get(f"/jobs/{post.pk}/").content.decode()
    found = re.search(r'<script type="application/ld\+json">(.*?)</script>', page, re.S)
    assert found is not None
    posting = json.loads(found.group(1))
    assert (posting["@type"], posting["totalJobOpenings"], posting["hiringOrganization"]["name"]) == (
        "JobPosting", 2, "晨光示例电子厂",
    )  # fmt: skip
    assert "厂区保洁" in client_of(None).get("/jobs/?q=保洁").content.decode()
    assert "厂区保洁" not in client_of(None).get("/jobs/?q=司机").content.decode()


@pytest.mark.sqlite
@pytest.mark.django_db
def test_a_changed_post_is_looked_at_again_whoever_changes_it(bed: Bed) -> None:
    post = bed.opens()
    boss = client_of(bed.boss)
    address = f"/me/organisations/{bed.organisation_id}/posts/{post.pk}/change/"
    shown = boss.get(address).content.decode()
    assert 'value="厂区保洁"' in shown
    given = {
        "version": str(Post.objects.get(pk=post.pk).version), "title": "厂区保洁员", "occupation": "保洁员",
        "headcount": "3", "division": "370828", "wage_low_yuan": "3300", "wage_high_yuan": "3900", "shift": "day",
    }  # fmt: skip
    refused = boss.post(address, {**given, "text": "限女"})
    assert (refused.status_code, "就业促进法第二十七条" in refused.content.decode()) == (422, True)
    assert boss.post(address, given).status_code == 302
    post.refresh_from_db()
    assert (post.state, post.headcount, post.published_by) == ("waiting", 3, None)
    assert client_of(None).get(f"/jobs/{post.pk}/").status_code == 404
