"""Mass incidents: what looks like one, those under way, and the commander's board."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages as flash
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from gongyou.engines.casework.queries.incidents import (
    RIGHT,
    Hint,
    IncidentView,
    access_incident,
    incident_hints,
    list_incidents,
)
from gongyou.engines.casework.services import incidents
from gongyou.kernel.access import Actor
from gongyou.packkit.texts import say
from gongyou.web.desk.forms.steps import long_text
from gongyou.web.desk.submitting import IntentForm, run, status_of, uuid_of
from gongyou.web.guards import needs
from gongyou.web.office_names import named_lines
from gongyou.web.requests import actor_of


class RaiseForm(IntentForm):
    title = forms.CharField(label=_("事件名称"), max_length=80, help_text=_("例如：某厂欠薪。不写个人姓名。"))
    cause = forms.CharField(widget=forms.HiddenInput)
    case_ids = forms.CharField(widget=forms.HiddenInput)

    def ids(self) -> list[UUID]:
        found = (uuid_of(part) for part in self.cleaned_data["case_ids"].split(","))
        return [one for one in found if one is not None]


@dataclass(frozen=True)
class HintRow:
    hint: Hint
    form: RaiseForm


class ReportForm(IntentForm):
    reported_to = forms.CharField(label=_("报告给谁"), max_length=80)
    text = long_text(_("报告的内容"), _("时间、地点、人数、诉求、正在怎样处理。"))


class TellForm(IntentForm):
    text = long_text(
        _("告诉每个人的一句话"), _("前六十个字发短信，各人收到的是自己的编号；不涉及个人的数额。")
    )


class EndForm(IntentForm):
    text = long_text(_("怎样结束的"), _("每个人自己的那件照常办理、单独答复。"))


class AddForm(IntentForm):
    case_ids = forms.MultipleChoiceField(label=_("加入哪些事项"), widget=forms.CheckboxSelectMultiple)

    def offer(self, view: IncidentView) -> None:
        field = self.fields["case_ids"]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = [(str(line.id), f"{line.number} · {say(line.title)}") for line in view.more]


@dataclass(frozen=True)
class Step:
    form: type[IntentForm]
    take: Callable[[Actor, UUID, Any], object]
    done: str | Promise


STEPS: dict[str, Step] = {
    "report": Step(
        ReportForm,
        lambda a, i, f: incidents.report_incident(
            a,
            incident_id=i,
            version=f.expected_version,
            reported_to=f.cleaned_data["reported_to"],
            text=f.cleaned_data["text"],
        ),
        _("已登记报告情况。"),
    ),
    "tell": Step(
        TellForm,
        lambda a, i, f: incidents.tell_members(
            a, incident_id=i, version=f.expected_version, text=f.cleaned_data["text"]
        ),
        _("已告诉每一个人。"),
    ),
    "add": Step(
        AddForm,
        lambda a, i, f: incidents.add_to_incident(
            a, incident_id=i, case_ids=[UUID(one) for one in f.cleaned_data["case_ids"]]
        ),
        _("已加入事件。"),
    ),
    "end": Step(
        EndForm,
        lambda a, i, f: incidents.close_incident(
            a, incident_id=i, version=f.expected_version, text=f.cleaned_data["text"]
        ),
        _("事件已结束。"),
    ),
}


@needs(RIGHT)
def incident_list(request: HttpRequest) -> HttpResponse:
    return _list(request, None)


def _list(request: HttpRequest, bound: RaiseForm | None, status: int = 200) -> HttpResponse:
    actor = actor_of(request)
    rows = [HintRow(hint, _raise_form(hint, bound, n)) for n, hint in enumerate(incident_hints(actor))]
    context = {"rows": rows, "incidents": list_incidents(actor), "bound": bound}
    return render(request, "desk/incidents.html", context, status=status)


def _raise_form(hint: Hint, bound: RaiseForm | None, place: int) -> RaiseForm:
    ids = ",".join(str(one) for one in hint.case_ids)
    if bound is not None and bound.data.get("case_ids") == ids:
        return bound
    given = {"title": say(hint.title), "cause": hint.cause, "case_ids": ids}
    return RaiseForm(initial=given, auto_id=f"raise{place}_%s")


@needs(RIGHT)
@require_POST
def raise_one(request: HttpRequest) -> HttpResponse:
    """POST title, cause and the matters: whoever is on duty at the county is told at once."""
    form = RaiseForm(request.POST, auto_id="raise_%s")
    if form.is_valid():
        data = form.cleaned_data
        raised = run(
            form,
            actor_of(request),
            lambda a: incidents.raise_incident(
                a, title=data["title"], case_ids=form.ids(), cause=data["cause"]
            ),
        )
        if raised is not None:
            flash.success(request, str(_("事件已提起，县级值班负责人已收到提醒。")))
            return redirect("desk:incident", incident_id=raised.incident_id)
    form.renew(None)
    return _list(request, form, status_of(form))


@needs(RIGHT)
def incident_page(request: HttpRequest, incident_id: UUID) -> HttpResponse:
    return _board(request, access_incident(actor_of(request), incident_id), {})


@needs(RIGHT)
@require_POST
def take_step(request: HttpRequest, incident_id: UUID, name: str) -> HttpResponse:
    """POST of one step of the board; what is refused comes back with everything typed."""
    step = STEPS.get(name)
    if step is None:
        raise Http404
    actor = actor_of(request)
    view = access_incident(actor, incident_id)
    form = step.form(request.POST, version=view.version, auto_id=f"{name}_%s")
    if isinstance(form, AddForm):
        form.offer(view)
    if form.is_valid() and run(form, actor, lambda a: step.take(a, incident_id, form)) is not None:
        flash.success(request, str(step.done))
        return redirect("desk:incident", incident_id=incident_id)
    view = access_incident(actor, incident_id)
    form.renew(view.version)
    return _board(request, view, {name: form}, status_of(form))


def _board(
    request: HttpRequest, view: IncidentView, bound: dict[str, IntentForm], status: int = 200
) -> HttpResponse:
    shown: dict[str, IntentForm] = {
        name: step.form(version=view.version, auto_id=f"{name}_%s") for name, step in STEPS.items()
    }
    add = shown["add"]
    assert isinstance(add, AddForm)
    add.offer(view)
    context = {
        "incident": view,
        "members": named_lines(view.members),
        "forms": {**shown, **bound},
        "open_form": next(iter(bound), ""),
    }
    return render(request, "desk/incident.html", context, status=status)
