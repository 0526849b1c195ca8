"""The wishes board and one wish: checked, put up, matched, claimed, fulfilled."""

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

from gongyou.engines.casework.queries.wishes import WishView, open_claimants, wish_board, wish_view
from gongyou.engines.casework.services import claiming
from gongyou.engines.casework.services import wishes as services
from gongyou.kernel import moment
from gongyou.kernel.access import Actor
from gongyou.kernel.errors import NotFound
from gongyou.packkit.texts import say
from gongyou.registry.queries.partners import available_resources
from gongyou.web.desk.forms.contact import ContactForm
from gongyou.web.desk.forms.partners import choose
from gongyou.web.desk.forms.wishes import CheckForm, ClaimForm, FulfilForm, GiveUpForm, WordsForm
from gongyou.web.desk.offering import Bound, Way, offered, take
from gongyou.web.desk.submitting import IntentForm, uuid_of
from gongyou.web.guards import needs
from gongyou.web.office_names import names_of
from gongyou.web.partner_words import WISH_STEPS
from gongyou.web.requests import actor_of

READ = "casework.read"


@needs(READ)
def board(request: HttpRequest) -> HttpResponse:
    """GET step: only wishes at one step."""
    actor = actor_of(request)
    lines = wish_board(actor)
    step = request.GET.get("step", "")
    counts = {name: sum(line.step == name for line in lines) for name in WISH_STEPS}
    shown = [line for line in lines if not step or line.step == step]
    names = names_of({line.office_id for line in shown})
    context = {
        "lines": [(line, names.get(line.office_id, "")) for line in shown],
        "counts": [(name, WISH_STEPS[name], number) for name, number in counts.items()],
        "step": step,
    }
    return render(request, "desk/wishes.html", context)


@needs(READ)
def wish_page(request: HttpRequest, case_id: UUID) -> HttpResponse:
    return _show(request, wish_view(actor_of(request), case_id))


@needs(READ)
@require_POST
def wish_step(request: HttpRequest, case_id: UUID, name: str) -> HttpResponse:
    """POST the step's inputs."""
    actor = actor_of(request)
    view = wish_view(actor, case_id)
    bound = take(WAYS, name, view, actor, request)
    if bound is None:
        flash.success(request, str(WAYS[name].done))
        return redirect("desk:wish", case_id=case_id)
    return _show(request, wish_view(actor, case_id), bound)


@needs(READ)
@require_POST
def claimant_contact(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """POST why: who holds parts of it, in clear on this one page, on record."""
    actor = actor_of(request)
    form = ContactForm(request.POST, auto_id="contact_%s")
    view = wish_view(actor, case_id)
    if not form.is_valid():
        return _show(request, view, contact=form)
    return _show(request, view, opened=open_claimants(actor, case_id, form.purpose()))


def _show(
    request: HttpRequest,
    view: WishView,
    bound: Bound | None = None,
    contact: ContactForm | None = None,
    opened: object = None,
) -> HttpResponse:
    names = set(view.steps)
    if "fulfil" in names:
        names.add("give_up")
    context = {
        "wish": view,
        "office": names_of([view.office_id]).get(view.office_id, ""),
        "ways": offered(WAYS, frozenset(names), view, bound),
        "base": f"/desk/wishes/{view.case_id}/",
        "contact": contact or ContactForm(auto_id="contact_%s"),
        "opened": opened,
        "has_held": any(claim.state == "held" for claim in view.claims),
    }
    status = bound.status if bound else 422 if contact is not None else 200
    return render(request, "desk/wish.html", context, status=status)


def _prepare_check(form: IntentForm, view: WishView) -> None:
    choose(form, "category", [(c.id, say(c.title)) for c in view.categories])
    form.initial.setdefault("category", view.topic)
    form.initial.setdefault("is_about_child", view.is_about_child)


def _check(actor: Actor, view: WishView, given: Mapping[str, Any]) -> object:
    names = (
        "category", "need", "unit", "wall_text", "wanted_by", "is_about_child", "guardian_consent",
        "guardian_name", "guardian_phone",
    )  # fmt: skip
    checking = services.Checking(**{name: given[name] for name in names})
    return services.check_wish(actor, case_id=view.case_id, version=view.version, checking=checking)


def _prepare_claim(form: IntentForm, view: WishView) -> None:
    """Fitting resources first, with why; then partners who give something not on the list."""
    fitting = [
        (
            f"{m.resource.partner_id}/{m.resource.id}",
            f"{m.resource.partner} · {say(m.resource.title)} · "
            + _("还有{n}").format(n=m.resource.free)
            + f"（{'，'.join(_(reason) for reason in m.reasons)}）",
        )
        for m in view.matches
    ]
    shown = {m.resource.id for m in view.matches}
    others = [
        (f"{r.partner_id}/{r.id}", f"{r.partner} · {say(r.title)}")
        for r in available_resources(view.area, moment.today())
        if r.id not in shown and not r.has_sessions
    ]
    groups = [(_("合适的资源"), fitting), (_("其他资源"), others)]
    choose(form, "source", [group for group in groups if group[1]] or [("", _("还没有可用的资源"))])


def _claim(actor: Actor, view: WishView, given: Mapping[str, Any]) -> object:
    partner, _mark, resource = given["source"].partition("/")
    partner_id = uuid_of(partner)
    if partner_id is None:
        raise NotFound
    return claiming.claim_for_partner(
        actor,
        case_id=view.case_id,
        partner_id=partner_id,
        resource_id=uuid_of(resource),
        quantity=given["quantity"],
    )


def _prepare_claims(form: IntentForm, view: WishView) -> None:
    held = [c for c in view.claims if c.state == "held"]
    choices = [
        (
            str(c.id),
            f"{c.partner or (c.claimant.name_masked if c.claimant else '')} × {c.quantity}",
        )
        for c in held
    ]
    choose(form, "claim", choices)
    if len(choices) == 1:
        form.initial.setdefault("claim", choices[0][0])


def _fulfil(actor: Actor, view: WishView, given: Mapping[str, Any]) -> object:
    return claiming.fulfil_claim(
        actor,
        claim_id=UUID(given["claim"]),
        proof=given["proof"],
        met_at_station=given["met_at_station"],
    )


WAYS: dict[str, Way[WishView]] = {
    way.name: way
    for way in (
        Way[WishView]("check", gettext_lazy("核实心愿"), gettext_lazy("核实完成"), gettext_lazy("已核实。"),
            "list-check", _check, CheckForm, prepare=_prepare_check),
        Way[WishView]("put_up", gettext_lazy("放到心愿墙上"), gettext_lazy("上墙"), gettext_lazy("已上墙，等人认领。"),
            "heart-handshake", lambda a, v, g: services.put_up_wish(a, case_id=v.case_id, version=v.version),
            explains=gettext_lazy("墙上不出现姓名、电话和住址；关于孩子的只写类别和数量。")),
        Way[WishView]("fulfil", gettext_lazy("登记交付"), gettext_lazy("已经交付"), gettext_lazy("已登记交付。"),
            "circle-check", _fulfil, FulfilForm, prepare=_prepare_claims),
        Way[WishView]("claim", gettext_lazy("替合伙人认领"), gettext_lazy("认领"), gettext_lazy("已认领，资源已留出。"),
            "users", _claim, ClaimForm, prepare=_prepare_claim),
        Way[WishView]("help", gettext_lazy("登记上级帮助"), gettext_lazy("登记并放回墙上"),
            gettext_lazy("已登记，心愿继续在墙上等人认领。"), "building-community",
            lambda a, v, g: services.help_wish(a, case_id=v.case_id, version=v.version, text=g["text"]), WordsForm,
            gettext_lazy("一直没有人认领。写清联系了哪里、找到了什么。")),
        Way[WishView]("give_up", gettext_lazy("对方来不了，放回墙上"), gettext_lazy("放回墙上"),
            gettext_lazy("已放回墙上。"), "arrow-left",
            lambda a, v, g: claiming.give_up_claim(a, claim_id=UUID(g["claim"])), GiveUpForm,
            prepare=_prepare_claims),
        Way[WishView]("take_down", gettext_lazy("从墙上撤下"), gettext_lazy("撤下"), gettext_lazy("已撤下。"), "x",
            lambda a, v, g: services.take_down_wish(a, case_id=v.case_id, version=v.version, reason=g["text"]),
            WordsForm, gettext_lazy("撤下后由站点另外办理；还没交付的认领同时取消。"), is_danger=True),
    )
}  # fmt: skip
