"""Forms of the steps a matter can take. Each knows its service; choices come from the matter as it stands."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from gongyou.engines.casework.queries.views import CaseView, Standing
from gongyou.engines.casework.services import answering, handling, own, reviewing
from gongyou.kernel import moment
from gongyou.kernel.access import Actor
from gongyou.offices.queries import OfficeView
from gongyou.packkit.texts import say
from gongyou.web.desk.names import RESULTS
from gongyou.web.desk.submitting import IntentForm, uuid_of
from gongyou.web.office_names import name_of

LONGEST = 4000


def long_text(label: Any, hint: Any = "") -> forms.CharField:
    """A text of a matter."""
    return forms.CharField(
        label=label,
        help_text=hint,
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 5, "maxlength": LONGEST}),
        error_messages={"required": _("这里还没有写内容。请写清楚后再提交。")},
    )


def day_input() -> forms.DateInput:
    return forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})


class StepForm(IntentForm):
    """A step without further inputs."""

    def __init__(self, *args: Any, view: CaseView, offices: Sequence[OfficeView] = (), **kwargs: Any) -> None:
        super().__init__(*args, version=view.version, **kwargs)
        self.view = view
        self.offices = offices
        self.prepare()

    def prepare(self) -> None:
        """Fill the choices from the matter."""

    def inputs(self) -> dict[str, Any]:
        """What the service gets beside the matter and its version."""
        return {}


class OfferForm(StepForm):
    office = forms.ChoiceField(label=_("派到哪个单位"))

    def prepare(self) -> None:
        choices = [(str(o.id), name_of(o)) for o in self.offices if o.area == self.view.area]
        field = self.fields["office"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", _("请选择单位")), *choices]
        self.initial.setdefault("office", str(self.view.office.id))

    def inputs(self) -> dict[str, Any]:
        return {"office_id": uuid_of(self.cleaned_data["office"])}


class ReasonForm(StepForm):
    reason = long_text(_("理由"))

    def inputs(self) -> dict[str, Any]:
        return {"reason": self.cleaned_data["reason"]}


class ObjectForm(ReasonForm):
    grounds = forms.ChoiceField(
        label=_("依据"),
        choices=[(name, _(text)) for name, text in handling.GROUNDS.items()],
        widget=forms.RadioSelect,
    )
    reason = long_text(
        _("为什么应由别的单位办"), _("请写明依据的职责清单或规定。每个单位对同一件事只能提一次，时限照算。")
    )
    field_order = ("grounds", "reason")

    def inputs(self) -> dict[str, Any]:
        return {"grounds": self.cleaned_data["grounds"], **super().inputs()}


class DeclineForm(ReasonForm):
    reason = long_text(_("不予受理的理由"), _("这段话会原样告诉群众，请写明依据和可以去哪里办。"))


class ReturnForm(ReasonForm):
    reason = long_text(_("退回修改的意见"))


class NewFactsForm(StepForm):
    note = long_text(_("新情况"), _("本人说了什么以前没有的情况，照原话写。"))

    def inputs(self) -> dict[str, Any]:
        return {"note": self.cleaned_data["note"]}


class ReclassifyForm(StepForm):
    matter_class = forms.ChoiceField(label=_("改为"), widget=forms.RadioSelect)
    reason = long_text(
        _("改类的理由"),
        _("会告诉群众。起算日不变，只换办理期限；每轮只能改一次。期限已过的，超期记录和原来的日期都保留。"),
    )

    def prepare(self) -> None:
        field = self.fields["matter_class"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(c.id, say(c.title)) for c in self.view.classes if c.id != self.view.matter_class.id]

    def inputs(self) -> dict[str, Any]:
        return {"matter_class": self.cleaned_data["matter_class"], "reason": self.cleaned_data["reason"]}


class PauseForm(StepForm):
    reason_id = forms.ChoiceField(label=_("为什么要等"), widget=forms.RadioSelect)
    note = long_text(_("说明"), _("写清等什么、等谁、什么时候恢复。会告诉群众。"))

    def prepare(self) -> None:
        field = self.fields["reason_id"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(r.id, say(r.title)) for r in self.view.pause_reasons]

    def inputs(self) -> dict[str, Any]:
        return {"reason_id": self.cleaned_data["reason_id"], "note": self.cleaned_data["note"]}


class DraftForm(StepForm):
    result = forms.ChoiceField(
        label=_("办理结果"),
        choices=tuple(RESULTS.items()),
        widget=forms.RadioSelect,
        error_messages={"required": _("请选择办理结果。")},
    )
    text = long_text(_("给群众的答复"), _("用大白话写：做了什么、结果怎样、还有问题找谁。前三百字会发短信。"))

    def prepare(self) -> None:
        if self.view.draft:
            self.initial.setdefault("text", self.view.draft)
        if self.view.results:
            field = self.fields["result"]
            assert isinstance(field, forms.ChoiceField)
            field.choices = [(r.id, say(r.title)) for r in self.view.results]

    def inputs(self) -> dict[str, Any]:
        return {"result": self.cleaned_data["result"], "text": self.cleaned_data["text"]}


class ReviewForm(StepForm):
    convened_on = forms.DateField(label=_("复盘日期"), widget=day_input())
    members = forms.CharField(label=_("参加人员"), max_length=200)
    is_reasonable = forms.TypedChoiceField(
        label=_("群众的不满意是否合理"),
        choices=[("yes", _("合理：确实没办好，要整改")), ("no", _("不合理：仍要再次答复说明"))],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )
    cause = long_text(_("原因"))
    measures = long_text(_("整改措施"))
    answerable = forms.CharField(label=_("责任人"), max_length=60)
    measures_due_on = forms.DateField(label=_("整改完成期限"), required=False, widget=day_input())

    def prepare(self) -> None:
        self.initial.setdefault("convened_on", moment.today())

    def inputs(self) -> dict[str, Any]:
        names = (
            "convened_on",
            "members",
            "is_reasonable",
            "cause",
            "measures",
            "answerable",
            "measures_due_on",
        )
        return {"finding": reviewing.Finding(**{name: self.cleaned_data[name] for name in names})}


class ExplainForm(StepForm):
    text = long_text(_("解释说明"), _("由上级单位署名，原样告诉群众；此后这件事结束。"))

    def inputs(self) -> dict[str, Any]:
        return {"text": self.cleaned_data["text"]}


@dataclass(frozen=True)
class Step:
    """A step as the page offers it."""

    name: str
    title: str | Promise
    button: str | Promise
    done: str | Promise
    icon: str
    form: type[StepForm]
    service: Callable[..., Standing]
    explains: str | Promise = ""
    is_danger: bool = False

    def take(self, actor: Actor, form: StepForm) -> Standing:
        return self.service(actor, case_id=form.view.id, version=form.expected_version, **form.inputs())


# In the order the page offers them: what moves the matter on stands first.
STEPS: dict[str, Step] = {
    step.name: step
    for step in (
        Step("accept", pgettext_lazy("step", "签收"), _("签收，由我承办"), _("已签收。"), "check", StepForm,
             handling.accept_case, _("签收后由您承办；到时限不签收，视为签收。")),
        Step("draft", _("答复群众"), _("提交答复"), _("答复已提交。"), "writing", DraftForm, answering.draft_answer),
        Step("approve", _("批准答复"), _("批准并发给群众"), _("答复已批准并发出。"), "circle-check", StepForm,
             answering.approve_answer, _("批准后立即发给群众，并转回访。")),
        Step("return", _("退回修改"), _("退回起草人"), _("已退回修改。"), "arrow-left", ReturnForm,
             answering.return_answer),
        Step("review", _("登记复盘"), _("保存复盘结果"), _("复盘已登记，开始新一轮办理。"), "users", ReviewForm,
             reviewing.record_review),
        Step("explain", _("上级解释说明"), _("署名并结束"), _("已解释说明，事项结束。"), "flag", ExplainForm,
             reviewing.explain_finally, is_danger=True),
        Step("offer", pgettext_lazy("step", "派单"), _("派给这个单位"), _("已派单。"), "send", OfferForm,
             handling.offer_case),
        Step("resume", _("恢复计时"), _("恢复计时"), _("已恢复计时。"), "clock", StepForm, handling.resume_case,
             _("等的材料或程序已经到位，时限继续计算。")),
        Step("reclassify", pgettext_lazy("step", "改类"), _("批准改类"), _("已改类，日期已重新推算。"), "edit",
             ReclassifyForm, handling.reclassify_case),
        Step("pause", _("暂停计时"), _("暂停计时"), _("已暂停计时，已告诉群众。"), "player-pause", PauseForm,
             handling.pause_case),
        Step("object", _("提出异议"), _("提交异议"), _("异议已提交上级。"), "speakerphone", ObjectForm,
             handling.object_to_case),
        Step("decline", pgettext_lazy("step", "不予受理"), _("不予受理并告知"), _("已告知不予受理。"), "circle-x",
             DeclineForm, handling.decline_case, is_danger=True),
        Step("take_up", _("有新情况，重新办理"), _("重新办理"), _("已开始新一轮办理。"), "refresh", NewFactsForm,
             own.take_up_again, _("办结多久都可以；以前各轮的结果不变。")),
    )
}  # fmt: skip
