"""Requested facilities: what people ask for, what was decided, bought and installed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.contrib import messages as flash
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from gongyou.engines.casework.queries.purchases import (
    PurchaseView,
    asking_matters,
    list_purchases,
    purchase_view,
)
from gongyou.engines.casework.queries.views import CaseLine
from gongyou.engines.casework.services import purchasing
from gongyou.kernel.access import Actor
from gongyou.packkit.texts import say
from gongyou.web.desk.forms.partners import choose
from gongyou.web.desk.forms.purchases import AskForm, DecideForm, InstallForm, JoinForm, OrderForm
from gongyou.web.desk.offering import Bound, Way, offered, take
from gongyou.web.desk.submitting import IntentForm, run, status_of
from gongyou.web.guards import needs
from gongyou.web.office_names import names_of
from gongyou.web.requests import actor_of

READ, HANDLE = "casework.read", "casework.handle"


@needs(READ)
def purchase_list(request: HttpRequest) -> HttpResponse:
    """The tasks, and the matters that ask for something. POST: make a task of one."""
    actor = actor_of(request)
    asking = asking_matters(actor) if actor.may(HANDLE) else ()
    form = AskForm(request.POST or None)
    choose(form, "case", _choices(asking))
    if request.method == "POST":
        actor.require(HANDLE)
        if form.is_valid():
            data = form.cleaned_data
            done = run(
                form,
                actor,
                lambda a: purchasing.ask_purchase(
                    a, case_id=UUID(data["case"]), title=data["title"], spot=data["spot"]
                ),
            )
            if done is not None:
                flash.success(request, _("已立为购置任务，等站长或上级决定。"))
                return redirect("desk:purchase", purchase_id=done.purchase_id)
        form.renew(None)
    lines = list_purchases(actor)
    names = names_of({line.office_id for line in lines})
    context = {
        "lines": [(line, names.get(line.office_id, "")) for line in lines],
        "asking": asking,
        "form": form,
    }
    return render(request, "desk/purchases.html", context, status=status_of(form) if form.is_bound else 200)


def _choices(matters: Sequence[CaseLine]) -> list[tuple[str, str]]:
    return [(str(m.id), f"{m.number} · {say(m.title)} · {m.office}") for m in matters]


@needs(READ)
def purchase_page(request: HttpRequest, purchase_id: UUID) -> HttpResponse:
    return _show(request, purchase_view(actor_of(request), purchase_id))


@needs(READ)
@require_POST
def purchase_step(request: HttpRequest, purchase_id: UUID, name: str) -> HttpResponse:
    """POST the step's inputs."""
    actor = actor_of(request)
    view = purchase_view(actor, purchase_id)
    bound = take(WAYS, name, view, actor, request)
    if bound is None:
        flash.success(request, str(WAYS[name].done))
        return redirect("desk:purchase", purchase_id=purchase_id)
    return _show(request, purchase_view(actor, purchase_id), bound)


def _show(request: HttpRequest, view: PurchaseView, bound: Bound | None = None) -> HttpResponse:
    names = view.steps if view.may_join else view.steps - {"join"}
    context = {
        "purchase": view,
        "office": names_of([view.line.office_id]).get(view.line.office_id, ""),
        "ways": offered(WAYS, frozenset(names), view, bound),
        "base": f"/desk/purchases/{view.line.id}/",
    }
    return render(request, "desk/purchase.html", context, status=bound.status if bound else 200)


def _order(actor: Actor, view: PurchaseView, given: Mapping[str, Any]) -> object:
    amount = given["amount"]
    return purchasing.order_purchase(
        actor,
        purchase_id=view.line.id,
        version=view.version,
        supplier=given["supplier"],
        amount_fen=None if amount is None else int(amount * 100),
        expected_on=given["expected_on"],
    )


def _decide(actor: Actor, view: PurchaseView, given: Mapping[str, Any]) -> object:
    return purchasing.decide_purchase(
        actor,
        purchase_id=view.line.id,
        version=view.version,
        is_approved=given["is_approved"],
        reason=given["reason"],
    )


def _prepare_join(form: IntentForm, view: PurchaseView) -> None:
    choose(form, "case", _choices(view.may_join))


WAYS: dict[str, Way[PurchaseView]] = {
    way.name: way
    for way in (
        Way[PurchaseView]("decide", gettext_lazy("决定"), gettext_lazy("保存决定"), gettext_lazy("已决定。"),
            "circle-check", _decide, DecideForm, gettext_lazy("提出购置的人不能自己决定。")),
        Way[PurchaseView]("order", gettext_lazy("登记下单"), gettext_lazy("已经下单"), gettext_lazy("已登记下单。"),
            "clipboard-list", _order, OrderForm),
        Way[PurchaseView]("install", gettext_lazy("登记装好"), gettext_lazy("已装好，答复所有提出的人"),
            gettext_lazy("已装好，提出的人都已答复，转回访。"), "check",
            lambda a, v, g: purchasing.install_purchase(
                a, purchase_id=v.line.id, version=v.version, answer=g["answer"]), InstallForm),
        Way[PurchaseView]("join", gettext_lazy("加上另一个要求的人"), gettext_lazy("加进来"),
            gettext_lazy("已加进来，装好后一起答复。"), "plus",
            lambda a, v, g: purchasing.join_purchase(a, purchase_id=v.line.id, case_id=UUID(g["case"])), JoinForm,
            prepare=_prepare_join),
    )
}  # fmt: skip
