"""`gongyou policy`: exit codes, one JSON object on stdout, sentences on stderr."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from gongyou.cli.verbs.policy import command
from gongyou.policy.tests.population import credit_code, employer, months, write_facts

WHERE = ["--area", "370000", "--on", "2025-09-01"]


@pytest.fixture
def facts(tmp_path: Path) -> Path:
    return write_facts(tmp_path / "data", [employer(1), employer(2, is_zombie="true")], months(1, 2024))


def call(*words: str | Path) -> tuple[int, str, str]:
    result = CliRunner().invoke(command, [str(w) for w in words])
    return result.exit_code, result.stdout, result.stderr


def test_list_and_show() -> None:
    code, out, _ = call("list", "--json")
    assert code == 0
    assert {"stabilisation-refund", "size-class", "skill-subsidy"} <= {p["id"] for p in json.loads(out)}
    code, out, _ = call("show", "stabilisation-refund", *WHERE, "--json")
    shown = json.loads(out)
    values = {v["id"]: v for v in shown["values"]}
    assert code == 0
    assert (values["layoff_formula"]["area"], values["layoff_formula"]["confidence"]) == ("370000", "assumed")
    assert values["min_months"]["area"] == ""
    assert {"keeps_its_people", "refund_fen"} <= {r["name"] for r in shown["rules"]}
    code, out, _ = call("show", "stabilisation-refund", *WHERE)
    assert code == 0 and "layoff_formula" in out


def test_run_and_explain(facts: Path, tmp_path: Path) -> None:
    code, out, err = call(
        "run", "stabilisation-refund", *WHERE, "--data", facts, "--out", tmp_path / "o", "--json"
    )
    summary = json.loads(out)
    assert (code, summary["eligible"], summary["ineligible"], summary["total_fen"]) == (0, 1, 1, 540_000)
    assert err
    code, out, _ = call("run", "stabilisation-refund", *WHERE, "--data", facts, "--out", tmp_path / "o")
    assert code == 0 and "5,400.00" in out
    explain = ("explain", "stabilisation-refund", *WHERE, "--data", facts, "--subject", credit_code(2))
    code, out, _ = call(*explain, "--json")
    found = json.loads(out)
    assert (code, found["outcome"], found["failed"]) == (
        0,
        "ineligible",
        ["has_paid_in_full", "is_not_excluded"],
    )
    code, out, _ = call(*explain)
    assert code == 0 and "还差12" in out


@pytest.mark.parametrize(
    ("words", "because"),
    [
        (["run", "no-such-policy"], "没有“no-such-policy”"),
        (["run", "stabilisation-refund", "--set", "min_months"], "名字=取值"),
        (["run", "stabilisation-refund", "--set", "min_moths=3"], "min_months"),
        (["run", "stabilisation-refund", "--area", "37"], "地区代码"),
        (["run", "stabilisation-refund", "--on", "yesterday"], "yesterday"),
        (["run", "stabilisation-refund", "--on", "2027-03-01"], "2027"),
        (["run", "stabilisation-refund", "--data", "/no/such/folder"], "/no/such/folder"),
    ],
)
def test_a_wrong_call_is_exit_2_with_a_sentence(
    facts: Path, tmp_path: Path, words: list[str], because: str
) -> None:
    given = ["--area", "370000", "--on", "2025-09-01", "--data", str(facts), "--out", str(tmp_path / "o")]
    code, out, err = call(*words[:2], *given, *words[2:])
    assert (code, out) == (2, "")
    assert because in err


def test_diff_and_check(facts: Path, tmp_path: Path) -> None:
    for name, words in (
        ("a", []),
        ("b", ["--set", "excludes_zombie=false"]),
        ("c", ["--set", "min_months=13"]),
    ):
        run = ["run", "stabilisation-refund", *WHERE, "--data", facts, "--out", tmp_path / name, *words]
        assert call(*run)[0] == 0
    changed = tmp_path / "changed.parquet"
    sides = [tmp_path / side / "decisions.parquet" for side in ("a", "b")]
    code, out, _ = call("diff", *sides, "--out", changed, "--json")
    assert (code, json.loads(out)) == (0, {"changed": 0, "by_kind": {}})
    code, out, _ = call("diff", tmp_path / "a", tmp_path / "c", "--out", changed, "--json")
    assert (code, json.loads(out)) == (0, {"changed": 1, "by_kind": {"outcome": 1}})
    (tmp_path / "c" / "summary.json").unlink()
    code, out, err = call("diff", tmp_path / "a", tmp_path / "c", "--out", changed, "--json")
    assert (code, out) == (2, "") and "没有算完的结果" in err
    code, out, _ = call("check", "size-class", "--json")
    assert code == 0 and json.loads(out)["dates"] == ["2018-01-01"]
