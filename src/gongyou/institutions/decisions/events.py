"""What other rooms may hear of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID


@dataclass(frozen=True)
class RunFinished:
    """A run came to an end and its decisions are stored. Simulations are told apart: nothing may follow from them."""

    name: ClassVar[str] = "decisions.run_finished"
    run_id: UUID
    programme: str
    area: str
    is_simulated: bool
