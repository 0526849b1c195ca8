"""Forms of procedures: a yes or no with its reason, an objection and its answer."""

from __future__ import annotations

from collections.abc import Sequence

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from gongyou.institutions.procedures.definitions import ObjectionGround
from gongyou.packkit.texts import say
from gongyou.web.desk.forms.partners import choose
from gongyou.web.desk.submitting import IntentForm


class DecideForm(IntentForm):
    """`digest`: of the content that stood on the page."""

    digest = forms.CharField(max_length=64, widget=forms.HiddenInput)
    reason = forms.CharField(
        label=_("意见"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("退回时必须写明原因。"),
    )


class ReasonForm(IntentForm):
    reason = forms.CharField(label=pgettext_lazy("procedures", "原因"), max_length=200)


class ObjectionForm(IntentForm):
    """Taken in at the desk for an organisation or a person."""

    subject_key = forms.CharField(
        label=_("对谁的异议"),
        max_length=64,
        help_text=_("从名单上选的已经填好；不在名单上的，填统一社会信用代码。"),
    )
    raised_by_kind = forms.ChoiceField(
        label=_("谁提出"),
        choices=[("organisation", _("单位")), ("person", _("个人"))],
        initial="organisation",
        widget=forms.RadioSelect,
    )
    raised_by_name = forms.CharField(label=_("提出人名称"), max_length=120)
    contact_name = forms.CharField(label=_("联系人"), max_length=40, required=False)
    contact_phone = forms.CharField(
        label=_("联系电话"),
        max_length=30,
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "off"}),
    )
    ground = forms.ChoiceField(label=_("理由"))
    text = forms.CharField(label=_("说明"), max_length=2000, widget=forms.Textarea(attrs={"rows": 4}))
    evidence = forms.FileField(
        label=_("证明材料"),
        required=False,
        widget=forms.FileInput(attrs={"accept": "image/*,application/pdf"}),
    )

    def offer_grounds(self, grounds: Sequence[ObjectionGround]) -> None:
        choose(self, "ground", [(ground.id, say(ground.title)) for ground in grounds])


class AnswerForm(IntentForm):
    outcome = forms.ChoiceField(
        label=_("处理结果"),
        choices=[
            ("upheld", _("异议成立，重新核算")),
            ("rejected", _("异议不成立")),
            ("taken_back", _("提出人撤回")),
        ],
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(
        label=_("答复"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("写给提出人看：查了什么、依据什么。"),
    )
