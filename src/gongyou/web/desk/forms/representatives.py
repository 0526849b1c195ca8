"""Forms of those who act for an organisation."""

from __future__ import annotations

from collections.abc import Sequence

from django import forms
from django.utils.translation import gettext_lazy as _

from gongyou.offices.queries import OfficeView
from gongyou.web.desk.forms.partners import choose
from gongyou.web.desk.forms.steps import day_input
from gongyou.web.desk.submitting import IntentForm
from gongyou.web.office_names import name_of
from gongyou.web.partner_words import ORGANISATION_KINDS


class RepresentativeForm(IntentForm):
    """Whom an organisation named, and the paper."""

    organisation = forms.CharField(label=_("单位名称"), max_length=120)
    credit_code = forms.CharField(
        label=_("统一社会信用代码"),
        max_length=40,
        widget=forms.TextInput(attrs={"autocapitalize": "characters", "spellcheck": "false"}),
    )
    kind = forms.ChoiceField(label=_("单位类型"), choices=list(ORGANISATION_KINDS.items()))
    office = forms.ChoiceField(label=_("由哪个单位登记"))
    name = forms.CharField(label=_("经办人姓名"), max_length=40)
    phone = forms.CharField(
        label=_("经办人手机号"),
        max_length=30,
        help_text=_("经办人用这个号码收验证码登录。"),
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "off"}),
    )
    evidence = forms.CharField(
        label=_("看了什么材料"),
        max_length=200,
        help_text=_("例如：单位授权书及文号。只写名称，不写证件号码。"),
    )
    valid_until = forms.DateField(label=_("授权到哪天"), required=False, widget=day_input())

    def offer_offices(self, offices: Sequence[OfficeView]) -> None:
        choose(self, "office", [(str(o.id), name_of(o)) for o in offices])


class CheckForm(IntentForm):
    """Accept, refuse with a reason, or end an authority."""

    reason = forms.CharField(label=_("理由"), max_length=200, required=False)
