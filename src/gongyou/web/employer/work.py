"""An employer's posts: put forward, seen with who is interested, interviews set, offers made."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages as flash
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from gongyou.engines.employment import services
from gongyou.engines.employment.queries.posts import PostView, own_posts, post_of
from gongyou.engines.employment.queries.referrals import ReferralView, candidates
from gongyou.engines.employment.services.posts import PostStanding
from gongyou.kernel.access import Actor
from gongyou.kernel.errors import NotFound
from gongyou.offices import queries as offices
from gongyou.registry.queries.representatives import ACT
from gongyou.web.desk.submitting import IntentForm, run, status_of, uuid_of
from gongyou.web.desk.views.work_referrals import FORMS, do_step
from gongyou.web.employer.acting import Acting, acting_for
from gongyou.web.guards import needs
from gongyou.web.requests import actor_of
from gongyou.web.work_forms import PostForm, ReasonForm, changed_post

STEPS = ("invite", "kept", "missed", "offer", "decline")


@needs(ACT)
@require_http_methods(["GET", "HEAD", "POST"])
def posts(request: HttpRequest, organisation_id: UUID) -> HttpResponse:
    """GET: the employer's own posts. POST: put another forward; the office makes it public."""
    acting = acting_for(actor_of(request), organisation_id)
    area = acting.organisation.office_path.partition("/")[0]
    form = PostForm(request.POST or None)
    form.offer(area)
    if request.method == "POST":
        if form.is_valid():
            office_id = offices.office_at(acting.organisation.office_path).id
            done = run(
                form,
                acting.actor,
                lambda a: services.propose_post(
                    a, office_id=office_id, organisation_id=organisation_id, words=form.words(), channel="own"
                ),
            )
            if done is not None:
                flash.success(request, _("已提交，审核后公开。"))
                return redirect("employer:posts", organisation_id=organisation_id)
        form.renew(None)
    context = {"acting": acting, "posts": own_posts(acting.actor, organisation_id), "form": form}
    return render(request, "employer/posts.html", context, status=status_of(form) if form.is_bound else 200)


@needs(ACT)
@require_http_methods(["GET", "HEAD", "POST"])
def post(request: HttpRequest, organisation_id: UUID, post_id: UUID) -> HttpResponse:
    """GET: one post and who is interested. POST do: a step with a candidate, or end."""
    acting = acting_for(actor_of(request), organisation_id)
    doing = request.POST.get("do", "")
    bound: Any = None
    if request.method == "POST":
        bound, is_done = _step(request, acting, post_id, doing)
        if is_done:
            flash.success(request, _("已办好。"))
            return redirect("employer:post", organisation_id=organisation_id, post_id=post_id)
    found = post_of(acting.actor, post_id)
    if found.organisation_id != organisation_id:
        raise NotFound
    people = candidates(acting.actor, post_id)
    about = uuid_of(request.POST.get("referral", ""))
    lines = [(one, _forms(one, doing if one.id == about else "", bound)) for one in people]
    end = (
        bound if doing == "end" and bound is not None else ReasonForm(version=found.version, auto_id="end_%s")
    )
    context = {"acting": acting, "post": found, "lines": lines, "end": end}
    return render(
        request, "employer/post.html", context, status=status_of(bound) if bound is not None else 200
    )


@needs(ACT)
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, organisation_id: UUID, post_id: UUID) -> HttpResponse:
    """Change anything; the office looks again before it is public."""
    acting = acting_for(actor_of(request), organisation_id)
    found = post_of(acting.actor, post_id)
    form, is_done = changed_post(request, acting.actor, found)
    if is_done:
        flash.success(request, _("已提交，审核后公开。"))
        return redirect("employer:posts", organisation_id=organisation_id)
    context = {"acting": acting, "post": found, "form": form}
    return render(
        request, "employer/post_change.html", context, status=status_of(form) if form.is_bound else 200
    )


def _step(request: HttpRequest, acting: Acting, post_id: UUID, doing: str) -> tuple[Any, bool]:
    found: PostView = post_of(acting.actor, post_id)
    if doing == "end":
        form = ReasonForm(request.POST, auto_id="end_%s")
        done = run(form, acting.actor, lambda a: _end(a, found, form)) if form.is_valid() else None
        form.renew(found.version)
        return form, done is not None
    referral_id = uuid_of(request.POST.get("referral", ""))
    if doing not in STEPS or referral_id is None:
        raise NotFound
    bound = FORMS[doing](request.POST, auto_id=f"{doing}_{str(referral_id)[:8]}_%s")
    made = (
        run(bound, acting.actor, lambda a: do_step(a, doing, referral_id, bound))
        if bound.is_valid()
        else None
    )
    return bound, made is not None


def _end(actor: Actor, post: PostView, form: ReasonForm) -> PostStanding:
    return services.end_post(
        actor, post_id=post.id, version=form.expected_version, reason=form.cleaned_data["reason"]
    )


def _forms(one: ReferralView, doing: str, bound: Any) -> dict[str, IntentForm]:
    found = {}
    for name in STEPS:
        if name == doing and bound is not None:
            bound.renew(one.version)
            found[name] = bound
        else:
            found[name] = FORMS[name](version=one.version, auto_id=f"{name}_{str(one.id)[:8]}_%s")
    return found
