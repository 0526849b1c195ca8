"""Pages of policies and runs: what an officer sees, what a leader sees, what comes as a file."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from python_calamine import load_workbook

from gongyou.institutions.decisions.definitions import Order as RunOrder
from gongyou.institutions.decisions.models import PolicyRun
from gongyou.institutions.decisions.queries import RunView, cell_name, explain_decision
from gongyou.institutions.decisions.tests.conftest import officer, run  # noqa: F401 — fixtures
from gongyou.institutions.decisions.tests.office import (
    CUTTING,
    EMPLOYERS,
    GOOD,
    ON,
    PROGRAMME,
    VAGUE,
    employer,
    finished,
    publish_policy,
    snapshot,
    tables,
)
from gongyou.kernel import jobs
from gongyou.kernel.access import Actor
from gongyou.kernel.models.audit import AuditRecord
from gongyou.kernel.tests.test_cleaning import PDF
from tests.journeys.faces import client_of
from tests.yunshan.county import County

pytestmark = pytest.mark.django_db


@pytest.fixture
def browser_of_officer(officer: Actor) -> Client:  # noqa: F811
    return client_of(officer)


def text(answer: HttpResponse) -> str:
    return answer.content.decode()


def test_the_catalogue_shows_rules_beside_articles_and_assumed_values(
    browser_of_officer: Client, county: County
) -> None:
    assert "失业保险稳岗返还" in text(browser_of_officer.get("/desk/policy/"))
    page = text(browser_of_officer.get(f"/desk/policy/{county.area}/{PROGRAMME}/?on=2025-09-01"))
    assert "各年通知 条件一" in page
    assert "裁员〔裁员率分子〕人" in page
    assert "人社部发〔2025〕18号" in page
    assert "tag-assumed" in page
    problem = browser_of_officer.get(f"/desk/policy/{county.area}/{PROGRAMME}/?on=2031-01-01")
    assert problem.status_code == 422 and "2027年的文件还没有" in text(problem)


def test_an_area_decides_otherwise(browser_of_officer: Client) -> None:
    page = text(browser_of_officer.get(f"/desk/policy/370000/{PROGRAMME}/?on=2025-09-01"))
    assert "鲁人社字〔2025〕52号" in page
    assert "山东省" in page
    assert "减少人数或领取失业保险金人数除以上年初参保人数" in text(
        browser_of_officer.get(f"/desk/policy/330000/{PROGRAMME}/?on=2025-09-01")
    )


def rows_of(content: bytes) -> list[list[object]]:
    return load_workbook(io.BytesIO(content)).get_sheet_by_index(0).to_python()


def upload(client: Client, county: County, files: dict[str, Path], **more: str) -> HttpResponse:
    sent = [SimpleUploadedFile(name, path.read_bytes()) for name, path in files.items()]
    form = {
        "what": f"{county.root.id}/{PROGRAMME}",
        "on": "2025-09-01",
        "tables": sent,
        "intent": "one",
        **more,
    }
    return client.post("/desk/policy/runs/new/", form)


def test_from_upload_to_the_explained_refusal(
    browser_of_officer: Client, county: County, tmp_path: Path
) -> None:
    bad = employer("913700009999999999")
    answer = upload(browser_of_officer, county, tables(tmp_path, *EMPLOYERS, bad))
    assert answer.status_code == 302
    address = answer["Location"]
    waiting = text(browser_of_officer.get(address))
    assert "排队等待" in waiting and 'hx-trigger="every 3s"' in waiting
    jobs.run_due()
    page = text(browser_of_officer.get(address))
    assert "21,600.00" in page
    assert "没有采用的行" in page and "913700009999999999" in page
    listed = text(browser_of_officer.get(f"{address}subjects/?failed=keeps_its_people"))
    assert CUTTING in listed and GOOD not in listed
    said = text(browser_of_officer.get(f"{address}subjects/{CUTTING}/"))
    assert "实际6.1%，超出0.6个百分点" in said
    assert "和保存的结果一致" in said
    tried = text(
        browser_of_officer.get(
            f"{address}subjects/{CUTTING}/", {"fact": "benefit_recipient_count", "text": "55"}
        )
    )
    assert "如果这样改" in tried and "试算" in tried
    wrong = browser_of_officer.get(
        f"{address}subjects/{CUTTING}/", {"value": "layoff_limit", "amount": "很多"}
    )
    assert wrong.status_code == 422 and "读不懂" in text(wrong)
    rejects = browser_of_officer.post(f"{address}rejects/")
    assert "913700009999999999" in text(rejects)


def test_wrong_files_come_back_with_a_sentence(
    browser_of_officer: Client, county: County, tmp_path: Path
) -> None:
    files = tables(tmp_path)
    answer = upload(browser_of_officer, county, {"employers.csv": files["employers.csv"]})
    assert answer.status_code == 422
    assert "contributions" in text(answer)
    assert not PolicyRun.objects.exists()


def test_a_simulation_of_the_whole_run_is_marked(run: RunView, browser_of_officer: Client) -> None:  # noqa: F811
    form = {"on": "2025-09-01", "name": "layoff_limit", "amount": "6.1%", "intent": "two"}
    answer = browser_of_officer.post(f"/desk/policy/runs/{run.id}/again/", form)
    jobs.run_due()
    page = text(browser_of_officer.get(answer["Location"]))
    assert "这是试算" in page and "6.1%" in page
    half = browser_of_officer.post(
        f"/desk/policy/runs/{run.id}/again/", {**form, "amount": "", "intent": "3"}
    )
    assert half.status_code == 422


def test_decisions_as_files_leave_a_record(run: RunView, browser_of_officer: Client) -> None:  # noqa: F811
    before = AuditRecord.objects.filter(action="decisions.note_export").count()
    sheet = browser_of_officer.post(f"/desk/policy/runs/{run.id}/export/", {"kind": "xlsx"})
    rows = rows_of(sheet.content)
    assert rows[0][:3] == ["编号", "结果", "金额（元）"]
    assert next(row for row in rows if row[0] == GOOD)[2] == "21,600.00"
    copied = browser_of_officer.post(f"/desk/policy/runs/{run.id}/export/", {"kind": "csv"})
    assert VAGUE in text(copied)
    assert AuditRecord.objects.filter(action="decisions.note_export").count() == before + 2


def test_leaders_see_totals_and_assumptions(run: RunView, county: County) -> None:  # noqa: F811
    page = text(client_of(county.staff["leader"]).get("/supervise/policy/"))
    assert "21,600.00" in page and "裁员率算法" in page


def test_examples_go_out_and_come_back(browser_of_officer: Client, county: County) -> None:
    address = f"/desk/policy/{county.area}/{PROGRAMME}/cases/"
    assert "30人企业裁6人，正好20%" in text(browser_of_officer.get(address))
    content = browser_of_officer.get(f"{address}sheet/").content
    same = browser_of_officer.post(address, {"sheet": SimpleUploadedFile("cases.xlsx", content)})
    assert same.status_code == 200 and "is-late-row" not in text(same)
    rows = rows_of(content)
    row = next(r for r in rows[2:] if str(r[1]).startswith("30人企业裁6人"))
    row[rows[1].index("expect.amount_yuan")] = "21600.01"
    changed = io.StringIO()
    csv.writer(changed).writerows(rows)
    sheet = SimpleUploadedFile("c.csv", changed.getvalue().encode("utf-8-sig"))
    differs = text(browser_of_officer.post(address, {"sheet": sheet}))
    assert differs.count("is-late-row") == 1
    assert "21600.01" in differs
    nonsense = browser_of_officer.post(address, {"sheet": SimpleUploadedFile("c.xlsx", b"nothing")})
    assert nonsense.status_code == 422 and "打不开" in text(nonsense)


def test_a_month_is_put_right_with_evidence_shown_at_the_desk_and_in_the_explanation(
    county: County,
    browser_of_officer: Client,
    officer: Actor,  # noqa: F811
    tmp_path: Path,
) -> None:
    """A corrected single subject can change child rows (months of contributions) too."""
    taken = snapshot(officer, county.root.id, tables(tmp_path / "facts", months=11))
    first = finished(officer, RunOrder(taken, ON))
    assert first.eligible == 0
    page = f"/desk/policy/runs/{first.id}/subjects/{GOOD}/"
    given = {"due_yuan": "3000.00", "paid_yuan": "3000.00", "late_fee_yuan": "0.00", "paid_on": "2024-12-15"}
    cells = [cell_name("contributions", "2024-12", name) for name in given]
    form = {"fact": cells, "text": list(given.values())}
    without = browser_of_officer.post(f"{page}correct/", {**form, "reason": "缴费凭证"}, follow=True)
    assert "要附1到10份证明材料" in text(without)
    proof = SimpleUploadedFile("缴费证明.pdf", PDF)
    answer = browser_of_officer.post(
        f"{page}correct/", {**form, "reason": "税务缴费凭证第12号", "uploads": [proof]}
    )
    jobs.run_due()
    [again] = PolicyRun.objects.filter(only_subject=GOOD)
    assert answer["Location"] == f"/desk/policy/runs/{again.pk}/"
    said = text(browser_of_officer.get(f"/desk/policy/runs/{again.pk}/subjects/{GOOD}/"))
    assert "税务缴费凭证第12号" in said and "缴费证明.pdf" in said
    assert "失业保险缴费 2024-12 实缴（元，不含滞纳金）" in said and "足额缴费12个月" in said
    explained = explain_decision(officer, again.pk, GOOD, purpose="看")
    assert explained.is_same and explained.correction is not None
    assert {(fact.before, fact.after) for fact in explained.correction.facts} == {
        ("", written) for written in given.values()
    }
    wrong = {"fact": [cell_name("contributions", "2024-12", "nothing")], "text": ["1"], "reason": "x"}
    proof.seek(0)
    refused = browser_of_officer.post(f"{page}correct/", {**wrong, "uploads": [proof]}, follow=True)
    assert "没有“contributions/2024-12/nothing”这一项事实" in text(refused)


@pytest.fixture
def english(browser_of_officer: Client) -> Iterator[Client]:
    browser_of_officer.cookies["django_language"] = "en"
    yield browser_of_officer


def test_reasons_are_told_in_english(run: RunView, english: Client, county: County) -> None:  # noqa: F811
    page = text(english.get(f"/desk/policy/runs/{run.id}/subjects/{CUTTING}/"))
    assert "percentage points" in page
    assert "Lays off nobody or few" in page
    publish_policy(county)
    assert "Values: where every number comes from" in text(
        english.get(f"/desk/policy/{county.area}/{PROGRAMME}/?on=2025-09-01")
    )
