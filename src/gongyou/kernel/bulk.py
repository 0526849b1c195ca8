"""Thousands of rows at a time: COPY on PostgreSQL, one prepared statement per table on SQLite. Ids come from the client.

Rows are tuples in the order of the columns named; what a column needs (JSON, UUIDs on SQLite) is done here.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any

from django.db import connection, models

from gongyou.kernel.inserting import send_waiting

Row = Sequence[Any]
MANY = 2_000


def insert_many(model: type[models.Model], columns: Sequence[str], rows: Sequence[Row]) -> None:
    """Insert rows given as tuples. Raises IntegrityError as single inserts would."""
    if not rows:
        return
    send_waiting()
    table = connection.ops.quote_name(model._meta.db_table)
    names = ", ".join(connection.ops.quote_name(name) for name in columns)
    writers = _writers(model, tuple(columns), connection.vendor)
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
    if not values:
        return
    send_waiting()
    table = connection.ops.quote_name(model._meta.db_table)
    name = connection.ops.quote_name(column)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            field = next(f for f in model._meta.local_concrete_fields if f.column == column)
            sql = (
                f"UPDATE {table} AS t SET {name} = u.v FROM unnest(%s::uuid[], %s::{_array_of(field)}[]) AS u(id, v)"  # noqa: S608
                " WHERE t.id = u.id"
            )
            cursor.execute(sql, [[pk for pk, _ in values], [value for _, value in values]])
        else:
            writers = _writers(model, ("id", column), connection.vendor)
            made = [[w(v) if w else v for w, v in zip(writers, pair, strict=True)] for pair in values]
            sql = f"UPDATE {table} SET {name} = %s WHERE id = %s"  # noqa: S608
            cursor.executemany(sql, [(value, pk) for pk, value in made])


def count_rows(model: type[models.Model], written: int) -> None:
    """Tell PostgreSQL's planner of a table that just grew: without it the next statement takes it for empty."""
    if written >= MANY and connection.vendor == "postgresql":
        send_waiting()
        with connection.cursor() as cursor:
            cursor.execute(f"ANALYZE {connection.ops.quote_name(model._meta.db_table)}")


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


def _prepared(field: models.Field[Any, Any]) -> Callable[[Any], Any]:
    return lambda value: field.get_db_prep_save(value, connection)
