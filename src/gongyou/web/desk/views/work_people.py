"""Whoever looks for work: asked by staff, shown with their list and why, taken into an interest at the counter."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages as flash
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from gongyou.basics.refusal import Refusal, says
from gongyou.engines.employment import services
from gongyou.engines.employment.queries import figures
from gongyou.engines.employment.queries.lists import intention_of_ask, list_of, why
from gongyou.kernel.errors import NotFound
from gongyou.registry.queries import show_people
from gongyou.web.desk.submitting import IntentForm, run, say_refused, status_of, uuid_of
from gongyou.web.guards import needs
from gongyou.web.requests import actor_of
from gongyou.web.work_forms import DeskSurveyForm, ReasonForm, for_reach

READ, SURVEY, PLACE = "employment.read", "employment.survey", "employment.place"
PURPOSE = says("求职登记服务")


@needs(SURVEY)
@require_safe
def people(request: HttpRequest) -> HttpResponse:
    """Intentions within reach, latest change first, masked."""
    return render(request, "desk/work_people.html", {"lines": figures.seekers(actor_of(request))})


@needs(SURVEY)
@require_http_methods(["GET", "HEAD", "POST"])
def survey(request: HttpRequest) -> HttpResponse:
    """Ask somebody: on the telephone, at the counter, at the door, through a broker."""
    actor = actor_of(request)
    form = for_reach(DeskSurveyForm(request.POST or None), actor, SURVEY)
    if request.method == "POST":
        if form.is_valid():
            data, office_id = form.cleaned_data, uuid_of(form.cleaned_data["office"])
            assert office_id is not None
            done = run(
                form,
                actor,
                lambda a: services.answer_willingness(
                    a, office_id=office_id, channel=data["channel"], words=form.words(data["phone"])
                ),
            )
            if done is not None:
                flash.success(request, _("已登记。"))
                return _after(done.intention_id)
        form.renew(None)
    return render(
        request, "desk/work_survey.html", {"form": form}, status=status_of(form) if form.is_bound else 200
    )


def _after(intention_id: UUID | None) -> HttpResponse:
    return redirect("desk:work_person", intention_id=intention_id) if intention_id else redirect("desk:work")


@needs(READ)
@require_safe
def person(request: HttpRequest, intention_id: UUID) -> HttpResponse:
    """The list as the person sees it; the read is on record."""
    actor = actor_of(request)
    found = list_of(actor, intention_id, purpose=PURPOSE)
    context = {
        "found": found,
        "person": show_people(actor, [found.intention.person_id]).get(found.intention.person_id),
        "may_place": actor.may(PLACE, found.intention.office_path),
        "may_survey": actor.may(SURVEY, found.intention.office_path),
        "form": ReasonForm(),
        "ask_id": found.intention.ask_id,
    }
    return render(request, "desk/work_person.html", context)


@needs(READ)
@require_safe
def person_why(request: HttpRequest, intention_id: UUID, post_id: UUID) -> HttpResponse:
    """Why this post, why not that one."""
    actor = actor_of(request)
    intention, post, told = why(actor, intention_id, post_id, purpose=PURPOSE)
    context = {"intention": intention, "post": post, "why": told, "form": IntentForm(),
               "may_place": actor.may(PLACE, intention.office_path)}  # fmt: skip
    return render(request, "desk/work_why.html", context)


@needs(READ)
@require_safe
def ask(request: HttpRequest, ask_id: UUID) -> HttpResponse:
    """From the worklist to the page of whoever asked."""
    return redirect("desk:work_person", intention_id=intention_of_ask(actor_of(request), ask_id))


@needs(SURVEY)
@require_POST
def person_step(request: HttpRequest, intention_id: UUID, name: str) -> HttpResponse:
    """POST reason, post, ask; `name`: interest | plain | ranked | withdraw | answer."""
    form = ReasonForm(request.POST)
    if name not in STEPS or not form.is_valid():
        raise NotFound
    actor = actor_of(request).intending(form.cleaned_data["intent"] or "")
    try:
        if name == "interest":
            made = services.show_interest(actor, intention_id=intention_id, post_id=_uuid(request, "post"))
            flash.success(request, _("已登记兴趣，单位会看到。"))
            return redirect("desk:work_referral", referral_id=made.referral_id)
        if name in ("plain", "ranked"):
            services.choose_order(actor, intention_id=intention_id, is_plain=name == "plain")
        elif name == "withdraw":
            services.withdraw_intention(actor, intention_id=intention_id)
        else:
            services.answer_ask(actor, ask_id=_uuid(request, "ask"), text=form.cleaned_data["reason"])
        flash.success(request, _("已办好。"))
    except Refusal as refusal:
        say_refused(request, refusal)
    return redirect("desk:work_person", intention_id=intention_id)


STEPS = ("interest", "plain", "ranked", "withdraw", "answer")


def _uuid(request: HttpRequest, name: str) -> UUID:
    found = uuid_of(request.POST.get(name, ""))
    if found is None:
        raise NotFound
    return found
