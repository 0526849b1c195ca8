"""A run: columns, counts, hashes, simulation, differences; a stopped run leaves nothing half done."""

from __future__ import annotations

import importlib.util
import json
import os
import signal
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest

from gongyou.basics.refusal import Refusal
from gongyou.policy import RunOrder, changed_subjects, run_policy
from gongyou.policy.keeping import RESULTS, workspace
from gongyou.policy.tests.population import (
    PACKS,
    credit_code,
    employer,
    months,
    random_facts,
    write_facts,
)

ON = date(2025, 9, 1)
COLUMNS = {
    "subject_id": "VARCHAR",
    "outcome": "VARCHAR",
    "amount_fen": "BIGINT",
    "failed": "VARCHAR[]",
    "needs": "VARCHAR[]",
    "size_class": "VARCHAR",
    "full_months": "BIGINT",
    "base_fen": "BIGINT",
    "layoff_numerator": "BIGINT",
    "layoff_denominator": "DECIMAL(18,6)",
    "rate": "VARCHAR",
    "has_paid_in_full": "BOOLEAN",
    "keeps_its_people": "BOOLEAN",
    "is_covered_kind": "BOOLEAN",
    "is_not_excluded": "BOOLEAN",
    "has_dispatch_application": "BOOLEAN",
}


def order(data: Path, out: Path, **changed: Any) -> RunOrder:
    return RunOrder("stabilisation-refund", "370000", ON, data, out, **changed)


def run(data: Path, out: Path, **changed: Any) -> dict[str, Any]:
    return run_policy(PACKS, order(data, out, **changed), lambda _: None)


@pytest.fixture
def facts(tmp_path: Path) -> Path:
    return random_facts(tmp_path / "data", 60, ON, seed=11)


@pytest.mark.parametrize("formula", ["recipients_over_average", "drop_or_recipients_over_start"])
def test_the_columns_others_rely_on(facts: Path, tmp_path: Path, formula: str) -> None:
    run(facts, tmp_path / "out", overrides={"layoff_formula": formula})
    with duckdb.connect() as con:
        described = con.execute(
            f"DESCRIBE SELECT * FROM '{tmp_path / 'out' / 'decisions.parquet'}'"
        ).fetchall()
    types = {row[0]: row[1] for row in described}
    wanted = COLUMNS | ({"layoff_denominator": "BIGINT"} if formula.startswith("drop") else {})
    assert {name: types.get(name) for name in wanted} == wanted
    assert [row[0] for row in described][:5] == list(COLUMNS)[:5]


def test_the_summary_counts_what_stands_in_the_decisions(facts: Path, tmp_path: Path) -> None:
    summary = run(facts, tmp_path / "out")
    assert json.loads((tmp_path / "out" / "summary.json").read_text(encoding="utf-8")) == summary
    with duckdb.connect() as con:
        path = tmp_path / "out" / "decisions.parquet"
        outcomes = dict(con.execute(f"SELECT outcome, count(*) FROM '{path}' GROUP BY 1").fetchall())
        total = con.execute(f"SELECT sum(amount_fen), count(*) FROM '{path}'").fetchall()[0]
        odd = con.execute(
            f"SELECT count(*) FROM '{path}' WHERE (amount_fen IS NULL) = (outcome = 'eligible') "
            "OR (len(needs) > 0) <> (outcome = 'unknown') OR (outcome = 'eligible' AND len(failed) > 0) "
            "OR (outcome = 'ineligible' AND len(failed) = 0)"
        ).fetchall()[0]
    assert {k: v for k, v in summary["outcomes"].items() if v} == outcomes
    assert (summary["total_fen"], summary["rows"]) == total
    assert odd == (0,)
    assert min(outcomes.get(o, 0) for o in ("eligible", "ineligible", "unknown")) > 0


def test_the_same_run_twice_has_one_fingerprint(facts: Path, tmp_path: Path) -> None:
    one, other = run(facts, tmp_path / "one"), run(facts, tmp_path / "other")
    for key in ("fingerprint", "policy_hash", "values_hash", "total_fen", "outcomes"):
        assert one[key] == other[key]


def test_one_fen_more_is_another_fingerprint(tmp_path: Path) -> None:
    rows = months(1, 2024)
    one = run(write_facts(tmp_path / "a", [employer(1)], rows), tmp_path / "one")
    rows[0] |= {"due_yuan": "750.00", "paid_yuan": "750.01"}
    other = run(write_facts(tmp_path / "b", [employer(1)], rows), tmp_path / "other")
    assert (one["total_fen"], other["total_fen"]) == (540_000, 540_001)
    assert one["fingerprint"] != other["fingerprint"]


def test_a_set_value_marks_the_whole_result(facts: Path, tmp_path: Path) -> None:
    plain = run(facts, tmp_path / "plain")
    raised = run(facts, tmp_path / "raised", overrides={"refund_step": "raised"})
    assert (plain["simulated"], raised["simulated"]) == (False, True)
    assert plain["values_hash"] != raised["values_hash"]
    assert raised["total_fen"] > plain["total_fen"]
    assert plain["policy_hash"] == raised["policy_hash"]


def test_what_is_assumed_is_named(facts: Path, tmp_path: Path) -> None:
    assert "layoff_formula" in run(facts, tmp_path / "out")["assumed"]


@pytest.mark.parametrize(
    ("overrides", "because"),
    [
        ({"min_moths": "12"}, "min_months"),
        ({"min_months": "many"}, "读不懂"),
        ({"raised_small_rate": "90%"}, "不影响结果"),
        ({"layoff_formula": "none"}, "读不懂"),
        ({"size_thresholds": "x"}, "没有“size_thresholds”"),
    ],
)
def test_a_wrong_override_is_refused_and_nothing_is_written(
    facts: Path, tmp_path: Path, overrides: dict[str, str], because: str
) -> None:
    with pytest.raises(Refusal) as error:
        run(facts, tmp_path / "out", overrides=overrides)
    assert because in error.value.sentence()
    assert not (tmp_path / "out").exists()


def test_a_stopped_run_leaves_no_half_file(facts: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    before = run(facts, out)
    stamps = {p.name: p.stat().st_mtime_ns for p in out.iterdir()}

    def stop(text: str) -> None:
        if text.startswith("汇总"):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_policy(PACKS, order(facts, out, overrides={"min_months": "24"}), stop)
    assert {p.name: p.stat().st_mtime_ns for p in out.iterdir()} == stamps
    assert json.loads((out / "summary.json").read_text(encoding="utf-8")) == before


def test_the_same_key_answers_the_finished_run(facts: Path, tmp_path: Path) -> None:
    out, said = tmp_path / "out", list[str]()
    first = run(facts, out)
    stamps = {p.name: p.stat().st_mtime_ns for p in out.iterdir()}
    assert run_policy(PACKS, order(facts, out), said.append) == first
    assert [text[:8] for text in said] == ["同样的一次已经算"]
    assert {p.name: p.stat().st_mtime_ns for p in out.iterdir()} == stamps
    (out / "decisions.parquet").unlink()
    again = run(facts, out)
    assert (again["run_key"], again["fingerprint"]) == (first["run_key"], first["fingerprint"])
    assert (out / "decisions.parquet").exists()


def test_whatever_decides_is_in_the_key(facts: Path, tmp_path: Path) -> None:
    orders = [
        order(facts, tmp_path / "a"),
        order(facts, tmp_path / "b", overrides={"min_months": "11"}),
        replace(order(facts, tmp_path / "c"), area="370100"),
        replace(order(facts, tmp_path / "d"), on=date(2025, 9, 2)),
    ]
    keys = {run_policy(PACKS, one, lambda _: None)["run_key"] for one in orders}
    with (facts / "employers.csv").open("a", encoding="utf-8") as file:
        file.write("\n")
    keys.add(run(facts, tmp_path / "e")["run_key"])
    assert len(keys) == 5


def test_a_killed_run_leaves_no_half_file_and_starts_again_cleanly(facts: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    before = run(facts, out)
    child = os.fork()
    if not child:

        def die(text: str) -> None:
            if text.startswith("汇总"):
                os.kill(os.getpid(), signal.SIGKILL)

        run_policy(PACKS, order(facts, out, overrides={"min_months": "24"}), die)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    assert os.WTERMSIG(status) == signal.SIGKILL
    assert len(list(out.glob(".run-*"))) == 1
    assert json.loads((out / "summary.json").read_text(encoding="utf-8")) == before
    after = run(facts, out, overrides={"min_months": "24"})
    assert after["fingerprint"] != before["fingerprint"]
    assert {p.name for p in out.iterdir()} == set(RESULTS)


def test_a_living_run_keeps_its_folder(tmp_path: Path) -> None:
    with workspace(tmp_path) as one, workspace(tmp_path) as other:
        assert one.is_dir() and other.is_dir() and one != other
    assert list(tmp_path.iterdir()) == []


def test_under_a_tight_memory_limit_the_result_is_the_same(facts: Path, tmp_path: Path) -> None:
    roomy, tight = run(facts, tmp_path / "a"), run(facts, tmp_path / "b", memory="100MB")
    assert roomy["fingerprint"] == tight["fingerprint"]
    with pytest.raises(Refusal, match="lots"):
        run(facts, tmp_path / "c", memory="lots")


def test_only_changed_subjects_are_in_the_difference(tmp_path: Path) -> None:
    firms = [employer(n) for n in range(4)]
    rows = [row for n in range(4) for row in months(n, 2024)]
    run(write_facts(tmp_path / "a", firms, rows), tmp_path / "before")
    firms[1] |= {"is_zombie": "true"}
    rows[24] |= {"paid_yuan": "750.50"}
    later = write_facts(tmp_path / "b", [*firms[:3], employer(9)], [*rows[:36], *months(9, 2024)])
    run(later, tmp_path / "after")
    names = [tmp_path / side / "decisions.parquet" for side in ("before", "after")]
    assert changed_subjects(*names, tmp_path / "changed.parquet") == {
        "outcome": 1,
        "amount": 1,
        "new": 1,
        "gone": 1,
    }
    with duckdb.connect() as con:
        found = con.execute(f"SELECT subject_id, change FROM '{tmp_path / 'changed.parquet'}'").fetchall()
    assert dict(found) == {
        credit_code(1): "outcome",
        credit_code(2): "amount",
        credit_code(3): "gone",
        credit_code(9): "new",
    }


@pytest.mark.skipif(importlib.util.find_spec("pyspark") is not None, reason="Spark is installed here")
def test_without_spark_the_engine_is_refused(facts: Path, tmp_path: Path) -> None:
    with pytest.raises(Refusal, match="Spark"):
        run(facts, tmp_path / "out", engine="spark")


@pytest.mark.long
def test_spark_and_duckdb_decide_alike(facts: Path, tmp_path: Path) -> None:
    pytest.importorskip("pyspark")
    for formula in ("recipients_over_average", "drop_or_recipients_over_start"):
        overrides = {"layoff_formula": formula}
        one = run(facts, tmp_path / "duckdb", overrides=overrides)
        other = run(facts, tmp_path / "spark", overrides=overrides, engine="spark")
        assert one["fingerprint"] == other["fingerprint"]
