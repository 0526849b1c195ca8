"""Every address says who may see it, and a visitor without the right is refused at every one that says so."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from gongyou.config.roles import ROLES

SAMPLES: dict[str, str] = {"uuid": str(UUID(int=1)), "int": "1", "slug": "a", "str": "a", "path": "a"}
PART = re.compile(r"<(?:(\w+):)?\w+>")
API = "/api/"
# What a person may do at the API without signing in: hand something in, look one's own matter up, read the forms.
PUBLIC_API = {"intake", "upload", "types", "track", "openapi-json"}

View = Callable[..., Any]


def _views(resolver: URLResolver, prefix: str = "/") -> Iterator[tuple[str, View, str]]:
    for entry in resolver.url_patterns:
        route = prefix + str(entry.pattern).lstrip("^")
        if isinstance(entry, URLPattern):
            yield route, entry.callback, entry.name or ""
        else:
            yield from _views(entry, route)


ALL = list(_views(get_resolver()))
PAGES = [(route, view) for route, view, _name in ALL if not route.startswith(API)]
GUARDED = [(route, view.right) for route, view in PAGES if hasattr(view, "right")]  # type: ignore[attr-defined]


def _address(route: str) -> str:
    return PART.sub(lambda match: SAMPLES[match.group(1) or "str"], route)


@pytest.mark.parametrize(("route", "view"), PAGES, ids=[route for route, _view in PAGES])
def test_every_page_says_who_may_see_it(route: str, view: View) -> None:
    right, is_public = getattr(view, "right", None), getattr(view, "is_public", False)
    assert (right is not None) != is_public, f"{route}: neither @needs(right) nor @public (or both)"
    if right is not None:
        assert any(right in role.rights for role in ROLES.values()), f"{route}: nobody holds {right}"


def test_staff_pages_are_never_public() -> None:
    assert GUARDED
    open_doors = [
        route
        for route, view in PAGES
        if route.startswith(("/desk/", "/supervise/")) and getattr(view, "is_public", False)
    ]
    assert not open_doors


@pytest.mark.django_db
@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize(("route", "right"), GUARDED, ids=[route for route, _right in GUARDED])
def test_a_visitor_is_refused(route: str, right: str, method: str) -> None:
    if right in ROLES["visitor"].rights:
        pytest.skip(f"visitors hold {right}")
    answer = getattr(Client(), method)(_address(route))
    is_sent_to_sign_in = answer.status_code == 302 and "sign-in" in answer["Location"]
    assert is_sent_to_sign_in or answer.status_code in {403, 405}, f"{route}: {answer.status_code}"


@pytest.mark.django_db
@pytest.mark.parametrize(
    "route", [route for route, _view, name in ALL if route.startswith(API) and name not in PUBLIC_API]
)
def test_the_api_refuses_a_visitor(route: str) -> None:
    for method in ("get", "post"):
        answer = getattr(Client(), method)(
            _address(route), content_type="application/json", data="{}" if method == "post" else {}
        )
        assert answer.status_code >= 400, f"{method} {route}: {answer.status_code}"
