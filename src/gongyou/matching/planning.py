"""Prices instead of orders: lists that spread applicants, and the best allocation over all eligible pairs, certified.

Column generation: an auction on the lists gives prices; the exact kernel with `score − price` over all posts gives a
bound for the whole market and the pairs that could still improve it; they join the edges, and so on.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from gongyou.matching.allocation import Allocation, Edges, allocate, come_first, edges_of
from gongyou.matching.arrays import ONE, Array, Lists, Market
from gongyou.matching.best import best_posts
from gongyou.matching.compiled import IS_COMPILED

SHARE = 0.5
"""Half the price fills nearly as many seats as the whole price and costs a fraction of its scores (bench.md)."""


def with_prices(market: Market, price: Array) -> Market:
    """The market with these prices (int64, parts of ONE) taken off every score when lists are made."""
    posts = market.posts.copy()
    posts["price"] = price
    lowest = np.zeros(len(market.block), np.int64)
    starts = market.block[:-1]
    is_there = np.flatnonzero(np.diff(market.block) > 0)
    if len(is_there):
        lowest[is_there] = np.minimum.reduceat(posts["price"], starts[is_there])
    return market._replace(posts=posts, block_price=lowest)


@dataclass(frozen=True)
class Relisted:
    """Lists by price, with what they cost and what they bring. Scores as rates; filled: shares of seats."""

    lists: Lists
    mean_score_before: float
    mean_score: float
    filled_before: float
    filled: float


def relist(market: Market, lists: Lists, *, share: float = SHARE, rounds: int = 1) -> Relisted:
    """Lists of the same length by score less `share` of the price: fewer people run for the same posts."""
    k, price, now = lists.post.shape[1], np.zeros(len(market.posts), np.int64), lists
    for number in range(rounds):
        fresh = allocate(market, edges_of(now), goal=0.0, epsilon=ONE // 100).price
        price = fresh if number == 0 else (price + fresh) // 2  # half the step: prices swing otherwise
        now = best_posts(with_prices(market, (price * share).astype(np.int64)), k)
    seats = int(market.posts["headcount"].sum())
    return Relisted(
        now,
        _mean(lists),
        _mean(now),
        come_first(market, edges_of(lists)).placed / seats,
        come_first(market, edges_of(now)).placed / seats,
    )


def _mean(lists: Lists) -> float:
    return float(lists.score.sum(dtype=np.int64) / ONE / max(1, int(lists.count.sum(dtype=np.int64))))


@dataclass(frozen=True)
class Round:
    """One round of planning: `certified` share of the optimum over all eligible pairs."""

    number: int
    edges: int
    placed: int
    total: int
    bound: int

    @property
    def certified(self) -> float:
        return self.total / self.bound if self.bound else 1.0


def plan(
    market: Market,
    lists: Lists,
    *,
    goal: float = 0.99,
    rounds: int = 8,
    grow: int = 8,
    epsilon: int = ONE // 1000,
    tell: Callable[[Round], None] = lambda _: None,
    is_compiled: bool = IS_COMPILED,
) -> tuple[Allocation, Round]:
    """The best allocation over all eligible pairs, listed or not, until `goal` is certified or the rounds are over."""
    edges, bound = edges_of(lists), 2**62
    for number in range(rounds):
        found = allocate(market, edges, epsilon=epsilon, goal=0.0)
        priced = with_prices(market, found.price)
        fresh = best_posts(priced, grow, is_compiled=is_compiled)
        gain = _gain(found.price, fresh)
        seats = int((found.price * market.posts["headcount"]).sum())
        bound = min(bound, seats + int(np.maximum(gain, 0).sum()))
        done = Round(number, len(edges.post), found.placed, found.total, bound)
        tell(done)
        if done.certified >= goal or number == rounds - 1:
            break
        edges = _joined(edges, fresh)
    return found, done


def _gain(price: Array, fresh: Lists) -> Array:
    """What the best post would still bring each worker at these prices. The lot orders equal nets only."""
    is_there = fresh.count > 0
    best = np.zeros(len(fresh.count), np.int64)
    best[is_there] = fresh.score[is_there, 0] - price[fresh.post[is_there, 0]]
    return best


def _joined(edges: Edges, fresh: Lists) -> Edges:
    """Edges of both, each once, by worker."""
    n = len(edges.ptr) - 1
    more = edges_of(fresh)
    who = np.concatenate([np.repeat(np.arange(n), np.diff(e.ptr)) for e in (edges, more)])
    post = np.concatenate([edges.post, more.post])
    value = np.concatenate([edges.value, more.value])
    _, first = np.unique(who * np.int64(2**32) + post, return_index=True)
    ptr = np.concatenate([[0], np.cumsum(np.bincount(who[first], minlength=n))]).astype(np.int64)
    return Edges(ptr, post[first], value[first])
