"""Staff sign in: password, then second factor; a new password and an authenticator where they are due."""

from __future__ import annotations

import segno
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from gongyou.basics.refusal import Refusal
from gongyou.kernel.access import visitor_actor
from gongyou.kernel.accounts import (
    Enrolment,
    Pending,
    Step,
    account_login,
    begin_enrolment,
    change_password,
    check_second_factor,
    confirm_enrolment,
    digest_of_key,
    sign_in_staff,
)
from gongyou.kernel.accounts import sign_out as end_session
from gongyou.web.guards import public, to_sign_in
from gongyou.web.preferences import safe_next
from gongyou.web.requests import actor_of, source_of
from gongyou.web.sign_in import pending
from gongyou.web.sign_in.forms import ChangePasswordForm, CodeForm, NewPasswordForm, StaffForm, add_refusal

GET_OR_POST = ["GET", "HEAD", "POST"]


@public
@require_http_methods(GET_OR_POST)
def staff(request: HttpRequest) -> HttpResponse:
    """Login and password."""
    next_page = safe_next(request, request.POST.get("next") or request.GET.get("next", ""), "")
    actor = actor_of(request)
    if actor.kind == "staff":
        return HttpResponseRedirect(next_page or pending.home_of(actor))
    form = StaffForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        answer = sign_in_staff(
            visitor_actor(),
            login=form.cleaned_data["login"],
            password=form.cleaned_data["password"],
            source=source_of(request),
        )
        if answer.account_id is not None:
            return pending.begin(request, answer.account_id, next_page)
        add_refusal(form, answer.refusal())
    return _page(request, "sign_in/staff.html", form, next=next_page)


@public
@require_http_methods(GET_OR_POST)
def second(request: HttpRequest) -> HttpResponse:
    """The code of the authenticator."""
    under_way = pending.found(request)
    if under_way is None or under_way.step is not Step.SECOND_FACTOR:
        return pending.go_on(request)
    form = CodeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        answer = check_second_factor(
            visitor_actor(),
            account_id=under_way.account_id,
            code=form.cleaned_data["code"],
            source=source_of(request),
        )
        if answer.is_accepted:
            pending.note(request, has_passed_second=True)
            return pending.go_on(request)
        add_refusal(form, answer.refusal())
    return _page(request, "sign_in/second.html", form)


@public
@require_http_methods(GET_OR_POST)
def password(request: HttpRequest) -> HttpResponse:
    """A new password: because it is due, or because somebody signed in wants one."""
    under_way = pending.found(request)
    if under_way is not None and under_way.step is Step.PASSWORD:
        return _due_password(request, under_way)
    if actor_of(request).kind == "staff":
        return _wanted_password(request)
    return pending.go_on(request) if under_way is not None else to_sign_in(request)


def _due_password(request: HttpRequest, under_way: Pending) -> HttpResponse:
    form = NewPasswordForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            change_password(
                visitor_actor(),
                account_id=under_way.account_id,
                new_password=form.cleaned_data["new_password"],
            )
        except Refusal as error:
            add_refusal(form, error)
        else:
            pending.rebind(request, under_way)
            return pending.go_on(request)
    return _page(request, "sign_in/password.html", form, is_due=True)


def _wanted_password(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    form = ChangePasswordForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        # The present password counts as an attempt: a borrowed session must not try passwords for ever.
        answer = sign_in_staff(
            visitor_actor(),
            login=account_login(actor),
            password=form.cleaned_data["password"],
            source=source_of(request),
        )
        try:
            if not answer.is_accepted:
                raise answer.refusal()
            change_password(actor, account_id=actor.id, new_password=form.cleaned_data["new_password"])
        except Refusal as error:
            add_refusal(form, error)
        else:
            pending.enter(request, actor.id)
            messages.success(request, _("密码已更换，其他设备上的登录已经退出。"))
            return HttpResponseRedirect(pending.home_of(actor))
    return _page(request, "sign_in/password.html", form, is_due=False)


@public
@require_http_methods(GET_OR_POST)
def enrol(request: HttpRequest) -> HttpResponse:
    """Bind an authenticator: scan the code, type what it shows."""
    under_way = pending.found(request)
    if under_way is None or under_way.step is not Step.ENROL:
        return pending.go_on(request)
    enrolment = _enrolment(request, under_way)
    form = CodeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        answer = confirm_enrolment(
            visitor_actor(),
            account_id=under_way.account_id,
            code=form.cleaned_data["code"],
            source=source_of(request),
        )
        if answer.is_accepted:
            pending.note(request, has_passed_second=True)
            return pending.go_on(request)
        add_refusal(form, answer.refusal())
    picture = segno.make(enrolment.uri, error="m").svg_data_uri(scale=5, border=3, dark="#000", light="#fff")
    return _page(request, "sign_in/enrol.html", form, picture=picture, secret=_in_groups(enrolment.secret))


def _enrolment(request: HttpRequest, under_way: Pending) -> Enrolment:
    """A secret of this sign-in alone: one that an earlier, unfinished sign-in has seen is thrown away."""
    is_fresh = not request.session[pending.KEY]["has_secret"]
    enrolment = begin_enrolment(visitor_actor(), account_id=under_way.account_id, is_fresh=is_fresh)
    pending.note(request, has_secret=True)
    return enrolment


def _in_groups(secret: str) -> str:
    return " ".join(secret[i : i + 4] for i in range(0, len(secret), 4))


@public
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End this session."""
    key = request.session.session_key
    if key:
        end_session(visitor_actor(), key_digest=digest_of_key(key))
    request.session.flush()
    messages.success(request, _("您已退出登录。"))
    return HttpResponseRedirect(safe_next(request, request.POST.get("next", ""), reverse("sign_in:staff")))


def _page(request: HttpRequest, template: str, form: object, **more: object) -> HttpResponse:
    return render(request, template, {"form": form, **more})
