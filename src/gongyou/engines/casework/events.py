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


@dataclass(frozen=True)
class FacilityInstalled:
    """Something people asked for stands at an office now."""

    name: ClassVar[str] = "casework.facility_installed"
    purchase_id: UUID
    office_id: UUID
    title: str
    spot: str
    installed_at: datetime


@dataclass(frozen=True)
class WishPutUp:
    name: ClassVar[str] = "casework.wish_put_up"
    case_id: UUID
    category: str
    need: int
