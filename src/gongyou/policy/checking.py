"""The pack author's check of a policy: on every date of change, for every choice a value allows, it fits together."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import product
from pathlib import Path
from string import Formatter

from gongyou.basics.areas import NATION
from gongyou.basics.refusal import Refusal, says
from gongyou.policy.graph import bind, run_days
from gongyou.policy.language.checking import nearest, refuse
from gongyou.policy.language.module import Condition, Declaration, Lookup, Rule, Total
from gongyou.policy.library import Policy, load_policy
from gongyou.policy.nodes import Graph
from gongyou.policy.values import READABLE, values_in_force, with_overrides

_FLAGS = ("true", "false")


def check_policy(root: Path, name: str, area: str = NATION) -> tuple[Graph, ...]:
    """Bind the policy on every date of change with every choice; returns the graphs. Raises Refusal at a mistake."""
    policy = load_policy(root, name)
    _names(policy)
    _unused(policy)
    return tuple(_graphs(root, policy, area))


def dates_of_change(policy: Policy) -> tuple[date, ...]:
    """Every day inside the policy's years on which a value or a rule changes."""
    years = policy.spec.in_force
    found = {years.from_on}
    for one in policy.every():
        for value in one.values:
            for amount in value.amounts:
                found |= {d for d in (amount.from_on, amount.until_on) if d}
        for declaration in one.declarations:
            found |= {d for d in (declaration.since, declaration.until) if d}
    last = years.until_on or date.max
    return tuple(sorted(d for d in found if years.from_on <= d < last))


def choices(policy: Policy) -> tuple[dict[str, str], ...]:
    """Every combination of codes and flags that chooses between the bodies of one name."""
    values = {v.id: tuple(v.codes) or _FLAGS for one in policy.every() for v in one.values}
    groups: dict[str, set[str]] = {}
    for declaration in (d for one in policy.every() for d in one.declarations):
        groups.setdefault(declaration.name, set()).update(g for g in declaration.given if g in values)
    found = []
    for names in {tuple(sorted(group)) for group in groups.values() if group}:
        found += [dict(zip(names, picked, strict=True)) for picked in product(*(values[n] for n in names))]
    return tuple(found)


def _graphs(root: Path, policy: Policy, area: str) -> Iterator[Graph]:
    for on in dates_of_change(policy):
        values = values_in_force(root, policy, area, on)
        yield bind(policy, values, on)
        for picked in choices(policy):
            if _is_offered(policy, picked, on):
                yield bind(policy, with_overrides(policy, values, on, picked), on)


def _is_offered(policy: Policy, picked: dict[str, str], on: date) -> bool:
    """Whether every choice has a rule on that day; a choice may exist in some years only."""
    for name, choice in picked.items():
        bodies = [d for one in policy.every() for d in one.declarations if name in d.given]
        mine = [
            d
            for d in bodies
            if choice in {str(c).lower() if isinstance(c, bool) else c for c in d.given[name]}
        ]
        if mine and not any(d.holds_on(on) for d in mine):
            return False
    return True


def _names(policy: Policy) -> None:
    """No name means two things; sentences name only what exists."""
    facts = {c.name for t in policy.spec.tables for c in t.columns}
    values = {v.id for one in policy.every() for v in one.values}
    given = facts | values | set(run_days(policy.spec.in_force.from_on))
    declared = {d.name for one in policy.every() for d in one.declarations if not isinstance(d, Lookup)}
    columns = {c for one in policy.every() for v in one.values for c in v.columns}
    for declaration in policy.declarations:
        if declaration.name in given and not isinstance(declaration, Lookup):
            refuse(
                declaration.file,
                declaration.line,
                says("“{name}”已经是一个事实或取值的名字。"),
                says("请给规则换个名字。"),
                name=declaration.name,
            )
        for _, field, _, _ in Formatter().parse(declaration.says):
            if field and field not in given | declared | columns:
                refuse(
                    declaration.file,
                    declaration.line,
                    says("句子里的“{name}”没有定义。{near}"),
                    name=field,
                    near=nearest(field, frozenset(given | declared | columns)),
                )


def _unused(policy: Policy) -> None:
    """Every rule and every value of the policy itself serves something."""
    spec = policy.spec
    used = {spec.outcome, spec.amount, *spec.shows}
    for declaration in policy.declarations:
        used |= _uses(declaration)
    for declaration in policy.declarations:
        if declaration.name not in used:
            refuse(
                declaration.file,
                declaration.line,
                says("“{name}”没有用到。"),
                says("请删去，或写进 policy.yaml 的 shows。"),
                name=declaration.name,
            )
    for value in policy.values:
        if value.id not in used and value.unit in READABLE:  # a clock's is read by the room that keeps it
            raise Refusal(
                "value_unused",
                says("{policy}/values.yaml 的“{name}”没有用到。"),
                says("请删去。"),
                field="packs",
                policy=policy.id,
                name=value.id,
            )


def _uses(declaration: Declaration) -> set[str]:
    found = set(declaration.given)
    match declaration:
        case Rule():
            found |= {name for name, _ in declaration.params}
        case Total():
            found |= set(declaration.params)
        case Condition():
            found |= set(declaration.of)
        case Lookup():
            found |= {declaration.name, declaration.by}
    return found
