"""What holds on a plain call and on DuckDB holds on Spark; by command (`pytest src/gongyou/policy -m long -k on_spark`)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import pytest

from gongyou.basics.money import yuan_to_fen
from gongyou.policy import RunOrder, run_policy
from gongyou.policy.cases import CaseGroup, case_groups, write_cases
from gongyou.policy.tests.population import PACKS, credit_code
from gongyou.policy.tests.test_programmes import POLICIES
from gongyou.policy.tests.test_statements import ON, POLICY_5, write_policy_5

Decided = dict[str, dict[str, Any]]


def decided_on_spark(policy: str, group: CaseGroup | None, data: Path, out: Path) -> tuple[Decided, set[str]]:
    """The decisions of Spark by subject, and the fingerprints of Spark and DuckDB over the same tables."""
    on, area = (group.on, group.area) if group else (ON, "370000")
    overrides = group.overrides if group else {"layoff_formula": "recipients_over_average"}
    marks = set()
    for engine in ("duckdb", "spark"):
        order = RunOrder(policy, area, on, data, out / engine, engine, overrides)
        marks.add(run_policy(PACKS, order, lambda _: None)["fingerprint"])
    with duckdb.connect() as con:
        cursor = con.execute("FROM read_parquet(?)", [str(out / "spark" / "decisions.parquet")])
        names = [column[0] for column in cursor.description or ()]
        rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    return {row["subject_id"]: row for row in rows}, marks


@pytest.mark.long
@pytest.mark.parametrize("policy", POLICIES)
def test_facts_examples_pass_on_spark(tmp_path: Path, policy: str) -> None:
    """FACTS' examples (the programmes' cases/): what is expected comes out of Spark, every column as on DuckDB."""
    pytest.importorskip("pyspark")
    judged = 0
    for number, group in enumerate(case_groups(PACKS, policy)):
        data = tmp_path / f"{number}"
        data.mkdir()
        ids = write_cases(group, data)
        found, marks = decided_on_spark(policy, group, data, tmp_path / f"out-{number}")
        assert len(marks) == 1, (group.file, group.on, group.area)
        for case, subject in zip(group.cases, ids, strict=True):
            row, wanted = found[subject], case.expect
            amount = yuan_to_fen(wanted.amount_yuan) if wanted.amount_yuan else None
            assert (row["outcome"], row["amount_fen"]) == (wanted.outcome, amount), case.case
            assert (row["failed"], row["needs"]) == (list(wanted.failed), sorted(wanted.needs)), case.case
            judged += 1
    assert judged


@pytest.mark.long
def test_the_table_of_policy_5_passes_on_spark(tmp_path: Path) -> None:
    pytest.importorskip("pyspark")
    data = write_policy_5(tmp_path / "data")
    found, marks = decided_on_spark("stabilisation-refund", None, data, tmp_path)
    assert len(marks) == 1
    for number, (*_, outcome, amount, failed, needs) in enumerate(POLICY_5):
        row = found[credit_code(number)]
        assert (row["outcome"], row["amount_fen"]) == (outcome, amount), number
        assert (row["failed"], row["needs"]) == ([failed] if failed else [], [needs] if needs else []), number
