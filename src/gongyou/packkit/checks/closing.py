"""A matter ends only with the worker's own answer, after real tries, or in a way the engine knows as an exception."""

from __future__ import annotations

from collections.abc import Iterator

from gongyou.basics.refusal import says
from gongyou.engines.casework.definitions import CLOSED_WITHOUT_CALL, Closing, Happens
from gongyou.packkit.checks.cases import TypeAt, types_of
from gongyou.packkit.findings import Finding
from gongyou.packkit.loader import Packs
from gongyou.packkit.walking import Step, is_whole, walk

# By which happenings alone a matter may come to each ending.
_COMES_BY = {
    Closing.SATISFIED: frozenset({Happens.CALLED_SATISFIED}),
    Closing.UNREACHED: frozenset({Happens.CALLS_EXHAUSTED}),
    Closing.EXPLAINED: frozenset({Happens.EXPLAINED}),
    Closing.NOT_ACCEPTED: frozenset({Happens.NOT_ACCEPTED}),
    Closing.WITHDRAWN: frozenset({Happens.WITHDRAWN}),
    Closing.ANSWERED: frozenset({Happens.SETTLED}),
    Closing.REPEATED: frozenset({Happens.REPEAT_TOLD}),
}
_STAYS = frozenset({Happens.CALENDAR_CHANGED, Happens.RECEIPT_SENT})


def check(packs: Packs) -> Iterator[Finding]:
    for at in types_of(packs):
        if is_whole(at.case_type):
            yield from _endings(at)
            yield from _answered(at)


def _endings(at: TypeAt) -> Iterator[Finding]:
    found: dict[tuple[str, Happens], Finding] = {}
    for step in walk(at.case_type):
        closing = at.case_type.states[step.after.state].closes_as
        if closing is None or step.on in _STAYS or step.after.state == step.before.state:
            continue
        if step.on not in _COMES_BY[closing]:
            message = says("“{on}”不能以“{closing}”结束一件事。")
        elif closing not in CLOSED_WITHOUT_CALL and not step.after.is_called:
            message = says("没有回访结果，不能以“{closing}”结束一件事。")
        else:
            continue
        finding = _finding(at, step, message, closing)
        found.setdefault((step.before.state, step.on), finding)
    yield from found.values()


def _finding(at: TypeAt, step: Step, message: str, closing: Closing) -> Finding:
    keys = at.transition_keys(step.on, step.before.state)
    return at.finding("closing.way", message, keys, on=step.on.value, closing=closing.value)


def _answered(at: TypeAt) -> Iterator[Finding]:
    """`answered` (no call-back) is for types without one, and those are for people who leave no contact."""
    for state, definition in at.case_type.states.items():
        if definition.closes_as is Closing.ANSWERED and at.case_type.call_back is not None:
            message = says("有回访的事项不能答复了就结束；请进入等待回访的状态。")
            yield at.finding("closing.answered", message, ("states", state, "closes_as"))
    if at.case_type.call_back is None and not at.case_type.may_be_anonymous:
        message = says("只有可以匿名的事项才可以没有回访。")
        yield at.finding("closing.no_call", message, ("call_back",))
