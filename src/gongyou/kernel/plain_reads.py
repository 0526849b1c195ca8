"""Reads on the hot path: plain statements whose answer is a few plain values.

Building and compiling a queryset costs more CPU than the query itself; an intake asks five such questions.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db import connection


def one(sql: str, values: Sequence[Any]) -> tuple[Any, ...] | None:
    """The first row, or None."""
    with connection.cursor() as cursor:
        cursor.execute(sql, list(values))
        row: tuple[Any, ...] | None = cursor.fetchone()
    return row


def first_column(sql: str, values: Sequence[Any]) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(sql, list(values))
        return [row[0] for row in cursor.fetchall()]


def binary(value: bytes) -> Any:
    """A digest as a parameter."""
    return connection.Database.Binary(value)  # type: ignore[attr-defined]


def as_uuid(value: Any) -> UUID:
    """An id as this database gives it."""
    return value if isinstance(value, UUID) else UUID(value)
