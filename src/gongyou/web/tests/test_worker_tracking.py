"""Where a matter stands, for the person it belongs to."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from django.test import Client

from gongyou.engines.casework.models import Case
from gongyou.engines.casework.queries import pin_of
from gongyou.engines.casework.services.answering import approve_answer, draft_answer
from gongyou.engines.casework.services.filing import Filing, Receipt, file_case
from gongyou.engines.casework.services.handling import accept_case
from gongyou.kernel import moment
from gongyou.kernel.access import Actor, Holding, visitor_actor
from gongyou.kernel.ids import new_id
from gongyou.web.tests.worker_county import MONDAY_MORNING, County, county_of_workers

__all__ = ["county_of_workers"]

PHONE = "13800138000"


@pytest.fixture(autouse=True)
def _monday_before_the_holiday() -> Iterator[None]:
    with moment.standing_at(MONDAY_MORNING):
        yield


@pytest.fixture
def visitor() -> Client:
    return Client(HTTP_ACCEPT_LANGUAGE="zh-CN")


@pytest.fixture
def filed(county_of_workers: County) -> Receipt:
    filing = Filing(
        programme="chair-as-station-master",
        type_id="appeal",
        text="工资拖了两个月",
        channel="qr",
        point=county_of_workers.point,
        phone=PHONE,
        name="王小工",
    )
    return file_case(visitor_actor(), filing=filing)


def staff(case: Case, role: str) -> Actor:
    return Actor(
        id=new_id(), kind="staff", name="某某", holdings=(Holding(role, case.office_id, case.office_path),)
    )


@pytest.fixture
def answered(filed: Receipt) -> Receipt:
    """Accepted by one, drafted by that one, approved by another where the class asks for it."""
    case = Case.objects.get(number=filed.number)
    desk = staff(case, "desk")
    accept_case(desk, case_id=case.pk, version=case.version)
    case.refresh_from_db()
    drafted = draft_answer(
        desk, case_id=case.pk, version=case.version, result="solved", text="工资已于当日补发。"
    )
    case.refresh_from_db()
    if case.state != "settled" and drafted:
        approve_answer(staff(case, "station_master"), case_id=case.pk, version=case.version)
    return filed


def enter(visitor: Client, number: str, tail: str = PHONE[-4:]) -> str:
    answer = visitor.post("/track", {"number": number, "tail": tail}, follow=True)
    return answer.content.decode()


def test_number_and_last_four_digits_open_the_matter(filed: Receipt, visitor: Client) -> None:
    html = enter(visitor, filed.number)
    assert "经过" in html
    assert filed.office in html
    assert PHONE[-4:] not in visitor.get(f"/track/{filed.number}").request["PATH_INFO"]


@pytest.mark.parametrize(
    "write", [lambda n: n.replace("-", ""), lambda n: f" {n} ", lambda n: n.replace("-", "－")]
)
def test_the_number_may_be_written_as_people_write_it(
    filed: Receipt, visitor: Client, write: Callable[[str], str]
) -> None:
    assert "经过" in enter(visitor, write(filed.number))


def test_a_wrong_guess_and_an_unknown_number_get_the_same_sentence(filed: Receipt, visitor: Client) -> None:
    def sentence(number: str) -> str:
        answer = visitor.post("/track", {"number": number, "tail": "0000"})
        assert answer.status_code == 404
        found = re.search(r'class="alert alert-bad".*?</ul>', answer.content.decode(), re.S)
        assert found
        return found.group(0)

    unknown = "990101-26-999999-" + next(
        d
        for d in "0123456789"
        if visitor.post("/track", {"number": f"990101-26-999999-{d}", "tail": "1"}).status_code == 404
    )
    assert sentence(filed.number) == sentence(unknown)


def test_a_wrong_check_digit_is_explained_at_the_number(filed: Receipt, visitor: Client) -> None:
    wrong = filed.number[:-1] + str((int(filed.number[-1]) + 1) % 10)
    html = visitor.post("/track", {"number": wrong, "tail": "8000"}).content.decode()
    assert "校验码对不上" in html
    assert 'id="id_number-error"' in html
    assert f'value="{wrong}"' in html


def test_guessing_is_stopped_even_for_the_right_digits(filed: Receipt, visitor: Client) -> None:
    for digits in range(5):
        assert visitor.post("/track", {"number": filed.number, "tail": f"000{digits}"}).status_code == 404
    answer = visitor.post("/track", {"number": filed.number, "tail": PHONE[-4:]})
    assert answer.status_code == 429
    assert "15分钟" in answer.content.decode()


def test_nobody_sees_a_matter_without_the_digits(filed: Receipt, visitor: Client) -> None:
    for address in (f"/track/{filed.number}", f"/receipt/{filed.number}"):
        answer = visitor.get(address)
        assert (answer.status_code, answer["Location"]) == (302, f"/track?number={filed.number}")
    answer = visitor.post(f"/track/{filed.number}/withdraw", {"text": "不办了"})
    assert answer["Location"] == f"/track?number={filed.number}"
    assert Case.objects.get().closed_at is None


def test_more_facts_can_be_added(filed: Receipt, visitor: Client) -> None:
    enter(visitor, filed.number)
    answer = visitor.post(f"/track/{filed.number}/supplement", {"text": "还有三个工友也没拿到"}, follow=True)
    assert "补充的情况已经交给承办单位" in answer.content.decode()
    assert "还有三个工友也没拿到" in Case.objects.get().texts.values_list("text", flat=True)


def test_an_empty_step_comes_back_open_with_its_sentence(filed: Receipt, visitor: Client) -> None:
    enter(visitor, filed.number)
    answer = visitor.post(f"/track/{filed.number}/supplement", {"text": "  "})
    assert answer.status_code == 422
    html = answer.content.decode()
    assert 'id="supplement_text-error"' in html
    assert re.search(r'<details class="more" open><summary>.{0,400}补充情况或照片', html, re.S)


def test_withdrawing_ends_the_matter_and_its_form_disappears(filed: Receipt, visitor: Client) -> None:
    enter(visitor, filed.number)
    answer = visitor.post(f"/track/{filed.number}/withdraw", {"text": "老板已经给了"}, follow=True)
    html = answer.content.decode()
    assert "已经按您的意思撤回" in html
    assert "/withdraw" not in html
    assert Case.objects.get().closed_at is not None


def test_solved_and_satisfied_are_two_answers(answered: Receipt, visitor: Client) -> None:
    html = enter(visitor, answered.number)
    assert "工资已于当日补发。" in html
    assert "已解决" in html
    half = visitor.post(f"/track/{answered.number}/rate", {"is_solved": "yes"})
    assert half.status_code == 422
    assert "满意，还是不满意" in half.content.decode()
    whole = {"is_solved": "yes", "is_satisfied": "yes", "note": "谢谢"}
    answer = visitor.post(f"/track/{answered.number}/rate", whole, follow=True)
    assert "您的评价已经记下" in answer.content.decode()
    call = Case.objects.get().calls.get()
    assert (call.channel, call.is_solved, call.is_satisfied) == ("online", True, True)


def test_a_second_rating_is_refused_with_a_sentence(answered: Receipt, visitor: Client) -> None:
    enter(visitor, answered.number)
    rating = {"is_solved": "yes", "is_satisfied": "yes", "note": ""}
    visitor.post(f"/track/{answered.number}/rate", rating)
    answer = visitor.post(f"/track/{answered.number}/rate", rating)
    assert answer.status_code in {400, 409}
    assert Case.objects.get().calls.count() == 1


def test_what_is_closed_can_be_taken_up_again(answered: Receipt, visitor: Client) -> None:
    enter(visitor, answered.number)
    visitor.post(f"/track/{answered.number}/rate", {"is_solved": "yes", "is_satisfied": "yes", "note": ""})
    with moment.standing_at(MONDAY_MORNING + timedelta(days=1)):
        html = visitor.post(
            f"/track/{answered.number}/reopen", {"text": "又拖了"}, follow=True
        ).content.decode()
    assert "已经重新打开" in html
    assert "第2轮" in html


def test_an_unknown_step_is_no_page(filed: Receipt, visitor: Client) -> None:
    enter(visitor, filed.number)
    assert visitor.post(f"/track/{filed.number}/delete").status_code == 404


def test_the_receipt_code_opens_it_too(filed: Receipt, visitor: Client) -> None:
    assert "经过" in enter(visitor, filed.number, pin_of(filed.number))
