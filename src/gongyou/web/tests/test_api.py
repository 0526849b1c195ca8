"""The API: intake that happens once, one's own matter, lists, and refusals a person can read in their language."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from io import BytesIO
from typing import Any
from uuid import uuid4

import pytest
import schemathesis
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.wsgi import get_wsgi_application
from django.db import connections
from django.test import Client
from hypothesis import HealthCheck, Phase, given, seed, settings
from PIL import Image
from schemathesis.checks import CHECKS

from gongyou.engines.casework.models import Case, CaseText
from gongyou.kernel import moment
from gongyou.kernel.models.files import StoredFile
from tests.journeys.faces import client_of
from tests.yunshan.county import County

pytestmark = pytest.mark.django_db

INTAKE = "/api/v1/intake"
CHINESE = re.compile(r"[\u4e00-\u9fff]")


def said(county: County, **changes: object) -> dict[str, Any]:
    point = county.points[county.station.code][0].code
    contact = {"name": "赵平", "phone": "13800000117"}
    body = {
        "kind": "appeal",
        "programme": county.programme,
        "point": point,
        "text": "宿舍断水",
        "contact": contact,
    }
    return body | changes


def post(body: object, *, key: str | None = None, client: Client | None = None, lang: str = "zh-CN") -> Any:
    """POST an intake; `body` a string for what is no JSON; `key` '' for none."""
    headers = {"HTTP_ACCEPT_LANGUAGE": lang}
    chosen = uuid4().hex if key is None else key
    if chosen:
        headers["HTTP_IDEMPOTENCY_KEY"] = chosen
    data = body if isinstance(body, (str, bytes)) else json.dumps(body)
    return (client or Client()).post(INTAKE, data, content_type="application/json", **headers)


def problem(answer: Any, status: int, field: str = "") -> dict[str, Any]:
    """The problem document of an answer, checked for its form."""
    assert answer.status_code == status, answer.content.decode()
    assert answer["Content-Type"] == "application/problem+json"
    body: dict[str, Any] = json.loads(answer.content)
    assert body["status"] == status
    assert body["type"].startswith("urn:gongyou:problem:")
    assert body["detail"].startswith(body["title"])
    assert body.get("field", "") == field
    return body


def test_the_same_key_and_body_give_the_same_answer(county: County) -> None:
    first, again = post(said(county), key="k-1"), post(said(county), key="k-1")
    assert first.status_code == again.status_code == 201
    assert first.json() == again.json()
    assert Case.objects.count() == 1
    body = first.json()
    assert body["number"] == Case.objects.get().number
    assert body["office"] == county.station.name
    assert body["due_at"]


def test_the_same_key_for_another_body_is_a_conflict(county: County) -> None:
    post(said(county), key="k-1")
    body = problem(post(said(county, text="另一件事"), key="k-1"), 409)
    assert "已经用于另一份内容" in body["title"]
    assert Case.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_sent_by_many_at_once_it_happens_once(county: County, emptied: None) -> None:
    def send(_number: int) -> Any:
        try:
            return post(said(county), key="at-once").json()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(send, range(12)))
    assert len({answer["number"] for answer in answers}) == 1
    assert Case.objects.count() == 1


BROKEN: list[tuple[str, dict[str, Any], int, str, str]] = [
    ("a future day", {"occurred_on": "2199-01-01"}, 400, "occurred_on", "日期2199-01-01还没有到"),
    ("a day that is none", {"occurred_on": "2026-13-45"}, 422, "occurred_on", "不是日期"),
    ("an impossible phone", {"contact": {"phone": "138001380001"}}, 400, "phone", "手机号应为11位"),
    ("no phone", {"contact": {"name": "赵平"}}, 400, "contact.phone", "没有留电话"),
    ("a name nobody knows", {"contact": {"phne": "13800000117"}}, 422, "contact.phne", "没有“contact.phne”"),
    ("an empty text", {"text": " \n"}, 400, "text", "还没有写内容"),
    ("5,000 characters", {"text": "字" * 5000}, 400, "text", "内容有5000个字"),
    ("9,000 characters", {"text": "字" * 9000}, 422, "text", "最多8000个字"),
    ("a number for a text", {"text": 5}, 422, "text", "“text”不是文字"),
    ("half a surrogate", {"text": "\ud83d"}, 422, "text", "“text”不是文字"),
    ("an unknown point", {"point": "ZZZZZZ"}, 400, "point", "不在使用中"),
    ("no place", {"point": ""}, 400, "office", "没有说明是哪个站点"),
    ("an unknown office", {"point": "", "office": "000"}, 404, "", "000"),
    ("an unknown kind", {"kind": "x"}, 400, "kind", "没有“x”这类事项"),
    ("an unknown programme", {"programme": "x"}, 400, "programme", "没有开通“x”"),
    ("an unknown topic", {"topic": "x"}, 400, "topic", "不在清单里"),
    ("a file nobody sent", {"files": [str(uuid4())]}, 409, "files", "附件已过期"),
    ("a file id that is none", {"files": ["x"]}, 422, "files.0", "不是有效的编号"),
    ("ten files", {"files": [str(uuid4())] * 10}, 422, "files", "最多9个"),
    ("anonymous where it may not be", {"is_anonymous": True}, 400, "phone", "需要联系方式"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "status", "field", "words"), [b[1:] for b in BROKEN], ids=[b[0] for b in BROKEN]
)
def test_what_cannot_be_taken_is_named_and_leaves_nothing(
    county: County, changes: dict[str, Any], status: int, field: str, words: str
) -> None:
    answer = post(said(county, **changes))
    body = problem(answer, status, field)
    assert words in body["detail"]
    assert not Case.objects.exists()
    assert not CaseText.objects.exists()


UNREADABLE: list[tuple[str, str | bytes]] = [
    ("half", "{"),
    ("not UTF-8", b"\xff\xfe\x00"),
    ("too deep", "[" * 100_000 + "]" * 100_000),
    ("a number without end", '{"kind": 1' + "0" * 5000 + "}"),
]


@pytest.mark.parametrize(
    "body", [body for _name, body in UNREADABLE], ids=[name for name, _body in UNREADABLE]
)
@pytest.mark.parametrize("lang", ["zh-CN", "en"])
def test_what_is_no_json_is_said_in_the_readers_language(body: str | bytes, lang: str) -> None:
    answer = problem(post(body, lang=lang), 400)
    assert bool(CHINESE.search(answer["detail"])) == (lang == "zh-CN")


@pytest.mark.parametrize("body", ["[]", "null", '"x"', "5"])
def test_json_that_is_no_intake_is_refused(body: str) -> None:
    problem(post(body), 422)


def test_every_refusal_of_a_page_exists_for_programs_too(county: County) -> None:
    client = Client()
    assert "没有这个接口" in problem(client.get("/api/v1/nothing"), 404)["title"]
    answer = client.get(INTAKE)
    problem(answer, 405)
    assert answer["Allow"] == "POST"
    assert "太多" in problem(post(said(county, text="字" * 1_200_000)), 413)["title"]
    assert not Case.objects.exists()


@pytest.mark.parametrize(("key", "words"), [("", "缺少"), ("k" * 201, "太长"), ("k" * 100_000, "太长")])
def test_a_key_is_needed_and_short(county: County, key: str, words: str) -> None:
    assert words in problem(post(said(county), key=key), 422, "Idempotency-Key")["title"]
    assert not Case.objects.exists()


def test_huge_headers_do_no_harm(county: County) -> None:
    address = f"/api/v1/areas/{county.area}/types"
    for name in (
        "HTTP_ACCEPT_LANGUAGE",
        "HTTP_X_FORWARDED_FOR",
        "HTTP_COOKIE",
        "HTTP_USER_AGENT",
        "HTTP_REFERER",
    ):
        assert Client().get(address, **{name: "x" * 100_000}).status_code == 200, name


def test_rare_characters_and_emoji_arrive_whole(county: County) -> None:
    text = "𬭎㐂䶮 工资🙏🏽 <b>&amp;</b>\r\n第二行"
    answer = post(
        said(county, text=f"{text}\x00", place="㐂\x00路", contact={"name": "𬭎䶮", "phone": "13800000117"})
    )
    assert answer.status_code == 201
    case = Case.objects.get()
    assert case.place == "㐂路"
    assert CaseText.objects.get(case=case).text == text
    assert (
        client_of(county.staff["desk"]).get("/desk/search/?q=㐂䶮").content.decode().count(str(case.pk)) >= 1
    )


def test_without_a_phone_the_receipt_code_opens_the_matter(county: County) -> None:
    body = said(county, kind="anonymous_clue", is_anonymous=True, contact={})
    receipt = post(body).json()
    assert re.fullmatch(r"\d{6}", receipt["receipt_code"])
    answer = Client().get(f"/api/v1/cases/{receipt['number']}", {"tail": receipt["receipt_code"]})
    assert answer.status_code == 200
    assert answer.json()["number"] == receipt["number"]
    assert post(said(county)).json()["receipt_code"] == "", "the phone is the key"


def test_wrong_digits_and_unknown_numbers_sound_alike_and_run_out(county: County) -> None:
    number = post(said(county)).json()["number"]
    client = Client()
    wrong = problem(client.get(f"/api/v1/cases/{number}", {"tail": "0000"}), 404)
    unknown_number = county_number_without_case(county)
    assert problem(client.get(f"/api/v1/cases/{unknown_number}", {"tail": "0117"}), 404) == wrong
    for guess in range(4):
        problem(client.get(f"/api/v1/cases/{number}", {"tail": f"000{guess}"}), 404)
    answer = client.get(f"/api/v1/cases/{number}", {"tail": "0117"})
    assert "15分钟" in problem(answer, 429)["title"]
    assert answer["Retry-After"] == "900"
    with moment.standing_at(moment.now() + timedelta(minutes=16)):
        assert client.get(f"/api/v1/cases/{number}", {"tail": "0117"}).status_code == 200


def county_number_without_case(county: County) -> str:
    """A well-formed number nobody has: that of a matter that got another one."""
    case = Case.objects.get(pk=county.file().case_id)
    number = case.number
    Case.objects.filter(pk=case.pk).update(number="990101-26-999999-0")
    return number


@pytest.mark.parametrize("number", ["abc", "%00", "990101-26-000001-0", "9" * 300])
def test_a_number_that_is_none_says_what_is_wrong_with_it(county: County, number: str) -> None:
    assert 400 <= Client().get(f"/api/v1/cases/{number}", {"tail": "0117"}).status_code < 500


@pytest.mark.parametrize(
    ("asked", "status", "field"),
    [
        ("cursor=x", 400, "cursor"),
        ("cursor=%00", 400, "cursor"),
        ("cursor=2026-01-01T00:00:00~00000000-0000-0000-0000-000000000001", 400, "cursor"),
        ("cursor=0001-01-01T00:00:00%2B14:00~00000000-0000-0000-0000-000000000001", 400, "cursor"),
        ("size=-1", 422, "size"),
        ("size=201", 422, "size"),
        ("size=many", 422, "size"),
        ("standing=sideways", 422, "standing"),
        ("kind=%00", 422, "kind"),
    ],
)
def test_a_list_refuses_what_it_cannot_read(county: County, asked: str, status: int, field: str) -> None:
    problem(client_of(county.staff["dispatcher"]).get(f"/api/v1/cases?{asked}"), status, field)


def test_lists_go_through_all_pages_and_stay_within_reach(county: County) -> None:
    for number in range(5):
        county.file(f"第{number}件")
    client, seen, cursor = client_of(county.staff["dispatcher"]), [], ""
    for _page in range(3):
        page = client.get("/api/v1/cases", {"size": 2, "cursor": cursor}).json()
        seen += [item["number"] for item in page["items"]]
        cursor = page["next"]
    assert cursor == ""
    assert len(seen) == len(set(seen)) == 5
    assert client_of(county.staff["other_desk"]).get("/api/v1/cases").json()["items"] == []
    problem(Client().get("/api/v1/cases"), 403)


def jpeg() -> bytes:
    stream = BytesIO()
    Image.new("RGB", (64, 48), "#b3261e").save(stream, "JPEG")
    return stream.getvalue()


def upload(content: bytes, name: str = "现场.jpg") -> Any:
    return Client().post("/api/v1/files", {"file": SimpleUploadedFile(name, content)})


def test_an_upload_is_named_in_an_intake(county: County) -> None:
    stored = upload(jpeg()).json()
    assert stored["media_type"] == "image/jpeg"
    assert post(said(county, files=[stored["id"]])).status_code == 201
    assert StoredFile.objects.get().subject == f"case:{Case.objects.get().pk}"
    problem(post(said(county, files=[stored["id"]])), 409, "files")


@pytest.mark.parametrize(
    ("content", "status", "words"),
    [
        (b"\xff\xd8\xff" + b"0" * 20_000_000, 413, "超过了10 MB"),
        (b"MZ\x90\x00" + b"0" * 100, 415, "不支持这种文件"),
        (b"<html><script>alert(1)</script></html>", 415, "不支持这种文件"),
        (jpeg()[:200], 400, "损坏"),
        (b"", 400, "空的"),
    ],
    ids=["20 MB", "a program", "a page", "half a photo", "nothing"],
)
def test_an_upload_that_cannot_be_kept_leaves_nothing(
    db: None, content: bytes, status: int, words: str
) -> None:
    assert words in problem(upload(content), status, "file")["detail"]
    assert not StoredFile.objects.exists()


def test_a_body_that_is_no_form_misses_its_file(db: None) -> None:
    answer = Client().post("/api/v1/files", "{}", content_type="application/json")
    assert "缺少“file”" in problem(answer, 422, "file")["title"]
    problem(Client().post("/api/v1/files", b"--x", content_type="multipart/form-data"), 400)


def document() -> dict[str, Any]:
    answer = Client().get("/api/v1/openapi.json")
    assert answer.status_code == 200
    body: dict[str, Any] = answer.json()
    return body


def test_the_document_says_which_refusals_there_are() -> None:
    operations = [op for path in document()["paths"].values() for op in path.values()]
    assert len(operations) == 5
    for operation in operations:
        refusals = {s: a for s, a in operation["responses"].items() if int(s) >= 400}
        assert {"400", "403", "404", "409", "413", "415", "422", "429"} <= set(refusals)
        assert all(set(answer["content"]) == {"application/problem+json"} for answer in refusals.values())


WANTED = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_schema_conformance",
)


def calls_of(operation: Any) -> Any:
    return operation.as_strategy(
        generation_mode=schemathesis.GenerationMode.POSITIVE
    ) | operation.as_strategy(generation_mode=schemathesis.GenerationMode.NEGATIVE)


@pytest.fixture
def schema(county: County, emptied: None) -> Iterator[Any]:
    yield schemathesis.openapi.from_wsgi("/api/v1/openapi.json", get_wsgi_application())


@pytest.mark.django_db(transaction=True)
def test_whatever_is_sent_the_answer_is_one_of_the_document(schema: Any, county: County) -> None:
    checks = [CHECKS.get_one(name) for name in WANTED]
    cookie = {"sessionid": client_of(county.staff["dispatcher"]).cookies["sessionid"].value}
    for result in schema.get_all_operations():

        @seed(20261122)
        @settings(max_examples=60, deadline=None, database=None, phases=[Phase.generate],
                  suppress_health_check=list(HealthCheck))  # fmt: skip
        @given(case=calls_of(result.ok()))
        def holds(case: Any) -> None:
            case.validate_response(case.call(cookies=cookie), checks=checks)

        holds()
