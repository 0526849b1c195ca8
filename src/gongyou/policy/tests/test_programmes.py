"""The programmes themselves: worked examples both ways, every condition flipped, every version fits together."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from functools import cache
from pathlib import Path

import pytest

from gongyou.basics.reading import read_yaml
from gongyou.basics.refusal import Refusal
from gongyou.policy import RunOrder, bound, check_policy, load_policy, policies_in, run_policy
from gongyou.policy.agreement import disagreements
from gongyou.policy.cases import CaseResult, run_cases
from gongyou.policy.checking import dates_of_change
from gongyou.policy.definitions import Confidence
from gongyou.policy.single import explain_subject
from gongyou.policy.tests.population import (
    DISPATCHES,
    PACKS,
    employer,
    months,
    random_facts,
    write_facts,
    write_table,
)

POLICIES = policies_in(PACKS)
FORMULAS = ("recipients_over_average", "drop_or_recipients_over_start", "drop_less_retired_over_average")
AREAS = ("370000", "440000", "330000", "")


def test_the_three_programmes_are_there() -> None:
    assert {"size-class", "skill-subsidy", "stabilisation-refund"} <= set(POLICIES)


@cache
def results_of(policy: str) -> tuple[CaseResult, ...]:
    return run_cases(PACKS, policy)


@pytest.mark.parametrize("policy", POLICIES)
def test_worked_examples_hold_both_ways(policy: str) -> None:
    results = results_of(policy)
    assert results
    assert [f"{r.file} {r.case.case}: {r.wrong}" for r in results if r.wrong] == []


@pytest.mark.parametrize("policy", POLICIES)
def test_every_condition_is_flipped_by_a_case(policy: str) -> None:
    seen: dict[str, set[object]] = defaultdict(set)
    for result in results_of(policy):
        for name, step in result.both.called.steps.items():
            seen[name].add(step if isinstance(step, bool) else None)
    conditions = {n for g in check_policy(PACKS, policy) for n in g.conditions}
    assert {n for n in conditions if not {True, False} <= seen[n]} == set()


@pytest.mark.parametrize("policy", POLICIES)
@pytest.mark.parametrize("area", AREAS)
def test_every_version_fits_together(policy: str, area: str) -> None:
    graphs = check_policy(PACKS, policy, area)
    assert {g.on for g in graphs} == set(dates_of_change(load_policy(PACKS, policy)))


@pytest.mark.parametrize("policy", POLICIES)
def test_everything_a_person_reads_has_english(policy: str) -> None:
    loaded = load_policy(PACKS, policy)
    english = read_yaml(PACKS / "programmes" / policy / "i18n" / "rules-en.yaml", dict[str, str])
    spec = loaded.spec
    read = {spec.title, spec.in_force.because, *spec.titles.values()}
    read |= {t for table in spec.tables for t in (table.title, *(c.title for c in table.columns))}
    read |= {t for table in spec.tables for c in table.columns for t in c.codes.values()}
    read |= {t for d in loaded.declarations for t in (d.says, d.source) if t}
    read |= {t for v in loaded.values for t in (v.title, *v.codes.values())}
    assert {text for text in read if not english.get(text)} == set()
    assert set(english) - read == set()


def test_the_assumed_formula_is_shown_as_assumed() -> None:
    graph = bound(PACKS, "stabilisation-refund", "370100", date(2025, 9, 1))
    formula = graph.values["layoff_formula"]
    assert (formula.confidence, formula.area) == (Confidence.ASSUMED, "370000")
    assert graph.values["small_rate"].area == "370000"
    assert graph.values["small_rate"].source.number == "鲁人社字〔2025〕52号"


def test_a_dispatchers_refund_is_split_into_what_it_keeps_and_what_it_passes_on(tmp_path: Path) -> None:
    """FACTS A.7: own staff's part is kept, dispatched people's is passed on whole, public institutions' is not refunded."""
    firm = employer(1, is_labour_dispatch="true", has_applied="true")
    data = write_facts(tmp_path, [firm], months(1, 2024, 12, due_yuan="3000.00", paid_yuan="3000.00"))
    sent = [("U1", "employer", "large", "10000.00"), ("U2", "employer", "sme", "10000.00")]
    sent.append(("U3", "public_institution", "", "6000.00"))
    rows = [dict(zip(DISPATCHES, (firm["employer_id"], *row), strict=True)) for row in sent]
    write_table(data / "dispatches.csv", rows)
    on = date(2025, 9, 1)
    found = explain_subject(PACKS, "stabilisation-refund", "370100", on, data, firm["employer_id"])
    said = {step.name: step.text for step in found.steps}
    assert found.amount_fen == 600_000 + 1_200_000
    assert (
        said["passed_on_fen"] == "被派遣劳动者实缴20,000.00元 × 派遣单位的比例60%，由派遣单位全额转给用工单位"
    )
    assert said["refund_fen"] == "自有员工6,000.00元 + 转给用工单位12,000.00元，各自四舍五入到分"
    [assumed] = [value for value in found.values if value.id == "dispatched_rate_by"]
    assert (assumed.amount, assumed.confidence) == ("劳务派遣单位", "assumed")


def test_tables_without_the_list_of_using_employers_are_complete(tmp_path: Path) -> None:
    firm = employer(1, is_labour_dispatch="true", has_applied="true")
    data = write_facts(tmp_path / "data", [firm], months(1, 2024))
    order = RunOrder("stabilisation-refund", "370100", date(2025, 9, 1), data, tmp_path / "out")
    found = run_policy(PACKS, order, lambda _: None)
    assert (found["eligible"], found["total_fen"]) == (1, 540_000)
    assert found["tables"]["dispatches"] == {"read": 0, "accepted": 0, "rejected": 0}


@pytest.mark.parametrize("on", [date(2020, 12, 31), date(2027, 1, 1)])
def test_a_year_without_documents_is_refused(on: date) -> None:
    with pytest.raises(Refusal, match="没有"):
        bound(PACKS, "stabilisation-refund", "370000", on)


@pytest.mark.parametrize(
    ("on", "is_offered"), [(2022, True), (2023, False), (2024, False), (2025, True), (2026, False)]
)
def test_the_raised_ratio_exists_only_in_its_years(on: int, is_offered: bool) -> None:
    if is_offered:
        assert bound(PACKS, "stabilisation-refund", "", date(on, 10, 1), {"refund_step": "raised"})
        return
    with pytest.raises(Refusal, match="没有适用的写法"):
        bound(PACKS, "stabilisation-refund", "", date(on, 10, 1), {"refund_step": "raised"})


@pytest.mark.parametrize("on", dates_of_change(load_policy(PACKS, "stabilisation-refund")))
def test_random_employers_agree_on_every_date_of_change(tmp_path: Path, on: date) -> None:
    data = random_facts(tmp_path, 67, on, seed=on.year)  # 201 judgements a date
    for number, formula in enumerate(FORMULAS):
        by = ("start", "end", "average")[(on.year + number) % 3]
        rated_by = ("dispatcher", "user")[(on.year + number) % 2]
        settings = {"layoff_formula": formula, "small_employer_by": by, "dispatched_rate_by": rated_by}
        graph = bound(PACKS, "stabilisation-refund", AREAS[number], on, settings)
        assert disagreements(graph, data) == []


@pytest.mark.long
@pytest.mark.parametrize("on", dates_of_change(load_policy(PACKS, "stabilisation-refund")))
@pytest.mark.parametrize("formula", FORMULAS)
def test_ten_thousand_employers_agree(tmp_path: Path, on: date, formula: str) -> None:
    data = random_facts(tmp_path, 10_000, on, seed=on.year + 1)
    graph = bound(PACKS, "stabilisation-refund", "370000", on, {"layoff_formula": formula})
    assert disagreements(graph, data) == []


@pytest.mark.long
@pytest.mark.parametrize("on", dates_of_change(load_policy(PACKS, "stabilisation-refund")))
def test_ten_thousand_employers_agree_on_spark(tmp_path: Path, on: date) -> None:
    """Calls = DuckDB is the test above; here DuckDB = Spark, every column of every subject."""
    pytest.importorskip("pyspark")
    data = random_facts(tmp_path / "data", 10_000, on, seed=on.year + 2)
    found = []
    for engine in ("duckdb", "spark"):
        order = RunOrder("stabilisation-refund", "370000", on, data, tmp_path / engine, engine)
        found.append(run_policy(PACKS, order, lambda _: None))
    assert found[0]["rows"] >= 10_000
    assert found[0]["fingerprint"] == found[1]["fingerprint"]
    assert found[0]["outcomes"] == found[1]["outcomes"]
