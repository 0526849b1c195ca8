"""Forms of the guard over two funds."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gongyou.basics.money import yuan_to_fen
from gongyou.basics.refusal import Refusal
from gongyou.engines.oversight.definitions.routes import UNSURE, RouteTable
from gongyou.packkit.texts import say
from gongyou.web import guard_words
from gongyou.web.desk.forms.steps import day_input
from gongyou.web.desk.submitting import IntentForm, put_on


def _lines(rows: int) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


def _money() -> forms.TextInput:
    return forms.TextInput(attrs={"inputmode": "decimal", "class": "short"})


def _day(label: Any, *, is_needed: bool = True) -> forms.DateField:
    return forms.DateField(label=label, widget=day_input(), required=is_needed)


class _MoneyForm(IntentForm):
    """Reads amounts in yuan exactly; `moneys` are the fields that hold one."""

    moneys: tuple[str, ...] = ()

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        for name in self.moneys:
            if name in data:
                try:
                    data[name] = yuan_to_fen(data[name])
                except Refusal as refusal:
                    refusal.field = name
                    put_on(self, refusal)
        return data


class ClueForm(_MoneyForm):
    moneys = ("amount_yuan",)
    name = forms.CharField(label=gettext_lazy("姓名"), max_length=40)
    person_number = forms.CharField(label=gettext_lazy("身份证号码"), max_length=30)
    phone = forms.CharField(
        label=gettext_lazy("电话"),
        max_length=30,
        required=False,
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "off"}),
        help_text=gettext_lazy("本人用这个号码登录，就能看到自己的事项。"),
    )
    injured_on = _day(gettext_lazy("哪一天受的伤"))
    hospital = forms.CharField(label=gettext_lazy("医院"), max_length=80)
    employer_name = forms.CharField(label=gettext_lazy("用人单位"), max_length=80, required=False)
    amount_yuan = forms.CharField(label=gettext_lazy("医保结算金额（元）"), max_length=20, widget=_money())
    basis = forms.CharField(
        label=gettext_lazy("凭什么要核实"),
        max_length=200,
        widget=_lines(3),
        help_text=gettext_lazy("写看到的事实。不写性别、民族、村庄，也不写结论。"),
    )


class FactsForm(IntentForm):
    name = forms.CharField(label=gettext_lazy("姓名"), max_length=40, required=False)
    phone = forms.CharField(
        label=gettext_lazy("电话"),
        max_length=30,
        required=False,
        widget=forms.TextInput(attrs={"type": "tel"}),
    )
    employer_name = forms.CharField(label=gettext_lazy("用人单位"), max_length=80, required=False)
    injured_on = _day(gettext_lazy("哪一天受的伤"), is_needed=False)


class HearForm(IntentForm):
    kind = forms.ChoiceField(label=gettext_lazy("听取了什么"), widget=forms.RadioSelect)
    on = _day(gettext_lazy("哪一天"))
    place = forms.CharField(label=gettext_lazy("在哪里"), max_length=80, required=False)
    text = forms.CharField(
        label=gettext_lazy("本人怎么说（或者怎样没有听到）"), max_length=2000, widget=_lines(5)
    )
    document = forms.CharField(
        label=gettext_lazy("文书编号"),
        max_length=80,
        required=False,
        help_text=gettext_lazy("询问笔录的编号；拒绝说明、找不到人的，写送达回证等材料，必填。"),
    )

    def offer_kinds(self, kinds: tuple[str, ...]) -> None:
        self.fields["kind"].choices = [(k, guard_words.HEARINGS[k]) for k in kinds]  # type: ignore[attr-defined]


class ReasonForm(IntentForm):
    reason = forms.CharField(label=gettext_lazy("为什么"), max_length=200, widget=_lines(2))


class AnswerForm(IntentForm):
    answer = forms.CharField(label=gettext_lazy("回应（本人看得到）"), max_length=200, widget=_lines(2))


class FileForm(ReasonForm):
    document = forms.CharField(label=gettext_lazy("立案文书编号"), max_length=80)


class ExtendForm(ReasonForm):
    days = forms.IntegerField(label=gettext_lazy("延长几天"), min_value=1, max_value=366)
    document = forms.CharField(label=gettext_lazy("延长期限的文书编号"), max_length=80)


class TellForm(IntentForm):
    document = forms.CharField(label=gettext_lazy("告知书编号"), max_length=80)
    told_on = _day(gettext_lazy("哪一天送达"))


class ProposeForm(_MoneyForm):
    moneys = ("found_yuan", "returned_yuan")
    number = forms.CharField(label=gettext_lazy("决定书文号"), max_length=40)
    facts = forms.CharField(
        label=gettext_lazy("查明的事实和证据（写进决定书）"), max_length=2000, widget=_lines(5)
    )
    found_yuan = forms.CharField(label=gettext_lazy("查明骗取的金额（元）"), max_length=20, widget=_money())
    is_first = forms.TypedChoiceField(
        label=gettext_lazy("是不是初次"),
        choices=[("yes", gettext_lazy("初次")), ("no", gettext_lazy("再次"))],
        coerce=lambda v: v == "yes",
        widget=forms.RadioSelect,
    )
    gives_back = forms.TypedChoiceField(
        label=gettext_lazy("是不是主动退回"),
        choices=[("yes", gettext_lazy("主动退回")), ("no", gettext_lazy("没有"))],
        coerce=lambda v: v == "yes",
        widget=forms.RadioSelect,
    )
    returned_yuan = forms.CharField(label=gettext_lazy("责令退回（元）"), max_length=20, widget=_money())
    fine_times = forms.DecimalField(
        label=gettext_lazy("罚款几倍"), max_digits=3, decimal_places=1, widget=_money()
    )
    suspension_months = forms.IntegerField(
        label=gettext_lazy("暂停联网结算几个月"), min_value=0, max_value=99
    )
    late_reason = forms.CharField(
        label=gettext_lazy("超过期限的原因"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("没有超过期限的不用写。"),
    )


class DeliverForm(IntentForm):
    delivered_on = _day(gettext_lazy("哪一天送达"))
    document = forms.CharField(label=gettext_lazy("送达回证编号"), max_length=80)


class PayForm(_MoneyForm):
    moneys = ("amount_yuan",)
    money = forms.ChoiceField(
        label=gettext_lazy("哪一笔钱"), choices=list(guard_words.MONEYS.items()), widget=forms.RadioSelect
    )
    amount_yuan = forms.CharField(label=gettext_lazy("金额（元）"), max_length=20, widget=_money())
    paid_on = _day(gettext_lazy("哪一天缴的"))
    receipt = forms.CharField(label=gettext_lazy("收据编号"), max_length=40)


class ReferForm(IntentForm):
    body = forms.CharField(label=gettext_lazy("移送给谁"), max_length=80)
    on = _day(gettext_lazy("哪一天移送"))
    document = forms.CharField(label=gettext_lazy("移送函编号"), max_length=80)


class PurposeForm(forms.Form):
    """Why the person's data are opened: said before, kept in the record of reads."""

    why = forms.ChoiceField(
        label=gettext_lazy("为什么要打开"),
        choices=[(name, gettext_lazy(text)) for name, text in guard_words.PURPOSES.items()],
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("请先选打开的用途。")},
    )


class CounterForm(forms.Form):
    """One person at a counter, by number; nothing is kept but the question."""

    number = forms.CharField(label=gettext_lazy("身份证号码"), max_length=30)


class WorkForm(forms.Form):
    """The work facts: asked before anything else."""

    def __init__(self, table: RouteTable, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for question in table.questions:
            self.fields[question.id] = forms.ChoiceField(
                label=say(question.title),
                help_text=say(question.text),
                choices=[(a.id, say(a.title)) for a in question.answers] + [(UNSURE, _("说不清"))],
                widget=forms.RadioSelect,
                error_messages={"required": _("这一句还没有问病人。")},
            )


class InjuryForm(IntentForm):
    """The rest of the form, on the page that shows the route."""

    seen_route = forms.CharField(max_length=40, widget=forms.HiddenInput)
    name = forms.CharField(label=gettext_lazy("病人姓名"), max_length=40)
    number = forms.CharField(label=gettext_lazy("身份证号码"), max_length=30)
    admitted_on = _day(gettext_lazy("哪一天住院"))
    injured_on = _day(gettext_lazy("哪一天受的伤"), is_needed=False)
    cause = forms.CharField(
        label=gettext_lazy("病人自己说的受伤经过"),
        max_length=500,
        widget=_lines(4),
        help_text=gettext_lazy("照病人的话写：时间、地点、在做什么、怎么伤着的。"),
    )
    pledges = forms.BooleanField(
        label=gettext_lazy("病人看过去处以后，承诺没有第三方责任、不是工伤"), required=False
    )
