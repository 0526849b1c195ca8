"""What happened in the books."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID


@dataclass(frozen=True)
class BatchPosted:
    """Transfers of one flow stand in a book."""

    name: ClassVar[str] = "ledger.batch_posted"
    book_id: UUID
    posting_id: UUID
    kind: str
    reference: str
    transfer_count: int
    sum_fen: int


@dataclass(frozen=True)
class PeriodClosed:
    name: ClassVar[str] = "ledger.period_closed"
    book_id: UUID
    period_id: UUID
    digest: str


@dataclass(frozen=True)
class ReturnsReconciled:
    """A return file was compared: whoever sent the batch takes what failed up again."""

    name: ClassVar[str] = "ledger.returns_reconciled"
    book_id: UUID
    posting_id: UUID
    file_id: UUID
    failed: int
    differences: int
