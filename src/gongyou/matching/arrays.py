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
    intended: Array
    """int64: term of a worker's first, second, third … intended occupation; the last one holds on."""


class Kinship(NamedTuple):
    """Which occupations are related: for occupation o the entries ptr[o] to ptr[o + 1]."""

    ptr: Array
    to: Array
    term: Array


class Posts(NamedTuple):
    """Posts sorted by (occupation, county, pay descending, id). Length m; W words of certificate bits."""

    occupation: Array  # int32
    county: Array  # int32, place in `Counties`
    division: Array  # int32, six digits
    pay: Array  # int64, fen a month, UNKNOWN_PAY where unknown
    required: Array  # uint64 [m, W]
    shift: Array  # uint8: bits a worker must accept
    is_gig: Array  # bool: only for those who want such work
    law_from: Array  # int16: full years
    law_until: Array  # int16
    wish_from: Array  # int16: the employer's wish
    wish_until: Array  # int16
    point: Array  # float64 [m, 3], NaN without coordinates
    headcount: Array  # int32
    lot: Array  # int64
    rank: Array  # int32: place of its id in the order of ids
    block: Array  # int32 [occupations × counties + 1]: where each block begins
    block_price: Array  # int64: the lowest price in each block
    price: Array  # int64, in parts of ONE; what the lists subtract
    cutoff: Array  # int64: the lowest standing that is still admitted (closed events), 0 without


class Counties(NamedTuple):
    """Counties that have posts: six-digit code, centre and radius of their points, whether some post has no point."""

    code: Array  # int32
    centre: Array  # float64 [c, 3]
    radius: Array  # float64, metres; negative where no post has a point
    has_plain: Array  # bool


class Workers(NamedTuple):
    """Workers, sorted by id. Length n. Nothing here says sex, people or village."""

    occupation_ptr: Array  # int64 [n + 1]
    occupation: Array  # int32, in the order of the worker's wish
    holds: Array  # uint64 [n, W]: which required certificates are met on the date
    pay_min: Array  # int64, fen a month, 0 where none is named
    shifts: Array  # uint8
    wants_gig: Array  # bool
    age: Array  # int16: full years on the date, -1 unknown
    division: Array  # int32
    point: Array  # float64 [n, 3]
    reach: Array  # float64: square of the straight line allowed, metres²; negative: none
    place: Array  # int32: which list of counties is open to them
    lot: Array  # int64
    turn: Array  # int64: place in the one public lottery, 0 is drawn last


class Places(NamedTuple):
    """Lists of counties (places in `Counties`) that wishes open: for list p the entries ptr[p] to ptr[p + 1]."""

    ptr: Array
    county: Array


class Lists(NamedTuple):
    """The best posts of workers lo to hi: post −1 where a list ends. `looked`: pairs looked at."""

    post: Array  # int32 [n, k], places in `Posts`
    score: Array  # int32 [n, k]
    count: Array  # int32 [n]
    looked: int


class Market(NamedTuple):
    """Everything one run knows."""

    workers: Workers
    posts: Posts
    counties: Counties
    places: Places
    kinship: Kinship
    weights: Weights


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
