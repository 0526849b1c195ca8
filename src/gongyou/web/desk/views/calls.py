"""The call-back console: whom to call by when, what to ask, and a try recorded in two taps."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.contrib import messages as flash
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from gongyou.basics.refusal import Refusal, says
from gongyou.engines.casework.queries.care import care_of
from gongyou.engines.casework.queries.desk import CallState, call_states
from gongyou.engines.casework.queries.reading import access_case, open_parties
from gongyou.engines.casework.services.calling import record_call
from gongyou.kernel import moment, worklist
from gongyou.kernel.errors import NotAllowed
from gongyou.kernel.worklist import Todo
from gongyou.registry.queries import OpenPerson
from gongyou.web.desk.forms.calls import CallForm, QuickTryForm
from gongyou.web.desk.names import word
from gongyou.web.desk.submitting import IntentForm, page_cursor, run, status_of
from gongyou.web.guards import needs
from gongyou.web.problem import sentence
from gongyou.web.requests import actor_of

RIGHT = "casework.call_back"
PURPOSE = says("回访")


@dataclass(frozen=True)
class CallRow:
    """A call-back that is due, how far it is, and the form to record a try at once."""

    todo: Todo
    state: CallState
    quick: QuickTryForm
    is_late: bool

    @property
    def due_at(self) -> datetime:
        return self.todo.due_at

    @property
    def is_provisional(self) -> bool:
        return self.todo.is_provisional


@needs(RIGHT)
def call_list(request: HttpRequest) -> HttpResponse:
    """Call-backs within the actor's scope by nearest deadline."""
    actor, now = actor_of(request), moment.now()
    page = worklist.list_todos(actor, kinds=[RIGHT], cursor=page_cursor(request), size=20)
    states = call_states(actor, [todo.subject_id for todo in page.items])
    rows = [
        CallRow(
            todo=todo,
            state=states[todo.subject_id],
            quick=QuickTryForm(version=states[todo.subject_id].version, auto_id=False),
            is_late=todo.due_at < now,
        )
        for todo in page.items
        if todo.subject_id in states
    ]
    return render(request, "desk/calls.html", {"rows": rows, "next": page.next})


@needs(RIGHT)
def call_page(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """GET the script; POST records a try."""
    actor = actor_of(request)
    if request.method != "POST":
        return _show(request, case_id, None, None)
    form = CallForm(request.POST, auto_id="call_%s")
    if form.is_valid() and _record(request, form, case_id):
        return redirect("desk:calls")
    view = access_case(actor, case_id, PURPOSE)
    form.renew(view.version)
    return _show(request, case_id, form, None, status_of(form))


@needs(RIGHT)
@require_POST
def quick_try(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """POST outcome from the list. What can't be recorded is said on the list."""
    form = QuickTryForm(request.POST)
    if not (form.is_valid() and _record(request, form, case_id)):
        for errors in form.errors.values():
            for error in errors:
                flash.error(request, str(error))
    return redirect("desk:calls")


@needs(RIGHT)
@require_POST
def call_phone(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Names and phones in clear for this call; the read is recorded."""
    try:
        opened = open_parties(actor_of(request), case_id, PURPOSE)
    except NotAllowed:
        raise
    except Refusal as refusal:  # a protected name: two persons are needed
        flash.error(request, sentence(refusal, "message") + sentence(refusal, "hint"))
        return _show(request, case_id, None, None, refusal.status)
    return _show(request, case_id, None, opened)


def _record(request: HttpRequest, form: CallForm | QuickTryForm, case_id: UUID) -> bool:
    call = form.call()
    done = run(
        form,
        actor_of(request),
        lambda a: record_call(a, case_id=case_id, version=form.expected_version, call=call),
    )
    if done is None:
        return False
    if call.outcome != "answered":
        text = _("已记下{number}：{outcome}。").format(
            number=done.number, outcome=word("outcome", call.outcome)
        )
    elif call.is_satisfied:
        text = _("已记下{number}：满意，事项办结。").format(number=done.number)
    else:
        text = _("已记下{number}：不满意，已自动转入复盘。").format(number=done.number)
    flash.success(request, text)
    return True


def _show(
    request: HttpRequest,
    case_id: UUID,
    form: CallForm | None,
    opened: dict[UUID, OpenPerson] | None,
    status: int = 200,
) -> HttpResponse:
    view = access_case(actor_of(request), case_id, PURPOSE)
    shown: IntentForm = form or CallForm(version=view.version, auto_id="call_%s")
    context = {
        "case": view,
        "form": shown,
        "opened": opened,
        "may_call": "call" in view.next_steps,
        "call_clock": next((c for c in view.clocks if c.id == "call_back"), None),
        "care": care_of(actor_of(request), case_id),
        "demand": next((t for t in view.texts if t.kind == "demand"), None),
    }
    return render(request, "desk/call.html", context, status=status)
