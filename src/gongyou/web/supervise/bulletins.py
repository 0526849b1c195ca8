"""The weekly bulletin: the list of weeks, one page to print, and issuing it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.contrib import messages as flash
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from gongyou.engines.casework.queries.exclusions import list_exclusions
from gongyou.insight import services
from gongyou.insight.bulletins import BulletinLine, bulletin_of, list_bulletins
from gongyou.insight.topics import monday_of
from gongyou.kernel import moment
from gongyou.kernel.errors import NotFound
from gongyou.web.desk.submitting import IntentForm, run, status_of
from gongyou.web.guards import needs
from gongyou.web.requests import actor_of
from gongyou.web.supervise.periods import READ, chosen
from gongyou.web.supervise.topics import where

WEEKS_SHOWN = 8


@dataclass(frozen=True)
class Week:
    """A week of the chosen office: issued, or what it would say now."""

    week_on: date
    until: date
    issued: BulletinLine | None
    is_over: bool


@needs(READ)
def bulletins(request: HttpRequest) -> HttpResponse:
    """GET office. The last weeks of one office, and everything issued below it."""
    actor = actor_of(request)
    place = where(request, actor)
    issued = list_bulletins(actor, office_path=place.office.path)
    own = {line.week_on: line for line in issued if line.office.id == place.office.id}
    this_week = monday_of(moment.today())
    weeks = [this_week - timedelta(days=7 * n) for n in range(WEEKS_SHOWN)]
    context = {
        "where": place,
        "weeks": [Week(w, w + timedelta(days=6), own.get(w), w < this_week) for w in weeks],
        "below": [line for line in issued if line.office.id != place.office.id],
    }
    return render(request, "supervise/bulletins.html", context)


@needs(READ)
def bulletin(request: HttpRequest, office_id: UUID, week: str) -> HttpResponse:
    """One page to print. POST issues it: from then on it says for ever what it says now."""
    actor, week_on = actor_of(request), _monday(week)
    form = IntentForm(request.POST) if request.method == "POST" else IntentForm()
    if request.method == "POST" and form.is_valid():
        done = run(form, actor, lambda a: services.issue_bulletin(a, office_id=office_id, week_on=week_on))
        if done is not None:
            flash.success(request, _("周报已发布。"))
            return redirect("supervise:bulletin", office_id=office_id, week=week)
    view = bulletin_of(actor, office_id, week_on)
    is_over = view.content.week_until < moment.today()
    context = {
        "view": view,
        "c": view.content,
        "form": form,
        "may_issue": view.issued_at is None and is_over and actor.may(services.WRITE),
        "is_over": is_over,
    }
    return render(request, "supervise/bulletin.html", context, status=status_of(form) if form.errors else 200)


def _monday(text: str) -> date:
    try:
        found = date.fromisoformat(text)
    except ValueError:
        raise NotFound from None
    if found != monday_of(found):
        raise NotFound
    return found


@needs(READ)
def exclusions(request: HttpRequest) -> HttpResponse:
    """Ratings asked out of the rates. GET since, until, office."""
    actor = actor_of(request)
    looked_at = chosen(request, actor)
    context = {
        "chosen": looked_at,
        "lines": list_exclusions(actor, looked_at.extent),
        "may_open": actor.may("casework.read"),
    }
    return render(request, "supervise/exclusions.html", context)
