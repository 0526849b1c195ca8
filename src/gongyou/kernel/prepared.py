"""Statements of the hot path on PostgreSQL: prepared once per connection, spoken to the server directly.

A statement through Django's cursor costs 0.14 ms of CPU on the two sides (parsing, planning, binding in the client);
prepared and executed by libpq itself it costs 0.03 ms. Transactions, errors and broken connections stay Django's
(docs/decisions/0011). Only short, constant statements come here, never one built from a queryset.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from functools import cache, lru_cache
from itertools import count
from typing import Any, cast
from uuid import UUID
from weakref import WeakKeyDictionary

import psycopg
from django.db import DEFAULT_DB_ALIAS, connections
from psycopg.adapt import Transformer
from psycopg.generators import fetch_many, send
from psycopg.pq import ExecStatus, TransactionStatus
from psycopg.pq.abc import PGconn, PGresult

KEPT = 100
"""Statements kept prepared on a connection; the one not used for longest gives way."""
MOST_VALUES = 1000
"""A longer statement (rows in bulk) is not worth keeping."""

_names: WeakKeyDictionary[psycopg.Connection[Any], dict[str, bytes]] = WeakKeyDictionary()
_numbers = count(1)
_good = (ExecStatus.COMMAND_OK, ExecStatus.TUPLES_OK)


Statement = tuple[str, Sequence[Any]]
"""Text with `%s` for each value, and the values."""


@cache
def is_spoken() -> bool:
    """Whether the database of this installation is PostgreSQL; the only question every write asks."""
    return connections[DEFAULT_DB_ALIAS].vendor == "postgresql"


def execute(sql: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
    """Run one statement and return its rows. Raises what Django's cursor would."""
    return execute_all([(sql, values)])[0]


def execute_all(statements: Sequence[Statement], *, commits: bool = False) -> list[list[tuple[Any, ...]]]:
    """Run statements in the order given, in one round trip, and return the rows of each.

    `commits`: COMMIT travels with them, and isn't reached where one of them fails. Raises what Django's cursor would
    for the first that failed; none after it was run.
    """
    django = connections[DEFAULT_DB_ALIAS]  # asked once: every look through the proxy costs a microsecond
    django.ensure_connection()
    django.validate_no_broken_transaction()
    raw: psycopg.Connection[Any] = django.connection
    with django.wrap_database_errors:
        results = _execute(raw, statements, commits)
        load = Transformer(raw)
        found: list[list[tuple[Any, ...]]] = []
        for result in results[: len(statements)]:
            if result.ntuples:
                load.set_pgresult(result)
            found.append(load.load_rows(0, result.ntuples, tuple) if result.ntuples else [])
    return found


def _execute(raw: psycopg.Connection[Any], statements: Sequence[Statement], commits: bool) -> list[PGresult]:
    server = raw.pgconn
    begins = server.transaction_status == TransactionStatus.IDLE and not raw.autocommit
    known = _names.setdefault(raw, {})
    calls = [_call(server, known, sql, _wires(values)) for sql, values in statements]
    if len(calls) == 1 and not begins and not commits:
        name, sent = calls[0]
        found = (
            server.exec_prepared(name, sent)
            if name
            else server.exec_params(_numbered(statements[0][0]), sent)
        )
        return [_checked(server, found)]
    with _pipeline(raw):
        if begins:
            server.send_query_params(b"BEGIN", None)
        for (name, sent), (sql, _) in zip(calls, statements, strict=True):
            if name:
                server.send_query_prepared(name, sent)
            else:
                server.send_query_params(_numbered(sql), sent)
        if commits:
            server.send_query_params(b"COMMIT", None)
        server.pipeline_sync()
        if server.flush():
            raw.wait(send(server))
        found_all = [_next_result(raw, server) for _ in range(begins + len(calls) + commits)]
        raw.wait(fetch_many(server))  # the end of the pipeline
    for found in found_all:
        _checked(server, found)
    return found_all[begins:]


def _next_result(raw: psycopg.Connection[Any], server: PGconn) -> PGresult:
    """The next statement's: what came with the one before is taken without waiting anew."""
    if server.is_busy():
        waited: PGresult = raw.wait(fetch_many(server))[0]
        return waited
    found = server.get_result()
    if found is None:
        raise psycopg.OperationalError("the server has no result for a statement of the pipeline")
    # Each result ends with none; one that is still on its way is waited for.
    rest = raw.wait(fetch_many(server)) if server.is_busy() else server.get_result()
    if rest:
        raise psycopg.OperationalError("the server has more than one result for a statement of the pipeline")
    return found


@contextmanager
def _pipeline(raw: psycopg.Connection[Any]) -> Iterator[None]:
    """What was not heard to its end leaves a connection nobody can use."""
    raw.pgconn.enter_pipeline_mode()
    try:
        yield
        raw.pgconn.exit_pipeline_mode()
    except BaseException:
        raw.close()
        raise


def _call(
    server: PGconn, known: dict[str, bytes], sql: str, values: list[bytes | None]
) -> tuple[bytes, Sequence[bytes]]:
    """(name of the prepared statement, values); no name for one not worth keeping."""
    # A None in the list is a NULL, whatever the stubs say.
    sent = cast(Sequence[bytes], values)
    name = known.pop(sql, None)
    if name is None:
        if len(values) > MOST_VALUES:
            return b"", sent
        name = _free_name(server, known)
        _checked(server, server.prepare(name, _numbered(sql)))
    known[sql] = name  # at the end: used last
    return name, sent


def _free_name(server: PGconn, known: dict[str, bytes]) -> bytes:
    if len(known) >= KEPT:
        oldest = next(iter(known))
        _checked(server, server.exec_(b"DEALLOCATE " + known[oldest]))
        del known[oldest]
    return b"gongyou_%d" % next(_numbers)


def _checked(server: PGconn, result: PGresult) -> PGresult:
    if result.status in _good:
        return result
    message = result.get_error_message()
    if result.error_field(psycopg.pq.DiagnosticField.SQLSTATE) is None:
        raise psycopg.OperationalError(message)  # the connection is gone
    raise psycopg.errors.error_from_result(result)


@lru_cache(maxsize=1024)
def _numbered(sql: str) -> bytes:
    places = count(1)
    return re.sub("%s", lambda _: f"${next(places)}", sql).encode()


def _wires(values: Sequence[Any]) -> list[bytes | None]:
    """Each value as `wire` gives it; the same object (an id, the moment of the action) is written once."""
    written: dict[int, bytes] = {}
    found: list[bytes | None] = []
    add = found.append
    for value in values:
        kind = type(value)
        if kind is str and "\0" not in value:
            add(value.encode())
        elif value is None:
            add(None)
        elif (text := written.get(id(value))) is not None:
            add(text)
        else:
            text = written[id(value)] = (_WIRE.get(kind) or _wire_of_kind(value))(value)
            add(text)
    return found


def wire(value: Any) -> bytes | None:
    """A value as PostgreSQL reads it in text form. Raises TypeError for what has none."""
    if value is None:
        return None
    write = _WIRE.get(type(value)) or _wire_of_kind(value)
    return write(value)


@dataclass(frozen=True, slots=True)
class Json:
    """A value to be stored as JSON."""

    value: Any


def _text(value: str) -> bytes:
    if "\0" in value:  # libpq would keep what stands before it and lose the rest
        raise psycopg.DataError("PostgreSQL text fields cannot contain NUL (0x00) bytes")
    return value.encode()


def _iso(value: date | time) -> bytes:
    return value.isoformat().encode()


def _binary(value: bytes | memoryview) -> bytes:
    return b"\\x" + value.hex().encode()


_encode = json.JSONEncoder(ensure_ascii=False).encode


def _json(held: Json) -> bytes:
    if held.value == []:
        return b"[]"
    return _encode(held.value).encode()


_WIRE: dict[type, Callable[[Any], bytes]] = {
    str: _text,
    bool: lambda value: b"t" if value else b"f",
    int: lambda value: b"%d" % value,
    UUID: lambda value: b"%032x" % value.int,
    datetime: _iso,
    date: _iso,
    time: _iso,
    Decimal: lambda value: str(value).encode(),
    bytes: _binary,
    memoryview: _binary,
    Json: _json,
}


def _wire_of_kind(value: Any) -> Callable[[Any], bytes]:
    """For enums of text or numbers: by what they are."""
    for kind, write in _WIRE.items():
        if isinstance(value, kind):
            return write
    raise TypeError(f"{type(value).__name__} can't stand in a prepared statement")
