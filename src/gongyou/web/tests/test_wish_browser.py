"""A wish on a phone: claimed by a volunteer, handed over at the station, called back satisfied; axe finds nothing."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.test import Client
from playwright.sync_api import Page, expect

from gongyou.engines.casework.models import Case, WishClaim
from gongyou.engines.casework.queries import version_of
from gongyou.engines.casework.services import calling, claiming
from gongyou.engines.casework.tests.wish_county import active_partner, checked_wish, put_up, resource
from gongyou.web.tests.test_community import worker_client
from tests.yunshan.county import County

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

Check = Callable[[Page], None]


def signed_in(page: Page, client: Client, live_server: object) -> None:
    page.context.add_cookies(
        [{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}]  # type: ignore[attr-defined]
    )


def test_a_volunteer_claims_a_wish(
    county: County, mobile: Page, accessible: Check, live_server: object
) -> None:
    case_id = put_up(county, checked_wish(county))
    resource(county, active_partner(county))
    for address in ("/partners/", "/services/", "/care/", "/wishes/"):
        mobile.goto(address)
        accessible(mobile)
    signed_in(mobile, worker_client(), live_server)
    mobile.goto("/wishes/")
    mobile.get_by_role("link", name="我来认领").click()
    accessible(mobile)
    mobile.get_by_label("怎么称呼您").fill("孙热心")
    mobile.get_by_role("button", name="认领").click()
    expect(mobile.get_by_text("站点会打电话跟您约时间")).to_be_visible()
    accessible(mobile)
    claiming.fulfil_claim(
        county.staff["desk"], claim_id=WishClaim.objects.get().pk, proof="在站点交给了本人。"
    )
    mobile.reload()
    expect(mobile.get_by_text("已圆梦")).to_be_visible()
    calling.record_call(
        county.staff["caller"],
        case_id=case_id,
        version=version_of(case_id),
        call=calling.Call("answered", is_solved=True, is_satisfied=True),
    )
    number = Case.objects.get(pk=case_id).number
    mobile.goto("/track")
    mobile.get_by_label("编号").fill(number)
    mobile.get_by_label(re.compile("电话后四位")).fill("0117")
    mobile.get_by_role("button", name="查一查").click()
    expect(mobile.get_by_text("已经办结。谢谢您的回话。").first).to_be_visible()
    mobile.goto("/me/partner/")
    accessible(mobile)
