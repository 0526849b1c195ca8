"""Wrong input of the pages of money: each gets its sentence, nothing is stored by halves."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from gongyou.engines.benefits.models import ReturnFile, Round
from gongyou.engines.benefits.tests.office import NOW, PERIOD, SUBJECTS, Office, open_office
from gongyou.institutions.decisions.tests.office import PROGRAMME
from gongyou.institutions.ledger.models import Draft
from gongyou.kernel import moment
from gongyou.registry.models import Representative
from tests.journeys.faces import client_of
from tests.journeys.outsiders import appoint
from tests.yunshan.county import County

pytestmark = pytest.mark.django_db
A, B = SUBJECTS[:2]
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 64


@pytest.fixture
def office(county: County) -> Iterator[Office]:
    with moment.standing_at(NOW):
        yield open_office(county)


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("照片.csv", PNG, "照片.csv"),
        ("别的表.csv", "姓名,电话\r\n甲,1\r\n".encode("gb18030"), "业务编号"),
        ("空.csv", b"", "空文件"),
        ("回盘.xlsx", b"no workbook", "回盘.xlsx"),
    ],
)
def test_a_return_file_that_is_none(
    office: Office, county: County, name: str, content: bytes, sentence: str
) -> None:
    office.committed({A: 1000_00})
    batch = office.sent()
    cashier = client_of(appoint("ys.cashier", "benefits_reviewer", county.root.id, county.root.path))
    address = reverse("desk:benefit_batch_returns", args=[batch.pk])
    answer = cashier.post(address, {"file": SimpleUploadedFile(name, content)})
    page = answer.content.decode()
    assert (answer.status_code == 422 and 'class="error-summary' in page) or "alert" in page
    assert sentence in page
    assert not ReturnFile.objects.exists()


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"amount": "-5"}, "是负数"),
        ({"amount": "12.345"}, "分以下"),
        ({"amount": "99999999999999999999"}, "超出了可以记录的范围"),
        ({"posted_on": "2027-01-01"}, "还没有到"),
        ({"posted_on": "九月"}, ""),
        ({"flow": "commit"}, ""),
        ({"reference": " "}, ""),
    ],
)
def test_an_entry_of_the_books(office: Office, county: County, typed: dict[str, str], sentence: str) -> None:
    clerk = client_of(appoint("ys.clerk", "accountant", county.root.id, county.root.path))
    given = {
        "flow": "appropriate", "posted_on": "2026-09-10", "reference": "文1", "amount": "1", "purpose": "指标",
    } | typed  # fmt: skip
    before = Draft.objects.count()
    answer = clerk.post(reverse("desk:ledger_draft", args=[office.books.book.id]), given)
    assert answer.status_code == 422 and sentence in answer.content.decode()
    assert Draft.objects.count() == before


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"credit_code": "91370100MA3C0P3H02"}, "统一社会信用代码"),
        ({"phone": "12"}, "手机号应为11位"),
        ({"name": ""}, ""),
        ({"evidence": "x" * 201}, ""),
        ({"valid_until": "2020-01-01"}, "授权已经到期"),
    ],
)
def test_a_representative(county: County, typed: dict[str, str], sentence: str) -> None:
    with moment.standing_at(NOW):
        clerk = client_of(appoint("ys.policy", "policy_officer", county.root.id, county.root.path))
        given = {
            "organisation": "云山农机有限公司", "credit_code": "91370100MA3C0P3H07", "kind": "enterprise",
            "office": str(county.root.id), "name": "周会计", "phone": "13911112222", "evidence": "授权书",
        } | typed  # fmt: skip
        answer = clerk.post(reverse("desk:new_representative"), given)
    assert answer.status_code == 422 and sentence in answer.content.decode()
    assert not Representative.objects.exists()


def test_addresses_nobody_made(office: Office, county: County) -> None:
    leader = client_of(appoint("ys.head", "leader", county.root.id, county.root.path))
    office.committed({A: 1000_00})
    book = office.books.book.id
    for address, status in (
        (f"/desk/ledger/{book}/?until=gestern&cursor=x", 200),
        (f"/desk/ledger/{uuid4()}/", 404),
        (f"/desk/benefits/{PROGRAMME}/{county.area}/1999/", 404),
        (f"/desk/benefits/{PROGRAMME}/{county.area}/{PERIOD}/orders/?state=nix&cursor=x&batch=y", 200),
        (f"/desk/benefits/rounds/{Round.objects.get().pk}/?cursor=%27--", 200),
        (f"/desk/benefits/subjects/{uuid4()}/", 404),
        (f"/me/organisations/{uuid4()}/", 403),
        (f"/publicity/{uuid4()}/", 404),
    ):
        assert leader.get(address).status_code == status, address


def test_an_account_that_ends_before_it_began(office: Office, county: County) -> None:
    leader = client_of(appoint("ys.head", "leader", county.root.id, county.root.path))
    account = f"/desk/ledger/accounts/{office.books.book.id}/"
    assert leader.get(account).status_code == 404
    day = moment.today() + timedelta(days=1)
    page = leader.get(f"/desk/ledger/{office.books.book.id}/", {"until": day.isoformat()})
    assert page.status_code == 200
