"""Ordering a run by hand."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from gongyou.engines.employment.definitions import RunKind
from gongyou.engines.employment.steps import runs
from gongyou.kernel.actions import Act, action

RUN = "employment.run"


@dataclass(frozen=True)
class Ordered:
    run_id: UUID


@action("employment.order_match", right=RUN, answers=Ordered)
def order_match(act: Act, *, area: str) -> Ordered:
    """Everybody's list anew, by a job. Raises NotAllowed, NotFound for an area without offices, DomainError."""
    act.require(RUN, f"{area}/")
    return Ordered(runs.order(act, area, RunKind.FULL).pk)
