"""Identifiers made on the client: UUIDv7, so that rows made together lie together."""

from __future__ import annotations

from uuid import UUID

from uuid_utils import compat


def new_id() -> UUID:
    return compat.uuid7()
