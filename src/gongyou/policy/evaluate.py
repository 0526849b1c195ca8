"""One subject: the rules are called, every step is kept. No query is compiled; this takes microseconds."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from gongyou.basics.money import checked_fen
from gongyou.basics.unknown import Unknown, all_of, any_of
from gongyou.policy.interpret import Known, interpret
from gongyou.policy.language.words import UndefinedRatio
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
)

Step = bool | int | str | Fraction | object
Row = Mapping[str, Known]


class Outcome(StrEnum):
    ELIGIBLE = "eligible"
    INELIGIBLE = "ineligible"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Judgement:
    """What was found for one subject. `steps`: every name's value, an Unknown where facts are missing."""

    outcome: Outcome
    amount_fen: int | None
    failed: tuple[str, ...]
    needs: tuple[str, ...]
    steps: Mapping[str, Known | Unknown]

    def known(self, name: str) -> Known:
        """A step's value, None where it is unknown."""
        found = self.steps[name]
        return None if isinstance(found, Unknown) else found


def judge(
    graph: Graph,
    facts: Row,
    children: Mapping[str, Sequence[Row]],
    doubtful: Collection[str] = (),
) -> Judgement:
    """Judge one subject. `facts` by name (None: unknown), `children` by table; amounts in fen.

    `doubtful`: tables with rejected rows of this subject; it is unknown then, whatever else is known.
    Raises Refusal for an amount beyond int64.
    """
    steps: dict[str, Known | Unknown] = {}
    for node in graph.nodes.values():
        if graph.subject.id in doubtful and isinstance(node, Fact | TotalNode):
            # Its own row was rejected: nothing that was sent about it can be relied on.
            steps[node.name] = Unknown(frozenset({graph.subject.id}))
        else:
            steps[node.name] = _step(graph, node, steps, facts, children, doubtful)
    return _judgement(graph, steps, doubtful)


def _step(
    graph: Graph,
    node: Node,
    steps: Mapping[str, Known | Unknown],
    facts: Row,
    children: Mapping[str, Sequence[Row]],
    doubtful: Collection[str],
) -> Known | Unknown:
    match node:
        case Fact():
            found = facts.get(node.name)
            return Unknown(frozenset({node.column.id})) if found is None else found
        case Constant():
            return node.content
        case TotalNode():
            if node.table.id in doubtful:
                return Unknown(frozenset({node.table.id}))
            return _total(node, steps, children.get(node.table.id, ()))
        case LookupColumn():
            return _looked_up(graph, node, steps)
        case RuleNode():
            return _rule(graph, node, steps)
        case ConditionNode():
            answers = [_flag(steps[name]) for name in node.declared.of]
            return all_of(answers) if node.declared.how == "all_of" else any_of(answers)


def _flag(step: Known | Unknown) -> bool | Unknown:
    assert isinstance(step, bool | Unknown)
    return step


def _total(node: TotalNode, steps: Mapping[str, Known | Unknown], rows: Sequence[Row]) -> int | Unknown:
    around: dict[str, Known] = {}
    for name in node.where.names() - set(node.columns):
        step = steps[name]
        if isinstance(step, Unknown):
            return step
        around[name] = step
    found, needs = 0, frozenset[str]()
    titles = {c.name: c.id for c in node.table.columns}
    for row in rows:
        counts = interpret(node.where, {**around, **{c: row.get(c) for c in node.columns}})
        value = row.get(node.declared.value) if node.declared.how == "sum" else 1
        if counts is None or (counts and value is None):
            needs |= {titles[c] for c in node.columns if row.get(c) is None}
        elif counts:
            assert isinstance(value, int)
            found += value
    return Unknown(needs) if needs else checked_fen(found)


def _looked_up(graph: Graph, node: LookupColumn, steps: Mapping[str, Known | Unknown]) -> Known | Unknown:
    key = steps[node.by]
    if isinstance(key, Unknown):
        return key
    row = node.table.find(str(key))
    found = row[node.name] if row is not None else None
    return Unknown(columns_behind(graph, node.by)) if found is None else found


def _rule(graph: Graph, node: RuleNode, steps: Mapping[str, Known | Unknown]) -> Known | Unknown:
    body = node.bodies[0]
    if node.guard:
        case = steps[node.guard]
        if isinstance(case, Unknown):
            return case
        body = next(b for b in node.bodies if case in b.cases)
    return _called(graph, body, steps)


def _called(graph: Graph, body: BoundBody, steps: Mapping[str, Known | Unknown]) -> Known | Unknown:
    args: list[Known] = []
    needs = frozenset[str]()
    for name in body.params:
        step = steps[name]
        if isinstance(step, Unknown):
            needs |= step.needs
        else:
            args.append(step)
    if needs:
        return Unknown(needs)
    try:
        found: Known = body.call(*args)
    except UndefinedRatio:
        return Unknown(columns_behind_whole(graph, body))
    return checked_fen(found) if type(found) is int else found


def columns_behind_whole(graph: Graph, body: BoundBody) -> frozenset[str]:
    """The columns of the files that the denominator of a body's ratio comes from."""
    wholes = [e.args[1] for e in body.expr.walk() if e.op == "ratio"]
    return frozenset().union(*(columns_behind(graph, n) for w in wholes for n in w.names()))


def columns_behind(graph: Graph, name: str) -> frozenset[str]:
    """The columns of the files that a name comes from in the end."""
    node = graph.nodes[name]
    if isinstance(node, Fact):
        return frozenset({node.column.id})
    if isinstance(node, TotalNode):
        return frozenset({c.id for c in node.table.columns if c.name in node.columns})
    return frozenset().union(*(columns_behind(graph, n) for n in graph.needed(node)))


def _judgement(graph: Graph, steps: Mapping[str, Known | Unknown], doubtful: Collection[str]) -> Judgement:
    spec = graph.policy.spec
    outcome = steps[spec.outcome]
    amount = steps[spec.amount] if spec.amount else 0
    failed = tuple(name for name in graph.conditions if steps[name] is False)
    if doubtful:
        unknown = _needs(outcome) | _needs(amount) if outcome is not False else frozenset()
        return Judgement(Outcome.UNKNOWN, None, failed, tuple(sorted(unknown | set(doubtful))), steps)
    if outcome is False:
        return Judgement(Outcome.INELIGIBLE, None, failed, (), steps)
    needs = _needs(outcome) | (_needs(amount) if spec.amount else frozenset())
    if needs:
        return Judgement(Outcome.UNKNOWN, None, failed, tuple(sorted(needs)), steps)
    paid = amount if spec.amount and isinstance(amount, int) else None
    return Judgement(Outcome.ELIGIBLE, paid, (), (), steps)


def _needs(step: Known | Unknown) -> frozenset[str]:
    return step.needs if isinstance(step, Unknown) else frozenset()
