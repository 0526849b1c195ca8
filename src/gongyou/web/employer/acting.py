"""A person signed in by SMS code acts for an organisation: with its rights alone, at itself alone, while named."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from gongyou.engines.benefits.definitions import own_path
from gongyou.kernel.access import Actor, Holding
from gongyou.registry.queries.representatives import Represented, require_represented

ROLE = "employer"


@dataclass(frozen=True)
class Acting:
    """Who acts, and for which organisation; `subject` is its credit code, as decisions know it."""

    actor: Actor
    organisation: Represented

    @property
    def subject(self) -> str:
        return self.organisation.credit_code


def acting_for(actor: Actor, organisation_id: UUID) -> Acting:
    """Raises NotAllowed for whoever does not act for this organisation now."""
    found = require_represented(actor, organisation_id)
    holding = Holding(ROLE, None, own_path(found.credit_code))
    return Acting(Actor(id=actor.id, kind=ROLE, name=found.name, holdings=(holding,)), found)
