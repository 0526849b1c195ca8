"""The route test: a few plain questions, and who pays for an injury. Pure: no table, no Django, no number.

Nobody is refused here. A question left open leads on as long as every answer to it leads to the same route;
otherwise the answer is "ask, and keep these papers", with the routes it may be.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import product
from typing import Literal

from gongyou.basics.definition import definition
from gongyou.basics.refusal import says
from gongyou.basics.values import Confidence

UNSURE = "unsure"
"""Every question may be answered so; packs never declare it."""
Unit = Literal["calendar_day", "years"]


@definition
class RouteAnswer:
    id: str
    title: str


@definition
class RouteQuestion:
    """One question of the page; `hint` says in plain words what is meant."""

    id: str
    title: str
    text: str = ""
    answers: tuple[RouteAnswer, ...]


@definition
class RouteDeadline:
    """Until when who must act, counted from the day of the injury (that day not counted)."""

    id: str
    title: str
    within: int
    unit: Unit
    law: str
    source: str
    confidence: Confidence
    is_workers: bool = False
    """The worker's own right: what pages of the guard show until it is over."""


@definition
class RoutePaper:
    id: str
    title: str
    text: str = ""


@definition
class RouteDeclaration:
    """Where the bill goes, in plain words, with the article behind it."""

    id: str
    title: str
    text: str
    law: str
    source: str
    confidence: Confidence
    steps: tuple[RoutePaper, ...] = ()
    papers: tuple[RoutePaper, ...] = ()
    deadlines: tuple[str, ...] = ()
    has_form: bool = False
    """An application form can be printed from what is held."""
    takes_medical_fund: bool = False
    """Only here the basic medical insurance pays: a pledge "nobody else is liable" fits no other route."""


@definition
class RouteRule:
    """The first rule that fits decides; a question it does not name may be anything."""

    when: dict[str, tuple[str, ...]]
    route: str
    also: tuple[str, ...] = ()


@definition
class RouteTable:
    """`routes.yaml` with its numbers filled in."""

    title: str
    questions: tuple[RouteQuestion, ...]
    deadlines: tuple[RouteDeadline, ...]
    routes: tuple[RouteDeclaration, ...]
    rules: tuple[RouteRule, ...]
    ask: str
    """The route of those who can't tell: whom to ask, which papers to keep."""

    def route(self, route_id: str) -> RouteDeclaration:
        return next(r for r in self.routes if r.id == route_id)


@dataclass(frozen=True)
class DatedDeadline:
    declared: RouteDeadline
    until_on: date | None
    """None where the day of the injury is not known."""
    is_over: bool


@dataclass(frozen=True)
class Outcome:
    """What the table says: one route with what else applies, or `ask` with the routes it may be."""

    route: str
    also: tuple[str, ...]
    may_be: tuple[str, ...]
    open_questions: tuple[str, ...]


def decide(table: RouteTable, answers: Mapping[str, str]) -> Outcome:
    """The route of these answers; what is missing or unknown counts as unsure."""
    given = {q.id: _read(q, answers.get(q.id, UNSURE)) for q in table.questions}
    reached: dict[str, tuple[str, ...]] = {}
    for combination in _completions(table, given):
        rule = matching(table, combination)
        if rule is not None:
            reached[rule.route] = rule.also if rule.route not in reached else _both(reached[rule.route], rule)
    unsure = tuple(q.id for q in table.questions if given[q.id] == UNSURE)
    if len(reached) == 1:
        return Outcome(*reached.popitem(), may_be=(), open_questions=unsure)
    return Outcome(table.ask, (), tuple(reached), unsure)


def _both(known: tuple[str, ...], rule: RouteRule) -> tuple[str, ...]:
    """Beside the route itself only what applies whatever the open answer is."""
    return tuple(one for one in known if one in rule.also)


def _read(question: RouteQuestion, answer: str) -> str:
    return answer if answer in {a.id for a in question.answers} else UNSURE


def _completions(table: RouteTable, given: Mapping[str, str]) -> Iterator[dict[str, str]]:
    ids = [q.id for q in table.questions]
    choices = [[a.id for a in q.answers] if given[q.id] == UNSURE else [given[q.id]] for q in table.questions]
    for chosen in product(*choices):
        yield dict(zip(ids, chosen, strict=True))


def combinations(table: RouteTable) -> Iterator[dict[str, str]]:
    """Every way to answer all questions."""
    return _completions(table, {q.id: UNSURE for q in table.questions})


def matching(table: RouteTable, combination: Mapping[str, str]) -> RouteRule | None:
    return next(
        (r for r in table.rules if all(combination[q] in allowed for q, allowed in r.when.items())), None
    )


def deadline_on(deadline: RouteDeadline, injured_on: date) -> date:
    """The last day. Not moved off rest days (Civil Code 203): the earlier day is the safe one to tell a worker."""
    if deadline.unit == "calendar_day":
        return injured_on + timedelta(days=deadline.within)
    year = injured_on.year + deadline.within
    try:
        return injured_on.replace(year=year)
    except ValueError:  # 29 February: the last day of the month (Civil Code 202)
        return date(year, 2, 28)


def dated(
    table: RouteTable, route: RouteDeclaration, injured_on: date | None, today: date
) -> tuple[DatedDeadline, ...]:
    """The deadlines of a route as dates."""
    found = []
    for declared in (d for d in table.deadlines if d.id in route.deadlines):
        until = deadline_on(declared, injured_on) if injured_on else None
        found.append(DatedDeadline(declared, until, until is not None and until < today))
    return tuple(found)


Fault = tuple[tuple[str | int, ...], str, dict[str, object]]


def faults_of(table: RouteTable) -> Iterator[Fault]:
    """What is wrong with a table: place, sentence, what fills it."""
    yield from _names(table)
    known = {q.id: {a.id for a in q.answers} for q in table.questions}
    for number, rule in enumerate(table.rules):
        for question, allowed in rule.when.items():
            if not set(allowed) <= known.get(question, set()):
                yield (
                    ("rules", number),
                    says("没有“{question}”这个问题，或它没有这些回答。"),
                    {"question": question},
                )
                return
    used: set[int] = set()
    for combination in combinations(table):
        found = matching(table, combination)
        if found is None:
            words = "，".join(f"{q}={a}" for q, a in combination.items())
            yield ("rules",), says("这样回答没有去处：{answers}。"), {"answers": words}
            return
        used.add(table.rules.index(found))
    for number in sorted(set(range(len(table.rules))) - used):
        yield ("rules", number), says("这一条永远用不到：前面的已经包括了它。"), {}


def _names(table: RouteTable) -> Iterator[Fault]:
    routes, deadlines = {r.id for r in table.routes}, {d.id for d in table.deadlines}
    if table.ask not in routes:
        yield ("ask",), says("没有“{name}”这条去处。"), {"name": table.ask}
    for number, rule in enumerate(table.rules):
        for name in {rule.route, *rule.also} - routes:
            yield ("rules", number), says("没有“{name}”这条去处。"), {"name": name}
    for number, route in enumerate(table.routes):
        for name in set(route.deadlines) - deadlines:
            yield ("routes", number, "deadlines"), says("没有“{name}”这个期限。"), {"name": name}
    for number, question in enumerate(table.questions):
        if UNSURE in {a.id for a in question.answers}:
            yield ("questions", number), says("“{name}”由页面自己给出，不用写。"), {"name": UNSURE}
