"""The skill subsidy as its pack declares it, paid to people: run → list → approval → batch → bank file → return."""

from __future__ import annotations

import csv
from datetime import date, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest

from gongyou.engines.benefits import queries, services
from gongyou.engines.benefits.models import Batch, BatchLine, Round
from gongyou.engines.benefits.services.accounts import AccountWords
from gongyou.engines.benefits.tests.office import stands
from gongyou.institutions.decisions.definitions import Order
from gongyou.institutions.decisions.queries.subjects import ShownFact
from gongyou.institutions.decisions.receiving import receive_tables
from gongyou.institutions.decisions.services import keep_snapshot
from gongyou.institutions.decisions.tests.office import finished
from gongyou.institutions.ledger.services import open_book
from gongyou.institutions.ledger.tests.bookkeeping import Bookkeeping, is_balanced, staff
from gongyou.institutions.procedures import queries as procedures
from gongyou.institutions.procedures.services import close_publicity, decide_approval, publish_publicity
from gongyou.kernel import jobs, moment
from gongyou.kernel.access import system_actor
from gongyou.kernel.canonical import plain
from gongyou.packkit.benefits import running_benefits
from gongyou.packkit.procedures import running_procedures
from gongyou.packkit.releases import Release, policy_release
from gongyou.packkit.services import publish_releases
from gongyou.policy import load_policy
from gongyou.policy.tests.population import PACKS
from tests.yunshan.county import County, _repository_packs

pytestmark = pytest.mark.django_db
PROGRAMME, ON = "skill-subsidy", date(2026, 9, 1)
NOW = datetime(2026, 9, 10, 10, tzinfo=moment.SHANGHAI)
HEAD = (
    "claim_id", "name", "standing", "insured_months", "certificate_level", "certificate_issued_on", "applied_on",
    "times_paid_this_year", "is_same_job_and_level_paid", "holds_higher_level", "is_training_subsidised",
    "is_in_shortage_list", "matches_industry", "is_digital_or_green", "account_no",
)  # fmt: skip
CLAIMS = (
    ("JN0001", "王小燕", "employee", 30, "senior", "2026-03-01", "2026-06-01", 0, "否", "否", "否", "否", "是", "否",
     "6222021111111111"),
    ("JN0002", "欧阳建国", "benefit_recipient", 14, "junior", "2026-03-01", "2026-06-01", 0, "否", "否", "否", "否", "是",
     "否", "6222022222222222"),
    ("JN0003", "李强", "employee", 6, "senior", "2026-03-01", "2026-06-01", 0, "否", "否", "否", "否", "是", "否", ""),
)  # fmt: skip


def test_run_list_approval_batch_bank_file_return(county: County, tmp_path: Path) -> None:
    with moment.standing_at(NOW):
        publish(county)
        path = tmp_path / "claims.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([HEAD, *CLAIMS])
        officer, maker = staff("policy_officer", county), staff("benefits_officer", county)
        tables = receive_tables(
            officer, office_id=county.root.id, programme=PROGRAMME, on=ON, files={"claims.csv": path}
        )
        run = finished(officer, Order(keep_snapshot(officer, tables=tables).id, ON))
        assert (run.eligible, run.ineligible, run.total_fen) == (2, 1, 3000_00)
        round_id = services.take_in_run(maker, run_id=run.id).id
        jobs.run_due()
        services.list_round(maker, round_id=round_id)
        [public] = procedures.lists_of_run(str(round_id))
        publish_publicity(staff("policy_reviewer", county), list_id=public.id)
        shown = procedures.list_lines(public.id)
        assert [line.name for line in shown.items] == ["王**", "欧阳**"], "no whole name is ever public"
        assert [line.shown for line in shown.items] == [("JN0001",), ("JN0002",)]
    with moment.standing_at(NOW + timedelta(days=30)):
        jobs.run_due()
        close_publicity(staff("policy_reviewer", county), list_id=public.id)
        services.ask_round_approval(maker, round_id=round_id)
        approve(county, Round.objects.get(pk=round_id).approval_id, "policy_reviewer", "leader")
        batch = sent(county)
        checker = staff("benefits_reviewer", county)
        text = queries.bank_file(checker, batch.pk, purpose="送银行").content.decode("gb18030")
        assert "王小燕,6222021111111111" in text and "李强" not in text
        answers = tmp_path / "returned.csv"
        lines = (
            BatchLine.objects.filter(batch=batch).select_related("order__entitlement").order_by("position")
        )
        with answers.open("w", encoding="gb18030", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(["业务编号", "金额（元）", "处理结果", "失败原因"])
            for line in lines:
                is_paid = line.order.entitlement.subject == "JN0001"
                writer.writerow([line.order_id.hex, f"{line.amount_fen // 100}.00", "成功" if is_paid else "退票",
                                 "" if is_paid else "账户已销户"])  # fmt: skip
        digest, read = queries.read_return_file(checker, batch.pk, answers)
        found = services.receive_returns(checker, batch_id=batch.pk, name="r.csv", digest=digest, read=read)
        assert (found.paid, found.failed, found.wrong_count) == (1, 1, 0)
        [waiting] = queries.list_chases(maker, purpose="找账户").items
        assert (waiting.subject, waiting.name, waiting.reason) == ("JN0002", "欧阳建国", "账户已销户")
        [path_of] = queries.paths_of(maker, "JN0002", purpose="办理")
        assert [account.masked for account in path_of.accounts] == ["**** 2222"]
        words = AccountWords(account_name="欧阳建国", account_no="6222023333333333")
        made = services.propose_account(
            maker, office_id=county.root.id, programme=PROGRAMME, subject="JN0002", words=words
        )
        services.confirm_account(checker, account_id=made.id)
        assert sent(county).sum_fen == 1000_00
        assert (stands()["JN0001"].paid, stands()["JN0002"].under_way) == (2000_00, 1000_00)
        assert is_balanced()


def publish(county: County) -> None:
    """The pack as this area runs it, and its book with money."""
    packs = _repository_packs()
    pack = packs.programme(PROGRAMME)
    assert pack is not None
    rules = running_benefits(packs, pack, county.area, ON)
    declared = running_procedures(packs, pack, county.area, ON)
    assert rules is not None and "只用于审核和发放" in rules.data_note
    publish_releases(
        system_actor("tests"),
        releases=(
            policy_release(packs, PROGRAMME, county.area),
            Release("running", f"{county.area}/{PROGRAMME}/benefits", plain(rules)),
            Release("procedures", f"{county.area}/{PROGRAMME}", plain(declared)),
        ),
    )
    chief = staff("chief_accountant", county)
    book = open_book(chief, plan=rules.book, office_id=county.root.id, controller=rules.controller)
    Bookkeeping(book, staff("accountant", county), chief).post(
        "appropriate", 100_000_00, "指标", on=moment.today()
    )


def approve(county: County, approval_id: UUID | None, *roles: str) -> None:
    assert approval_id is not None
    view = procedures.approval([approval_id])[approval_id]
    for role in roles:
        decide_approval(staff(role, county), approval_id=view.id, digest=view.digest, verdict="approve")
    jobs.run_due()


def sent(county: County) -> Batch:
    maker = staff("benefits_officer", county)
    made = services.make_batch(
        maker, office_id=county.root.id, programme=PROGRAMME, period="2026", layout="csv"
    )
    approve(county, Batch.objects.get(pk=made.id).approval_id, "policy_reviewer", "chief_accountant")
    services.send_batch(staff("benefits_reviewer", county), batch_id=made.id)
    return Batch.objects.get(pk=made.id)


def test_pages_show_the_end_of_an_account_and_the_surname_of_a_person() -> None:
    for programme, masked in (
        ("stabilisation-refund", {"account_no"}),
        ("skill-subsidy", {"account_no", "name"}),
    ):
        columns = load_policy(PACKS, programme).spec.tables[0].columns
        assert {column.id for column in columns if column.masks} == masked
    name, account = (next(c for c in columns if c.id == one) for one in ("name", "account_no"))
    assert ShownFact(name, "王小燕").shown == "王**"
    assert ShownFact(account, "6222021111111111").shown == "**** 1111"
