"""One person says yes or no to what stands in front of them, by its digest."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.db.utils import IntegrityError

from gongyou.basics.inputs import read_text
from gongyou.basics.refusal import says
from gongyou.institutions.procedures.events import ApprovalGranted, ApprovalRefused
from gongyou.institutions.procedures.models import Approval, ApprovalDecision
from gongyou.institutions.procedures.queries.approvals import approval
from gongyou.institutions.procedures.queries.views import ApprovalView, StepView
from gongyou.institutions.procedures.steps.approving import end_approval, put_next_step
from gongyou.kernel.actions import Act, action
from gongyou.kernel.errors import DomainError, NotAllowed, NotFound
from gongyou.kernel.ids import new_id

PREPARE = "procedures.prepare"


@action("procedures.decide_approval", right=None, answers=ApprovalView)
def decide_approval(
    act: Act, *, approval_id: UUID, digest: str, verdict: str, reason: str = ""
) -> ApprovalView:
    """Take the next step: `verdict` approve | refuse, on the content whose `digest` was read.

    Raises NotAllowed, NotFound, DomainError: not one's own work, not twice, not what was read, over already.
    """
    row = _open(approval_id)
    view = approval([row.pk])[row.pk]
    step = view.next_step
    if step is None:
        raise _over()
    _check(act, view, step, digest)
    reason = read_text(reason, field="reason", longest=500, is_needed=verdict != "approve")
    _write(act, row, step, verdict, reason)
    act.about(f"approval:{row.pk}", row.office_path)
    if verdict == "refuse":
        act.publish(ApprovalRefused(row.about_kind, row.about_id, row.pk, row.digest))
        return end_approval(act, row, "refused")
    if step.number == row.step_count:
        act.publish(ApprovalGranted(row.about_kind, row.about_id, row.pk, row.digest))
        return end_approval(act, row, "approved")
    view = approval([row.pk])[row.pk]
    put_next_step(act, view)
    return view


@action("procedures.withdraw_approval", right=PREPARE, answers=ApprovalView)
def withdraw_approval(act: Act, *, approval_id: UUID, reason: str) -> ApprovalView:
    """Whoever prepared it takes it back before the last yes. Raises NotAllowed, NotFound, DomainError."""
    row = _open(approval_id)
    act.require(PREPARE, row.office_path)
    if row.prepared_by != act.actor.id:
        raise DomainError(
            "not_the_preparer",
            says("只有经办人自己能撤回。"),
            says("不同意的请在审批里退回。"),
            status=409,
        )
    act.about(f"approval:{row.pk}", row.office_path)
    return end_approval(
        act, row, "withdrawn", reason=read_text(reason, field="reason", longest=200, is_needed=True)
    )


def _open(approval_id: UUID) -> Approval:
    row = Approval.objects.select_for_update().filter(pk=approval_id).first()
    if row is None:
        raise NotFound(says("没有找到这项审批。"))
    if row.state != "open":
        raise _over()
    return row


def _over() -> DomainError:
    return DomainError("approval_over", says("这项审批已经办结。"), says("请刷新后查看结果。"), status=409)


def _check(act: Act, view: ApprovalView, step: StepView, digest: str) -> None:
    """The sentences; the constraints hold whatever happens here."""
    if act.actor.kind != "staff" or not act.actor.may(step.right, step.office_path):
        raise NotAllowed(step.right)
    if act.actor.id == view.prepared_by:
        raise DomainError(
            "same_person",
            says("经办和审批不能是同一个人。"),
            says("请由另一位同志审批。"),
            status=409,
        )
    if any(taken.decided_by == act.actor.id for taken in view.steps):
        raise DomainError(
            "decided_before",
            says("前面的步骤是您审批的，这一步要换一位同志。"),
            says("请由另一位同志审批。"),
            status=409,
        )
    if digest != view.digest:
        raise DomainError(
            "digest_differs",
            says("您看到的内容和送审的内容不一致，没有审批。"),
            says("请刷新页面，核对后再审批。"),
            status=409,
        )


def _write(act: Act, row: Approval, step: StepView, verdict: str, reason: str) -> None:
    if verdict not in ("approve", "refuse"):
        raise DomainError("verdict_unknown", says("请选择同意或退回。"), field="verdict")
    try:
        with transaction.atomic():
            ApprovalDecision.objects.create(
                id=new_id(),
                approval=row,
                number=step.number,
                digest=row.digest,
                plan_hash=row.plan_hash,
                prepared_by=row.prepared_by,
                verdict=verdict,
                decided_by=act.actor.id,
                decided_by_name=act.actor.name,
                reason=reason,
                decided_at=act.now,
            )
    except IntegrityError as error:
        raise DomainError(
            "step_taken", says("这一步刚刚有人办过。"), says("请刷新后查看结果。"), status=409
        ) from error
