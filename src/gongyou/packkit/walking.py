"""Every way a matter can go: states with the clocks that run in them, without dates.

The loop's own rules (`engines.casework.loop`), replayed symbolically: a happening moves the state, ends and
starts clocks; a closed state ends them all. Checks ask this graph instead of guessing from the table.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from gongyou.engines.casework.definitions import CaseType, Happens
from gongyou.engines.casework.loop import OPENS_ROUND, allowed, next_state

CALLED = frozenset({Happens.CALLED_SATISFIED, Happens.CALLED_DISSATISFIED, Happens.CALLS_EXHAUSTED})


@dataclass(frozen=True)
class Node:
    """A state, the clocks open in it, and whether this round's call-back has come to a result."""

    state: str = ""
    clocks: frozenset[str] = frozenset()
    is_called: bool = False


@dataclass(frozen=True)
class Step:
    before: Node
    on: Happens
    after: Node


def is_whole(case_type: CaseType) -> bool:
    """Whether the table names only declared states, so that it can be walked at all."""
    return all(t.to in case_type.states and set(t.at) <= set(case_type.states) for t in case_type.transitions)


def walk(case_type: CaseType) -> tuple[Step, ...]:
    """Every step that can happen, each once. Needs `is_whole`."""
    found: list[Step] = []
    waiting, seen = [Node()], {Node()}
    while waiting:
        node = waiting.pop()
        for kind in sorted(_possible(case_type, node)):
            step = Step(node, kind, _after(case_type, node, kind))
            found.append(step)
            if step.after not in seen:
                seen.add(step.after)
                waiting.append(step.after)
    return tuple(found)


def nodes(steps: tuple[Step, ...]) -> Iterator[Node]:
    """Every node a matter can stand at, once, in the order found."""
    yield from dict.fromkeys(step.after for step in steps)


def _possible(case_type: CaseType, node: Node) -> set[Happens]:
    possible = set(allowed(case_type, node.state))
    if node.state and any(c.id in node.clocks and Happens.RECEIPT_SENT in c.ends for c in case_type.clocks):
        possible.add(Happens.RECEIPT_SENT)  # the loop lets it happen in every state
    return possible


def _after(case_type: CaseType, node: Node, kind: Happens) -> Node:
    state = next_state(case_type, node.state, kind)
    is_called = kind in CALLED or (node.is_called and kind not in OPENS_ROUND)
    if case_type.states[state].closes_as is not None:
        return Node(state, frozenset(), is_called)
    ended = {c.id for c in case_type.clocks if kind in c.ends}
    started = {c.id for c in case_type.clocks if kind in c.starts}
    return Node(state, (node.clocks - ended) | started, is_called)
