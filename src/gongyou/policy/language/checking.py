"""From Python's syntax tree to the typed tree; whatever is not in the language is refused by line, with advice."""

from __future__ import annotations

import ast
import difflib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NoReturn

from gongyou.basics.refusal import Refusal, says
from gongyou.policy.language import units
from gongyou.policy.language.expressions import COMPARISONS, Expr, as_unit
from gongyou.policy.language.units import Kind, Unit, common

_COMPARE: dict[type[ast.cmpop], str] = {
    ast.Lt: "lt",
    ast.LtE: "le",
    ast.Gt: "gt",
    ast.GtE: "ge",
    ast.Eq: "eq",
    ast.NotEq: "ne",
}
_ARITHMETIC: dict[type[ast.operator], str] = {ast.Add: "add", ast.Sub: "sub", ast.Mult: "mul"}
_ORDERED = frozenset({Kind.FEN, Kind.COUNT, Kind.MEAN, Kind.RATE, Kind.MONTH, Kind.DATE})
_ADDABLE = frozenset({Kind.FEN, Kind.COUNT, Kind.MEAN})


def refuse(file: str, line: int, message: str, hint: str = "", **params: object) -> NoReturn:
    """Raise the refusal of one place in a rules file."""
    raise Refusal(
        "rule_wrong",
        says("{file}第{line}行：{reason}{advice}"),
        field="rules",
        file=file,
        line=line,
        reason=message.format(**params),
        advice=hint.format(**params),
    )


def nearest(name: str, known: Mapping[str, object] | frozenset[str]) -> str:
    """The most similar known name, as part of a sentence; empty if none is near."""
    found = difflib.get_close_matches(name, list(known), n=1)
    return f"是不是“{found[0]}”？" if found else ""


@dataclass(frozen=True)
class Typist:
    """Types the body of one function. `known`: the unit of every parameter."""

    file: str
    known: Mapping[str, Unit]

    def body(self, function: ast.FunctionDef) -> Expr:
        statements = function.body
        if isinstance(statements[0], ast.Expr) and isinstance(statements[0].value, ast.Constant):
            statements = statements[1:]
        if not statements:
            refuse(self.file, function.lineno, says("“{name}”没有内容。"), name=function.name)
        return self._block(statements, function.lineno)

    def _block(self, statements: list[ast.stmt], line: int) -> Expr:
        if not statements:
            refuse(
                self.file,
                line,
                says("这一支没有 return。"),
                says("每一支都要写明结果；if 后面请写 else 或 return。"),
            )
        first, rest = statements[0], statements[1:]
        if isinstance(first, ast.Return) and first.value is not None:
            if rest:
                refuse(self.file, rest[0].lineno, says("return 之后的内容不会执行。"), says("请删去。"))
            return self.expr(first.value, may_be_ratio=True)
        if isinstance(first, ast.If):
            return self._if(first, rest)
        refuse(
            self.file,
            first.lineno,
            says("规则里只能写 if 和 return。"),
            says("中间结果请写成另一条规则，用它的名字作参数。"),
        )

    def _if(self, statement: ast.If, rest: list[ast.stmt]) -> Expr:
        test = self._flag(statement.test)
        if statement.orelse and rest:
            refuse(
                self.file,
                rest[0].lineno,
                says("if 与 else 都已有结果，后面的内容不会执行。"),
                says("请删去。"),
            )
        yes = self._block(statement.body, statement.lineno)
        no = self._block(statement.orelse or rest, statement.lineno)
        return self._choice(test, yes, no, statement.lineno)

    def _choice(self, test: Expr, yes: Expr, no: Expr, line: int) -> Expr:
        unit = self._common(yes, no, line)
        return Expr("if", unit, (test, as_unit(yes, unit), as_unit(no, unit)), line=line)

    def expr(self, node: ast.expr, *, may_be_ratio: bool = False) -> Expr:
        match node:
            case ast.Name():
                return self._name(node)
            case ast.Constant():
                return self._constant(node)
            case ast.BinOp():
                return self._arithmetic(node)
            case ast.BoolOp():
                op = "and" if isinstance(node.op, ast.And) else "or"
                return Expr(op, units.FLAG, tuple(self._flag(v) for v in node.values), line=node.lineno)
            case ast.Compare():
                return self._chain(node, may_be_ratio)
        return self._rarer(node)

    def _rarer(self, node: ast.expr) -> Expr:
        match node:
            case ast.UnaryOp(op=ast.Not()):
                return Expr("not", units.FLAG, (self._flag(node.operand),), line=node.lineno)
            case ast.UnaryOp(op=ast.USub()):
                operand = self.expr(node.operand)
                if operand.unit.kind not in _ADDABLE:
                    self._wrong_unit(node.lineno, operand.unit)
                return Expr("neg", operand.unit, (operand,), line=node.lineno)
            case ast.IfExp():
                return self._choice(
                    self._flag(node.test), self.expr(node.body), self.expr(node.orelse), node.lineno
                )
            case ast.Call(func=ast.Name(), keywords=[]):
                return self._call(node)
        refuse(
            self.file,
            node.lineno,
            says("规则里不能这样写（{kind}）。"),
            says("只用算术、比较、and/or/not、if 和 share、ratio、min、max、month_of、year_of、add_months。"),
            kind=type(node).__name__,
        )

    def _name(self, node: ast.Name) -> Expr:
        if node.id not in self.known:
            refuse(
                self.file,
                node.lineno,
                says("“{name}”不是这条规则的参数。{near}"),
                says("用到的事实、取值和规则都要写在参数里。"),
                name=node.id,
                near=nearest(node.id, self.known),
            )
        return Expr("name", self.known[node.id], value=node.id, line=node.lineno)

    def _constant(self, node: ast.Constant) -> Expr:
        value = node.value
        if isinstance(value, bool):
            return Expr("const", units.FLAG, value=value, line=node.lineno)
        if isinstance(value, str):
            return Expr("const", units.code({value}), value=value, line=node.lineno)
        if value is None:
            refuse(
                self.file,
                node.lineno,
                says("规则里不判断有没有值（None）。"),
                says("缺少的事实由系统算作“不明”，规则不用管。"),
            )
        if isinstance(value, int) and value in (0, 1):
            return Expr("const", units.ZERO if value == 0 else units.COUNT, value=value, line=node.lineno)
        refuse(
            self.file,
            node.lineno,
            says("数字{value}不能写在规则里。"),
            says("请写进 values.yaml，注明来源和起止日期，再用它的名字作参数。"),
            value=value,
        )

    def _arithmetic(self, node: ast.BinOp) -> Expr:
        op = _ARITHMETIC.get(type(node.op))
        if op is None:
            refuse(
                self.file,
                node.lineno,
                says("规则里不做除法、乘方和取余。"),
                says("按比例计算金额请用 share(金额, 比例)，比较比率请用 ratio(分子, 分母)。"),
            )
        left, right = self.expr(node.left), self.expr(node.right)
        if op == "mul":
            return self._product(node, left, right)
        unit = self._common(left, right, node.lineno)
        if unit.kind not in _ADDABLE:
            self._wrong_unit(node.lineno, unit)
        return Expr(op, unit, (as_unit(left, unit), as_unit(right, unit)), line=node.lineno)

    def _product(self, node: ast.BinOp, left: Expr, right: Expr) -> Expr:
        kinds = {left.unit.kind, right.unit.kind}
        if Kind.RATE in kinds:
            refuse(
                self.file,
                node.lineno,
                says("金额不能直接乘比例。"),
                says("请用 share(金额, 比例)，它四舍五入到分。"),
            )
        if not kinds <= {Kind.FEN, Kind.COUNT} or kinds == {Kind.FEN}:
            refuse(
                self.file,
                node.lineno,
                says("{one}与{other}不能相乘。"),
                one=left.unit.kind,
                other=right.unit.kind,
            )
        unit = units.FEN if Kind.FEN in kinds else units.COUNT
        return Expr("mul", unit, (left, right), line=node.lineno)

    def _chain(self, node: ast.Compare, may_be_ratio: bool) -> Expr:
        sides = [node.left, *node.comparators]
        found = [
            self._comparison(op, left, right, may_be_ratio and len(node.ops) == 1)
            for op, left, right in zip(node.ops, sides, sides[1:], strict=False)
        ]
        return found[0] if len(found) == 1 else Expr("and", units.FLAG, tuple(found), line=node.lineno)

    def _comparison(self, op: ast.cmpop, left: ast.expr, right: ast.expr, may_be_ratio: bool) -> Expr:
        line = left.lineno
        if isinstance(op, ast.In | ast.NotIn):
            return self._membership(left, right, is_in=isinstance(op, ast.In))
        word = _COMPARE.get(type(op))
        if word is None:
            refuse(self.file, line, says("规则里不用 is 比较。"), says("请用 == 或 !=。"))
        one, other = (self._side(s, may_be_ratio and word not in ("eq", "ne")) for s in (left, right))
        unit = self._common(one, other, line)
        if word not in ("eq", "ne") and unit.kind not in _ORDERED:
            refuse(
                self.file,
                line,
                says("{kind}没有大小，不能用 {op} 比较。"),
                kind=unit.kind,
                op=COMPARISONS[word],
            )
        self._codes_known(one, other, line)
        return Expr(word, units.FLAG, (as_unit(one, unit), as_unit(other, unit)), line=line)

    def _side(self, node: ast.expr, may_be_ratio: bool) -> Expr:
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "ratio"):
            return self.expr(node)
        if not may_be_ratio:
            refuse(
                self.file,
                node.lineno,
                says("ratio 只能单独写在 return 的大小比较里。"),
                says(
                    "例如 return ratio(减少人数, 参保人数) <= 上限；要与别的条件合并，请用 all_of 或 any_of。"
                ),
            )
        args = self._arguments(node, 2)
        for arg in args:
            if arg.unit.kind not in (Kind.COUNT, Kind.MEAN, Kind.FEN):
                self._wrong_unit(node.lineno, arg.unit)
        self._common(args[0], args[1], node.lineno)
        return Expr("ratio", units.RATE, args, line=node.lineno)

    def _membership(self, left: ast.expr, right: ast.expr, *, is_in: bool) -> Expr:
        one = self.expr(left)
        names = (
            [e.value for e in right.elts if isinstance(e, ast.Constant)]
            if isinstance(right, ast.Tuple)
            else []
        )
        is_list = isinstance(right, ast.Tuple) and len(names) == len(right.elts) > 0
        if not is_list or one.unit.kind is not Kind.CODE or not all(isinstance(n, str) for n in names):
            refuse(
                self.file,
                left.lineno,
                says("in 的左边是代码，右边是写明的代码表。"),
                says('例如 kind in ("enterprise", "law_firm")。'),
            )
        wanted = tuple(str(n) for n in names)
        self._codes_known(one, Expr("const", units.code(wanted)), left.lineno)
        return Expr("in" if is_in else "not_in", units.FLAG, (one,), value=wanted, line=left.lineno)

    def _codes_known(self, one: Expr, other: Expr, line: int) -> None:
        for written, listed in ((one, other), (other, one)):
            if written.op != "const" or not listed.unit.codes or listed.op == "const":
                continue
            for name in sorted(written.unit.codes - listed.unit.codes):
                refuse(
                    self.file,
                    line,
                    says("代码表里没有“{name}”。{near}"),
                    name=name,
                    near=nearest(name, listed.unit.codes),
                )

    def _call(self, node: ast.Call) -> Expr:
        name = node.func.id if isinstance(node.func, ast.Name) else ""
        line = node.lineno
        match name:
            case "min" | "max":
                return self._extreme(node, name)
            case "share":
                args = self._units(node, (Kind.FEN,), (Kind.RATE,))
                return Expr("share", units.FEN, args, line=line)
            case "month_of":
                return Expr("month_of", units.MONTH, self._units(node, (Kind.DATE,)), line=line)
            case "year_of":
                return Expr("year_of", units.COUNT, self._units(node, (Kind.DATE, Kind.MONTH)), line=line)
            case "add_months":
                args = self._units(node, (Kind.DATE,), (Kind.COUNT,))
                return Expr("add_months", units.DATE, args, line=line)
            case "ratio":
                self._side(node, may_be_ratio=False)
        refuse(self.file, line, says("规则里不能调用“{name}”。"), says("请只用说明里列出的词。"), name=name)

    def _extreme(self, node: ast.Call, name: str) -> Expr:
        args = self._arguments(node, None)
        unit = args[0].unit
        for arg in args[1:]:
            unit = self._common(Expr("", unit), arg, node.lineno)
        if unit.kind not in _ORDERED or len(args) < 2:
            self._wrong_unit(node.lineno, unit)
        return Expr(name, unit, tuple(as_unit(a, unit) for a in args), line=node.lineno)

    def _units(self, node: ast.Call, *wanted: tuple[Kind, ...]) -> tuple[Expr, ...]:
        args = self._arguments(node, len(wanted))
        for arg, kinds in zip(args, wanted, strict=True):
            if arg.unit.kind not in kinds:
                self._wrong_unit(node.lineno, arg.unit)
        return args

    def _arguments(self, node: ast.Call, wanted: int | None) -> tuple[Expr, ...]:
        if wanted is not None and len(node.args) != wanted:
            refuse(self.file, node.lineno, says("这里要有{wanted}个参数。"), wanted=wanted)
        return tuple(self.expr(a) for a in node.args)

    def _flag(self, node: ast.expr) -> Expr:
        found = self.expr(node)
        if found.unit.kind is not Kind.FLAG:
            refuse(self.file, node.lineno, says("这里要的是“是或否”，写的却是{kind}。"), kind=found.unit.kind)
        return found

    def _common(self, one: Expr, other: Expr, line: int) -> Unit:
        unit = common(one.unit, other.unit)
        if unit is None:
            refuse(
                self.file,
                line,
                says("单位不同：{one}与{other}不能放在一起。"),
                says("钱、人数、比例、日期各算各的；请核对用的是不是想用的那个名字。"),
                one=one.unit.kind,
                other=other.unit.kind,
            )
        return unit

    def _wrong_unit(self, line: int, unit: Unit) -> NoReturn:
        refuse(self.file, line, says("{kind}不能这样计算。"), says("请核对单位。"), kind=unit.kind)
