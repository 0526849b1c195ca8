"""The month's theme: set by an office, shown to workers, its matters counted."""

from __future__ import annotations

from datetime import date
from itertools import groupby
from typing import Any

from django import forms
from django.contrib import messages as flash
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _

from gongyou.engines.casework.queries.topics import topics_in
from gongyou.insight import services
from gongyou.insight.themes import month_of, themes_of
from gongyou.kernel import moment
from gongyou.offices import queries as offices
from gongyou.offices.queries import OfficeView
from gongyou.packkit.texts import say
from gongyou.web.desk.submitting import IntentForm, run, status_of, uuid_of
from gongyou.web.guards import needs
from gongyou.web.office_names import name_of
from gongyou.web.requests import actor_of
from gongyou.web.supervise.periods import READ
from gongyou.web.supervise.topics import words_input

MONTHS_AHEAD = 2
MONTHS_SHOWN = 6


class ThemeForm(IntentForm):
    """Office, month and topic; the words are what workers read."""

    office = forms.ChoiceField(label=_("单位"))
    month = forms.ChoiceField(label=_("月份"))
    topic = forms.ChoiceField(label=_("类别"))
    text = words_input(
        _("对职工说一句"), _("显示在职工的首页上：这个月我们专门办什么，怎么说给我们听。"), 200
    )

    def __init__(self, *args: Any, places: tuple[OfficeView, ...], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._choose("office", [(str(o.id), name_of(o)) for o in places])
        self._choose("month", [(m.isoformat(), f"{m:%Y-%m}") for m in months_ahead()])
        areas = dict.fromkeys(o.area for o in places)
        choices = {c.key.text: c for area in areas for c in topics_in(area)}
        grouped = groupby(sorted(choices.values(), key=lambda c: c.type_title), key=lambda c: c.type_title)
        self._choose("topic", [(say(t), [(c.key.text, say(c.title)) for c in each]) for t, each in grouped])

    def _choose(self, name: str, choices: list[Any]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices


def months_ahead() -> list[date]:
    found = [month_of(moment.today())]
    for _number in range(MONTHS_AHEAD):
        found.append(_next(found[-1]))
    return found


def _next(month: date) -> date:
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)


def _before(month: date) -> date:
    return date(month.year - (month.month == 1), (month.month - 2) % 12 + 1, 1)


@needs(READ)
def themes(request: HttpRequest) -> HttpResponse:
    """Themes of the coming and the last months. POST office, month, topic, text sets one."""
    actor = actor_of(request)
    places = offices.offices_under(actor, services.WRITE)
    form = ThemeForm(request.POST if request.method == "POST" else None, places=places)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        office_id = uuid_of(data["office"])
        assert office_id is not None  # a choice of the form
        done = run(
            form,
            actor,
            lambda a: services.set_theme(
                a,
                office_id=office_id,
                month=date.fromisoformat(data["month"]),
                topic=data["topic"],
                text=data["text"],
            ),
        )
        if done is not None:
            flash.success(request, str(_("已定下主题。")))
            return redirect("supervise:themes")
    months = list(reversed(months_ahead()))
    for _number in range(MONTHS_SHOWN):
        months.append(_before(months[-1]))
    found = [(month, themes_of(actor, month)) for month in months]
    context = {
        "months": [(month, listed) for month, listed in found if listed],
        "this_month": month_of(moment.today()),
        "form": form if places else None,
    }
    return render(request, "supervise/themes.html", context, status=status_of(form) if form.errors else 200)
