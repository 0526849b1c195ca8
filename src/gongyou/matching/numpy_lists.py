"""The same lists without a compiler: one worker's candidate blocks at a time as numpy columns. Some fifty times slower."""

from __future__ import annotations

import numpy as np

from gongyou.matching.arrays import FULL, LOTS, UNKNOWN_PAY, Array, Market

Row = tuple[Array, Array, Array]


def best_by_numpy(market: Market, who: Array, lo: int, hi: int, missing: int, into: Row) -> int:
    """Fill the rows lo to hi of (post, score, count); pairs looked at."""
    looked = 0
    for row in range(lo, hi):
        found, scores, seen = _one(market, int(who[row]), missing, into[0].shape[1])
        into[0][row, : len(found)] = found
        into[1][row, : len(found)] = scores
        into[2][row] = len(found)
        looked += seen
    return looked


def _one(market: Market, w: int, missing: int, k: int) -> tuple[Array, Array, int]:
    terms = occupation_terms(market, w)
    posts = np.concatenate([_of_occupation(market, o) for o in terms] or [np.zeros(0, np.int64)])
    kept = posts[eligible(market, w, posts, missing)]
    scores = scores_of(market, w, kept, terms)
    standing = scores * 2**32 + market.workers[w]["turn"] + 1
    is_admitted = (market.posts["cutoff"][kept] <= 0) | (standing > market.posts["cutoff"][kept])
    kept, scores = kept[is_admitted], scores[is_admitted]
    keys = (scores - market.posts["price"][kept]) * LOTS + market.workers[w]["lot"] * market.posts["lot"][
        kept
    ] % LOTS
    order = np.lexsort((market.posts["rank"][kept], -keys))[:k]
    return kept[order], scores[order], len(posts)


def _of_occupation(market: Market, occupation: int) -> Array:
    width = len(market.counties)
    block = market.block
    return np.arange(block[occupation * width], block[(occupation + 1) * width])


def occupation_terms(market: Market, w: int) -> dict[int, int]:
    """Occupation → its term for a worker."""
    wishes, kinship, intended = market.wishes, market.kinship, market.intended
    terms: dict[int, int] = {}
    own = wishes.entry[wishes.ptr[w] : wishes.ptr[w + 1]]
    for place, occupation in enumerate(own.tolist()):
        terms[occupation] = max(terms.get(occupation, 0), int(intended[min(place, len(intended) - 1)]))
        edges = slice(kinship.ptr[occupation], kinship.ptr[occupation + 1])
        for to, term in zip(kinship.to[edges].tolist(), kinship.term[edges].tolist(), strict=True):
            terms[to] = max(terms.get(to, 0), term)
    return {occupation: term for occupation, term in terms.items() if term > 0}


def eligible(market: Market, w: int, posts: Array, missing: int) -> Array:
    """Which of the posts, all of a fitting occupation, meet every other condition (`missing` certificates lacking)."""
    workers, p = market.workers, market.posts
    lacking = np.bitwise_count(p["required"][posts] & ~workers[w]["holds"]).sum(axis=1, dtype=np.int64)
    age = int(workers[w]["age"])
    found: Array = (
        (lacking == missing)
        & (age >= p["law_from"][posts])
        & (age <= p["law_until"][posts])
        & (age >= 0)
        & (p["pay"][posts] >= workers[w]["pay_min"])
        & (workers[w]["shifts"] & p["shift"][posts] == p["shift"][posts])
        & ((workers[w]["wants_gig"] != 0) | (p["is_gig"][posts] == 0))
        & _within(market, w, posts)
    )
    return found


def _within(market: Market, w: int, posts: Array) -> Array:
    places, workers = market.places, market.workers
    is_open = np.zeros(len(market.counties), np.bool_)
    place = workers[w]["place"]
    is_open[places.entry[places.ptr[place] : places.ptr[place + 1]]] = True
    return np.asarray(
        is_open[market.posts["county"][posts]] | (_apart(market, w, posts) <= workers[w]["reach"])
    )


def _apart(market: Market, w: int, posts: Array) -> Array:
    """In the kernel's own order of additions: the last bit decides at the border."""
    x, y, z = (market.workers[w][axis] - market.posts[axis][posts] for axis in ("x", "y", "z"))
    return np.asarray(x * x + y * y + z * z)


def scores_of(market: Market, w: int, posts: Array, terms: dict[int, int]) -> Array:
    """Scores of a worker's posts, int64."""
    p, weights, workers = market.posts, market.weights, market.workers
    by_occupation = np.zeros(len(market.kinship.ptr), np.int64)
    for occupation, term in terms.items():
        by_occupation[occupation] = term
    base = max(int(workers[w]["pay_min"]), 0) or weights.pay_reference
    is_known = p["pay"][posts] != UNKNOWN_PAY
    pay = np.where(is_known, (np.where(is_known, p["pay"][posts], base) - base) * FULL // base, 0)
    wish = (workers[w]["age"] >= p["wish_from"][posts]) & (workers[w]["age"] <= p["wish_until"][posts])
    found: Array = (
        weights.occupation * by_occupation[p["occupation"][posts]]
        + weights.pay * np.clip(pay, 0, FULL)
        + weights.near * _near(market, w, posts)
        + weights.wish * np.where(wish, FULL, 0)
    )
    return found


def _near(market: Market, w: int, posts: Array) -> Array:
    weights, here, there = market.weights, int(market.workers[w]["division"]), market.posts["division"][posts]
    by_division = np.select(
        [
            (there == 0) | (here == 0),
            there == here,
            there // 100 == here // 100,
            there // 10000 == here // 10000,
        ],
        [0, weights.same_county, weights.same_city, weights.same_province],
        0,
    )
    between = _apart(market, w, posts)
    metres = np.sqrt(np.nan_to_num(between)).astype(np.int64)
    near = np.where(metres >= weights.near_zero_m, 0, FULL - metres * FULL // weights.near_zero_m)
    return np.asarray(np.where(np.isnan(between), by_division, near))
