"""Who acts for an organisation on the employer's pages: named by one colleague, checked by another."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages as flash
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from gongyou.kernel.access import Actor
from gongyou.kernel.errors import NotFound
from gongyou.offices import queries as offices
from gongyou.registry.queries.representatives import READ, list_representatives
from gongyou.registry.services.representatives import (
    CHECK,
    NAME,
    check_representative,
    end_representative,
    name_representative,
)
from gongyou.web.desk.forms.representatives import CheckForm, RepresentativeForm
from gongyou.web.desk.submitting import run, status_of, uuid_of
from gongyou.web.guards import needs
from gongyou.web.partner_words import REPRESENTATIVE_STATES
from gongyou.web.requests import actor_of


@needs(READ)
@require_http_methods(["GET", "HEAD"])
def representative_list(request: HttpRequest) -> HttpResponse:
    """GET state."""
    return _list(request)


def _list(request: HttpRequest, refused: CheckForm | None = None, about: UUID | None = None) -> HttpResponse:
    actor = actor_of(request)
    state = request.GET.get("state", "")
    lines = list_representatives(actor, state=state if state in REPRESENTATIVE_STATES else "")
    context = {
        "lines": [(line, refused if line.id == about else CheckForm(version=line.version)) for line in lines],
        "states": REPRESENTATIVE_STATES,
        "state": state,
        "actor_id": actor.id,
        "may_name": actor.may(NAME),
        "may_check": actor.may(CHECK),
    }
    return render(
        request, "desk/representatives.html", context, status=status_of(refused) if refused else 200
    )


@needs(NAME)
@require_http_methods(["GET", "HEAD", "POST"])
def new_representative(request: HttpRequest) -> HttpResponse:
    """Note whom an organisation named."""
    actor = actor_of(request)
    form = RepresentativeForm(request.POST or None)
    form.offer_offices(offices.offices_under(actor, NAME))
    status = 200
    if request.method == "POST":
        if form.is_valid() and _named(form, actor):
            flash.success(request, _("已登记，等另一位同事审核后就能登录办事。"))
            return redirect("desk:representatives")
        form.renew(None)
        status = status_of(form)
    return render(request, "desk/representative_new.html", {"form": form}, status=status)


def _named(form: RepresentativeForm, actor: Actor) -> bool:
    data = form.cleaned_data
    office_id = uuid_of(data["office"])
    if office_id is None:
        raise NotFound
    path = offices.office(office_id).path
    names = ("organisation", "credit_code", "kind", "name", "phone", "evidence", "valid_until")
    facts = {name: data[name] for name in names}
    return run(form, actor, lambda a: name_representative(a, office_path=path, **facts)) is not None


@needs(CHECK)
@require_POST
def representative_step(request: HttpRequest, representative_id: UUID, name: str) -> HttpResponse:
    """POST reason; `name`: accept | refuse | end."""
    actor = actor_of(request)
    form = CheckForm(request.POST)
    if name not in ("accept", "refuse", "end"):
        raise NotFound
    if form.is_valid():
        version, reason = form.expected_version, form.cleaned_data["reason"]
        done = run(
            form,
            actor,
            lambda a: (
                end_representative(a, representative_id=representative_id, version=version, reason=reason)
                if name == "end"
                else check_representative(
                    a,
                    representative_id=representative_id,
                    version=version,
                    is_accepted=name == "accept",
                    reason=reason,
                )
            ),
        )
        if done is not None:
            flash.success(request, _("已停用，马上不能再办事。") if name == "end" else _("已审核。"))
            return redirect("desk:representatives")
    form.renew(None)
    return _list(request, form, representative_id)
