"""A staff sign-in that is half done: kept in the server's session, bound to the password, for ten minutes."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from gongyou.kernel import moment
from gongyou.kernel.access import Actor, visitor_actor
from gongyou.kernel.accounts import (
    Pending,
    Step,
    actor_for_session,
    digest_of_key,
    language_of,
    pending_staff,
    start_session,
)
from gongyou.kernel.errors import NotFound
from gongyou.web.preferences import LANGUAGE_COOKIE, REMEMBERED_SECONDS, safe_next
from gongyou.web.requests import source_of

KEY = "pending_sign_in"
GOOD_FOR = timedelta(minutes=10)

_PAGES = {
    Step.SECOND_FACTOR: "sign_in:second",
    Step.PASSWORD: "sign_in:password",
    Step.ENROL: "sign_in:enrol",
}
_HOMES = (
    ("decisions.run", "/desk/policy/"),
    ("worklist.read", "/desk/"),
    ("benefits.read", "/desk/benefits/"),
    ("ledger.read", "/desk/ledger/"),
    ("accounts.read", "/desk/accounts/"),
    ("audit.read", "/desk/audit/"),
    ("supervise.read", "/supervise/"),
)


def begin(request: HttpRequest, account_id: UUID, next_page: str) -> HttpResponse:
    """The password was right: remember it under a new session key and go to the next step."""
    pending = pending_staff(account_id, has_passed_second=False)
    request.session.flush()
    request.session[KEY] = {
        "account": str(account_id),
        "binding": pending.binding,
        "at": moment.now().isoformat(),
        "has_passed_second": False,
        "has_secret": False,
        "next": next_page,
    }
    return go_on(request)


def found(request: HttpRequest) -> Pending | None:
    """The sign-in under way in this session; None when there is none, it is old, or the password changed since."""
    kept = request.session.get(KEY)
    if kept is None or moment.now() - datetime.fromisoformat(kept["at"]) > GOOD_FOR:
        return None
    try:
        pending = pending_staff(UUID(kept["account"]), has_passed_second=kept["has_passed_second"])
    except NotFound:
        return None
    return pending if pending.binding == kept["binding"] else None


def note(request: HttpRequest, **changes: object) -> None:
    request.session[KEY] = {**request.session[KEY], **changes}


def rebind(request: HttpRequest, before: Pending) -> None:
    """This sign-in itself changed the password; every other one under way with the old password is over."""
    after = pending_staff(before.account_id, has_passed_second=request.session[KEY]["has_passed_second"])
    note(request, binding=after.binding)


def go_on(request: HttpRequest) -> HttpResponse:
    """To the page of the next step, or in."""
    pending = found(request)
    if pending is None:
        return HttpResponseRedirect(reverse("sign_in:staff"))
    if pending.step is not Step.DONE:
        return HttpResponseRedirect(reverse(_PAGES[pending.step]))
    next_page = request.session[KEY]["next"]
    actor = enter(request, pending.account_id)
    return remember_language(
        request, HttpResponseRedirect(safe_next(request, next_page, home_of(actor))), actor.id
    )


def enter(request: HttpRequest, account_id: UUID) -> Actor:
    """Start a known session under a fresh key; nothing of what was kept before goes along."""
    request.session.flush()
    request.session.cycle_key()
    key = str(request.session.session_key)
    limits = start_session(
        visitor_actor(), account_id=account_id, key_digest=digest_of_key(key), source=source_of(request)
    )
    request.session.set_expiry(int(limits.lasts.total_seconds()))
    return actor_for_session(key) or visitor_actor()


def home_of(actor: Actor) -> str:
    """Where somebody's work begins."""
    if actor.kind == "worker":
        return "/me/"
    return next((page for right, page in _HOMES if actor.may(right)), "/")


def remember_language(request: HttpRequest, response: HttpResponse, account_id: UUID) -> HttpResponse:
    """The account's language on this device, unless the device has chosen one."""
    language = "" if LANGUAGE_COOKIE in request.COOKIES else language_of(account_id)
    if language:
        response.set_cookie(
            LANGUAGE_COOKIE,
            language,
            max_age=REMEMBERED_SECONDS,
            samesite="Lax",
            secure=request.is_secure(),
            httponly=True,
        )
    return response
