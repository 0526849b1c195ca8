"""What a bound policy is made of: facts, constants, totals, look-ups, rules and conditions, and the graph of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from gongyou.policy.definitions import ColumnSpec, TableSpec
from gongyou.policy.language import units
from gongyou.policy.language.expressions import Expr
from gongyou.policy.language.module import Condition, Rule, Total
from gongyou.policy.language.units import Unit
from gongyou.policy.library import Policy
from gongyou.policy.values import KeyedTable, Plain, ValuesInForce

_HELD: Mapping[str, Unit] = {
    "id": units.code(),
    "credit_code": units.code(),
    "text": units.code(),
    "count": units.COUNT,
    "mean": units.MEAN,
    "yuan": units.FEN,
    "wan": units.FEN,
    "flag": units.FLAG,
    "month": units.MONTH,
    "date": units.DATE,
}


@dataclass(frozen=True)
class Fact:
    """A column of the subject's own row."""

    name: str
    unit: Unit
    column: ColumnSpec


@dataclass(frozen=True)
class Constant:
    """The same for every subject of the run: a value in force, or a day of the run."""

    name: str
    unit: Unit
    content: Plain


@dataclass(frozen=True)
class TotalNode:
    """Over child rows. `where` is read with three values: one false part decides."""

    name: str
    unit: Unit
    declared: Total
    table: TableSpec
    where: Expr
    columns: tuple[str, ...]
    """Facts of the child row that it reads, in the table's order."""


@dataclass(frozen=True)
class LookupColumn:
    """A column of the keyed table's row for the fact `by`."""

    name: str
    unit: Unit
    table_id: str
    table: KeyedTable
    by: str


@dataclass(frozen=True)
class BoundBody:
    """One body of a rule. `cases`: the codes of the guard it is for; empty if it is the only one."""

    declared: Rule
    expr: Expr
    call: Callable[..., Any]
    cases: tuple[str | bool, ...] = ()

    @property
    def params(self) -> tuple[str, ...]:
        return tuple(name for name, _ in self.declared.params)


@dataclass(frozen=True)
class RuleNode:
    name: str
    unit: Unit
    guard: str
    """The fact or rule whose case chooses the body; '' where there is one body."""
    bodies: tuple[BoundBody, ...]


@dataclass(frozen=True)
class ConditionNode:
    """Named conditions combined with three values."""

    name: str
    unit: Unit
    declared: Condition


Node = Fact | Constant | TotalNode | LookupColumn | RuleNode | ConditionNode


@dataclass(frozen=True)
class Graph:
    """Everything one run needs, in an order in which each name comes after those it needs."""

    policy: Policy
    on: date
    values: ValuesInForce
    nodes: Mapping[str, Node]
    subject: TableSpec
    children: tuple[TableSpec, ...]
    conditions: tuple[str, ...]
    """The named conditions of the outcome, in the order declared."""
    asked: frozenset[str]
    """Values that decided something: constants, guards and tables."""

    def results(self) -> tuple[RuleNode | ConditionNode | TotalNode, ...]:
        """The columns of the result beside the outcome, in order."""
        kinds = (RuleNode, ConditionNode, TotalNode)
        return tuple(
            n for n in self.nodes.values() if isinstance(n, kinds) and n.name != self.policy.spec.outcome
        )

    def needed(self, node: Node) -> tuple[str, ...]:
        return tuple(dict.fromkeys(_needed(node)))


def _needed(node: Node) -> Iterator[str]:
    match node:
        case TotalNode():
            yield from sorted(node.where.names() - set(node.columns))
        case LookupColumn():
            yield node.by
        case ConditionNode():
            yield from node.declared.of
        case RuleNode():
            yield from (node.guard,) if node.guard else ()
            for body in node.bodies:
                yield from body.params


def unit_held(column: ColumnSpec) -> Unit:
    """The unit of a column's facts."""
    return units.code(column.codes) if column.holds == "code" else _HELD[column.holds]
