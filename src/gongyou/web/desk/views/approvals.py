"""Approvals: what waits for a yes, and one of them with what it is about."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages as flash
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from gongyou.institutions.procedures import queries, services
from gongyou.institutions.procedures.definitions import ApprovalPlan
from gongyou.institutions.procedures.queries import READ, ApprovalView
from gongyou.kernel import catalogue
from gongyou.web.desk.forms.procedures import DecideForm, ReasonForm
from gongyou.web.desk.submitting import page_cursor, run, status_of
from gongyou.web.guards import needs
from gongyou.web.office_names import names_of
from gongyou.web.requests import actor_of

PREPARE = "procedures.prepare"


@needs(READ)
@require_safe
def approval_list(request: HttpRequest) -> HttpResponse:
    """GET state (open | over), cursor."""
    actor = actor_of(request)
    state = "over" if request.GET.get("state") == "over" else "open"
    page = queries.approvals(actor, state=state, cursor=page_cursor(request))
    context = {
        "rows": [(view, queries.may_take(actor, view)) for view in page.items],
        "next": page.next,
        "state": state,
        "actor_id": actor.id,
    }
    return render(request, "desk/approvals.html", context)


@needs(READ)
@require_safe
def approval_page(request: HttpRequest, approval_id: UUID) -> HttpResponse:
    return _show(request, queries.read_approval(actor_of(request), approval_id))


def _show(
    request: HttpRequest,
    view: ApprovalView,
    form: DecideForm | None = None,
    withdrawing: ReasonForm | None = None,
) -> HttpResponse:
    actor = actor_of(request)
    bound = form or withdrawing
    context = {
        "approval": view,
        "plan": catalogue.read_as(view.plan_hash, ApprovalPlan),
        "about": _about(view),
        "offices": names_of({step.office_id for step in view.steps}),
        "may_take": queries.may_take(actor, view),
        "is_mine": view.prepared_by == actor.id,
        "form": form or DecideForm(initial={"digest": view.digest}),
        "withdrawing": withdrawing or ReasonForm(prefix="back"),
    }
    return render(request, "desk/approval.html", context, status=status_of(bound) if bound else 200)


def _about(view: ApprovalView) -> str:
    """Where what is to be approved can be read, as far as this room knows it."""
    if queries.publicity_lists([view.about_id]):
        return reverse("desk:publicity_list", args=[view.about_id])
    return ""


@needs(READ)
@require_POST
def decide(request: HttpRequest, approval_id: UUID, verdict: str) -> HttpResponse:
    """POST digest, reason; `verdict`: approve | refuse."""
    actor = actor_of(request)
    view = queries.read_approval(actor, approval_id)
    form = DecideForm(request.POST)
    if form.is_valid():
        digest, reason = form.cleaned_data["digest"], form.cleaned_data["reason"]
        done = run(
            form,
            actor,
            lambda a: services.decide_approval(
                a, approval_id=approval_id, digest=digest, verdict=verdict, reason=reason
            ),
        )
        if done is not None:
            flash.success(request, _("已退回。") if verdict == "refuse" else _("已同意。"))
            return redirect("desk:approval", approval_id=approval_id)
    form.renew(None)
    return _show(request, view, form)


@needs(PREPARE)
@require_POST
def withdraw(request: HttpRequest, approval_id: UUID) -> HttpResponse:
    actor = actor_of(request)
    view = queries.read_approval(actor, approval_id)
    form = ReasonForm(request.POST, prefix="back")
    if form.is_valid():
        reason = form.cleaned_data["reason"]
        done = run(
            form,
            actor,
            lambda a: services.withdraw_approval(a, approval_id=approval_id, reason=reason),
        )
        if done is not None:
            flash.success(request, _("已撤回。"))
            return redirect("desk:approval", approval_id=approval_id)
    form.renew(None)
    return _show(request, view, withdrawing=form)
