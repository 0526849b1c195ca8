"""What stands beside a matter and between two shifts, on a phone: mandate, employer, legal hand-over, duty note."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from gongyou.engines.casework.models import Case, Mandate
from gongyou.kernel import moment
from gongyou.kernel.access import system_actor
from gongyou.offices import services
from gongyou.offices.models import Rotation
from gongyou.registry.services import add_organisation
from tests.browser import PageAt
from tests.journeys.faces import Check
from tests.journeys.test_stations_on_screen import seat
from tests.yunshan.county import County

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def care(page: Page, case_id: object, name: str, look: Check) -> None:
    """From the matter to the page of one step beside it."""
    page.goto(f"/desk/cases/{case_id}/")
    page.locator(f'a[href$="/care/{name}/"]').click()
    look(page)


def test_a_mandate_an_employer_and_a_hand_over_sheet(
    county: County, page_at: PageAt, live_server: Any, accessible: Check
) -> None:
    case_id = county.file(
        "厂里三个月没发工资。", topic="wages", proxy_name="网格员小周", proxy_phone="13800000456"
    ).case_id
    add_organisation(
        county.staff["dispatcher"],
        name="云山服装厂",
        kind="enterprise",
        division=county.area,
        area=county.area,
    )
    page = seat(page_at, county, live_server, "desk")

    care(page, case_id, "mandate", accessible)
    page.get_by_text("本人委托", exact=True).click()
    page.locator("#care_proof").get_by_role("radio").first.check()
    page.locator("#care_scope").get_by_role("checkbox").first.check()
    page.get_by_role("button", name="登记", exact=True).click()
    expect(page.get_by_role("status").first).to_contain_text("代办凭证已登记")
    expect(page.locator("#speaking")).to_contain_text("有效")
    accessible(page)
    assert Mandate.objects.get().case_id == case_id

    care(page, case_id, "employer", accessible)
    page.get_by_label("哪家用人单位").fill("云山服装厂")
    page.get_by_label("怎么知道的").fill("工牌。")
    page.get_by_role("button", name="写明").click()
    expect(page.locator("#protection")).to_contain_text("云山服装厂")

    care(page, case_id, "refer", accessible)
    page.locator("#care_route_id").get_by_role("radio").first.check()
    page.get_by_label("事实和请求").fill("2026年6月至8月没有发工资，要求补发。")
    page.get_by_label("本人看过或听过上面的内容").check()
    page.get_by_role("button", name="开转介单").click()
    expect(page.get_by_role("status").first).to_contain_text("转介单已开")
    page.locator('a[href*="/hand-over/"]').first.click()
    expect(page.locator("body")).to_contain_text("要求补发")
    accessible(page)
    assert Case.objects.get().referrals.count() == 1


def test_a_hand_over_note_and_a_pair_for_saturdays(
    county: County, page_at: PageAt, live_server: Any, accessible: Check
) -> None:
    desk, now = county.staff["desk"], moment.now()
    for who, ends in (("desk", -1), ("master", 1)):
        holder, ends_at = county.staff[who], now + timedelta(hours=ends)
        services.put_shift(
            system_actor("tests"), office_id=county.station.id, holder_name=holder.name, holder_account_id=holder.id,
            from_at=ends_at - timedelta(hours=2), until_at=ends_at,
        )  # fmt: skip
    page = seat(page_at, county, live_server, "desk")
    page.goto("/desk/duty/mine/")
    accessible(page)
    page.get_by_label("交给下一位的事").fill("三号柜药箱要补创可贴。")
    page.get_by_role("button", name="交接", exact=True).click()
    expect(page.get_by_role("status").first).to_contain_text("交接已写好")

    master = seat(page_at, county, live_server, "master")
    master.goto("/desk/duty/mine/")
    expect(master.get_by_text("三号柜药箱要补创可贴")).to_be_visible()
    accessible(master)
    master.get_by_role("button", name="看过了").click()
    expect(master.get_by_role("status").first).to_contain_text("已记下")

    master.goto("/desk/duty/rotation/")
    master.get_by_label("名称").fill("周六双岗")
    master.get_by_label("周六").check()
    master.get_by_label("轮值人员").fill(f"{desk.name}，ys.desk；严朗\n老周")
    accessible(master)
    master.get_by_role("button", name="保存规则").click()
    expect(master.locator("main")).to_contain_text("周六双岗")
    accessible(master)
    rule = Rotation.objects.get()
    assert (rule.weekdays, [m.turn for m in rule.members.order_by("place")]) == ("5", [0, 0, 1])
