"""Forms of partners: registering, checking, vetting, what they offer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from gongyou.kernel import moment
from gongyou.offices.queries import OfficeView
from gongyou.packkit.texts import say
from gongyou.registry.definitions import ResourceKind
from gongyou.web.desk.forms.steps import day_input
from gongyou.web.desk.submitting import IntentForm
from gongyou.web.office_names import name_of
from gongyou.web.partner_words import PARTNER_KINDS

REASON_LONGEST = 200


def choose(form: forms.Form, name: str, choices: Sequence[Any]) -> None:
    field = form.fields[name]
    assert isinstance(field, forms.ChoiceField)
    field.choices = list(choices)


class PartnerForm(IntentForm):
    """At a roadshow or a signing."""

    way = forms.ChoiceField(
        label=_("怎么来的"),
        choices=[("roadshow", _("现场路演")), ("signing", _("集中签约"))],
        initial="roadshow",
        widget=forms.RadioSelect,
    )
    office = forms.ChoiceField(label=_("由哪个单位联系"))
    kind = forms.ChoiceField(label=_("合伙人类型"), choices=list(PARTNER_KINDS.items()))
    organisation = forms.CharField(
        label=_("单位名称"), max_length=80, required=False, help_text=_("居民不用填。")
    )
    contact = forms.CharField(label=_("联系人"), max_length=40)
    phone = forms.CharField(
        label=_("联系电话"),
        max_length=30,
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "off"}),
    )
    offers = forms.CharField(
        label=_("能提供什么"), max_length=400, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    event = forms.CharField(label=_("哪一场活动"), max_length=80, required=False)
    agreed_from = forms.DateField(label=_("协议开始"), required=False, widget=day_input())
    agreed_until = forms.DateField(label=_("协议到期"), required=False, widget=day_input())
    agreement = forms.FileField(
        label=_("协议文件"),
        required=False,
        widget=forms.FileInput(attrs={"accept": "image/*,application/pdf"}),
    )

    def offer_offices(self, offices: Sequence[OfficeView]) -> None:
        choose(self, "office", [(str(o.id), name_of(o)) for o in offices])


class RefusePartnerForm(IntentForm):
    reason = forms.CharField(label=_("理由"), max_length=REASON_LONGEST)


class VetForm(IntentForm):
    seen = forms.CharField(
        label=_("看了哪些证件"),
        max_length=REASON_LONGEST,
        help_text=_("例如：身份证、教师资格证、无犯罪记录证明。只写名称，不写号码。"),
    )
    valid_until = forms.DateField(label=_("有效到哪天"), widget=day_input())


class ResourceForm(IntentForm):
    kind = forms.ChoiceField(label=_("资源种类"))
    title = forms.CharField(label=_("名称"), max_length=80, help_text=_("例如：双肩书包、周末书法课。"))
    quantity = forms.IntegerField(label=_("数量"), min_value=1, max_value=100_000)
    times = forms.CharField(
        label=_("什么时间"), max_length=80, required=False, help_text=_("例如：每周二、四下午五点到七点。")
    )
    from_on = forms.DateField(label=_("从哪天起"), widget=day_input())
    until_on = forms.DateField(label=_("到哪天止"), required=False, widget=day_input())
    reaches = forms.ChoiceField(label=_("面向哪里"), required=False)

    def offer(self, kinds: Sequence[ResourceKind], offices: Sequence[OfficeView]) -> None:
        choose(self, "kind", [(k.id, f"{say(k.title)}（{say(k.unit)}）") for k in kinds])
        choose(self, "reaches", [("", _("全县")), *((o.path, name_of(o)) for o in offices)])
        self.initial.setdefault("from_on", moment.today())
