"""Agreements of issuers, and which are lacking."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db.models import Q

from gongyou.engines.skills.models import Agreement


def lacking(area: str, kinds: Iterable[str], on: date) -> tuple[str, ...]:
    """Those kinds of certificate whose issuer has no agreement in force on the day."""
    held = set(
        Agreement.objects.filter(
            Q(until_on=None) | Q(until_on__gte=on), area__in=_areas(area), from_on__lte=on
        ).values_list("kind", flat=True)
    )
    return tuple(kind for kind in kinds if kind not in held)


def _areas(area: str) -> tuple[str, ...]:
    """A county's classes stand under an agreement of its city or province too."""
    return tuple(dict.fromkeys((area, f"{area[:4]}00", f"{area[:2]}0000")))
