"""Hot topics: what rose, what is said again and again, and what offices took up by themselves."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages as flash
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _

from gongyou.engines.casework.queries.topics import TopicKey, TopicLine, topic_titles
from gongyou.insight import services
from gongyou.insight.measures import period
from gongyou.insight.topics import (
    LEAST_HOT,
    OFTEN,
    WEEKS_BEFORE,
    access_taken_up,
    hot_topics,
    list_taken_up,
    matters_of,
    monday_of,
)
from gongyou.kernel import moment
from gongyou.kernel.access import Actor
from gongyou.kernel.errors import NotFound
from gongyou.offices import queries as offices
from gongyou.offices.queries import OfficeView
from gongyou.web.desk.submitting import IntentForm, run, status_of, uuid_of
from gongyou.web.guards import needs
from gongyou.web.office_names import name_of
from gongyou.web.requests import actor_of
from gongyou.web.supervise.periods import READ

PLAN_DAYS = 30


def day_input() -> forms.DateInput:
    return forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})


def words_input(label: Any, hint: Any = "", most: int = 400) -> forms.CharField:
    """A short text of a form."""
    return forms.CharField(
        label=label,
        help_text=hint,
        max_length=most,
        widget=forms.Textarea(attrs={"rows": 3, "maxlength": most}),
    )


class TakeUpForm(IntentForm):
    plan = words_input(_("怎么办"), _("谁牵头、做什么，做到什么算好。"))
    due_on = forms.DateField(label=_("什么时候做完"), widget=day_input())


class ResultForm(IntentForm):
    result = words_input(_("结果"), _("做了什么，情况有没有变化。"))


@dataclass(frozen=True)
class Where:
    """The office and the week a page is about. `query` keeps them in links."""

    office: OfficeView
    reach: tuple[OfficeView, ...]
    week_on: date

    @property
    def week_until(self) -> date:
        return self.week_on + timedelta(days=6)

    @property
    def before(self) -> date:
        return self.week_on - timedelta(days=7)

    @property
    def after(self) -> date | None:
        following = self.week_on + timedelta(days=7)
        return following if following <= moment.today() else None

    @property
    def query(self) -> str:
        return f"office={self.office.id}&week={self.week_on.isoformat()}"


def where(request: HttpRequest, actor: Actor) -> Where:
    """GET office, week (any day of it); the highest office within reach and this week without them."""
    reach = offices.offices_under(actor, READ)
    if not reach:
        raise NotFound
    wanted = uuid_of(request.GET.get("office", ""))
    office = next((o for o in reach if o.id == wanted), reach[0])
    return Where(office, reach, monday_of(_day(request.GET.get("week", ""))))


def _day(text: str) -> date:
    """A day that is none, or lies ahead, counts as today."""
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return moment.today()
    return min(found, moment.today())


@needs(READ)
def topics(request: HttpRequest) -> HttpResponse:
    """GET office, week."""
    actor = actor_of(request)
    place = where(request, actor)
    extent = period(place.week_on, place.week_until, area=place.office.area, office_path=place.office.path)
    context = {
        "where": place,
        "topics": hot_topics(actor, extent, place.week_on),
        "taken_up": list_taken_up(actor, extent),
        "least": LEAST_HOT,
        "often": OFTEN,
        "weeks": WEEKS_BEFORE,
    }
    return render(request, "supervise/topics.html", context)


@dataclass(frozen=True)
class Row:
    line: TopicLine
    office: str


@needs(READ)
def topic(request: HttpRequest, key: str) -> HttpResponse:
    """The matters behind a topic over the weeks compared. GET office, week; POST plan, due_on takes it up."""
    actor, wanted = actor_of(request), TopicKey.read(key)
    if wanted is None:
        raise NotFound
    place = where(request, actor)
    form = _take_up_form(request)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        taken = run(
            form,
            actor,
            lambda a: services.open_topic(
                a, office_id=place.office.id, topic=key, plan=data["plan"], due_on=data["due_on"]
            ),
        )
        if taken is not None:
            flash.success(request, str(_("已立为主动治理。")))
            return redirect("supervise:taken_up", topic_id=taken.topic_id)
    since = place.week_on - timedelta(days=7 * WEEKS_BEFORE)
    extent = period(since, place.week_until, area=place.office.area, office_path=place.office.path)
    hot = next((t for t in hot_topics(actor, extent, place.week_on) if t.key == wanted), None)
    names = {o.path: name_of(o) for o in place.reach}
    context = {
        "where": place,
        "key": key,
        "title": topic_titles([wanted])[wanted],
        "hot": hot,
        "since": since,
        "rows": [Row(line, names.get(line.office_path, "")) for line in matters_of(actor, extent, wanted)],
        "form": form,
        "may_take_up": hot is not None
        and hot.taken_up is None
        and actor.may(services.WRITE, place.office.path),
        "may_open": actor.may("casework.read"),
    }
    return render(request, "supervise/topic.html", context, status=status_of(form) if form.errors else 200)


def _take_up_form(request: HttpRequest) -> TakeUpForm:
    if request.method == "POST":
        return TakeUpForm(request.POST)
    return TakeUpForm(initial={"due_on": moment.today() + timedelta(days=PLAN_DAYS)})


@needs(READ)
def taken_up(request: HttpRequest, topic_id: UUID) -> HttpResponse:
    """A topic somebody took up, its matters since. POST result ends it."""
    actor = actor_of(request)
    view = access_taken_up(actor, topic_id)
    form = ResultForm(request.POST) if request.method == "POST" else ResultForm()
    if request.method == "POST" and form.is_valid():
        result = form.cleaned_data["result"]
        if run(form, actor, lambda a: services.close_topic(a, topic_id=topic_id, result=result)) is not None:
            flash.success(request, str(_("已登记结果。")))
            return redirect("supervise:taken_up", topic_id=topic_id)
    opened = view.opened_at.astimezone(moment.SHANGHAI).date()
    extent = period(opened, moment.today(), area=view.office.area, office_path=view.office.path)
    names = {o.path: name_of(o) for o in offices.offices_under(actor, READ)}
    context = {
        "view": view,
        "rows": [Row(line, names.get(line.office_path, "")) for line in matters_of(actor, extent, view.key)],
        "form": form,
        "may_end": view.closed_at is None and actor.may(services.WRITE, view.office.path),
        "may_open": actor.may("casework.read"),
    }
    return render(request, "supervise/taken_up.html", context, status=status_of(form) if form.errors else 200)
