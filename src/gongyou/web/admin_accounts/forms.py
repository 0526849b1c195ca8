"""Forms of the administrators' pages."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gongyou.kernel.access import Actor
from gongyou.kernel.accounts import Wanted, find_staff, staff_roles
from gongyou.kernel.moment import SHANGHAI
from gongyou.offices.queries import OfficeView, office, offices_under
from gongyou.web.office_names import name_of

PROPOSE = "accounts.propose"
WHOLE = "*"


def office_name(one: OfficeView) -> str:
    return "　" * one.depth + name_of(one)


def _office_choices(actor: Actor) -> list[tuple[str, str]]:
    """The offices the administrator may appoint at; the whole installation only to who reaches all of it."""
    whole = [(WHOLE, _("整个平台"))] if actor.may(PROPOSE, "") else []
    return [("", _("请选择")), *whole, *((str(o.id), office_name(o)) for o in offices_under(actor, PROPOSE))]


class RoleForm(forms.Form):
    """A role at an office."""

    role = forms.ChoiceField(
        label=gettext_lazy("岗位角色"), error_messages={"required": gettext_lazy("请选择岗位角色。")}
    )
    office = forms.ChoiceField(
        label=gettext_lazy("所在单位"), error_messages={"required": gettext_lazy("请选择单位。")}
    )

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        roles = [(role.id, _(role.title)) for role in staff_roles()]
        self.fields["role"].choices = [("", _("请选择")), *roles]  # type: ignore[attr-defined]
        self.fields["office"].choices = _office_choices(actor)  # type: ignore[attr-defined]

    def place(self) -> tuple[UUID | None, str]:
        """(office id, path) of the chosen office."""
        chosen = self.cleaned_data["office"]
        if chosen == WHOLE:
            return None, ""
        found = office(UUID(chosen))
        return found.id, found.path


class AccountForm(RoleForm):
    """A new account with its first role."""

    login = forms.CharField(
        label=gettext_lazy("登录名"),
        max_length=40,
        help_text=gettext_lazy("3到40个小写字母、数字、点、横线，以字母开头。开立后不能更改。"),
        error_messages={"required": gettext_lazy("请填写登录名。")},
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}
        ),
    )
    name = forms.CharField(
        label=gettext_lazy("姓名"),
        max_length=40,
        help_text=gettext_lazy("本人真实姓名，一人一号；同事办事时会看到。"),
        error_messages={"required": gettext_lazy("请填写姓名。")},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    phone = forms.CharField(
        label=gettext_lazy("手机号"),
        max_length=30,
        required=False,
        help_text=gettext_lazy("加密保存，列表里只显示前三后四位。"),
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "tel"}),
    )
    field_order = ("login", "name", "phone", "role", "office")


class AuditForm(forms.Form):
    """What the audit administrator looks for."""

    since = forms.DateField(
        label=gettext_lazy("从"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    until = forms.DateField(
        label=gettext_lazy("到"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    login = forms.CharField(label=gettext_lazy("登录名"), max_length=60, required=False)
    action = forms.CharField(
        label=gettext_lazy("操作"),
        max_length=80,
        required=False,
        widget=forms.TextInput(attrs={"placeholder": "accounts."}),
    )
    subject = forms.CharField(
        label=gettext_lazy("对象"),
        max_length=120,
        required=False,
        widget=forms.TextInput(attrs={"placeholder": "account:…"}),
    )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        since, until = given.get("since"), given.get("until")
        if since and until and until < since:
            self.add_error("until", _("结束日期早于开始日期。"))
        return given

    def wanted(self, actor: Actor) -> Wanted | None:
        """None: nobody has this login, so nothing can be found."""
        given = self.cleaned_data
        actor_id = find_staff(actor, given["login"]) if given["login"] else None
        if given["login"] and actor_id is None:
            return None
        return Wanted(
            since=_begin(given["since"]),
            until=_begin(given["until"] + timedelta(days=1)) if given["until"] else None,
            actor_id=actor_id,
            action=given["action"].strip(),
            subject=given["subject"].strip(),
        )


def _begin(day: date | None) -> datetime | None:
    return datetime.combine(day, time(), SHANGHAI) if day else None
