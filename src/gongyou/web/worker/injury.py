"""The route test: a few plain questions, where the bill goes, until when, which papers. Nobody has to sign in."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from urllib.parse import urlencode

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from gongyou.engines.oversight import queries
from gongyou.engines.oversight.definitions.routes import UNSURE, RouteTable, dated, decide
from gongyou.engines.oversight.services import count_route
from gongyou.kernel import moment
from gongyou.offices import queries as offices
from gongyou.packkit.texts import say
from gongyou.web.guards import public
from gongyou.web.office_names import name_of
from gongyou.web.requests import actor_of
from gongyou.web.worker.own_data import own_contact

FORM_PURPOSE = "own_injury_form"
DAY, AREA = "injured_on", "area"


class RouteForm(forms.Form):
    """The questions of an area's table; each may be answered "not sure"."""

    area = forms.ChoiceField(label=gettext_lazy("在哪里干活"), required=False)
    injured_on = forms.DateField(
        label=gettext_lazy("哪一天受的伤"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date", "class": "short"}),
        help_text=gettext_lazy("写了才能算出最晚哪天；不写也可以看去处。"),
        error_messages={"invalid": gettext_lazy("日期没有读懂，请写成 2026-10-08 这样。")},
    )

    def __init__(self, table: RouteTable, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.order_fields([AREA])
        for question in table.questions:
            choices = [(a.id, say(a.title)) for a in question.answers] + [(UNSURE, _("说不清"))]
            self.fields[question.id] = forms.ChoiceField(
                label=say(question.title),
                help_text=say(question.text),
                choices=choices,
                widget=forms.RadioSelect,
                initial=UNSURE,
                required=False,
            )
        self.order_fields([*(q.id for q in table.questions), DAY, AREA])
        areas = [(code, name_of(offices.root_of(code))) for code in _areas()]
        if len(areas) < 2:
            del self.fields[AREA]
        else:
            self.fields[AREA].choices = areas  # type: ignore[attr-defined]

    def clean_injured_on(self) -> date | None:
        day: date | None = self.cleaned_data["injured_on"]
        if day is not None and day > moment.today():
            raise forms.ValidationError(_("这一天还没有到，请核对。"))
        return day


@public
@require_http_methods(["GET", "HEAD", "POST"])
def route_test(request: HttpRequest) -> HttpResponse:
    """GET the questions. POST the answers: counted without anything about the person, then shown."""
    area = _area(request.POST.get(AREA) or request.GET.get(AREA, ""))
    if not area:
        return render(request, "worker/injury_none.html")
    table = _table(area)
    form = RouteForm(table, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        given = {q.id: form.cleaned_data.get(q.id) or UNSURE for q in table.questions}
        count_route(actor_of(request), area=area, answers=given)
        day = form.cleaned_data[DAY]
        query = {AREA: area, **given, **({DAY: day.isoformat()} if day else {})}
        return HttpResponseRedirect(f"{reverse('worker:injury_way')}?{urlencode(query)}")
    return render(
        request, "worker/injury.html", {"form": form, "table": table}, status=422 if form.errors else 200
    )


@public
@require_safe
def way(request: HttpRequest) -> HttpResponse:
    """GET the answers: one way with its reasons, days, papers; or whom to ask."""
    area = _area(request.GET.get(AREA, ""))
    if not area:
        return render(request, "worker/injury_none.html")
    table = _table(area)
    outcome = decide(table, request.GET.dict())
    route, day = table.route(outcome.route), _day(request.GET)
    context = {
        "table": table,
        "route": route,
        "also": [table.route(name) for name in outcome.also],
        "may_be": [table.route(name) for name in outcome.may_be],
        "open_questions": [q for q in table.questions if q.id in outcome.open_questions],
        "deadlines": dated(table, route, day, moment.today()),
        "day": day,
        "query": urlencode(request.GET.dict()),
        "office": offices.root_of(area),
    }
    return render(request, "worker/injury_way.html", context)


@public
@require_http_methods(["GET", "HEAD", "POST"])
def application(request: HttpRequest) -> HttpResponse:
    """The application for recognition to print: filled with what is held of whoever signed in, empty lines else.

    POST counts that one was asked for, and comes back to the same address.
    """
    area = _area(request.GET.get(AREA, ""))
    if not area:
        return render(request, "worker/injury_none.html")
    actor = actor_of(request)
    table, day = _table(area), _day(request.GET)
    if request.method == "POST":
        given = {q.id: request.GET.get(q.id, UNSURE) for q in table.questions}
        count_route(actor, area=area, answers=given, is_form_printed=True)
        return HttpResponseRedirect(f"{reverse('worker:injury_form')}?{urlencode(request.GET.dict())}")
    answers = [
        (q, next((a for a in q.answers if a.id == request.GET.get(q.id)), None)) for q in table.questions
    ]
    route = next((r for r in table.routes if r.has_form), table.route(table.ask))
    context = {
        "contact": own_contact(actor, FORM_PURPOSE) if actor.kind == "worker" else None,
        "day": day,
        "answers": [(q, a) for q, a in answers if a is not None],
        "route": route,
        "deadlines": dated(table, route, day, moment.today()),
        "today": moment.today(),
    }
    return render(request, "worker/injury_form.html", context)


def _areas() -> tuple[str, ...]:
    """Areas that have offices and run the test, or lie below one that does."""
    running = {area for area, _programme in queries.areas_with("routes")}
    return tuple(code for code in offices.areas() if {code, f"{code[:4]}00", f"{code[:2]}0000"} & running)


def _area(wanted: str) -> str:
    """The area asked for, else the first; '' where the test runs nowhere."""
    known = _areas()
    return wanted if wanted in known else next(iter(known), "")


def _table(area: str) -> RouteTable:
    return queries.routes_of(area, queries.programme_in(area, "routes"))


def _day(given: Mapping[str, str]) -> date | None:
    """A day from an address; one that is none, or lies ahead, is left out."""
    try:
        day = date.fromisoformat(given.get(DAY, ""))
    except ValueError:
        return None
    return day if day <= moment.today() else None
