"""One worker and one post: the hard conditions and the terms of the score. Every list is made of these."""

from __future__ import annotations

import math

import numpy as np

from gongyou.matching.arrays import FULL, LOTS, UNKNOWN_PAY, Array
from gongyou.matching.compiled import compiled

_UNKNOWN = int(UNKNOWN_PAY)


@compiled
def apart(some: Array, a: int, others: Array, b: int) -> float:
    """Square of the straight line between the points of two records, metres²; NaN if either is missing."""
    x = some[a]["x"] - others[b]["x"]
    y = some[a]["y"] - others[b]["y"]
    z = some[a]["z"] - others[b]["z"]
    found: float = x * x + y * y + z * z
    return found


@compiled
def missing_count(workers: Array, w: int, posts: Array, p: int) -> int:
    """How many required certificates the worker does not hold; counting stops at 2."""
    found = 0
    for word in range(posts["required"].shape[1]):
        left = posts[p]["required"][word] & ~workers[w]["holds"][word]
        while left and found < 2:
            left = left & (left - np.uint64(1))
            found += 1
    return found


@compiled
def admits(workers: Array, w: int, posts: Array, p: int) -> bool:
    """Every hard condition but occupation, place and certificates."""
    age = workers[w]["age"]
    if age < posts[p]["law_from"] or age > posts[p]["law_until"] or age < 0:
        return False
    if posts[p]["pay"] < workers[w]["pay_min"]:
        return False
    if (workers[w]["shifts"] & posts[p]["shift"]) != posts[p]["shift"]:
        return False
    return bool(workers[w]["wants_gig"] or not posts[p]["is_gig"])


@compiled
def near_of(metres: int, weights: Array) -> int:
    """Nearness of a distance."""
    if metres >= weights[0]["near_zero_m"]:
        return 0
    return int(FULL - metres * FULL // weights[0]["near_zero_m"])


@compiled
def near_by_division(here: int, there: int, weights: Array) -> int:
    """Nearness where a point is missing: same county, city, province."""
    if here == 0 or there == 0:
        return 0
    if here == there:
        return int(weights[0]["same_county"])
    if here // 100 == there // 100:
        return int(weights[0]["same_city"])
    if here // 10000 == there // 10000:
        return int(weights[0]["same_province"])
    return 0


@compiled
def near_term(workers: Array, w: int, posts: Array, p: int, weights: Array) -> int:
    """Nearness of a pair."""
    between = apart(workers, w, posts, p)
    if not math.isnan(between):
        return near_of(int(math.sqrt(between)), weights)
    return near_by_division(workers[w]["division"], posts[p]["division"], weights)


@compiled
def pay_term(pay_min: int, pay: int, weights: Array) -> int:
    """How far the highest pay lies above what the worker asks for; doubled is full."""
    if pay == _UNKNOWN:
        return 0
    base = pay_min if pay_min > 0 else weights[0]["pay_reference"]
    over = (pay - base) * FULL // base
    return min(max(over, 0), FULL)


@compiled
def wish_term(workers: Array, w: int, posts: Array, p: int) -> int:
    """The employer's age wish: never a filter."""
    age = workers[w]["age"]
    return FULL if posts[p]["wish_from"] <= age <= posts[p]["wish_until"] else 0


@compiled
def score_of(workers: Array, w: int, posts: Array, p: int, weights: Array, occupation: int) -> int:
    """The score of a pair, 0 to ONE; `occupation`: its occupation term."""
    return int(
        weights[0]["occupation"] * occupation
        + weights[0]["pay"] * pay_term(workers[w]["pay_min"], posts[p]["pay"], weights)
        + weights[0]["near"] * near_term(workers, w, posts, p, weights)
        + weights[0]["wish"] * wish_term(workers, w, posts, p)
    )


@compiled
def key_of(workers: Array, w: int, posts: Array, p: int, score: int) -> int:
    """What lists are sorted by: score less price, then the lot of the pair."""
    return int((score - posts[p]["price"]) * LOTS + workers[w]["lot"] * posts[p]["lot"] % LOTS)


@compiled
def standing_of(workers: Array, w: int, score: int) -> int:
    """A worker's standing at a post in a closed event: score, then the one public lottery. No two are equal."""
    return int(score * 4294967296 + workers[w]["turn"] + 1)
