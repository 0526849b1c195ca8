"""Background work that failed for good: what, why, and a fresh start."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages as flash
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from gongyou.basics.refusal import Refusal
from gongyou.kernel.failed_jobs import count_jobs, list_failed, retry_job
from gongyou.web.desk.submitting import IntentForm, page_cursor
from gongyou.web.guards import needs
from gongyou.web.problem import whole_sentence
from gongyou.web.requests import actor_of

MANAGE = "jobs.manage"


@needs(MANAGE)
def job_list(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    items, following = list_failed(actor, cursor=page_cursor(request))
    rows = [(job, IntentForm(auto_id=False)) for job in items]
    return render(request, "desk/jobs.html", {"rows": rows, "next": following, "counts": count_jobs(actor)})


@needs(MANAGE)
@require_POST
def retry(request: HttpRequest, job_id: UUID) -> HttpResponse:
    actor = actor_of(request).intending(request.POST.get("intent", "")[:64])
    try:
        retry_job(actor, job_id=job_id)
    except Refusal as refusal:
        flash.error(request, whole_sentence(refusal))
    else:
        flash.success(request, _("已重新排队，稍后会再执行。"))
    return redirect("desk:jobs")
