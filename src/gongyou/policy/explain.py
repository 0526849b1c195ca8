"""Why a subject got its answer: every rule's sentence with its article, and how far a failed condition was off."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from string import Formatter

from gongyou.basics.money import fen_to_text
from gongyou.basics.refusal import says
from gongyou.basics.unknown import Unknown
from gongyou.policy.evaluate import Judgement
from gongyou.policy.interpret import Known, deciding, interpret
from gongyou.policy.language.expressions import Expr, ratio_parts
from gongyou.policy.language.units import Kind, Unit
from gongyou.policy.nodes import BoundBody, ConditionNode, Constant, Graph, Node, RuleNode, TotalNode
from gongyou.policy.values import KeyedTable, ValueInForce, values_digest

VERSION = 1

_MISSING = says("不明")
_YES, _NO = says("是"), says("否")


@dataclass(frozen=True)
class ExplainedValue:
    """A value that decided something, and where it comes from."""

    id: str
    title: str
    amount: str
    source: str
    number: str
    confidence: str
    area: str
    from_on: date
    until_on: date | None


@dataclass(frozen=True)
class ExplainedStep:
    """One rule. `template` and `params` say the sentence in any language; `text` is it in Chinese."""

    name: str
    title: str
    value: str
    text: str
    template: str
    params: Mapping[str, str]
    source: str
    is_condition: bool
    holds: bool | None
    distance: str
    needs: tuple[str, ...]


@dataclass(frozen=True)
class Explanation:
    version: int
    policy: str
    title: str
    subject: str
    on: date
    policy_hash: str
    values_hash: str
    outcome: str
    amount_fen: int | None
    failed: tuple[str, ...]
    needs: tuple[str, ...]
    simulated: bool
    steps: tuple[ExplainedStep, ...]
    values: tuple[ExplainedValue, ...]

    def sentences(self) -> Iterator[str]:
        """The explanation as lines of text."""
        for step in self.steps:
            mark = {True: "✓", False: "✗", None: "?" if step.is_condition else "·"}[step.holds]
            off = f"，{step.distance}" if step.distance else ""
            yield f"{mark} {step.title}：{step.text}{off}（{step.source}）"


def explain(graph: Graph, judgement: Judgement, subject: str) -> Explanation:
    """The explanation of one judgement made with this graph."""
    values = [graph.values[name] for name in sorted(graph.asked)]
    return Explanation(
        version=VERSION,
        policy=graph.policy.id,
        title=graph.policy.spec.title,
        subject=subject,
        on=graph.on,
        policy_hash=graph.policy.digest,
        values_hash=values_digest(graph.values),
        outcome=judgement.outcome.value,
        amount_fen=judgement.amount_fen,
        failed=judgement.failed,
        needs=judgement.needs,
        simulated=any(v.is_set for v in graph.values.values()),
        steps=tuple(_steps(graph, judgement)),
        values=tuple(explained_value(v) for v in values),
    )


def _steps(graph: Graph, judgement: Judgement) -> Iterator[ExplainedStep]:
    writer = _Writer(graph, judgement)
    for node in graph.results():
        template, source = _said(node, judgement)
        params = writer.params(template)
        step = judgement.steps[node.name]
        is_condition = node.unit.kind is Kind.FLAG
        yield ExplainedStep(
            name=node.name,
            title=writer.title(node.name),
            value=writer.shown(node.name),
            text=template.format(**params),
            template=template,
            params=params,
            source=source,
            is_condition=is_condition,
            holds=step if isinstance(step, bool) and is_condition else None,
            distance=writer.distance(node) if step is False else "",
            needs=tuple(sorted(step.needs)) if isinstance(step, Unknown) else (),
        )


def _said(node: RuleNode | ConditionNode | TotalNode, judgement: Judgement) -> tuple[str, str]:
    if isinstance(node, RuleNode):
        body = _chosen(node, judgement)
        return body.declared.says or "{" + node.name + "}", body.declared.source
    return node.declared.says or "{" + node.name + "}", node.declared.source


def _chosen(node: RuleNode, judgement: Judgement) -> BoundBody:
    """The body that applies; the first where the case itself is unknown."""
    if not node.guard:
        return node.bodies[0]
    case = judgement.known(node.guard)
    return next((b for b in node.bodies if case in b.cases), node.bodies[0])


def explained_value(value: ValueInForce) -> ExplainedValue:
    """A value as it is shown: amount as text, document, area, dates, confidence."""
    content = value.content
    rows = says("{count}行的表")
    return ExplainedValue(
        id=value.id,
        title=value.title,
        amount=rows.format(count=len(content.rows)) if isinstance(content, KeyedTable) else _amount(value),
        source=value.source.title,
        number=value.source.number,
        confidence=value.confidence.value,
        area=value.area,
        from_on=value.from_on,
        until_on=value.until_on,
    )


def _amount(value: ValueInForce) -> str:
    assert not isinstance(value.content, KeyedTable)
    return dict(value.codes).get(str(value.content)) or written(value.content, value.language_unit())


def written(value: Known, unit: Unit) -> str:
    """A value as a person reads it."""
    if value is None:
        return _MISSING
    match unit.kind:
        case Kind.FEN:
            assert isinstance(value, int)
            return says("{amount}元").format(amount=fen_to_text(value))
        case Kind.RATE:
            assert isinstance(value, int | Fraction)
            return percent(Fraction(value))
        case Kind.MEAN:
            assert isinstance(value, int | Fraction)
            return _decimal(Fraction(value), 6)
        case Kind.FLAG:
            return _YES if value else _NO
        case Kind.MONTH:
            return str(value)[:7]
    return str(value)


def percent(rate: Fraction) -> str:
    """5.5%, 19.35%: exact where two places suffice, else rounded to two."""
    return f"{_decimal(rate * 100, 2)}%"


def _decimal(value: Fraction, places: int) -> str:
    scaled = value * 10**places
    whole = (2 * abs(scaled.numerator) + scaled.denominator) // (2 * scaled.denominator)
    head, tail = divmod(whole, 10**places)
    text = f"{head}.{tail:0{places}d}".rstrip("0").rstrip(".")
    return f"-{text}" if value < 0 and whole else text


class _Writer:
    """Names and values of one judgement as text."""

    def __init__(self, graph: Graph, judgement: Judgement) -> None:
        self.graph = graph
        self.judgement = judgement
        self.titles: dict[str, str] = {}
        self.codes: dict[str, str] = {}
        for policy in graph.policy.every():
            self.titles.update({v.id: v.title for v in policy.values})
            self.titles.update(policy.spec.titles)
            for table in policy.spec.tables:
                self.titles.update({c.name: c.title for c in table.columns})
                for column in table.columns:
                    self.codes.update(column.codes)
        self.titles.update(graph.policy.spec.titles)

    def title(self, name: str) -> str:
        return self.titles.get(name, name)

    def shown(self, name: str) -> str:
        node = self.graph.nodes.get(name)
        if node is None:
            return name
        value = self._known(name)
        if node.unit.kind is Kind.CODE and value is not None:
            return self.codes.get(str(value)) or self.titles.get(str(value), str(value))
        return written(value, node.unit)

    def params(self, template: str) -> dict[str, str]:
        names = {field for _, field, _, _ in Formatter().parse(template) if field}
        return {name: self.shown(name) for name in sorted(names)}

    def distance(self, node: Node) -> str:
        """How far a failed comparison was off; empty where it is not a matter of more or less."""
        if not isinstance(node, RuleNode):
            return ""
        body = _chosen(node, self.judgement)
        env: dict[str, Known] = {n: self._known(n) for n in body.params}
        comparison = deciding(body.expr, env)
        if comparison.op not in ("lt", "le", "gt", "ge"):
            return ""
        if comparison.is_ratio_comparison():
            return _ratio_distance(comparison, env)
        left, right = (interpret(arg, env) for arg in comparison.args)
        return _plain_distance(comparison, left, right)

    def _known(self, name: str) -> Known:
        node = self.graph.nodes[name]
        return node.content if isinstance(node, Constant) else self.judgement.known(name)


def _ratio_distance(comparison: Expr, env: Mapping[str, Known]) -> str:
    part, whole, limit, op = ratio_parts(comparison)
    numbers = [interpret(e, env) for e in (part, whole, limit)]
    exact = [Fraction(n) for n in numbers if isinstance(n, int | Fraction)]
    found = exact[0] / exact[1]
    points = _decimal(abs(found - exact[2]) * 100, 2)
    template = (
        says("实际{found}，超出{points}个百分点")
        if op in ("le", "lt")
        else says("实际{found}，还差{points}个百分点")
    )
    return template.format(found=percent(found), points=points)


def _plain_distance(comparison: Expr, left: Known, right: Known) -> str:
    unit = comparison.args[0].unit
    template = says("超出{distance}") if comparison.op in ("le", "lt") else says("还差{distance}")
    if isinstance(left, date) and isinstance(right, date):
        return template.format(distance=says("{days}天").format(days=abs((left - right).days)))
    if isinstance(left, int | Fraction) and isinstance(right, int | Fraction):
        off = abs(Fraction(left) - Fraction(right))
        return template.format(distance=written(off.numerator if off.denominator == 1 else off, unit))
    return ""
