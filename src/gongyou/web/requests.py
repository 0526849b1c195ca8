"""What a request tells about its sender."""

from __future__ import annotations

from typing import cast

from django.http import HttpRequest

from gongyou.kernel.access import Actor


def actor_of(request: HttpRequest) -> Actor:
    """The signed-in actor, or the visitor (ActorMiddleware puts it there)."""
    return cast(Actor, request.actor)  # type: ignore[attr-defined]


def source_of(request: HttpRequest) -> str:
    """The network address the request came from; behind a proxy the server sets REMOTE_ADDR itself."""
    return str(request.META.get("REMOTE_ADDR", ""))
