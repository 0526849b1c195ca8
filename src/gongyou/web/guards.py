"""What stands before a view: the right it needs, or the word that it is public."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, Concatenate, ParamSpec, TypeVar
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from gongyou.web.requests import actor_of

P = ParamSpec("P")
View = TypeVar("View", bound=Callable[..., Any])

WORKER_PATH = "/me"


def needs(
    right: str,
) -> Callable[
    [Callable[Concatenate[HttpRequest, P], HttpResponse]], Callable[Concatenate[HttpRequest, P], HttpResponse]
]:
    """A visitor is sent to sign in and comes back here; whoever lacks the right gets the NotAllowed page.

    The view carries `right`, so that a test can walk all addresses.
    """

    def decorate(
        view: Callable[Concatenate[HttpRequest, P], HttpResponse],
    ) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
        @functools.wraps(view)
        def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            actor = actor_of(request)
            if actor.kind == "visitor" and not actor.may(right):
                return to_sign_in(request)
            actor.require(right)
            return view(request, *args, **kwargs)

        guarded.right = right  # type: ignore[attr-defined]
        return guarded

    return decorate


def public(view: View) -> View:
    """Marks a view that anybody may see."""
    view.is_public = True  # type: ignore[attr-defined]
    return view


def to_sign_in(request: HttpRequest) -> HttpResponse:
    """To the sign-in of workers or of staff, by the part of the site; back to this page afterwards."""
    is_worker_page = request.path == WORKER_PATH or request.path.startswith(WORKER_PATH + "/")
    here = request.get_full_path() if request.method in ("GET", "HEAD") else ""
    if getattr(request, "htmx", False):
        here = getattr(request.htmx, "current_url_abs_path", None) or ""  # type: ignore[attr-defined]
    address = reverse("sign_in:worker" if is_worker_page else "sign_in:staff")
    address += "?" + urlencode({"next": here}) if here else ""
    if getattr(request, "htmx", False):
        response = HttpResponse(status=204)
        response["HX-Redirect"] = address
        return response
    return HttpResponseRedirect(address)
