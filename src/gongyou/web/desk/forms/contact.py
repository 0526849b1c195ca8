"""Why somebody wants to see a person's name and phone: said before they are shown, kept in the record of reads."""

from __future__ import annotations

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from gongyou.basics.refusal import says

PURPOSES: dict[str, str] = {
    "verify": says("联系本人核实情况"),
    "tell": says("告知办理进展"),
    "visit": says("约定上门办理"),
    "other": says("其他事由"),
}


class ContactForm(forms.Form):
    """`purpose()` is the sentence the access record keeps."""

    why = forms.ChoiceField(
        label=_("为什么要查看"),
        choices=[(name, _(text)) for name, text in PURPOSES.items()],
        widget=forms.RadioSelect,
        error_messages={"required": _("请先说明查看联系方式的事由。")},
    )
    detail = forms.CharField(
        label=_("其他事由请写明"), max_length=80, required=False, help_text=_("查看会留下记录。")
    )

    def clean_detail(self) -> str:
        detail: str = self.cleaned_data["detail"].strip()
        if self.cleaned_data.get("why") == "other" and not detail:
            message: str | Promise = _("选择“其他事由”时请写明。")
            raise forms.ValidationError(str(message))
        return detail

    def purpose(self) -> str:
        detail = self.cleaned_data["detail"]
        reason = PURPOSES[self.cleaned_data["why"]]
        return f"{reason}：{detail}" if detail else reason
