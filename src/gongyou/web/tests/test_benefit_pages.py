"""Payments on the desk: every step by the right person, every figure down to its rows, wrong files line by line."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from gongyou.engines.benefits.models import Batch, Entitlement, Round, SubjectAccount
from gongyou.engines.benefits.tests.office import (
    NOW,
    PERIOD,
    RULES,
    SUBJECTS,
    Office,
    open_office,
    publish_rules,
    return_csv,
    stands,
)
from gongyou.institutions.decisions.tests.office import PROGRAMME
from gongyou.institutions.procedures import queries as procedures
from gongyou.institutions.procedures.services import close_publicity, publish_publicity
from gongyou.kernel import jobs, moment
from gongyou.kernel.models.worklist import WorkItem
from gongyou.registry.models import Representative
from tests.journeys.faces import client_of
from tests.journeys.outsiders import appoint
from tests.yunshan.county import County

pytestmark = pytest.mark.django_db
A, B, C, D = SUBJECTS


@pytest.fixture
def office(county: County) -> Iterator[Office]:
    """The office's people with accounts of their own, so that they can sign in."""
    root = county.root
    with moment.standing_at(NOW):
        built = open_office(county)
        yield replace(
            built,
            maker=appoint("ys.maker", "benefits_officer", root.id, root.path),
            checker=appoint("ys.checker", "benefits_reviewer", root.id, root.path),
        )


def seen(client: Client, name: str, *args: object, **query: str) -> str:
    answer = client.get(reverse(f"desk:{name}", args=args), query)
    assert answer.status_code == 200
    return answer.content.decode()


def done(client: Client, name: str, *args: object, **data: object) -> int:
    return client.post(reverse(f"desk:{name}", args=args), data).status_code


def test_a_round_goes_from_run_to_bank_file_and_back_on_pages(office: Office, tmp_path: Path) -> None:
    maker, checker = client_of(office.maker), client_of(office.checker)
    run_id = office.run_of({A: 1000_00, B: 500_00, C: 0, D: None})
    assert "可以读入的计算结果" in seen(maker, "benefits")
    assert "可以读入的计算结果" not in seen(checker, "benefits")
    assert done(maker, "benefits_take_in", run=str(run_id)) == 302
    round_id = Round.objects.get().pk
    assert "正在读入" in seen(maker, "benefit_round", round_id)
    jobs.run_due()
    assert "1,500.00" in seen(maker, "benefit_round", round_id)
    assert done(checker, "benefit_round_step", round_id, "list") == 403
    assert done(maker, "benefit_round_step", round_id, "list") == 302
    assert done(maker, "benefit_round_step", round_id, "ask") == 302
    office.approve(Round.objects.get().approval_id)  # type: ignore[arg-type]
    where = (PROGRAMME, office.area, PERIOD)
    assert "1,500.00" in seen(maker, "benefit_period", *where)
    assert WorkItem.objects.filter(kind="benefits.batch").exists()
    assert done(maker, "benefit_make_batch", *where, layout="csv") == 302
    assert not WorkItem.objects.filter(kind="benefits.batch").exists()
    batch = Batch.objects.get()
    assert "审批中" in seen(checker, "benefit_batch", batch.pk)
    office.approve(batch.approval_id)  # type: ignore[arg-type]
    assert done(maker, "benefit_batch_file", batch.pk) == 403
    file = checker.post(reverse("desk:benefit_batch_file", args=[batch.pk]))
    assert "总笔数,2,总金额,1500.00" in file.content.decode("gb18030")
    assert done(checker, "benefit_batch_step", batch.pk, "send") == 302
    path = return_csv(batch, tmp_path / "r.csv", {B: "账号户名不符"})
    wrong = path.read_bytes() + "9999,1.00,成功,\r\n".encode("gb18030")
    assert done(checker, "benefit_batch_returns", batch.pk, file=SimpleUploadedFile("回盘.csv", wrong)) == 302
    page = seen(checker, "benefit_batch", batch.pk)
    assert "付成1，退回1" in page and "有问题的行1行" in page
    assert B in seen(maker, "benefit_orders", *where, state="returned")
    page = seen(maker, "benefits_waiting")
    assert "账号户名不符" in page and "稳岗返还" in page


def test_an_account_is_put_forward_by_one_and_confirmed_by_another(office: Office, tmp_path: Path) -> None:
    maker, checker = client_of(office.maker), client_of(office.checker)
    office.committed({A: 1000_00}, accounts={A: ""})
    subject = Entitlement.objects.get().pk
    typed = {"do": "account", "account_name": "独角兽风筝厂", "account_no": "6228 1111 2222 3333"}
    assert done(maker, "benefit_subject", subject, **(typed | {"account_no": "12"})) == 422
    assert done(maker, "benefit_subject", subject, **typed) == 302
    row = SubjectAccount.objects.get(state="proposed")
    page = seen(checker, "benefits_waiting")
    assert "3333" in page and "6228111122223333" not in page
    assert done(maker, "benefits_waiting_step", row.pk, "confirm") == 403
    assert done(checker, "benefits_waiting_step", row.pk, "confirm") == 302
    row.refresh_from_db()
    assert row.state == "active"


def test_use_of_money_never_exceeds_what_was_paid(office: Office, tmp_path: Path) -> None:
    maker = client_of(office.maker)
    office.committed({A: 1000_00})
    batch = office.sent()
    checker = client_of(office.checker)
    file = SimpleUploadedFile("r.csv", return_csv(batch, tmp_path / "r.csv").read_bytes())
    assert done(checker, "benefit_batch_returns", batch.pk, file=file) == 302
    assert stands()[A].paid == 1000_00
    subject = Entitlement.objects.get().pk
    use = {"do": "use", "purpose": "training", "amount": "600", "used_on": "2026-09-09"}
    assert done(maker, "benefit_subject", subject, **use) == 302
    assert done(maker, "benefit_subject", subject, **use) == 422
    assert "技能提升培训" in seen(maker, "benefit_subject", subject)


def test_payments_of_another_office_stay_closed(office: Office, county: County) -> None:
    office.committed({A: 1000_00})
    elsewhere = appoint("ys.elsewhere", "benefits_officer", county.station.id, county.station.path)
    client, row = client_of(elsewhere), Round.objects.get()
    assert client.get(reverse("desk:benefit_round", args=[row.pk])).status_code == 404
    subject = Entitlement.objects.get().pk
    assert client.get(reverse("desk:benefit_subject", args=[subject])).status_code == 404
    assert "1,000.00" not in seen(client, "benefits")


def test_representatives_come_from_a_sheet_and_wrong_rows_with_their_sentence(office: Office) -> None:
    root = office.county.root
    clerk = client_of(appoint("ys.names", "policy_officer", root.id, root.path))
    head = "登记单位编号,单位名称,统一社会信用代码,经办人姓名,经办人手机号,看了什么材料"
    good = f"{root.code},独角兽风筝厂,{A},周会计,13911112222,授权书1号"
    wrong = f"{root.code},独角兽风筝厂,{A},吴会计,,授权书2号"
    address = reverse("desk:representative_sheet")
    for rows, status, said in (((good, wrong), 422, "必填的“经办人手机号”是空的"), ((good,), 302, "")):
        upload = SimpleUploadedFile("names.csv", "\n".join((head, *rows)).encode("gb18030"))
        answer = clerk.post(address, {"file": upload})
        assert (answer.status_code, said in answer.content.decode()) == (status, True)
    assert Representative.objects.count() == 1, "the sheet again doubles nothing"
    nothing = clerk.post(address, {"file": SimpleUploadedFile(f"{'经办人' * 60}.xlsx", b"nothing")})
    assert nothing.status_code == 422 and "打不开" in nothing.content.decode()
    assert "文件“经办人" in nothing.content.decode(), "called by its own name, however long"


def test_approval_is_asked_for_only_where_it_can_be(office: Office) -> None:
    publish_rules(office.county, replace(RULES, publicity="list"))
    maker = client_of(office.maker)
    view = office.take_in(office.run_of({A: 1000_00}))
    done(maker, "benefit_round_step", view.id, "list")
    assert "提请审批</button>" not in seen(maker, "benefit_round", view.id)
    assert "公示期满、异议都答复并办结公示以后，才能提请审批" in seen(maker, "benefit_round", view.id)
    [public] = procedures.lists_of_run(str(view.id))
    publish_publicity(office.reviewer, list_id=public.id)
    with moment.standing_at(NOW + timedelta(days=30)):
        jobs.run_due()
        close_publicity(office.reviewer, list_id=public.id)
        assert "提请审批</button>" in seen(client_of(office.maker), "benefit_round", view.id)
