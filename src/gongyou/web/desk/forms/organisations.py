"""Forms of the register of organisations: a new one, and how many people work there."""

from __future__ import annotations

from collections.abc import Sequence

from django import forms
from django.utils.translation import gettext_lazy as _

from gongyou.offices.queries import OfficeView
from gongyou.web.desk.forms.partners import choose
from gongyou.web.desk.forms.steps import day_input
from gongyou.web.desk.submitting import IntentForm
from gongyou.web.partner_words import ORGANISATION_KINDS
from gongyou.web.templatetags.policy_words import area_name


class OrganisationForm(IntentForm):
    name = forms.CharField(label=_("单位全称"), max_length=120)
    kind = forms.ChoiceField(label=_("单位类型"), choices=list(ORGANISATION_KINDS.items()))
    area = forms.ChoiceField(label=_("登记在哪个县区"))
    credit_code = forms.CharField(
        label=_("统一社会信用代码"),
        max_length=40,
        required=False,
        widget=forms.TextInput(attrs={"autocapitalize": "characters", "spellcheck": "false"}),
    )
    address = forms.CharField(label=_("地址"), max_length=200, required=False)

    def offer_areas(self, offices: Sequence[OfficeView]) -> None:
        choose(
            self, "area", [(code, f"{area_name(code)} {code}") for code in sorted({o.area for o in offices})]
        )


class HeadcountForm(IntentForm):
    count = forms.IntegerField(label=_("职工人数"), min_value=1)
    counted_on = forms.DateField(label=_("哪天的人数"), widget=day_input())
    source = forms.CharField(
        label=_("来源"), max_length=120, help_text=_("例如：社保缴费人数、单位花名册、工会统计年报。")
    )
