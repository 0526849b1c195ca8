"""What an officer orders: a run over tables, a run with another value, a check of worked examples."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from gongyou.institutions.decisions.pinned import PublishedPolicy
from gongyou.offices.queries import OfficeView
from gongyou.packkit.texts import say
from gongyou.web.desk.forms.filing import FilesField
from gongyou.web.desk.forms.steps import day_input
from gongyou.web.desk.submitting import IntentForm, required
from gongyou.web.office_names import name_of


class NewRunForm(IntentForm):
    """Which policy, where, by the law of which day, over which tables."""

    what = forms.ChoiceField(label=_("政策和办理单位"))
    on = forms.DateField(
        label=_("法律日期"),
        widget=day_input(),
        help_text=_("按这一天的规则和取值计算；事实取它的上一年度。"),
    )
    tables = FilesField(
        label=_("数据表"),
        help_text=_("每张表一个文件（.csv、.xlsx、.parquet），也可以打成一个 .zip；文件名见下面的说明。"),
    )
    only_subject = forms.CharField(
        label=_("只更正一个单位"),
        max_length=60,
        required=False,
        help_text=_("异议成立、事实更正后重算时填它的编号；表里只放这一个单位。平时不填。"),
    )

    def clean_only_subject(self) -> str:
        return str(self.cleaned_data["only_subject"]).strip().upper()

    def __init__(
        self, *args: Any, choices: Sequence[tuple[OfficeView, PublishedPolicy]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        is_one_office = len({office.id for office, _policy in choices}) == 1
        self.offered = {f"{office.id}/{policy.programme}": (office, policy) for office, policy in choices}
        shown = [
            (key, say(policy.title) if is_one_office else f"{say(policy.title)} · {name_of(office)}")
            for key, (office, policy) in self.offered.items()
        ]
        self.fields["what"].choices = shown  # type: ignore[attr-defined]
        self.fields["tables"].error_messages |= required(str(_("请选择数据表文件。")))

    def chosen(self) -> tuple[OfficeView, PublishedPolicy]:
        return self.offered[self.cleaned_data["what"]]


class OtherRunForm(IntentForm):
    """The same tables again: by the law of another day, or with one value set by hand (a simulation)."""

    on = forms.DateField(label=_("法律日期"), widget=day_input())
    name = forms.ChoiceField(label=_("改哪个取值"), required=False)
    amount = forms.CharField(
        label=_("改成"), max_length=40, required=False, help_text=_("比例写 6%，金额写元，是否写 是 或 否。")
    )

    def __init__(self, *args: Any, values: Mapping[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", _("不改")), *((name, say(title)) for name, title in values.items())]
        self.fields["name"].choices = choices  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if bool(data.get("name")) != bool(data.get("amount")):
            raise forms.ValidationError(_("要试算，请同时写明改哪个取值、改成多少。"), code="half")
        return data

    def overrides(self) -> dict[str, str]:
        data = self.cleaned_data
        return {data["name"]: data["amount"]} if data.get("name") else {}


@contextmanager
def laid_down(uploads: Sequence[UploadedFile[bytes]]) -> Iterator[dict[str, Path]]:
    """Uploads as files on disk for as long as they are read: position and name → path."""
    with TemporaryDirectory(prefix="gongyou-upload-") as folder:
        found = {}
        for number, upload in enumerate(uploads):
            path = Path(folder) / str(number)
            with path.open("wb") as file:
                for piece in upload.chunks():
                    file.write(piece)
            found[f"{number}/{upload.name or 'file'}"] = path
        yield found
