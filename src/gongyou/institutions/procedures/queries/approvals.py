"""Approvals: by id for other rooms, and what waits for an actor."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q

from gongyou.basics.refusal import says
from gongyou.institutions.procedures.models import Approval, ApprovalDecision, ApprovalStep
from gongyou.institutions.procedures.queries.views import ApprovalView, approval_view
from gongyou.kernel.access import Actor
from gongyou.kernel.errors import NotAllowed, NotFound

READ = "procedures.read"
RIGHTS = ("procedures.review", "procedures.approve", "procedures.approve_payment")
PAGE = 30


@dataclass(frozen=True)
class ApprovalPage:
    items: tuple[ApprovalView, ...]
    next: str


def approval(ids: Iterable[UUID]) -> dict[UUID, ApprovalView]:
    """Approvals by id, in one query each for heads, steps and decisions. Unguarded: for steps and guarded readers."""
    return {view.id: view for view in _views(list(Approval.objects.filter(pk__in=set(ids))))}


def approval_of(about_kind: str, about_id: UUID) -> ApprovalView | None:
    """The newest approval of a matter. Unguarded."""
    rows = list(Approval.objects.filter(about_kind=about_kind, about_id=about_id).order_by("-id")[:1])
    return next(iter(_views(rows)), None)


def is_approved(approval_id: UUID, digest: str) -> bool:
    """Whether every step said yes to exactly this content."""
    return Approval.objects.filter(pk=approval_id, digest=digest, state="approved").exists()


def read_approval(actor: Actor, approval_id: UUID) -> ApprovalView:
    """Raises NotFound, NotAllowed."""
    found = approval([approval_id]).get(approval_id)
    if found is None:
        raise NotFound(says("没有找到这项审批。"))
    if not actor.may(READ, found.office_path) and not may_take(actor, found):
        raise NotAllowed(READ)
    return found


def may_take(actor: Actor, found: ApprovalView) -> bool:
    """Whether the next step is this actor's to take: the right at the step's office, and a hand not yet in it."""
    step = found.next_step
    return (
        step is not None
        and actor.kind == "staff"
        and actor.may(step.right, step.office_path)
        and actor.id != found.prepared_by
        and all(taken.decided_by != actor.id for taken in found.steps)
    )


def approvals(actor: Actor, *, state: str = "open", cursor: str = "") -> ApprovalPage:
    """Within reach, newest first. Raises NotAllowed, ValueError for a cursor that is none."""
    if not any(actor.may(right) for right in (READ, *RIGHTS)):
        raise NotAllowed(READ)
    rows = Approval.objects.filter(_reach(actor))
    rows = rows.filter(state="open") if state == "open" else rows.exclude(state="open")
    if cursor:
        rows = rows.filter(pk__lt=UUID(cursor))
    found = list(rows.order_by("-id")[: PAGE + 1])
    return ApprovalPage(_views(found[:PAGE]), str(found[PAGE - 1].pk) if len(found) > PAGE else "")


def _reach(actor: Actor) -> Q:
    """What may be read, and what has a step the actor may be asked to take."""
    reach = actor.scope(READ).filter()
    for right in RIGHTS:
        if actor.may(right):
            steps = ApprovalStep.objects.filter(actor.scope(right).filter(), right=right)
            reach = reach | Q(pk__in=steps.values("approval_id"))
    return reach


def _views(rows: list[Approval]) -> tuple[ApprovalView, ...]:
    ids = [row.pk for row in rows]
    steps: dict[UUID, list[ApprovalStep]] = defaultdict(list)
    for step in ApprovalStep.objects.filter(approval__in=ids).order_by("number"):
        steps[step.approval_id].append(step)
    decided: dict[UUID, dict[int, ApprovalDecision]] = defaultdict(dict)
    for taken in ApprovalDecision.objects.filter(approval__in=ids):
        decided[taken.approval_id][taken.number] = taken
    return tuple(approval_view(row, steps[row.pk], decided[row.pk]) for row in rows)
