"""Jobs that were tried out: what an administrator sees of them, and a fresh start."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Q

from gongyou.basics.refusal import Refusal, says
from gongyou.kernel.access import Actor
from gongyou.kernel.actions import Act, action
from gongyou.kernel.errors import NotFound
from gongyou.kernel.models.events import Job

MANAGE = "jobs.manage"


@dataclass(frozen=True)
class FailedJob:
    """A job nobody will try again by itself. The payload (ids only) is not shown: the error says enough."""

    id: UUID
    kind: str
    tries: int
    due_at: datetime
    error: str


@dataclass(frozen=True)
class JobCounts:
    """How many jobs wait, run now, and failed for good."""

    waiting: int
    running: int
    failed: int


def list_failed(actor: Actor, *, cursor: str = "", size: int = 30) -> tuple[tuple[FailedJob, ...], str]:
    """Failed jobs, latest first, and the cursor of the next page. Raises NotAllowed, ValueError (cursor)."""
    actor.require(MANAGE)
    rows = Job.objects.filter(state=Job.State.FAILED)
    if cursor:
        stamp, _, row_id = cursor.partition("~")
        due_at, last = datetime.fromisoformat(stamp), UUID(row_id)
        rows = rows.filter(Q(due_at__lte=due_at) & (Q(due_at__lt=due_at) | Q(id__lt=last)))
    found = list(rows.order_by("-due_at", "-id")[: size + 1])
    items = tuple(FailedJob(row.pk, row.kind, row.tries, row.due_at, row.last_error) for row in found[:size])
    more = f"{items[-1].due_at.isoformat()}~{items[-1].id}" if len(found) > size else ""
    return items, more


def count_jobs(actor: Actor) -> JobCounts:
    """Raises NotAllowed."""
    actor.require(MANAGE)
    counted = dict(Job.objects.values_list("state").annotate(n=Count("id")))
    return JobCounts(
        waiting=counted.get(Job.State.READY, 0),
        running=counted.get(Job.State.RUNNING, 0),
        failed=counted.get(Job.State.FAILED, 0),
    )


@action("jobs.retry_job", right=MANAGE, answers=str)
def retry_job(act: Act, *, job_id: UUID) -> str:
    """Give a failed job a fresh row of tries; returns its kind. Raises NotFound, Refusal."""
    job = Job.objects.select_for_update().filter(pk=job_id).first()
    if job is None:
        raise NotFound
    act.about(f"job:{job_id}")
    if job.state != Job.State.FAILED:
        raise Refusal(
            "job_not_failed",
            says("这项后台任务已经不在失败清单里。"),
            says("请刷新页面查看最新情况。"),
            status=409,
        )
    job.state, job.tries, job.due_at, job.last_error = Job.State.READY, 0, act.now, ""
    job.save(update_fields=["state", "tries", "due_at", "last_error"])
    return job.kind
