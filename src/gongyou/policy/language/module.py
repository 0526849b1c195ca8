"""A `rules.py` as declarations: rules, totals, named conditions, look-ups; nothing is run to find them."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType
from typing import Literal, TypedDict

from gongyou.basics.refusal import says
from gongyou.policy.language import units
from gongyou.policy.language.checking import nearest, refuse
from gongyou.policy.language.units import Kind, Unit
from gongyou.policy.language.words import CALLABLE

Guard = Mapping[str, tuple[str | bool, ...]]

_HOME = "gongyou.policy.language"
_RULE_WORDS = frozenset({"source", "says", "name", "given", "since", "until"})
_TOTAL_WORDS = frozenset({"source", "says", "name", "of", "how", "value"})
_LOOKUP_WORDS = frozenset({"by"})
_UNITS = {kind.value: Unit(kind) for kind in Kind}


@dataclass(frozen=True, kw_only=True)
class Body:
    """One way a name gets its value: what all declarations share. `given` says when this body is the one."""

    name: str
    file: str
    line: int
    source: str = ""
    says: str = ""
    given: Guard = field(default_factory=lambda: MappingProxyType({}))
    since: date | None = None
    until: date | None = None

    def holds_on(self, day: date) -> bool:
        return (self.since is None or self.since <= day) and (self.until is None or day < self.until)


@dataclass(frozen=True, kw_only=True)
class Rule(Body):
    """A function of one subject. `params`: name and declared unit, in the order of the call."""

    params: tuple[tuple[str, Unit], ...]
    returns: Unit
    tree: ast.FunctionDef


@dataclass(frozen=True, kw_only=True)
class Total(Body):
    """Over the child rows of a table: how many hold, or the sum of `value` over those that hold."""

    of: str
    how: Literal["count", "sum"]
    value: str
    params: tuple[str, ...]
    tree: ast.FunctionDef


@dataclass(frozen=True, kw_only=True)
class Condition(Body):
    """Named conditions combined; the only place where an unknown may be outvoted."""

    how: Literal["all_of", "any_of"]
    of: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Lookup(Body):
    """The row of the keyed table `name` that fits the fact `by`."""

    by: str


Declaration = Rule | Total | Condition | Lookup


class _Shared(TypedDict):
    name: str
    file: str
    line: int
    source: str
    says: str
    given: Guard
    since: date | None
    until: date | None


def read_module(text: str, file: str) -> tuple[Declaration, ...]:
    """Every declaration of a rules file, in order. Raises Refusal naming the line."""
    try:
        tree = ast.parse(text)
    except SyntaxError as error:
        refuse(file, error.lineno or 1, says("不是可以读懂的 Python。"), says("请检查缩进、括号和冒号。"))
    return tuple(_Reader(file).declarations(tree))


@dataclass
class _Reader:
    file: str

    def declarations(self, tree: ast.Module) -> Iterator[Declaration]:
        for statement in tree.body:
            match statement:
                case ast.Expr(value=ast.Constant(value=str())):
                    continue
                case ast.ImportFrom(module=module, level=0) if module in (_HOME, "__future__"):
                    continue
                case ast.FunctionDef():
                    yield self._function(statement)
                case ast.Assign(targets=[ast.Name(id=name)], value=ast.Call() as call):
                    yield self._assigned(name, call)
                case _:
                    refuse(
                        self.file,
                        statement.lineno,
                        says("这里只能写规则。"),
                        says(
                            "可用的有 @rule、@total、all_of、any_of、lookup，以及 from gongyou.policy.language import …。"
                        ),
                    )

    def _function(self, function: ast.FunctionDef) -> Rule | Total:
        decorators = function.decorator_list
        if len(decorators) != 1 or not isinstance(decorators[0], ast.Call):
            refuse(self.file, function.lineno, says("每个函数上面要有一个 @rule(…) 或 @total(…)。"))
        call = decorators[0]
        word = call.func.id if isinstance(call.func, ast.Name) else ""
        args = function.args
        if args.vararg or args.kwarg or args.defaults or args.kwonlyargs or args.posonlyargs or call.args:
            refuse(self.file, function.lineno, says("参数只写名字和单位，不写默认值。"))
        if word == "rule":
            return self._rule(function, self._words(call, _RULE_WORDS))
        if word == "total":
            return self._total(function, self._words(call, _TOTAL_WORDS))
        return refuse(
            self.file, function.lineno, says("不认识 @{word}。"), says("请用 @rule 或 @total。"), word=word
        )

    def _rule(self, function: ast.FunctionDef, words: dict[str, object]) -> Rule:
        if not words.get("source"):
            refuse(
                self.file,
                function.lineno,
                says("规则“{name}”没有写依据。"),
                says("请写 source=…。"),
                name=function.name,
            )
        params = tuple((a.arg, self._unit(a.annotation, function, a.arg)) for a in function.args.args)
        return Rule(
            **self._shared(function.name, function.lineno, words),
            params=params,
            returns=self._unit(function.returns, function, "return"),
            tree=function,
        )

    def _total(self, function: ast.FunctionDef, words: dict[str, object]) -> Total:
        how = words.get("how")
        if how not in ("count", "sum") or (how == "sum") != bool(words.get("value")) or not words.get("of"):
            refuse(
                self.file,
                function.lineno,
                says("合计“{name}”要写明 of=表名、how=“count”，或 how=“sum” 和 value=列名。"),
                name=function.name,
            )
        return Total(
            **self._shared(function.name, function.lineno, words),
            of=str(words["of"]),
            how="count" if how == "count" else "sum",
            value=str(words.get("value", "")),
            params=tuple(a.arg for a in function.args.args),
            tree=function,
        )

    def _assigned(self, name: str, call: ast.Call) -> Condition | Lookup:
        word = call.func.id if isinstance(call.func, ast.Name) else ""
        if not all(isinstance(a, ast.Constant) and isinstance(a.value, str) for a in call.args):
            refuse(self.file, call.lineno, says("这里的名字要写在引号里。"))
        names = tuple(str(a.value) for a in call.args if isinstance(a, ast.Constant))
        if word in ("all_of", "any_of") and names:
            words = self._words(call, _RULE_WORDS)
            how: Literal["all_of", "any_of"] = "all_of" if word == "all_of" else "any_of"
            return Condition(**self._shared(name, call.lineno, words), how=how, of=names)
        if word == "lookup" and len(names) == 1:
            words = self._words(call, _LOOKUP_WORDS)
            if not isinstance(words.get("by"), str):
                refuse(self.file, call.lineno, says("查表要写 by=用来查的事实。"))
            return Lookup(name=names[0], file=self.file, line=call.lineno, by=str(words["by"]))
        return refuse(
            self.file,
            call.lineno,
            says("这里只能写 all_of(…)、any_of(…) 或 lookup(…)。"),
            says("条件名写在引号里。"),
        )

    def _words(self, call: ast.Call, allowed: frozenset[str]) -> dict[str, object]:
        found: dict[str, object] = {}
        for keyword in call.keywords:
            name = keyword.arg or "**"
            if name not in allowed:
                refuse(
                    self.file,
                    call.lineno,
                    says("不认识“{name}”。{near}"),
                    says("可用的有：{allowed}。"),
                    name=name,
                    near=nearest(name, allowed),
                    allowed="、".join(sorted(allowed)),
                )
            try:
                found[name] = ast.literal_eval(keyword.value)
            except ValueError:
                refuse(self.file, call.lineno, says("“{name}”要写明确的文字。"), name=name)
        return found

    def _shared(self, name: str, line: int, words: dict[str, object]) -> _Shared:
        given = words.get("given", {})
        if not isinstance(given, dict):
            refuse(self.file, line, says("given 要写成 {{名字: 取值}}。"))
        return {
            "name": str(words.get("name", name)),
            "file": self.file,
            "line": line,
            "source": str(words.get("source", "")),
            "says": str(words.get("says", "")),
            "given": {str(k): v if isinstance(v, tuple) else (v,) for k, v in given.items()},
            "since": self._day(words.get("since"), line),
            "until": self._day(words.get("until"), line),
        }

    def _day(self, text: object, line: int) -> date | None:
        if text is None:
            return None
        try:
            return date.fromisoformat(str(text))
        except ValueError:
            refuse(self.file, line, says("日期“{text}”读不懂。"), says("请写成 2026-01-01。"), text=str(text))

    def _unit(self, node: ast.expr | None, function: ast.FunctionDef, name: str) -> Unit:
        written = node.id if isinstance(node, ast.Name) else ""
        if written not in _UNITS:
            refuse(
                self.file,
                function.lineno,
                says("“{rule}”的“{name}”没有写单位。"),
                says("请写 Fen、Count、Mean、Rate、Month、Date、Code 或 bool。"),
                rule=function.name,
                name=name,
            )
        return _UNITS[written] if written != Kind.CODE else units.code()


def runnable(rule: Rule) -> object:
    """The rule as a function to call. Only text the checks have passed is run, and it sees nothing but the words."""
    plain = ast.FunctionDef(
        name=rule.tree.name,
        args=ast.arguments(
            posonlyargs=[],
            args=[ast.arg(a) for a, _ in rule.params],
            kwonlyargs=[],
            kw_defaults=[],
            defaults=[],
        ),
        body=rule.tree.body,
        decorator_list=[],
        returns=None,
        type_comment=None,
    )
    module = ast.fix_missing_locations(ast.Module([ast.copy_location(plain, rule.tree)], []))
    space: dict[str, object] = {"__builtins__": {}, **CALLABLE}
    exec(compile(module, rule.file, "exec"), space)  # noqa: S102 — the checked subset, no names but its own words
    return space[rule.tree.name]
