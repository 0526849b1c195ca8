"""What the night looks after beside the clocks: rights that are about to end. Idempotent."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.db.models import Q

from gongyou.engines.casework.definitions import Closing
from gongyou.engines.casework.models import LegalLimit
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
        for _, limit_id in batch:
            warned += warn_of_limit(system_actor("night"), limit_id=limit_id)
        after = batch[-1]
    return warned


def _near(after: tuple[object, UUID] | None) -> list[tuple[object, UUID]]:
    """Limits not warned of yet, of matters that are not settled to the person's own satisfaction or withdrawn."""
    waiting = LegalLimit.objects.filter(
        superseded_at__isnull=True,
        warned_at__isnull=True,
        used_on__isnull=True,
        expires_on__lte=moment.today() + FARTHEST,
    ).exclude(case__closed_as__in=[Closing.SATISFIED, Closing.WITHDRAWN])
    if after is not None:
        waiting = waiting.filter(Q(expires_on__gt=after[0]) | Q(expires_on=after[0], pk__gt=after[1]))
    return list(waiting.order_by("expires_on", "pk").values_list("expires_on", "pk")[:CHUNK])
