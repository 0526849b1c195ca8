"""One worker and one post: the hard conditions and the terms of the score. Every list is made of these."""

from __future__ import annotations

import math

import numpy as np

from gongyou.matching.arrays import FULL, LOTS, UNKNOWN_PAY, Array, Kinship, Posts, Weights, Workers
from gongyou.matching.compiled import compiled

_UNKNOWN = int(UNKNOWN_PAY)


@compiled
def apart(a: Array, b: Array) -> float:
    """Square of the straight line between two points, metres²; NaN if either is missing."""
    x = a[0] - b[0]
    y = a[1] - b[1]
    z = a[2] - b[2]
    found: float = x * x + y * y + z * z
    return found


@compiled
def missing_count(workers: Workers, w: int, posts: Posts, p: int) -> int:
    """How many required certificates the worker does not hold; counting stops at 2."""
    found = 0
    for word in range(posts.required.shape[1]):
        left = posts.required[p, word] & ~workers.holds[w, word]
        while left and found < 2:
            left = left & (left - np.uint64(1))
            found += 1
    return found


@compiled
def admits(workers: Workers, w: int, posts: Posts, p: int) -> bool:
    """Every hard condition but occupation, place and certificates."""
    age = workers.age[w]
    if age < posts.law_from[p] or age > posts.law_until[p] or age < 0:
        return False
    if posts.pay[p] < workers.pay_min[w]:
        return False
    if (workers.shifts[w] & posts.shift[p]) != posts.shift[p]:
        return False
    return bool(workers.wants_gig[w] or not posts.is_gig[p])


@compiled
def near_of(metres: int, weights: Weights) -> int:
    """Nearness of a distance."""
    if metres >= weights.near_zero_m:
        return 0
    return FULL - metres * FULL // weights.near_zero_m


@compiled
def near_by_division(here: int, there: int, weights: Weights) -> int:
    """Nearness where a point is missing: same county, city, province."""
    if here == 0 or there == 0:
        return 0
    if here == there:
        return weights.same_county
    if here // 100 == there // 100:
        return weights.same_city
    if here // 10000 == there // 10000:
        return weights.same_province
    return 0


@compiled
def near_term(workers: Workers, w: int, posts: Posts, p: int, weights: Weights) -> int:
    """Nearness of a pair."""
    between = apart(workers.point[w], posts.point[p])
    if between == between:  # not NaN
        return near_of(int(math.sqrt(between)), weights)
    return near_by_division(workers.division[w], posts.division[p], weights)


@compiled
def pay_term(pay_min: int, pay: int, weights: Weights) -> int:
    """How far the highest pay lies above what the worker asks for; doubled is full."""
    if pay == _UNKNOWN:
        return 0
    base = pay_min if pay_min > 0 else weights.pay_reference
    over = (pay - base) * FULL // base
    return min(max(over, 0), FULL)


@compiled
def wish_term(workers: Workers, w: int, posts: Posts, p: int) -> int:
    """The employer's age wish: never a filter."""
    age = workers.age[w]
    return FULL if posts.wish_from[p] <= age <= posts.wish_until[p] else 0


@compiled
def occupation_term(
    workers: Workers, w: int, occupation: int, kinship: Kinship, weights: Weights
) -> int:
    """The best of the worker's occupations towards one; 0: none equals or is related to it."""
    best = 0
    first = workers.occupation_ptr[w]
    for at in range(first, workers.occupation_ptr[w + 1]):
        own = workers.occupation[at]
        if own == occupation:
            best = max(best, weights.intended[min(at - first, len(weights.intended) - 1)])
        for edge in range(kinship.ptr[own], kinship.ptr[own + 1]):
            if kinship.to[edge] == occupation:
                best = max(best, kinship.term[edge])
    return best


@compiled
def score_of(
    workers: Workers, w: int, posts: Posts, p: int, weights: Weights, occupation: int
) -> int:
    """The score of a pair, 0 to ONE; `occupation`: its occupation term."""
    return int(
        weights.occupation * occupation
        + weights.pay * pay_term(workers.pay_min[w], posts.pay[p], weights)
        + weights.near * near_term(workers, w, posts, p, weights)
        + weights.wish * wish_term(workers, w, posts, p)
    )


@compiled
def key_of(workers: Workers, w: int, posts: Posts, p: int, score: int) -> int:
    """What lists are sorted by: score less price, then the lot of the pair."""
    return int((score - posts.price[p]) * LOTS + workers.lot[w] * posts.lot[p] % LOTS)


@compiled
def standing_of(workers: Workers, w: int, score: int) -> int:
    """A worker's standing at a post in a closed event: score, then the one public lottery. No two are equal."""
    return int(score * 4294967296 + workers.turn[w] + 1)
