"""One subject's explanation: the sentences with their article, how far off a failure is, equal to the run."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from pathlib import Path

import duckdb
import pytest

from gongyou.basics.refusal import Refusal
from gongyou.policy import RunOrder, explain_subject, run_policy
from gongyou.policy.explain import ExplainedStep, Explanation, percent
from gongyou.policy.tests.population import PACKS, credit_code, employer, months, random_facts, write_facts

ON = date(2025, 9, 1)


def explained(data: Path, number: int = 1, area: str = "370000") -> Explanation:
    return explain_subject(PACKS, "stabilisation-refund", area, ON, data, credit_code(number))


def step(found: Explanation, name: str) -> ExplainedStep:
    return next(s for s in found.steps if s.name == name)


@pytest.mark.parametrize(
    ("own", "paid_months", "name", "distance"),
    [
        (
            {"insured_average": "31", "benefit_recipient_count": "6"},
            12,
            "keeps_its_people",
            "实际19.35%，超出13.85个百分点",
        ),
        (
            {"insured_average": "500", "benefit_recipient_count": "28"},
            12,
            "keeps_its_people",
            "实际5.6%，超出0.1个百分点",
        ),
        ({}, 11, "has_paid_in_full", "还差1"),
        ({"is_zombie": "true"}, 12, "is_not_zombie", ""),
    ],
)
def test_a_failed_condition_says_how_far_off(
    tmp_path: Path, own: dict[str, str], paid_months: int, name: str, distance: str
) -> None:
    found = explained(write_facts(tmp_path, [employer(1, **own)], months(1, 2024, paid_months)))
    assert found.outcome == "ineligible"
    assert (step(found, name).holds, step(found, name).distance) == (False, distance)
    assert step(found, name).source


def test_an_eligible_firm_reads_its_amount(tmp_path: Path) -> None:
    found = explained(write_facts(tmp_path, [employer(1)], months(1, 2024)))
    assert (found.outcome, found.amount_fen) == ("eligible", 540_000)
    assert step(found, "refund_fen").text == "基数9,000.00元 × 比例60%，四舍五入到分"
    assert step(found, "size_class").value == "小型"
    assert step(found, "has_paid_in_full").text == "足额缴费12个月，要求12个月"
    assert all(line for line in found.sentences())


def test_an_unknown_firm_reads_what_is_missing(tmp_path: Path) -> None:
    found = explained(write_facts(tmp_path, [employer(1, insured_average="")], months(1, 2024)))
    assert (found.outcome, found.needs) == ("unknown", ("insured_average",))
    assert step(found, "keeps_its_people").needs == ("insured_average",)
    assert "不明" in step(found, "layoff_denominator").text


def test_every_value_names_its_document_and_area(tmp_path: Path) -> None:
    found = explained(write_facts(tmp_path, [employer(1)], months(1, 2024)), area="370100")
    values = {v.id: v for v in found.values}
    assert (values["layoff_formula"].confidence, values["layoff_formula"].area) == ("assumed", "370000")
    assert (values["small_rate"].amount, values["small_rate"].number) == ("60%", "鲁人社字〔2025〕52号")
    assert values["layoff_limit"].amount == "5.5%"
    assert all(v.source for v in found.values)


def test_a_doubtful_firm_is_explained_too(tmp_path: Path) -> None:
    found = explained(write_facts(tmp_path, [employer(1, kind="x")], months(1, 2024)))
    assert (found.outcome, found.failed, found.needs) == ("unknown", (), ("employers",))


def test_nobody_is_refused(tmp_path: Path) -> None:
    data = write_facts(tmp_path, [employer(1)], months(1, 2024))
    with pytest.raises(Refusal, match="没有"):
        explained(data, 2)


def test_the_explanation_equals_the_run(tmp_path: Path) -> None:
    data = random_facts(tmp_path / "data", 8, ON, seed=5)
    run_policy(PACKS, RunOrder("stabilisation-refund", "370000", ON, data, tmp_path / "out"), lambda _: None)
    with duckdb.connect() as con:
        rows = con.execute(
            f"SELECT subject_id, outcome, amount_fen, failed, needs FROM '{tmp_path / 'out' / 'decisions.parquet'}'"
        ).fetchall()
    assert len(rows) == 9
    for subject, outcome, amount, failed, needs in rows:
        found = explain_subject(PACKS, "stabilisation-refund", "370000", ON, data, subject)
        assert (found.outcome, found.amount_fen) == (outcome, amount)
        assert (list(found.failed), list(found.needs)) == (failed, needs)


@pytest.mark.parametrize(
    ("rate", "text"),
    [(Fraction(11, 200), "5.5%"), (Fraction(6, 31), "19.35%"), (Fraction(0), "0%"), (Fraction(1), "100%")],
)
def test_percentages_are_written_shortly(rate: Fraction, text: str) -> None:
    assert percent(rate) == text
