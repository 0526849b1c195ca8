"""Runs: ordering one over uploaded tables, its progress, its result, and running the same tables again."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages as flash
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from gongyou.basics.refusal import Refusal, says
from gongyou.institutions.decisions import queries, services
from gongyou.institutions.decisions.definitions import Order
from gongyou.institutions.decisions.pinned import PublishedPolicy, declared, graph_of
from gongyou.institutions.decisions.queries import RunView
from gongyou.institutions.decisions.receiving import receive_tables
from gongyou.kernel.access import Actor
from gongyou.offices.queries import OfficeView
from gongyou.policy.values import KeyedTable
from gongyou.web.desk.forms.policy import NewRunForm, OtherRunForm, laid_down
from gongyou.web.desk.submitting import IntentForm, page_cursor, put_on, run, status_of
from gongyou.web.desk.views.policies import last_day_with_documents, titles_in
from gongyou.web.guards import needs
from gongyou.web.problem import whole_sentence
from gongyou.web.requests import actor_of
from gongyou.web.templatetags.policy_words import STAGES

READ, RUN = "decisions.read", "decisions.run"


@needs(READ)
def run_list(request: HttpRequest) -> HttpResponse:
    page = queries.list_runs(actor_of(request), cursor=page_cursor(request))
    rows = [(one, declared(one.content).spec.title) for one in page.items]
    return render(request, "desk/policy_runs.html", {"rows": rows, "next": page.next})


@needs(RUN)
def new_run(request: HttpRequest) -> HttpResponse:
    """GET the form; POST reads and seals the tables, orders the run and goes to its page."""
    actor = actor_of(request)
    choices = _choices(actor)
    if request.method != "POST":
        return _new(request, NewRunForm(choices=choices, initial=_first(request, choices)), choices)
    form = NewRunForm(request.POST, request.FILES, choices=choices)
    ordered = _order(form, actor) if form.is_valid() else None
    if ordered is None:
        form.renew(None)
        return _new(request, form, choices, status_of(form))
    return redirect("desk:policy_run", run_id=ordered.id)


def _choices(actor: Actor) -> list[tuple[OfficeView, PublishedPolicy]]:
    return [
        (office, policy)
        for office in queries.offices_that_run(actor)
        for policy in queries.policies_to_run(office)
    ]


def _first(request: HttpRequest, choices: list[tuple[OfficeView, PublishedPolicy]]) -> dict[str, Any]:
    wanted = request.GET.get("programme", "")
    near = sorted(choices, key=lambda choice: choice[1].programme != wanted)
    if not near:
        return {}
    office, policy = near[0]
    spec = queries.spec_of(policy.hash)
    return {"what": f"{office.id}/{policy.programme}", "on": last_day_with_documents(spec)}


def _new(
    request: HttpRequest,
    form: NewRunForm,
    choices: list[tuple[OfficeView, PublishedPolicy]],
    status: int = 200,
) -> HttpResponse:
    policies = {policy.hash: policy for _office, policy in choices}
    specs = [(policy, queries.spec_of(policy.hash)) for policy in policies.values()]
    return render(request, "desk/policy_new_run.html", {"form": form, "specs": specs}, status=status)


def _order(form: NewRunForm, actor: Actor) -> RunView | None:
    """The run that was ordered; None: the sentences stand on the form."""
    office, policy = form.chosen()
    on = form.cleaned_data["on"]
    try:
        with laid_down(form.cleaned_data["tables"]) as files:
            tables = receive_tables(
                actor,
                office_id=office.id,
                programme=policy.programme,
                on=on,
                files=files,
                only_subject=form.cleaned_data["only_subject"],
            )
    except Refusal as refusal:
        put_on(form, refusal)
        return None
    kept = services.keep_snapshot(actor, tables=tables)
    return run(form, actor, lambda a: services.order_run(a, order=Order(kept.id, on)))


@needs(READ)
def run_page(request: HttpRequest, run_id: UUID) -> HttpResponse:
    """A run as it stands: how far it is, or what came out."""
    actor = actor_of(request)
    found = queries.run_of(actor, run_id)
    return _run_page(request, actor, found, _other_form(found))


def _other_form(found: RunView, data: Any = None) -> OtherRunForm:
    return OtherRunForm(data, values=_settable(found), initial={"on": found.law_on})


def _settable(found: RunView) -> dict[str, str]:
    """Values that decided something and can be set by hand."""
    graph = graph_of(found.content, found.area, found.law_on, found.overrides)
    simple = (graph.values[name] for name in sorted(graph.asked))
    return {v.id: v.title for v in simple if not isinstance(v.content, KeyedTable)}


def _run_page(
    request: HttpRequest, actor: Actor, found: RunView, form: OtherRunForm, status: int = 200
) -> HttpResponse:
    policy = declared(found.content)
    snapshot = queries.snapshot_of(actor, found.snapshot_id)
    keeping = queries.keeping(actor, found.snapshot_id)
    is_kept = keeping.erased_on is None
    purpose = says("查看没有采用的行")
    profile = queries.profile_of(actor, found.snapshot_id) if is_kept else ()
    named = says("核对突然变大或变小的月份")
    context = {
        "run": found,
        "spec": policy.spec,
        "titles": titles_in(policy.every()),
        "snapshot": snapshot,
        "keeping": keeping,
        "is_kept": is_kept,
        "profile": profile,
        "leapers": queries.leaping_subjects(actor, found.snapshot_id, purpose=named)
        if any(table.leaps for table in profile)
        else (),
        "rejects": queries.first_rejects(actor, found.snapshot_id, purpose=purpose)
        if snapshot.rejected and is_kept
        else (),
        "stages": list(STAGES.items()),
        "problem": _problem(found),
        "form": form,
        "stop_form": IntentForm(auto_id=False),
        "failed": sorted(found.failed.items(), key=lambda pair: -pair[1]),
        "may_run": actor.may(RUN, found.office_path) and is_kept,
        "changes": queries.list_changes(actor, found.id, purpose=says("和上一次比较"))
        if found.is_done and is_kept
        else (),
    }
    return render(request, "desk/policy_run.html", context, status=status)


def _problem(found: RunView) -> str:
    """Why a run failed, in the reader's language."""
    if not found.refusal:
        return ""
    kept: Any = found.refusal
    refusal = Refusal("run_failed", kept["message"], kept["hint"])
    refusal.params = kept["params"]
    return whole_sentence(refusal)


@needs(RUN)
@require_POST
def stop(request: HttpRequest, run_id: UUID) -> HttpResponse:
    actor = actor_of(request).intending(request.POST.get("intent", "")[:64])
    stopped = services.stop_run(actor, run_id=run_id)
    if stopped.is_open:
        flash.success(request, _("已要求停止，算完手上这一步就停。"))
    return redirect("desk:policy_run", run_id=run_id)


@needs(RUN)
@require_POST
def run_again(request: HttpRequest, run_id: UUID) -> HttpResponse:
    """The same tables by the law of another day, or with one value set by hand: a simulation, marked so."""
    actor = actor_of(request)
    found = queries.run_of(actor, run_id)
    form = _other_form(found, request.POST)
    ordered = None
    if form.is_valid():
        order = Order(found.snapshot_id, form.cleaned_data["on"], form.overrides())
        ordered = run(form, actor, lambda a: services.order_run(a, order=order))
    if ordered is None:
        form.renew(None)
        return _run_page(request, actor, found, form, status_of(form))
    return redirect("desk:policy_run", run_id=ordered.id)
