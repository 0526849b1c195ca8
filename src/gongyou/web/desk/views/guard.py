"""The guard over two funds at the desk: clues, one matter with its steps, the notice, who is suspended."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages as flash
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from gongyou.basics.refusal import Refusal
from gongyou.engines.oversight import queries, services
from gongyou.engines.oversight.queries import MatterView
from gongyou.kernel.errors import NotFound
from gongyou.offices import queries as offices
from gongyou.web import guard_words
from gongyou.web.desk.forms.guard import ClueForm, CounterForm, PurposeForm
from gongyou.web.desk.offering import Bound, offered, take
from gongyou.web.desk.submitting import IntentForm, page_cursor, run, say_refused, status_of
from gongyou.web.desk.views.guard_ways import WAYS, possible
from gongyou.web.guards import needs
from gongyou.web.requests import actor_of

READ, CLUES, CONFIRM, SUSPENSIONS = (
    "oversight.read",
    "oversight.clues",
    "oversight.confirm_payment",
    "oversight.suspensions",
)


@needs(READ)
@require_safe
def matter_list(request: HttpRequest) -> HttpResponse:
    """GET state, cursor."""
    actor = actor_of(request)
    state = request.GET.get("state", "")
    state = state if state in guard_words.MATTER_STATES else ""
    page = queries.list_matters(actor, state=state, cursor=page_cursor(request))
    context = {
        "matters": page.items,
        "next": page.next,
        "state": state,
        "states": guard_words.MATTER_STATES,
        "may_add": actor.may(CLUES),
    }
    return render(request, "desk/guard_list.html", context)


@needs(CLUES)
@require_http_methods(["GET", "HEAD", "POST"])
def new_clue(request: HttpRequest) -> HttpResponse:
    """A clue somebody brought in, at the actor's own office."""
    actor = actor_of(request)
    form = ClueForm(request.POST or None)
    if request.method == "POST":
        if form.is_valid():
            office = next(iter(offices.offices_under(actor, CLUES)), None)
            if office is None:
                raise NotFound
            names = ("name", "person_number", "phone", "injured_on", "hospital", "employer_name", "basis")
            given = {name: form.cleaned_data[name] for name in names}
            clue = services.ByHand(**given, employer_id="", amount_fen=form.cleaned_data["amount_yuan"])
            done = run(form, actor, lambda a: services.add_clue(a, office_id=office.id, clue=clue))
            if done is not None:
                flash.success(request, _("已登记线索{number}，等两位承办人核实。").format(number=done.number))
                return redirect("desk:guard_matter", matter_id=done.id)
        form.renew(None)
    status = status_of(form) if form.is_bound else 200
    return render(request, "desk/guard_new.html", {"form": form}, status=status)


@needs(READ)
@require_safe
def matter_page(request: HttpRequest, matter_id: UUID) -> HttpResponse:
    return _show(request, queries.read_matter(actor_of(request), matter_id))


@needs(READ)
@require_POST
def matter_step(request: HttpRequest, matter_id: UUID, name: str) -> HttpResponse:
    """POST the step's inputs."""
    actor = actor_of(request)
    view = queries.read_matter(actor, matter_id)
    bound = take(WAYS, name, view, actor, request)
    if bound is None:
        flash.success(request, str(WAYS[name].done))
        return redirect("desk:guard_matter", matter_id=matter_id)
    return _show(request, queries.read_matter(actor, matter_id), bound)


@needs(READ)
@require_POST
def open_person(request: HttpRequest, matter_id: UUID) -> HttpResponse:
    """POST why: the person and their words in clear on this one page, on record."""
    actor = actor_of(request)
    view = queries.read_matter(actor, matter_id)
    form = PurposeForm(request.POST, auto_id="purpose_%s")
    if not form.is_valid():
        return _show(request, view, purpose=form, status=422)
    purpose = guard_words.PURPOSES[form.cleaned_data["why"]]
    return _show(request, view, opened=queries.access_matter(actor, matter_id, purpose=purpose))


@needs(CONFIRM)
@require_POST
def confirm(request: HttpRequest, matter_id: UUID, payment_id: UUID) -> HttpResponse:
    """Another person than noted it finds the money at the bank."""
    actor = actor_of(request).intending(request.POST.get("intent", "")[:64])
    try:
        services.confirm_payment(actor, payment_id=payment_id)
    except Refusal as refusal:
        say_refused(request, refusal)
    else:
        flash.success(request, _("已确认并记入账簿。"))
    return redirect("desk:guard_matter", matter_id=matter_id)


@needs(READ)
@require_safe
def notice(request: HttpRequest, matter_id: UUID) -> HttpResponse:
    """The decision to print; the name is opened and the read recorded. Raises NotFound before a decision."""
    actor = actor_of(request)
    view = queries.read_matter(actor, matter_id)
    decision = view.decision
    if decision is None or decision.state != "issued":
        raise NotFound
    opened = queries.access_matter(actor, matter_id, purpose=guard_words.PURPOSES["deliver"])
    band = next((b for b in view.rules.bands if b.id == decision.band), None)
    context = {
        "matter": view,
        "decision": decision,
        "person": opened,
        "band": band,
        "office": offices.office(view.office_id),
        "heard": [
            h for h in view.hearings if h.kind in guard_words.EXPLANATION_KINDS + guard_words.ANSWER_KINDS
        ],
    }
    return render(request, "desk/guard_notice.html", context)


@needs(SUSPENSIONS)
@require_http_methods(["GET", "HEAD", "POST"])
def suspensions(request: HttpRequest) -> HttpResponse:
    """Whose direct settlement rests today. POST number: one person at the counter."""
    actor = actor_of(request)
    form = CounterForm(request.POST or None)
    found, asked = None, False
    if request.method == "POST" and form.is_valid():
        found, asked = queries.is_suspended(actor, reference=form.cleaned_data["number"].strip()), True
    context = {"lines": queries.suspended(actor), "form": form, "found": found, "asked": asked}
    return render(request, "desk/guard_suspensions.html", context, status=422 if form.errors else 200)


def _show(
    request: HttpRequest, view: MatterView, bound: Bound | None = None, status: int = 200, **more: Any
) -> HttpResponse:
    actor = actor_of(request)
    opened = more.get("opened")
    context = {
        "matter": view,
        "decision": view.decision,
        "ways": offered(WAYS, possible(actor, view), view, bound),
        "base": f"/desk/guard/{view.id}/",
        "purpose": more.get("purpose") or PurposeForm(auto_id="purpose_%s"),
        "opened": opened,
        "said": [(h, opened.words.get(h.id, "") if opened else "") for h in view.hearings],
        "may_open": actor.may(queries.INQUIRE, view.office_path)
        or actor.may("procedures.approve", view.office_path),
        "may_confirm": actor.may(CONFIRM, view.office_path),
        "intent": IntentForm(auto_id=False),
        "office": offices.office(view.office_id),
    }
    return render(request, "desk/guard_matter.html", context, status=bound.status if bound else status)
