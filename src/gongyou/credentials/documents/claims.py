"""What a certificate says, before it takes the machine's or the paper's form."""

from __future__ import annotations

import hashlib
import hmac
import os
from dataclasses import dataclass, field
from datetime import date, datetime

from gongyou.basics.identity import mask_name
from gongyou.basics.workdays import SHANGHAI

SALT_BYTES = 8
PAPER_HASH_BYTES = 3
"""On paper 24 bits of the salted digest: enough that a stranger's card does not match (1 in 16 million), too few to
find the number by trying (hundreds of numbers match every one)."""


@dataclass(frozen=True)
class Claims:
    """One certificate. `serial` is unlike any other; `place` its place in the issuer's list of revocations.

    `holder_hash`: salted digest of the identity number; the number itself stands nowhere.
    """

    serial: str
    issuer: str
    kind: str
    level: str
    number: str
    name_masked: str
    holder_hash: bytes = field(repr=False)
    salt: bytes = field(repr=False)
    issued_on: date
    valid_until: date | None
    review_on: date | None
    signed_at: datetime
    place: int

    @property
    def signed_on(self) -> date:
        return self.signed_at.astimezone(SHANGHAI).date()

    def is_of(self, id_number: str) -> bool:
        """Whether the certificate belongs to the holder of this identity number (as far as the form tells)."""
        digest = digest_of(id_number, self.salt)
        return hmac.compare_digest(digest[: len(self.holder_hash)], self.holder_hash)


def digest_of(id_number: str, salt: bytes) -> bytes:
    """SHA-256 over number and salt, as IMS Global's IdentityObject has it."""
    return hashlib.sha256(id_number.upper().encode() + salt.hex().encode()).digest()


def claims_for(
    *,
    issuer: str,
    kind: str,
    level: str,
    number: str,
    name: str,
    id_number: str,
    issued_on: date,
    valid_until: date | None,
    review_on: date | None,
    signed_at: datetime,
    place: int,
) -> Claims:
    """Claims about a holder, with a fresh serial and salt; name and number leave as mask and digest."""
    salt = os.urandom(SALT_BYTES)
    return Claims(
        serial=os.urandom(8).hex(),
        issuer=issuer,
        kind=kind,
        level=level,
        number=number,
        name_masked=mask_name(name),
        holder_hash=digest_of(id_number, salt),
        salt=salt,
        issued_on=issued_on,
        valid_until=valid_until,
        review_on=review_on,
        signed_at=signed_at.replace(microsecond=0),
        place=place,
    )
