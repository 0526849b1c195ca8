"""What rules may contain: everything else is refused with its line and advice."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest

from gongyou.basics.refusal import Refusal
from gongyou.policy.evaluate import judge
from gongyou.policy.language import add_months, ratio
from gongyou.policy.language.words import UndefinedRatio
from gongyou.policy.tests.toy import AMOUNT, bind_toy

ELIGIBLE = '\nis_eligible = all_of("holds")\n' + AMOUNT
IMPORTS = "from gongyou.policy.language import *  # every word\n"


def rule_of(body: str, params: str = "people: Count", returns: str = "bool") -> str:
    lines = "\n".join(f"    {line}" for line in body.split("\n"))
    return f'{IMPORTS}\n@rule(source="法")\ndef holds({params}) -> {returns}:\n{lines}\n{ELIGIBLE}'


REFUSED = [
    ("paid_fen + people > 0", "paid_fen: Fen, people: Count", "单位不同"),
    ("paid_fen > people", "paid_fen: Fen, people: Count", "单位不同"),
    ("paid_fen * share_rate > 0", "paid_fen: Fen, share_rate: Rate", "share"),
    ("paid_fen / people > 0", "paid_fen: Fen, people: Count", "除法"),
    ("paid_fen // people > 0", "paid_fen: Fen, people: Count", "除法"),
    ("people > 30", "people: Count", "values.yaml"),
    ("people > 5.5", "people: Count", "values.yaml"),
    ("people is None", "people: Count", "is 比较"),
    ("people == None", "people: Count", "None"),
    ("people", "people: Count", "结果是Count"),
    ("kind > 'big'", "kind: Code", "没有大小"),
    ("kind == 'bigg'", "kind: Code", "是不是“big”"),
    ("kind in ('big', 'huge')", "kind: Code", "没有“huge”"),
    ("kind in others", "kind: Code", "代码表"),
    ("peopel > 0", "people: Count", "是不是“people”"),
    ("open('x') > 0", "people: Count", "不能调用"),
    ("people.real > 0", "people: Count", "不能这样写"),
    ("[p for p in people] == 0", "people: Count", "不能这样写"),
    ("(lambda: people)() > 0", "people: Count", "不能这样写"),
    ("ratio(people, average) == share_rate", "people: Count, average: Mean, share_rate: Rate", "ratio"),
    (
        "people > 0 and ratio(people, average) <= share_rate",
        "people: Count, average: Mean, share_rate: Rate",
        "单独写在 return",
    ),
    ("ratio(people, paid_fen) <= share_rate", "people: Count, paid_fen: Fen, share_rate: Rate", "单位不同"),
    ("share(people, share_rate) > 0", "people: Count, share_rate: Rate", "不能这样计算"),
    ("opened_on > 0", "opened_on: Date", "单位不同"),
    ("paid_fen * paid_fen > 0", "paid_fen: Fen", "相乘"),
]


@pytest.mark.parametrize(("expression", "params", "because"), REFUSED)
def test_an_expression_outside_the_language_is_refused_by_line(
    tmp_path: Path, expression: str, params: str, because: str
) -> None:
    with pytest.raises(Refusal) as refused:
        bind_toy(tmp_path, rule_of(f"return {expression}", params))
    assert because in refused.value.sentence()
    line = 4 if "结果是" in because else 5
    assert refused.value.sentence().startswith(f"toy/rules.py第{line}行：")


@pytest.mark.parametrize(
    ("rules", "because"),
    [
        ("import os\n", "只能写规则"),
        ("from os import path\n", "只能写规则"),
        ("x = 3\n", "只能写规则"),
        ("def holds(people: Count) -> bool:\n    return people > 0\n", "@rule"),
        ('@rule(says="没有依据")\ndef holds(people: Count) -> bool:\n    return people > 0\n', "没有写依据"),
        (
            '@rule(source="法", soruce="x")\ndef holds(people: Count) -> bool:\n    return people > 0\n',
            "soruce",
        ),
        ('@rule(source="法")\ndef holds(people) -> bool:\n    return people > 0\n', "没有写单位"),
        ('@rule(source="法")\ndef holds(people: Count = 3) -> bool:\n    return people > 0\n', "默认值"),
        ('@rule(source="法")\ndef holds(people: Fen) -> bool:\n    return people > 0\n', "单位是Count"),
        (
            '@rule(source="法")\ndef holds(people: Count, kind: Code) -> bool:\n    return people > 0\n',
            "没有用到",
        ),
        (
            '@rule(source="法")\ndef holds(people: Count) -> bool:\n    for x in people:\n        return True\n',
            "if 和 return",
        ),
        (
            '@rule(source="法")\ndef holds(people: Count) -> bool:\n    y = people\n    return y > 0\n',
            "if 和 return",
        ),
        (
            '@rule(source="法")\ndef holds(people: Count) -> bool:\n    if people > 0:\n        return True\n',
            "没有 return",
        ),
        (
            '@rule(source="法")\ndef holds(people: Count) -> bool:\n    return people > 0\n    return True\n',
            "不会执行",
        ),
        ('@rule(source="法")\ndef holds(people: Count) -> bool:\n  return (\n', "读懂"),
        ('@total(of="months", how="average")\ndef holds(due_fen):\n    return due_fen > 0\n', "合计"),
        ('@total(of="yeers", how="count")\ndef holds(due_fen):\n    return due_fen > 0\n', "没有“yeers”"),
        (
            '@total(of="months", how="count")\ndef holds(due_fen, people):\n    return due_fen > 0 and people > 0\n',
            "合计里只能用",
        ),
    ],
)
def test_a_statement_outside_the_language_is_refused(tmp_path: Path, rules: str, because: str) -> None:
    with pytest.raises(Refusal) as refused:
        bind_toy(tmp_path, IMPORTS + rules + ELIGIBLE)
    assert because in refused.value.sentence()
    assert "第" in refused.value.sentence()


def test_rules_see_nothing_but_their_words(tmp_path: Path) -> None:
    with pytest.raises(Refusal, match="不能调用"):
        bind_toy(tmp_path, rule_of("return __import__('os') == kind", "kind: Code"))


ACCEPTED = [
    ("people >= least_people", "people: Count, least_people: Count", {"people": 3}, True),
    ("1 <= people < least_people", "people: Count, least_people: Count", {"people": 3}, False),
    (
        "not is_listed or kind != 'big'",
        "is_listed: bool, kind: Code",
        {"is_listed": True, "kind": "small"},
        True,
    ),
    ("kind not in ('big',)", "kind: Code", {"kind": "big"}, False),
    ("average <= people", "average: Mean, people: Count", {"average": Fraction(61, 2), "people": 30}, False),
    (
        "ratio(people, average) <= share_rate",
        "people: Count, average: Mean, share_rate: Rate",
        {"people": 2, "average": Fraction(4)},
        True,
    ),
    (
        "share_rate < ratio(people, average)",
        "people: Count, average: Mean, share_rate: Rate",
        {"people": 2, "average": Fraction(4)},
        False,
    ),
    ("max(people - least_people, 0) > 0", "people: Count, least_people: Count", {"people": 3}, False),
    ("(1 if is_listed else 0) > 0", "is_listed: bool", {"is_listed": True}, True),
    (
        "add_months(opened_on, least_people) <= law_on",
        "opened_on: Date, least_people: Count, law_on: Date",
        {"opened_on": date(2025, 3, 1)},
        True,
    ),
    (
        "year_of(opened_on) == year_of(law_on)",
        "opened_on: Date, law_on: Date",
        {"opened_on": date(2024, 12, 31)},
        False,
    ),
    (
        "month_of(opened_on) < month_of(law_on)",
        "opened_on: Date, law_on: Date",
        {"opened_on": date(2025, 5, 31)},
        True,
    ),
    ("-people < 0", "people: Count", {"people": 1}, True),
]


@pytest.mark.parametrize(("expression", "params", "facts", "expected"), ACCEPTED)
def test_an_expression_of_the_language_is_computed(
    tmp_path: Path, expression: str, params: str, facts: dict, expected: bool
) -> None:
    graph = bind_toy(tmp_path, rule_of(f"return {expression}", params))
    assert judge(graph, {"paid_fen": 100, **facts}, {}).steps["holds"] is expected


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2024, 1, 31), 1, date(2024, 2, 29)),
        (date(2023, 12, 31), 2, date(2024, 2, 29)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2024, 3, 31), -1, date(2024, 2, 29)),
        (date(2024, 6, 15), 0, date(2024, 6, 15)),
    ],
)
def test_months_are_added_to_the_same_day_or_the_last(day: date, months: int, expected: date) -> None:
    assert add_months(day, months) == expected


@pytest.mark.parametrize("whole", [0, -3])
def test_a_ratio_to_nothing_is_no_number(whole: int) -> None:
    with pytest.raises(UndefinedRatio):
        ratio(1, whole)
