"""Forms of certificates people hold."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from gongyou.web.desk.forms.steps import day_input
from gongyou.web.desk.submitting import IntentForm


class ReviewForm(IntentForm):
    """The day the authority reviewed a certificate."""

    reviewed_on = forms.DateField(label=_("复审日期"), widget=day_input())


class NumberForm(IntentForm):
    """The number and day of issue of a certificate that waited for its authority."""

    number = forms.CharField(
        label=_("证书编号"), max_length=40, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    issued_on = forms.DateField(label=_("发证日期"), widget=day_input())
