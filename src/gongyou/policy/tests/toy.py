"""A small invented policy to put wrong: one subject table, one child table, a few values."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from gongyou.policy.graph import bind
from gongyou.policy.library import load_policy
from gongyou.policy.nodes import Graph
from gongyou.policy.values import values_in_force

ON = date(2025, 6, 1)

SPEC = """
title: 试验
subject: firms
tables:
  - id: firms
    title: 单位
    key: [firm_id]
    columns:
      - {id: firm_id, title: 编号, holds: id}
      - {id: kind, title: 类型, holds: code, codes: {big: 大, small: 小}}
      - {id: paid_yuan, title: 实缴, holds: yuan, fact: paid_fen}
      - {id: people, title: 人数, holds: count}
      - {id: average, title: 平均人数, holds: mean}
      - {id: is_listed, title: 在名单, holds: flag}
      - {id: opened_on, title: 开业, holds: date}
  - id: months
    title: 月份
    key: [firm_id, month]
    columns:
      - {id: firm_id, title: 编号, holds: id}
      - {id: month, title: 月份, holds: month}
      - {id: due_yuan, title: 应缴, holds: yuan, fact: due_fen}
in_force: {from: 2024-01-01, until: 2027-01-01, because: 试验只到2026年。}
outcome: is_eligible
amount: refund_fen
"""

VALUES = """
values:
  - id: share_rate
    title: 比例
    unit: rate
    amounts:
      - {amount: 50%, from: 2024-01-01, until: 2026-01-01, source: law, confidence: law, bounds: {least: 10%, most: 60%}}
      - {amount: 0.25, from: 2026-01-01, source: law, confidence: law, bounds: {least: 10%, most: 60%}}
  - id: least_people
    title: 人数下限
    unit: count
    amounts:
      - {amount: 3, from: 2024-01-01, source: law, confidence: law}
  - id: way
    title: 算法
    unit: code
    codes: {one: 一, other: 另一}
    amounts:
      - {amount: one, from: 2024-01-01, source: guess, confidence: assumed}
"""

SOURCES = """
sources:
  - {id: law, kind: law, title: 试验法}
  - {id: guess, kind: assumption, title: 推定}
"""

HEAD = """from gongyou.policy.language import *
"""

GOOD = """
from gongyou.policy.language import Count, Fen, Rate, all_of, rule, share

@rule(source="法一", says="{people}人")
def has_people(people: Count, least_people: Count) -> bool:
    return people >= least_people

is_eligible = all_of("has_people")

@rule(source="法二", says="{paid_fen}")
def refund_fen(paid_fen: Fen, share_rate: Rate) -> Fen:
    return share(paid_fen, share_rate)
"""

AMOUNT = """
@rule(source="法二", says="{paid_fen}")
def refund_fen(paid_fen: Fen, share_rate: Rate) -> Fen:
    return share(paid_fen, share_rate)
"""


def write_toy(
    root: Path, rules: str = GOOD, values: str = VALUES, spec: str = SPEC, name: str = "toy"
) -> Path:
    folder = root / "programmes" / name
    folder.mkdir(parents=True, exist_ok=True)
    for file, text in (
        ("rules.py", rules),
        ("values.yaml", values),
        ("policy.yaml", spec),
        ("sources.yaml", SOURCES),
    ):
        (folder / file).write_text(text.lstrip("\n"), encoding="utf-8")
    return root


def write_overlay(root: Path, area: str, values: str, file: str = "toy") -> None:
    folder = root / "areas" / area / "values"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{file}.yaml").write_text(
        "programme: toy\nsources:\n  - {id: local, kind: notice, title: 当地通知}\nvalues:\n" + values,
        encoding="utf-8",
    )


def bind_toy(
    root: Path,
    rules: str = GOOD,
    on: date = ON,
    area: str = "",
    overrides: dict[str, str] | None = None,
    values: str = VALUES,
    spec: str = SPEC,
) -> Graph:
    policy = load_policy(write_toy(root, rules, values, spec), "toy")
    return bind(policy, values_in_force(root, policy, area, on, overrides), on)
