"""Reads on the hot path: plain statements whose answer is a few plain values.

Building and compiling a queryset costs more CPU than the query itself; an intake asks five such questions. On
PostgreSQL they are prepared statements (`prepared.py`).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db import connection

from gongyou.kernel import prepared
from gongyou.kernel.inserting import send_waiting


def one(sql: str, values: Sequence[Any], *, sees_waiting: bool = True) -> tuple[Any, ...] | None:
    """The first row, or None. `sees_waiting=False`: the answer doesn't depend on rows that still wait (`together`)."""
    rows = every(sql, values, sees_waiting=sees_waiting)
    return rows[0] if rows else None


def every(sql: str, values: Sequence[Any], *, sees_waiting: bool = True) -> list[tuple[Any, ...]]:
    """All rows."""
    if connection.vendor == "postgresql":
        if sees_waiting:
            send_waiting()
        return prepared.execute(sql, values)
    with connection.cursor() as cursor:
        cursor.execute(sql, list(values))
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows


def first_column(sql: str, values: Sequence[Any]) -> list[Any]:
    """The first column of a statement that was built for the moment (not prepared)."""
    with connection.cursor() as cursor:
        cursor.execute(sql, list(values))
        return [row[0] for row in cursor.fetchall()]


def as_uuid(value: Any) -> UUID:
    """An id as this database gives it."""
    return value if isinstance(value, UUID) else UUID(value)
