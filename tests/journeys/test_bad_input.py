"""What people send by mistake or on purpose: each gets its sentence, nothing is lost, nothing is half written."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from io import BytesIO
from typing import Any
from urllib.parse import quote
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from gongyou.engines.casework.models import Case, CaseText, Settlement
from gongyou.engines.casework.services import answering, calling, handling
from gongyou.kernel import jobs
from gongyou.kernel.models.files import StoredFile
from gongyou.kernel.models.messages import Message
from gongyou.offices import services as offices
from tests.journeys.faces import client_of
from tests.journeys.outsiders import version, whole_content
from tests.yunshan.county import STRAIGHT, County

pytestmark = pytest.mark.django_db

TYPED = {"text": "脚手架晃得厉害", "name": "王小工", "place": "三号楼", "phone": "13800138000"}


def address(county: County) -> str:
    return f"/q/{county.points[county.station.code][0].code}?type={STRAIGHT}.appeal"


@pytest.fixture
def visitor() -> Client:
    return Client(HTTP_ACCEPT_LANGUAGE="zh-CN")


def form(county: County, visitor: Client, **changes: Any) -> dict[str, Any]:
    key = re.search(r'name="key" value="([0-9a-f-]{36})"', visitor.get(address(county)).content.decode())
    assert key
    return {"key": key.group(1), **TYPED, **changes}


def shown(answer: Any) -> str:
    return html.unescape(str(answer.content.decode()))


def upload(content: bytes, name: str = "现场.jpg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, content_type="image/jpeg")


def jpeg() -> bytes:
    stream = BytesIO()
    Image.new("RGB", (64, 48), "#b3261e").save(stream, "JPEG")
    return stream.getvalue()


MISTAKES: list[tuple[str, dict[str, Any], str]] = [
    ("a 20 MB photo", {"uploads": b"\xff\xd8\xff" + b"0" * 20_000_000}, "超过了10 MB的上限"),
    ("a program for a photo", {"uploads": b"MZ\x90\x00" + b"0" * 200}, "不支持这种文件"),
    ("a page for a photo", {"uploads": b"<html><script>alert(1)</script>"}, "不支持这种文件"),
    ("half a photo", {"uploads": jpeg()[:150]}, "损坏"),
    ("an empty file", {"uploads": b""}, "空的"),
    ("a short mobile", {"phone": "1380013800"}, "手机号应为11位"),
    ("letters for a phone", {"phone": "plumber"}, "号码"),
    ("no phone", {"phone": ""}, "请留下电话"),
    ("a day to come", {"occurred_on": "2199-01-01"}, "还没有到"),
    ("a day that is none", {"occurred_on": "2026-13-45"}, "日期没有读懂"),
    ("nothing said", {"text": "   "}, "请写一写发生了什么事"),
    ("5,000 characters", {"text": "长" * 5000}, "4000"),
    ("a place without end", {"place": "远" * 121}, "120"),
    ("NUL in a text", {"text": "前\x00后"}, "空字符"),
    ("NUL in a place", {"place": "前\x00后"}, "空字符"),
    ("a topic nobody offers", {"topic": "sorcery"}, "sorcery"),
]


@pytest.mark.parametrize(("changes", "sentence"), [m[1:] for m in MISTAKES], ids=[m[0] for m in MISTAKES])
def test_a_mistake_gets_its_sentence_and_keeps_what_was_typed(
    county: County, visitor: Client, changes: dict[str, Any], sentence: str
) -> None:
    sent = form(county, visitor, **changes)
    if "uploads" in sent:
        sent["uploads"] = upload(sent["uploads"])
    answer = visitor.post(address(county), sent)
    page = shown(answer)
    assert answer.status_code == 422
    assert sentence in page
    for name, typed in sent.items():
        if isinstance(typed, str) and name != "topic" and "\x00" not in typed:
            assert typed.strip() in page, f"{name} was lost"
    assert not Case.objects.exists()
    assert not CaseText.objects.exists()
    assert not StoredFile.objects.exists()


def test_a_good_photo_survives_the_bad_one_beside_it(county: County, visitor: Client) -> None:
    sent = form(county, visitor, uploads=[upload(jpeg(), "好的.jpg"), upload(b"MZ\x90\x00", "坏的.exe")])
    page = shown(visitor.post(address(county), sent))
    assert "好的.jpg" in page
    assert "坏的.exe：" in page
    assert StoredFile.objects.count() == 1


def test_more_than_anybody_writes_is_refused_before_it_is_read(county: County, visitor: Client) -> None:
    answer = visitor.post(address(county), form(county, visitor, text="长" * 1_200_000))
    assert answer.status_code == 413
    assert "太多" in shown(answer)
    assert not Case.objects.exists()


def test_the_same_form_twice_is_one_matter(county: County, visitor: Client) -> None:
    sent = form(county, visitor)
    first, second = (visitor.post(address(county), sent) for _time in range(2))
    assert first.status_code == second.status_code == 302
    assert first["Location"] == second["Location"]
    assert Case.objects.count() == 1
    jobs.run_due()
    assert Message.objects.count() == 1


def test_the_same_form_with_other_words_asks_and_keeps_them(county: County, visitor: Client) -> None:
    sent = form(county, visitor)
    visitor.post(address(county), sent)
    answer = visitor.post(address(county), {**sent, "text": "还有一件：灯也坏了"})
    assert answer.status_code == 422
    assert "还有一件：灯也坏了" in shown(answer)
    assert Case.objects.count() == 1


def test_the_desk_form_twice_is_one_matter(county: County) -> None:
    desk = client_of(county.staff["desk"])
    sent = {"intent": uuid4().hex, "channel": "desk", "office": str(county.station.id), "what": f"{STRAIGHT}/appeal",
            "topic": "", **TYPED}  # fmt: skip
    locations = {desk.post("/desk/new/", sent)["Location"] for _time in range(2)}
    assert len(locations) == 1
    assert Case.objects.count() == 1


def test_the_desk_keeps_everything_when_a_photo_is_too_large(county: County) -> None:
    desk = client_of(county.staff["desk"])
    sent = {"intent": uuid4().hex, "channel": "phone", "office": str(county.station.id), "what": f"{STRAIGHT}/appeal",
            "topic": "", **TYPED, "uploads": upload(b"\xff\xd8\xff" + b"0" * 20_000_000)}  # fmt: skip
    answer = desk.post("/desk/new/", sent)
    page = shown(answer)
    assert answer.status_code == 422
    assert "超过了10 MB的上限" in page
    assert all(typed in page for typed in TYPED.values())
    assert not Case.objects.exists()
    paper = {**sent, "written_on": "2199-01-01", "book": "蓝本3", "page": "17"}
    paper.pop("uploads")
    answer = desk.post("/desk/paper/", paper)
    assert answer.status_code == 422
    assert "还没有到" in shown(answer)
    assert "蓝本3" in shown(answer)
    assert not Case.objects.exists()


def test_an_edit_of_an_older_version_keeps_its_words_and_changes_nothing(county: County) -> None:
    case_id = county.file(topic="other").case_id
    desk = client_of(county.staff["desk"])
    made_from = version(case_id)
    handling.accept_case(county.staff["desk"], case_id=case_id, version=made_from)
    sent = {"version": made_from, "intent": uuid4().hex, "result": "solved", "text": "写了很久的答复"}
    answer = desk.post(f"/desk/cases/{case_id}/steps/draft/", sent)
    assert answer.status_code == 409
    assert "刚刚被别人更新过" in shown(answer)
    assert "写了很久的答复" in shown(answer)
    assert not Settlement.objects.exists()
    sent = {**sent, "version": version(case_id), "intent": uuid4().hex}
    assert desk.post(f"/desk/cases/{case_id}/steps/draft/", sent).status_code == 302


def test_a_poster_that_is_gone_says_so_and_loses_no_words(county: County, visitor: Client) -> None:
    sent = form(county, visitor)
    point = county.points[county.station.code][0]
    offices.retire_point(county.staff["system_admin"], point_id=point.id)
    for code in (point.code, "ZZZZZZ"):
        answer = visitor.get(f"/q/{code}")
        assert answer.status_code == 404
        assert "不在使用中" in shown(answer)
    assert visitor.post("/q/ZZZZZZ", sent).status_code == 404
    answer = visitor.post(address(county), sent)
    assert answer.status_code == 302, "who was writing when the poster came down still reaches the station"
    assert Case.objects.get().office_id == county.station.id
    assert Case.objects.get().point_id is None


SCRIPT = "<script>alert(1)</script><img src=x onerror=alert(2)>\"'&amp;{{ 7|add:7 }}{0}%s=1+1"
SIGNS = ("<script>alert", "<img src=x", "onerror=alert(2)>\"'")


@pytest.fixture
def poisoned(county: County) -> Iterator[Case]:
    """A matter whose every text is an attack, answered, called and reviewed with more of the same."""
    stored = Client().post("/api/v1/files", {"file": upload(jpeg(), f"{SCRIPT[:25]}.jpg")}).json()["id"]
    case_id = county.file(SCRIPT, name=SCRIPT[:40], place=SCRIPT, topic="other", files=(stored,)).case_id
    desk, caller = county.staff["desk"], county.staff["caller"]
    handling.accept_case(desk, case_id=case_id, version=version(case_id))
    answering.draft_answer(desk, case_id=case_id, version=version(case_id), result="solved", text=SCRIPT)
    call = calling.Call("no_answer", note=SCRIPT)
    calling.record_call(caller, case_id=case_id, version=version(case_id), call=call)
    jobs.run_due()
    return Case.objects.get(pk=case_id)


def test_markup_in_a_text_is_shown_as_text_everywhere(
    county: County, poisoned: Case, visitor: Client
) -> None:
    pages = [
        "/desk/", "/desk/cases/", f"/desk/cases/{poisoned.pk}/", f"/desk/cases/{poisoned.pk}/print/",
        f"/desk/receipts/{poisoned.pk}/", f"/desk/receipts/{poisoned.pk}/80mm/", f"/desk/receipts/{poisoned.pk}/a4/",
        f"/desk/search/?q={SCRIPT[:20]}", f"/desk/call-backs/{poisoned.pk}/", "/desk/call-backs/", "/desk/messages/",
        "/supervise/", "/supervise/late/", "/desk/cases/?state=" + SCRIPT, "/desk/?kind=" + SCRIPT,
    ]  # fmt: skip
    seen = 0
    for who in ("desk", "caller", "leader", "dispatcher"):
        client = client_of(county.staff[who])
        answers = [client.get(page) for page in pages]
        answers.append(client.post(f"/desk/cases/{poisoned.pk}/contact/", {"why": "verify"}))
        answers.append(client.post("/desk/cases/export/"))
        for message in Message.objects.all():
            answers.append(
                client.post(f"/desk/messages/{message.pk}/text/", {"subject": f"case:{poisoned.pk}"})
            )
        seen += sum(read_safely(answer) for answer in answers)
    assert seen >= 12, "the text was hardly shown at all"

    tracked = visitor.post("/track", {"number": poisoned.number, "tail": "0117"}, follow=True)
    assert read_safely(tracked)
    asked = ("/track?number=", "/q/", "/track/", "/stations/?q=", "/say/?type=", "/receipt/")
    for page in asked:
        read_safely(visitor.get(page + quote(SCRIPT[:25])))
    texts = [opened_text(county, message, poisoned) for message in Message.objects.filter(template="settled")]
    assert texts
    assert all(SCRIPT[:60] in text for text in texts), "a text message holds the words, not entities"


def read_safely(answer: Any) -> bool:
    """Fails when markup came through as markup; tells whether the escaped text was there."""
    said = whole_content(answer)
    assert answer.status_code < 500
    for sign in SIGNS:
        assert sign not in said, answer.request["PATH_INFO"]
    return "&lt;script&gt;alert" in said


def opened_text(county: County, message: Message, case: Case) -> str:
    desk = client_of(county.staff["desk"])
    return shown(desk.post(f"/desk/messages/{message.pk}/text/", {"subject": f"case:{case.pk}"}))


def test_rare_characters_stay_whole_from_the_form_to_the_desk(county: County, visitor: Client) -> None:
    text, name = "𬭎㐂䶮路口的路灯🙏🏽坏了，\u200d夜班不安全", "𬭎䶮"
    sent = form(county, visitor, text=text, name=name, place="㐂街")
    receipt = visitor.post(address(county), sent)
    assert receipt.status_code == 302
    case = Case.objects.get()
    assert CaseText.objects.get(case=case).text == text
    desk = client_of(county.staff["desk"])
    page = shown(desk.get(f"/desk/cases/{case.pk}/"))
    assert text in page
    assert "𬭎*" in page
    assert name in shown(desk.post(f"/desk/cases/{case.pk}/contact/", {"why": "verify"}))
    assert str(case.pk) in shown(desk.get("/desk/search/?q=㐂䶮"))
    assert str(case.pk) in shown(desk.get("/desk/search/?q=𬭎㐂"))


TYPED_OVER = {
    "": (
        "/q/%00", "/say/%00/", "/track/%00", "/receipt/%00", "/stations/?q=%00", "/say/?type=%00&q=%00",
        "/track?number=%00",
    ),
    "desk": (
        "/desk/?cursor=x", "/desk/?cursor=%00", "/desk/?office=x&kind=%00",
        "/desk/cases/?cursor=0001-01-01T00:00:00%2B14:00~00000000-0000-0000-0000-000000000001",
        "/desk/cases/?cursor=2026-01-01T00:00:00~00000000-0000-0000-0000-000000000001",
        "/desk/cases/?office=%00&state=x&kind=x&standing=x", "/desk/messages/?cursor=~~&state=x",
        "/desk/duty/?week=0001-01-01", "/desk/duty/?week=9999-12-31", "/desk/duty/?week=x&office=x",
        "/desk/search/?q=%25_%27%22%5C", "/desk/search/?q=" + "长" * 3000, "/desk/search/?q=a%00b",
    ),
    "leader": (
        "/supervise/?since=x&until=9999-12-31&office=x", "/supervise/?since=9999-12-31&until=0001-01-01",
        "/supervise/?since=0001-01-01&until=0001-01-02", "/supervise/late/?cursor=x&office=x%00",
        "/supervise/figures/nothing/", "/supervise/figures/%00/", "/supervise/figures/satisfied/?cursor=~x",
    ),
    "system_admin": ("/desk/accounts/?cursor=x%00&text=x&kind=x", "/desk/jobs/?cursor=x"),
    "audit_admin": (
        "/desk/audit/?since=0001-01-01&until=9999-12-31&cursor=x", "/desk/audit/?since=0001-01-01",
        "/desk/audit/?until=9999-12-31", "/desk/audit/reads/?since=x&cursor=%00", "/desk/audit/reads/?until=9999-12-31",
    ),
}  # fmt: skip


@pytest.mark.parametrize("who", TYPED_OVER, ids=lambda who: who or "visitor")
def test_an_address_somebody_typed_over_never_breaks_a_page(county: County, who: str) -> None:
    client = client_of(county.staff[who] if who else None)
    for asked in TYPED_OVER[who]:
        answer = client.get(asked)
        assert answer.status_code < 500, asked
        assert answer.status_code == 302 or "<h1" in answer.content.decode(), asked


def test_a_shift_in_no_possible_year_is_refused(county: County) -> None:
    master = client_of(county.staff["master"])
    for day in ("0001-01-01", "9999-12-31"):
        sent = {
            "office": str(county.station.id),
            "holder_name": "严朗",
            "day": day,
            "opens": "20:00",
            "closes": "08:00",
        }
        answer = master.post("/desk/duty/put/", sent)
        assert answer.status_code == 422
        assert "请核对年份" in shown(answer)


def test_the_answer_of_a_form_opened_as_a_page_is_a_calm_page(county: County) -> None:
    case_id = county.file().case_id
    desk = client_of(county.staff["desk"])
    answer = desk.get(f"/desk/cases/{case_id}/steps/accept/")
    assert answer.status_code == 405
    assert answer["Allow"] == "POST"
    assert "这一页不能直接打开" in shown(answer)
    refused = desk.post(
        f"/desk/cases/{case_id}/steps/draft/",
        {"version": 0, "result": "solved", "text": "话"},
        HTTP_REFERER=f"http://testserver/desk/cases/{case_id}/",
    )
    assert refused.status_code == 409
    assert f'name="next" value="http://testserver/desk/cases/{case_id}/"' in refused.content.decode()
