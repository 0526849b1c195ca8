"""Reads on the hot path: plain statements whose answer is a few plain values.

Building and compiling a queryset costs more CPU than the query itself; an intake asks five such questions. On
PostgreSQL they are prepared statements (`prepared.py`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection

from gongyou.kernel import prepared
from gongyou.kernel.inserting import send_waiting


@dataclass(frozen=True, slots=True)
class Question:
    """A statement whose answer an action is about to need. `takes`: its answer is lost if nobody asks for it."""

    sql: str
    values: tuple[Any, ...]
    takes: bool = False


class AskedInVain(Exception):
    """Something was taken ahead that the action didn't need after all: it is done again without looking ahead."""


_ahead: ContextVar[dict[tuple[str, tuple[Any, ...]], tuple[Question, list[tuple[Any, ...]]]] | None] = (
    ContextVar("asked_ahead", default=None)
)


@contextmanager
def asking_ahead(questions: Sequence[Question]) -> Iterator[None]:
    """Ask all of them in one round trip, first thing in a transaction; `one` and `every` find the answers, each once.

    A wrong guess costs nothing but the question. Only for PostgreSQL.
    """
    answers = prepared.execute_all([(question.sql, question.values) for question in questions])
    held = {(q.sql, q.values): (q, rows) for q, rows in zip(questions, answers, strict=True)}
    token = _ahead.set(held)
    try:
        yield
    finally:
        _ahead.reset(token)


def refuse_what_was_taken_in_vain() -> None:
    """Raises AskedInVain."""
    if any(question.takes and rows for question, rows in (_ahead.get() or {}).values()):
        raise AskedInVain


def one(sql: str, values: Sequence[Any], *, sees_waiting: bool = True) -> tuple[Any, ...] | None:
    """The first row, or None. `sees_waiting=False`: the answer doesn't depend on rows that still wait (`together`)."""
    rows = every(sql, values, sees_waiting=sees_waiting)
    return rows[0] if rows else None


def every(sql: str, values: Sequence[Any], *, sees_waiting: bool = True) -> list[tuple[Any, ...]]:
    """All rows."""
    if prepared.is_spoken():
        held = _ahead.get()
        known = held.pop((sql, tuple(values)), None) if held else None
        if known is not None:
            return known[1]
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
