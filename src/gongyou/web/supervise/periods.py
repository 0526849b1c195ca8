"""The period and the part of the county a page of figures is about, from the address."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from gongyou.insight.measures import Extent, period
from gongyou.kernel import moment
from gongyou.kernel.access import Actor
from gongyou.offices import queries as offices
from gongyou.offices.queries import OfficeView
from gongyou.web.office_names import name_of

READ = "supervise.read"
DAYS = 90


def _day() -> forms.DateInput:
    return forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})


class PeriodForm(forms.Form):
    """From, until (both included), and one office with everything below it."""

    since = forms.DateField(label=_("从"), widget=_day())
    until = forms.DateField(label=_("到"), widget=_day())
    office = forms.ChoiceField(label=_("单位（含下属）"), required=False)

    def clean_until(self) -> date:
        until: date = self.cleaned_data["until"]
        since = self.cleaned_data.get("since")
        if since is not None and until < since:
            raise forms.ValidationError(_("结束日期早于开始日期。请核对起止日期。"))
        return until


@dataclass(frozen=True)
class Chosen:
    """What is looked at. `query` keeps it in links; a form with errors looks at the default period."""

    form: PeriodForm
    extent: Extent
    office: OfficeView | None
    query: str


def chosen(request: HttpRequest, actor: Actor) -> Chosen:
    """GET since, until, office; without them the last ninety days of everything within reach."""
    reach = offices.offices_under(actor, READ)
    today = moment.today()
    default: dict[str, Any] = {"since": today - timedelta(days=DAYS - 1), "until": today, "office": ""}
    given = {name: request.GET.get(name) or value for name, value in default.items()}
    form = PeriodForm(given)
    field = form.fields["office"]
    assert isinstance(field, forms.ChoiceField)
    field.choices = [("", _("全部")), *((str(o.id), name_of(o)) for o in reach)]
    data = form.cleaned_data if form.is_valid() else default
    office = next((o for o in reach if str(o.id) == data["office"]), None)
    extent = period(data["since"], data["until"], office_path=office.path if office else "")
    query = {"since": extent.since.isoformat(), "until": extent.until.isoformat()}
    if office:
        query["office"] = str(office.id)
    return Chosen(form, extent, office, urlencode(query))
