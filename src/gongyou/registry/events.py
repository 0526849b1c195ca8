"""What happened in the registry. Events carry ids and enums, never personal content."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID


@dataclass(frozen=True)
class PersonCorrected:
    """`fields` names what changed: name | phone | id_number."""

    name: ClassVar[str] = "registry.person_corrected"
    person_id: UUID
    fields: tuple[str, ...]


@dataclass(frozen=True)
class PersonErased:
    name: ClassVar[str] = "registry.person_erased"
    person_id: UUID


@dataclass(frozen=True)
class ConsentWithdrawn:
    """Whoever works for `purpose` on the basis of consent stops now (PIPL art. 15)."""

    name: ClassVar[str] = "registry.consent_withdrawn"
    person_id: UUID
    purpose: str


@dataclass(frozen=True)
class PartnerEnded:
    name: ClassVar[str] = "registry.partner_ended"
    partner_id: UUID
