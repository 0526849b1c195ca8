"""Interests, interviews and placements at the office, and the calls after them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages as flash
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from gongyou.basics.refusal import says
from gongyou.engines.employment import services
from gongyou.engines.employment.queries.calls import call_of, list_calls
from gongyou.engines.employment.queries.referrals import list_referrals, referral_of
from gongyou.kernel.access import Actor
from gongyou.kernel.errors import NotFound
from gongyou.registry.queries import access_people
from gongyou.web.desk.submitting import IntentForm, run, status_of
from gongyou.web.guards import needs
from gongyou.web.requests import actor_of
from gongyou.web.work_forms import CallForm, InterviewForm, PlacementForm, ReasonForm
from gongyou.web.work_words import REFERRAL_STATES

READ, PLACE = "employment.read", "employment.place"
PURPOSE = says("求职登记服务")
CALLING = says("就业后回访")
FORMS: dict[str, type[IntentForm]] = {
    "invite": InterviewForm,
    "confirm": ReasonForm,
    "kept": ReasonForm,
    "missed": ReasonForm,
    "offer": ReasonForm,
    "decline": ReasonForm,
    "withdraw": ReasonForm,
    "place": PlacementForm,
}


def do_step(actor: Actor, name: str, referral_id: UUID, form: Any) -> Any:
    """One step of a referral with what its form holds. Raises Refusal."""
    given = {"referral_id": referral_id, "version": form.expected_version}
    data = form.cleaned_data
    if name == "invite":
        return services.invite(
            actor, **given, starts_at=form.starts_at(), minutes=data["minutes"], place=data["place"]
        )
    if name == "place":
        return services.note_placement(actor, **given, words=form.words())
    if name in ("kept", "missed"):
        return services.note_interview(actor, **given, was_kept=name == "kept")
    if name == "confirm":
        return services.confirm_interview(actor, **given)
    if name == "offer":
        return services.offer(actor, **given, note=data["reason"])
    end = services.decline if name == "decline" else services.withdraw_referral
    return end(actor, **given, reason=data["reason"])


@needs(READ)
@require_safe
def referrals(request: HttpRequest) -> HttpResponse:
    """GET state."""
    state = request.GET.get("state", "")
    state = state if state in REFERRAL_STATES else ""
    lines = list_referrals(actor_of(request), state=state)
    return render(
        request, "desk/work_referrals.html", {"lines": lines, "states": REFERRAL_STATES, "state": state}
    )


@needs(READ)
@require_http_methods(["GET", "HEAD", "POST"])
def referral(request: HttpRequest, referral_id: UUID) -> HttpResponse:
    """GET: the way so far. POST do: one step."""
    actor = actor_of(request)
    doing = request.POST.get("do", "")
    bound: IntentForm | None = None
    if request.method == "POST":
        if doing not in FORMS:
            raise NotFound
        bound = FORMS[doing](request.POST, auto_id=f"{doing}_%s")
        if (
            bound.is_valid()
            and run(bound, actor, lambda a: do_step(a, doing, referral_id, bound)) is not None
        ):
            flash.success(request, _("已办好。"))
            return redirect("desk:work_referral", referral_id=referral_id)
    found = referral_of(actor, referral_id, purpose=PURPOSE)
    if bound is not None:
        bound.renew(found.version)
    forms = {
        name: bound
        if bound is not None and name == doing
        else form(version=found.version, auto_id=f"{name}_%s")
        for name, form in FORMS.items()
    }
    context = {"found": found, "forms": forms, "may_place": actor.may(PLACE, found.post.office_path)}
    return render(request, "desk/work_referral.html", context, status=status_of(bound) if bound else 200)


@needs(PLACE)
@require_safe
def calls(request: HttpRequest) -> HttpResponse:
    """Calls that wait, by their day, and the last ones made."""
    actor = actor_of(request)
    context = {"waiting": list_calls(actor), "done": list_calls(actor, is_open=False, size=30)}
    return render(request, "desk/work_calls.html", context)


@needs(PLACE)
@require_http_methods(["GET", "HEAD", "POST"])
def call(request: HttpRequest, follow_up_id: UUID) -> HttpResponse:
    """GET: whom to call about what (the number opens, on record). POST: what the call found."""
    actor = actor_of(request)
    form = CallForm(request.POST or None)
    if request.method == "POST":
        if form.is_valid():
            done = run(
                form,
                actor,
                lambda a: services.note_follow_up(a, follow_up_id=follow_up_id, words=form.words()),
            )
            if done is not None:
                flash.success(request, _("已记下。"))
                return redirect("desk:work_calls")
        form.renew(None)
    found = call_of(actor, follow_up_id)
    person = None
    if found.person is not None and not found.outcome:
        person = access_people(actor, [found.person_id], purpose=CALLING).get(found.person_id)
    return render(
        request, "desk/work_call.html", {"found": found, "person": person, "form": form},
        status=status_of(form) if form.is_bound else 200,
    )  # fmt: skip
