"""One at a time: whoever moves money of a period waits for whoever does so already, then sees what is left.

Without it, a round committed while a batch is taken apart would count a payment neither as under way nor as replaced,
and owe it twice. The turn is the lock on the period's rounds, taken before any payment, claim or account is locked.
"""

from __future__ import annotations

from uuid import UUID

from django.db.models import Q, QuerySet

from gongyou.engines.benefits.models import Entitlement, Round


def take_turn(programme: str, area: str, period: str) -> None:
    """For what moves money of one period."""
    _lock(Round.objects.filter(programme=programme, area=area, period=period))


def take_turn_of_round(round_id: UUID) -> None:
    """For a round that is about to be promised; one there is none of takes no turn."""
    found = Round.objects.filter(pk=round_id).values_list("programme", "area", "period").first()
    if found is not None:
        take_turn(*found)


def take_turn_of_subject(area: str, subject: str) -> None:
    """For what changes which payments of a subject can be made: every period it has money of."""
    periods = Q(pk__in=())
    mine = (
        Entitlement.objects.filter(area=area, subject=subject).values_list("programme", "period").distinct()
    )
    for programme, period in mine:
        periods |= Q(programme=programme, area=area, period=period)
    _lock(Round.objects.filter(periods))


def _lock(rounds: QuerySet[Round]) -> None:
    list(rounds.select_for_update().order_by("pk").values_list("pk", flat=True))
