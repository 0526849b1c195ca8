"""Workers sign in: a mobile, the code sent to it, in."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from gongyou.basics.identity import mask_phone
from gongyou.basics.refusal import Refusal
from gongyou.kernel.access import visitor_actor
from gongyou.kernel.accounts import ask_code, enter_code, read_mobile
from gongyou.kernel.installation import installed
from gongyou.offices.queries import areas
from gongyou.registry.queries import find_person_by_phone
from gongyou.web.guards import public
from gongyou.web.preferences import safe_next
from gongyou.web.requests import actor_of, source_of
from gongyou.web.sign_in import pending
from gongyou.web.sign_in.forms import CodeForm, PhoneForm, add_refusal

KEY = "worker_sign_in"
_SEALED_AS = "session.worker_sign_in"
HOME = "/me/"


@public
@require_http_methods(["GET", "HEAD", "POST"])
def phone(request: HttpRequest) -> HttpResponse:
    """Which mobile the code goes to."""
    next_page = safe_next(request, request.POST.get("next") or request.GET.get("next", ""), HOME)
    if actor_of(request).kind == "worker":
        return HttpResponseRedirect(next_page)
    form = PhoneForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            mobile = read_mobile(form.cleaned_data["phone"])
            ask_code(visitor_actor(), phone=mobile, source=source_of(request))
        except Refusal as error:
            add_refusal(form, error)
        else:
            _keep(request, mobile, next_page)
            return HttpResponseRedirect(reverse("sign_in:worker_code"))
    return render(request, "sign_in/worker_phone.html", {"form": form, "next": next_page})


@public
@require_http_methods(["GET", "HEAD", "POST"])
def code(request: HttpRequest) -> HttpResponse:
    """The code from the text message."""
    mobile, next_page = _kept(request)
    if not mobile:
        return HttpResponseRedirect(reverse("sign_in:worker"))
    form = CodeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        answer = enter_code(
            visitor_actor(),
            phone=mobile,
            code=form.cleaned_data["code"],
            source=source_of(request),
            person_id=_person(mobile),
        )
        if answer.is_accepted and answer.account_id is not None:
            actor = pending.enter(request, answer.account_id)
            return pending.remember_language(request, HttpResponseRedirect(next_page), actor.id)
        add_refusal(form, answer.refusal())
    return render(
        request,
        "sign_in/worker_code.html",
        {"form": form, "phone_masked": mask_phone(mobile), "phone": mobile, "next": next_page},
    )


def _person(mobile: str) -> UUID | None:
    """Whose number it is: the person who filed under it in one of the areas; None before the first matter."""
    found = (find_person_by_phone(f"union:{area}", mobile) for area in areas())
    return next((person_id for person_id in found if person_id is not None), None)


def _keep(request: HttpRequest, mobile: str, next_page: str) -> None:
    """Sessions lie in a table: the number is sealed there like everywhere else."""
    sealed = installed().keyring.seal(mobile.encode(), _SEALED_AS)
    request.session[KEY] = {"phone": sealed.hex(), "next": next_page}
    request.session.set_expiry(900)


def _kept(request: HttpRequest) -> tuple[str, str]:
    kept = request.session.get(KEY)
    if kept is None:
        return "", HOME
    return installed().keyring.open(bytes.fromhex(kept["phone"]), _SEALED_AS).decode(), kept["next"]
