"""Forms of a wish's steps."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from gongyou.web.desk.forms.steps import day_input, long_text
from gongyou.web.desk.submitting import IntentForm


class CheckForm(IntentForm):
    category = forms.ChoiceField(label=_("心愿类别"))
    need = forms.IntegerField(label=_("需要多少"), min_value=1, max_value=500, initial=1)
    unit = forms.CharField(label=_("单位"), max_length=10, initial=_("个"))
    wanted_by = forms.DateField(label=_("希望在哪天前"), required=False, widget=day_input())
    is_about_child = forms.BooleanField(
        label=_("关于孩子：只许有权限的人看，墙上不写任何文字"), required=False
    )
    wall_text = forms.CharField(
        label=_("墙上给大家看的话"),
        max_length=120,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("不能写姓名、电话、住址、学校；关于孩子的留空。"),
    )
    guardian_consent = forms.CharField(
        label=_("监护人怎样同意的"),
        max_length=200,
        required=False,
        help_text=_("关于孩子的必须填，例如：妈妈当面签字。"),
    )
    guardian_name = forms.CharField(label=_("监护人姓名（不是本人时）"), max_length=40, required=False)
    guardian_phone = forms.CharField(
        label=_("监护人电话（不是本人时）"),
        max_length=30,
        required=False,
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "off"}),
    )


class ClaimForm(IntentForm):
    source = forms.ChoiceField(label=_("哪个合伙人、哪项资源"))
    quantity = forms.IntegerField(label=_("认领多少"), min_value=1, max_value=500, initial=1)


class FulfilForm(IntentForm):
    claim = forms.ChoiceField(label=_("哪一份认领"), widget=forms.RadioSelect)
    proof = long_text(_("交付情况"), _("写清什么时候、怎样交付的；最后一份交付后会原样发给本人。"))
    met_at_station = forms.BooleanField(
        label=_("在站点当面交付，有工作人员在场"), required=False, help_text=_("关于孩子的必须勾选。")
    )


class GiveUpForm(IntentForm):
    claim = forms.ChoiceField(label=_("哪一份认领"), widget=forms.RadioSelect)


class WordsForm(IntentForm):
    text = long_text(_("说明"))
