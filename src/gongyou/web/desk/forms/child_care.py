"""Forms of child-care sessions."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from gongyou.web.desk.forms.steps import day_input
from gongyou.web.desk.submitting import IntentForm
from gongyou.web.partner_words import SLOTS


class SessionForm(IntentForm):
    resource = forms.ChoiceField(label=_("哪个班、哪位老师"))
    office = forms.ChoiceField(label=_("在哪个站点"))
    day = forms.DateField(label=_("日期"), widget=day_input())
    slot = forms.ChoiceField(label=_("时段"), choices=list(SLOTS.items()))
    capacity = forms.IntegerField(label=_("名额"), min_value=1, max_value=200, initial=10)


class PlacesForm(IntentForm):
    capacity = forms.IntegerField(label=_("名额"), min_value=1, max_value=200)
