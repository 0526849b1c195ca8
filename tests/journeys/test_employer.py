"""Employer learns of a refund it never asked for, corrects its account, is paid; another sees why not, objects with
evidence, is re-decided. On a phone; axe finds nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from playwright.sync_api import Page, expect

from gongyou.engines.benefits import queries, services
from gongyou.engines.benefits.models import Batch, Round, SubjectAccount
from gongyou.engines.benefits.tests.office import RULES, Office, open_office, return_csv
from gongyou.engines.casework.tests.wish_county import volunteer
from gongyou.institutions.decisions.definitions import Order
from gongyou.institutions.decisions.models import PolicyRun
from gongyou.institutions.decisions.tests.office import (
    CUTTING,
    EMPLOYERS,
    GOOD,
    ON,
    PROGRAMME,
    finished,
    snapshot,
    tables,
)
from gongyou.institutions.procedures.models import Objection, PublicityList
from gongyou.institutions.procedures.services import close_publicity, decide_objection, publish_publicity
from gongyou.kernel import jobs, moment
from gongyou.kernel.access import Actor
from gongyou.kernel.models.messages import Message
from gongyou.registry.services.representatives import check_representative, name_representative
from tests.journeys.faces import client_of, enter, photo
from tests.journeys.outsiders import appoint
from tests.yunshan.county import County

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
Check = Callable[[Page], None]
PHONE = "13911112222"


@dataclass
class Refund:
    """A round of refunds made public today, and who acts for an employer."""

    office: Office
    officer: Actor
    round_id: Any
    clerk: Actor

    def close_list(self) -> None:
        """After its days, by another person than its maker."""
        for row in PublicityList.objects.filter(run_ref=str(self.round_id), state="published"):
            close_publicity(self.office.reviewer, list_id=row.pk)

    def publish(self) -> None:
        services.list_round(self.office.maker, round_id=self.round_id)
        publish_publicity(self.office.reviewer, list_id=PublicityList.objects.filter(state="sealed").get().pk)
        jobs.run_due()


def made_public(county: County, folder: Path, subject: str, name: str) -> Refund:
    office = open_office(county, replace(RULES, publicity="list"))
    root = county.root
    officer = appoint("ys.policy", "policy_officer", root.id, root.path)
    named = name_representative(
        officer,
        credit_code=subject,
        organisation=name,
        kind="enterprise",
        office_path=root.path,
        name="周会计",
        phone=PHONE,
        evidence="授权书2026-3号",
    )
    check_representative(
        office.leader, representative_id=named.representative_id, version=named.version, is_accepted=True
    )
    rows = [replace_row(row, account_no="6228000011112222") for row in EMPLOYERS]
    run = finished(officer, Order(snapshot(officer, root.id, tables(folder, *rows)), ON))
    view = office.take_in(run.id)
    refund = Refund(office, officer, view.id, volunteer(PHONE))
    refund.publish()
    return refund


def replace_row(row: dict[str, object], **facts: object) -> dict[str, object]:
    return {**row, **facts}


def test_an_employer_learns_of_a_refund_it_never_asked_for_corrects_its_account_and_is_paid(
    county: County, mobile: Page, accessible: Check, live_server: Any, tmp_path: Path
) -> None:
    refund = made_public(county, tmp_path / "facts", GOOD, "独角兽风筝厂")
    office = refund.office
    told = Message.objects.get(template="benefits.listed")
    assert told.phone_masked.startswith("139")
    enter(mobile.context, live_server.url, refund.clerk)
    mobile.goto("/me/organisations/")
    accessible(mobile)
    mobile.get_by_role("link", name="看返还、改账户、提异议").click()
    expect(mobile.get_by_text("不用申请，系统按参保缴费数据算出来的。")).to_be_visible()
    expect(mobile.get_by_text("正在公示")).to_be_visible()
    accessible(mobile)
    mobile.get_by_role("link", name="为什么").click()
    expect(mobile.get_by_role("heading", name="逐条理由")).to_be_visible()
    accessible(mobile)
    with moment.standing_at(moment.now() + timedelta(days=15)):
        jobs.run_due()
        refund.close_list()
        services.ask_round_approval(office.maker, round_id=refund.round_id)
        office.approve(Round.objects.get(pk=refund.round_id).approval_id)  # type: ignore[arg-type]
        period = Round.objects.get(pk=refund.round_id).period
        batch = send(office, period)
        bounced = return_csv(batch, tmp_path / "r.csv", {GOOD: "账号已销户"})
        take_back(office, batch, bounced)
    mobile.goto("/me/organisations/")
    mobile.get_by_role("link", name="看返还、改账户、提异议").click()
    expect(mobile.get_by_text("银行付不进")).to_be_visible()
    mobile.get_by_text("换一个账户").click()
    mobile.get_by_label("账号").fill("6217 9999 8888 7777")
    mobile.get_by_role("button", name="提交").click()
    expect(mobile.get_by_text("经办机构核对后启用")).to_be_visible()
    accessible(mobile)
    proposed = SubjectAccount.objects.get(state="proposed")
    with moment.standing_at(moment.now() + timedelta(days=16)):
        services.confirm_account(office.checker, account_id=proposed.pk)
        batch = send(office, period)
        take_back(office, batch, return_csv(batch, tmp_path / "r2.csv"))
    mobile.reload()
    expect(mobile.get_by_text("已经付清。")).to_be_visible()
    mobile.get_by_text("登记钱用在哪里").click()
    mobile.get_by_label("金额（元）").fill("100")
    mobile.get_by_label("哪天用的").fill(f"{moment.today():%Y-%m-%d}")
    accessible(mobile)


def send(office: Office, period: str) -> Batch:
    made = services.make_batch(
        office.maker, office_id=office.county.root.id, programme=PROGRAMME, period=period, layout="csv"
    )
    office.approve(Batch.objects.values_list("approval_id", flat=True).get(pk=made.id))  # type: ignore[arg-type]
    services.send_batch(office.checker, batch_id=made.id)
    return Batch.objects.get(pk=made.id)


def take_back(office: Office, batch: Batch, path: Path) -> None:
    digest, read = queries.read_return_file(office.checker, batch.pk, path)
    services.receive_returns(office.checker, batch_id=batch.pk, name=path.name, digest=digest, read=read)


def test_another_sees_why_not_objects_with_evidence_is_re_decided(
    county: County, mobile: Page, accessible: Check, live_server: Any, tmp_path: Path
) -> None:
    refund = made_public(county, tmp_path / "facts", CUTTING, "麒麟灯笼厂")
    office = refund.office
    assert not Message.objects.filter(template="benefits.listed").exists()
    enter(mobile.context, live_server.url, refund.clerk)
    mobile.goto("/me/organisations/")
    mobile.get_by_role("link", name="看返还、改账户、提异议").click()
    expect(mobile.get_by_text("哪一条不符合、差多少")).to_be_visible()
    mobile.get_by_role("link", name="为什么").click()
    expect(mobile.get_by_text("超出0.6个百分点")).to_be_visible()
    mobile.go_back()
    mobile.get_by_role("link", name="提异议").click()
    accessible(mobile)
    mobile.get_by_role("radio", name="金额不对").check()
    mobile.get_by_label("请说明").fill("裁员人数里有六人是退休，材料见附件。")
    mobile.get_by_label("证明材料").set_input_files(photo("退休证明.jpg"))
    mobile.get_by_role("button", name="提交异议").click()
    expect(mobile.get_by_text("异议已收到")).to_be_visible()
    accessible(mobile)
    objection = Objection.objects.get()
    assert (objection.subject_key, objection.file_count) == (CUTTING, 1)
    decide_objection(
        office.leader, objection_id=objection.pk, outcome="upheld", reason="核实属实，更正后重新计算。"
    )
    jobs.run_due()
    run_id = Round.objects.get(pk=refund.round_id).run_id
    address = f"/desk/policy/runs/{run_id}/subjects/{CUTTING}/correct/"

    def put_right(text: str) -> int:
        proof = SimpleUploadedFile("退休证明.jpg", photo()["buffer"])
        given = {"fact": "benefit_recipient_count", "text": text, "reason": "六人退休", "uploads": [proof]}
        return client_of(refund.officer).post(address, given).status_code

    assert put_right("很多") == 302
    assert not PolicyRun.objects.filter(only_subject=CUTTING).exists()
    assert put_right("55") == 302
    jobs.run_due()
    again = PolicyRun.objects.get(only_subject=CUTTING)
    with moment.standing_at(moment.now() + timedelta(days=15)):
        jobs.run_due()
        refund.close_list()
        services.take_in_run(office.maker, run_id=again.pk)
        jobs.run_due()
        refund.publish()
    mobile.reload()
    expect(mobile.get_by_text("异议成立")).to_be_visible()
    expect(mobile.get_by_text("核实属实，更正后重新计算。")).to_be_visible()
    expect(mobile.get_by_text("不用申请，系统按参保缴费数据算出来的。")).to_be_visible()
