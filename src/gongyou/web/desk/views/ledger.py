"""The books of a fund: what every account stands at, down to the single entry; prepared by one, posted by another."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

from django.contrib import messages as flash
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from gongyou.basics.refusal import Refusal
from gongyou.institutions.ledger import queries, services
from gongyou.institutions.ledger.queries import READ
from gongyou.kernel import moment
from gongyou.kernel.errors import NotFound
from gongyou.web.desk.forms.ledger import CounterForm, DaysForm, PostingForm
from gongyou.web.desk.submitting import IntentForm, run, say_refused, status_of, uuid_of
from gongyou.web.guards import needs
from gongyou.web.requests import actor_of

DRAFT, POST, CLOSE = "ledger.draft", "ledger.post", "ledger.close"


@needs(READ)
@require_safe
def book_list(request: HttpRequest) -> HttpResponse:
    """The books within reach."""
    return render(request, "desk/ledger_books.html", {"books": queries.books(actor_of(request))})


@needs(READ)
@require_safe
def book_page(request: HttpRequest, book_id: UUID) -> HttpResponse:
    """GET until: the trial balance of that day (today's running totals without one), cursor of the postings."""
    return _book(request, book_id)


def _book(request: HttpRequest, book_id: UUID, form: PostingForm | None = None) -> HttpResponse:
    actor = actor_of(request)
    until = _day(request.GET.get("until", ""))
    balance = queries.trial_balance(actor, book_id, until=until)
    ways = queries.flows(actor, book_id)
    shown = form or PostingForm(initial={"posted_on": moment.today()})
    shown.offer_flows(ways)
    cursor = request.GET.get("cursor", "")
    postings, following = queries.postings(actor, book_id, cursor=cursor if uuid_of(cursor) else "")
    path = balance.book.office_path
    context = {
        "balance": balance,
        "book": balance.book,
        "until": until,
        "flows": ways,
        "drafts": queries.drafts(actor, book_id),
        "postings": postings,
        "next": following,
        "periods": queries.periods(actor, book_id),
        "form": shown,
        "intent": IntentForm(),
        "actor_id": actor.id,
        "may_draft": actor.may(DRAFT, path),
        "may_post": actor.may(POST, path),
        "may_close": actor.may(CLOSE, path),
    }
    return render(request, "desk/ledger_book.html", context, status=status_of(form) if form else 200)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


@needs(DRAFT)
@require_POST
def draft(request: HttpRequest, book_id: UUID) -> HttpResponse:
    """Prepare an entry; a colleague posts it."""
    actor = actor_of(request)
    form = PostingForm(request.POST)
    form.offer_flows(queries.flows(actor, book_id))
    if form.is_valid():
        data = form.cleaned_data
        done = run(
            form,
            actor,
            lambda a: services.draft_posting(
                a,
                book_id=book_id,
                flow=data["flow"],
                posted_on=data["posted_on"],
                reference=data["reference"],
                purpose=data["purpose"],
                entries=((data["reference"], 1, data["amount"]),),
            ),
        )
        if done is not None:
            flash.success(request, _("已制单，等另一位同事记账。"))
            return redirect("desk:ledger_book", book_id=book_id)
    form.renew(None)
    return _book(request, book_id, form)


@needs(READ)
@require_safe
def draft_page(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    """From the worklist: to the book where the draft waits."""
    book = queries.book_of_draft(actor_of(request), draft_id)
    return redirect(reverse("desk:ledger_book", args=[book.id]) + "#waiting")


@needs(READ)
@require_POST
def draft_step(request: HttpRequest, book_id: UUID, draft_id: UUID, name: str) -> HttpResponse:
    """POST; `name`: post | drop."""
    actor = actor_of(request).intending(request.POST.get("intent", "")[:64])
    try:
        if name == "post":
            services.post_draft(actor, draft_id=draft_id)
            flash.success(request, _("已记账。"))
        elif name == "drop":
            services.drop_draft(actor, draft_id=draft_id)
            flash.success(request, _("已作废，没有记账。"))
        else:
            raise NotFound
    except Refusal as refusal:
        say_refused(request, refusal)
    return redirect("desk:ledger_book", book_id=book_id)


@needs(CLOSE)
@require_POST
def close(request: HttpRequest, book_id: UUID, period_id: UUID) -> HttpResponse:
    """Nothing is posted into the month any more."""
    actor = actor_of(request).intending(request.POST.get("intent", "")[:64])
    try:
        services.close_period(actor, period_id=period_id)
        flash.success(request, _("已结账，控制数已经写下。"))
    except Refusal as refusal:
        say_refused(request, refusal)
    return redirect("desk:ledger_book", book_id=book_id)


@needs(READ)
@require_safe
def account_page(request: HttpRequest, account_id: UUID) -> HttpResponse:
    """GET since, until (both included; the last ninety days without them)."""
    today = moment.today()
    days = {"since": today - timedelta(days=90), "until": today}
    form = DaysForm(request.GET if "since" in request.GET else None, initial=days)
    if form.is_bound and form.is_valid():
        days = form.cleaned_data
    statement = queries.statement(actor_of(request), account_id, since=days["since"], until=days["until"])
    return render(request, "desk/ledger_account.html", {"statement": statement, "form": form})


@needs(READ)
@require_http_methods(["GET", "HEAD", "POST"])
def posting_page(request: HttpRequest, posting_id: UUID) -> HttpResponse:
    """GET cursor: the entries. POST transfer: prepare the counter-entry of one of them."""
    actor = actor_of(request)
    posting = queries.posting(actor, posting_id)
    book = queries.book(actor, posting.book_id)
    form = CounterForm(request.POST or None, initial={"posted_on": moment.today()})
    if request.method == "POST":
        actor.require(DRAFT, book.office_path)
        transfer_id = request.POST.get("transfer", "")
        if form.is_valid() and transfer_id.isdigit():
            data = form.cleaned_data
            done = run(
                form,
                actor,
                lambda a: services.draft_counter_entry(
                    a, transfer_id=int(transfer_id), posted_on=data["posted_on"], reason=data["reason"]
                ),
            )
            if done is not None:
                flash.success(request, _("已做冲销单，等另一位同事记账。"))
                return redirect("desk:ledger_book", book_id=book.id)
        form.renew(None)
    cursor = request.GET.get("cursor", "")
    page = queries.transfers(actor, posting_id, cursor=cursor if cursor.isdigit() else "")
    context = {
        "posting": posting,
        "book": book,
        "page": page,
        "form": form,
        "counter_on": str(form["posted_on"].value() or ""),
        "chosen": request.POST.get("transfer", ""),
        "reconciliations": queries.reconciliations(actor, posting_id),
        "may_draft": actor.may(DRAFT, book.office_path) and not posting.is_counter,
    }
    return render(
        request, "desk/ledger_posting.html", context, status=status_of(form) if form.is_bound else 200
    )
