"""What a member of staff declares about themself: relatives on the staff, an employer they belong to."""

from __future__ import annotations

from django import forms
from django.contrib import messages as flash
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gongyou.basics.refusal import Refusal
from gongyou.engines.casework.queries.ties import own_ties
from gongyou.engines.casework.services.protecting import PROTECT, declare_staff_tie
from gongyou.kernel.access import Actor
from gongyou.web.desk.forms.care import colleague, employer
from gongyou.web.desk.submitting import IntentForm, put_on, run, status_of
from gongyou.web.guards import needs
from gongyou.web.requests import actor_of


class TieForm(IntentForm):
    login = forms.CharField(
        label=gettext_lazy("我的亲属也在这里工作"),
        max_length=60,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text=gettext_lazy("填对方的登录名。有人反映其中一位，另一位也看不到那件事。"),
    )
    employer = forms.CharField(
        label=gettext_lazy("我属于这家用人单位"),
        max_length=120,
        required=False,
        help_text=gettext_lazy("填单位全称。有人反映这家单位，您看不到那件事。"),
    )


@needs(PROTECT)
def ties(request: HttpRequest) -> HttpResponse:
    """GET what was declared; POST declares one more."""
    actor = actor_of(request)
    form = TieForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid() and _declared(form, actor):
        flash.success(request, _("已申报，马上生效。"))
        return redirect("desk:ties")
    status = 200
    if form.is_bound:
        form.renew(None)
        status = status_of(form)
    return render(request, "desk/ties.html", {"form": form, "ties": own_ties(actor)}, status=status)


def _declared(form: TieForm, actor: Actor) -> bool:
    data = form.cleaned_data
    try:
        other, body = colleague(actor, data["login"]), employer(actor, data["employer"])
    except Refusal as refusal:
        put_on(form, refusal)
        return False
    done = run(form, actor, lambda a: declare_staff_tie(a, other_account_id=other, organisation_id=body))
    return done is not None
