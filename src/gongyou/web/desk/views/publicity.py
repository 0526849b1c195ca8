"""Publicity lists on the desk: made by one person, made public and closed by another."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages as flash
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from gongyou.basics.refusal import Refusal
from gongyou.institutions.procedures import queries, services
from gongyou.institutions.procedures.queries import READ
from gongyou.kernel.errors import NotFound
from gongyou.web.desk.forms.procedures import ReasonForm
from gongyou.web.desk.submitting import IntentForm, page_cursor, run, say_refused
from gongyou.web.guards import needs
from gongyou.web.office_names import names_of
from gongyou.web.publicity import rows_of
from gongyou.web.requests import actor_of

PUBLISH, OBJECT = "procedures.publish", "procedures.object"


@needs(READ)
@require_safe
def publicity_lists(request: HttpRequest) -> HttpResponse:
    """GET cursor."""
    page = queries.lists(actor_of(request), cursor=page_cursor(request))
    return render(request, "desk/publicity_lists.html", {"lists": page.items, "next": page.next})


@needs(READ)
@require_safe
def publicity_list(request: HttpRequest, list_id: UUID) -> HttpResponse:
    """GET cursor: the position to go on from."""
    return _show(request, list_id)


def _show(request: HttpRequest, list_id: UUID, withdrawing: ReasonForm | None = None) -> HttpResponse:
    actor = actor_of(request)
    view = queries.read_list(actor, list_id)
    after = request.GET.get("cursor", "")
    page = queries.read_lines(
        actor, list_id, after=int(after) if after.isdecimal() and len(after) < 10 else 0
    )
    rule = queries.pinned_rule(view.rule_hash)
    context = {
        "list": view,
        "rule": rule,
        "office": names_of([view.office_id]).get(view.office_id, ""),
        "lines": rows_of(rule, page.items),
        "next": str(page.next or ""),
        "open_objections": queries.open_count(list_id),
        "approval": queries.approval_of("publicity_list", list_id),
        "may_publish": actor.may(PUBLISH, view.office_path),
        "may_object": actor.may(OBJECT, view.office_path) and view.state == "published" and not view.over_at,
        "is_mine": view.prepared_by == actor.id,
        "intent": IntentForm(),
        "withdrawing": withdrawing or ReasonForm(prefix="back"),
    }
    return render(request, "desk/publicity_list.html", context, status=422 if withdrawing else 200)


@needs(PUBLISH)
@require_POST
def publicity_step(request: HttpRequest, list_id: UUID, name: str) -> HttpResponse:
    """POST; `name`: publish | close | withdraw (with back-reason)."""
    actor = actor_of(request)
    if name == "withdraw":
        form = ReasonForm(request.POST, prefix="back")
        if form.is_valid():
            reason = form.cleaned_data["reason"]
            done = run(form, actor, lambda a: services.withdraw_publicity(a, list_id=list_id, reason=reason))
            if done is not None:
                flash.success(request, _("已撤回，名单不再展示。"))
                return redirect("desk:publicity_list", list_id=list_id)
        form.renew(None)
        return _show(request, list_id, form)
    service = {"publish": services.publish_publicity, "close": services.close_publicity}.get(name)
    if service is None:
        raise NotFound
    try:
        service(actor.intending(request.POST.get("intent", "")[:64]), list_id=list_id)
        flash.success(request, _("已发布公示。") if name == "publish" else _("公示已办结。"))
    except Refusal as refusal:
        say_refused(request, refusal)
    return redirect("desk:publicity_list", list_id=list_id)
