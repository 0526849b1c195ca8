"""The closed loop as pure functions: the fold over a matter's happenings, what stands beside it, its ladder."""

from gongyou.engines.casework.loop.beside import Beside, Help, Risen
from gongyou.engines.casework.loop.fold import (
    OPENS_ROUND,
    Floor,
    Happening,
    Projection,
    RunningClock,
    allowed,
    apply,
    budget_of,
    next_state,
    paused_working_days,
    replay,
)
from gongyou.engines.casework.loop.ladder import help_due, next_rung, rungs_of

__all__ = [
    "OPENS_ROUND",
    "Beside",
    "Floor",
    "Happening",
    "Help",
    "Projection",
    "Risen",
    "RunningClock",
    "allowed",
    "apply",
    "budget_of",
    "help_due",
    "next_rung",
    "next_state",
    "paused_working_days",
    "replay",
    "rungs_of",
]
