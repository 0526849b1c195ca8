"""Rotations, publishing, leave, swaps, hand-over notes, out-visits."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, ClassVar
from uuid import UUID

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from gongyou.basics.refusal import Refusal, says
from gongyou.kernel.access import Actor
from gongyou.kernel.accounts import find_staff
from gongyou.offices import services
from gongyou.offices.services import Standby
from gongyou.web.desk.forms.duty import at, time_input
from gongyou.web.desk.forms.station import WEEKDAYS
from gongyou.web.desk.forms.steps import day_input
from gongyou.web.desk.submitting import IntentForm, uuid_of

Service = Callable[[Actor], object]
PATTERNS: dict[str, str | Promise] = {
    "daily": _("每个开门日轮一班"),
    "weekly": _("每周轮一班"),
    "monthly": _("每月轮一班"),
}


class DutyForm(IntentForm):
    """One deed about duty at the office named in `office`; `row` names what it is about."""

    page: ClassVar[str] = "my_duty"
    done: ClassVar[str | Promise] = _("已保存。")

    office = forms.CharField(max_length=40, required=False, widget=forms.HiddenInput)
    row = forms.CharField(max_length=40, required=False, widget=forms.HiddenInput)

    def service(self, actor: Actor) -> Service:
        raise NotImplementedError

    def perform(self, actor: Actor) -> object:
        return self.service(actor)(actor)

    def _id(self, name: str) -> UUID:
        found = uuid_of(str(self.cleaned_data.get(name, "")))
        if found is None:
            raise Refusal("row_missing", says("没有选定要处理的是哪一条。"), says("请刷新页面重试。"))
        return found

    @property
    def office_id(self) -> UUID:
        return self._id("office")

    @property
    def row_id(self) -> UUID:
        return self._id("row")


class RotationForm(DutyForm):
    page = "rotation"
    done = _("轮值规则已保存，已公布的日子重新排过。")
    title = forms.CharField(label=_("名称"), max_length=40)
    pattern = forms.ChoiceField(label=_("怎样轮"), choices=tuple(PATTERNS.items()))
    from_on = forms.DateField(label=_("从哪天起"), widget=day_input())
    weekdays = forms.TypedMultipleChoiceField(
        label=_("只排哪几天"),
        coerce=int,
        required=False,
        choices=tuple(enumerate(WEEKDAYS)),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("一个也不选：其他规则没有排的日子都归这条；调休上班的周末也归这条。"),
    )
    members = forms.CharField(
        label=_("轮值人员"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 7}),
        help_text=_(
            "一行一班，按轮值顺序：姓名，登录名，值班电话。后两项可以不写；没有登录名的不能自己换班、请假。"
            "两人一班的写在同一行，中间用分号隔开。"
        ),
    )

    def clean_members(self) -> list[list[list[str]]]:
        """By turn, the parts of each person."""
        lines = [line for line in str(self.cleaned_data["members"]).splitlines() if line.strip()]
        found = [[_parts(person) for person in re.split(r"[；;]", line)] for line in lines]
        for number, people in enumerate(found, start=1):
            if any(len(parts) > 3 or not parts[0] for parts in people):
                raise forms.ValidationError(
                    _now("第{number}行没有看懂，请写成“姓名，登录名，电话”。").format(number=number)
                )
        return found

    def service(self, actor: Actor) -> Service:
        data = self.cleaned_data
        members = tuple(
            replace(self._standby(actor, *parts), with_previous=place > 0)
            for people in data["members"]
            for place, parts in enumerate(people)
        )
        return lambda a: services.set_rotation(
            a, office_id=self.office_id, title=data["title"], pattern=data["pattern"], from_on=data["from_on"],
            members=members, weekdays=tuple(data["weekdays"]),
        )  # fmt: skip

    def _standby(self, actor: Actor, name: str, login: str = "", phone: str = "") -> Standby:
        account = find_staff(actor, login) if login else None
        if login and account is None:
            raise Refusal(
                "member_login",
                says("没有登录名为“{login}”的工作人员。"),
                says("请核对登录名，或只写姓名。"),
                field="members",
                login=login[:40],
            )
        return Standby(name, account, phone)


def _parts(person: str) -> list[str]:
    return [part.strip() for part in re.split(r"[，,\t]", person)]


class EndRotationForm(DutyForm):
    page = "rotation"
    done = _("规则已停用，它排的日子重新排过。")

    def service(self, actor: Actor) -> Service:
        return lambda a: services.end_rotation(a, rotation_id=self.row_id)


class PublishForm(DutyForm):
    page = "rotation"
    done = _("值班表已公布。")
    until_on = forms.DateField(label=_("公布到哪一天"), widget=day_input())

    def service(self, actor: Actor) -> Service:
        until_on = self.cleaned_data["until_on"]
        return lambda a: services.publish_rota(a, office_id=self.office_id, until_on=until_on)


class LeaveForm(DutyForm):
    done = _("请假已登记，这几天的班由下一位顶上。")
    from_on = forms.DateField(label=_("从哪天"), widget=day_input())
    until_on = forms.DateField(label=_("到哪天（含）"), widget=day_input())

    def service(self, actor: Actor) -> Service:
        data = self.cleaned_data
        return lambda a: services.record_leave(
            a, office_id=self.office_id, from_on=data["from_on"], until_on=data["until_on"],
            holder_name=actor.name or "—", holder_account_id=actor.id,
        )  # fmt: skip


class CancelLeaveForm(DutyForm):
    done = _("已撤销请假。")

    def service(self, actor: Actor) -> Service:
        return lambda a: services.cancel_leave(a, leave_id=self.row_id)


class AskSwapForm(DutyForm):
    done = _("已发出换班请求，等对方答复。")
    other = forms.CharField(label=_("换成哪一班"), max_length=40)

    def service(self, actor: Actor) -> Service:
        other = self._id("other")
        return lambda a: services.ask_swap(a, shift_id=self.row_id, other_shift_id=other)


class AgreeForm(DutyForm):
    done = _("换班已生效。")

    def service(self, actor: Actor) -> Service:
        return lambda a: services.answer_swap(a, swap_id=self.row_id, agrees=True)


class DeclineForm(DutyForm):
    done = _("已回绝。")

    def service(self, actor: Actor) -> Service:
        return lambda a: services.answer_swap(a, swap_id=self.row_id, agrees=False)


class TakeBackForm(DutyForm):
    done = _("已撤回。")

    def service(self, actor: Actor) -> Service:
        return lambda a: services.withdraw_swap(a, swap_id=self.row_id)


class HandOverForm(DutyForm):
    done = _("交接已写好，下一位看得到。")
    text = forms.CharField(label=_("交接内容"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3}))

    def service(self, actor: Actor) -> Service:
        return lambda a: services.write_hand_over(a, shift_id=self.row_id, text=self.cleaned_data["text"])


class ReadForm(DutyForm):
    done = _("已记下您看过这份交接。")

    def service(self, actor: Actor) -> Service:
        return lambda a: services.read_hand_over(a, hand_over_id=self.row_id)


class VisitForm(DutyForm):
    page = "visits"
    done = _("出诊已排好。")
    place = forms.CharField(
        label=_("去哪里"), max_length=80, help_text=_("例如快递分拣中心、工地食堂、夜间骑手聚集点。")
    )
    day = forms.DateField(label=_("日期"), widget=day_input())
    opens = forms.TimeField(label=_("从"), widget=time_input())
    closes = forms.TimeField(label=_("到"), widget=time_input())

    def stretch(self) -> tuple[datetime, datetime]:
        """An end before the beginning is the next morning: riders work at night."""
        data: dict[str, Any] = self.cleaned_data
        begins, ends = at(data["day"], data["opens"]), at(data["day"], data["closes"])
        return begins, ends if ends > begins else ends + timedelta(days=1)

    def service(self, actor: Actor) -> Service:
        begins, ends = self.stretch()
        return lambda a: services.plan_visit(
            a, office_id=self.office_id, place=self.cleaned_data["place"], from_at=begins, until_at=ends,
            holder_name=actor.name or "—", holder_account_id=actor.id,
        )  # fmt: skip


class HeardForm(DutyForm):
    page = "visits"
    done = _("已记下。职工说的每件事请逐件登记，才有编号和答复日期。")
    heard_count = forms.IntegerField(label=_("说话的人数"), min_value=0, max_value=9999)
    summary = forms.CharField(
        label=_("听到了什么"), max_length=400, required=False, help_text=_("写事不写人，不要写姓名和电话。")
    )

    def service(self, actor: Actor) -> Service:
        data = {name: self.cleaned_data[name] for name in ("heard_count", "summary")}
        return lambda a: services.record_visit(a, visit_id=self.row_id, **data)


class CancelVisitForm(DutyForm):
    page = "visits"
    done = _("出诊已取消。")

    def service(self, actor: Actor) -> Service:
        return lambda a: services.cancel_visit(a, visit_id=self.row_id)


DEEDS: Mapping[str, type[DutyForm]] = {
    "rotation": RotationForm,
    "end_rotation": EndRotationForm,
    "publish": PublishForm,
    "leave": LeaveForm,
    "cancel_leave": CancelLeaveForm,
    "ask_swap": AskSwapForm,
    "agree": AgreeForm,
    "decline": DeclineForm,
    "take_back": TakeBackForm,
    "hand_over": HandOverForm,
    "read": ReadForm,
    "visit": VisitForm,
    "heard": HeardForm,
    "cancel_visit": CancelVisitForm,
}
"""Every deed about duty by the name in its address."""
