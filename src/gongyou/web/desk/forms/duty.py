"""A shift on the rota."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from gongyou.kernel import moment
from gongyou.web.cursors import YEARS
from gongyou.web.desk.forms.steps import day_input
from gongyou.web.desk.submitting import IntentForm


def time_input() -> forms.TimeInput:
    return forms.TimeInput(format="%H:%M", attrs={"type": "time"})


class ShiftForm(IntentForm):
    """Who, on which day, from when to when; an end before the beginning means the next morning."""

    holder_name = forms.CharField(label=_("值班人"), max_length=40)
    phone = forms.CharField(
        label=_("值班电话"),
        max_length=30,
        required=False,
        widget=forms.TextInput(attrs={"type": "tel"}),
        help_text=_("不填就用站点电话。"),
    )
    day = forms.DateField(label=_("日期"), widget=day_input())
    opens = forms.TimeField(label=_("从"), widget=time_input())
    closes = forms.TimeField(label=_("到"), widget=time_input())

    def clean_day(self) -> date:
        day: date = self.cleaned_data["day"]
        if day.year not in YEARS:
            raise forms.ValidationError(_("请核对年份。"))
        return day

    def stretch(self) -> tuple[datetime, datetime]:
        """The beginning and end, aware, Asia/Shanghai."""
        data: dict[str, Any] = self.cleaned_data
        from_at = at(data["day"], data["opens"])
        until_at = at(data["day"], data["closes"])
        return from_at, until_at if until_at > from_at else until_at + timedelta(days=1)


def at(day: date, when: time) -> datetime:
    return datetime.combine(day, when, moment.SHANGHAI)
