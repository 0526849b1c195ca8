"""What other rooms may hear of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID


@dataclass(frozen=True)
class MatterFiled:
    name: ClassVar[str] = "oversight.matter_filed"
    matter_id: UUID


@dataclass(frozen=True)
class SanctionIssued:
    """Two persons decided; the books say what is owed."""

    name: ClassVar[str] = "oversight.sanction_issued"
    matter_id: UUID
    decision_id: UUID
    returned_fen: int
    fine_fen: int
    suspension_months: int


@dataclass(frozen=True)
class SuspensionEnded:
    name: ClassVar[str] = "oversight.suspension_ended"
    matter_id: UUID
    decision_id: UUID
