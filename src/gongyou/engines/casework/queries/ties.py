"""What a member of staff declared about themself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from gongyou.engines.casework.models import StaffTie
from gongyou.kernel.access import Actor
from gongyou.kernel.accounts import names_of
from gongyou.registry import queries as registry


@dataclass(frozen=True)
class TieLine:
    colleague: str
    employer: str
    declared_at: datetime


def own_ties(actor: Actor) -> tuple[TieLine, ...]:
    """The actor's own declarations in force, latest first."""
    rows = list(
        StaffTie.objects.filter(account_id=actor.id, withdrawn_at__isnull=True).order_by("-declared_at")
    )
    names = names_of(actor, {r.other_account_id for r in rows if r.other_account_id})
    wanted = {r.organisation_id for r in rows if r.organisation_id}
    bodies = registry.organisations(actor, wanted) if wanted else {}
    return tuple(
        TieLine(
            names.get(r.other_account_id, "") if r.other_account_id else "",
            bodies[r.organisation_id].name if r.organisation_id in bodies else "",
            r.declared_at,
        )
        for r in rows
    )
