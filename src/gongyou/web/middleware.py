"""Who acts, what a browser may do, and how a refusal is shown: the three layers around every page."""

from __future__ import annotations

import ipaddress
import logging
from collections.abc import Callable

from django.core.exceptions import BadRequest, PermissionDenied, SuspiciousOperation
from django.db import DataError
from django.http import Http404, HttpRequest, HttpResponse
from django.http.multipartparser import MultiPartParserError
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _

from gongyou.basics.refusal import Refusal
from gongyou.kernel.access import Actor, visitor_actor
from gongyou.kernel.accounts import actor_for_session
from gongyou.kernel.ids import new_id
from gongyou.web.errors import bad_request, not_that_way
from gongyou.web.preferences import safe_next
from gongyou.web.problem import problem_response, sentence

log = logging.getLogger(__name__)

GetResponse = Callable[[HttpRequest], HttpResponse]

# Django answers these itself (404, 403, 400) through the handlers of the URL configuration.
_DJANGOS_OWN = (Http404, PermissionDenied, SuspiciousOperation, BadRequest, MultiPartParserError)


# What no form sends and somebody typed into an address: NUL (PostgreSQL keeps none), a day before the year 1.
_UNKEEPABLE = (ValueError, OverflowError, DataError)
_SIGNS = ("NUL", "date value out of range")


class ActorMiddleware:
    """Puts `request.actor` there, worked out when somebody asks: a public page costs no query."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.META["REMOTE_ADDR"] = peer_address(request)
        request.actor = SimpleLazyObject(lambda: _actor(request))  # type: ignore[attr-defined]
        return self.get_response(request)


def _actor(request: HttpRequest) -> Actor:
    key = request.session.session_key
    return (actor_for_session(key) if key else None) or visitor_actor()


def peer_address(request: HttpRequest) -> str:
    """The address the request came from.

    Only a proxy on this very machine is believed (its last entry of X-Forwarded-For): anybody else could
    write that header. Without it all people behind the proxy would share one limit of wrong guesses.
    """
    peer = str(request.META.get("REMOTE_ADDR", ""))
    forwarded = str(request.META.get("HTTP_X_FORWARDED_FOR", "")).rpartition(",")[2].strip()
    if not forwarded or not _address(peer, "is_loopback"):
        return peer
    return forwarded if _address(forwarded, "compressed") else peer


def _address(text: str, attribute: str) -> object:
    try:
        return getattr(ipaddress.ip_address(text), attribute)
    except ValueError:
        return None


class RefusalMiddleware:
    """Turns a refusal into a page, a fragment or a problem document, and an accident into a calm page."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        return not_that_way(request, response) if response.status_code == 405 else response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, Refusal):
            return refusal_response(request, exception)
        if isinstance(exception, _DJANGOS_OWN):
            return None
        if isinstance(exception, _UNKEEPABLE) and any(s in str(exception) for s in _SIGNS):
            return bad_request(request)
        reference = new_id().hex[-12:]
        log.error("%s %s failed, reference %s", request.method, request.path, reference, exc_info=exception)
        return accident_response(request, reference)


def refusal_response(request: HttpRequest, error: Refusal) -> HttpResponse:
    """What somebody reads who may not, or cannot, do what they asked for."""
    if request.path.startswith("/api/"):
        return problem_response(error)
    message = sentence(error, "message")
    context = {
        "title": message,
        "sentence": message,
        "hint": sentence(error, "hint"),
        "status": error.status,
        "code": error.code,
        "back": safe_next(request, request.headers.get("Referer", "")),
    }
    if getattr(request, "htmx", False):
        # htmx swaps only successful answers; the sentence belongs at the top of the page either way.
        response = render(request, "errors/refusal_fragment.html", context)
        response["HX-Retarget"] = "#main"
        response["HX-Reswap"] = "afterbegin"
        response["X-Refusal"] = error.code
        return response
    return render(request, "errors/refusal.html", context, status=error.status)


def accident_response(request: HttpRequest, reference: str) -> HttpResponse:
    """A page that needs nothing but its template: the accident may be the database itself."""
    if request.path.startswith("/api/"):
        error = Refusal(
            "accident", _("刚才没有办成，是我们这边出了问题。"), _("请过一会儿再试。"), status=500
        )
        return problem_response(error)
    return HttpResponse(render_to_string("errors/500.html", {"reference": reference}), status=500)


class ContentPolicyMiddleware:
    """Nothing runs or loads that isn't ours, and pages with people's matters stay out of caches."""

    POLICY = "; ".join(
        (
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            "img-src 'self' data: blob:",
            "font-src 'self'",
            "connect-src 'self'",
            "media-src 'self' blob:",
            "manifest-src 'self'",
            "worker-src 'self'",
            "form-action 'self'",
            "base-uri 'none'",
            "frame-ancestors 'none'",
            "object-src 'none'",
        )
    )
    PERMISSIONS = "camera=(), microphone=(), geolocation=(self), payment=(), usb=(), browsing-topics=()"
    PRIVATE = ("/desk", "/supervise", "/me", "/sign-in", "/receipt")

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.setdefault("Content-Security-Policy", self.POLICY)
        response.setdefault("Permissions-Policy", self.PERMISSIONS)
        response.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        if request.path.startswith(self.PRIVATE):
            response["Cache-Control"] = "no-store"
        return response
