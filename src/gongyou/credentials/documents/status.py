"""Lists of revocations: W3C Bitstring Status List 1.0, one bit a certificate, signed and good for a while."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from gongyou.credentials.documents import jws
from gongyou.credentials.documents.badges import CONTEXT, LIST_SIZE, list_address, place_in_list
from gongyou.credentials.documents.issuers import Issuer, Register
from gongyou.credentials.documents.keys import SigningKey, b64, unb64

GOOD_FOR = timedelta(days=7)
"""Without a limit an old list, without later revocations, could be shown for ever."""


@dataclass(frozen=True)
class StatusList:
    """A list that was read and found to be its issuer's."""

    address: str
    issuer: str
    bits: bytes
    valid_until: datetime

    def is_revoked(self, place: int) -> bool:
        spot = place_in_list(place)
        return bool(self.bits[spot // 8] & (0x80 >> (spot % 8)))


def write(issuer: Issuer, key: SigningKey, number: int, revoked: Iterable[int], at: datetime) -> str:
    """The list `number` as a signed credential; `revoked` are places of all lists."""
    bits = bytearray(LIST_SIZE // 8)
    for place in revoked:
        if place // LIST_SIZE == number:
            spot = place_in_list(place)
            bits[spot // 8] |= 0x80 >> (spot % 8)
    address, at = list_address(issuer, number * LIST_SIZE), at.replace(microsecond=0)
    payload: dict[str, Any] = {
        "@context": [CONTEXT[0]],
        "id": address,
        "type": ["VerifiableCredential", "BitstringStatusListCredential"],
        "issuer": issuer.id,
        "validFrom": at.isoformat(),
        "validUntil": (at + GOOD_FOR).isoformat(),
        "credentialSubject": {
            "id": f"{address}#list",
            "type": "BitstringStatusList",
            "statusPurpose": "revocation",
            # mtime 0: the same list is the same bytes
            "encodedList": "u" + b64(gzip.compress(bytes(bits), mtime=0)),
        },
        "iss": issuer.id,
        "jti": address,
        "nbf": int(at.timestamp()),
    }
    return jws.sign(payload, key, kid=f"{issuer.id}#{key.public.kid}")


def read(text: str, register: Register) -> StatusList:
    """Raises ValueError: no list, not signed by an issuer of the register, or no readable bits."""
    token = jws.read(text)
    issuer = register.issuer_of_key(token.kid)
    key = issuer.key(token.kid) if issuer else None
    if issuer is None or key is None or key.is_compromised or not token.verified_by(key):
        raise ValueError("signature")
    payload = token.payload
    try:
        if payload["issuer"] != issuer.id:
            raise ValueError("issuer")
        encoded = payload["credentialSubject"]["encodedList"]
        bits = zlib.decompressobj(wbits=31).decompress(unb64(encoded[1:]), LIST_SIZE)
        until = datetime.fromisoformat(payload["validUntil"])
    except (KeyError, TypeError, zlib.error) as error:
        raise ValueError("list") from error
    if len(bits) != LIST_SIZE // 8:
        raise ValueError("size")
    return StatusList(payload["id"], issuer.id, bits, until)
