"""What readers of approvals, lists and objections get."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from gongyou.institutions.procedures.models import (
    Approval,
    ApprovalDecision,
    ApprovalStep,
    Objection,
    PublicityList,
)


@dataclass(frozen=True)
class StepView:
    """A step and, once somebody took it, who said what."""

    number: int
    title: str
    right: str
    office_id: UUID
    office_path: str
    verdict: str = ""
    decided_by: UUID | None = None
    decided_by_name: str = ""
    decided_at: datetime | None = None
    reason: str = ""


@dataclass(frozen=True)
class ApprovalView:
    """`next_step`: the number that waits; None once it is over."""

    id: UUID
    office_id: UUID
    office_path: str
    plan: str
    plan_hash: str
    title: str
    about_kind: str
    about_id: UUID
    digest: str
    count: int
    sum_fen: int
    prepared_by: UUID
    prepared_by_name: str
    prepared_at: datetime
    state: str
    ended_at: datetime | None
    withdrawn_reason: str
    steps: tuple[StepView, ...]

    @property
    def next_step(self) -> StepView | None:
        if self.state != "open":
            return None
        return next((step for step in self.steps if not step.verdict), None)


@dataclass(frozen=True)
class ListView:
    """A publicity list without its lines. `until_at` as it was shown when it was published."""

    id: UUID
    office_id: UUID
    office_path: str
    area: str
    rule: str
    rule_hash: str
    programme: str
    period: str
    run_ref: str
    title: str
    previous_id: UUID | None
    count: int
    sum_fen: int
    digest: str
    state: str
    prepared_by: UUID
    prepared_by_name: str
    prepared_at: datetime
    published_at: datetime | None
    until_at: datetime | None
    is_provisional: bool
    over_at: datetime | None
    ended_at: datetime | None
    ended_reason: str


@dataclass(frozen=True)
class LineView:
    """A line as anybody may read it; the subject's key stays inside."""

    position: int
    name: str
    shown: tuple[str, ...]
    amount_fen: int


@dataclass(frozen=True)
class LinePage:
    """`next` is the position to go on from; 0 at the end."""

    items: tuple[LineView, ...]
    next: int


@dataclass(frozen=True)
class ObjectionView:
    """Without the objector's words and contact: those open with an access record."""

    id: UUID
    number: str
    office_id: UUID
    office_path: str
    list_id: UUID | None
    programme: str
    subject_key: str
    run_ref: str
    raised_by_kind: str
    raised_by_id: UUID | None
    raised_by_name: str
    ground: str
    ground_title: str
    file_count: int
    entered_by: UUID
    raised_at: datetime
    due_at: datetime
    is_provisional: bool
    state: str
    outcome: str
    decided_by_name: str
    decided_at: datetime | None
    reason: str


def approval_view(
    row: Approval, steps: list[ApprovalStep], decided: dict[int, ApprovalDecision]
) -> ApprovalView:
    return ApprovalView(
        id=row.pk,
        office_id=row.office_id,
        office_path=row.office_path,
        plan=row.plan,
        plan_hash=row.plan_hash,
        title=row.title,
        about_kind=row.about_kind,
        about_id=row.about_id,
        digest=row.digest,
        count=row.item_count,
        sum_fen=row.sum_fen,
        prepared_by=row.prepared_by,
        prepared_by_name=row.prepared_by_name,
        prepared_at=row.prepared_at,
        state=row.state,
        ended_at=row.ended_at,
        withdrawn_reason=row.withdrawn_reason,
        steps=tuple(_step(step, decided.get(step.number)) for step in steps),
    )


def _step(step: ApprovalStep, taken: ApprovalDecision | None) -> StepView:
    head = (step.number, step.title, step.right, step.office_id, step.office_path)
    if taken is None:
        return StepView(*head)
    return StepView(
        *head, taken.verdict, taken.decided_by, taken.decided_by_name, taken.decided_at, taken.reason
    )


def list_view(row: PublicityList) -> ListView:
    return ListView(
        id=row.pk,
        office_id=row.office_id,
        office_path=row.office_path,
        area=row.area,
        rule=row.rule,
        rule_hash=row.rule_hash,
        programme=row.programme,
        period=row.period,
        run_ref=row.run_ref,
        title=row.title,
        previous_id=row.previous_id,
        count=row.line_count,
        sum_fen=row.sum_fen,
        digest=row.digest,
        state=row.state,
        prepared_by=row.prepared_by,
        prepared_by_name=row.prepared_by_name,
        prepared_at=row.prepared_at,
        published_at=row.published_at,
        until_at=row.until_at,
        is_provisional=row.is_provisional,
        over_at=row.over_at,
        ended_at=row.ended_at,
        ended_reason=row.ended_reason,
    )


def objection_view(row: Objection) -> ObjectionView:
    return ObjectionView(
        id=row.pk,
        number=row.number,
        office_id=row.office_id,
        office_path=row.office_path,
        list_id=row.list_id,
        programme=row.programme,
        subject_key=row.subject_key,
        run_ref=row.run_ref,
        raised_by_kind=row.raised_by_kind,
        raised_by_id=row.raised_by_id,
        raised_by_name=row.raised_by_name,
        ground=row.ground,
        ground_title=row.ground_title,
        file_count=row.file_count,
        entered_by=row.entered_by,
        raised_at=row.raised_at,
        due_at=row.due_at,
        is_provisional=row.is_provisional,
        state=row.state,
        outcome=row.outcome,
        decided_by_name=row.decided_by_name,
        decided_at=row.decided_at,
        reason=row.reason,
    )
