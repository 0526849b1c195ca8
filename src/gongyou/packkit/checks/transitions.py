"""States and transitions: all declared, all reachable, one rule per happening, and what the services do is possible."""

from __future__ import annotations

from collections.abc import Iterator

from gongyou.basics.refusal import says
from gongyou.engines.casework.definitions import CaseType, Happens
from gongyou.engines.casework.loop import allowed
from gongyou.packkit.checks.cases import TypeAt, types_of
from gongyou.packkit.findings import Finding
from gongyou.packkit.loader import Keys, Packs, suggestion
from gongyou.packkit.walking import is_whole, nodes, walk

# What the services of the wish wall let happen.
_WALL = frozenset(
    {
        Happens.CHECKED,
        Happens.CLAIM_TAKEN,
        Happens.CLAIMED,
        Happens.CLAIM_ENDED,
        Happens.BACK_ON_WALL,
        Happens.UNCLAIMED,
        Happens.UPPER_HELPED,
        Happens.TAKEN_DOWN,
        Happens.FULFILLED,
    }
)


def check(packs: Packs) -> Iterator[Finding]:
    for at in types_of(packs):
        yield from _declared(at)
        yield from _one_rule(at)
        if is_whole(at.case_type):
            yield from _reachable(at)
            yield from _possible(at)


def _declared(at: TypeAt) -> Iterator[Finding]:
    for number, transition in enumerate(at.case_type.transitions):
        places: list[tuple[Keys, str]] = [(("to",), transition.to)]
        places += [(("at", n), state) for n, state in enumerate(transition.at)]
        for keys, state in places:
            if state in at.case_type.states:
                continue
            where = ("transitions", number, *keys)
            near = suggestion(state, at.case_type.states)
            if near:
                message = says("没有“{state}”这个状态，您是不是要写“{near}”？")
                yield at.finding("transitions.state", message, where, state=state, near=near)
            else:
                message = says("没有“{state}”这个状态；请先在 states 里写它。")
                yield at.finding("transitions.state", message, where, state=state)


def _one_rule(at: TypeAt) -> Iterator[Finding]:
    seen: set[tuple[Happens, str]] = set()
    for number, transition in enumerate(at.case_type.transitions):
        for state in transition.at or ("",):
            if (transition.on, state) in seen:
                message = says("在“{state}”，“{on}”已经有一条规则；后一条永远用不上。")
                keys = ("transitions", number)
                yield at.finding("transitions.twice", message, keys, state=state, on=transition.on.value)
            seen.add((transition.on, state))


def _reachable(at: TypeAt) -> Iterator[Finding]:
    case_type = at.case_type
    if Happens.RECEIVED not in allowed(case_type, ""):
        message = says("没有登记（received，不写 at）的规则，谁也进不来。")
        yield at.finding("transitions.start", message, ("transitions",))
        return
    reached = {node.state for node in nodes(walk(case_type))}
    for state in case_type.states:
        if state not in reached:
            message = says("“{state}”这个状态永远走不到。")
            yield at.finding("transitions.unreachable", message, ("states", state), state=state)


def _possible(at: TypeAt) -> Iterator[Finding]:
    """What the rest of the definition promises must be possible somewhere."""
    somewhere = {t.on for t in at.case_type.transitions}
    for keys, needed in _needed(at.case_type):
        for kind in sorted(needed - somewhere):
            message = says("这里要用到“{on}”，但没有任何状态允许它。")
            yield at.finding("transitions.needed", message, keys, on=kind.value)


def _needed(case_type: CaseType) -> Iterator[tuple[Keys, frozenset[Happens]]]:
    yield ("transitions",), frozenset({Happens.SETTLED, Happens.ACCEPTED, Happens.WITHDRAWN})
    if case_type.dispatch == "triage":
        yield ("dispatch",), frozenset({Happens.OFFERED})
    if case_type.needs_approval:
        yield ("needs_approval",), frozenset({Happens.ANSWER_DRAFTED, Happens.ANSWER_RETURNED})
    if len(case_type.classes) > 1:
        yield ("classes",), frozenset({Happens.RECLASSIFIED})
    if case_type.pauses is not None:
        yield ("pauses",), frozenset({Happens.PAUSED, Happens.RESUMED})
    if any(t.on is Happens.PUT_UP for t in case_type.transitions):
        yield ("transitions",), _WALL
    if case_type.call_back is not None:
        yield (
            ("call_back",),
            frozenset(
                {
                    Happens.CALL_TRIED,
                    Happens.CALLED_SATISFIED,
                    Happens.CALLED_DISSATISFIED,
                    Happens.CALLS_EXHAUSTED,
                    Happens.REVIEWED,
                    Happens.EXPLAINED,
                }
            ),
        )
