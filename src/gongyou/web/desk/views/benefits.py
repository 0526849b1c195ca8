"""Payments: what each period came to, and the rows behind every figure."""

from __future__ import annotations

from django.contrib import messages as flash
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from gongyou.basics.refusal import says
from gongyou.engines.benefits import queries, services
from gongyou.engines.benefits.queries import OrderFilter, PinnedRules
from gongyou.institutions.decisions import queries as decisions
from gongyou.institutions.decisions.queries import RunView
from gongyou.kernel.access import Actor
from gongyou.kernel.errors import NotFound
from gongyou.web.benefit_words import ORDER_STATES
from gongyou.web.desk.forms.benefits import LayoutForm
from gongyou.web.desk.submitting import IntentForm, page_cursor, run, status_of, uuid_of
from gongyou.web.guards import needs
from gongyou.web.requests import actor_of

READ, PREPARE, BATCH = "benefits.read", "benefits.prepare", "benefits.batch"


@needs(READ)
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Periods with their totals, rounds under way, and finished runs that can be taken in."""
    return _index(request)


def _index(request: HttpRequest, form: IntentForm | None = None) -> HttpResponse:
    actor = actor_of(request)
    found = [
        queries.period_totals(actor, programme=programme, area=area, period=period)
        for programme, area, period in queries.periods(actor)
    ]
    context = {
        "periods": [(totals, titles_of(totals.area, totals.programme)) for totals in found],
        "rounds": [
            (one, titles_of(one.area, one.programme)) for one in queries.list_rounds(actor, size=10).items
        ],
        "runs": _runs_to_take(actor) if actor.may(PREPARE) else [],
        "form": form or IntentForm(),
        "may_prepare": actor.may(PREPARE),
    }
    return render(request, "desk/benefits.html", context, status=status_of(form) if form else 200)


def titles_of(area: str, programme: str) -> str:
    """What the payment is called; the programme's id where nothing is published any more."""
    try:
        return queries.rules_of(area, programme).rules.title
    except NotFound:
        return programme


def _runs_to_take(actor: Actor) -> list[tuple[RunView, str]]:
    """Finished runs of policies that pay, newest first, that no round was made of."""
    taken = {one.run_id for one in queries.list_rounds(actor, size=200).items if one.state != "dropped"}
    found = []
    for one in decisions.list_runs(actor, size=30).items:
        if one.is_done and not one.is_simulated and one.id not in taken:
            title = titles_of(one.area, one.programme)
            if title != one.programme:
                found.append((one, title))
    return found


@needs(PREPARE)
@require_POST
def take_in(request: HttpRequest) -> HttpResponse:
    """POST run: begin a round over a finished run."""
    form = IntentForm(request.POST)
    run_id = uuid_of(request.POST.get("run", ""))
    if run_id is None:
        raise NotFound
    if form.is_valid():
        done = run(form, actor_of(request), lambda a: services.take_in_run(a, run_id=run_id))
        if done is not None:
            return redirect("desk:benefit_round", round_id=done.id)
    form.renew(None)
    return _index(request, form)


@needs(READ)
@require_safe
def period(request: HttpRequest, programme: str, area: str, of: str) -> HttpResponse:
    """One period: decided, owed, under way, paid, asked back; each figure opens."""
    return _period(request, programme, area, of)


def _period(
    request: HttpRequest, programme: str, area: str, of: str, form: LayoutForm | None = None
) -> HttpResponse:
    actor = actor_of(request)
    totals = queries.period_totals(actor, programme=programme, area=area, period=of)
    pinned: PinnedRules = queries.rules_of(area, programme)
    shown = form or LayoutForm()
    shown.offer(pinned.rules.layouts)
    batches = queries.list_batches(actor, programme=programme, period=of)
    context = {
        "totals": totals,
        "title": pinned.rules.title,
        "assumed": pinned.rules.assumed,
        "owed_fen": totals.of("owed"),
        "batches": [one for one in batches.items if one.area == area],
        "form": shown,
        "may_batch": actor.may(BATCH),
    }
    return render(request, "desk/benefit_period.html", context, status=status_of(form) if form else 200)


@needs(BATCH)
@require_POST
def make_batch(request: HttpRequest, programme: str, area: str, of: str) -> HttpResponse:
    """POST layout: everything owed with a working account, in one batch."""
    actor = actor_of(request)
    totals = queries.period_totals(actor, programme=programme, area=area, period=of)
    form = LayoutForm(request.POST)
    form.offer(queries.rules_of(area, programme).rules.layouts)
    office_id = totals.rounds[-1].office_id
    if form.is_valid():
        layout = form.cleaned_data["layout"]
        done = run(
            form,
            actor,
            lambda a: services.make_batch(
                a, office_id=office_id, programme=programme, period=of, layout=layout
            ),
        )
        if done is not None:
            flash.success(request, _("批次已封好，等其他人审批。"))
            return redirect("desk:benefit_batch", batch_id=done.id)
    form.renew(None)
    return _period(request, programme, area, of, form)


@needs(READ)
@require_safe
def orders(request: HttpRequest, programme: str, area: str, of: str) -> HttpResponse:
    """GET state, subject, cursor: the payments behind a figure."""
    state = request.GET.get("state", "")
    which = OrderFilter(
        programme,
        area,
        of,
        states=(state,) if state in ORDER_STATES else (),
        batch_id=uuid_of(request.GET.get("batch", "")),
        round_id=uuid_of(request.GET.get("round", "")),
        subject=request.GET.get("subject", "")[:40],
    )
    cursor = page_cursor(request)
    page = queries.list_orders(
        actor_of(request), which, purpose=says("核对付款名单"), cursor=cursor if uuid_of(cursor) else ""
    )
    context = {
        "page": page,
        "programme": programme,
        "area": area,
        "period": of,
        "title": titles_of(area, programme),
        "state": state,
        "subject": which.subject,
        "states": ORDER_STATES,
    }
    return render(request, "desk/benefit_orders.html", context)
