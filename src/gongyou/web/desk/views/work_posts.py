"""Posts at the office: put in, looked at by another person, made public, refused, ended."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages as flash
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from gongyou.engines.employment import services
from gongyou.engines.employment.queries.posts import PostView, list_posts, post_of
from gongyou.engines.employment.services.posts import EmployerWords, PostStanding
from gongyou.kernel.access import Actor
from gongyou.kernel.errors import NotFound
from gongyou.web.desk.submitting import page_cursor, run, status_of, uuid_of
from gongyou.web.guards import needs
from gongyou.web.requests import actor_of
from gongyou.web.work_forms import DeskPostForm, ReasonForm, changed_post, for_reach
from gongyou.web.work_words import POST_STATES

READ, POSTS, PUBLISH = "employment.read", "employment.posts", "employment.publish"
STEPS = ("publish", "refuse", "end")


@needs(READ)
@require_safe
def post_list(request: HttpRequest) -> HttpResponse:
    """GET state, cursor."""
    actor = actor_of(request)
    state = request.GET.get("state", "")
    state = state if state in POST_STATES else ""
    page = list_posts(actor, state=state, cursor=page_cursor(request))
    context = {"page": page, "states": POST_STATES, "state": state, "may_post": actor.may(POSTS)}
    return render(request, "desk/work_posts.html", context)


@needs(POSTS)
@require_http_methods(["GET", "HEAD", "POST"])
def new_post(request: HttpRequest) -> HttpResponse:
    """An employer's post put in by the office; another person makes it public."""
    actor = actor_of(request)
    form = for_reach(DeskPostForm(request.POST or None), actor, POSTS)
    if request.method == "POST":
        if form.is_valid():
            data, office_id = form.cleaned_data, uuid_of(form.cleaned_data["office"])
            assert office_id is not None
            employer = EmployerWords(data["organisation"], data["credit_code"])
            done = run(
                form,
                actor,
                lambda a: services.answer_shortage(
                    a, office_id=office_id, employer=employer, words=form.words(), channel="desk"
                ),
            )
            if done is not None:
                flash.success(request, _("已登记，等另一位同事审核后公开。"))
                return redirect("desk:work_post", post_id=done.post_id)
        form.renew(None)
    return render(
        request, "desk/work_post_new.html", {"form": form}, status=status_of(form) if form.is_bound else 200
    )


@needs(READ)
@require_safe
def post(request: HttpRequest, post_id: UUID) -> HttpResponse:
    """One post, what was made of it, and the platform's receipt."""
    actor = actor_of(request)
    return _page(request, actor, post_of(actor, post_id))


def _page(
    request: HttpRequest, actor: Actor, found: PostView, form: ReasonForm | None = None
) -> HttpResponse:
    context = {
        "post": found,
        "form": form or ReasonForm(version=found.version),
        "is_own": found.proposed_by == actor.id,
        "may_publish": actor.may(PUBLISH, found.office_path),
        "may_post": actor.may(POSTS, found.office_path),
    }
    return render(request, "desk/work_post.html", context, status=status_of(form) if form else 200)


@needs(POSTS)
@require_http_methods(["GET", "HEAD", "POST"])
def change_post(request: HttpRequest, post_id: UUID) -> HttpResponse:
    """Change anything; another person looks again before it is public."""
    actor = actor_of(request)
    found = post_of(actor, post_id)
    form, is_done = changed_post(request, actor, found)
    if is_done:
        flash.success(request, _("已改，等另一位同事审核后公开。"))
        return redirect("desk:work_post", post_id=post_id)
    context = {"form": form, "post": found}
    return render(
        request, "desk/work_post_new.html", context, status=status_of(form) if form.is_bound else 200
    )


@needs(READ)
@require_POST
def post_step(request: HttpRequest, post_id: UUID, name: str) -> HttpResponse:
    """POST reason; `name`: publish | refuse | end."""
    actor = actor_of(request)
    if name not in STEPS:
        raise NotFound
    form = ReasonForm(request.POST)
    if form.is_valid():
        version, reason = form.expected_version, form.cleaned_data["reason"]
        done = run(form, actor, lambda a: _do(a, name, post_id, version, reason))
        if done is not None:
            flash.success(request, _("已公开，大家都能看到。") if name == "publish" else _("已办好。"))
            return redirect("desk:work_post", post_id=post_id)
    found = post_of(actor, post_id)
    form.renew(found.version)
    return _page(request, actor, found, form)


def _do(actor: Actor, name: str, post_id: UUID, version: int, reason: str) -> PostStanding:
    if name == "publish":
        return services.publish_post(actor, post_id=post_id, version=version)
    if name == "refuse":
        return services.refuse_post(actor, post_id=post_id, version=version, reason=reason)
    return services.end_post(actor, post_id=post_id, version=version, reason=reason)
