"""The audit administrator's pages: who did what, who read whose data, and whether the chain is intact."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST, require_safe

from gongyou.kernel import accounts
from gongyou.kernel.access import Actor
from gongyou.kernel.accounts import TracePage
from gongyou.kernel.audit import Verdict
from gongyou.web.admin_accounts.forms import AuditForm
from gongyou.web.guards import needs
from gongyou.web.requests import actor_of

READ = "audit.read"
VERIFY = "audit.verify"


@needs(READ)
@require_safe
def records(request: HttpRequest) -> HttpResponse:
    """Actions, newest first."""
    return _records_page(request, None)


@needs(READ)
@require_safe
def reads(request: HttpRequest) -> HttpResponse:
    """Reads of personal data, newest first."""
    actor = actor_of(request)
    form = _form(request)
    wanted = form.wanted(actor) if form.is_valid() else None
    found = accounts.list_reads(actor, wanted) if wanted is not None else ()
    names = accounts.names_of(actor, {read.actor_id for read in found})
    return render(request, "admin_accounts/reads.html", {"form": form, "reads": found, "names": names})


@needs(VERIFY)
@require_POST
def verify(request: HttpRequest) -> HttpResponse:
    """Walk the whole chain now; the verdict stands above the records."""
    return _records_page(request, accounts.verify_audit(actor_of(request)))


def _records_page(request: HttpRequest, verdict: Verdict | None) -> HttpResponse:
    actor = actor_of(request)
    form = _form(request)
    page = _found(request, actor, form)
    context = {
        "form": form,
        "page": page,
        "following": str(page.next) if page.next else "",
        "names": accounts.names_of(actor, {trace.actor_id for trace in page.items}),
        "verdict": verdict,
        "may_verify": actor.may(VERIFY),
    }
    return render(request, "admin_accounts/audit.html", context)


def _form(request: HttpRequest) -> AuditForm:
    return AuditForm({name: request.GET.get(name, "") for name in AuditForm.base_fields})


def _found(request: HttpRequest, actor: Actor, form: AuditForm) -> TracePage:
    wanted = form.wanted(actor) if form.is_valid() else None
    if wanted is None:
        return TracePage((), 0)
    cursor = request.GET.get("cursor", "")
    is_number = cursor.isascii() and cursor.isdigit() and len(cursor) < 19
    return accounts.list_records(actor, wanted, cursor=int(cursor) if is_number else 0)
