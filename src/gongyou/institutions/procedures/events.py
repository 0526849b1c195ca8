"""What happened in procedures. Hearers are named in `flows/wiring.py`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID


@dataclass(frozen=True)
class ApprovalGranted:
    """Every step said yes to exactly this content."""

    name: ClassVar[str] = "procedures.approval_granted"
    about_kind: str
    about_id: UUID
    approval_id: UUID
    digest: str


@dataclass(frozen=True)
class ApprovalRefused:
    name: ClassVar[str] = "procedures.approval_refused"
    about_kind: str
    about_id: UUID
    approval_id: UUID
    digest: str


@dataclass(frozen=True)
class ListPublished:
    name: ClassVar[str] = "procedures.list_published"
    list_id: UUID
    programme: str
    period: str
    run_ref: str


@dataclass(frozen=True)
class ListPeriodOver:
    """The days of publicity are over; objections raised in time may still be open."""

    name: ClassVar[str] = "procedures.list_period_over"
    list_id: UUID
    programme: str
    period: str
    run_ref: str


@dataclass(frozen=True)
class ObjectionRaised:
    name: ClassVar[str] = "procedures.objection_raised"
    objection_id: UUID
    list_id: UUID | None
    programme: str
    subject_key: str
    run_ref: str


@dataclass(frozen=True)
class ObjectionDecided:
    """`outcome` upheld: whoever made the run computes this subject again."""

    name: ClassVar[str] = "procedures.objection_decided"
    objection_id: UUID
    list_id: UUID | None
    programme: str
    subject_key: str
    run_ref: str
    outcome: str
