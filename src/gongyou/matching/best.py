"""Exact lists of the best posts: the compiled kernel on all cores, or numpy where nothing is compiled."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np

from gongyou.matching.arrays import Array, Lists, Market, weights_record
from gongyou.matching.compiled import IS_COMPILED
from gongyou.matching.kernel.lists import best_of_range
from gongyou.matching.numpy_lists import best_by_numpy

PIECE = 4_096
"""Workers a thread takes at a time: small enough that no thread waits long at the end."""


def _arguments(market: Market) -> tuple[Any, ...]:
    """A market as the kernel takes it: one array, one argument."""
    return (
        market.workers, *market.wishes, market.posts, market.block, market.block_price, market.counties,
        *market.places, *market.kinship, weights_record(market.weights), market.intended,
    )  # fmt: skip


def best_posts(
    market: Market,
    k: int,
    *,
    chosen: Array | None = None,
    missing: int = 0,
    threads: int = 0,
    is_compiled: bool = IS_COMPILED,
) -> Lists:
    """The best `k` posts of the workers `chosen` (places; without them all), one row each in that order.

    `missing` 1: not eligible posts, but those that fail on exactly one required certificate and on nothing else.
    """
    who = np.arange(len(market.workers)) if chosen is None else np.asarray(chosen, np.int64)
    n = len(who)
    post = np.full((n, k), -1, np.int32)
    score = np.zeros((n, k), np.int32)
    count = np.zeros(n, np.int32)
    one: Callable[[int, int], int]
    kernel: Callable[..., int] = best_of_range
    arguments = _arguments(market)
    if is_compiled:

        def one(lo: int, hi: int) -> int:
            return int(kernel(*arguments, who, lo, hi, missing, post, score, count))

    else:

        def one(lo: int, hi: int) -> int:
            return best_by_numpy(market, who, lo, hi, missing, (post, score, count))

    workers = threads or os.cpu_count() or 1
    ranges = [(lo, min(lo + PIECE, n)) for lo in range(0, n, PIECE)]
    if workers == 1 or len(ranges) < 2:
        looked = sum(one(lo, hi) for lo, hi in ranges)
    else:
        with ThreadPoolExecutor(workers) as pool:
            looked = sum(pool.map(lambda r: one(*r), ranges))
    return Lists(post, score, count, looked)
