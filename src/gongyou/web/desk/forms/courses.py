"""Forms of courses: one for each thing the school, the training office or an authority does."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from gongyou.basics.money import yuan_to_fen
from gongyou.basics.refusal import Refusal
from gongyou.web import course_words as words
from gongyou.web.desk.forms.steps import day_input
from gongyou.web.desk.submitting import IntentForm, put_on


def whole(label: Any, most: int, least: int = 1, **more: Any) -> forms.IntegerField:
    return forms.IntegerField(label=label, min_value=least, max_value=most, **more)


def day(label: Any, **more: Any) -> forms.DateField:
    return forms.DateField(label=label, widget=day_input(), **more)


def clock(label: Any, initial: str) -> forms.CharField:
    return forms.CharField(
        label=label, initial=initial, max_length=5, widget=forms.TextInput(attrs={"type": "time"})
    )


class EmptyForm(IntentForm):
    """Only to say yes."""


class ProviderForm(IntentForm):
    office = forms.ChoiceField(label=_("教务人员所在单位"))
    name = forms.CharField(label=_("机构名称"), max_length=120)
    credit_code = forms.CharField(label=_("统一社会信用代码"), max_length=40, required=False)
    kind = forms.ChoiceField(label=_("类型"), choices=list(words.PROVIDER_KINDS.items()))
    yearly_classes = whole(_("每年承诺办几期班"), 100, 0, initial=0, help_text=_("没有年度计划的写0。"))


class SiteForm(IntentForm):
    name = forms.CharField(label=_("场地名称"), max_length=80)
    address = forms.CharField(label=_("地址"), max_length=200)
    kind = forms.ChoiceField(label=_("场地类型"), choices=list(words.SITE_KINDS.items()))
    seats = whole(_("座位（工位）数"), 5000)


class EquipmentForm(IntentForm):
    name = forms.CharField(label=_("设备名称"), max_length=80)
    pieces = whole(_("件数"), 10_000)
    checked_until = day(_("检验有效期到"), required=False)


class DemandForm(IntentForm):
    course = forms.ChoiceField(label=_("课程"))
    source = forms.ChoiceField(label=_("需求来源"), choices=list(words.SOURCES.items()))
    people = whole(_("人数"), 1_000_000)
    employer = forms.CharField(
        label=_("用人单位"), max_length=120, required=False, help_text=_("订单必须写明。")
    )
    note = forms.CharField(label=_("说明"), max_length=200, required=False)


class OfferForm(IntentForm):
    course = forms.ChoiceField(label=_("课程"))
    name = forms.CharField(label=_("姓名"), max_length=40)
    phone = forms.CharField(label=_("手机号"), max_length=30, widget=forms.TextInput(attrs={"type": "tel"}))
    basis = forms.ChoiceField(
        label=_("依据"), choices=[("consent", _("本人同意")), ("statutory_duty", _("法定职责"))]
    )


class ClassForm(IntentForm):
    course = forms.ChoiceField(label=_("课程"))
    title = forms.CharField(label=_("班名"), max_length=80)
    site = forms.ChoiceField(label=_("场地"))
    demand = forms.ChoiceField(label=_("对应的需求"), required=False)
    target_groups = forms.MultipleChoiceField(
        label=_("面向对象"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("都不选就是不限。"),
    )
    capacity = whole(_("名额"), 5000, initial=30)
    enrol_until = day(_("报名截止"))
    starts_on = day(_("开课"))
    ends_on = day(_("结课"))
    exam_on = day(_("考试"), help_text=_("年龄按这一天核对。"))
    employer = forms.CharField(
        label=_("订单用人单位"), max_length=120, required=False, help_text=_("不是订单班的不填。")
    )
    entry_mark = whole(_("入学考试最低分"), 100, 0, required=False, help_text=_("订单班才填。"))


class AgreementForm(IntentForm):
    kind = forms.ChoiceField(label=_("哪种证书"))
    authority = forms.CharField(label=_("发证部门（机构）"), max_length=120)
    document = forms.CharField(label=_("约定文件和文号"), max_length=200)
    from_on = day(_("从哪天起"))
    until_on = day(_("到哪天止"), required=False)


class LearnerForm(IntentForm):
    name = forms.CharField(label=_("姓名"), max_length=40)
    phone = forms.CharField(label=_("手机号"), max_length=30, widget=forms.TextInput(attrs={"type": "tel"}))
    id_number = forms.CharField(label=_("身份证号"), max_length=30)
    target_group = forms.ChoiceField(label=_("属于哪类人员"))
    category = forms.ChoiceField(
        label=_("岗位类别"),
        choices=list(words.CATEGORIES.items()),
        required=False,
        help_text=_("只在年龄上限看岗位时用到。"),
    )
    consents = forms.BooleanField(label=_("本人已在报名表上签字同意"))


class SessionForm(IntentForm):
    unit = forms.ChoiceField(label=_("单元"))
    day = day(_("日期"))
    begins = clock(_("开始"), "09:00")
    ends = clock(_("结束"), "17:00")
    hours = whole(_("课时"), 12, initial=8)


class CapacityForm(IntentForm):
    capacity = whole(_("名额"), 5000)


class ExaminationForm(IntentForm):
    held_on = day(_("考试日期"))


class ExaminerForm(IntentForm):
    examiner = forms.ChoiceField(label=_("考评员"))
    part = forms.ChoiceField(label=_("科目"), choices=list(words.PARTS.items()))


class MarkForm(IntentForm):
    mark = whole(_("入学考试成绩"), 100, 0)


class InternshipForm(IntentForm):
    from_on = day(_("从哪天开始实习"))


class JobForm(IntentForm):
    employer = forms.CharField(label=_("用人单位"), max_length=120)
    contract = forms.ChoiceField(label=_("合同类型"), choices=list(words.CONTRACTS.items()))
    evidence = forms.CharField(
        label=_("看了什么材料"), max_length=120, help_text=_("例如：劳动合同、参保记录。只写名称。")
    )
    began_on = day(_("上岗日期"))
    wage_before = forms.CharField(
        label=_("培训前月工资（元）"),
        max_length=20,
        required=False,
        help_text=_("没有工作写0，不知道不填。"),
    )
    wage_after = forms.CharField(label=_("现在月工资（元）"), max_length=20)

    def clean_wage_before(self) -> int | None:
        return _fen(self, "wage_before")

    def clean_wage_after(self) -> int | None:
        return _fen(self, "wage_after")


class NumberForm(IntentForm):
    number = forms.CharField(label=_("证号"), max_length=60)
    issued_on = day(_("发证日期"))


class FollowUpForm(IntentForm):
    outcome = forms.ChoiceField(
        label=_("回访结果"), choices=list(words.FOLLOW_UPS.items()), widget=forms.RadioSelect
    )
    wage = forms.CharField(label=_("现在月工资（元）"), max_length=20, required=False)

    def clean_wage(self) -> int | None:
        return _fen(self, "wage")


def _fen(form: IntentForm, name: str) -> int | None:
    """Yuan as typed in fen; None where nothing was typed."""
    text = form.cleaned_data[name].strip()
    if not text:
        return None
    try:
        return yuan_to_fen(text)
    except Refusal as refusal:
        refusal.field = name
        put_on(form, refusal)
        return None
