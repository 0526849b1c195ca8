"""An approval is opened over a digest; the next step stands on the worklist of the office it falls to."""

from __future__ import annotations

from uuid import UUID

from django.db.utils import IntegrityError

from gongyou.basics.refusal import says
from gongyou.institutions.procedures.definitions import ApprovalPlan, check_approval_plan
from gongyou.institutions.procedures.models import Approval, ApprovalStep
from gongyou.institutions.procedures.queries.approvals import approval
from gongyou.institutions.procedures.queries.views import ApprovalView
from gongyou.institutions.procedures.steps.dates import due_in
from gongyou.kernel import catalogue
from gongyou.kernel.actions import Act
from gongyou.kernel.canonical import plain
from gongyou.kernel.errors import DomainError
from gongyou.kernel.ids import new_id
from gongyou.kernel.worklist import drop_todos, put_todo
from gongyou.offices import queries as offices
from gongyou.offices.queries import OfficeView

TODO = "procedures.approve"
PLANS = "approval"  # the kind under which plans are pinned in the catalogue


def open_approval(
    act: Act,
    *,
    plan: ApprovalPlan,
    office_path: str,
    about_kind: str,
    about_id: UUID,
    digest: str,
    count: int,
    sum_fen: int,
    prepared_by: UUID | None = None,
    prepared_by_name: str = "",
    title: str = "",
) -> ApprovalView:
    """Ask for every yes of the plan to exactly this content (sha-256 hex, count, sum in fen).

    Raises NotFound for an unknown office, Refusal for a plan that is none, DomainError where one is in force already.
    """
    check_approval_plan(plan)
    office = offices.office_at(office_path)
    _refuse_second(about_kind, about_id)
    row = Approval.objects.create(
        id=new_id(),
        office_id=office.id,
        office_path=office.path,
        plan=plan.id,
        plan_hash=catalogue.publish(
            act, kind=PLANS, name=f"{office.area}/{plan.id}", content=plain(plan)
        ).hash,
        title=title or plan.title,
        about_kind=about_kind,
        about_id=about_id,
        digest=digest,
        item_count=count,
        sum_fen=sum_fen,
        step_count=len(plan.steps),
        prepared_by=prepared_by or act.actor.id,
        prepared_by_name=prepared_by_name or (act.actor.name if prepared_by in (None, act.actor.id) else ""),
        prepared_at=act.now,
    )
    ApprovalStep.objects.bulk_create(_steps(row, plan, office))
    view = approval([row.pk])[row.pk]
    put_next_step(act, view)
    return view


def _refuse_second(about_kind: str, about_id: UUID) -> None:
    if Approval.objects.filter(
        about_kind=about_kind, about_id=about_id, state__in=["open", "approved"]
    ).exists():
        raise DomainError(
            "approval_in_force",
            says("这件事已经有一项在办或已通过的审批。"),
            says("请先撤回原来的审批。"),
            status=409,
        )


def _steps(row: Approval, plan: ApprovalPlan, office: OfficeView) -> list[ApprovalStep]:
    found = []
    for number, step in enumerate(plan.steps, start=1):
        where = _office_of(step.at, office)
        found.append(
            ApprovalStep(
                approval=row,
                number=number,
                name=step.id,
                title=step.title,
                right=step.right,
                days=step.days,
                office_id=where.id,
                office_path=where.path,
            )
        )
    return found


def _office_of(at: str, office: OfficeView) -> OfficeView:
    """The office a step falls to; where there is none above, the office itself."""
    if at == "root":
        return offices.root_of(office.area)
    if at == "upper" and office.parent_id is not None:
        return offices.office(office.parent_id)
    return office


def put_next_step(act: Act, view: ApprovalView) -> None:
    """What waits now stands on the worklist of one office; once the approval is over, of none."""
    drop_todos(act, subject_id=view.id, kinds=[TODO])
    step = view.next_step
    if step is None:
        return
    area = offices.office(step.office_id).area
    days = ApprovalStep.objects.values_list("days", flat=True).get(approval=view.id, number=step.number)
    due_at, is_provisional = due_in(area, act.now, days, "working_day")
    put_todo(
        act,
        kind=TODO,
        subject_id=view.id,
        office_id=step.office_id,
        office_path=step.office_path,
        number="",
        title=view.title[:120],
        due_at=due_at,
        is_provisional=is_provisional,
    )


def withdraw_open(act: Act, *, about_kind: str, about_id: UUID, reason: str) -> None:
    """Whatever approval of a matter is still open ends without a verdict (its content is no longer meant)."""
    row = (
        Approval.objects.select_for_update()
        .filter(about_kind=about_kind, about_id=about_id, state="open")
        .first()
    )
    if row is not None:
        end_approval(act, row, "withdrawn", reason=reason)


def end_approval(act: Act, row: Approval, state: str, *, reason: str = "") -> ApprovalView:
    """The approval is over. Raises DomainError where its decisions say otherwise (the database counts them)."""
    row.state, row.ended_at = state, act.now
    if state == "withdrawn":
        row.withdrawn_by, row.withdrawn_reason = act.actor.id, reason[:200]
    try:
        row.save(update_fields=["state", "ended_at", "withdrawn_by", "withdrawn_reason"])
    except IntegrityError as error:
        raise DomainError(
            "approval_says_otherwise", says("这项审批的状态和审批意见不符，没有改动。"), status=409
        ) from error
    view = approval([row.pk])[row.pk]
    put_next_step(act, view)
    return view
