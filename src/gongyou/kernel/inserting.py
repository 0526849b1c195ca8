"""Inserts on the hot path: written once per process, and sent together.

Django compiles every INSERT anew (0.2–0.4 ms of CPU) and sends each by itself; an intake has fifteen. Ids are made on
the client, no model here has database defaults, and there are no signals in this house, so nothing of the ORM's save
is missed. Inside `together()` new rows wait until the next other statement and then travel in one round trip.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from itertools import groupby
from typing import Any

from django.db import connection, models

Statement = tuple[str, list[Any]]
_waiting: ContextVar[list[Statement] | None] = ContextVar("waiting_inserts", default=None)


@lru_cache(maxsize=256)
def _parts(model: type[models.Model], vendor: str) -> tuple[str, str, tuple[models.Field[Any, Any], ...]]:
    fields = tuple(f for f in model._meta.local_concrete_fields if not isinstance(f, models.AutoField))
    quote = connection.ops.quote_name
    columns = ", ".join(quote(str(f.column)) for f in fields)
    row = f"({', '.join(['%s'] * len(fields))})"
    return f"INSERT INTO {quote(model._meta.db_table)} ({columns}) VALUES ", row, fields  # noqa: S608 — our own names


def insert(
    *rows: models.Model, or_ignore: bool = False, replaces: Sequence[str] = (), on: Sequence[str] = ()
) -> None:
    """Insert new rows in the order given, those of one model that stand together in one statement.

    `or_ignore`: a row that breaks a unique constraint is left out. `replaces`: columns that an older row with the same
    `on` columns takes over. Raises IntegrityError as saving would, inside `together()` when the rows are sent.
    """
    for model, group in groupby(rows, key=type):
        some = list(group)
        head, row, fields = _parts(model, connection.vendor)
        values = [f.get_db_prep_save(f.pre_save(one, True), connection) for one in some for f in fields]
        _send_or_wait((head + ", ".join([row] * len(some)) + _conflict(or_ignore, replaces, on), values))
        for one in some:
            one._state.adding = False
            one._state.db = connection.alias


def _conflict(or_ignore: bool, replaces: Sequence[str], on: Sequence[str]) -> str:
    if or_ignore:
        return " ON CONFLICT DO NOTHING"
    if not replaces:
        return ""
    changes = ", ".join(f"{name} = excluded.{name}" for name in replaces)
    return f" ON CONFLICT ({', '.join(on)}) DO UPDATE SET {changes}"


def write(sql: str, values: Sequence[Any]) -> None:
    """A plain statement that returns nothing; it waits with the inserts."""
    _send_or_wait((sql, list(values)))


def _send_or_wait(statement: Statement) -> None:
    waiting = _waiting.get()
    if waiting is not None:
        waiting.append(statement)
        return
    with connection.cursor() as cursor:
        cursor.execute(*statement)


@contextmanager
def together() -> Iterator[None]:
    """Let inserts wait for the next other statement, or the end of the block. SQLite has no round trips to save."""
    if connection.vendor != "postgresql" or _waiting.get() is not None:
        yield
        return
    token = _waiting.set([])
    try:
        with connection.execute_wrapper(_after_the_waiting):
            yield
            send_waiting()
    finally:
        _waiting.reset(token)


def _after_the_waiting(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
    send_waiting()
    return execute(sql, params, many, context)


def send_waiting() -> None:
    """Send what waits, before a statement that does not come by this module."""
    waiting = _waiting.get()
    if not waiting:
        return
    statements = "; ".join(sql for sql, _ in waiting)
    values = [value for _, some in waiting for value in some]
    waiting.clear()
    with connection.cursor() as cursor:
        cursor.execute(statements, values)
