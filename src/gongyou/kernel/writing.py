"""The transaction around every write. On SQLite writers queue on a file lock instead of polling (docs/decisions)."""

from __future__ import annotations

import fcntl
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction

from gongyou.kernel import prepared
from gongyou.kernel.installation import installed

_turn = threading.local()


@contextmanager
def writing() -> Iterator[None]:
    """One transaction; nested use joins the open one."""
    if prepared.is_spoken() or connection.in_atomic_block:
        with transaction.atomic():
            yield
        return
    with _turn_to_write(), transaction.atomic():
        yield


@contextmanager
def _turn_to_write() -> Iterator[None]:
    # SQLite's busy handler polls and starves writers (p99 of seconds at 16 clients); flock wakes them in turn.
    if getattr(_turn, "held", False):
        yield
        return
    path = installed().data_dir / "write.lock"
    with path.open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        _turn.held = True
        try:
            yield
        finally:
            _turn.held = False
            fcntl.flock(file, fcntl.LOCK_UN)


class _Rehearsed(Exception):
    pass


@contextmanager
def rehearsing() -> Iterator[None]:
    """Everything written inside is rolled back at the end: a dry run with the real checks."""
    try:
        with writing():
            yield
            raise _Rehearsed
    except _Rehearsed:
        return
