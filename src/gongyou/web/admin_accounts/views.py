"""Accounts and roles for the system administrator (proposes) and the security administrator (confirms, locks)."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from gongyou.basics.refusal import Refusal
from gongyou.kernel import accounts
from gongyou.kernel.access import Actor
from gongyou.kernel.accounts import Confirmed
from gongyou.kernel.errors import NotAllowed
from gongyou.offices.queries import offices_under
from gongyou.web.admin_accounts.forms import PROPOSE, AccountForm, RoleForm
from gongyou.web.guards import needs
from gongyou.web.office_names import name_of
from gongyou.web.requests import actor_of
from gongyou.web.sign_in.forms import add_refusal

READ = "accounts.read"
CONFIRM = "accounts.confirm"
LOCK = "accounts.lock"
KINDS = ("staff", "worker")


@needs(READ)
@require_safe
def account_list(request: HttpRequest) -> HttpResponse:
    """Accounts by login, phones masked."""
    actor = actor_of(request)
    kind = request.GET.get("kind", "")
    kind = kind if kind in KINDS else KINDS[0]
    text = request.GET.get("text", "")[:60]
    page = accounts.list_accounts(actor, kind=kind, text=text, cursor=request.GET.get("cursor", "")[:60])
    return render(
        request,
        "admin_accounts/list.html",
        {"page": page, "kind": kind, "text": text, "offices": _office_names(actor), **_waiting(actor)},
    )


def _waiting(actor: Actor) -> dict[str, object]:
    """How many proposals and resets wait for this administrator."""
    if not actor.may(CONFIRM):
        return {"may_propose": actor.may(PROPOSE), "waiting": 0}
    waiting = len(accounts.list_proposals(actor)) + len(accounts.list_resets(actor))
    return {"may_propose": actor.may(PROPOSE), "may_confirm": True, "waiting": waiting}


def _office_names(actor: Actor) -> dict[str, str]:
    """Path → name, the whole installation included."""
    return {"": _("整个平台")} | {
        o.path: name_of(o) for o in offices_under(actor, "offices.read", with_closed=True)
    }


@needs(PROPOSE)
@require_http_methods(["GET", "HEAD", "POST"])
def new_account(request: HttpRequest) -> HttpResponse:
    """Propose an account with its first role."""
    actor = actor_of(request)
    form = AccountForm(request.POST if request.method == "POST" else None, actor=actor)
    if request.method == "POST" and form.is_valid():
        office_id, office_path = form.place()
        given = form.cleaned_data
        try:
            account_id = accounts.propose_account(
                actor,
                login=given["login"],
                name=given["name"],
                phone=given["phone"],
                role=given["role"],
                office_id=office_id,
                office_path=office_path,
            )
        except Refusal as error:
            _show(form, error)
        else:
            messages.success(request, _("已提出申请，等待安全管理员确认。"))
            return _to_account(account_id)
    return render(request, "admin_accounts/new.html", {"form": form}, status=422 if form.errors else 200)


@needs(READ)
@require_safe
def account(request: HttpRequest, account_id: UUID) -> HttpResponse:
    """One account: its roles, sessions and lock."""
    return _account_page(request, account_id, None)


def _account_page(request: HttpRequest, account_id: UUID, form: RoleForm | None) -> HttpResponse:
    actor = actor_of(request)
    view = accounts.account_view(actor, account_id)
    is_other = account_id != actor.id
    may_propose = actor.may(PROPOSE) and is_other and view.kind == "staff"
    context = {
        "account": view,
        "sessions": accounts.sessions_of(actor, account_id),
        "locked_until": accounts.lock_of(actor, view),
        "offices": _office_names(actor),
        "names": accounts.names_of(actor, [h.granted_by for h in view.holdings]),
        "may_propose": may_propose,
        "may_lock": actor.may(LOCK) and is_other,
        "may_end": is_other and (actor.may(PROPOSE) or actor.may(CONFIRM)),
        "form": form or (RoleForm(actor=actor) if may_propose else None),
    }
    return render(request, "admin_accounts/account.html", context, status=422 if form else 200)


@needs(PROPOSE)
@require_POST
def add_role(request: HttpRequest, account_id: UUID) -> HttpResponse:
    """Propose a further role."""
    actor = actor_of(request)
    form = RoleForm(request.POST, actor=actor)
    if form.is_valid():
        office_id, office_path = form.place()
        try:
            accounts.propose_role(
                actor,
                account_id=account_id,
                role=form.cleaned_data["role"],
                office_id=office_id,
                office_path=office_path,
            )
        except Refusal as error:
            _show(form, error)
        else:
            messages.success(request, _("已提出申请，等待安全管理员确认。"))
            return _to_account(account_id)
    return _account_page(request, account_id, form)


def _show(form: RoleForm, error: Refusal) -> None:
    """A missing right is not an input that can be corrected."""
    if isinstance(error, NotAllowed):
        raise error
    add_refusal(form, error)


@needs(CONFIRM)
@require_safe
def queue(request: HttpRequest) -> HttpResponse:
    """What waits for the security administrator."""
    actor = actor_of(request)
    proposals, resets = accounts.list_proposals(actor), accounts.list_resets(actor)
    askers = [p.granted_by for p in proposals] + [r.asked_by for r in resets]
    context = {
        "proposals": proposals,
        "resets": resets,
        "names": accounts.names_of(actor, askers),
        "offices": _office_names(actor),
    }
    return render(request, "admin_accounts/queue.html", context)


@needs(CONFIRM)
@require_POST
def confirm_role(request: HttpRequest, holding_id: UUID) -> HttpResponse:
    return _confirmed(request, accounts.confirm_role(actor_of(request), holding_id=holding_id))


@needs(CONFIRM)
@require_POST
def confirm_reset(request: HttpRequest, request_id: UUID) -> HttpResponse:
    return _confirmed(request, accounts.confirm_reset(actor_of(request), request_id=request_id))


def _confirmed(request: HttpRequest, done: Confirmed) -> HttpResponse:
    """A one-time password is shown in this very answer and kept nowhere."""
    if done.first_password:
        return render(request, "admin_accounts/first_password.html", {"confirmed": done})
    messages.success(request, _("已确认。"))
    return HttpResponseRedirect(reverse("admin_accounts:queue"))


@needs(CONFIRM)
@require_POST
def decline_reset(request: HttpRequest, request_id: UUID) -> HttpResponse:
    accounts.decline_reset(actor_of(request), request_id=request_id)
    messages.success(request, _("已退回。"))
    return HttpResponseRedirect(reverse("admin_accounts:queue"))


@needs(READ)
@require_POST
def end_role(request: HttpRequest, holding_id: UUID) -> HttpResponse:
    """End a role or decline a proposal; the service asks for the right to propose or to confirm."""
    actor = actor_of(request)
    accounts.end_role(actor, holding_id=holding_id)
    messages.success(request, _("岗位已结束。"))
    back = "admin_accounts:queue" if request.POST.get("from") == "queue" else "admin_accounts:list"
    return HttpResponseRedirect(reverse(back))


@needs(LOCK)
@require_POST
def lock(request: HttpRequest, account_id: UUID) -> HttpResponse:
    accounts.lock_account(actor_of(request), account_id=account_id)
    messages.success(request, _("账号已停用，所有登录已退出。"))
    return _to_account(account_id)


@needs(LOCK)
@require_POST
def unlock(request: HttpRequest, account_id: UUID) -> HttpResponse:
    accounts.unlock_account(actor_of(request), account_id=account_id)
    messages.success(request, _("账号可以登录了。"))
    return _to_account(account_id)


@needs(LOCK)
@require_POST
def end_sessions(request: HttpRequest, account_id: UUID) -> HttpResponse:
    accounts.end_sessions(actor_of(request), account_id=account_id)
    messages.success(request, _("这个账号的登录已全部退出。"))
    return _to_account(account_id)


@needs(PROPOSE)
@require_POST
def ask_reset(request: HttpRequest, account_id: UUID) -> HttpResponse:
    """Ask for a new first password or a new second factor."""
    accounts.request_reset(actor_of(request), account_id=account_id, kind=request.POST.get("kind", ""))
    messages.success(request, _("已提出重置申请，等待安全管理员确认。"))
    return _to_account(account_id)


def _to_account(account_id: UUID) -> HttpResponse:
    return HttpResponseRedirect(reverse("admin_accounts:account", args=[account_id]))
