"""The worker's forms. Only what is needed is asked; everything typed survives a mistake."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from gongyou.basics.identity import read_phone
from gongyou.basics.refusal import Refusal
from gongyou.engines.casework.queries import PublicType
from gongyou.kernel import moment
from gongyou.packkit.texts import say
from gongyou.web.problem import whole_sentence

LONGEST_TEXT = 4000
MOST_TOPICS_AS_BUTTONS = 8


class ManyFiles(forms.ClearableFileInput):
    allow_multiple_selected = True
    template_name = "django/forms/widgets/file.html"


class ManyFilesField(forms.FileField):
    """Several uploads in one input; each is judged by kernel.files, not here."""

    widget = ManyFiles

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile[bytes]]:
        given = data if isinstance(data, (list, tuple)) else [data]
        return [item for item in given if item]


class IntakeForm(forms.Form):
    """What happened, and how to reach you. The kind of matter is chosen before."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    text = forms.CharField(
        label=_("发生了什么事"),
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 6}),
        error_messages={"required": _("请写一写发生了什么事，一两句话也可以。")},
    )
    topic = forms.ChoiceField(label=_("属于哪一类"), required=False)
    occurred_on = forms.DateField(
        label=_("什么时候的事"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date", "class": "short"}),
        error_messages={"invalid": _("日期没有读懂，请写成 2026-10-08 这样。")},
    )
    place = forms.CharField(label=_("在哪里"), required=False, max_length=120)
    uploads = ManyFilesField(label=_("照片或录音"), required=False)
    contact = forms.ChoiceField(
        label=_("联系方式"),
        choices=(("phone", _("打我电话、发短信")), ("anonymous", _("不留姓名电话，我自己来查"))),
        widget=forms.RadioSelect,
        error_messages={"required": _("请选一项：打您电话，还是您自己来查。")},
    )
    name = forms.CharField(
        label=_("怎么称呼您"),
        required=False,
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    phone = forms.CharField(
        label=_("电话"),
        required=False,
        max_length=30,
        widget=forms.TextInput(
            attrs={"type": "tel", "inputmode": "tel", "autocomplete": "tel", "class": "short"}
        ),
    )

    def __init__(self, *args: Any, case_type: PublicType, is_known: bool = False, **kwargs: Any) -> None:
        """`is_known`: a signed-in worker, whose telephone the platform holds already."""
        super().__init__(*args, **kwargs)
        self.is_known = is_known
        self.fields["text"].label = say(case_type.invitation)
        self.fields["occurred_on"].widget.attrs["max"] = moment.today().isoformat()
        self.fields["uploads"].widget.attrs["accept"] = "image/*,audio/*,video/mp4,application/pdf"
        if not self.is_bound and "key" not in self.initial:
            self.initial["key"] = uuid4()
        self._offer_topics(case_type)
        if not case_type.may_be_anonymous:
            del self.fields["contact"]
        elif is_known:
            contact = self.fields["contact"]
            assert isinstance(contact, forms.ChoiceField)
            contact.choices = (
                ("phone", _("用我登记的电话回话，记积分")),
                ("anonymous", _("匿名：不记我的账号，我凭查询码自己来查")),
            )
        if is_known:
            del self.fields["name"], self.fields["phone"]

    def _offer_topics(self, case_type: PublicType) -> None:
        if not case_type.topics:
            del self.fields["topic"]
            return
        field = self.fields["topic"]
        assert isinstance(field, forms.ChoiceField)
        choices = [(t.id, say(t.title)) for t in case_type.topics]
        if len(choices) > MOST_TOPICS_AS_BUTTONS:
            choices.insert(0, ("", str(_("说不清属于哪一类"))))
        else:
            field.widget = forms.RadioSelect()
        field.choices = choices

    @property
    def is_anonymous(self) -> bool:
        return str(self.cleaned_data.get("contact", "")) == "anonymous"

    def clean(self) -> dict[str, Any]:
        """A telephone is needed unless the person may and wants to stay unnamed; it is read as people write it."""
        data = super().clean() or self.cleaned_data
        if self.is_known or self.is_anonymous:
            data["phone"] = ""
            return data
        phone = str(data.get("phone", "")).strip()
        if not phone:
            self.add_error("phone", _("请留下电话，我们才能给您回话。"))
            return data
        try:
            data["phone"] = read_phone(phone)
        except Refusal as refusal:
            self.add_error("phone", whole_sentence(refusal))
        return data

    def intent(self) -> UUID:
        return UUID(str(self.cleaned_data["key"]))


class TrackForm(forms.Form):
    """The number and what only its owner knows."""

    number = forms.CharField(
        label=_("编号"),
        max_length=30,
        help_text=_("回执或短信上的15位数字，横线可以不写。"),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        error_messages={"required": _("请填写编号。")},
    )
    tail = forms.CharField(
        label=_("电话后四位，或回执上的查询码"),
        max_length=6,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "class": "short code"}),
        error_messages={"required": _("请填写电话后四位，或回执上的六位查询码。")},
    )


class RatingForm(forms.Form):
    """Solved is one question, satisfied another; the answer to one never fills the other."""

    is_solved = forms.ChoiceField(
        label=_("事情解决了吗？"),
        choices=(("yes", _("解决了")), ("no", _("没有解决"))),
        widget=forms.RadioSelect,
        error_messages={"required": _("请选一项：解决了，还是没有解决。")},
    )
    is_satisfied = forms.ChoiceField(
        label=_("对办理满意吗？"),
        choices=(("yes", _("满意")), ("no", _("不满意"))),
        widget=forms.RadioSelect,
        error_messages={"required": _("请选一项：满意，还是不满意。")},
    )
    note = forms.CharField(
        label=_("还想说什么"),
        required=False,
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class WordsForm(forms.Form):
    """A few words that go with a step: more facts, why it is withdrawn, why it is taken up again."""

    text = forms.CharField(
        label=_("说明"),
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": _("请写一两句话。")},
    )


class ReopenForm(WordsForm):
    """Taken up again: after thirty days only with something new."""

    has_new_facts = forms.BooleanField(label=_("有新情况"), required=False)


class NothingForm(forms.Form):
    """A step that needs no words."""


class BeginningForm(forms.Form):
    """Since when a legal route runs."""

    route_id = forms.ChoiceField(
        label=_("哪一条"),
        widget=forms.RadioSelect,
        error_messages={"required": _("请选一条。")},
    )
    started_on = forms.DateField(
        label=_("您是哪天知道的（或哪天受伤、离职的）"),
        widget=forms.DateInput(attrs={"type": "date", "class": "short"}),
        error_messages={
            "required": _("请填日期。"),
            "invalid": _("日期没有读懂，请写成 2026-10-08 这样。"),
        },
    )
    is_still_employed = forms.BooleanField(label=_("我还在这家单位上班"), required=False)

    def offer(self, routes: list[tuple[str, str]]) -> None:
        field = self.fields["route_id"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = routes
        if len(routes) == 1:
            self.initial.setdefault("route_id", routes[0][0])
