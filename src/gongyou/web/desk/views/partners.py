"""Community partners: the list, registering one, checking, vetting, what they offer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.contrib import messages as flash
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from gongyou.basics.refusal import Refusal
from gongyou.kernel import files
from gongyou.kernel.access import Actor
from gongyou.kernel.errors import NotFound
from gongyou.offices import queries as offices
from gongyou.registry.queries.catalogue import resource_kinds
from gongyou.registry.queries.partners import PartnerView, list_partners, open_contact, partner_view
from gongyou.registry.services import partners as services
from gongyou.registry.services import resources
from gongyou.web.desk.forms.contact import ContactForm
from gongyou.web.desk.forms.partners import PartnerForm, RefusePartnerForm, ResourceForm, VetForm
from gongyou.web.desk.offering import Bound, Way, offered, take
from gongyou.web.desk.submitting import IntentForm, put_on, run, status_of, uuid_of
from gongyou.web.guards import needs
from gongyou.web.partner_words import PARTNER_KINDS, PARTNER_STATES
from gongyou.web.requests import actor_of

READ, WRITE, CHECK = "partners.read", "partners.write", "partners.check"


@needs(READ)
def partner_list(request: HttpRequest) -> HttpResponse:
    """GET state, kind."""
    actor = actor_of(request)
    state, kind = request.GET.get("state", ""), request.GET.get("kind", "")
    context = {
        "partners": list_partners(
            actor,
            state=state if state in PARTNER_STATES else "",
            kind=kind if kind in PARTNER_KINDS else "",
        ),
        "states": PARTNER_STATES,
        "kinds": PARTNER_KINDS,
        "state": state,
        "kind": kind,
        "may_write": actor.may(WRITE),
    }
    return render(request, "desk/partners.html", context)


@needs(WRITE)
def new_partner(request: HttpRequest) -> HttpResponse:
    """Register a partner met at a roadshow or a signing."""
    actor = actor_of(request)
    reach = offices.offices_under(actor, WRITE)
    form = PartnerForm(request.POST or None, request.FILES or None)
    form.offer_offices(reach)
    status = 200
    if request.method == "POST":
        if form.is_valid():
            done = _register(form, actor)
            if done is not None:
                flash.success(request, _("已登记，等另一位同事审核。"))
                return redirect("desk:partner", partner_id=done.partner_id)
        form.renew(None)
        status = status_of(form)
    return render(request, "desk/partner_new.html", {"form": form}, status=status)


def _register(form: PartnerForm, actor: Actor) -> services.PartnerStanding | None:
    data = form.cleaned_data
    office_id = uuid_of(data["office"])
    if office_id is None:
        raise NotFound
    office = offices.office(office_id)
    agreement = data.get("agreement")
    try:
        stored = (
            files.receive_file(actor, name=agreement.name or "", content=agreement.read())
            if agreement
            else None
        )
    except Refusal as refusal:
        refusal.field = "agreement"
        put_on(form, refusal)
        return None
    names = ("kind", "contact", "organisation", "phone", "offers", "event")
    sign_up = services.SignUp(
        area=office.area, office_path=office.path, **{name: data[name] for name in names}
    )
    return run(
        form,
        actor,
        lambda a: services.register_partner(
            a,
            sign_up=sign_up,
            way=data["way"],
            agreement_id=stored.id if stored else None,
            agreed_from=data["agreed_from"],
            agreed_until=data["agreed_until"],
        ),
    )


@needs(READ)
def partner_page(request: HttpRequest, partner_id: UUID) -> HttpResponse:
    return _show(request, partner_view(actor_of(request), partner_id))


@needs(READ)
@require_POST
def partner_step(request: HttpRequest, partner_id: UUID, name: str) -> HttpResponse:
    """POST the step's inputs."""
    actor = actor_of(request)
    view = partner_view(actor, partner_id)
    bound = take(WAYS, name, view, actor, request)
    if bound is None:
        flash.success(request, str(WAYS[name].done))
        return redirect("desk:partner", partner_id=partner_id)
    return _show(request, partner_view(actor, partner_id), bound)


@needs(READ)
@require_POST
def partner_contact(request: HttpRequest, partner_id: UUID) -> HttpResponse:
    """POST why: the contact in clear on this one page, on record."""
    actor = actor_of(request)
    form = ContactForm(request.POST, auto_id="contact_%s")
    view = partner_view(actor, partner_id)
    if not form.is_valid():
        return _show(request, view, contact=form, status=422)
    return _show(request, view, opened=open_contact(actor, partner_id, form.purpose()))


@needs(WRITE)
@require_POST
def end_resource(request: HttpRequest, partner_id: UUID, resource_id: UUID) -> HttpResponse:
    """Nothing new is taken from it."""
    actor = actor_of(request).intending(request.POST.get("intent", "")[:64])
    resources.end_resource(actor, resource_id=resource_id)
    flash.success(request, _("已停用这项资源，已经约定的照常交付。"))
    return redirect("desk:partner", partner_id=partner_id)


def _show(
    request: HttpRequest, view: PartnerView, bound: Bound | None = None, status: int = 200, **more: Any
) -> HttpResponse:
    actor = actor_of(request)
    context = {
        "partner": view,
        "kinds": {k.id: k.title for k in resource_kinds(view.line.area)},
        "ways": offered(WAYS, _possible(actor, view), view, bound),
        "base": f"/desk/partners/{view.line.id}/",
        "contact": more.get("contact") or ContactForm(auto_id="contact_%s"),
        "opened": more.get("opened"),
        "intent": IntentForm(auto_id=False),
        "may_write": actor.may(WRITE, view.office_path),
    }
    return render(request, "desk/partner.html", context, status=bound.status if bound else status)


def _possible(actor: Actor, view: PartnerView) -> frozenset[str]:
    may_check = actor.may(CHECK, view.office_path) and not view.is_own_application
    found = set()
    if view.line.state == "applied" and may_check:
        found |= {"accept", "refuse"}
    if view.line.state == "active" and may_check:
        found |= {"vet", "end"}
    if view.line.state == "active" and actor.may(WRITE, view.office_path):
        found.add("offer")
    return frozenset(found)


def _check(*, is_accepted: bool) -> Any:
    def run_it(actor: Actor, view: PartnerView, given: Mapping[str, Any]) -> object:
        return services.check_partner(
            actor,
            partner_id=view.line.id,
            version=view.version,
            is_accepted=is_accepted,
            reason=given.get("reason", ""),
        )

    return run_it


def _offer(actor: Actor, view: PartnerView, given: Mapping[str, Any]) -> object:
    names = ("kind", "title", "quantity", "times", "from_on", "until_on", "reaches")
    offer = resources.Offer(**{name: given[name] for name in names})
    return resources.add_resource(actor, partner_id=view.line.id, offer=offer)


def _prepare_offer(form: IntentForm, view: PartnerView) -> None:
    assert isinstance(form, ResourceForm)
    stations = [o for o in offices.tree(view.line.area) if o.kind in ("township", "station")]
    form.offer(resource_kinds(view.line.area), stations)


WAYS: dict[str, Way[PartnerView]] = {
    way.name: way
    for way in (
        Way[PartnerView]("accept", gettext_lazy("审核通过"), gettext_lazy("通过，成为合伙人"),
            gettext_lazy("已通过审核。"), "circle-check", _check(is_accepted=True)),
        Way[PartnerView]("offer", gettext_lazy("登记能提供的资源"), gettext_lazy("登记这项资源"),
            gettext_lazy("已登记资源。"), "plus", _offer, ResourceForm,
            gettext_lazy("接触孩子的（辅导、托管），要先登记从业核查。"), prepare=_prepare_offer),
        Way[PartnerView]("vet", gettext_lazy("登记从业核查"), gettext_lazy("登记核查"),
            gettext_lazy("已登记核查。"), "shield-check",
            lambda a, v, g: services.vet_partner(a, partner_id=v.line.id, seen=g["seen"], valid_until=g["valid_until"]),
            VetForm, gettext_lazy("由没有登记这个合伙人的人核查，到期要重新核查。")),
        Way[PartnerView]("refuse", gettext_lazy("不通过"), gettext_lazy("不通过"), gettext_lazy("已登记不通过。"),
            "circle-x", _check(is_accepted=False), RefusePartnerForm, is_danger=True),
        Way[PartnerView]("end", gettext_lazy("结束合作"), gettext_lazy("结束合作"), gettext_lazy("合作已结束。"),
            "flag",
            lambda a, v, g: services.end_partner(a, partner_id=v.line.id, version=v.version, reason=g["reason"]),
            RefusePartnerForm, gettext_lazy("已经约定的照常交付，不再接新的。"), is_danger=True),
    )
}  # fmt: skip
