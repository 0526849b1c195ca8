"""Filing at the desk, by phone, and from paper: one page, every input kept when something is wrong."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias, cast
from uuid import UUID

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext_lazy as _

from gongyou.basics.refusal import Refusal
from gongyou.engines.casework.queries.views import PublicType, Question
from gongyou.engines.casework.services.filing import Filing
from gongyou.kernel import files
from gongyou.kernel.access import Actor
from gongyou.offices.queries import OfficeView
from gongyou.packkit.texts import say
from gongyou.web.desk.forms.steps import day_input, long_text
from gongyou.web.desk.submitting import IntentForm, put_on, uuid_of
from gongyou.web.office_names import name_of

ACCEPTED = "image/jpeg,image/png,image/webp,application/pdf,audio/*,video/mp4"
MOST_FILES = 9
Upload: TypeAlias = "UploadedFile[Any]"


class ManyFiles(forms.FileInput):
    """A file input that takes several files."""

    allow_multiple_selected = True

    def value_from_datadict(self, data: Any, given: MultiValueDict[str, Upload], name: str) -> Any:
        return given.getlist(name)

    def value_omitted_from_data(self, data: Any, given: MultiValueDict[str, Upload], name: str) -> bool:
        return name not in given


class FilesField(forms.Field):
    """Several uploads, possibly none."""

    widget = ManyFiles

    def clean(self, value: Any) -> list[Upload]:
        found = list(value or [])
        if len(found) > MOST_FILES:
            raise forms.ValidationError(
                _("一次最多上传%(most)d个文件。"), code="files", params={"most": MOST_FILES}
            )
        return found


@dataclass(frozen=True)
class Kept:
    """A file stored already: its id travels with the form, so a mistake elsewhere does not cost the upload."""

    id: UUID
    name: str
    size: int

    @classmethod
    def read(cls, text: str) -> Kept | None:
        row_id, _mark, rest = text.partition("|")
        size, _mark, name = rest.partition("|")
        found = uuid_of(row_id)
        return cls(found, name, int(size)) if found and size.isdigit() else None

    def write(self) -> str:
        return f"{self.id}|{self.size}|{self.name}"


class FilingForm(IntentForm):
    """What a person said, as staff write it down."""

    office = forms.ChoiceField(label=_("登记到哪个单位"))
    what = forms.ChoiceField(
        label=_("是什么事"),
        widget=forms.RadioSelect,
        error_messages={"required": _("请选择是哪一类事情。")},
    )
    topic = forms.ChoiceField(label=_("类别"), required=False)
    text = long_text(_("说了什么"), _("照原话写：什么人、什么时候、在哪里、要怎么办。"))
    name = forms.CharField(label=_("姓名"), max_length=40, required=False)
    phone = forms.CharField(
        label=_("电话"),
        max_length=30,
        required=False,
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "off"}),
        help_text=_("用来发回执、答复和回访。"),
    )
    occurred_on = forms.DateField(label=_("发生日期"), required=False, widget=day_input())
    place = forms.CharField(label=_("发生地点"), max_length=120, required=False)
    uploads = FilesField(
        label=_("照片、录音或文件"),
        required=False,
        help_text=_("最多9个，每个不超过10 MB。"),
        widget=ManyFiles(attrs={"accept": ACCEPTED}),
    )
    kept = forms.CharField(required=False, widget=forms.MultipleHiddenInput)

    channel = "desk"

    def __init__(
        self, *args: Any, offices: Sequence[OfficeView], types: Sequence[PublicType], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.types = {f"{t.programme}/{t.type_id}": t for t in types}
        self._choose("office", [(str(o.id), name_of(o)) for o in offices])
        self._choose("what", [(key, say(t.title)) for key, t in self.types.items()])
        groups = [
            (say(t.title), [(f"{key}/{topic.id}", say(topic.title)) for topic in t.topics])
            for key, t in self.types.items()
        ]
        self._choose("topic", [("", _("不确定，先不选")), *(group for group in groups if group[1])])
        if len(self.types) == 1:
            self.initial.setdefault("what", next(iter(self.types)))
        if len(offices) == 1:
            self.initial.setdefault("office", str(offices[0].id))

    def _choose(self, name: str, choices: list[Any]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        what, topic = data.get("what", ""), data.get("topic", "")
        if what and topic and not topic.startswith(f"{what}/"):
            self.add_error("topic", str(_("这个类别不属于所选的事情。请重新选择类别，或改选上面的事情。")))
        return data

    def kept_files(self) -> list[Kept]:
        """The files stored with this form so far."""
        if not self.is_bound:
            return []
        given = self.data.getlist("kept") if hasattr(self.data, "getlist") else []
        return [kept for kept in (Kept.read(text) for text in given) if kept is not None]

    def store_uploads(self, actor: Actor) -> bool:
        """Keep the uploads and carry their ids. False: one was refused, the sentence stands on the form."""
        data = cast(QueryDict, self.data).copy()
        kept = [one.write() for one in self.kept_files()]
        is_ok = True
        for upload in self.files.getlist("uploads") if hasattr(self.files, "getlist") else []:
            try:
                stored = files.receive_file(actor, name=upload.name or "", content=upload.read())
                kept.append(Kept(stored.id, stored.name, stored.size).write())
            except Refusal as refusal:
                refusal.field = "uploads"
                put_on(self, refusal)
                is_ok = False
        data.setlist("kept", kept)
        self.data = data
        return is_ok

    def _says_nothing_of_self(self, chosen: PublicType) -> bool:
        """No name and no phone, where that is allowed, is anonymous: a receipt code stands for the person."""
        given = (self.cleaned_data.get(name) for name in ("name", "phone", "proxy_name", "proxy_phone"))
        return chosen.may_be_anonymous and not any(given)

    def filing(self) -> Filing:
        """What the service takes. Call it after `is_valid()` and `store_uploads()`."""
        data = self.cleaned_data
        chosen = self.types[data["what"]]
        return Filing(
            programme=chosen.programme,
            type_id=chosen.type_id,
            text=data["text"],
            channel=data.get("channel") or self.channel,
            office_id=uuid_of(data["office"]),
            topic=data["topic"].rpartition("/")[2],
            occurred_on=data.get("occurred_on"),
            place=data.get("place") or "",
            name=data["name"],
            phone=data["phone"],
            proxy_name=data.get("proxy_name") or "",
            proxy_phone=data.get("proxy_phone") or "",
            is_anonymous=bool(data.get("is_anonymous")) or self._says_nothing_of_self(chosen),
            files=tuple(one.id for one in self.kept_files()),
            written_on=data.get("written_on"),
            book=data.get("book") or "",
            page=data.get("page"),
            page_number=data.get("page_number") or "",
            details=self.details(chosen),
        )

    def details(self, chosen: PublicType) -> dict[str, str]:
        """Answers to the type's own questions."""
        return {}


class DeskFilingForm(FilingForm):
    """At the desk or on the phone."""

    channel = forms.ChoiceField(  # type: ignore[assignment]
        label=_("怎么来的"),
        choices=[("desk", _("当面")), ("phone", _("电话"))],
        initial="desk",
        widget=forms.RadioSelect,
    )
    proxy_name = forms.CharField(label=_("代说人姓名"), max_length=40, required=False)
    proxy_phone = forms.CharField(
        label=_("代说人电话"),
        max_length=30,
        required=False,
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "off"}),
        help_text=_("回访仍找本人；本人没有电话时，回执发给代说人。"),
    )
    is_anonymous = forms.BooleanField(label=_("不愿留姓名电话（只限允许匿名的事情）"), required=False)
    field_order = ("channel", "office", "what", "topic", "text", "name", "phone", "is_anonymous")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for case_type in self.types.values():
            for question in case_type.details:
                self.fields[f"{DETAIL}{question.id}"] = _asked(question)

    def questions(self) -> list[tuple[str, str, list[forms.BoundField]]]:
        """The types that ask something of their own: key, title, inputs."""
        return [
            (key, say(t.title), [self[f"{DETAIL}{question.id}"] for question in t.details])
            for key, t in self.types.items()
            if t.details
        ]

    def has_answers(self) -> bool:
        """Whether anything of that was typed or refused already."""
        names = [name for name in self.fields if name.startswith(DETAIL)]
        return any(self.errors.get(name) for name in names) or any(self[name].value() for name in names)

    def details(self, chosen: PublicType) -> dict[str, str]:
        return {q.id: str(self.cleaned_data.get(f"{DETAIL}{q.id}") or "") for q in chosen.details}


DETAIL = "detail_"


def _asked(question: Question) -> forms.Field:
    """A question of a case type as an input; what must be answered the service says."""
    if question.choices:
        choices = [("", _("请选择")), *((c.id, say(c.title)) for c in question.choices)]
        return forms.ChoiceField(label=say(question.title), choices=choices, required=False)
    return forms.CharField(
        label=say(question.title), max_length=600, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )


class PaperForm(FilingForm):
    """A page of a voice book."""

    channel = "paper"
    written_on = forms.DateField(
        label=_("本子上写的日期"),
        widget=day_input(),
        help_text=_("办理日期从这一天算起。"),
        error_messages={"required": _("请按心声簿上的日期填写。")},
    )
    page_number = forms.CharField(
        label=_("这一页印的编号"),
        max_length=30,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        help_text=_("印有编号的心声簿，照右上角15位数字录入，它就是这件事的编号。老本子没有就留空。"),
    )
    book = forms.CharField(label=_("第几本"), max_length=40, required=False)
    page = forms.IntegerField(label=_("第几页"), min_value=1, max_value=30000, required=False)
    uploads = FilesField(
        label=_("这一页的照片"),
        required=False,
        help_text=_("最多9张，每张不超过10 MB。"),
        widget=ManyFiles(attrs={"accept": "image/jpeg,image/png,image/webp"}),
    )
    occurred_on = None  # type: ignore[assignment]
    place = None  # type: ignore[assignment]
