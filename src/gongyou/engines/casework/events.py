"""What casework tells the others: past tense, ids and enums only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from uuid import UUID


@dataclass(frozen=True)
class CaseFiled:
    name: ClassVar[str] = "casework.case_filed"
    case_id: UUID
    programme: str
    type_id: str
    office_id: UUID


@dataclass(frozen=True)
class CaseSettled:
    name: ClassVar[str] = "casework.case_settled"
    case_id: UUID
    round: int
    result: str


@dataclass(frozen=True)
class CaseClosed:
    name: ClassVar[str] = "casework.case_closed"
    case_id: UUID
    closed_as: str
    closed_at: datetime


@dataclass(frozen=True)
class ReviewOpened:
    name: ClassVar[str] = "casework.review_opened"
    case_id: UUID
    round: int


@dataclass(frozen=True)
class DateMoved:
    name: ClassVar[str] = "casework.date_moved"
    case_id: UUID
    clock_id: str
    due_at: datetime | None
