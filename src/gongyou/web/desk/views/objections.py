"""Objections: taken in at the desk for an organisation's contact or a person, answered by another than the list's maker."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages as flash
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from gongyou.basics.refusal import Refusal
from gongyou.institutions.procedures import queries, services
from gongyou.institutions.procedures.queries import READ, ObjectionView
from gongyou.institutions.procedures.steps import Words
from gongyou.kernel import files
from gongyou.kernel.access import Actor
from gongyou.web.desk.forms.procedures import AnswerForm, ObjectionForm
from gongyou.web.desk.submitting import page_cursor, put_on, run, status_of
from gongyou.web.guards import needs
from gongyou.web.requests import actor_of

OBJECT, DECIDE = "procedures.object", "procedures.decide_objection"
PURPOSE = "答复公示异议"


@needs(READ)
@require_safe
def objection_list(request: HttpRequest) -> HttpResponse:
    """GET state (open | decided), cursor."""
    state = "decided" if request.GET.get("state") == "decided" else "open"
    page = queries.objections(actor_of(request), state=state, cursor=page_cursor(request))
    context = {"objections": page.items, "next": page.next, "state": state}
    return render(request, "desk/objections.html", context)


@needs(READ)
@require_safe
def objection_page(request: HttpRequest, objection_id: UUID) -> HttpResponse:
    """Opening it records the read of the objector's words and contact."""
    return _show(request, queries.read_objection(actor_of(request), objection_id))


def _show(request: HttpRequest, view: ObjectionView, form: AnswerForm | None = None) -> HttpResponse:
    actor = actor_of(request)
    found = queries.publicity_lists([view.list_id]).get(view.list_id) if view.list_id else None
    context = {
        "objection": view,
        "words": queries.access_objection(actor, view.id, PURPOSE),
        "files": files.files_of(actor, f"objection:{view.id}"),
        "list": found,
        "may_decide": view.state == "open"
        and actor.may(DECIDE, view.office_path)
        and (found is None or found.prepared_by != actor.id),
        "form": form or AnswerForm(),
    }
    return render(request, "desk/objection.html", context, status=status_of(form) if form else 200)


@needs(DECIDE)
@require_POST
def answer(request: HttpRequest, objection_id: UUID) -> HttpResponse:
    """POST outcome, reason."""
    actor = actor_of(request)
    view = queries.read_objection(actor, objection_id)
    form = AnswerForm(request.POST)
    if form.is_valid():
        outcome, reason = form.cleaned_data["outcome"], form.cleaned_data["reason"]
        done = run(
            form,
            actor,
            lambda a: services.decide_objection(a, objection_id=objection_id, outcome=outcome, reason=reason),
        )
        if done is not None:
            flash.success(request, _("已答复。"))
            return redirect("desk:objection", objection_id=objection_id)
    form.renew(None)
    return _show(request, view, form)


@needs(OBJECT)
@require_http_methods(["GET", "HEAD", "POST"])
def new_objection(request: HttpRequest, list_id: UUID) -> HttpResponse:
    """GET line: the position of the line it is about. POST the form."""
    actor = actor_of(request)
    view = queries.read_list(actor, list_id)
    line = request.GET.get("line", "")
    subject = queries.subject_at(list_id, int(line)) if line.isdecimal() and len(line) < 10 else None
    initial = {"subject_key": subject[0], "raised_by_name": subject[1]} if subject else {}
    form = ObjectionForm(request.POST or None, request.FILES or None, initial=initial)
    form.offer_grounds(queries.objection_rule(view.area, view.programme).grounds)
    if request.method == "POST":
        if form.is_valid():
            done = _raised(form, actor, list_id)
            if done is not None:
                flash.success(request, _("已受理异议{number}。").format(number=done.number))
                return redirect("desk:objection", objection_id=done.id)
        form.renew(None)
    status = status_of(form) if form.is_bound else 200
    return render(request, "desk/objection_new.html", {"form": form, "list": view}, status=status)


def _raised(form: ObjectionForm, actor: Actor, list_id: UUID) -> ObjectionView | None:
    data = form.cleaned_data
    evidence = data.get("evidence")
    try:
        stored = (
            (files.receive_file(actor, name=evidence.name or "", content=evidence.read()).id,)
            if evidence
            else ()
        )
    except Refusal as refusal:
        refusal.field = "evidence"
        put_on(form, refusal)
        return None
    names = ("raised_by_kind", "raised_by_name", "ground", "text", "contact_name", "contact_phone")
    words = Words(**{name: data[name] for name in names}, files=stored)
    return run(
        form,
        actor,
        lambda a: services.raise_objection(a, list_id=list_id, subject_key=data["subject_key"], words=words),
    )
