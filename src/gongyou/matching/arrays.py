"""What the kernels read: columns as numpy arrays. Every score is a whole number, so every engine gives the same one.

Terms run from 0 to FULL, weights are percents that sum to 100, a score from 0 to FULL × 100 = ONE. Points of the map
are metres from the earth's centre: the straight line between two of them grows with the way along the ground, needs
no tangent plane, and is computed in one place (`kernel.pairs.apart`).
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]

FULL = 10_000
ONE = FULL * 100
LOTS = 1_048_573
"""A prime: lots run from 1 to LOTS - 1, and the lot of a pair is the product of its two, modulo LOTS."""
NO_LIMIT = 999
UNKNOWN_PAY = np.int64(2**62)
ANY_SHIFT = 7
EARTH = 6_371_008.8
"""Mean radius in metres (IUGG)."""


class Weights(NamedTuple):
    """The score of a pair: percents of its terms, and what the terms are made of (all in parts of FULL)."""

    occupation: int
    pay: int
    near: int
    wish: int
    near_zero_m: int
    """From this distance on nearness is 0."""
    same_county: int
    same_city: int
    same_province: int
    pay_reference: int
    """Fen a month: what pay is compared with where a worker names no wage."""


def weights_record(weights: Weights) -> Array:
    """The same as one record: compiled code is kept on disk by the types it was made for, and those are only numpy's."""
    return np.array([weights], np.dtype([(name, "i8") for name in Weights._fields]))


class Kinship(NamedTuple):
    """Which occupations are related: for occupation o the entries ptr[o] to ptr[o + 1]."""

    ptr: Array
    to: Array
    term: Array


class Rows(NamedTuple):
    """Lists of different length: row r holds the entries ptr[r] to ptr[r + 1]."""

    ptr: Array  # int64
    entry: Array  # int32


# Records, not columns: a kernel reads all of one post at a time, and one array is one argument.
COUNTY = np.dtype(
    [("code", "i8"), ("x", "f8"), ("y", "f8"), ("z", "f8"), ("radius", "f8"), ("has_plain", "i8")]
)
"""Counties that have posts: six-digit code, centre and radius (metres, negative: no point) of their points, whether some
post has no point."""


def post_record(words: int) -> np.dtype[Any]:
    """A post. `words`: of 64 certificate bits each."""
    return np.dtype(
        [
            ("pay", "i8"),  # fen a month, UNKNOWN_PAY where unknown
            ("price", "i8"),  # in parts of ONE; what the lists subtract
            ("cutoff", "i8"),  # closed events: the lowest standing still admitted, 0 without
            ("lot", "i8"),
            ("x", "f8"), ("y", "f8"), ("z", "f8"),  # metres, NaN without coordinates
            ("required", "u8", (words,)),
            ("occupation", "i4"),
            ("county", "i4"),  # place among the counties
            ("division", "i4"),  # six digits, 0 unknown
            ("headcount", "i4"),
            ("rank", "i4"),  # row of the table, which is in the order of ids
            ("law_from", "i2"), ("law_until", "i2"),  # full years
            ("wish_from", "i2"), ("wish_until", "i2"),  # the employer's wish
            ("shift", "i2"),  # bits a worker must accept
            ("is_gig", "i2"),  # only for those who want such work
        ],
        align=True,
    )  # fmt: skip


def worker_record(words: int) -> np.dtype[Any]:
    """A worker. Nothing here says sex, people or village."""
    return np.dtype(
        [
            ("pay_min", "i8"),  # fen a month, 0 where none is named
            ("lot", "i8"),
            ("turn", "i8"),  # place in the one public lottery, 0 is drawn last
            ("x", "f8"), ("y", "f8"), ("z", "f8"),
            ("reach", "f8"),  # square of the straight line allowed, metres²; negative: none
            ("holds", "u8", (words,)),  # which required certificates are met on the date
            ("division", "i4"),
            ("place", "i4"),  # which list of counties is open to them
            ("age", "i2"),  # full years on the date, -1 unknown
            ("shifts", "i2"),
            ("wants_gig", "i2"),
        ],
        align=True,
    )  # fmt: skip


class Lists(NamedTuple):
    """The best posts of some workers: post −1 where a list ends. `looked`: pairs looked at."""

    post: Array  # int32 [n, k], places among the posts
    score: Array  # int32 [n, k]
    count: Array  # type: ignore[assignment]  # int32 [n]; no tuple of ours is ever counted
    looked: int


class Market(NamedTuple):
    """Everything one run knows. Posts are sorted by (occupation, county, pay descending, id)."""

    workers: Array  # worker_record, in the order of ids
    wishes: Rows  # occupations of each worker in the order of the wish
    posts: Array  # post_record
    block: Array  # int32 [occupations × counties + 1]: where each block of posts begins
    block_price: Array  # int64: the lowest price in each block
    counties: Array  # COUNTY
    places: Rows  # lists of counties that wishes open
    kinship: Kinship
    weights: Weights
    intended: Array  # int64: term of a worker's first, second, third … occupation; the last one holds on


def points(lon: Array, lat: Array) -> Array:
    """Degrees → metres from the earth's centre, [n, 3]; NaN where either is missing."""
    east, north = np.radians(lon), np.radians(lat)
    ring = np.cos(north)
    return np.ascontiguousarray(
        np.stack((ring * np.cos(east), ring * np.sin(east), np.sin(north)), axis=1) * EARTH
    )


def straight(metres: Array) -> Array:
    """Square of the straight line under a way of so many metres along the ground."""
    return np.asarray((2 * EARTH * np.sin(np.minimum(metres, EARTH) / (2 * EARTH))) ** 2)
