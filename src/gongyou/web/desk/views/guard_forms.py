"""The hospital's accident form: the work first, then the route, then (only where it fits) the pledge."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages as flash
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from gongyou.engines.oversight import queries, services
from gongyou.engines.oversight.definitions.routes import RouteTable, decide
from gongyou.engines.oversight.queries.forms import FORMS, REGISTER, FormLine, read_form
from gongyou.kernel.access import Actor
from gongyou.kernel.errors import NotAllowed
from gongyou.offices import queries as offices
from gongyou.offices.queries import OfficeView
from gongyou.web import guard_words
from gongyou.web.desk.forms.guard import InjuryForm, PurposeForm, WorkForm
from gongyou.web.desk.submitting import page_cursor, run, status_of
from gongyou.web.guards import needs
from gongyou.web.requests import actor_of


@needs(REGISTER)
@require_safe
def own_forms(request: HttpRequest) -> HttpResponse:
    """A hospital's own forms, newest first. GET cursor."""
    return _list(request)


@needs(FORMS)
@require_safe
def every_form(request: HttpRequest) -> HttpResponse:
    """Forms of every hospital within reach, for the fund's officers. GET cursor."""
    return _list(request)


def _list(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    page = queries.list_forms(actor, cursor=page_cursor(request))
    tables = {area: _table(area) for area in {line.area for line in page.items}}
    rows = [(line, tables[line.area].route(line.route)) for line in page.items]
    context = {"rows": rows, "next": page.next, "may_add": actor.may(REGISTER)}
    return render(request, "desk/guard_forms.html", context)


@needs(REGISTER)
@require_http_methods(["GET", "HEAD", "POST"])
def new_form(request: HttpRequest) -> HttpResponse:
    """GET the questions about the work; with answers, the route and the rest. POST the whole."""
    actor = actor_of(request)
    office = _hospital(actor)
    table = _table(office.area)
    is_sent = request.method == "POST"
    work = WorkForm(table, request.POST if is_sent else request.GET or None)
    if not work.is_bound or not work.is_valid():
        status = 422 if is_sent else 200
        return render(request, "desk/guard_form_work.html", {"form": work}, status=status)
    answers = {q.id: work.cleaned_data[q.id] for q in table.questions}
    route = table.route(decide(table, answers).route)
    form = InjuryForm(request.POST if is_sent else None, prefix="patient", initial={"seen_route": route.id})
    if not route.takes_medical_fund:
        del form.fields["pledges"]
    if is_sent:
        if form.is_valid():
            done = run(form, actor, lambda a: _register(a, office, answers, form.cleaned_data))
            if done is not None:
                flash.success(request, _("已保存登记表{number}。").format(number=done.number))
                return redirect("desk:guard_form", form_id=done.id)
        form.renew(None)
    words = [(q, next((a for a in q.answers if a.id == answers[q.id]), None)) for q in table.questions]
    context = {"form": form, "route": route, "answers": answers, "words": words}
    return render(request, "desk/guard_form_route.html", context, status=status_of(form) if is_sent else 200)


def _register(
    actor: Actor, office: OfficeView, answers: dict[str, str], data: dict[str, Any]
) -> services.FormRef:
    patient = services.Patient(
        **{n: data[n] for n in ("name", "number", "cause", "admitted_on", "injured_on")}
    )
    return services.register_injury(
        actor,
        office_id=office.id,
        answers=answers,
        seen_route=data["seen_route"],
        patient=patient,
        pledges=bool(data.get("pledges")),
    )


@needs("offices.read")
@require_safe
def form_page(request: HttpRequest, form_id: UUID) -> HttpResponse:
    """One form, masked. Raises NotAllowed but for the hospital itself and the fund's officers."""
    return _show(request, read_form(actor_of(request), form_id))


@needs("offices.read")
@require_POST
def open_form(request: HttpRequest, form_id: UUID) -> HttpResponse:
    """POST why: the patient in clear on this one page, on record."""
    actor = actor_of(request)
    line = read_form(actor, form_id)
    purpose = PurposeForm(request.POST, auto_id="purpose_%s")
    if not purpose.is_valid():
        return _show(request, line, purpose=purpose, status=422)
    why = guard_words.PURPOSES[purpose.cleaned_data["why"]]
    return _show(request, line, opened=queries.access_form(actor, form_id, purpose=why))


def _show(request: HttpRequest, line: FormLine, status: int = 200, **more: Any) -> HttpResponse:
    table = _table(line.area)
    context = {
        "line": line,
        "route": table.route(line.route),
        "words": [
            (q, next((a for a in q.answers if a.id == line.answers.get(q.id)), None)) for q in table.questions
        ],
        "purpose": more.get("purpose") or PurposeForm(auto_id="purpose_%s"),
        "opened": more.get("opened"),
    }
    return render(request, "desk/guard_form.html", context, status=status)


def _hospital(actor: Actor) -> OfficeView:
    """The clerk's own hospital. Raises NotAllowed."""
    found = next(iter(offices.offices_under(actor, REGISTER)), None)
    if found is None:
        raise NotAllowed(REGISTER)
    return found


def _table(area: str) -> RouteTable:
    return queries.routes_of(area, queries.programme_in(area, "routes"))
