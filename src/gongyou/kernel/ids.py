"""Identifiers made on the client: UUIDv7, so that rows made together lie together."""

from __future__ import annotations

import os
import time
from uuid import UUID

from uuid_utils import compat

_VERSION_7, _VARIANT = "7", "8"
_NOISE_BYTES, _NOISE = 9, 18  # of one id, in bytes and in hex digits; 15 hex digits and a variant are used


def new_id() -> UUID:
    return compat.uuid7()


def new_hexes(count: int) -> list[str]:
    """UUIDv7 of one moment as 32 hex digits, ascending: for rows by the ten thousand, where an object each is dear.

    72 of their bits are random.
    """
    head = f"{time.time_ns() // 1_000_000:012x}{_VERSION_7}"
    noise = os.urandom(_NOISE_BYTES * count).hex()
    return sorted(
        f"{head}{noise[at : at + 3]}{_VARIANT}{noise[at + 3 : at + 18]}"
        for at in range(0, _NOISE * count, _NOISE)
    )


def id_in_sql(vendor: str) -> tuple[str, str]:
    """The same made by the database, a row each: an SQL expression and the value of its one parameter."""
    head = f"{time.time_ns() // 1_000_000:012x}{_VERSION_7}"
    if vendor == "postgresql":
        # A random UUID is xxxxxxxx-xxxx-4xxx-…: from its 16th character on it is noise with a variant.
        return "(%s || substr(gen_random_uuid()::text, 16))::uuid", f"{head[:8]}-{head[8:12]}-{head[12:]}"
    noise = f"substr(lower(hex(randomblob(2))), 2) || '{_VARIANT}' || substr(lower(hex(randomblob(8))), 2)"
    return f"(%s || {noise})", head
