"""The next piece of long work is made while the one before it is written: two processors, one transaction at a time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

Piece = TypeVar("Piece")
_END = object()


def made_ahead(pieces: Iterable[Piece]) -> Iterator[Piece]:
    """The same pieces in the same order, each taken from `pieces` one ahead in a thread of its own.

    What makes them must not touch the database: that thread stands outside the caller's transaction. An error there is
    raised here, where its piece would have come.
    """
    left = iter(pieces)
    with ThreadPoolExecutor(max_workers=1, thread_name_prefix="ahead") as thread:
        coming = thread.submit(next, left, _END)
        while (piece := coming.result()) is not _END:
            coming = thread.submit(next, left, _END)
            yield piece  # type: ignore[misc]
