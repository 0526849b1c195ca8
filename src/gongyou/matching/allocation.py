"""Who gets which seat: the greatest total (with its certificate), a stable closed event, or first come first served."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from gongyou.matching.arrays import ONE, Array, Lists, Market
from gongyou.matching.best import best_posts
from gongyou.matching.compiled import IS_COMPILED
from gongyou.matching.kernel.auction import auction, blocking_pairs, bound_of, first_come, propose

FINEST = 10
"""The smallest step of an auction, in parts of ONE."""


class Edges(NamedTuple):
    """Lists without their empty places: for worker w the entries ptr[w] to ptr[w + 1], best first."""

    ptr: Array
    post: Array
    value: Array


@dataclass(frozen=True)
class Allocation:
    """`post[w]`: place of the post or −1; `value[w]`: its score. `bound`: no allocation on these edges is worth more."""

    post: Array
    value: Array
    total: int
    placed: int
    bound: int
    price: Array
    epsilon: int = 0
    steps: int = 0
    blocking: int | None = None

    @property
    def certified(self) -> float:
        """Share of the optimum that is proved: total / bound."""
        return self.total / self.bound if self.bound else 1.0


def edges_of(lists: Lists) -> Edges:
    """Lists as edges."""
    k = lists.post.shape[1]
    is_there = np.arange(k) < lists.count[:, None]
    ptr = np.concatenate([[0], np.cumsum(lists.count, dtype=np.int64)])
    return Edges(ptr, lists.post[is_there], lists.score[is_there])


def seats_of(posts: Array) -> Array:
    """Where the seats of each post begin."""
    return np.concatenate([[0], np.cumsum(posts["headcount"], dtype=np.int64)])


def allocate(market: Market, edges: Edges, *, epsilon: int = ONE // 1000, goal: float = 0.9995) -> Allocation:
    """The greatest total score, each worker at most once, no post over its headcount.

    `epsilon`: the step of the bids in parts of ONE; it is made finer until `goal` of the optimum is certified. Prices
    end at the least that keeps every worker content within a step: `price` in parts of ONE.
    """
    found = _auctioned(market, edges, epsilon)
    while found.certified < goal and found.epsilon > FINEST:
        found = _auctioned(market, edges, max(found.epsilon // 5, FINEST))
    return found


def _auctioned(market: Market, edges: Edges, epsilon: int) -> Allocation:
    n, m = len(market.workers), len(market.posts)
    seat_ptr = seats_of(market.posts)
    bids, holders = np.zeros(seat_ptr[-1], np.int64), np.zeros(seat_ptr[-1], np.int64)
    filled, price, given = np.zeros(m, np.int64), np.zeros(m, np.int64), np.full(n, -1, np.int64)
    order = np.argsort(-market.workers["turn"], kind="stable")
    steps = auction(*edges, seat_ptr, order, epsilon, bids, holders, filled, price, given)
    bound = int(bound_of(*edges, seat_ptr, price))
    return _allocation(edges, given, bound, price, epsilon=epsilon, steps=int(steps))


def _allocation(
    edges: Edges, given: Array, bound: int, price: Array, epsilon: int = 0, steps: int = 0
) -> Allocation:
    has_one = given >= 0
    post = np.full(len(given), -1, np.int32)
    value = np.zeros(len(given), np.int64)
    post[has_one] = edges.post[given[has_one]]
    value[has_one] = edges.value[given[has_one]]
    return Allocation(post, value, int(value.sum()), int(has_one.sum()), bound, price, epsilon, steps)


def come_first(market: Market, edges: Edges) -> Allocation:
    """What uncoordinated applications fill: everyone, in the order of the lottery, takes the best that is left."""
    given = np.full(len(market.workers), -1, np.int64)
    order = np.argsort(-market.workers["turn"], kind="stable")
    first_come(edges.ptr, edges.post, order, market.posts["headcount"].astype(np.int64), given)
    return _allocation(edges, given, 0, np.zeros(len(market.posts), np.int64))


def admit_in_turn(
    market: Market, lists: Lists, *, threads: int = 0, is_compiled: bool = IS_COMPILED
) -> Allocation:
    """A closed event: workers propose down their lists, posts rank by score, then by the one public lottery.

    Where a worker has come to the end of a list that was cut, the next best posts that would still admit them are
    fetched, until nobody is left who could be: so no pair, listed or not, blocks the result.
    """
    n, m, k = len(market.workers), len(market.posts), lists.post.shape[1]
    seat_ptr = seats_of(market.posts)
    event = Event(
        seat_ptr, np.zeros(seat_ptr[-1], np.int64), np.zeros(seat_ptr[-1], np.int64), np.zeros(m, np.int64),
        np.full(n, -1, np.int64),
    )  # fmt: skip
    who, now, steps = np.arange(n), lists, 0
    market = market._replace(posts=market.posts.copy())  # cut-offs are written into it
    while len(who):
        steps += _round(market, event, who, now)
        out = np.flatnonzero(event.given < 0)
        is_full = event.filled == np.diff(seat_ptr)
        market.posts["cutoff"] = np.where(is_full, event.bids[seat_ptr[:-1]], 0)
        found = best_posts(market, k, chosen=out, threads=threads, is_compiled=is_compiled)
        may_go_on = found.count > 0
        who = out[may_go_on]
        now = Lists(found.post[may_go_on], found.score[may_go_on], found.count[may_go_on], found.looked)
    value = np.zeros(n, np.int64)
    seat = np.arange(seat_ptr[-1]) - np.repeat(seat_ptr[:-1], np.diff(seat_ptr))
    is_taken = seat < np.repeat(event.filled, np.diff(seat_ptr))
    value[event.holders[is_taken]] = event.bids[is_taken] >> 32
    return Allocation(
        event.given.astype(np.int32), value, int(value.sum()), int((event.given >= 0).sum()), 0, np.zeros(m, np.int64),
        steps=steps, blocking=_blocking(market, event, edges_of(lists)),
    )  # fmt: skip


class Event(NamedTuple):
    """Where a closed event stands: seats as heaps of standings, who holds what."""

    seat_ptr: Array
    bids: Array
    holders: Array
    filled: Array
    given: Array


def _round(market: Market, event: Event, who: Array, lists: Lists) -> int:
    edges = edges_of(lists)
    ptr = np.zeros(len(market.workers) + 1, np.int64)
    ptr[who + 1] = lists.count
    ptr = np.cumsum(ptr)
    standing = standings(market, np.repeat(who, lists.count), edges.value)
    made = propose(
        ptr, edges.post, standing, event.seat_ptr, who, ptr[:-1].copy(), event.bids, event.holders, event.filled,
        event.given,
    )  # fmt: skip
    return int(made)


def _blocking(market: Market, event: Event, edges: Edges) -> int:
    """Of the listed pairs; that no other pair blocks is what the last search showed."""
    standing = standings(market, np.repeat(np.arange(len(market.workers)), np.diff(edges.ptr)), edges.value)
    return int(
        blocking_pairs(edges.ptr, edges.post, standing, event.seat_ptr, event.bids, event.filled, event.given)
    )


def standings(market: Market, workers: Array, scores: Array) -> Array:
    """Standing of workers with these scores: `kernel.pairs.standing_of` for columns."""
    return np.asarray(scores.astype(np.int64) * 2**32 + market.workers["turn"][workers] + 1)
