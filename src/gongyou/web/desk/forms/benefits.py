"""Forms of payments: a reason, a bank layout, a return file, a call."""

from __future__ import annotations

from collections.abc import Sequence

from django import forms
from django.utils.translation import gettext_lazy as _

from gongyou.engines.benefits.definitions import BankLayout
from gongyou.packkit.texts import say
from gongyou.web.desk.forms.partners import choose
from gongyou.web.desk.submitting import IntentForm


class ReasonForm(IntentForm):
    reason = forms.CharField(label=_("理由"), max_length=200)


class LayoutForm(IntentForm):
    layout = forms.ChoiceField(label=_("银行文件格式"))

    def offer(self, layouts: Sequence[BankLayout]) -> None:
        choose(self, "layout", [(layout.id, say(layout.title)) for layout in layouts])


class ReturnForm(IntentForm):
    file = forms.FileField(
        label=_("银行回盘文件"), widget=forms.FileInput(attrs={"accept": ".csv,.txt,.xlsx"})
    )


class CallForm(IntentForm):
    note = forms.CharField(label=_("谁接的、怎么说"), max_length=120)
