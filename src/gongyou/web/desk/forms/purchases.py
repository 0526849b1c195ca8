"""Forms of requested facilities."""

from __future__ import annotations

from decimal import Decimal

from django import forms
from django.utils.translation import gettext_lazy as _

from gongyou.web.desk.forms.steps import day_input, long_text
from gongyou.web.desk.submitting import IntentForm


class AskForm(IntentForm):
    case = forms.ChoiceField(label=_("哪一件事要求的"))
    title = forms.CharField(label=_("要添置什么"), max_length=60, help_text=_("例如：按摩椅、充电桩。"))
    spot = forms.CharField(label=_("放在哪里"), max_length=80, required=False)


class DecideForm(IntentForm):
    is_approved = forms.TypedChoiceField(
        label=_("决定"),
        choices=[("yes", _("同意购置")), ("no", _("不购置，并告诉提出的人"))],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
        error_messages={"required": _("请选一项。")},
    )
    reason = forms.CharField(
        label=_("理由"),
        max_length=400,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("不购置时，这段话会原样发给每个提出的人。"),
    )


class OrderForm(IntentForm):
    supplier = forms.CharField(label=_("向谁购置"), max_length=80)
    amount = forms.DecimalField(
        label=_("金额（元）"), min_value=Decimal(0), max_digits=11, decimal_places=2, required=False
    )
    expected_on = forms.DateField(label=_("预计哪天装好"), required=False, widget=day_input())


class InstallForm(IntentForm):
    answer = long_text(_("给提出的人的答复"), _("写清装在哪里、什么时候能用；每个提出的人都会收到。"))


class JoinForm(IntentForm):
    case = forms.ChoiceField(label=_("还有谁要求同样的设施"))
