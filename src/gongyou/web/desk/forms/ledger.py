"""Forms of the books: preparing entries by hand, a counter-entry, the days of a statement."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from gongyou.institutions.ledger.queries import FlowView
from gongyou.web.desk.forms.money import MoneyForm
from gongyou.web.desk.forms.partners import choose
from gongyou.web.desk.forms.steps import day_input
from gongyou.web.desk.submitting import IntentForm


class PostingForm(MoneyForm):
    """One entry by hand; batches are posted by the engine that owes them."""

    flow = forms.ChoiceField(label=_("做什么"))
    posted_on = forms.DateField(label=_("记账日期"), widget=day_input())
    reference = forms.CharField(label=_("凭证号"), max_length=64, help_text=_("文件、回单或收据上的号码。"))
    purpose = forms.CharField(label=_("摘要"), max_length=200)

    def offer_flows(self, flows: Sequence[FlowView]) -> None:
        """Only what may be prepared by hand: what needs an approval comes from its list or batch."""
        choices = [(f.name, f"{f.title}：{f.credit} → {f.debit}") for f in flows if not f.needs_approval]
        choose(self, "flow", choices)


class CounterForm(IntentForm):
    posted_on = forms.DateField(label=_("冲销日期"), widget=day_input())
    reason = forms.CharField(label=_("为什么冲销"), max_length=200)


class DaysForm(forms.Form):
    """From which day until which, both included."""

    since = forms.DateField(label=_("从"), widget=day_input())
    until = forms.DateField(label=_("到"), widget=day_input())

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        if found.get("since") and found.get("until") and found["until"] < found["since"]:
            self.add_error("until", _("结束日期早于开始日期。"))
        return found
