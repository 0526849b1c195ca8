"""The layered query: one pass over each child table, one common table expression per layer of rules.

No expression is repeated and every step keeps its rule's name, so that an auditor can read it. The tables it reads
hold typed facts (`gongyou.policy.tables` provides them): fen, counts and millionths as int64, months as first days.
"""

from __future__ import annotations

import re
from fractions import Fraction

from sqlglot import exp

from gongyou.policy.compile.expressions import Sql, Writer, both, column, is_null, literal, number, when
from gongyou.policy.compile.needs import (
    DOUBT,
    TEXT_LIST,
    Needs,
    gap_bits,
    gaps_column,
    text_list,
)
from gongyou.policy.definitions import TableSpec
from gongyou.policy.evaluate import Outcome
from gongyou.policy.language.units import SCALE, Kind
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

OWN = "__own"
DOUBTFUL_TABLE = "__doubtful"  # subject, tables: subjects of which rows were rejected
_PLACES = len(str(SCALE)) - 1


def compile_query(
    graph: Graph, *, is_doubting: bool = False, only_decision: bool = False, is_totalled: bool = False
) -> exp.Select:
    """The query of a policy. `is_doubting`: some rows were rejected, their subjects stand in `__doubtful`.

    `only_decision` leaves the column per rule out (what keeping them costs is measured with it). `is_totalled`: the
    totals over child rows already stand in tables (`totals_table`), made by `compile_totals` in the scan that checked
    the rows.
    """
    return _Query(graph, is_doubting).build(only_decision, is_totalled)


def compile_totals(graph: Graph, table: TableSpec) -> list[tuple[str, Sql]]:
    """The totals over one child table as columns of a query that is grouped by its subject: name → expression.

    They read the columns `condition_columns` gives; none where no rule asks for a total of this table.
    """
    return _Query(graph, is_doubting=False).totals(table)


def condition_columns(graph: Graph, table: TableSpec) -> list[tuple[str, Sql]]:
    """For every row of a child table, the condition of each total over it: name → expression over typed facts."""
    return _Query(graph, is_doubting=False).row_conditions(table)


def totals_table(table_id: str) -> str:
    """Where the totals of a child table stand."""
    return f"{table_id}_totals"


def printed(query: exp.Select, dialect: str) -> str:
    """SQL text, identifiers quoted, in the dialect of `duckdb` or `spark`."""
    return query.sql(dialect=dialect, identify=True, pretty=True)


class _Query:
    def __init__(self, graph: Graph, is_doubting: bool) -> None:
        self.graph = graph
        self.is_doubting = is_doubting
        self.writer = Writer(graph)
        self.key = graph.subject.key[0]
        self.total_nodes = [n for n in graph.nodes.values() if isinstance(n, TotalNode)]

    def build(self, only_decision: bool, is_totalled: bool) -> exp.Select:
        tables = [t for t in self.graph.children if any(n.table.id == t.id for n in self.total_nodes)]
        ctes: list[tuple[str, exp.Select]] = []
        if not is_totalled:
            ctes += [(totals_table(t.id), self._totals(t)) for t in tables]
        ctes.append(("layer_0", self._facts(tables)))
        for number_, names in enumerate(self._layers(), start=1):
            ctes.append((f"layer_{number_}", self._layer(names, f"layer_{number_ - 1}")))
        ctes.append(("judged", self._judged(ctes[-1][0])))
        query = self._result(only_decision)
        for name, select in ctes:
            query = query.with_(exp.to_identifier(name, quoted=True), as_=select, copy=False)
        return query

    def _totals(self, table: TableSpec) -> exp.Select:
        mine = self._of(table)
        inner: list[Sql] = [column(table.key[0])]
        inner += [named(condition, name) for name, condition in self.row_conditions(table)]
        inner += [column(c) for c in dict.fromkeys(c for n in mine for c in n.columns)]
        rows = selected(*inner).from_(_quoted(table.id), copy=False)
        columns: list[Sql] = [column(table.key[0])]
        columns += [named(found, name) for name, found in self.totals(table)]
        return (
            selected(*columns)
            .from_(rows.subquery("rows", copy=False), copy=False)
            .group_by(column(table.key[0]), copy=False)
        )

    def _of(self, table: TableSpec) -> list[TotalNode]:
        return [n for n in self.total_nodes if n.table.id == table.id]

    def row_conditions(self, table: TableSpec) -> list[tuple[str, Sql]]:
        return [(f"__{n.name}", self.writer.sql(n.where)) for n in self._of(table)]

    def totals(self, table: TableSpec) -> list[tuple[str, Sql]]:
        mine = self._of(table)
        if not mine:
            return []
        gaps = exp.BitwiseOrAgg(this=_added([self._gap(n) for n in mine]))
        return [*((n.name, self._total(n)) for n in mine), (gaps_column(table.id), gaps)]

    def _total(self, node: TotalNode) -> Sql:
        counts = column(f"__{node.name}")
        if node.declared.how == "count":
            # DuckDB counts in 128 bits, which Parquet would store as a floating-point number.
            return exp.cast(exp.CountIf(this=counts), "bigint")
        # The engine adds in 128 bits; the cast raises where the sum does not fit.
        summed = exp.Sum(this=when(counts, column(node.declared.value)))
        return exp.cast(exp.Coalesce(this=summed, expressions=[number(0)]), "bigint")

    def _gap(self, node: TotalNode) -> Sql:
        is_open: Sql = is_null(column(f"__{node.name}"))
        if node.declared.how == "sum":
            missing = is_null(column(node.declared.value))
            is_open = both([is_open, both([column(f"__{node.name}"), missing])], exp.Or)
        bits = [
            when(is_null(column(name)), number(bit), number(0))
            for name, bit in gap_bits(self.graph, node).items()
        ]
        return when(is_open, _added(list(bits)), number(0))

    def _facts(self, tables: list[TableSpec]) -> exp.Select:
        subject = self.graph.subject.id
        facts = [n for n in self.graph.nodes.values() if isinstance(n, Fact)]
        columns: list[Sql] = [named(column(self.key, OWN), "subject_id")]
        columns += [column(n.name, OWN) for n in facts]
        columns += [named(self._filled(n), n.name) for n in self.total_nodes]
        columns += [named(self._gaps(t), gaps_column(t.id)) for t in tables]
        columns += [
            column(n.name, n.table_id) for n in self.graph.nodes.values() if isinstance(n, LookupColumn)
        ]
        if self.is_doubting:
            columns.append(named(column("tables", DOUBTFUL_TABLE), DOUBT))
        query = selected(*columns).from_(
            exp.alias_(_quoted(subject), OWN, table=True, quoted=True), copy=False
        )
        for table in tables:
            name = totals_table(table.id)
            on = exp.EQ(this=column(table.key[0], name), expression=column(self.key, OWN))
            query = query.join(_quoted(name), on=on, join_type="left", copy=False)
        if self.is_doubting:
            on = exp.EQ(this=column("subject", DOUBTFUL_TABLE), expression=column(self.key, OWN))
            query = query.join(_quoted(DOUBTFUL_TABLE), on=on, join_type="left", copy=False)
        return self._with_lookups(query)

    def _gaps(self, table: TableSpec) -> Sql:
        found = exp.Coalesce(
            this=column(gaps_column(table.id), totals_table(table.id)), expressions=[number(0)]
        )
        if not self.is_doubting:
            return found
        doubt = exp.ArrayContains(
            this=column("tables", DOUBTFUL_TABLE), expression=exp.Literal.string(table.id)
        )
        return when(doubt, number(0), found)

    def _filled(self, node: TotalNode) -> Sql:
        """No child rows: 0. Rows that leave it open, or rejected rows: NULL."""
        source = totals_table(node.table.id)
        found = exp.Coalesce(this=column(node.name, source), expressions=[number(0)])
        gaps = exp.Coalesce(this=column(gaps_column(node.table.id), source), expressions=[number(0)])
        masked = exp.BitwiseAnd(this=gaps, expression=number(sum(gap_bits(self.graph, node).values())))
        ifs = [exp.If(this=exp.EQ(this=exp.Paren(this=masked), expression=number(0)), true=found)]
        if self.is_doubting:
            doubt = exp.ArrayContains(
                this=column("tables", DOUBTFUL_TABLE), expression=exp.Literal.string(node.table.id)
            )
            ifs.insert(0, exp.If(this=doubt, true=exp.Null()))
        return exp.Case(ifs=ifs)

    def _with_lookups(self, query: exp.Select) -> exp.Select:
        looked_up = [n for n in self.graph.nodes.values() if isinstance(n, LookupColumn)]
        for table_id in dict.fromkeys(n.table_id for n in looked_up):
            mine = [n for n in looked_up if n.table_id == table_id]
            on = exp.EQ(this=column("__key", table_id), expression=_matched(mine[0]))
            rows = _rows(mine).subquery(exp.to_identifier(table_id, quoted=True))
            query = query.join(rows, on=on, join_type="left", copy=False)
        return query

    def _layers(self) -> list[list[str]]:
        depth: dict[str, int] = {}
        for name, node in self.graph.nodes.items():
            if isinstance(node, RuleNode | ConditionNode):
                depth[name] = 1 + max((depth.get(n, 0) for n in self.graph.needed(node)), default=0)
        return [[n for n, d in depth.items() if d == level] for level in range(1, max(depth.values()) + 1)]

    def _layer(self, names: list[str], below: str) -> exp.Select:
        columns: list[Sql] = [exp.Star()]
        columns += [named(self._node(n), n) for n in names]
        return selected(*columns).from_(_quoted(below), copy=False)

    def _node(self, name: str) -> Sql:
        node = self.graph.nodes[name]
        if isinstance(node, ConditionNode):
            kind = exp.And if node.declared.how == "all_of" else exp.Or
            return both([self._member(n) for n in node.declared.of], kind)
        assert isinstance(node, RuleNode)
        if not node.guard:
            return self._body(node, node.bodies[0])
        unit = self.graph.nodes[node.guard].unit
        cases = [
            exp.If(
                this=exp.In(this=column(node.guard), expressions=[literal(c, unit) for c in body.cases]),
                true=self._body(node, body),
            )
            for body in node.bodies
        ]
        return exp.Case(ifs=cases)

    def _body(self, node: RuleNode, body: BoundBody) -> Sql:
        found = self.writer.rule(body.expr)
        is_count_of_means = node.unit.kind is Kind.MEAN and body.expr.unit.kind is Kind.COUNT
        return exp.Mul(this=exp.Paren(this=found), expression=number(SCALE)) if is_count_of_means else found

    def _member(self, name: str) -> Sql:
        node = self.graph.nodes[name]
        return literal(node.content, node.unit) if isinstance(node, Constant) else column(name)

    def _judged(self, below: str) -> exp.Select:
        spec = self.graph.policy.spec
        ifs = [exp.If(this=exp.Not(this=column(spec.outcome)), true=_text(Outcome.INELIGIBLE))]
        if self.is_doubting:
            ifs.insert(0, exp.If(this=exp.Not(this=is_null(column(DOUBT))), true=_text(Outcome.UNKNOWN)))
        holds: list[Sql] = [column(spec.outcome)]
        if spec.amount:
            holds.append(exp.Not(this=is_null(column(spec.amount))))
        ifs.append(exp.If(this=both(holds), true=_text(Outcome.ELIGIBLE)))
        outcome = exp.Case(ifs=ifs, default=_text(Outcome.UNKNOWN))
        return selected(exp.Star(), named(outcome, "__outcome")).from_(_quoted(below), copy=False)

    def _rates(self) -> list[int]:
        """The run's rates that are values, in millionths."""
        nodes = self.graph.nodes.values()
        contents = [n.content for n in nodes if isinstance(n, Constant) and n.unit.kind is Kind.RATE]
        return sorted({int(c * SCALE) for c in contents if isinstance(c, int | Fraction) and c >= 0})

    def _result(self, only_decision: bool) -> exp.Select:
        spec = self.graph.policy.spec
        amount: Sql = exp.cast(exp.Null(), "bigint")
        if spec.amount:
            amount = when(_is_outcome(Outcome.ELIGIBLE), column(spec.amount))
        failing = [when(exp.Not(this=column(n)), exp.Literal.string(n)) for n in self.graph.conditions]
        needs = Needs(self.graph, is_doubting=self.is_doubting).listed([t.id for t in self.graph.children])
        nothing = exp.cast(exp.Array(expressions=[]), TEXT_LIST)
        columns: list[Sql] = [
            column("subject_id"),
            named(column("__outcome"), "outcome"),
            named(amount, "amount_fen"),
            named(when(_is_outcome(Outcome.ELIGIBLE), nothing, text_list(list(failing))), "failed"),
            named(when(_is_outcome(Outcome.UNKNOWN), needs, nothing.copy()), "needs"),
        ]
        if not only_decision:
            columns += [named(_shown(n, self._rates()), n.name) for n in self.graph.results()]
        return selected(*columns).from_(_quoted("judged"), copy=False)


def _told(rate: int) -> str:
    """A rate in millionths as decimal text: 600000 → 0.6"""
    whole, rest = divmod(rate, SCALE)
    return f"{whole}.{rest:0{_PLACES}d}".rstrip("0").rstrip(".")


def selected(*columns: Sql) -> exp.Select:
    """A select list. (The builders copy whole trees unless told not to.)"""
    return exp.Select().select(*columns, copy=False)


def named(node: Sql, name: str) -> exp.Alias:
    """A column of a select list under a name. (`exp.alias_` would copy the whole tree.)"""
    return exp.Alias(this=node, alias=exp.to_identifier(name, quoted=True))


def _quoted(name: str) -> exp.Table:
    return exp.Table(this=exp.to_identifier(name, quoted=True))


def _text(outcome: Outcome) -> Sql:
    return exp.Literal.string(outcome.value)


def _is_outcome(outcome: Outcome) -> Sql:
    return exp.EQ(this=column("__outcome"), expression=_text(outcome))


def _added(nodes: list[Sql]) -> Sql:
    found = nodes[0]
    for node in nodes[1:]:
        found = exp.Add(this=found, expression=node)
    return found


def _matched(node: LookupColumn) -> Sql:
    """The key of the table's row that fits: the fact itself, or its longest prefix that the table has."""
    fact = column(node.by, OWN)
    if not node.table.is_prefix:
        return fact
    # One function of one column: DuckDB computes it once for each different text of a column that has few. The longest
    # key stands first, and the first that fits is taken; where none fits, the text is empty and meets no row.
    keys = "|".join(re.escape(key) for key in sorted(node.table.rows, key=len, reverse=True))
    return exp.RegexpExtract(this=fact, expression=exp.Literal.string(f"^({keys})"), group=number(1))


def _rows(nodes: list[LookupColumn]) -> exp.Select:
    """The keyed table as a query of literals."""
    names = ["__key", *(node.name for node in nodes)]
    rows = []
    for key, row in nodes[0].table.rows.items():
        cells = [(row[node.name], node.unit) for node in nodes]
        written = [exp.Null() if value is None else literal(value, unit) for value, unit in cells]
        rows.append(exp.Tuple(expressions=[exp.Literal.string(key), *written]))
    listed = exp.TableAlias(
        this=exp.to_identifier("listed", quoted=True),
        columns=[exp.to_identifier(name, quoted=True) for name in names],
    )
    columns: list[Sql] = [column("__key")]
    columns += [named(exp.cast(column(n.name), _SQL_TYPES[n.unit.kind]), n.name) for n in nodes]
    return selected(*columns).from_(exp.Values(expressions=rows, alias=listed), copy=False)


_SQL_TYPES = {
    Kind.FEN: "bigint",
    Kind.COUNT: "bigint",
    Kind.MEAN: "bigint",
    Kind.RATE: "bigint",
    Kind.MONTH: "date",
    Kind.DATE: "date",
    Kind.CODE: "varchar",
    Kind.FLAG: "boolean",
}


def _shown(node: RuleNode | ConditionNode | TotalNode, rates: list[int]) -> Sql:
    """A step as it stands in the result: rates as decimal text, means as decimals, months as text.

    Nearly every rate is one of the run's own values (`rates`, in millionths), whose text is known beforehand.
    """
    found: Sql = column(node.name)
    match node.unit.kind:
        case Kind.RATE | Kind.MEAN:
            decimal = exp.cast(found, "decimal(24,0)")
            part = exp.cast(exp.Literal.number(f"0.{1:0{_PLACES}d}"), f"decimal({_PLACES + 1},{_PLACES})")
            exact = exp.cast(exp.Mul(this=decimal, expression=part), f"decimal(18,{_PLACES})")
            if node.unit.kind is Kind.MEAN:
                return exact
            ifs = [
                exp.If(
                    this=exp.EQ(this=found.copy(), expression=number(r)), true=exp.Literal.string(_told(r))
                )
                for r in rates
            ]
            return exp.Case(ifs=ifs, default=_plain_text(exact)) if ifs else _plain_text(exact)
        case Kind.MONTH:
            return exp.Substring(this=exp.cast(found, "varchar"), start=number(1), length=number(7))
    return found


def _plain_text(decimal: Sql) -> Sql:
    """0.600000 → 0.6"""
    digits = exp.Trim(
        this=exp.cast(decimal, "varchar"), position="TRAILING", expression=exp.Literal.string("0")
    )
    return exp.Trim(this=digits, position="TRAILING", expression=exp.Literal.string("."))
