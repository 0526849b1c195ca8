"""Which facts an unknown outcome waits for, as pairs of a name and the test whether it is missing.

The pairs of a name are read only where that name is NULL; the tests are the causes one by one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from sqlglot import exp

from gongyou.policy.compile.expressions import (
    Sql,
    Writer,
    both,
    column,
    is_null,
    literal,
    negated,
    number,
    when,
)
from gongyou.policy.evaluate import columns_behind, columns_behind_whole
from gongyou.policy.nodes import (
    BoundBody,
    ConditionNode,
    Constant,
    Fact,
    Graph,
    LookupColumn,
    RuleNode,
    TotalNode,
)

Pair = tuple[str, Sql]


def gaps_column(table_id: str) -> str:
    """The column that tells which child columns left a total open: one bit per total and column."""
    return f"__gaps_{table_id}"


DOUBT = "__doubt"
TEXT_LIST = "array<varchar>"


def is_doubtful(table_id: str) -> Sql:
    """Whether rows of that table were rejected for the subject."""
    listed = exp.ArrayContains(this=column(DOUBT), expression=exp.Literal.string(table_id))
    return exp.Coalesce(this=listed, expressions=[exp.Boolean(this=False)])


def gap_bits(graph: Graph, total: TotalNode) -> dict[str, int]:
    """Child column → its bit in the table's gaps column."""
    bit, found = 0, {}
    for node in graph.nodes.values():
        if isinstance(node, TotalNode) and node.table.id == total.table.id:
            for name in node.columns:
                if node is total:
                    found[name] = 1 << bit
                bit += 1
    return found


def has_gap(table_id: str, bits: int) -> Sql:
    masked = exp.Paren(this=exp.BitwiseAnd(this=column(gaps_column(table_id)), expression=number(bits)))
    return exp.NEQ(this=masked, expression=number(0))


class Needs:
    def __init__(self, graph: Graph, *, is_doubting: bool) -> None:
        self.graph = graph
        self.is_doubting = is_doubting
        self.writer = Writer(graph)

    def listed(self, children: list[str]) -> Sql:
        """The sorted list of what is missing for outcome and amount, and of doubtful tables."""
        spec = self.graph.policy.spec
        outcome = merged(self.of(spec.outcome))
        pairs = [(n, both([t, is_null(column(spec.outcome))])) for n, t in outcome]
        if spec.amount:
            open_outcome = exp.Coalesce(this=column(spec.outcome), expressions=[exp.Boolean(this=True)])
            here = [is_null(column(spec.amount)), open_outcome]
            pairs += [(n, both([t, *(h.copy() for h in here)])) for n, t in merged(self.of(spec.amount))]
        if self.is_doubting:
            pairs += [(table, is_doubtful(table)) for table in children]
        return text_list(
            [when(test, exp.Literal.string(name)) for name, test in sorted(merged(pairs), key=_name)]
        )

    def of(self, name: str) -> list[Pair]:
        node = self.graph.nodes[name]
        match node:
            case Fact():
                return [(node.column.id, is_null(column(name)))]
            case Constant():
                return []
            case TotalNode():
                return list(self._total(node))
            case LookupColumn():
                return [(c, is_null(column(name))) for c in sorted(columns_behind(self.graph, node.by))]
            case ConditionNode():
                return [pair for member in node.declared.of for pair in self._input(member)]
            case RuleNode():
                return list(self._rule(node))

    def _total(self, node: TotalNode) -> Iterator[Pair]:
        titles = {c.name: c.id for c in node.table.columns}
        for name, bit in gap_bits(self.graph, node).items():
            yield titles[name], has_gap(node.table.id, bit)
        if self.is_doubting:
            yield node.table.id, is_doubtful(node.table.id)

    def _input(self, name: str) -> list[Pair]:
        """Pairs of an input; a condition or a rule by cases may be known although a fact behind it is missing."""
        if isinstance(self.graph.nodes[name], Fact | Constant | LookupColumn | TotalNode):
            return self.of(name)
        return [(n, both([t, is_null(column(name))])) for n, t in merged(self.of(name))]

    def _rule(self, node: RuleNode) -> Iterator[Pair]:
        if not node.guard:
            yield from self._body(node.bodies[0])
            return
        yield from self._input(node.guard)
        unit = self.graph.nodes[node.guard].unit
        for body in node.bodies:
            cases = [literal(case, unit) for case in body.cases]
            for name, test in merged(self._body(body)):
                case = exp.In(this=column(node.guard), expressions=[c.copy() for c in cases])
                yield name, both([case, test])

    def _body(self, body: BoundBody) -> Iterator[Pair]:
        for name in body.params:
            yield from self._input(name)
        # Only where everything is known can it have been the denominator.
        inputs = [negated(is_null(column(n))) for n in body.params if n not in self.writer.constants]
        for part in body.expr.walk():
            if part.op == "ratio":
                empty = exp.LTE(this=exp.Paren(this=self.writer.sql(part.args[1])), expression=number(0))
                for name in sorted(columns_behind_whole(self.graph, body)):
                    yield name, both([empty.copy(), *(i.copy() for i in inputs)])


def merged(pairs: Iterable[Pair]) -> list[Pair]:
    """One pair per name, its tests joined by OR; a test that stands twice is kept once."""
    causes: dict[str, dict[str, Sql]] = {}
    for name, test in pairs:
        causes.setdefault(name, {}).setdefault(test.sql(), test)
    return [(name, both(list(tests.values()), exp.Or)) for name, tests in causes.items()]


def _name(pair: Pair) -> str:
    return pair[0]


def text_list(items: list[Sql]) -> Sql:
    """A list of texts without its NULLs."""
    if not items:
        return exp.cast(exp.Array(expressions=[]), TEXT_LIST)
    kept = exp.Lambda(this=negated(is_null(exp.column("y"))), expressions=[exp.to_identifier("y")])
    return exp.ArrayFilter(this=exp.Array(expressions=items), expression=kept)
