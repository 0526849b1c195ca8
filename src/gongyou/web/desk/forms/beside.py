"""Forms of what stands beside a matter: help, joins, repeats, confirmation, incidents."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from gongyou.basics.refusal import Refusal
from gongyou.engines.casework.queries import case_by_number
from gongyou.engines.casework.queries.views import CaseView
from gongyou.engines.casework.services import climbing, contacting, excluding, helping, joining, repeating
from gongyou.engines.casework.services.contacting import WAYS
from gongyou.kernel.access import Actor
from gongyou.offices import queries as offices
from gongyou.web.desk.forms.steps import long_text
from gongyou.web.desk.names import GROUNDS
from gongyou.web.desk.submitting import IntentForm, put_on, uuid_of
from gongyou.web.office_names import name_of

YES_NO = (("yes", _("是")), ("no", _("否")))


class BesideForm(IntentForm):
    """A form about one matter. `actor` is who fills it in."""

    def __init__(self, *args: Any, view: CaseView, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, version=view.version, **kwargs)
        self.view = view
        self.actor = actor
        self.prepare()

    def prepare(self) -> None:
        """Fill choices from the matter."""


class ReasonForm(BesideForm):
    reason = long_text(_("理由"))


class HelpForm(BesideForm):
    office = forms.ChoiceField(label=_("请哪个单位协助"))
    reason = long_text(_("要它做什么"), _("承办单位和期限都不变；协助单位有自己的期限，办完向承办单位回告。"))

    def prepare(self) -> None:
        field = self.fields["office"]
        assert isinstance(field, forms.ChoiceField)
        others = (o for o in offices.tree(self.view.area) if o.id != self.view.office.id)
        field.choices = [("", _("请选择单位")), *((str(o.id), name_of(o)) for o in others)]


class ReportForm(BesideForm):
    help_id = forms.UUIDField(widget=forms.HiddenInput)
    report = long_text(_("协助的结果"), _("向承办单位回告；给群众的答复由承办单位写。"))


class NumberForm(BesideForm):
    """Names another matter by its number; only one in reach is found."""

    number = forms.CharField(label=_("编号"), max_length=30, widget=forms.TextInput(attrs={"class": "short"}))
    other: UUID | None = None

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("number"):
            try:
                self.other = case_by_number(self.actor, data["number"])
            except Refusal as refusal:
                put_on(self, refusal)
        return data


class JoinForm(NumberForm):
    reason = long_text(_("为什么是同一件事"), _("各人的编号、期限、回访都不变，也互相看不到；随时可以解除。"))


class AppliesForm(BesideForm):
    applies = forms.ChoiceField(
        label=_("主办件的答复也适用于这一位吗"), choices=YES_NO, widget=forms.RadioSelect
    )
    text = long_text(
        _("给这一位的答复（不适用时写原因）"), _("请核对：答复里不能有别人的姓名、电话和别人的情况。")
    )


class RepeatForm(NumberForm):
    new_facts = forms.ChoiceField(
        label=_("有没有新情况"),
        choices=(("no", _("没有：不另办，告知进展")), ("yes", _("有：照常办理，记下是再次反映"))),
        widget=forms.RadioSelect,
    )
    note = long_text(_("说明"), _("写清和原来那件哪里一样、哪里不一样。"))


class ContactedForm(BesideForm):
    way = forms.ChoiceField(label=_("怎样联系的"), widget=forms.RadioSelect)
    note = long_text(_("说了什么"), _("只有真正和本人说上话才登记；没有接通、发短信都不算。"))

    def prepare(self) -> None:
        field = self.fields["way"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(way, gettext(title)) for way, title in WAYS.items()]


class AskExclusionForm(BesideForm):
    ground = forms.ChoiceField(label=_("理由是哪一种"), widget=forms.RadioSelect)
    reason = long_text(_("说明"), _("写清依据。由上一级决定；批准的会列在比率旁边。"))

    def prepare(self) -> None:
        field = self.fields["ground"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = list(GROUNDS.items())


class DecideExclusionForm(BesideForm):
    approved = forms.ChoiceField(label=_("批准不计入吗"), choices=YES_NO, widget=forms.RadioSelect)
    reason = long_text(_("决定的理由"))


@dataclass(frozen=True)
class BesideStep:
    """Something to do beside a matter: its form, what it does, what the page says then."""

    form: type[BesideForm]
    take: Callable[[Actor, Any], object]
    done: str | Promise


def _ids(form: BesideForm) -> dict[str, Any]:
    return {"case_id": form.view.id, "version": form.expected_version}


def _help(actor: Actor, form: HelpForm) -> object:
    data = form.cleaned_data
    office_id = uuid_of(data["office"])
    assert office_id is not None  # a choice of the form
    return helping.ask_help(actor, **_ids(form), office_id=office_id, reason=data["reason"])


def _repeat(actor: Actor, form: RepeatForm) -> object:
    data = form.cleaned_data
    return repeating.note_repeat(
        actor,
        **_ids(form),
        earlier_id=form.other or form.view.id,
        has_new_facts=data["new_facts"] == "yes",
        note=data["note"],
    )


BESIDE: dict[str, BesideStep] = {
    "help": BesideStep(HelpForm, _help, _("已请求协助；承办单位和期限不变。")),
    "report": BesideStep(
        ReportForm,
        lambda actor, form: helping.report_help(
            actor,
            case_id=form.view.id,
            help_id=form.cleaned_data["help_id"],
            report=form.cleaned_data["report"],
        ),
        _("已回告承办单位。"),
    ),
    "confirm": BesideStep(
        ReasonForm,
        lambda actor, form: climbing.confirm_office(actor, **_ids(form), reason=form.cleaned_data["reason"]),
        _("已确认由原单位继续主办。"),
    ),
    "join": BesideStep(
        JoinForm,
        lambda actor, form: joining.join_case(
            actor, **_ids(form), lead_id=form.other or form.view.id, reason=form.cleaned_data["reason"]
        ),
        _("已并案办理；各人的编号、期限和回访不变。"),
    ),
    "part": BesideStep(
        ReasonForm,
        lambda actor, form: joining.part_case(actor, **_ids(form), reason=form.cleaned_data["reason"]),
        _("已解除并案。"),
    ),
    "applies": BesideStep(
        AppliesForm,
        lambda actor, form: joining.answer_joined(
            actor,
            **_ids(form),
            applies=form.cleaned_data["applies"] == "yes",
            text=form.cleaned_data["text"],
        ),
        _("已核对并处理。"),
    ),
    "repeat": BesideStep(RepeatForm, _repeat, _("已登记为再次反映。")),
    "contact": BesideStep(
        ContactedForm,
        lambda actor, form: contacting.record_contact(
            actor, **_ids(form), way=form.cleaned_data["way"], note=form.cleaned_data["note"]
        ),
        _("已登记联系到了本人。"),
    ),
    "ask_exclusion": BesideStep(
        AskExclusionForm,
        lambda actor, form: excluding.ask_exclusion(
            actor, **_ids(form), ground=form.cleaned_data["ground"], reason=form.cleaned_data["reason"]
        ),
        _("已提交上一级决定。"),
    ),
    "decide_exclusion": BesideStep(
        DecideExclusionForm,
        lambda actor, form: excluding.decide_exclusion(
            actor,
            **_ids(form),
            is_approved=form.cleaned_data["approved"] == "yes",
            reason=form.cleaned_data["reason"],
        ),
        _("已登记决定。"),
    ),
    "review_repeats": BesideStep(
        ReasonForm,
        lambda actor, form: repeating.review_repeats(
            actor, **_ids(form), finding=form.cleaned_data["reason"]
        ),
        _("已登记上级核查的结果。"),
    ),
}
