"""The signed-in worker's own name and telephone, opened for a stated purpose and on record."""

from __future__ import annotations

from dataclasses import dataclass, field

from gongyou.kernel.access import Actor
from gongyou.registry.queries import access_people


@dataclass(frozen=True)
class Contact:
    name: str = field(default="", repr=False)
    phone: str = field(default="", repr=False)


def own_contact(actor: Actor, purpose: str) -> Contact:
    """Empty for whom the registry knows nothing of."""
    if actor.person_id is None:
        return Contact()
    person = access_people(actor, [actor.person_id], purpose=purpose).get(actor.person_id)
    return Contact(person.name, person.phone) if person else Contact()
