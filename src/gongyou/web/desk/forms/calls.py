"""The call-back form: what happened, and, when somebody answered, the two answers."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from gongyou.engines.casework.services.calling import Call
from gongyou.web.desk.names import CALL_CHANNELS, OUTCOMES
from gongyou.web.desk.submitting import IntentForm

ANSWERS = ("is_solved", "is_satisfied")


def _said(value: str) -> bool | None:
    return {"yes": True, "no": False}.get(value)


class CallForm(IntentForm):
    """One try. Both answers are asked for when somebody answered, and only then."""

    use_required_attribute = False

    channel = forms.ChoiceField(
        label=_("怎么联系的"),
        choices=[(name, title) for name, title in CALL_CHANNELS.items() if name != "online"],
        initial="phone",
        widget=forms.RadioSelect,
    )
    outcome = forms.ChoiceField(
        label=_("联系上了吗"),
        choices=tuple(OUTCOMES.items()),
        widget=forms.RadioSelect,
        error_messages={"required": _("请选择回访结果。")},
    )
    spoke_with = forms.ChoiceField(
        label=_("是谁回答的"),
        choices=[("subject", _("本人")), ("proxy", _("代办人"))],
        initial="subject",
        required=False,
        widget=forms.RadioSelect,
        help_text=_("先找本人。委托写明可以问代办人，或本人听说不便的，才算代办人的回答。"),
    )
    is_solved = forms.TypedChoiceField(
        label=_("问：您反映的事情解决了吗？"),
        choices=[("yes", _("解决了")), ("no", _("没有解决"))],
        coerce=_said,
        empty_value=None,
        error_messages={"required": _("接通的回访要记下“是否解决”和“是否满意”。")},
        widget=forms.RadioSelect,
    )
    is_satisfied = forms.TypedChoiceField(
        label=_("问：您对办理过程和结果满意吗？"),
        choices=[("yes", _("满意")), ("no", _("不满意"))],
        coerce=_said,
        empty_value=None,
        error_messages={"required": _("接通的回访要记下“是否解决”和“是否满意”。")},
        widget=forms.RadioSelect,
    )
    note = forms.CharField(
        label=_("问：还有什么要说的？（照原话记）"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3, "maxlength": 4000}),
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("outcome") and data["outcome"] != "answered":
            for name in ANSWERS:
                data.setdefault(name, None)
                self.errors.pop(name, None)
        return data

    def call(self) -> Call:
        data: dict[str, Any] = self.cleaned_data
        return Call(
            outcome=data["outcome"],
            channel=data["channel"],
            is_solved=data["is_solved"],
            is_satisfied=data["is_satisfied"],
            note=data["note"],
            spoke_with=data["spoke_with"] or "subject",
        )


class QuickTryForm(IntentForm):
    """A try nobody answered, recorded from the list: opened, tapped, done."""

    outcome = forms.ChoiceField(choices=[(n, t) for n, t in OUTCOMES.items() if n != "answered"])

    def call(self) -> Call:
        return Call(outcome=self.cleaned_data["outcome"])
