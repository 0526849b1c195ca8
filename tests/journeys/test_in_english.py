"""A reader of English can go the whole way, and finds no Chinese but what people and places are called."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from gongyou.engines.casework.models import Case
from gongyou.engines.casework.services import answering, handling
from gongyou.insight import services
from gongyou.insight.models import ProactiveTopic
from gongyou.insight.topics import WEEK, monday_of
from gongyou.kernel import jobs, moment
from tests.browser import PageAt
from tests.journeys import outsiders as out
from tests.journeys.faces import Check, enter, number_on
from tests.journeys.outsiders import settle_matter, version
from tests.yunshan.county import YUNSHAN_PEOPLE, YUNSHAN_PLACES, County

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

CHINESE = re.compile(r"[\u3400-\u9fff]+")
READABLE = """() => [document.title, document.body.innerText,
    ...[...document.querySelectorAll('[aria-label],[alt],[placeholder],[title]')].flatMap((e) =>
        ['aria-label', 'alt', 'placeholder', 'title'].map((name) => e.getAttribute(name) || ''))].join('\\n')"""
NAMES = {
    "工友",
    "中文",
    *(place.name for place in YUNSHAN_PLACES),
    *(person.name for person in YUNSHAN_PEOPLE),
}


def in_english(page: Page, *data: str) -> None:
    """Fails on Chinese that is neither a name nor something somebody wrote (`data`)."""
    assert page.locator("html").get_attribute("lang") == "en"
    text = str(page.evaluate(READABLE))
    sent = page.locator(".sent .said").all_inner_texts()  # text messages, as they went out
    for known in sorted({*NAMES, *data, *sent}, key=len, reverse=True):
        text = text.replace(known, "")
    assert not CHINESE.findall(text), f"{page.url}: {CHINESE.findall(text)}"


def test_a_worker_goes_the_whole_way_in_english(
    county: County, page_at: PageAt, accessible_every_way: Check
) -> None:
    worker = page_at(360, 780, "en", has_touch=True, is_mobile=True)
    places = [place for spots in county.points.values() for place in (point.place for point in spots)]

    def look() -> None:
        in_english(worker, *places)
        accessible_every_way(worker)

    for address in ("/", "/stations/", "/say/", "/privacy/"):
        worker.goto(address)
        look()
    worker.goto(f"/q/{county.points[county.station.code][0].code}")
    look()
    worker.locator("main a[href*='.appeal']").first.click()
    look()
    worker.locator("#id_text").fill("The dormitory has had no water for two days.")
    worker.locator("#id_phone").fill("123")
    worker.locator("form button.btn-primary").click()
    expect(worker.get_by_role("alert")).to_be_visible()
    look()
    worker.locator("#id_phone").fill("13800000117")
    worker.locator("form button.btn-primary").click()
    expect(worker.locator(".ticket")).to_be_visible()
    look()
    number = number_on(worker)
    matter = Case.objects.get(number=number)
    answer_and_settle(county, matter)

    worker.context.clear_cookies()
    worker.goto("/track")
    look()
    worker.locator("#id_number").fill(number)
    worker.locator("#id_tail").fill("0000")
    worker.locator("main form button.btn-primary").click()
    expect(worker.get_by_role("alert")).to_be_visible()
    look()
    worker.locator("#id_tail").fill("0117")
    worker.locator("main form button.btn-primary").click()
    expect(worker.get_by_text("The pipe is mended.")).to_be_visible()
    look()
    worker.locator("#rate_is_solved label").first.click()
    worker.locator("#rate_is_satisfied label").first.click()
    worker.locator("form[action$='/rate'] button").click()
    expect(worker.get_by_role("status")).to_be_visible()
    look()
    matter.refresh_from_db()
    assert matter.closed_as == "satisfied"


def answer_and_settle(county: County, matter: Case) -> None:
    handling.accept_case(county.staff["desk"], case_id=matter.pk, version=version(matter.pk))
    answering.draft_answer(
        county.staff["desk"],
        case_id=matter.pk,
        version=version(matter.pk),
        result="solved",
        text="The pipe is mended.",
    )
    jobs.run_due()


THEME = "七九三号休息室"
SEATS = {
    "desk": ("/desk/", "/desk/cases/", "/desk/new/", "/desk/paper/", "/desk/messages/", "/desk/duty/", "/desk/stations/",
             "/desk/search/?q=793", "/desk/cases/{case}/", "/desk/cases/{case}/print/", "/desk/receipts/{case}/",
             "/desk/clues/", "/desk/wishes/", "/desk/purchases/"),
    "master": ("/desk/books/", "/desk/ties/", "/desk/partners/", "/desk/child-care/", "/desk/duty/month/",
               "/desk/stations/{station}/"),
    "caller": ("/desk/call-backs/", "/desk/call-backs/{case}/"),
    "leader": ("/supervise/", "/supervise/late/", "/supervise/figures/satisfied/", "/supervise/stations/",
               "/supervise/figures/satisfaction/", "/supervise/figures/unkeyed/", "/supervise/exclusions/",
               "/supervise/topics/", "/supervise/topics/{topic}/", "/supervise/topics/taken-up/{taken}/",
               "/supervise/bulletins/", "/supervise/bulletins/{root}/{week}/", "/supervise/themes/", "/supervise/risen/",
               "/supervise/wishes/", "/supervise/policy/", "/desk/incidents/", "/desk/policy/"),
    "system_admin": ("/desk/accounts/", "/desk/accounts/new/", "/desk/accounts/{account}/", "/desk/jobs/"),
    "security_admin": ("/desk/accounts/queue/",),
    "audit_admin": ("/desk/audit/", "/desk/audit/reads/"),
}  # fmt: skip


def names_of(county: County, matter: out.Matter) -> dict[str, object]:
    """What the addresses name: the matter, its station, a week with its bulletin, a theme, a topic taken up."""
    leader, today = county.staff["leader"], moment.today()
    week = monday_of(today) - WEEK
    services.issue_bulletin(leader, office_id=county.root.id, week_on=week)
    services.set_theme(leader, office_id=county.root.id, month=today, topic=out.TOPIC, text=THEME)
    taken = ProactiveTopic.objects.create(
        area=county.area, office_id=county.root.id, office_path=county.root.path, programme="chair-as-station-master",
        type_id="appeal", topic="rest_facilities", reason="repeats", matters=1, repeats=3, plan=THEME,
        opened_by=leader.id, opened_name=leader.name, opened_at=moment.now(), due_on=today,
    )  # fmt: skip
    return {
        "case": matter.case_id,
        "account": matter.account_id,
        "station": county.station.id,
        "root": county.root.id,
        "week": week,
        "topic": out.TOPIC,
        "taken": taken.pk,
    }


@pytest.mark.parametrize("who", SEATS)
def test_staff_pages_are_english_and_without_barriers(
    county: County, page_at: PageAt, live_server: Any, accessible: Check, who: str
) -> None:
    named = names_of(county, settle_matter(county))
    page = page_at(1280, 900, "en")
    enter(page.context, live_server.url, county.staff[who])
    written = [out.TEXT, out.NAME, out.PLACE, out.ANSWER, "欧***", "欧阳**", "现场", "镇政府一楼", "公交站",
               "松溪书店", "外人", THEME, "麒麟按摩椅", "休息室", "麒麟厂聚集七九三"]  # fmt: skip
    for address in SEATS[who]:
        page.goto(address.format(**named))
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        in_english(page, *written)
        accessible(page)


@pytest.mark.parametrize("who", SEATS)
def test_staff_pages_fit_a_phone_in_every_light(
    county: County, page_at: PageAt, live_server: Any, accessible_every_way: Check, who: str
) -> None:
    named = names_of(county, settle_matter(county))
    page = page_at(360, 780)
    enter(page.context, live_server.url, county.staff[who])
    for address in SEATS[who]:
        page.goto(address.format(**named))
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        accessible_every_way(page)
