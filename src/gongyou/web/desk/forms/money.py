"""An amount of money as people type it."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from gongyou.basics.money import yuan_to_fen
from gongyou.basics.refusal import Refusal
from gongyou.web.desk.submitting import IntentForm, put_on


class MoneyForm(IntentForm):
    """An amount in yuan, read exactly."""

    amount = forms.CharField(
        label=_("金额（元）"), max_length=30, widget=forms.TextInput(attrs={"inputmode": "decimal"})
    )

    def clean_amount(self) -> int:
        try:
            return yuan_to_fen(self.cleaned_data["amount"])
        except Refusal as refusal:
            refusal.field = "amount"
            put_on(self, refusal)
            return 0
