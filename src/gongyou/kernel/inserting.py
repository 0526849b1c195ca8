"""Inserts on the hot path: written once per process, prepared once per connection, sent together.

Django compiles every INSERT anew (0.2–0.4 ms of CPU) and sends each by itself; an intake has fifteen. Ids are made on
the client, no model here has database defaults, and there are no signals in this house, so nothing of the ORM's save
is missed. Inside `together()` new rows wait until the next other statement and are then sent in the order given.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from typing import Any, TypeVar

from django.db import DEFAULT_DB_ALIAS, connection, models
from django.db.models.base import ModelState

from gongyou.kernel import prepared
from gongyou.kernel.sealed_fields import SealedField

ROWS_AT_ONCE = 500
Statement = tuple[str, list[Any], str]
"""Text, values, and the table that rows are inserted into; empty for a statement that must stand alone."""
_waiting: ContextVar[list[Statement] | None] = ContextVar("waiting_inserts", default=None)


Row = TypeVar("Row", bound=models.Model)


def new_row(model: type[Row], **values: Any) -> Row:
    """A row to insert as `model(**values)` would make it, at a third of the cost: Django's constructor goes through
    every field, and an intake makes twenty rows. Values are those of columns (`case_id`, never `case`); text for a
    sealed column is sealed, so the row's id must be given with it. Raises TypeError for a column there is none of.
    """
    form = _form(model)
    if not form.names >= values.keys():
        raise TypeError(f"{model.__name__} has no columns {', '.join(sorted(values.keys() - form.names))}")
    row = model.__new__(model)
    held = row.__dict__
    held["_state"] = ModelState()
    held.update(form.fixed)
    held.update(values)
    for name, make in form.made:
        if name not in values:
            held[name] = make()
    for name in form.sealed:
        if name in values:
            setattr(row, name, values[name])  # last: it writes the blind index beside it
    return row


@dataclass(frozen=True, slots=True)
class _Form:
    """What a new row of a model begins with."""

    names: frozenset[str]
    fixed: dict[str, Any]
    made: tuple[tuple[str, Callable[[], Any]], ...]
    """Defaults that are made anew for each."""
    sealed: tuple[str, ...]


@lru_cache(maxsize=256)
def _form(model: type[models.Model]) -> _Form:
    fields = model._meta.local_concrete_fields
    made = tuple((f.attname, f.default) for f in fields if f.has_default() and callable(f.default))
    makers = {name for name, _ in made}
    return _Form(
        names=frozenset(f.attname for f in fields),
        fixed={f.attname: f.get_default() for f in fields if f.attname not in makers},
        made=made,
        sealed=tuple(f.attname for f in fields if isinstance(f, SealedField)),
    )


@dataclass(frozen=True)
class _Table:
    name: str
    head: str
    row: str
    fields: tuple[models.Field[Any, Any], ...]
    names: tuple[str, ...]
    """Where a row holds each column's value."""
    json: tuple[str, ...]


@lru_cache(maxsize=256)
def _table(model: type[models.Model], vendor: str) -> _Table:
    fields = tuple(f for f in model._meta.local_concrete_fields if not isinstance(f, models.AutoField))
    quote = connection.ops.quote_name
    columns = ", ".join(quote(str(f.column)) for f in fields)
    head = f"INSERT INTO {quote(model._meta.db_table)} ({columns}) VALUES "  # noqa: S608 — our own names
    return _Table(
        name=model._meta.db_table,
        head=head,
        row=f"({', '.join(['%s'] * len(fields))})",
        fields=fields,
        names=tuple(f.attname for f in fields),
        json=tuple(f.attname for f in fields if isinstance(f, models.JSONField)),
    )


@lru_cache(maxsize=512)
def _text(model: type[models.Model], vendor: str, count: int, ending: str) -> str:
    table = _table(model, vendor)
    return table.head + ", ".join([table.row] * count) + ending


def insert(
    *rows: models.Model, or_ignore: bool = False, replaces: Sequence[str] = (), on: Sequence[str] = ()
) -> None:
    """Insert new rows in the order given, those of one model that stand together in one statement.

    `or_ignore`: a row that breaks a unique constraint is left out. `replaces`: columns that an older row with the same
    `on` columns takes over. Raises IntegrityError as saving would, inside `together()` when the rows are sent.
    """
    vendor = "postgresql" if prepared.is_spoken() else connection.vendor
    ending = _conflict(or_ignore, tuple(replaces), tuple(on))
    for _, group in groupby(rows, key=type):
        every = list(group)
        model = type(every[0])
        table = _table(model, vendor)
        for start in range(0, len(every), ROWS_AT_ONCE):
            some = every[start : start + ROWS_AT_ONCE]
            text = _text(model, vendor, len(some), ending)
            _send_or_wait((text, _values(table, some, vendor), table.name))
        for one in every:
            one._state.adding = False
            one._state.db = DEFAULT_DB_ALIAS


def _values(table: _Table, rows: Sequence[models.Model], vendor: str) -> list[Any]:
    if vendor == "postgresql":
        return [value for row in rows for value in _plain(table, row.__dict__)]
    return [f.get_db_prep_save(f.pre_save(row, True), connection) for row in rows for f in table.fields]


def _plain(table: _Table, held: dict[str, Any]) -> list[Any]:
    """What the row holds: PostgreSQL reads every type of ours as it is written, but JSON."""
    if table.json:
        held = {**held, **{name: prepared.Json(held[name]) for name in table.json if held[name] is not None}}
    return [held[name] for name in table.names]


@lru_cache(maxsize=64)
def _conflict(or_ignore: bool, replaces: tuple[str, ...], on: tuple[str, ...]) -> str:
    if or_ignore:
        return " ON CONFLICT DO NOTHING"
    if not replaces:
        return ""
    changes = ", ".join(f"{name} = excluded.{name}" for name in replaces)
    return f" ON CONFLICT ({', '.join(on)}) DO UPDATE SET {changes}"


def write(sql: str, values: Sequence[Any], *, table: str = "") -> None:
    """A plain statement that returns nothing; it waits with the inserts. With `table` it travels in one statement with
    inserts into other tables: it must not depend on them."""
    _send_or_wait((sql, list(values), table))


def _send_or_wait(statement: Statement) -> None:
    waiting = _waiting.get()
    if waiting is not None:
        waiting.append(statement)
        return
    _send(statement)


def _send(statement: Statement) -> None:
    if prepared.is_spoken():
        prepared.execute(*statement[:2])
        return
    with connection.cursor() as cursor:
        cursor.execute(*statement[:2])


@contextmanager
def together(*, is_all: bool = False) -> Iterator[None]:
    """Let inserts wait for the next other statement, or the end of the block. SQLite has no round trips to save.

    `is_all`: nothing follows the block in its transaction, so COMMIT travels with the last statements. Whoever opened
    the transaction then finds it committed.
    """
    if not prepared.is_spoken() or _waiting.get() is not None:
        yield
        return
    token = _waiting.set([])
    try:
        with connection.execute_wrapper(_after_the_waiting):
            yield
            _send_all(commits=is_all and len(connection.atomic_blocks) == 1 and not connection.needs_rollback)
    finally:
        _waiting.reset(token)


def _after_the_waiting(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
    send_waiting()
    return execute(sql, params, many, context)


def send_waiting() -> None:
    """Send what waits; afterwards a statement sees it."""
    _send_all(commits=False)


def _send_all(*, commits: bool) -> None:
    waiting = _waiting.get()
    if not waiting:
        return
    statements = waiting.copy()
    waiting.clear()
    prepared.execute_all(
        [
            (_as_one(tuple(text for text, _, _ in batch)), [v for _, some, _ in batch for v in some])
            for batch in _batches(statements)
        ],
        commits=commits,
    )


def _batches(statements: Sequence[Statement]) -> Iterator[list[Statement]]:
    """Inserts into different tables go as one; what inserts into a table again, or is none, begins anew."""
    batch: list[Statement] = []
    tables: set[str] = set()
    length = 0
    for statement in statements:
        _, values, table = statement
        is_apart = not table or "" in tables or table in tables or length + len(values) > prepared.MOST_VALUES
        if batch and is_apart:
            yield batch
            batch, tables, length = [], set(), 0
        batch.append(statement)
        tables.add(table)
        length += len(values)
    if batch:
        yield batch


@lru_cache(maxsize=256)
def _as_one(texts: tuple[str, ...]) -> str:
    """One statement for the server: foreign keys are checked at commit, so their order inside it doesn't matter."""
    *others, last = texts
    return (
        "WITH " + ", ".join(f"part{n} AS ({text})" for n, text in enumerate(others)) + " " if others else ""
    ) + last
