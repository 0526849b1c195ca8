"""Certificates the offices keep: who holds what, until when; a review or the authority's number is recorded."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages as flash
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from gongyou.kernel.access import Actor
from gongyou.kernel.errors import NotFound
from gongyou.registry.queries.credentials import READ, list_credentials
from gongyou.registry.services.credentials import (
    WRITE,
    CredentialStanding,
    record_credential_number,
    record_credential_review,
)
from gongyou.web.desk.forms.credentials import NumberForm, ReviewForm
from gongyou.web.desk.names import CREDENTIAL_STATES
from gongyou.web.desk.submitting import run, status_of, uuid_of
from gongyou.web.guards import needs
from gongyou.web.requests import actor_of

StepForm = ReviewForm | NumberForm
STEPS: dict[str, type[ReviewForm] | type[NumberForm]] = {"held": ReviewForm, "pending": NumberForm}


@needs(READ)
@require_http_methods(["GET", "HEAD"])
def credential_list(request: HttpRequest) -> HttpResponse:
    """GET state, one (a certificate's id), after."""
    return _list(request)


def _list(request: HttpRequest, refused: StepForm | None = None, about: UUID | None = None) -> HttpResponse:
    actor, state = actor_of(request), request.GET.get("state", "")
    one = about or uuid_of(request.GET.get("one", ""))
    page = list_credentials(
        actor,
        state=state if state in CREDENTIAL_STATES else "",
        one=one,
        after=uuid_of(request.GET.get("after", "")),
    )
    lines = [
        (view, person, refused if view.id == about else _form(view.state, view.version))
        for view, person in page.lines
    ]
    context = {
        "lines": lines,
        "next": page.next,
        "states": CREDENTIAL_STATES,
        "state": state,
        "one": one,
        "may_write": actor.may(WRITE),
    }
    return render(request, "desk/credentials.html", context, status=status_of(refused) if refused else 200)


def _form(state: str, version: int) -> StepForm | None:
    made = STEPS.get(state)
    return made(version=version) if made else None


@needs(WRITE)
@require_POST
def credential_step(request: HttpRequest, credential_id: UUID, name: str) -> HttpResponse:
    """POST the fields of a form; `name`: held (a review) | pending (the number)."""
    if name not in STEPS:
        raise NotFound
    form = STEPS[name](request.POST)
    if form.is_valid():
        done = run(form, actor_of(request), lambda actor: _record(actor, form, credential_id))
        if done is not None:
            flash.success(request, _("已登记。"))
            return redirect("desk:credentials")
    form.renew(None)
    return _list(request, form, credential_id)


def _record(actor: Actor, form: StepForm, credential_id: UUID) -> CredentialStanding:
    data, version = form.cleaned_data, form.expected_version
    if isinstance(form, ReviewForm):
        return record_credential_review(
            actor, credential_id=credential_id, version=version, reviewed_on=data["reviewed_on"]
        )
    return record_credential_number(
        actor,
        credential_id=credential_id,
        version=version,
        number=data["number"],
        issued_on=data["issued_on"],
    )
