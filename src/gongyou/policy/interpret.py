"""The typed tree read for one subject with three values: None is unknown; one false part of `and` decides.

Totals over child rows are read this way, and the explanation finds with it which comparison decided.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from datetime import date
from fractions import Fraction
from typing import Any

from gongyou.policy.language.expressions import Expr
from gongyou.policy.language.words import UndefinedRatio, add_months, month_of, ratio, share, year_of

Known = bool | int | str | Fraction | date | None

_PLAIN: Mapping[str, Callable[..., Any]] = {
    "add": operator.add,
    "sub": operator.sub,
    "mul": operator.mul,
    "neg": operator.neg,
    "not": operator.not_,
    "lt": operator.lt,
    "le": operator.le,
    "gt": operator.gt,
    "ge": operator.ge,
    "eq": operator.eq,
    "ne": operator.ne,
    "min": min,
    "max": max,
    "mean": Fraction,
    "share": share,
    "ratio": ratio,
    "month_of": month_of,
    "year_of": year_of,
    "add_months": add_months,
}


def interpret(expr: Expr, env: Mapping[str, Known]) -> Known:
    """The value of an expression, None where it is unknown."""
    match expr.op:
        case "const":
            return expr.value if not isinstance(expr.value, tuple) else None
        case "name":
            return env[str(expr.value)]
        case "and" | "or":
            return _combined(expr, env)
        case "if":
            test = interpret(expr.args[0], env)
            return None if test is None else interpret(expr.args[1 if test else 2], env)
        case "in" | "not_in":
            found = interpret(expr.args[0], env)
            assert isinstance(expr.value, tuple)
            return None if found is None else (found in expr.value) is (expr.op == "in")
    args = [interpret(arg, env) for arg in expr.args]
    if any(arg is None for arg in args):
        return None
    try:
        found = _PLAIN[expr.op](*args)
    except UndefinedRatio:
        return None
    assert found is None or isinstance(found, bool | int | str | Fraction | date)
    return found


def _combined(expr: Expr, env: Mapping[str, Known]) -> bool | None:
    deciding = expr.op == "or"
    is_open = False
    for arg in expr.args:
        found = interpret(arg, env)
        if found is None:
            is_open = True
        elif found is deciding:
            return deciding
    return None if is_open else not deciding


def deciding(expr: Expr, env: Mapping[str, Known]) -> Expr:
    """The comparison that decided: `if` followed to its branch, of an `and` the first part that fails."""
    if expr.op == "if":
        test = interpret(expr.args[0], env)
        return expr if test is None else deciding(expr.args[1 if test else 2], env)
    if expr.op == "and":
        failing = (arg for arg in expr.args if interpret(arg, env) is False)
        return deciding(next(failing, expr.args[0]), env)
    return expr
