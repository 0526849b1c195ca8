"""Child-care sessions of the stations in reach: opened, places changed, who comes (by a right of its own)."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages as flash
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from gongyou.basics.refusal import Refusal, says
from gongyou.kernel import moment
from gongyou.kernel.access import Actor
from gongyou.kernel.errors import NotFound
from gongyou.offices import queries as offices
from gongyou.registry.queries.care import CHILDREN, MANAGE, access_children, managed_sessions
from gongyou.registry.queries.partners import available_resources
from gongyou.registry.services import care
from gongyou.web.desk.forms.child_care import PlacesForm, SessionForm
from gongyou.web.desk.forms.partners import choose
from gongyou.web.desk.submitting import IntentForm, run, status_of, uuid_of
from gongyou.web.guards import needs
from gongyou.web.office_names import name_of, names_of
from gongyou.web.problem import whole_sentence
from gongyou.web.requests import actor_of


@needs(MANAGE)
def session_list(request: HttpRequest) -> HttpResponse:
    """Sessions from today on. POST: open one."""
    actor = actor_of(request)
    form = _form(actor, request)
    if request.method == "POST":
        if form.is_valid() and _open(form, actor):
            flash.success(request, _("已开班，家长可以报名了。"))
            return redirect("desk:child_care")
        form.renew(None)
    lines = managed_sessions(actor)
    names = names_of({line.office_id for line in lines})
    context = {
        "lines": [
            (line, names.get(line.office_id, ""), actor.may(CHILDREN, line.office_path)) for line in lines
        ],
        "form": form,
        "has_resources": bool(form.fields["resource"].choices),  # type: ignore[attr-defined]
    }
    return render(request, "desk/child_care.html", context, status=status_of(form) if form.is_bound else 200)


def _form(actor: Actor, request: HttpRequest) -> SessionForm:
    reach = [o for o in offices.offices_under(actor, MANAGE) if o.kind in ("station", "township", "county")]
    found = [
        r
        for area in sorted({o.area for o in reach})
        for r in available_resources(area, moment.today())
        if r.has_sessions and any(o.path.startswith(r.reaches) for o in reach)
    ]
    form = SessionForm(request.POST or None)
    choose(form, "resource", [(str(r.id), f"{r.partner} · {r.title}") for r in found])
    choose(form, "office", [(str(o.id), name_of(o)) for o in reach])
    return form


def _open(form: SessionForm, actor: Actor) -> bool:
    data = form.cleaned_data
    office_id, resource_id = uuid_of(data["office"]), uuid_of(data["resource"])
    if office_id is None or resource_id is None:
        raise NotFound
    office = offices.office(office_id)
    names = ("day", "slot", "capacity")
    done = run(
        form,
        actor,
        lambda a: care.open_session(
            a,
            resource_id=resource_id,
            office_id=office.id,
            office_path=office.path,
            **{name: data[name] for name in names},
        ),
    )
    return done is not None


@needs(CHILDREN)
def session_page(request: HttpRequest, session_id: UUID) -> HttpResponse:
    """Who comes; the read is on record. POST: change the places."""
    actor = actor_of(request)
    line, children = access_children(actor, session_id, says("安排托管班"))
    form = PlacesForm(request.POST or None, initial={"capacity": line.capacity})
    if request.method == "POST":
        if form.is_valid():
            capacity = form.cleaned_data["capacity"]
            done = run(form, actor, lambda a: care.change_places(a, session_id=session_id, capacity=capacity))
            if done is not None:
                flash.success(request, _("名额已改，排队的按先后补上并已通知。"))
                return redirect("desk:child_care_session", session_id=session_id)
        form.renew(None)
    context = {
        "line": line,
        "children": children,
        "office": names_of([line.office_id]).get(line.office_id, ""),
        "form": form,
        "may_manage": actor.may(MANAGE, line.office_path),
        "intent": IntentForm(auto_id=False),
    }
    return render(
        request, "desk/child_care_session.html", context, status=status_of(form) if form.is_bound else 200
    )


@needs(MANAGE)
@require_POST
def withdraw(request: HttpRequest, session_id: UUID, enrolment_id: UUID) -> HttpResponse:
    """The family told the station: the place goes to whoever waits longest."""
    actor = actor_of(request).intending(request.POST.get("intent", "")[:64])
    try:
        care.withdraw_child(actor, enrolment_id=enrolment_id)
    except Refusal as refusal:
        flash.error(request, whole_sentence(refusal))
    else:
        flash.success(request, _("已退出，名额给了排在最前的孩子。"))
    return redirect("desk:child_care_session", session_id=session_id)
