"""Compact JWS (RFC 7515) with the algorithms of our keys: header, payload, signature."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from gongyou.credentials.documents.keys import PublicKey, SigningKey, b64, unb64

LONGEST = 1_000_000
"""Characters of a token that is looked at; the list of 131,072 places takes 30,000."""


@dataclass(frozen=True)
class Token:
    """A token taken apart; nothing in it is believed before `verified_by`."""

    header: Mapping[str, Any]
    payload: Mapping[str, Any]
    signed: bytes
    signature: bytes

    @property
    def kid(self) -> str:
        return str(self.header.get("kid", "")).rpartition("#")[2]

    def verified_by(self, key: PublicKey) -> bool:
        """The key's own algorithm counts; a header that names another is refused."""
        return self.header.get("alg") == key.algorithm.value and key.verifies(self.signature, self.signed)


def sign(payload: Mapping[str, Any], key: SigningKey, *, kid: str = "", typ: str = "JWT") -> str:
    header = {"alg": key.public.algorithm.value, "kid": kid or key.public.kid, "typ": typ}
    signed = f"{_part(header)}.{_part(payload)}"
    return f"{signed}.{b64(key.sign(signed.encode()))}"


def read(text: str) -> Token:
    """Raises ValueError for what is no compact JWS."""
    parts = text.strip().split(".")
    if len(parts) != 3 or len(text) > LONGEST:
        raise ValueError("not three parts")
    header, payload = json.loads(unb64(parts[0])), json.loads(unb64(parts[1]))
    if not isinstance(header, dict) or not isinstance(payload, dict) or "crit" in header:
        raise ValueError("not an object")
    return Token(header, payload, f"{parts[0]}.{parts[1]}".encode(), unb64(parts[2]))


def _part(content: Mapping[str, Any]) -> str:
    return b64(json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode())
