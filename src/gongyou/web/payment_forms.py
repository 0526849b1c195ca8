"""What the desk and an employer fill in alike: an account, a use of money."""

from __future__ import annotations

from collections.abc import Sequence

from django import forms
from django.utils.translation import gettext_lazy as _

from gongyou.engines.benefits.definitions import UsePurpose
from gongyou.packkit.texts import say
from gongyou.web.desk.forms.money import MoneyForm
from gongyou.web.desk.forms.partners import choose
from gongyou.web.desk.forms.steps import day_input
from gongyou.web.desk.submitting import IntentForm


class AccountForm(IntentForm):
    """A bank account as it stands on the card or the opening permit."""

    account_name = forms.CharField(label=_("户名"), max_length=200)
    account_no = forms.CharField(
        label=_("账号"),
        max_length=60,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "spellcheck": "false"}),
    )
    bank_name = forms.CharField(label=_("开户行"), max_length=120, required=False)
    phone = forms.CharField(
        label=_("联系手机"),
        max_length=30,
        required=False,
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "off"}),
    )


class UseForm(MoneyForm):
    """What some of the money was used for."""

    purpose = forms.ChoiceField(label=_("用在哪里"))
    used_on = forms.DateField(label=_("哪天用的"), widget=day_input())
    note = forms.CharField(label=_("说明"), max_length=200, required=False)
    field_order = ("purpose", "amount", "used_on", "note")

    def offer(self, purposes: Sequence[UsePurpose]) -> None:
        choose(self, "purpose", [(one.id, say(one.title)) for one in purposes])
