"""A rule's body as a typed tree: the form both the compiler and the explanation read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from gongyou.policy.language.units import MEAN, Kind, Unit

Constant = bool | int | str | tuple[str, ...] | None

COMPARISONS = {"lt": "<", "le": "≤", "gt": ">", "ge": "≥", "eq": "=", "ne": "≠"}


@dataclass(frozen=True, slots=True)
class Expr:
    """One step. `op` is one of: name const add sub mul neg not and or lt le gt ge eq ne in not_in if min max share
    ratio month_of year_of add_months mean (a count read as a mean)."""

    op: str
    unit: Unit
    args: tuple[Expr, ...] = ()
    value: Constant = None
    line: int = 0

    def walk(self) -> Iterator[Expr]:
        yield self
        for arg in self.args:
            yield from arg.walk()

    def names(self) -> frozenset[str]:
        return frozenset(str(e.value) for e in self.walk() if e.op == "name")

    def is_ratio_comparison(self) -> bool:
        return self.op in COMPARISONS and any(arg.op == "ratio" for arg in self.args)


def as_unit(expr: Expr, unit: Unit) -> Expr:
    """The expression read in a unit `common` found: 0 takes it on, a count becomes a mean."""
    if expr.unit.is_zero:
        return replace(expr, unit=unit)
    if unit.kind is Kind.MEAN and expr.unit.kind is Kind.COUNT:
        return Expr("mean", MEAN, (expr,), line=expr.line)
    return expr


def ratio_parts(expr: Expr) -> tuple[Expr, Expr, Expr, str]:
    """part, whole, limit and operator of a comparison with a ratio, the ratio on the left."""
    left, right = expr.args
    if left.op == "ratio":
        return left.args[0], left.args[1], right, expr.op
    turned = {"lt": "gt", "le": "ge", "gt": "lt", "ge": "le"}.get(expr.op, expr.op)
    return right.args[0], right.args[1], left, turned
