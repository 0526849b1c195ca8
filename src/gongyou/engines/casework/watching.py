"""What the night looks after beside the clocks: rights that are about to end. Idempotent."""

from __future__ import annotations

from datetime import date, timedelta
from typing import NamedTuple
from uuid import UUID

from django.db.models import Q

from gongyou.engines.casework.definitions import Closing
from gongyou.engines.casework.limits import is_near
from gongyou.engines.casework.models import LegalLimit
from gongyou.engines.casework.queries.definitions import type_of
from gongyou.engines.casework.services.legal import warn_of_limit
from gongyou.kernel import moment
from gongyou.kernel.access import system_actor

CHUNK = 200
FARTHEST = timedelta(days=400)
"""No programme warns earlier than this before the last day; what lies beyond is not looked at."""


def warn_of_limits() -> int:
    """Warn of every right whose day is near, the nearest first, until none is left; returns how many."""
    warned, after = 0, None
    while batch := _near(after):
        for limit in batch:
            # Most are months away: an action each, every hour, would fill the audit log with nothing.
            if _is_due(limit):
                warned += warn_of_limit(system_actor("night"), limit_id=limit.id)
        after = batch[-1]
    return warned


class Waiting(NamedTuple):
    """A limit nobody was warned of; its day and id are its place in the order."""

    expires_on: date
    id: UUID
    route_id: str
    definition: str
    type_id: str


def _is_due(limit: Waiting) -> bool:
    routes = type_of(limit.definition, limit.type_id).legal_routes
    route = next((r for r in routes if r.id == limit.route_id), None)
    return route is not None and is_near(limit.expires_on, route.warn_days, moment.today())


def _near(after: Waiting | None) -> list[Waiting]:
    """Limits not warned of yet, of matters that are not settled to the person's own satisfaction or withdrawn."""
    waiting = LegalLimit.objects.filter(
        superseded_at__isnull=True,
        warned_at__isnull=True,
        used_on__isnull=True,
        expires_on__lte=moment.today() + FARTHEST,
    ).exclude(case__closed_as__in=[Closing.SATISFIED, Closing.WITHDRAWN])
    if after is not None:
        waiting = waiting.filter(
            Q(expires_on__gt=after.expires_on) | Q(expires_on=after.expires_on, pk__gt=after.id)
        )
    found = waiting.order_by("expires_on", "pk").values_list(
        "expires_on", "pk", "route_id", "case__definition", "case__type_id"
    )
    return [
        Waiting(day, pk, route, definition, type_id)
        for day, pk, route, definition, type_id in found[:CHUNK]
        if day is not None
    ]
