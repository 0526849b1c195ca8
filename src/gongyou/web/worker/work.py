"""Work for the person on the phone: public posts, the survey, my list with reasons, why and why not, my interviews."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from gongyou.basics.refusal import Refusal, says
from gongyou.engines.employment import services
from gongyou.engines.employment.queries.lists import IntentionView, list_of, own_intentions, why
from gongyou.engines.employment.queries.posts import PostFilter, PostView, public_post, search_posts
from gongyou.engines.employment.queries.referrals import own_referrals
from gongyou.kernel.errors import NotFound
from gongyou.offices import queries as offices
from gongyou.web.desk.submitting import IntentForm, page_cursor, run, say_refused, status_of, uuid_of
from gongyou.web.guards import needs, public
from gongyou.web.job_posting import job_posting
from gongyou.web.requests import actor_of
from gongyou.web.work_forms import SurveyForm

OWN = "employment.own"
PURPOSE = says("本人查看推荐")


@public
@require_safe
def jobs(request: HttpRequest) -> HttpResponse:
    """GET q, division, gig, cursor: public posts, newest first."""
    gig = request.GET.get("gig", "")
    division = request.GET.get("division", "")
    given = PostFilter(
        text=request.GET.get("q", "")[:60],
        division=division if division.isascii() and division.isdigit() and len(division) <= 6 else "",
        is_gig=None if gig not in ("0", "1") else gig == "1",
    )
    page = search_posts(given=given, cursor=page_cursor(request))
    return render(request, "worker/jobs.html", {"page": page, "given": given, "gig": gig})


@public
@require_safe
def job(request: HttpRequest, post_id: UUID) -> HttpResponse:
    """One public post, with its JobPosting for search engines."""
    found = public_post(post_id)
    return render(request, "worker/job.html", {"post": found, "posting": _posting(found)})


def _posting(found: PostView) -> str:
    """JSON inside a script element: nothing in it may end the element."""
    text = json.dumps(job_posting(found), ensure_ascii=False)
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


@needs(OWN)
@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """My list, what is nearly within reach, my interests and interviews."""
    actor = actor_of(request)
    lists = [list_of(actor, one.id, purpose=PURPOSE) for one in own_intentions(actor) if one.is_active]
    context = {"lists": lists, "referrals": own_referrals(actor), "form": IntentForm()}
    return render(request, "worker/work.html", context)


@needs(OWN)
@require_http_methods(["GET", "HEAD", "POST"])
def survey(request: HttpRequest, area: str = "") -> HttpResponse:
    """Say what I want: first the county, then work and training apart."""
    actor = actor_of(request)
    areas = [offices.root_of(code) for code in offices.areas()]
    chosen = next((one for one in areas if one.area == area), None)
    if chosen is None:
        return render(request, "worker/work_areas.html", {"areas": areas})
    form = SurveyForm(request.POST or None)
    form.offer(area)
    if request.method == "POST":
        if form.is_valid():
            done = run(
                form,
                actor,
                lambda a: services.answer_willingness(
                    a, office_id=chosen.id, channel="own", words=form.words("")
                ),
            )
            if done is not None:
                messages.success(request, _("收到了。下一次匹配后这里会有推荐。"))
                return redirect("worker:work")
        form.renew(None)
    context = {"form": form, "area": chosen}
    return render(
        request, "worker/work_survey.html", context, status=status_of(form) if form.is_bound else 200
    )


@needs(OWN)
@require_safe
def post(request: HttpRequest, post_id: UUID) -> HttpResponse:
    """Why this post, why not: for me."""
    actor = actor_of(request)
    intention = _own(request)
    _intention, found, told = why(actor, intention.id, post_id, purpose=PURPOSE)
    context = {"post": found, "why": told, "intention": intention, "form": IntentForm()}
    return render(request, "worker/work_post.html", context)


def _own(request: HttpRequest) -> IntentionView:
    found = next((one for one in own_intentions(actor_of(request)) if one.is_active), None)
    if found is None:
        raise NotFound(says("您还没有填写求职意向，或已经到期。"))
    return found


STEPS = ("interest", "plain", "ranked", "withdraw", "ask", "confirm", "leave")


@needs(OWN)
@require_POST
def step(request: HttpRequest, name: str) -> HttpResponse:
    """POST intention, post, referral, version, shares, text; `name`: one of STEPS."""
    form = IntentForm(request.POST)
    if name not in STEPS or not form.is_valid():
        raise NotFound
    actor = actor_of(request).intending(form.cleaned_data["intent"] or "")
    try:
        _do(actor, name, request.POST, form.expected_version)
        messages.success(request, _("已办好。"))
    except Refusal as refusal:
        say_refused(request, refusal)
    return redirect("worker:work")


def _do(actor: Any, name: str, data: Any, version: int) -> None:
    if name == "confirm":
        services.confirm_interview(actor, referral_id=_id(data, "referral"), version=version)
    elif name == "leave":
        services.withdraw_referral(actor, referral_id=_id(data, "referral"), version=version)
    elif name == "interest":
        services.show_interest(
            actor,
            intention_id=_id(data, "intention"),
            post_id=_id(data, "post"),
            shares_contact=data.get("shares") == "yes",
        )
    elif name == "withdraw":
        services.withdraw_intention(actor, intention_id=_id(data, "intention"))
    elif name == "ask":
        services.ask_person(actor, intention_id=_id(data, "intention"), text=data.get("text", ""))
    else:
        services.choose_order(actor, intention_id=_id(data, "intention"), is_plain=name == "plain")


def _id(data: Any, name: str) -> UUID:
    found = uuid_of(data.get(name, ""))
    if found is None:
        raise NotFound
    return found
