"""The exact best k posts of each worker, by looking at few of them.

Blocks (occupation × county) are visited from the best bound down; inside a block posts stand by pay descending. What
cannot beat the k-th best so far is passed over, so the result is that of looking at every pair.
"""

from __future__ import annotations

import math

import numpy as np

from gongyou.matching.arrays import FULL, LOTS, Array, Counties, Kinship, Market, Places, Posts, Weights, Workers
from gongyou.matching.compiled import compiled
from gongyou.matching.kernel.pairs import (
    admits,
    apart,
    key_of,
    missing_count,
    near_by_division,
    near_of,
    near_term,
    pay_term,
    standing_of,
    wish_term,
)

KNOWN_PAY = 2**61


@compiled
def _candidates(
    workers: Workers, w: int, kinship: Kinship, weights: Weights, found: Array, term: Array
) -> int:
    """Occupations a worker may be shown with their terms, best first; how many."""
    count = 0
    first = workers.occupation_ptr[w]
    for at in range(first, workers.occupation_ptr[w + 1]):
        own = workers.occupation[at]
        count = _add(found, term, count, own, weights.intended[min(at - first, len(weights.intended) - 1)])
        for edge in range(kinship.ptr[own], kinship.ptr[own + 1]):
            count = _add(found, term, count, kinship.to[edge], kinship.term[edge])
    for at in range(1, count):
        _sink(found, term, at)
    return count


@compiled
def _add(found: Array, term: Array, count: int, occupation: int, value: int) -> int:
    for at in range(count):
        if found[at] == occupation:
            term[at] = max(term[at], value)
            return count
    if count == len(found) or value <= 0:
        return count
    found[count] = occupation
    term[count] = value
    return count + 1


@compiled
def _sink(what: Array, value: Array, at: int) -> None:
    """One step of an insertion sort, largest first."""
    one, its = what[at], value[at]
    while at > 0 and value[at - 1] < its:
        what[at], value[at] = what[at - 1], value[at - 1]
        at -= 1
    what[at], value[at] = one, its


@compiled
def _reachable(
    workers: Workers, w: int, counties: Counties, places: Places, weights: Weights,
    is_open: Array, found: Array, near: Array,
) -> int:  # fmt: skip
    """Counties open by wish or within reach, with the best nearness there, nearest first; how many.

    `is_open[c]`: open by wish, whatever the distance. Cleared by `_close`.
    """
    for at in range(places.ptr[workers.place[w]], places.ptr[workers.place[w] + 1]):
        is_open[places.county[at]] = True
    count = 0
    for c in range(len(counties.code)):
        least = _least_way(workers, w, counties, c)
        if not is_open[c] and not (least == least and least * least <= workers.reach[w]):
            continue
        bound = 0
        if least == least:
            bound = near_of(int(least), weights)
        if least != least or counties.has_plain[c]:
            bound = max(bound, near_by_division(workers.division[w], counties.code[c], weights))
        found[count] = c
        near[count] = bound
        _sink(found, near, count)
        count += 1
    return count


@compiled
def _least_way(workers: Workers, w: int, counties: Counties, c: int) -> float:
    """The least straight line to a post of the county, a metre spared for rounding; NaN without points."""
    if counties.radius[c] < 0:
        return math.nan
    between = math.sqrt(apart(workers.point[w], counties.centre[c]))
    return max(between - counties.radius[c] - 1.0, 0.0) if between == between else between


@compiled
def _close(places: Places, place: int, is_open: Array) -> None:
    for at in range(places.ptr[place], places.ptr[place + 1]):
        is_open[places.county[at]] = False


@compiled
def _enter(key: int, post: int, score: int, keys: Array, posts: Array, scores: Array, rank: Array, n: int) -> int:
    """Put a post into a sorted list of at most len(keys); how many stand in it."""
    k = len(keys)
    if n == k:
        last = keys[k - 1]
        if key < last or (key == last and rank[post] > rank[posts[k - 1]]):
            return n
    at = n if n < k else k - 1
    while at > 0 and (
        keys[at - 1] < key or (keys[at - 1] == key and rank[posts[at - 1]] > rank[post])
    ):
        keys[at], posts[at], scores[at] = keys[at - 1], posts[at - 1], scores[at - 1]
        at -= 1
    keys[at], posts[at], scores[at] = key, post, score
    return min(n + 1, k)


@compiled
def _within(workers: Workers, w: int, posts: Posts, p: int, is_open: bool) -> bool:
    """Open by wish, or within the distance the worker will go."""
    if is_open:
        return True
    between = apart(workers.point[w], posts.point[p])
    return bool(between == between and between <= workers.reach[w])


@compiled
def _scan(
    market: Market, w: int, first: int, last: int, fixed: int, price: int, near: int, is_open: bool, missing: int,
    keys: Array, best: Array, scores: Array, n: int, looked: Array,
) -> int:  # fmt: skip
    """Look at the posts of one block. `fixed`: occupation's part of the score; `price`: the block's lowest."""
    workers, posts, weights = market.workers, market.posts, market.weights
    k = len(keys)
    for p in range(first, last):
        if posts.pay[p] < workers.pay_min[w]:
            break
        pay = pay_term(workers.pay_min[w], posts.pay[p], weights)
        bound = fixed - price + weights.near * near + weights.wish * FULL + weights.pay * pay
        if n == k and bound * LOTS + LOTS <= keys[k - 1] and posts.pay[p] < KNOWN_PAY:
            break  # those of unknown pay stand first and have no pay term
        looked[0] += 1
        if missing_count(workers, w, posts, p) != missing or not admits(workers, w, posts, p):
            continue
        if not _within(workers, w, posts, p, is_open):
            continue
        term = weights.near * near_term(workers, w, posts, p, weights)
        score = fixed + weights.pay * pay + term + weights.wish * wish_term(workers, w, posts, p)
        if posts.cutoff[p] > 0 and standing_of(workers, w, score) <= posts.cutoff[p]:
            continue
        n = _enter(key_of(workers, w, posts, p, score), p, score, keys, best, scores, posts.rank, n)
    return n


@compiled
def _one(
    market: Market, w: int, missing: int, occupations: Array, terms: Array, near_counties: Array, nears: Array,
    is_open: Array, keys: Array, best: Array, scores: Array, looked: Array,
) -> int:  # fmt: skip
    """The list of one worker; how many posts it has."""
    posts, weights = market.posts, market.weights
    k, c_count = len(keys), len(market.counties.code)
    count = _candidates(market.workers, w, market.kinship, weights, occupations, terms)
    if count == 0:
        return 0
    places = _reachable(
        market.workers, w, market.counties, market.places, weights, is_open, near_counties, nears
    )
    n = 0
    rest = weights.pay * FULL + weights.wish * FULL
    for o in range(count):
        fixed = weights.occupation * terms[o]
        for c in range(places):
            bound = fixed + rest + weights.near * nears[c]
            if n == k and bound * LOTS + LOTS <= keys[k - 1]:
                break  # the counties that follow are farther
            block = occupations[o] * c_count + near_counties[c]
            first, last = posts.block[block], posts.block[block + 1]
            if first == last:
                continue
            if n == k and (bound - posts.block_price[block]) * LOTS + LOTS <= keys[k - 1]:
                continue
            n = _scan(
                market, w, first, last, fixed, posts.block_price[block], nears[c], is_open[near_counties[c]], missing,
                keys, best, scores, n, looked,
            )  # fmt: skip
    _close(market.places, market.workers.place[w], is_open)
    return n


@compiled
def best_of_range(
    market: Market, chosen: Array, lo: int, hi: int, missing: int, post: Array, score: Array, count: Array
) -> int:
    """Lists of the workers chosen[lo:hi] into the rows lo to hi of post, score, count; pairs looked at.

    `missing` 0: eligible posts; 1: posts that fail on exactly one required certificate.
    """
    k = post.shape[1]
    c_count = len(market.counties.code)
    kinds = len(market.kinship.ptr)
    occupations, terms = np.empty(kinds, np.int64), np.empty(kinds, np.int64)
    near_counties, nears = np.empty(c_count, np.int64), np.empty(c_count, np.int64)
    is_open = np.zeros(c_count, np.bool_)
    keys, best, scores = np.empty(k, np.int64), np.empty(k, np.int64), np.empty(k, np.int64)
    looked = np.zeros(1, np.int64)
    for row in range(lo, hi):
        n = _one(
            market, chosen[row], missing, occupations, terms, near_counties, nears, is_open,
            keys, best, scores, looked,
        )  # fmt: skip
        count[row] = n
        for at in range(k):
            post[row, at] = best[at] if at < n else -1
            score[row, at] = scores[at] if at < n else 0
    return int(looked[0])
