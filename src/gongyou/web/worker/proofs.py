"""What this browser has proven to be its own: kept in the session, so that no code stands in an address.

An anonymous matter of somebody who is signed in stands in a cookie of its own instead: the session belongs to the
account, and would say whose it is.
"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from gongyou.engines.casework.queries import Own, pin_of, prove_own
from gongyou.web.requests import actor_of, source_of

MATTERS = "matters"
FILED = "filed"
MOST = 20
UNNAMED = "unnamed"
UNNAMED_SECONDS = 2 * 3600


def unnamed(request: HttpRequest) -> list[str]:
    """Numbers of anonymous matters filed or proven in this browser, latest last."""
    kept = request.get_signed_cookie(UNNAMED, default="", salt=UNNAMED, max_age=UNNAMED_SECONDS)
    return [number for number in str(kept).split(" ") if number]


def remember_unnamed(request: HttpRequest, response: HttpResponse, number: str) -> None:
    """Keep an anonymous matter apart from the account that is signed in."""
    known = [n for n in unnamed(request) if n != number]
    response.set_signed_cookie(
        UNNAMED,
        " ".join([*known, number][-MOST:]),
        salt=UNNAMED,
        max_age=UNNAMED_SECONDS,
        httponly=True,
        samesite="Lax",
        secure=request.is_secure(),
    )


def remember(request: HttpRequest, number: str, tail: str) -> None:
    """After a filing or a right guess. The oldest is forgotten."""
    known: dict[str, str] = dict(request.session.get(MATTERS, {}))
    known.pop(number, None)
    known[number] = tail
    request.session[MATTERS] = dict(list(known.items())[-MOST:])


def remember_filed(request: HttpRequest, key: str, number: str, has_phone: bool) -> None:
    """The receipt belongs to this browser; `key` finds it again when the form is sent twice."""
    remember(request, number, pin_of(number))
    filed: dict[str, list[object]] = dict(request.session.get(FILED, {}))
    filed[key] = [number, has_phone]
    request.session[FILED] = dict(list(filed.items())[-MOST:])


def number_filed(request: HttpRequest, key: str) -> str:
    """The number a form with this key got in this browser, or ''."""
    found = request.session.get(FILED, {}).get(key)
    return str(found[0]) if found else ""


def filed_here(request: HttpRequest, number: str) -> bool | None:
    """Whether a number filed in this browser left a telephone; None: not filed here."""
    for found, has_phone in request.session.get(FILED, {}).values():
        if found == number:
            return bool(has_phone)
    return False if number in unnamed(request) else None


def is_known(request: HttpRequest, number: str) -> bool:
    if number in request.session.get(MATTERS, {}) or number in unnamed(request):
        return True
    return actor_of(request).person_id is not None


def own_matter(request: HttpRequest, number: str) -> Own:
    """Prove again, every time, from what the session holds or the worker's sign-in. Raises NotFound, DomainError."""
    tail = str(request.session.get(MATTERS, {}).get(number, ""))
    if not tail and number in unnamed(request):
        tail = pin_of(number)
    return prove_own(actor_of(request), number, tail, source_of(request))
