"""Thousands of rows at a time: COPY on PostgreSQL, one prepared statement per table on SQLite. Ids come from the client.

Rows are tuples in the order of the columns named; what a column needs (JSON, UUIDs on SQLite) is done here. An id may
be given as 32 hex digits too (`ids.new_hexes`).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.db import connection, models

from gongyou.kernel.inserting import send_waiting

Row = Sequence[Any]
MANY = 2_000
ROOM = "128MB"


def insert_many(model: type[models.Model], columns: Sequence[str], rows: Sequence[Row]) -> None:
    """Insert rows given as tuples. Raises IntegrityError as single inserts would."""
    if not rows:
        return
    send_waiting()
    table = connection.ops.quote_name(model._meta.db_table)
    names = ", ".join(connection.ops.quote_name(name) for name in columns)
    writers = _writers(model, tuple(columns), connection.vendor)
    made: Iterable[Row] = rows
    if any(writers):
        made = ([w(v) if w else v for w, v in zip(writers, row, strict=True)] for row in rows)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with connection.wrap_database_errors, cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
                for row in made:
                    copy.write_row(row)
        else:
            places = ", ".join(["%s"] * len(columns))
            sql = f"INSERT INTO {table} ({names}) VALUES ({places})"  # noqa: S608 — our own names
            cursor.executemany(sql, list(made))


def update_many(model: type[models.Model], column: str, values: Sequence[tuple[Any, Any]]) -> None:
    """Set one column of many rows, given as (id, value)."""
    update_columns(model, (column,), values)


def update_columns(model: type[models.Model], columns: Sequence[str], values: Sequence[Row]) -> None:
    """Set columns of many rows, given as (id, value of each column …): every row is written once."""
    if not values:
        return
    send_waiting()
    table = connection.ops.quote_name(model._meta.db_table)
    names = [connection.ops.quote_name(column) for column in columns]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            fields = {f.column: f for f in model._meta.local_concrete_fields}
            arrays = ", ".join(f"%s::{_array_of(fields[column])}[]" for column in ("id", *columns))
            given = ", ".join(f"v{n}" for n in range(len(columns)))
            sets = ", ".join(f"{name} = u.v{n}" for n, name in enumerate(names))
            sql = f"UPDATE {table} AS t SET {sets} FROM unnest({arrays}) AS u(id, {given}) WHERE t.id = u.id"  # noqa: S608
            cursor.execute(sql, [list(column) for column in zip(*values, strict=True)])
        else:
            writers = _writers(model, ("id", *columns), connection.vendor)
            made = ([w(v) if w else v for w, v in zip(writers, row, strict=True)] for row in values)
            sets = ", ".join(f"{name} = %s" for name in names)
            sql = f"UPDATE {table} SET {sets} WHERE id = %s"  # noqa: S608
            cursor.executemany(sql, [(*rest, pk) for pk, *rest in made])


def count_rows(model: type[models.Model], written: int) -> None:
    """Tell PostgreSQL's planner of a table that just grew: without it the next statement takes it for empty."""
    if written >= MANY and connection.vendor == "postgresql":
        send_waiting()
        with connection.cursor() as cursor:
            cursor.execute(f"ANALYZE {connection.ops.quote_name(model._meta.db_table)}")


def make_room() -> None:
    """For the rest of the transaction PostgreSQL may join and sort hundreds of thousands of rows in memory.

    With its default of 4 MB every such join goes through files. Machine code is not compiled for statements that run once.
    """
    if connection.vendor == "postgresql":
        send_waiting()
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('work_mem', %s, true), set_config('jit', 'off', true)", [ROOM])


def _array_of(field: models.Field[Any, Any]) -> str:
    """The column's own type, without a length."""
    return str(field.db_type(connection)).partition("(")[0]


@lru_cache(maxsize=256)
def _writers(
    model: type[models.Model], columns: tuple[str, ...], vendor: str
) -> tuple[Callable[[Any], Any] | None, ...]:
    """How each column's values are written; None: as they are."""
    fields = {f.column: f for f in model._meta.local_concrete_fields}
    if vendor != "postgresql":
        return tuple(_prepared(fields[name]) for name in columns)
    return tuple(json.dumps if isinstance(fields[name], models.JSONField) else None for name in columns)


def _prepared(field: models.Field[Any, Any]) -> Callable[[Any], Any] | None:
    target = field.target_field if isinstance(field, models.ForeignKey) else field
    if isinstance(target, models.UUIDField):
        return _hex
    if isinstance(target, models.CharField | models.IntegerField | models.BooleanField):
        return None  # stored as they are
    return lambda value: field.get_db_prep_save(value, connection)


def _hex(value: UUID | str | None) -> str | None:
    return value.hex if isinstance(value, UUID) else value
