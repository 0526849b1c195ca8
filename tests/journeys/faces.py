"""What people do at the faces of the system, in a real browser: say something, sign in, look at a matter."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO

from django.test import Client
from PIL import Image
from playwright.sync_api import BrowserContext, FilePayload, Page, expect

from gongyou.kernel.access import Actor, system_actor
from gongyou.kernel.accounts import demo_second_factor, digest_of_key, start_session
from tests.yunshan.county import County

Check = Callable[[Page], None]

NUMBER = re.compile(r"\d{6}-\d{2}-\d{6}-\d")


@dataclass(frozen=True)
class Said:
    """What somebody says at a point."""

    text: str = "宿舍断水两天了，请帮忙联系。"
    name: str = "赵平"
    phone: str = "13800000117"

    @property
    def tail(self) -> str:
        return self.phone[-4:]


def photo(name: str = "现场.jpg", side: int = 320) -> FilePayload:
    stream = BytesIO()
    Image.effect_noise((side, side), 60).convert("RGB").save(stream, "JPEG")
    return {"name": name, "mimeType": "image/jpeg", "buffer": stream.getvalue()}


def say(page: Page, county: County, said: Said, look: Check, *, picture: FilePayload | None = None) -> str:
    """From the poster to the receipt; returns the number as the receipt shows it."""
    page.goto(f"/q/{county.points[county.station.code][0].code}")
    look(page)
    page.get_by_role("link", name=re.compile("^诉求")).first.click()
    page.get_by_label("您遇到了什么事").fill(said.text)
    page.get_by_label("电话").fill(said.phone)
    page.get_by_label("怎么称呼您").fill(said.name)
    if picture:
        page.locator("details.more summary").first.click()
        page.get_by_label("照片或录音").set_input_files(picture)
    look(page)
    page.get_by_role("button", name="提交").last.click()
    expect(page.get_by_text("收到了，谢谢您告诉我们")).to_be_visible()
    look(page)
    return number_on(page)


def number_on(page: Page) -> str:
    """The first number the page shows."""
    found = NUMBER.search(page.locator("main").inner_text().replace("\u200b", ""))
    assert found, page.url
    return found.group(0)


def track(page: Page, number: str, tail: str) -> None:
    page.goto("/track")
    page.get_by_label("编号").fill(number)
    page.get_by_label(re.compile("后四位")).fill(tail)
    page.get_by_role("button", name="查一查").click()
    expect(page.get_by_role("heading", name="经过")).to_be_visible()


def rate(page: Page, *, is_solved: bool, is_satisfied: bool) -> None:
    solved, satisfied = page.locator("#rate_is_solved"), page.locator("#rate_is_satisfied")
    solved.get_by_text("解决了" if is_solved else "没有解决", exact=True).click()
    satisfied.get_by_text("满意" if is_satisfied else "不满意", exact=True).click()
    page.get_by_role("button", name="交上评价").click()
    expect(page.get_by_text("您的评价已经记下")).to_be_visible()


def sign_in_by_form(page: Page, county: County, who: str) -> None:
    """Login, password, second factor: the door staff use."""
    page.goto("/sign-in/")
    page.get_by_label("登录名").fill(county.logins[who])
    page.get_by_label("密码").fill(county.password)
    page.get_by_role("button", name="下一步").click()
    code = demo_second_factor(system_actor("tests"), account_id=county.staff[who].id, is_demo=True)
    page.get_by_label("6位验证码").fill(code)
    page.get_by_role("button", name="登录", exact=True).click()
    expect(page.get_by_role("heading", level=1, name="待办")).to_be_visible()


def session_of(actor: Actor) -> str:
    """A session key with which the member of staff is signed in."""
    session = Client().session
    session.save()
    key = str(session.session_key)
    start_session(system_actor(), account_id=actor.id, key_digest=digest_of_key(key), source="10.0.0.7")
    return key


def enter(context: BrowserContext, host: str, actor: Actor) -> None:
    """Come in through the session alone, where the door is not what the test is about."""
    context.add_cookies([{"name": "sessionid", "value": session_of(actor), "url": host}])


def client_of(actor: Actor | None, **headers: str) -> Client:
    """The test client of a member of staff; None: a visitor's."""
    client = Client(**headers)  # type: ignore[arg-type]
    if actor is not None:
        client.cookies["sessionid"] = session_of(actor)
    return client


def do_step(page: Page, name: str, button: str, fill: Callable[[Page], None] | None = None) -> None:
    """One step of the case page: opened where it is folded, filled, pressed."""
    box = page.locator(f"#step-{name}")
    if box.get_attribute("open") is None:
        box.locator("summary").click()
    if fill:
        fill(page)
    box.get_by_role("button", name=button).click()
    expect(page.get_by_role("status").first).to_be_visible()


def answer_with(text: str, result: str = "已解决") -> Callable[[Page], None]:
    """Fills the form of the answer."""

    def fill(page: Page) -> None:
        page.locator("#draft_result").get_by_text(result, exact=True).click()
        page.get_by_label("给群众的答复").fill(text)

    return fill
