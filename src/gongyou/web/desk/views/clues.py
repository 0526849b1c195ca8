"""The board of clues, and gifts for points at the counter."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages as flash
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gongyou.basics.refusal import Refusal, says
from gongyou.engines.casework.queries.clues import clue_board
from gongyou.engines.casework.queries.points import Ledger, gifts_in, points_of
from gongyou.engines.casework.services.points import RIGHT as GIVE
from gongyou.engines.casework.services.points import give_gift
from gongyou.kernel.access import Actor
from gongyou.kernel.errors import NotFound
from gongyou.offices import queries as offices
from gongyou.offices.queries import OfficeView
from gongyou.packkit.texts import say
from gongyou.registry.queries import find_person_by_phone
from gongyou.web.desk.submitting import IntentForm, put_on, run, status_of
from gongyou.web.guards import needs
from gongyou.web.requests import actor_of


@needs("casework.read")
def board(request: HttpRequest) -> HttpResponse:
    """GET topic, closed: clues by kind, with place and picture; nobody's name."""
    actor = actor_of(request)
    topic = request.GET.get("topic", "")[:40]
    with_closed = request.GET.get("closed") == "1"
    context = {
        "board": clue_board(actor, topic, with_closed=with_closed),
        "topic": topic,
        "with_closed": with_closed,
        "may_give": actor.may(GIVE),
        "may_open_files": actor.may("files.read"),
    }
    return render(request, "desk/clues.html", context)


class GiftForm(IntentForm):
    phone = forms.CharField(
        label=gettext_lazy("本人电话"),
        max_length=30,
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "off"}),
        help_text=gettext_lazy("请本人到场，报手机号。"),
    )
    gift = forms.ChoiceField(label=gettext_lazy("换什么"), required=False, widget=forms.RadioSelect)

    def __init__(self, *args: Any, area: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["gift"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [
            (g.id, _("{gift}（{points}分）").format(gift=say(g.title), points=g.points))
            for g in gifts_in(area)
        ]


@needs(GIVE)
def gifts(request: HttpRequest) -> HttpResponse:
    """GET the form; POST with a phone shows the points, with a gift gives it out."""
    actor = actor_of(request)
    office = _own_office(actor)
    if office is None:
        return render(request, "desk/gifts.html", {"form": None})
    if request.method != "POST":
        return render(request, "desk/gifts.html", {"form": GiftForm(area=office.area), "office": office})
    form = GiftForm(request.POST, area=office.area)
    ledger = None
    if form.is_valid():
        ledger, done = _looked_or_given(request, form, actor, office)
        if done:
            return redirect("desk:gifts")
    form.renew(None)
    status = status_of(form) if form.errors else 200
    return render(
        request, "desk/gifts.html", {"form": form, "office": office, "ledger": ledger}, status=status
    )


def _looked_or_given(
    request: HttpRequest, form: GiftForm, actor: Actor, office: OfficeView
) -> tuple[Ledger | None, bool]:
    gift = form.cleaned_data["gift"]
    try:
        person = _person(office, form.cleaned_data["phone"])
    except Refusal as refusal:
        put_on(form, refusal)
        return None, False
    if gift:
        left = run(form, actor, lambda a: give_gift(a, office_id=office.id, person_id=person, gift_id=gift))
        if left is not None:
            flash.success(request, _("已兑换，还剩{left}分。").format(left=left))
            return None, True
    return points_of(actor, person, says("兑换积分")), False


def _person(office: OfficeView, phone: str) -> UUID:
    """Raises NotFound, Refusal."""
    found = find_person_by_phone(f"union:{office.area}", phone)
    if found is None:
        refusal = NotFound(says("没有找到用这个电话提过线索的人。"))
        refusal.field = "phone"
        raise refusal
    return found


def _own_office(actor: Actor) -> OfficeView | None:
    held = [h.office_id for h in actor.holdings if h.office_id and actor.may(GIVE, h.office_path)]
    return offices.office(held[0]) if held else None
