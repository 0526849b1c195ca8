"""Names are edges: what does not fit together is refused before anything is computed."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from gongyou.basics.refusal import Refusal
from gongyou.policy.checking import check_policy
from gongyou.policy.evaluate import Outcome, judge
from gongyou.policy.tests.toy import AMOUNT, GOOD, SPEC, VALUES, bind_toy, write_toy

IMPORTS = "from gongyou.policy.language import *\n"
END = '\nis_eligible = all_of("holds")\n' + AMOUNT


def rule(function: str, params: str, body: str, **words: object) -> str:
    written = "".join(f", {k}={v!r}" for k, v in words.items())
    return f'\n@rule(source="法"{written})\ndef {function}({params}) -> bool:\n    return {body}\n'


def refused(tmp_path: Path, rules: str, **other: object) -> str:
    with pytest.raises(Refusal) as error:
        bind_toy(tmp_path, IMPORTS + rules + END, **other)  # type: ignore[arg-type]
    return error.value.sentence()


def test_a_circle_is_named(tmp_path: Path) -> None:
    rules = rule("holds", "a: bool", "a") + rule("a", "b: bool", "b") + rule("b", "a: bool", "a")
    assert "a → b → a" in refused(tmp_path, rules)


def test_an_unknown_name_is_refused_with_the_nearest(tmp_path: Path) -> None:
    assert "是不是“least_people”" in refused(
        tmp_path, rule("holds", "people: Count, lest_people: Count", "people > lest_people")
    )


def test_two_bodies_on_one_day_are_refused(tmp_path: Path) -> None:
    rules = rule("holds", "people: Count", "people > 0") + rule(
        "again", "people: Count", "people > 1", name="holds"
    )
    assert "两种写法" in refused(tmp_path, rules)


def test_dated_bodies_follow_each_other(tmp_path: Path) -> None:
    rules = rule("old", "people: Count", "people > 0", name="holds", until="2026-01-01")
    rules += rule("new", "people: Count", "people > 1", name="holds", since="2026-01-01")
    facts = {"people": 1, "paid_fen": 100}
    before = judge(bind_toy(tmp_path, IMPORTS + rules + END, date(2025, 12, 31)), facts, {})
    after = judge(bind_toy(tmp_path, IMPORTS + rules + END, date(2026, 1, 1)), facts, {})
    assert (before.outcome, before.amount_fen) == (Outcome.ELIGIBLE, 50)
    assert (after.outcome, after.failed) == (Outcome.INELIGIBLE, ("holds",))


def test_a_gap_between_bodies_is_an_error(tmp_path: Path) -> None:
    rules = rule("old", "people: Count", "people > 0", name="holds", until="2025-01-01")
    assert "没有适用的写法" in refused(tmp_path, rules)


@pytest.mark.parametrize(
    ("cases", "because"),
    [
        ([("big",)], "没有写全"),
        ([("big",), ("small", "big")], "有两种写法"),
        ([("big",), ("small",), ("tiny",)], "多写了"),
    ],
)
def test_cases_of_a_fact_are_complete_and_exclude_each_other(
    tmp_path: Path, cases: list, because: str
) -> None:
    rules = "".join(
        rule(f"body_{n}", "people: Count", "people > 0", name="holds", given={"kind": case})
        for n, case in enumerate(cases)
    )
    assert because in refused(tmp_path, rules)


def test_only_the_facts_of_the_case_matter(tmp_path: Path) -> None:
    rules = rule("of_big", "people: Count", "people > 0", name="holds", given={"kind": "big"})
    rules += rule("of_small", "is_listed: bool", "is_listed", name="holds", given={"kind": "small"})
    graph = bind_toy(tmp_path, IMPORTS + rules + END)
    assert judge(graph, {"kind": "small", "is_listed": True, "paid_fen": 2}, {}).outcome == "eligible"
    assert judge(graph, {"kind": "big", "is_listed": True, "paid_fen": 2}, {}).needs == ("people",)
    assert judge(graph, {"is_listed": True, "paid_fen": 2}, {}).needs == ("kind",)


def test_a_value_chooses_the_body(tmp_path: Path) -> None:
    rules = rule("one_way", "people: Count", "people > 0", name="holds", given={"way": "one"})
    rules += rule("other_way", "people: Count", "people > 1", name="holds", given={"way": "other"})
    facts = {"people": 1, "paid_fen": 2}
    assert judge(bind_toy(tmp_path, IMPORTS + rules + END), facts, {}).outcome == "eligible"
    other = bind_toy(tmp_path, IMPORTS + rules + END, overrides={"way": "other"})
    assert judge(other, facts, {}).outcome == "ineligible"


@pytest.mark.parametrize("on", [date(2023, 12, 31), date(2027, 1, 1)])
def test_outside_its_years_a_policy_refuses(tmp_path: Path, on: date) -> None:
    with pytest.raises(Refusal, match=r"没有.*可用的规定"):
        bind_toy(tmp_path, on=on)


def test_the_outcome_is_made_of_named_conditions(tmp_path: Path) -> None:
    with pytest.raises(Refusal, match="all_of"):
        bind_toy(tmp_path, IMPORTS + rule("is_eligible", "people: Count", "people > 0") + AMOUNT)


def test_a_condition_must_be_a_yes_or_no(tmp_path: Path) -> None:
    with pytest.raises(Refusal, match="不是条件"):
        bind_toy(tmp_path, IMPORTS + 'is_eligible = all_of("people")\n' + AMOUNT)


def test_an_unused_rule_and_an_unused_value_are_named(tmp_path: Path) -> None:
    root = write_toy(tmp_path, GOOD + rule("idle", "people: Count", "people > 0"))
    with pytest.raises(Refusal, match="“idle”没有用到"):
        check_policy(root, "toy")
    with pytest.raises(Refusal, match="“way”没有用到"):
        check_policy(write_toy(tmp_path), "toy")
    assert check_policy(write_toy(tmp_path, values=VALUES.split("  - id: way")[0]), "toy")


def test_a_sentence_names_only_what_exists(tmp_path: Path) -> None:
    root = write_toy(tmp_path, GOOD.replace('says="{people}人"', 'says="{poeple}人"'))
    with pytest.raises(Refusal, match="poeple"):
        check_policy(root, "toy")


def test_policies_that_use_each_other_in_a_circle_are_refused(tmp_path: Path) -> None:
    write_toy(tmp_path, spec=SPEC + "uses: [other]\n")
    write_toy(tmp_path, spec=SPEC + "uses: [toy]\n", name="other")
    with pytest.raises(Refusal, match="toy → other → toy"):
        check_policy(tmp_path, "toy")


def test_an_unknown_policy_names_the_known(tmp_path: Path) -> None:
    write_toy(tmp_path)
    for name in ("tpy", "../toy", ""):
        with pytest.raises(Refusal) as error:
            check_policy(tmp_path, name)
        assert "可用的有：toy" in error.value.sentence()


def test_an_unknown_key_of_a_file_is_refused_with_its_line(tmp_path: Path) -> None:
    write_toy(tmp_path, values=VALUES + "    colour: red\n")
    with pytest.raises(Refusal, match=r"toy/values\.yaml第\d+行（values\.2\.colour）"):
        check_policy(tmp_path, "toy")
