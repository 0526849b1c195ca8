"""Promises: an open matter always has a clock running, every clock can end, every class has a budget."""

from __future__ import annotations

from collections.abc import Iterator

from gongyou.basics.refusal import says
from gongyou.engines.casework.definitions import Clock, Happens
from gongyou.packkit.checks.cases import TypeAt, types_of
from gongyou.packkit.findings import Finding
from gongyou.packkit.loader import Packs
from gongyou.packkit.walking import Node, Step, is_whole, nodes, walk

# The receipt goes out by itself: it is no promise that anybody works on.
_BY_ITSELF = frozenset({"receipt"})
# The only clocks whose end the night run watches.
_ENDS_BY_SILENCE = ("accept", "claim_wait")


def check(packs: Packs) -> Iterator[Finding]:
    for at in types_of(packs):
        yield from _needed(at)
        for number, clock in enumerate(at.case_type.clocks):
            yield from _budget(at, number, clock)
            yield from _end_by_itself(at, number, clock)
        if is_whole(at.case_type):
            steps = walk(at.case_type)
            yield from _running(at, steps)
            yield from _endings(at, steps)


def _needed(at: TypeAt) -> Iterator[Finding]:
    """Clocks the engine looks at by their id."""
    needed = ["receipt", "accept", "settle"]
    if at.case_type.call_back is not None:
        needed += ["call_back", "review"]
    if any(transition.on is Happens.PUT_UP for transition in at.case_type.transitions):
        needed += ["claim_wait", "upper_help", "fulfil"]
    known = {clock.id for clock in at.case_type.clocks}
    for name in needed:
        if name not in known:
            message = says("“{type}”缺少期限“{clock}”。")
            yield at.finding("clocks.missing", message, ("clocks",), clock=name)


def _budget(at: TypeAt, number: int, clock: Clock) -> Iterator[Finding]:
    keys = ("clocks", number, "budget")
    for matter_class in at.case_type.classes:
        if matter_class.id not in clock.budget and "any" not in clock.budget:
            message = says("期限“{clock}”没有写“{name}”类是多少。")
            yield at.finding("clocks.budget", message, keys, clock=clock.title, name=matter_class.title)
    for name, amount in clock.budget.items():
        if amount < 1:
            message = says("期限至少是1。")
            yield at.finding("clocks.budget", message, (*keys, name))


def _end_by_itself(at: TypeAt, number: int, clock: Clock) -> Iterator[Finding]:
    if clock.at_end is None:
        return
    if clock.id not in _ENDS_BY_SILENCE or clock.at_end not in clock.ends:
        message = says("到期自动发生（at_end）只能写在期限“{accept}”上，而且要能结束它。")
        known = "、".join(_ENDS_BY_SILENCE)
        yield at.finding("clocks.at_end", message, ("clocks", number, "at_end"), accept=known)


def _running(at: TypeAt, steps: tuple[Step, ...]) -> Iterator[Finding]:
    case_type = at.case_type
    bare = dict.fromkeys(
        node.state
        for node in nodes(steps)
        if case_type.states[node.state].closes_as is None and not node.clocks - _BY_ITSELF
    )
    for state in bare:
        message = says("在“{state}”可能一个期限也没有：这件事会没人管。")
        yield at.finding("clocks.none", message, ("states", state), state=case_type.states[state].title)


def _endings(at: TypeAt, steps: tuple[Step, ...]) -> Iterator[Finding]:
    for number, clock in enumerate(at.case_type.clocks):
        running = {node for node in nodes(steps) if clock.id in node.clocks}
        if not running:
            message = says("期限“{clock}”从不开始。")
            yield at.finding("clocks.never", message, ("clocks", number, "starts"), clock=clock.title)
        stuck = {node.state for node in running - _endable(clock, steps)}
        if stuck:
            message = says("期限“{clock}”在“{states}”走着，但从那里再也没有一步能结束它。")
            titles = "、".join(state.title for name, state in at.case_type.states.items() if name in stuck)
            keys = ("clocks", number, "ends")
            yield at.finding("clocks.endless", message, keys, clock=clock.title, states=titles)


def _endable(clock: Clock, steps: tuple[Step, ...]) -> set[Node]:
    """Nodes in which the clock runs and from which some way leads to one of its ends."""
    good = {step.before for step in steps if clock.id in step.before.clocks and step.on in clock.ends}
    inside = [s for s in steps if clock.id in s.before.clocks and clock.id in s.after.clocks]
    grown = True
    while grown:
        before = len(good)
        good |= {step.before for step in inside if step.after in good}
        grown = len(good) > before
    return good
