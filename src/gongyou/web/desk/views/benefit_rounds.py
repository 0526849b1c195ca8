"""A round: taken in, made public, approved by others, promised; batches for the bank and what it answered."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID

from django.contrib import messages as flash
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from gongyou.basics.refusal import Refusal, says
from gongyou.engines.benefits import queries, services
from gongyou.engines.benefits.queries import BatchView, RoundView
from gongyou.institutions.procedures import queries as procedures
from gongyou.kernel.access import Actor
from gongyou.kernel.errors import NotFound
from gongyou.web.desk.forms.benefits import ReasonForm, ReturnForm
from gongyou.web.desk.submitting import IntentForm, put_on, run, status_of
from gongyou.web.desk.views.benefits import titles_of
from gongyou.web.desk.views.policy_subjects import as_file
from gongyou.web.guards import needs
from gongyou.web.requests import actor_of

READ, SEND, RETURNS = "benefits.read", "benefits.send", "benefits.returns"

Service = Callable[[Actor, UUID, Any], Any]
ROUND_STEPS: dict[str, tuple[str, str | Promise, Service]] = {
    "list": (
        "benefits.prepare",
        gettext_lazy("名单已封存，等另一位同事发布公示。"),
        lambda a, i, f: services.list_round(a, round_id=i),
    ),
    "ask": (
        "benefits.prepare",
        gettext_lazy("已提请审批。"),
        lambda a, i, f: services.ask_round_approval(a, round_id=i),
    ),
    "commit": (
        "benefits.commit",
        gettext_lazy("已承诺，款项列为应付。"),
        lambda a, i, f: services.commit_round(a, round_id=i),
    ),
    "drop": (
        "benefits.prepare",
        gettext_lazy("已放弃这一轮。"),
        lambda a, i, f: services.drop_round(a, round_id=i, reason=f.cleaned_data["reason"]),
    ),
}
BATCH_STEPS: dict[str, tuple[str, str | Promise, Service]] = {
    "send": (SEND, gettext_lazy("已登记送到银行。"), lambda a, i, f: services.send_batch(a, batch_id=i)),
    "dissolve": (
        "benefits.batch",
        gettext_lazy("批次已解散，款项回到应付。"),
        lambda a, i, f: services.dissolve_batch(a, batch_id=i, reason=f.cleaned_data["reason"]),
    ),
}
NEXT = {"taken": "list", "listed": "ask", "approved": "commit"}
"""Which step a round waits for."""
MAY_DROP = ("taking", "taken", "listed", "approving")


@needs(READ)
@require_safe
def round_page(request: HttpRequest, round_id: UUID) -> HttpResponse:
    """GET cursor: a round, what it waits for, and its lines."""
    return _round(request, queries.round_of(actor_of(request), round_id))


def _round(request: HttpRequest, of: RoundView, form: IntentForm | None = None) -> HttpResponse:
    actor = actor_of(request)
    lists = procedures.lists_of_run(str(of.id))
    is_public_still = of.state == "listed" and any(one.state not in {"closed", "withdrawn"} for one in lists)
    step = "" if is_public_still else NEXT.get(of.state, "")
    context = {
        "round": of,
        "title": titles_of(of.area, of.programme),
        "page": queries.list_round_lines(
            actor, of.id, purpose=says("核对发放名单"), cursor=request.GET.get("cursor", "")[:60]
        ),
        "lists": lists,
        "is_public_still": is_public_still,
        "step": step if step and actor.may(ROUND_STEPS[step][0], of.office_path) else "",
        "may_drop": of.state in MAY_DROP and actor.may("benefits.prepare", of.office_path),
        "intent": form if form and not isinstance(form, ReasonForm) else IntentForm(),
        "drop_form": form if isinstance(form, ReasonForm) else ReasonForm(),
    }
    return render(request, "desk/benefit_round.html", context, status=status_of(form) if form else 200)


@needs(READ)
@require_POST
def round_step(request: HttpRequest, round_id: UUID, name: str) -> HttpResponse:
    """POST; `name`: list | ask | commit | drop."""
    form = _taken(request, ROUND_STEPS, name, round_id)
    if form is None:
        return redirect("desk:benefit_round", round_id=round_id)
    return _round(request, queries.round_of(actor_of(request), round_id), form)


def _taken(
    request: HttpRequest, steps: dict[str, tuple[str, str | Promise, Service]], name: str, row_id: UUID
) -> IntentForm | None:
    """None: the step was taken. Otherwise the form with the sentence why not."""
    if name not in steps:
        raise NotFound
    _right, said, service = steps[name]
    form = (ReasonForm if name in ("drop", "dissolve") else IntentForm)(request.POST)
    if form.is_valid():
        done = run(form, actor_of(request), lambda a: service(a, row_id, form))
        if done is not None:
            flash.success(request, str(said))
            return None
    form.renew(None)
    return form


@needs(READ)
@require_safe
def batch_page(request: HttpRequest, batch_id: UUID) -> HttpResponse:
    return _batch(request, queries.batch_of(actor_of(request), batch_id))


def _batch(request: HttpRequest, of: BatchView, form: IntentForm | None = None) -> HttpResponse:
    actor = actor_of(request)
    may_send = actor.may(SEND, of.office_path)
    context = {
        "batch": of,
        "title": titles_of(of.area, of.programme),
        "returns": queries.returns_of(actor, of.id),
        "may_take_file": may_send and of.state in ("filed", "sent", "answered"),
        "may_send": may_send and of.state == "filed",
        "may_receive": actor.may(RETURNS, of.office_path) and of.state in ("sent", "answered"),
        "may_dissolve": actor.may("benefits.batch", of.office_path)
        and of.state in ("approving", "approved", "filed"),
        "intent": IntentForm(),
        "form": form if isinstance(form, ReturnForm) else ReturnForm(),
        "drop_form": form if isinstance(form, ReasonForm) else ReasonForm(),
        "refused": form if form is not None and type(form) is IntentForm else None,
    }
    return render(request, "desk/benefit_batch.html", context, status=status_of(form) if form else 200)


@needs(READ)
@require_POST
def batch_step(request: HttpRequest, batch_id: UUID, name: str) -> HttpResponse:
    """POST; `name`: send | dissolve."""
    form = _taken(request, BATCH_STEPS, name, batch_id)
    if form is None:
        return redirect("desk:benefit_batch", batch_id=batch_id)
    return _batch(request, queries.batch_of(actor_of(request), batch_id), form)


@needs(SEND)
@require_POST
def batch_file(request: HttpRequest, batch_id: UUID) -> HttpResponse:
    """The bank's file: account numbers in the open leave the house, so it is never a mere link."""
    actor = actor_of(request)
    services.note_bank_file_taken(actor, batch_id=batch_id)
    file = queries.bank_file(actor, batch_id, purpose=says("送银行付款"))
    return as_file(file.content, file.name, "application/octet-stream")


@needs(RETURNS)
@require_POST
def batch_returns(request: HttpRequest, batch_id: UUID) -> HttpResponse:
    """POST the bank's answer: what fits is taken, each line that does not is shown with its sentence."""
    actor = actor_of(request)
    form = ReturnForm(request.POST, request.FILES)
    if form.is_valid():
        file = form.cleaned_data["file"]
        try:
            with tempfile.TemporaryDirectory() as folder:
                path = Path(folder) / (Path(file.name or "").name[-80:] or "file")  # sentences name it
                with path.open("wb") as stream:
                    stream.writelines(file.chunks())
                digest, read = queries.read_return_file(actor, batch_id, path)
        except Refusal as refusal:
            if refusal.status in {403, 404}:
                raise
            refusal.field = "file"
            put_on(form, refusal)
        else:
            name = (file.name or "")[:120]
            done = run(
                form,
                actor,
                lambda a: services.receive_returns(a, batch_id=batch_id, name=name, digest=digest, read=read),
            )
            if done is not None:
                flash.success(
                    request,
                    _("已读入：付成%(paid)s笔，退回%(failed)s笔，有问题的行%(wrong)s行。")
                    % {"paid": done.paid, "failed": done.failed, "wrong": done.wrong_count},
                )
                return redirect("desk:benefit_batch", batch_id=batch_id)
    form.renew(None)
    return _batch(request, queries.batch_of(actor, batch_id), form)
