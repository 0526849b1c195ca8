"""Keying voice books: page after page, the book and the day stay."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages as flash
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from gongyou.basics.numbering import Number, read_number
from gongyou.engines.casework.queries.desk import KeyedLine, keyed_on
from gongyou.engines.casework.services.filing import Receipt
from gongyou.kernel import moment
from gongyou.kernel.access import Actor
from gongyou.web.desk.forms.filing import PaperForm
from gongyou.web.desk.submitting import status_of
from gongyou.web.desk.views.new import DESK, first_office, places, remember, submit_filing
from gongyou.web.guards import needs
from gongyou.web.requests import actor_of

LAST_PAGE = "paper_last"


@needs(DESK)
def paper_page(request: HttpRequest) -> HttpResponse:
    """GET an empty page of the same book; POST keys it and comes back for the next."""
    actor = actor_of(request)
    where, what = places(actor)
    if request.method != "POST":
        initial = {**first_office(actor, where), **_next_page(request)}
        return _render(
            request, actor, PaperForm(offices=where, types=what, initial=initial), bool(where and what)
        )
    form = PaperForm(request.POST, request.FILES, offices=where, types=what)
    receipt = submit_filing(form, actor)
    if receipt is None:
        form.renew(None)
        return _render(request, actor, form, True, status_of(form))
    remember(request, receipt)
    _turn_page(request, form)
    _say_keyed(request, receipt, keyed_on(actor, moment.today()))
    return redirect("desk:paper")


def _render(
    request: HttpRequest, actor: Actor, form: PaperForm, is_ready: bool, status: int = 200
) -> HttpResponse:
    keyed = keyed_on(actor, moment.today())
    return render(
        request, "desk/paper.html", {"form": form, "keyed": keyed, "is_ready": is_ready}, status=status
    )


def _turn_page(request: HttpRequest, form: PaperForm) -> None:
    data = form.cleaned_data
    printed = data["page_number"].strip()
    request.session[LAST_PAGE] = {
        "page_number": str(following(read_number(printed))) if printed else "",
        "book": data["book"],
        "page": data["page"],
        "written_on": data["written_on"].isoformat(),
        "office": data["office"],
        "what": data["what"],
    }


def following(number: Number) -> Number:
    """The number on the next page of a book."""
    return number._replace(serial=number.serial + 1)


def _next_page(request: HttpRequest) -> dict[str, Any]:
    last = request.session.get(LAST_PAGE)
    if not last:
        return {}
    kept = {**last, "written_on": date.fromisoformat(last["written_on"])}
    kept["page"] = last["page"] + 1 if last["page"] else None
    return kept


def _say_keyed(request: HttpRequest, receipt: Receipt, keyed: tuple[KeyedLine, ...]) -> None:
    line = next((one for one in keyed if one.case_id == receipt.case_id), None)
    if line is not None and line.is_late_keyed:
        text = _(
            "已录入，编号{number}。这一页隔了一个工作日以上才录入，已计入录入延误；办理日期仍从写下的那天算起。"
        )
        flash.warning(request, text.format(number=receipt.number))
        return
    flash.success(
        request, _("已录入，编号{number}。请把编号写在本子这一页上。").format(number=receipt.number)
    )
