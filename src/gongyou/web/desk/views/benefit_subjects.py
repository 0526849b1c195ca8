"""One subject's way to its money, its accounts, what it used the money for; and what waits for somebody's hand."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages as flash
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from gongyou.basics.refusal import Refusal, says
from gongyou.engines.benefits import queries, services
from gongyou.engines.benefits.queries import SubjectPath
from gongyou.engines.benefits.services.accounts import AccountWords
from gongyou.engines.benefits.services.using import Use
from gongyou.kernel.access import Actor
from gongyou.kernel.errors import NotFound
from gongyou.web.desk.forms.benefits import CallForm
from gongyou.web.desk.forms.money import MoneyForm
from gongyou.web.desk.submitting import IntentForm, page_cursor, run, say_refused, status_of, uuid_of
from gongyou.web.desk.views.benefits import titles_of
from gongyou.web.guards import needs
from gongyou.web.payment_forms import AccountForm, UseForm
from gongyou.web.requests import actor_of

READ = "benefits.read"
ACCOUNTS, USE = "benefits.accounts", "benefits.note_use"
CONFIRM, RECOVER = "benefits.confirm_accounts", "benefits.recover"
WHY = says("办理一个单位的发放")


@needs(READ)
@require_http_methods(["GET", "HEAD", "POST"])
def subject_page(request: HttpRequest, entitlement_id: UUID) -> HttpResponse:
    """GET: the whole way. POST do=account | use: put an account forward, note a use."""
    actor = actor_of(request)
    path = queries.path_of(actor, entitlement_id, purpose=WHY)
    of = queries.round_of(actor, path.round_id)
    rules = queries.rules_of(path.area, path.programme).rules
    doing = request.POST.get("do", "")
    account = AccountForm(request.POST if doing == "account" else None)
    use = UseForm(request.POST if doing == "use" else None)
    use.offer(rules.use_purposes)
    if doing == "account" and _put_forward(account, actor, path, of.office_id):
        flash.success(request, _("账户已登记。"))
        return redirect("desk:benefit_subject", entitlement_id=entitlement_id)
    if doing == "use" and _noted(use, actor, path):
        flash.success(request, _("使用情况已登记。"))
        return redirect("desk:benefit_subject", entitlement_id=entitlement_id)
    bound = next((form for form in (account, use) if form.is_bound), None)
    if bound is not None:
        bound.renew(None)
    context = {
        "path": path,
        "title": rules.title,
        "rules": rules,
        "account_form": account,
        "use_form": use if rules.use_purposes else None,
        "may_account": actor.may(ACCOUNTS, of.office_path),
        "may_use": actor.may(USE, of.office_path),
    }
    return render(
        request, "desk/benefit_subject.html", context, status=status_of(bound) if bound is not None else 200
    )


def _put_forward(form: AccountForm, actor: Actor, path: SubjectPath, office_id: UUID) -> bool:
    if not form.is_valid():
        return False
    names = ("account_name", "account_no", "bank_name", "phone")
    words = AccountWords(**{name: form.cleaned_data[name] for name in names})
    done = run(
        form,
        actor,
        lambda a: services.propose_account(
            a, office_id=office_id, programme=path.programme, subject=path.subject, words=words
        ),
    )
    return done is not None


def _noted(form: UseForm, actor: Actor, path: SubjectPath) -> bool:
    if not form.is_valid():
        return False
    data = form.cleaned_data
    use = Use(data["purpose"], data["amount"], data["used_on"], data["note"])
    return (
        run(form, actor, lambda a: services.record_use(a, entitlement_id=path.entitlement_id, use=use))
        is not None
    )


@needs(READ)
@require_safe
def waiting(request: HttpRequest) -> HttpResponse:
    """GET cursor: accounts for a second person, payments without a working account, money asked back."""
    actor = actor_of(request)
    cursor = page_cursor(request)
    chases = queries.list_chases(
        actor, purpose=says("追问收款账户"), cursor=cursor if uuid_of(cursor) else ""
    )
    context = {
        "accounts": queries.proposed_accounts(actor, purpose=says("核对收款账户")),
        "chases": [(one, titles_of(one.area, one.programme)) for one in chases.items],
        "next": chases.next,
        "recoveries": queries.list_recoveries(actor, purpose=says("追回多付的钱")),
        "intent": IntentForm(),
        "call_form": CallForm(auto_id=False),
        "money_form": MoneyForm(auto_id=False),
        "may_confirm": actor.may(CONFIRM),
        "may_call": actor.may(ACCOUNTS),
        "may_recover": actor.may(RECOVER),
    }
    return render(request, "desk/benefit_waiting.html", context)


@needs(READ)
@require_POST
def waiting_step(request: HttpRequest, row_id: UUID, name: str) -> HttpResponse:
    """POST; `name`: confirm | refuse (an account), call (note), recovered (amount)."""
    actor = actor_of(request).intending(request.POST.get("intent", "")[:64])
    try:
        _take(request, actor, row_id, name)
    except Refusal as refusal:
        say_refused(request, refusal)
    else:
        flash.success(request, _("已登记。"))
    return redirect("desk:benefits_waiting")


def _take(request: HttpRequest, actor: Actor, row_id: UUID, name: str) -> None:
    match name:
        case "confirm":
            services.confirm_account(actor, account_id=row_id)
        case "refuse":
            services.refuse_account(actor, account_id=row_id)
        case "call":
            services.note_call(actor, chase_id=row_id, note=request.POST.get("note", ""))
        case "recovered":
            form = MoneyForm(request.POST)
            fen = form.cleaned_data["amount"] if form.is_valid() else 0
            services.note_recovered(actor, recovery_id=row_id, amount_fen=fen)
        case _:
            raise NotFound
