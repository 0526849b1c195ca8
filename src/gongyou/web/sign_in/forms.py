"""Forms of the sign-in pages; their sentences are ours, the rules are the kernel's."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gongyou.basics.refusal import Refusal
from gongyou.web.problem import sentence


def add_refusal(form: forms.BaseForm, error: Refusal) -> None:
    """Show a refusal where it belongs: at its field, or above the form."""
    text = " ".join(part for part in (sentence(error, "message"), sentence(error, "hint")) if part)
    form.add_error(error.field if error.field in form.fields else None, text)


def _text(label: Any, missing: Any, **attrs: str) -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=200,
        error_messages={"required": missing, "max_length": gettext_lazy("这里填得太长了。")},
        widget=forms.TextInput(attrs=attrs),
    )


def _password(label: Any, missing: Any, autocomplete: str, help_text: Any = "") -> forms.CharField:
    return forms.CharField(
        label=label,
        strip=False,
        max_length=200,
        help_text=help_text,
        error_messages={"required": missing, "max_length": gettext_lazy("这里填得太长了。")},
        widget=forms.PasswordInput(attrs={"autocomplete": autocomplete}),
    )


class StaffForm(forms.Form):
    """Login and password."""

    login = _text(
        gettext_lazy("登录名"),
        gettext_lazy("请填写登录名。"),
        autocomplete="username",
        autocapitalize="none",
        spellcheck="false",
    )
    password = _password(gettext_lazy("密码"), gettext_lazy("请填写密码。"), "current-password")


class CodeForm(forms.Form):
    """Six digits from an authenticator or a text message."""

    code = _text(
        gettext_lazy("6位验证码"),
        gettext_lazy("请填写验证码。"),
        autocomplete="one-time-code",
        inputmode="numeric",
    )


class NewPasswordForm(forms.Form):
    """A new password, twice."""

    new_password = _password(
        gettext_lazy("新密码"),
        gettext_lazy("请填写新密码。"),
        "new-password",
        gettext_lazy("至少10个字符；大写字母、小写字母、数字、符号中至少用三种；不含登录名和姓名。"),
    )
    repeated = _password(gettext_lazy("再写一遍新密码"), gettext_lazy("请再写一遍新密码。"), "new-password")

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("new_password") and given.get("repeated") not in (None, given["new_password"]):
            self.add_error("repeated", _("两次写的新密码不一样。"))
        return given


class ChangePasswordForm(NewPasswordForm):
    """Signed in already: the present password first."""

    password = _password(gettext_lazy("现在的密码"), gettext_lazy("请填写现在的密码。"), "current-password")
    field_order = ("password", "new_password", "repeated")


class PhoneForm(forms.Form):
    """A worker's mobile."""

    phone = _text(
        gettext_lazy("手机号"),
        gettext_lazy("请填写手机号。"),
        autocomplete="tel",
        inputmode="tel",
    )
