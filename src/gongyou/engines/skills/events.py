"""What other rooms may hear of. Ids, kinds and days; numbers of an authority never travel in an event."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import ClassVar
from uuid import UUID


@dataclass(frozen=True)
class CertificateEarned:
    """Somebody passed one examination. `is_pending`: the authority's number is not there yet."""

    name: ClassVar[str] = "skills.certificate_earned"
    certificate_id: UUID
    person_id: UUID
    kind: str
    level: str
    area: str
    office_path: str
    issued_on: date
    is_pending: bool


@dataclass(frozen=True)
class AuthorityNumberRecorded:
    """The authority gave its number: from now on the certificate counts."""

    name: ClassVar[str] = "skills.authority_number_recorded"
    certificate_id: UUID
    person_id: UUID
    kind: str
    level: str
    area: str
    office_path: str
    issued_on: date
