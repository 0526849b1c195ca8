"""Where a matter stands, and what its person may do: rate, add, withdraw, take up again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from gongyou.basics.numbering import read_number
from gongyou.basics.refusal import Refusal
from gongyou.engines.casework.queries import Own, TrackView, prove_own, track
from gongyou.engines.casework.queries.beside import beside_own
from gongyou.engines.casework.services import legal, mandates, protecting
from gongyou.engines.casework.services import own as services
from gongyou.packkit.texts import say
from gongyou.web.guards import public
from gongyou.web.problem import whole_sentence
from gongyou.web.requests import actor_of, source_of
from gongyou.web.worker import proofs
from gongyou.web.worker.forms import (
    BeginningForm,
    NothingForm,
    RatingForm,
    ReopenForm,
    TrackForm,
    WordsForm,
)
from gongyou.web.worker.keeping import kept_files, receive
from gongyou.web.worker.progress import stages


@public
@require_http_methods(["GET", "HEAD", "POST"])
def find(request: HttpRequest) -> HttpResponse:
    """Ask for number and last digits; the digits never stand in an address."""
    if request.method != "POST":
        number = request.GET.get("number", "")[:30]
        form = TrackForm(initial={"number": number}) if number else TrackForm()
        return render(request, "worker/track.html", {"form": form})
    form = TrackForm(request.POST)
    if form.is_valid():
        number, tail = form.cleaned_data["number"], form.cleaned_data["tail"]
        try:
            own = prove_own(actor_of(request), number, tail, source_of(request))
        except Refusal as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, whole_sentence(refusal))
            return render(request, "worker/track.html", {"form": form}, status=refusal.status)
        written = str(read_number(number))
        answer = HttpResponseRedirect(reverse("worker:matter", args=[written]))
        if own.is_anonymous and actor_of(request).kind == "worker":
            proofs.remember_unnamed(request, answer, written)
        else:
            proofs.remember(request, written, tail.strip())
        return answer
    return render(request, "worker/track.html", {"form": form}, status=422)


@public
@require_safe
def show(request: HttpRequest, number: str) -> HttpResponse:
    """The matter, to whoever has proven it here."""
    if not proofs.is_known(request, number):
        return HttpResponseRedirect(f"{reverse('worker:track')}?number={number}")
    return _page(request, number, proofs.own_matter(request, number))


@dataclass(frozen=True)
class Step:
    """Something its person may do with a matter."""

    form: type[forms.Form]
    take: Callable[[HttpRequest, Own, forms.Form], object]
    done: str | Promise


def _rate(request: HttpRequest, own: Own, form: forms.Form) -> object:
    data = form.cleaned_data
    return services.rate_answer(
        own.acting(actor_of(request)),
        own=own,
        is_solved=data["is_solved"] == "yes",
        is_satisfied=data["is_satisfied"] == "yes",
        note=data["note"],
    )


def _supplement(request: HttpRequest, own: Own, form: forms.Form) -> object:
    ids = tuple(k.id for k in form.kept)  # type: ignore[attr-defined]
    return services.add_supplement(
        own.acting(actor_of(request)), own=own, text=form.cleaned_data["text"], file_ids=ids
    )


def _withdraw(request: HttpRequest, own: Own, form: forms.Form) -> object:
    return services.withdraw_case(own.acting(actor_of(request)), own=own, reason=form.cleaned_data["text"])


def _reopen(request: HttpRequest, own: Own, form: forms.Form) -> object:
    return services.reopen_case(
        own.acting(actor_of(request)),
        own=own,
        reason=form.cleaned_data["text"],
        has_new_facts=form.cleaned_data["has_new_facts"],
    )


def _correct(request: HttpRequest, own: Own, form: forms.Form) -> object:
    return mandates.correct_filing(own.acting(actor_of(request)), own=own, text=form.cleaned_data["text"])


def _disown(request: HttpRequest, own: Own, form: forms.Form) -> object:
    return mandates.disown_mandate(own.acting(actor_of(request)), own=own)


def _retaliation(request: HttpRequest, own: Own, form: forms.Form) -> object:
    return protecting.report_retaliation(
        own.acting(actor_of(request)), own=own, text=form.cleaned_data["text"]
    )


def _beginning(request: HttpRequest, own: Own, form: forms.Form) -> object:
    data = form.cleaned_data
    return legal.tell_beginning(
        own.acting(actor_of(request)),
        own=own,
        route_id=data["route_id"],
        started_on=data["started_on"],
        is_still_employed=data["is_still_employed"],
    )


STEPS = {
    "rate": Step(RatingForm, _rate, gettext_lazy("您的评价已经记下。")),
    "supplement": Step(WordsForm, _supplement, gettext_lazy("补充的情况已经交给承办单位。")),
    "withdraw": Step(WordsForm, _withdraw, gettext_lazy("这件事已经按您的意思撤回。")),
    "reopen": Step(ReopenForm, _reopen, gettext_lazy("这件事已经重新打开，期限重新计算。")),
    "correct": Step(WordsForm, _correct, gettext_lazy("您的更正已经交给承办单位，以您说的为准。")),
    "disown": Step(NothingForm, _disown, gettext_lazy("已记下：没有人能替您办这件事。站点会查清怎么回事。")),
    "retaliation": Step(
        WordsForm, _retaliation, gettext_lazy("已报给上级。从现在起，您的姓名电话要两个人同意才能看。")
    ),
    "beginning": Step(BeginningForm, _beginning, gettext_lazy("日期已记下，截止日重新推算。")),
}


@public
@require_POST
def take_step(request: HttpRequest, number: str, step: str) -> HttpResponse:
    """POST of one step; whatever is refused comes back with everything typed."""
    chosen = STEPS.get(step)
    if chosen is None:
        raise Http404
    if not proofs.is_known(request, number):
        return HttpResponseRedirect(f"{reverse('worker:track')}?number={number}")
    own = proofs.own_matter(request, number)
    form = chosen.form(request.POST, auto_id=f"{step}_%s")
    if isinstance(form, BeginningForm):
        limits = track(actor_of(request), own).limits
        form.offer([(line.route_id, say(line.title)) for line in limits])
    form.kept = kept_files(request.POST)  # type: ignore[attr-defined]
    errors = receive(own.acting(actor_of(request)), request.FILES.getlist("uploads"), form.kept)  # type: ignore[attr-defined]
    if not form.is_valid() or errors:
        for error in errors:
            form.add_error(None, error)
        return _page(request, number, own, {step: form}, status=422)
    try:
        chosen.take(request, own, form)
    except Refusal as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, whole_sentence(refusal))
        return _page(request, number, own, {step: form}, status=refusal.status)
    messages.success(request, str(chosen.done))
    return HttpResponseRedirect(reverse("worker:matter", args=[number]))


def _page(
    request: HttpRequest, number: str, own: Own, given: dict[str, forms.Form] | None = None, status: int = 200
) -> HttpResponse:
    matter: TrackView = track(actor_of(request), own)
    shown = {name: step.form(auto_id=f"{name}_%s") for name, step in STEPS.items()}
    for form in (shown["beginning"], (given or {}).get("beginning")):
        if isinstance(form, BeginningForm):
            form.offer([(line.route_id, say(line.title)) for line in matter.limits])
    context = {
        "matter": matter,
        "beside": beside_own(own),
        "stages": stages(matter),
        "forms": {**shown, **(given or {})},
        "open_form": next(iter(given or {}), ""),
    }
    return render(request, "worker/matter.html", context, status=status)
