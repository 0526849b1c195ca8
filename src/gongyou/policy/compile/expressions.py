"""Typed trees as SQL trees. Everything is whole numbers: fen, counts, and millionths for rates and means."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from fractions import Fraction
from typing import TypeAlias

from sqlglot import exp

from gongyou.policy.interpret import Known, interpret
from gongyou.policy.language.expressions import Expr, ratio_parts
from gongyou.policy.language.units import SCALE, Kind, Unit
from gongyou.policy.nodes import Constant, Graph

Sql: TypeAlias = "exp.Expr"

# Names: sqlglot's code runs at the first query, not when this file is read.
_BINARY: Mapping[str, str] = {
    "add": "Add",
    "sub": "Sub",
    "mul": "Mul",
    "lt": "LT",
    "le": "LTE",
    "gt": "GT",
    "ge": "GTE",
    "eq": "EQ",
    "ne": "NEQ",
}
# These may give an answer although an operand is NULL; a rule with an unknown input is unknown.
_LENIENT = frozenset({"and", "or", "if", "min", "max"})


def column(name: str, table: str = "") -> exp.Column:
    """A column, always quoted: a rule may be called `limit`."""
    return exp.column(name, table=table or None, quoted=True)


def _kind(op: str) -> type[exp.Binary]:
    found: type[exp.Binary] = getattr(exp, _BINARY[op])
    return found


def number(value: int) -> Sql:
    return exp.Literal.number(value) if value >= 0 else exp.Neg(this=exp.Literal.number(-value))


def binary(kind: type[exp.Binary], one: Sql, other: Sql) -> Sql:
    return kind(this=_wrapped(one), expression=_wrapped(other))


def _wrapped(node: Sql) -> Sql:
    return (
        exp.Paren(this=node)
        if isinstance(node, exp.Binary | exp.Connector | exp.Not | exp.Is | exp.Neg)
        else node
    )


def both(nodes: list[Sql], kind: type[exp.Connector] | None = None) -> Sql:
    """The nodes joined by AND (or OR); three-valued, as SQL's own."""
    joined = kind or exp.And
    found = nodes[0]
    for node in nodes[1:]:
        found = joined(this=_wrapped(found), expression=_wrapped(node))
    return found


def is_null(node: Sql) -> Sql:
    return exp.Is(this=_wrapped(node), expression=exp.Null())


def negated(node: Sql) -> Sql:
    return exp.Not(this=_wrapped(node))


def when(test: Sql, then: Sql, otherwise: Sql | None = None) -> exp.Case:
    return exp.Case(ifs=[exp.If(this=test, true=then)], default=otherwise)


def literal(value: Known, unit: Unit) -> Sql:
    """A constant in the form its unit has in tables."""
    if isinstance(value, bool):
        return exp.Boolean(this=value)
    if unit.kind in (Kind.RATE, Kind.MEAN):
        assert isinstance(value, int | Fraction)
        scaled = Fraction(value) * SCALE
        assert scaled.denominator == 1, "rates and means have at most six places"
        return number(scaled.numerator)
    if isinstance(value, date):
        return exp.cast(exp.Literal.string(value.isoformat()), "date")
    if isinstance(value, str):
        return exp.Literal.string(value)
    assert isinstance(value, int)
    return number(value)


class Writer:
    """Writes expressions over columns; what is the same for every subject is computed here and becomes a literal."""

    def __init__(self, graph: Graph) -> None:
        self.constants: dict[str, Known] = {
            name: node.content for name, node in graph.nodes.items() if isinstance(node, Constant)
        }

    def rule(self, expr: Expr) -> Sql:
        """A rule's body: NULL as soon as one of its inputs is."""
        written = self.sql(expr)
        inputs = sorted(expr.names() - set(self.constants))
        if not inputs or not any(e.op in _LENIENT for e in expr.walk()):
            return written
        known = both([negated(is_null(column(name))) for name in inputs])
        return when(known, written)

    def sql(self, expr: Expr) -> Sql:
        """An expression as it stands; `and`/`or` are three-valued."""
        if expr.op == "name" and expr.value not in self.constants:
            return column(str(expr.value))
        if expr.names() <= set(self.constants) and not any(e.op == "ratio" for e in expr.walk()):
            return literal(interpret(expr, self.constants), expr.unit)
        if expr.is_ratio_comparison():
            return self._ratio(expr)
        if expr.op in _BINARY:
            return binary(_kind(expr.op), self.sql(expr.args[0]), self.sql(expr.args[1]))
        return _WRITERS[expr.op](self, expr)

    def connector(self, expr: Expr) -> Sql:
        return both([self.sql(a) for a in expr.args], exp.And if expr.op == "and" else exp.Or)

    def choice(self, expr: Expr) -> Sql:
        test, yes, no = (self.sql(a) for a in expr.args)
        return when(test, yes, no)

    def membership(self, expr: Expr) -> Sql:
        assert isinstance(expr.value, tuple)
        found = exp.In(this=self.sql(expr.args[0]), expressions=[exp.Literal.string(v) for v in expr.value])
        return found if expr.op == "in" else negated(found)

    def extreme(self, expr: Expr) -> Sql:
        kind = exp.Least if expr.op == "min" else exp.Greatest
        first, *rest = [self.sql(a) for a in expr.args]
        return kind(this=first, expressions=rest)

    def share(self, expr: Expr) -> Sql:
        """Half up without leaving int64: whole parts and the rest of the division apart."""
        amount, rate = expr.args
        if rate.names() <= set(self.constants):
            exact = interpret(rate, self.constants)
            assert isinstance(exact, int | Fraction)
            upper, lower = number(Fraction(exact).numerator), Fraction(exact).denominator
        else:
            upper, lower = self.sql(rate), SCALE
        written = self.sql(amount)
        size = exp.Abs(this=written.copy())
        whole = binary(exp.Mul, exp.IntDiv(this=size, expression=number(lower)), upper)
        rest = binary(exp.Mul, exp.Mod(this=size.copy(), expression=number(lower)), upper.copy())
        rounded = exp.IntDiv(
            this=exp.Paren(this=binary(exp.Add, binary(exp.Mul, rest, number(2)), number(lower))),
            expression=number(2 * lower),
        )
        sign = when(exp.LT(this=_wrapped(written), expression=number(0)), number(-1), number(1))
        return binary(exp.Mul, sign, exp.Paren(this=binary(exp.Add, exp.Paren(this=whole), rounded)))

    def _ratio(self, expr: Expr) -> Sql:
        """part / whole ≤ limit, by cross-multiplication; NULL unless the whole is positive."""
        part, whole, limit, op = ratio_parts(expr)
        upper, lower = Fraction(SCALE if whole.unit.kind is Kind.MEAN else 1), Fraction(1)
        if part.unit.kind is Kind.MEAN:
            lower *= SCALE
        if limit.names() <= set(self.constants):
            exact = interpret(limit, self.constants)
            assert isinstance(exact, int | Fraction)
            right_factor = lower * Fraction(exact)
            left_factor, bound = upper, None
        else:
            left_factor, right_factor, bound = upper * SCALE, lower, self.sql(limit)
        scale = right_factor / left_factor
        left = binary(exp.Mul, self.sql(part), number(scale.denominator))
        right = binary(exp.Mul, self.sql(whole), number(scale.numerator))
        if bound is not None:
            right = binary(exp.Mul, right, bound)
        positive = exp.GT(this=_wrapped(self.sql(whole)), expression=number(0))
        return when(positive, _kind(op)(this=left, expression=right))


def _month(day: Sql) -> Sql:
    return exp.cast(exp.func("date_trunc", exp.Literal.string("MONTH"), day, dialect="duckdb"), "date")


def _year(day: Sql) -> Sql:
    return exp.cast(exp.Year(this=day), "bigint")


def _later(writer: Writer, expr: Expr) -> Sql:
    day, months = (writer.sql(a) for a in expr.args)
    return exp.cast(exp.AddMonths(this=day, expression=exp.cast(months, "int")), "date")


_WRITERS: Mapping[str, Callable[[Writer, Expr], Sql]] = {
    "and": Writer.connector,
    "or": Writer.connector,
    "if": Writer.choice,
    "in": Writer.membership,
    "not_in": Writer.membership,
    "min": Writer.extreme,
    "max": Writer.extreme,
    "share": Writer.share,
    "not": lambda w, e: negated(w.sql(e.args[0])),
    "neg": lambda w, e: exp.Neg(this=_wrapped(w.sql(e.args[0]))),
    "mean": lambda w, e: binary(exp.Mul, w.sql(e.args[0]), number(SCALE)),
    "month_of": lambda w, e: _month(w.sql(e.args[0])),
    "year_of": lambda w, e: _year(w.sql(e.args[0])),
    "add_months": _later,
}
