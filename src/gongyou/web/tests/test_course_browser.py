"""In a browser: demand, class, enrolment on a phone, check-in, two examinations, two certificates; axe finds nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from gongyou.engines.skills import services
from gongyou.engines.skills.models import Certificate, Examination, Session, TrainingClass
from gongyou.engines.skills.tests.school import found_school, id_number
from gongyou.engines.skills.tests.test_course import practical, theory
from gongyou.kernel import moment
from gongyou.web.tests.test_community import worker_client
from gongyou.web.tests.test_wish_browser import signed_in
from tests.browser import PageAt
from tests.journeys.faces import enter
from tests.yunshan.county import County
from tests.yunshan.fixtures import county, installed_packs

__all__ = ["county", "installed_packs"]
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

Check = Callable[[Page], None]
PERMIT = "T" + id_number("19900615", 1)


def fill(page: Page, **inputs: str) -> None:
    for name, text in inputs.items():
        page.locator(f"[name={name}]").fill(text)


def test_from_demand_to_two_certificates(
    county: County, page_at: PageAt, accessible: Check, live_server: Any
) -> None:
    school = found_school(county)
    today = moment.today().isoformat()
    desk = page_at(1280, 900)
    enter(desk.context, live_server.url, school.officer)
    desk.goto("/desk/courses/")
    desk.get_by_role("link", name="登记需求").click()
    desk.get_by_label("课程").select_option("electrician_double")
    fill(desk, people="30", employer="云山矿业")
    desk.get_by_role("button", name="登记需求").click()
    expect(desk.get_by_text("需求已登记")).to_be_visible()
    desk.goto("/desk/courses/register/")
    accessible(desk)
    desk.get_by_role("link", name="开班").click()
    desk.get_by_label("课程", exact=True).select_option("electrician_double")
    fill(
        desk,
        title="电工双证一班",
        capacity="10",
        enrol_until=today,
        starts_on=today,
        ends_on=today,
        exam_on=today,
    )
    accessible(desk)
    desk.get_by_role("button", name="开班").click()
    expect(desk.get_by_role("link", name="电工双证一班")).to_be_visible()
    class_id = TrainingClass.objects.get().pk

    phone = page_at(360, 780, has_touch=True, is_mobile=True)
    signed_in(phone, worker_client(), live_server)
    phone.goto("/courses/")
    accessible(phone)
    phone.get_by_role("link", name="报名：电工双证一班").click()
    fill(phone, name="孙好学", id_number=id_number("20100101", 1))
    phone.get_by_label("您属于哪类人员").select_option("rural")
    phone.get_by_label("我同意为报名").check()
    phone.get_by_role("button", name="报名").click()
    expect(phone.get_by_text("要满18周岁").first).to_be_visible()  # and everything typed is still there
    fill(phone, id_number=id_number("19900615", 1))
    phone.get_by_role("button", name="报名").click()
    expect(phone.get_by_text("报上名了")).to_be_visible()

    school.session(class_id, moment.today())
    phone.goto(f"/me/check-in/{Session.objects.get().code}/")
    phone.get_by_role("button", name="签到").click()
    expect(phone.get_by_text("签到成功")).to_be_visible()
    services.finish_teaching(school.teacher, class_id=class_id)
    examination = services.set_examination(
        school.officer, class_id=class_id, held_on=moment.today()
    ).examination_id
    for name, part in (("阅卷员", "theory"), ("考评员甲", "practical"), ("考评员乙", "practical")):
        desk.goto(f"/desk/courses/do/examiner/{examination}/")
        desk.get_by_label("考评员").select_option(label=name)
        desk.get_by_label("科目").select_option(part)
        desk.get_by_role("button", name="指定考评员").click()
    expect(desk.get_by_text("考评员乙")).to_be_visible()
    for who, part, points in (
        ("theory", "theory", theory(85, 80)),
        ("one", "practical", practical(85, 80)),
        ("two", "practical", practical(85, 80)),
    ):
        examiner = page_at(1280, 900)
        enter(examiner.context, live_server.url, school.staff[who])
        examiner.goto(f"/desk/marks/{examination}/{part}/")
        first = next(iter(points))
        fill(examiner, **{name: str(value) for name, value in points.items()} | {first: "99"})
        examiner.get_by_role("button", name="保存1号的成绩").click()
        expect(examiner.get_by_text("不是0到")).to_be_visible()
        fill(examiner, **{first: str(points[first])})
        if who == "one":
            accessible(examiner)
        examiner.get_by_role("button", name="保存1号的成绩").click()
        expect(examiner.get_by_text("1号的成绩已录入")).to_be_visible()
    desk.goto(f"/desk/courses/{class_id}/")
    accessible(desk)
    desk.get_by_role("link", name="公布成绩").click()
    desk.get_by_role("button", name="公布成绩").click()
    expect(desk.get_by_text("两本证书各算各的")).to_be_visible()
    phone.goto("/me/courses/")
    expect(phone.get_by_text("没有证号以前还不能上岗")).to_be_visible()
    accessible(phone)

    authority = page_at(1280, 900)
    enter(authority.context, live_server.url, school.staff["authority"])
    authority.goto("/desk/courses/numbers/")
    accessible(authority)
    authority.get_by_role("link", name="登记电工双证一班1号的证号").click()
    fill(authority, number="123", issued_on=today)
    authority.get_by_role("button", name="登记证号").click()
    expect(authority.get_by_text("T加18位身份证号").first).to_be_visible()
    fill(authority, number=PERMIT)
    authority.get_by_role("button", name="登记证号").click()
    expect(authority.get_by_text("证号已登记，证书生效")).to_be_visible()
    phone.reload()
    expect(phone.get_by_text(f"{PERMIT[:4]}****{PERMIT[-4:]}")).to_be_visible()
    assert set(Certificate.objects.values_list("kind", "state")) == {
        ("electrician_level", "issued"), ("low_voltage_permit", "issued"),
    }  # fmt: skip
    services.open_seed(school.officer, examination_id=Examination.objects.get().pk)
    phone.goto(f"/courses/draw/{examination}/")
    expect(phone.get_by_text("种子和摘要一致")).to_be_visible()
    accessible(phone)
    leader = page_at(1280, 900)
    enter(leader.context, live_server.url, county.staff["leader"])
    leader.goto("/supervise/courses/")
    accessible(leader)
    leader.get_by_role("link", name="取得上岗证件").click()
    expect(leader.get_by_text("电工双证一班")).to_be_visible()
