"""The exact best k posts of each worker, by looking at few of them.

Blocks (occupation × county) are visited from the best bound down; inside a block posts stand by pay descending. What
cannot beat the k-th best so far is passed over, so the result is that of looking at every pair.
"""

from __future__ import annotations

import math

import numpy as np

from gongyou.matching.arrays import FULL, LOTS, Array
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
    wish_ptr: Array, wishes: Array, w: int, kin_ptr: Array, kin: Array, kin_term: Array, intended: Array,
    found: Array, term: Array,
) -> int:  # fmt: skip
    """Occupations a worker may be shown with their terms, best first; how many."""
    count = 0
    first = wish_ptr[w]
    for at in range(first, wish_ptr[w + 1]):
        own = wishes[at]
        count = _add(found, term, count, own, intended[min(at - first, len(intended) - 1)])
        for edge in range(kin_ptr[own], kin_ptr[own + 1]):
            count = _add(found, term, count, kin[edge], kin_term[edge])
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
    workers: Array, w: int, counties: Array, place_ptr: Array, place_county: Array, weights: Array,
    is_open: Array, found: Array, near: Array,
) -> int:  # fmt: skip
    """Counties open by wish or within reach, with the best nearness there, nearest first; how many.

    `is_open[c]`: open by wish, whatever the distance. Cleared by `_close`.
    """
    place = workers[w]["place"]
    for at in range(place_ptr[place], place_ptr[place + 1]):
        is_open[place_county[at]] = True
    count = 0
    for c in range(len(counties)):
        if not is_open[c] and workers[w]["reach"] < 0:
            continue
        least = _least_way(workers, w, counties, c)
        if not is_open[c] and not (not math.isnan(least) and least * least <= workers[w]["reach"]):
            continue
        bound = 0
        if not math.isnan(least):
            bound = near_of(int(least), weights)
        if math.isnan(least) or counties[c]["has_plain"]:
            bound = max(bound, near_by_division(workers[w]["division"], counties[c]["code"], weights))
        found[count] = c
        near[count] = bound
        _sink(found, near, count)
        count += 1
    return count


@compiled
def _least_way(workers: Array, w: int, counties: Array, c: int) -> float:
    """The least straight line to a post of the county, a metre spared for rounding; NaN without points."""
    if counties[c]["radius"] < 0:
        return math.nan
    between = math.sqrt(apart(workers, w, counties, c))
    return max(between - counties[c]["radius"] - 1.0, 0.0) if not math.isnan(between) else between


@compiled
def _close(place_ptr: Array, place_county: Array, place: int, is_open: Array) -> None:
    for at in range(place_ptr[place], place_ptr[place + 1]):
        is_open[place_county[at]] = False


@compiled
def _enter(
    key: int, p: int, score: int, keys: Array, best: Array, scores: Array, posts: Array, n: int
) -> int:
    """Put a post into a sorted list of at most len(keys); how many stand in it."""
    k = len(keys)
    rank = posts[p]["rank"]
    if n == k:
        last = keys[k - 1]
        if key < last or (key == last and rank > posts[best[k - 1]]["rank"]):
            return n
    at = n if n < k else k - 1
    while at > 0 and (keys[at - 1] < key or (keys[at - 1] == key and posts[best[at - 1]]["rank"] > rank)):
        keys[at], best[at], scores[at] = keys[at - 1], best[at - 1], scores[at - 1]
        at -= 1
    keys[at], best[at], scores[at] = key, p, score
    return min(n + 1, k)


@compiled
def _within(workers: Array, w: int, posts: Array, p: int, is_open: bool) -> bool:
    """Open by wish, or within the distance the worker will go."""
    if is_open:
        return True
    between = apart(workers, w, posts, p)
    return bool(not math.isnan(between) and between <= workers[w]["reach"])


@compiled
def _scan(
    workers: Array, w: int, posts: Array, first: int, last: int, weights: Array,
    fixed: int, price: int, near: int, is_open: bool, missing: int,
    keys: Array, best: Array, scores: Array, n: int, looked: Array,
) -> int:  # fmt: skip
    """Look at the posts of one block. `fixed`: occupation's part of the score; `price`: the block's lowest."""
    k = len(keys)
    pay_min = workers[w]["pay_min"]
    rest = fixed - price + weights[0]["near"] * near + weights[0]["wish"] * FULL
    for p in range(first, last):
        pay_here = posts[p]["pay"]
        if pay_here < pay_min:
            break
        pay = pay_term(pay_min, pay_here, weights)
        if n == k and (rest + weights[0]["pay"] * pay) * LOTS + LOTS <= keys[k - 1] and pay_here < KNOWN_PAY:
            break  # those of unknown pay stand first and have no pay term
        looked[0] += 1
        if missing_count(workers, w, posts, p) != missing or not admits(workers, w, posts, p):
            continue
        if not _within(workers, w, posts, p, is_open):
            continue
        term = weights[0]["near"] * near_term(workers, w, posts, p, weights)
        score = fixed + weights[0]["pay"] * pay + term + weights[0]["wish"] * wish_term(workers, w, posts, p)
        if posts[p]["cutoff"] > 0 and standing_of(workers, w, score) <= posts[p]["cutoff"]:
            continue
        n = _enter(key_of(workers, w, posts, p, score), p, score, keys, best, scores, posts, n)
    return n


@compiled
def _visit(
    workers: Array, w: int, posts: Array, block: Array, block_price: Array, width: int, weights: Array,
    occupations: Array, terms: Array, count: int, near_counties: Array, nears: Array, places: int,
    is_open: Array, missing: int, keys: Array, best: Array, scores: Array, looked: Array,
) -> int:  # fmt: skip
    """The list of one worker from candidate occupations and counties, best bounds first; how many posts it has."""
    k = len(keys)
    rest = weights[0]["pay"] * FULL + weights[0]["wish"] * FULL
    n = 0
    for o in range(count):
        fixed = weights[0]["occupation"] * terms[o]
        for c in range(places):
            bound = fixed + rest + weights[0]["near"] * nears[c]
            if n == k and bound * LOTS + LOTS <= keys[k - 1]:
                break  # the counties that follow are farther
            at = occupations[o] * width + near_counties[c]
            if block[at] == block[at + 1]:
                continue
            if n == k and (bound - block_price[at]) * LOTS + LOTS <= keys[k - 1]:
                continue
            n = _scan(
                workers, w, posts, block[at], block[at + 1], weights, fixed, block_price[at], nears[c],
                is_open[near_counties[c]], missing, keys, best, scores, n, looked,
            )  # fmt: skip
    return n


@compiled
def best_of_range(
    workers: Array, wish_ptr: Array, wishes: Array, posts: Array, block: Array, block_price: Array,
    counties: Array, place_ptr: Array, place_county: Array, kin_ptr: Array, kin: Array, kin_term: Array,
    weights: Array, intended: Array, chosen: Array, lo: int, hi: int, missing: int,
    post: Array, score: Array, count: Array,
) -> int:  # fmt: skip
    """Lists of the workers chosen[lo:hi] into the rows lo to hi of post, score, count; pairs looked at.

    `missing` 0: eligible posts; 1: posts that fail on exactly one required certificate.
    """
    k, width = post.shape[1], len(counties)
    occupations, terms = np.empty(len(kin_ptr), np.int64), np.empty(len(kin_ptr), np.int64)
    near_counties, nears = np.empty(width, np.int64), np.empty(width, np.int64)
    is_open = np.zeros(width, np.bool_)
    keys, best, scores = np.empty(k, np.int64), np.empty(k, np.int64), np.empty(k, np.int64)
    looked = np.zeros(1, np.int64)
    for row in range(lo, hi):
        w = chosen[row]
        found = _candidates(wish_ptr, wishes, w, kin_ptr, kin, kin_term, intended, occupations, terms)
        places = 0
        if found > 0:
            places = _reachable(
                workers, w, counties, place_ptr, place_county, weights, is_open, near_counties, nears
            )
        n = _visit(
            workers, w, posts, block, block_price, width, weights, occupations, terms, found,
            near_counties, nears, places, is_open, missing, keys, best, scores, looked,
        )  # fmt: skip
        if found > 0:
            _close(place_ptr, place_county, workers[w]["place"], is_open)
        count[row] = n
        for at in range(n):
            post[row, at] = best[at]
            score[row, at] = scores[at]
    return int(looked[0])
