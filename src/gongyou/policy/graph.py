"""One policy bound to a day and its values: names become edges, every body is typed, the order is fixed.

A name has one value per subject. It may have several bodies: dated ones (`since`, `until`), ones for a value
(`given` names a value: one body is chosen for the whole run) and ones for a fact (`given` names a fact or a rule:
every subject takes the body of its case, and only that body's facts matter to it).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any, NoReturn

from gongyou.basics.refusal import Refusal, says
from gongyou.policy.language import units
from gongyou.policy.language.checking import Typist, nearest, refuse
from gongyou.policy.language.module import Condition, Declaration, Lookup, Rule, Total, runnable
from gongyou.policy.language.units import Kind, Unit, common
from gongyou.policy.library import Policy
from gongyou.policy.nodes import (
    BoundBody,
    ConditionNode,
    Constant,
    Fact,
    Graph,
    LookupColumn,
    Node,
    RuleNode,
    TotalNode,
    unit_held,
)
from gongyou.policy.values import KeyedTable, ValuesInForce


def run_days(on: date) -> dict[str, date]:
    """The days every run knows: the law date, and the first and last day of the calendar year before it."""
    return {
        "law_on": on,
        "last_year_from": date(on.year - 1, 1, 1),
        "last_year_until": date(on.year - 1, 12, 31),
    }


def bind(policy: Policy, values: ValuesInForce, on: date) -> Graph:
    """The policy as it stands on a day. Raises Refusal outside its years, or for whatever does not fit together."""
    spec = policy.spec
    _in_force(policy, on)
    binder = Binder(policy, values, on)
    for name in (spec.outcome, spec.amount, *spec.shows):
        if name:
            binder.node(name, ())
    outcome = binder.nodes[spec.outcome]
    if not isinstance(outcome, ConditionNode) or outcome.declared.how != "all_of":
        raise _wrong(policy, says("结果“{name}”要用 all_of 由有名字的条件合成。"), name=spec.outcome)
    if spec.amount and binder.nodes[spec.amount].unit.kind is not Kind.FEN:
        raise _wrong(policy, says("金额“{name}”的单位要是 Fen。"), name=spec.amount)
    return Graph(
        policy=policy,
        on=on,
        values=values,
        nodes=binder.nodes,
        subject=spec.table(spec.subject),
        children=tuple(t for t in spec.tables if t.id != spec.subject),
        conditions=outcome.declared.of,
        asked=frozenset(binder.asked),
    )


def _in_force(policy: Policy, on: date) -> None:
    years = policy.spec.in_force
    if on < years.from_on or (years.until_on is not None and on >= years.until_on):
        raise Refusal(
            "not_in_force",
            says("“{title}”没有{day}可用的规定：{because}"),
            says("可用的日期从{first}起，到{last}前。"),
            field="on",
            title=policy.spec.title,
            day=on.isoformat(),
            because=years.because or says("文件未到或已废止。"),
            first=years.from_on.isoformat(),
            last=years.until_on.isoformat() if years.until_on else "…",
        )


def _wrong(policy: Policy, message: str, name: str) -> Refusal:
    return Refusal("policy_wrong", message, field="packs", policy=policy.id, name=name)


class Binder:
    """Binds names one after the other; keeps what has been bound."""

    def __init__(self, policy: Policy, values: ValuesInForce, on: date) -> None:
        self.policy = policy
        self.values = values
        self.on = on
        self.nodes: dict[str, Node] = {}
        self.asked: set[str] = set()
        self.days = run_days(on)
        self.declared: dict[str, list[Declaration]] = {}
        for one in policy.every():
            for declaration in one.declarations:
                self._declare(declaration)
        self.facts = {c.name: c for c in policy.spec.table(policy.spec.subject).columns}

    def _declare(self, declaration: Declaration) -> None:
        if isinstance(declaration, Lookup):
            for column in self._table(declaration).columns:
                self.declared.setdefault(column, []).append(declaration)
        else:
            self.declared.setdefault(declaration.name, []).append(declaration)

    def known(self) -> frozenset[str]:
        return frozenset({*self.facts, *self.values, *self.days, *self.declared})

    def node(self, name: str, path: tuple[str, ...], at: Declaration | None = None) -> Node:
        """The node of a name, with everything it needs bound before it."""
        if name in path:
            circle = " → ".join((*path[path.index(name) :], name))
            self._refuse(at, says("规则绕成了圈：{circle}。"), circle=circle)
        if name not in self.nodes:
            bound = self._bound(name, (*path, name), at)
            self.nodes[name] = bound
        return self.nodes[name]

    def _bound(self, name: str, path: tuple[str, ...], at: Declaration | None) -> Node:
        if name in self.facts:
            column = self.facts[name]
            return Fact(name, unit_held(column), column)
        if name in self.days:
            return Constant(name, units.DATE, self.days[name])
        bodies = self.declared.get(name)
        if bodies:
            return self._declared(name, bodies, path)
        return self._constant(name, at)

    def _constant(self, name: str, at: Declaration | None) -> Constant:
        value = self.values.get(name)
        if value is not None and not isinstance(value.content, KeyedTable):
            self.asked.add(name)
            return Constant(name, value.language_unit(), value.content)
        if any(v.id == name for one in self.policy.every() for v in one.values):
            self._refuse(at, says("“{name}”在{day}没有取值。"), name=name, day=self.on.isoformat())
        return self._refuse(
            at, says("没有“{name}”这个事实、取值或规则。{near}"), name=name, near=nearest(name, self.known())
        )

    def _declared(self, name: str, bodies: Sequence[Declaration], path: tuple[str, ...]) -> Node:
        if isinstance(bodies[0], Lookup):
            self.node(bodies[0].by, path, bodies[0])
            table = self._table(bodies[0])
            self.asked.add(bodies[0].name)
            return LookupColumn(name, table.columns[name], bodies[0].name, table, bodies[0].by)
        chosen = [b for b in bodies if b.holds_on(self.on) and self._fits(b)]
        if not chosen:
            given = "，".join(
                f"{k}={self.values[k].written}" for b in bodies for k in b.given if k in self.values
            )
            self._refuse(
                bodies[0],
                says("“{name}”在{day}没有适用的写法（{given}）。"),
                name=name,
                day=self.on.isoformat(),
                given=given or "-",
            )
        if all(isinstance(b, Rule) for b in chosen):
            return self._rule(name, [b for b in chosen if isinstance(b, Rule)], path)
        if len(chosen) > 1:
            self._refuse(chosen[1], says("“{name}”同时有两种写法适用。"), name=name)
        if isinstance(chosen[0], Total):
            return self._total(chosen[0], path)
        assert isinstance(chosen[0], Condition)
        return self._condition(chosen[0], path)

    def _fits(self, body: Declaration) -> bool:
        """Whether the body is for the values of this run; guards on facts are left to every subject."""
        for name, cases in body.given.items():
            if name in self.facts or name in self.declared:
                continue
            constant = self._constant(name, body)
            if constant.content not in cases:
                return False
        return True

    def _rule(self, name: str, chosen: Sequence[Rule], path: tuple[str, ...]) -> RuleNode:
        guards = {g for rule in chosen for g in self._case_guards(rule)}
        if len(chosen) > 1 and (len(guards) != 1 or any(not self._case_guards(r) for r in chosen)):
            self._refuse(
                chosen[1],
                says("“{name}”同时有两种写法适用。"),
                says("分情形时，每一种都要用 given 写明同一个事实的取值。"),
                name=name,
            )
        if len(guards) > 1:
            self._refuse(chosen[0], says("“{name}”只能按一个事实分情形。"), name=name)
        guard = next(iter(guards), "")
        bodies = [self._body(rule, guard, path) for rule in chosen]
        if guard:
            self._cases(name, self.node(guard, path, chosen[0]).unit, bodies)
        unit = bodies[0].expr.unit
        for body in bodies[1:]:
            found = common(unit, body.expr.unit)
            if found is None:
                self._refuse(body.declared, says("“{name}”各种写法的单位不同。"), name=name)
            unit = found
        return RuleNode(name, unit, guard, tuple(bodies))

    def _case_guards(self, rule: Rule) -> list[str]:
        return [g for g in rule.given if g in self.facts or g in self.declared]

    def _cases(self, name: str, unit: Unit, bodies: Sequence[BoundBody]) -> None:
        listed = [case for body in bodies for case in body.cases]
        every = {True, False} if unit.kind is Kind.FLAG else set(unit.codes)
        twice = {str(c) for c in listed if listed.count(c) > 1}
        if twice:
            self._refuse(
                bodies[0].declared, says("“{name}”在“{case}”时有两种写法。"), name=name, case="、".join(twice)
            )
        wrong = set(listed) ^ every if every else set()
        if wrong:
            self._refuse(
                bodies[0].declared,
                says("“{name}”的情形没有写全，或多写了：{case}。"),
                name=name,
                case="、".join(sorted(str(c) for c in wrong)),
            )

    def _body(self, rule: Rule, guard: str, path: tuple[str, ...]) -> BoundBody:
        known: dict[str, Unit] = {}
        for param, written in rule.params:
            unit = self.node(param, path, rule).unit
            if unit.kind is not written.kind:
                self._refuse(
                    rule,
                    says("参数“{name}”的单位是{found}，写的是{written}。"),
                    name=param,
                    found=unit.kind,
                    written=written.kind,
                )
            known[param] = unit
        expr = Typist(rule.file, known).body(rule.tree)
        if expr.unit.is_zero and rule.returns.kind in units.NUMBERS:
            expr = replace(expr, unit=rule.returns)
        if expr.unit.kind is not rule.returns.kind:
            self._refuse(
                rule,
                says("“{name}”的结果是{found}，写的是{written}。"),
                name=rule.name,
                found=expr.unit.kind,
                written=rule.returns.kind,
            )
        unused = set(known) - expr.names()
        if unused:
            self._refuse(
                rule,
                says("参数“{name}”没有用到。"),
                says("请删去：多余的参数会让结果多一个“不明”的理由。"),
                name=sorted(unused)[0],
            )
        call: Any = runnable(rule)
        return BoundBody(rule, expr, call, rule.given.get(guard, ()))

    def _total(self, total: Total, path: tuple[str, ...]) -> TotalNode:
        tables = {t.id: t for t in self.policy.spec.tables if t.id != self.policy.spec.subject}
        if total.of not in tables:
            self._refuse(total, says("没有“{name}”这张明细表。"), name=total.of)
        table = tables[total.of]
        columns = {c.name: unit_held(c) for c in table.columns}
        known = {p: columns[p] if p in columns else self._around(p, total, path) for p in total.params}
        where = Typist(total.file, known).body(total.tree)
        if where.unit.kind is not Kind.FLAG or any(
            e.op in ("if", "ratio", "min", "max", "share") for e in where.walk()
        ):
            self._refuse(total, says("合计里只写一个条件，说明哪些明细计入。"))
        unit = units.COUNT
        if total.how == "sum":
            if total.value not in columns or columns[total.value].kind not in (Kind.FEN, Kind.COUNT):
                self._refuse(total, says("“{name}”不是可以相加的明细列。"), name=total.value)
            unit = columns[total.value]
        read = {p for p in total.params if p in columns} | ({total.value} if total.value else set())
        return TotalNode(total.name, unit, total, table, where, tuple(c for c in columns if c in read))

    def _around(self, name: str, total: Total, path: tuple[str, ...]) -> Unit:
        node = self.node(name, path, total)
        if not isinstance(node, Constant):
            self._refuse(total, says("合计里只能用明细列、取值和日期，不能用“{name}”。"), name=name)
        return node.unit

    def _condition(self, condition: Condition, path: tuple[str, ...]) -> ConditionNode:
        for name in condition.of:
            if self.node(name, path, condition).unit.kind is not Kind.FLAG:
                self._refuse(condition, says("“{name}”不是条件（是或否）。"), name=name)
        return ConditionNode(condition.name, units.FLAG, condition)

    def _table(self, declared: Lookup) -> KeyedTable:
        value = self.values.get(declared.name)
        if value is None or not isinstance(value.content, KeyedTable):
            self._refuse(
                declared,
                says("没有“{name}”这张表，或它在{day}没有内容。"),
                name=declared.name,
                day=self.on.isoformat(),
            )
        return value.content

    def _refuse(self, at: Declaration | None, message: str, hint: str = "", **params: object) -> NoReturn:
        refuse(
            at.file if at else f"{self.policy.id}/policy.yaml", at.line if at else 1, message, hint, **params
        )
