"""One station: its facts and use, facilities and faults, stock, rounds, hours; each a page of its own."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages as flash
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from gongyou.kernel import moment
from gongyou.kernel.access import Actor
from gongyou.kernel.accounts import names_of
from gongyou.offices import queries as offices
from gongyou.offices.definitions import StationRules
from gongyou.offices.queries import OfficeView
from gongyou.web.desk.forms.station import DEEDS, WEEKDAYS, StationForm
from gongyou.web.desk.submitting import IntentForm, run, status_of
from gongyou.web.guards import needs
from gongyou.web.requests import actor_of

READ = "offices.read"
KEEP, SET_UP, USE = "stations.keep", "stations.set_up", "stations.use"
USE_DAYS = timedelta(days=13)

Context = dict[str, Any]


@needs(READ)
def station_page(request: HttpRequest, office_id: UUID) -> HttpResponse:
    """Who answers, when it is open, how it is used."""
    return _show(request, office_id, "station")


@needs(READ)
def station_facilities(request: HttpRequest, office_id: UUID) -> HttpResponse:
    return _show(request, office_id, "station_facilities")


@needs(READ)
def station_stock(request: HttpRequest, office_id: UUID) -> HttpResponse:
    return _show(request, office_id, "station_stock")


@needs(READ)
def station_rounds(request: HttpRequest, office_id: UUID) -> HttpResponse:
    return _show(request, office_id, "station_rounds")


@needs(READ)
def station_hours(request: HttpRequest, office_id: UUID) -> HttpResponse:
    return _show(request, office_id, "station_hours")


@needs(READ)
@require_POST
def station_deed(request: HttpRequest, office_id: UUID, deed: str) -> HttpResponse:
    """POST one deed; back to the page it belongs to, or that page with what is wrong."""
    form_class = DEEDS.get(deed)
    if form_class is None:
        raise Http404
    actor, office = actor_of(request), offices.office(office_id)
    actor.require(READ, office.path)
    form = form_class(
        request.POST, office=office, rules=offices.station_rules(office.area), auto_id=f"{deed}_%s"
    )
    if form.is_valid() and run(form, actor, form.perform) is not None:
        flash.success(request, str(form.done))
        return redirect(f"desk:{form.tab}", office_id)
    form.renew(None)
    if form.cleaned_data.get("row") or not _is_shown(form):
        for errors in form.errors.values():
            flash.error(request, " ".join(str(error) for error in errors))
        return redirect(f"desk:{form.tab}", office_id)
    return _show(request, office_id, form.tab, {deed: form}, status_of(form))


def _is_shown(form: StationForm) -> bool:
    """Deeds without fields of their own are buttons: their refusal is told above the page."""
    return any(not field.is_hidden for field in form)


def _show(
    request: HttpRequest,
    office_id: UUID,
    tab: str,
    forms: dict[str, StationForm] | None = None,
    status: int = 200,
) -> HttpResponse:
    actor, office = actor_of(request), offices.office(office_id)
    actor.require(READ, office.path)
    rules = offices.station_rules(office.area)
    context: Context = {
        "office": office,
        "rules": rules,
        "tab": tab,
        "may_keep": actor.may(KEEP, office.path),
        "may_set_up": actor.may(SET_UP, office.path),
        "may_report": actor.may(USE, office.path) or actor.may(KEEP, office.path),
        "may_write": actor.may("offices.write", office.path),
        "may_duty": actor.may("duty.own", office.path),
        "intent": IntentForm(auto_id=False),
        "today": moment.today(),
    }
    made = forms or {}

    def form(deed: str, **initial: object) -> StationForm:
        known = made.get(deed)
        return known or DEEDS[deed](office=office, rules=rules, auto_id=f"{deed}_%s", initial=initial)

    context |= TABS[tab](actor, office, rules, form)
    return render(request, f"desk/{tab}.html", context, status=status)


Forms = Callable[..., StationForm]


def _overview(actor: Actor, office: OfficeView, rules: StationRules | None, form: Forms) -> Context:
    today = moment.today()
    uses = offices.uses_of(office.id, since=today - USE_DAYS, until=today)
    return {
        "duty": offices.duty_holder(office.id, moment.now()),
        "is_open": offices.open_now([office], moment.now()).get(office.id, False),
        "stretch": offices.opening_of(office.id).on(today, offices.calendar_of(office.area)[1]),
        "points": [p for p in offices.points_of([office.id]) if p.is_active],
        "uses": uses,
        "visits": sum(one.visits for one in uses),
        "stars": offices.stars_of(office.id),
        "ratings": offices.ratings_of(actor, office.id) if actor.may(KEEP, office.path) else (),
        "theme": offices.theme_of(rules, f"{today:%Y-%m}", office.code) if rules else None,
        "count_form": form("count", day=today),
    }


def _facilities(actor: Actor, office: OfficeView, rules: StationRules | None, form: Forms) -> Context:
    titles = {kind.id: kind.title for kind in rules.facilities} if rules else {}
    faults = offices.faults_of(actor, office.id)
    return {
        "facilities": [
            (f, titles.get(f.kind, f.kind)) for f in offices.facilities_of([office.id]).get(office.id, ())
        ],
        "open_faults": [(f, titles.get(f.kind, f.kind)) for f in faults if f.closed_at is None],
        "closed_faults": [(f, titles.get(f.kind, f.kind)) for f in faults if f.closed_at is not None],
        "now": moment.now(),
        "actor_id": actor.id,
        "add_form": form("add"),
    }


def _stock(actor: Actor, office: OfficeView, rules: StationRules | None, form: Forms) -> Context:
    titles = {item.id: item.title for item in rules.items} if rules else {}
    warn, today = rules.warn_days if rules else (), moment.today()
    refills = offices.refills_of(actor, office.id)
    moves = offices.moves_of(actor, office.id) if actor.may(KEEP, office.path) else ()
    names = names_of(actor, {m.actor_id for m in moves})
    return {
        "lots": [
            (lot, titles.get(lot.item, lot.item), lot.level(today, warn), lot.days_left(today))
            for lot in offices.lots_of(actor, office.id)
        ],
        "waiting": [(r, titles.get(r.item, r.item)) for r in refills if r.done_at is None],
        "refilled": [(r, titles.get(r.item, r.item)) for r in refills if r.done_at is not None],
        "moves": [(m, titles.get(m.item, m.item), names.get(m.actor_id, "")) for m in moves],
        "now": moment.now(),
        "is_assumed": bool(rules and "warn_days" in rules.assumed),
        "receive_form": form("receive"),
    }


def _rounds(actor: Actor, office: OfficeView, rules: StationRules | None, form: Forms) -> Context:
    rounds = offices.inspections_of(actor, office.id)
    names = names_of(actor, {r.actor_id for r in rounds})
    return {
        "rounds": [(r, names.get(r.actor_id, "")) for r in rounds],
        "inspect_form": form("inspect"),
    }


def _hours(actor: Actor, office: OfficeView, rules: StationRules | None, form: Forms) -> Context:
    opening, calendar = offices.opening_of(office.id), offices.calendar_of(office.area)[1]
    today = moment.today()
    initial = {
        f"{name}_{number}": hours[place]
        for number, hours in opening.weekly.items()
        if hours
        for place, name in enumerate(("opens", "closes"))
    }
    coming = [today + timedelta(days=n) for n in range(14)]
    return {
        "weekly": [(title, opening.weekly.get(n)) for n, title in enumerate(WEEKDAYS)]
        if opening.weekly
        else [],
        "apart": sorted((day, one) for day, one in opening.exceptions.items() if day >= _recent(today)),
        "coming": [(day, opening.on(day, calendar), calendar.day(day).reason) for day in coming],
        "week_form": form("week", **initial),
        "apart_form": form("apart"),
    }


def _recent(today: date) -> date:
    return today - timedelta(days=31)


TABS: dict[str, Callable[[Actor, OfficeView, StationRules | None, Forms], Context]] = {
    "station": _overview,
    "station_facilities": _facilities,
    "station_stock": _stock,
    "station_rounds": _rounds,
    "station_hours": _hours,
}
