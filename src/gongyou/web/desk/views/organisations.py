"""The register of organisations: by name, a new one, and how many people work there by which source."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages as flash
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from gongyou.basics.refusal import Refusal
from gongyou.kernel.access import Actor
from gongyou.offices import queries as offices
from gongyou.registry import queries as registry
from gongyou.registry import services
from gongyou.web.desk.forms.organisations import HeadcountForm, OrganisationForm
from gongyou.web.desk.submitting import run, status_of
from gongyou.web.guards import needs
from gongyou.web.partner_words import ORGANISATION_KINDS
from gongyou.web.requests import actor_of

READ, WRITE = "registry.read", "registry.write"


@needs(READ)
def organisation_list(request: HttpRequest) -> HttpResponse:
    """GET name (how it begins), cursor."""
    actor = actor_of(request)
    name = request.GET.get("name", "").strip()[:120]
    try:
        page = registry.list_organisations(actor, name=name, cursor=request.GET.get("cursor", "")[:200])
    except Refusal:  # a cursor that is none counts as the first page
        page = registry.list_organisations(actor, name=name)
    context = {"page": page, "name": name, "kinds": ORGANISATION_KINDS, "may_write": actor.may(WRITE)}
    return render(request, "desk/organisations.html", context)


@needs(WRITE)
def new_organisation(request: HttpRequest) -> HttpResponse:
    """GET the form; POST notes an organisation and goes on to its page."""
    actor = actor_of(request)
    form = OrganisationForm(request.POST or None)
    form.offer_areas(offices.offices_under(actor, WRITE))
    status = 200
    if request.method == "POST":
        if form.is_valid():
            names = ("name", "kind", "area", "credit_code", "address")
            facts = {name: form.cleaned_data[name] for name in names}
            saved = run(form, actor, lambda a: services.add_organisation(a, division=facts["area"], **facts))
            if saved is not None:
                flash.success(request, _("单位已登记。"))
                return redirect("desk:organisation", organisation_id=saved.id)
        form.renew(None)
        status = status_of(form)
    return render(request, "desk/organisation_new.html", {"form": form}, status=status)


@needs(READ)
def organisation_page(request: HttpRequest, organisation_id: UUID) -> HttpResponse:
    return _page(request, organisation_id)


@needs(WRITE)
@require_POST
def note_headcount(request: HttpRequest, organisation_id: UUID) -> HttpResponse:
    """POST count, counted_on, source."""
    form = HeadcountForm(request.POST)
    if form.is_valid():
        facts = {name: form.cleaned_data[name] for name in ("count", "counted_on", "source")}
        done = run(
            form,
            actor_of(request),
            lambda a: services.note_headcount(
                a, organisation_id=organisation_id, version=form.expected_version, **facts
            ),
        )
        if done is not None:
            flash.success(request, _("职工人数已登记。"))
            return redirect("desk:organisation", organisation_id=organisation_id)
    return _page(request, organisation_id, form)


def _page(request: HttpRequest, organisation_id: UUID, bound: HeadcountForm | None = None) -> HttpResponse:
    actor = actor_of(request)
    view = registry.organisations(actor, [organisation_id]).get(organisation_id)
    if view is None:
        raise Http404
    if bound is not None:
        bound.renew(view.version)
    context = {
        "organisation": view,
        "kinds": ORGANISATION_KINDS,
        "form": bound or HeadcountForm(version=view.version),
        "may_write": view.controller in _controllers(actor),
    }
    return render(
        request, "desk/organisation.html", context, status=status_of(bound) if bound is not None else 200
    )


def _controllers(actor: Actor) -> set[str]:
    """The unions whose rows the actor may change."""
    return {f"union:{office.area}" for office in offices.offices_under(actor, WRITE)}
