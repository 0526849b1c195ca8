"""Pieces made one ahead: the same, in order, and an error where it belongs."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from gongyou.kernel.ahead import made_ahead


def test_pieces_come_in_order_from_another_thread_and_one_ahead() -> None:
    made: list[int] = []
    threads = set()

    def pieces() -> Iterator[int]:
        for n in range(5):
            made.append(n)
            threads.add(threading.current_thread().name)
            yield n

    for n in made_ahead(pieces()):
        assert len(made) <= n + 2
    assert made == [0, 1, 2, 3, 4]
    assert all(name.startswith("ahead") for name in threads)


def test_an_error_while_making_is_raised_where_its_piece_would_have_come() -> None:
    def pieces() -> Iterator[int]:
        yield 1
        raise ValueError("row 2 cannot be read")

    taken = []
    with pytest.raises(ValueError, match="row 2"):
        for n in made_ahead(pieces()):
            taken.append(n)
    assert taken == [1]


def test_whoever_stops_early_leaves_no_thread_behind() -> None:
    for n in made_ahead(range(1000)):
        if n == 3:
            break
    assert not [t for t in threading.enumerate() if t.name.startswith("ahead")]
