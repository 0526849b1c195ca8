"""Checked rows in DuckDB → columns for the kernels. Rows keep their number: worker i and post i are those of the tables."""

# ruff: noqa: S608 — names are our own, values are literals

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import duckdb
import numpy as np

from gongyou.matching.arrays import (
    ANY_SHIFT,
    COUNTY,
    LOTS,
    NO_LIMIT,
    UNKNOWN_PAY,
    Array,
    Market,
    Rows,
    points,
    post_record,
    straight,
    worker_record,
)
from gongyou.matching.rulebook import Rulebook
from gongyou.matching.tables.columns import text


@dataclass(frozen=True)
class Encoded:
    """A market, and what its numbers mean. A post's `rank` is its row in the table `posts`."""

    market: Market
    occupations: Sequence[str]
    required: Sequence[str]
    """Certificates that posts require, in the order of their bits."""


def encode(con: duckdb.DuckDBPyConnection, rulebook: Rulebook, seed: str) -> Encoded:
    """Make the arrays of the tables `workers` and `posts`. `seed` decides the lots and the public lottery."""
    occupations = _occupations(con)
    required = _required(con)
    posts, counties, block = _posts(con, rulebook, occupations, required, seed)
    workers, places = _workers(con, rulebook, required, counties, seed)
    market = Market(
        workers=workers,
        wishes=_intentions(con, len(workers)),
        posts=posts,
        block=block,
        block_price=np.zeros(len(block), np.int64),
        counties=counties,
        places=places,
        kinship=rulebook.kinship(occupations),
        weights=rulebook.weights,
        intended=rulebook.intended,
    )
    return Encoded(market, occupations, required)


def encode_posts(
    con: duckdb.DuckDBPyConnection,
    rulebook: Rulebook,
    seed: str,
    occupations: Sequence[str],
    required: Sequence[str],
) -> tuple[Array, Array, Array] | None:
    """Posts, counties and blocks of the table `posts` in the numbers of another market; None where it has no number for
    an occupation or a certificate."""  # fmt: skip
    found = con.execute("SELECT DISTINCT occupation FROM posts").fetchall()
    if {str(r[0]) for r in found} - set(occupations) or set(_required(con)) - set(required):
        return None
    return _posts(con, rulebook, occupations, required, seed)


def _occupations(con: duckdb.DuckDBPyConnection) -> list[str]:
    found = con.execute(
        "SELECT DISTINCT c.code FROM (SELECT unnest(occupations) AS w FROM workers) "
        "JOIN occupation_codes c ON c.written = w UNION SELECT DISTINCT occupation FROM posts"
    ).fetchall()
    return sorted(str(r[0]) for r in found)


def _required(con: duckdb.DuckDBPyConnection) -> list[str]:
    found = con.execute(
        "SELECT DISTINCT c.code FROM (SELECT unnest(certificates_required) AS w FROM posts) "
        "JOIN certificate_codes c ON c.written = w"
    ).fetchall()
    return sorted(str(r[0]) for r in found)


def _table(con: duckdb.DuckDBPyConnection, name: str, columns: dict[str, Array]) -> None:
    con.register("given", columns)
    con.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS SELECT * FROM given")
    con.unregister("given")


def _fetch(con: duckdb.DuckDBPyConnection, sql: str) -> dict[str, Any]:
    return dict(con.execute(sql).fetchnumpy())


def _filled(found: Any, empty: Any, dtype: Any) -> Array:
    values = found.filled(empty) if isinstance(found, np.ma.MaskedArray) else found
    return np.ascontiguousarray(values, dtype)


def _lot(seed: str, key: str) -> str:
    """A number from 1 to LOTS - 1 that anybody can compute again: the low half of an MD5."""
    return f"CAST(md5_number_lower({text(seed)} || ':' || {key}) % {LOTS - 1} + 1 AS BIGINT)"


def _bits(held: Sequence[frozenset[int]], words: int) -> Array:
    """One row of bits per set of places."""
    bits = np.zeros((max(len(held), 1), words), np.uint64)
    for row, places in enumerate(held):
        for place in places:
            bits[row, place // 64] |= np.uint64(1) << np.uint64(place % 64)
    return bits


def _posts(
    con: duckdb.DuckDBPyConnection, rulebook: Rulebook, occupations: Sequence[str], required: Sequence[str], seed: str
) -> tuple[Array, Array, Array]:  # fmt: skip
    days = rulebook.paid_days
    _table(con, "occupation_places", {"code": _objects(occupations), "place": np.arange(len(occupations))})
    monthly = f"CASE WHEN is_gig THEN wage_high_yuan * {days.numerator} // {days.denominator} ELSE wage_high_yuan END"
    found = _fetch(
        con,
        f"SELECT p.i, o.place AS occupation, coalesce(division, 0) AS division, coalesce({monthly}, {UNKNOWN_PAY}) "
        f"AS pay, coalesce(shift, {ANY_SHIFT}) AS shift, coalesce(is_gig, true) AS is_gig, headcount, "
        "coalesce(lon, 'nan'::DOUBLE) AS lon, coalesce(lat, 'nan'::DOUBLE) AS lat, "
        f"coalesce(age_min, 0) AS wish_from, coalesce(age_max, {NO_LIMIT}) AS wish_until, {_lot(seed, 'post_id')} AS lot "
        "FROM posts p JOIN occupation_places o ON o.code = p.occupation "
        "ORDER BY occupation, division, pay DESC, p.i",
    )
    row = np.asarray(found["i"], np.int64)
    needed = _needs(con, required)
    sets = [needed.get(i, frozenset()) for i in row.tolist()]
    code, county = np.unique(found["division"], return_inverse=True)
    law = _law_ages(rulebook, occupations, required, found["occupation"].tolist(), sets)
    point = points(np.asarray(found["lon"], float), np.asarray(found["lat"], float))
    block = np.searchsorted(
        found["occupation"].astype(np.int64) * len(code) + county, np.arange(len(occupations) * len(code) + 1)
    )
    posts = np.zeros(len(row), post_record(max(1, -(-len(required) // 64))))
    for name in (
        "occupation",
        "division",
        "pay",
        "shift",
        "is_gig",
        "headcount",
        "wish_from",
        "wish_until",
        "lot",
    ):
        posts[name] = _filled(found[name], 0, posts.dtype[name])
    posts["rank"], posts["county"] = row, county
    posts["law_from"], posts["law_until"] = law
    posts["required"] = _bits(sets, posts["required"].shape[1])
    posts["x"], posts["y"], posts["z"] = point.T
    return posts, _counties(code, county, point), block.astype(np.int32)


def _objects(values: Sequence[str]) -> Array:
    return np.array(list(values), object)


def _needs(con: duckdb.DuckDBPyConnection, required: Sequence[str]) -> dict[int, frozenset[int]]:
    place = {code: n for n, code in enumerate(required)}
    rows = con.execute(
        "SELECT i, list(DISTINCT c.code) FROM (SELECT i, unnest(certificates_required) AS w FROM posts) "
        "JOIN certificate_codes c ON c.written = w GROUP BY i"
    ).fetchall()
    return {int(i): frozenset(place[c] for c in codes) for i, codes in rows}


def _law_ages(
    rulebook: Rulebook, occupations: Sequence[str], required: Sequence[str], of: list[int], sets: list[frozenset[int]]
) -> tuple[Array, Array]:  # fmt: skip
    known: dict[tuple[int, frozenset[int]], tuple[int, int]] = {}
    for key in set(zip(of, sets, strict=True)):
        known[key] = rulebook.ages(occupations[key[0]], [required[n] for n in key[1]])
    ages = np.array([known[key] for key in zip(of, sets, strict=True)], np.int16)
    return np.ascontiguousarray(ages[:, 0]), np.ascontiguousarray(ages[:, 1])


def _counties(code: Array, county: Array, point: Array) -> Array:
    n = len(code)
    has_point = ~np.isnan(point[:, 0])
    centre, radius = np.zeros((n, 3)), np.full(n, -1.0)
    counts = np.bincount(county[has_point], minlength=n)
    for axis in range(3):
        sums = np.bincount(county[has_point], point[has_point, axis], n)
        centre[:, axis] = sums / np.maximum(counts, 1)
    apart = np.sqrt(((point[has_point] - centre[county[has_point]]) ** 2).sum(axis=1))
    np.maximum.at(radius, county[has_point], apart)
    has_plain = np.bincount(county[~has_point], minlength=n) > 0
    found = np.zeros(n, COUNTY)
    found["code"], found["radius"], found["has_plain"] = code, radius, has_plain
    found["x"], found["y"], found["z"] = centre.T
    return found


def _workers(
    con: duckdb.DuckDBPyConnection, rulebook: Rulebook, required: Sequence[str], counties: Array, seed: str
) -> tuple[Array, Rows]:
    on = f"DATE {text(rulebook.on.isoformat())}"
    found = _fetch(
        con,
        f"SELECT coalesce(date_sub('year', birth_on, {on}), -1) AS age, coalesce(wage_min_yuan, 0) AS pay_min, "
        f"CASE WHEN coalesce(shifts, 0) = 0 THEN {ANY_SHIFT} ELSE shifts END AS shifts, "
        "coalesce(wants_gig, false) AS wants_gig, coalesce(division, 0) AS division, "
        "coalesce(lon, 'nan'::DOUBLE) AS lon, coalesce(lat, 'nan'::DOUBLE) AS lat, coalesce(max_km, -1) AS max_km, "
        f"{_lot(seed, 'worker_id')} AS lot FROM workers ORDER BY i",
    )
    holds = _holds(con, rulebook, required, len(found["age"]))
    workers = np.zeros(len(holds), worker_record(holds.shape[1]))
    for name in ("age", "pay_min", "shifts", "wants_gig", "division", "lot"):
        workers[name] = _filled(found[name], 0, workers.dtype[name])
    km = np.asarray(found["max_km"], float)
    workers["reach"] = np.where(km < 0, -1.0, straight(np.maximum(km, 0) * 1000))
    workers["holds"] = holds
    workers["x"], workers["y"], workers["z"] = points(
        np.asarray(found["lon"], float), np.asarray(found["lat"], float)
    ).T
    workers["turn"] = _turns(con, seed)
    workers["place"], places = _places(con, counties)
    return workers, places


def _turns(con: duckdb.DuckDBPyConnection, seed: str) -> Array:
    """The one public lottery: workers in the order of SHA-256(seed:id); 0 is drawn last."""
    found = _fetch(
        con,
        "SELECT row_number() OVER (ORDER BY sha256("
        f"{text(seed)} || ':' || worker_id) DESC, worker_id) - 1 AS turn FROM workers ORDER BY i",
    )
    return _filled(found["turn"], 0, np.int64)


def _intentions(con: duckdb.DuckDBPyConnection, n: int) -> Rows:
    found = _fetch(
        con,
        "SELECT u.i, o.place AS occupation FROM (SELECT i, unnest(occupations) AS w, "
        "generate_subscripts(occupations, 1) AS at FROM workers) u "
        "JOIN occupation_codes c ON c.written = u.w JOIN occupation_places o ON o.code = c.code ORDER BY u.i, u.at",
    )
    ptr = np.searchsorted(found["i"], np.arange(n + 1)).astype(np.int64)
    return Rows(ptr, _filled(found["occupation"], 0, np.int32))


def _holds(con: duckdb.DuckDBPyConnection, rulebook: Rulebook, required: Sequence[str], n: int) -> Array:
    """Bits of the required certificates that each worker's certificates meet on the date."""
    holds = np.zeros((n, max(1, -(-len(required) // 64))), np.uint64)
    place = {code: at for at, code in enumerate(required)}
    codes = [str(r[0]) for r in con.execute("SELECT DISTINCT code FROM certificate_codes").fetchall()]
    met = [frozenset(place[m] for m in rulebook.grants.get(c, {c}) if m in place) for c in codes]
    if not any(met):
        return holds
    _table(con, "held_places", {"code": _objects(codes), "place": np.arange(len(codes))})
    found = _fetch(
        con,
        "SELECT u.i, h.place FROM (SELECT i, unnest(certificates) AS w FROM workers) u "
        "JOIN certificate_codes c ON c.written = split_part(u.w, '@', 1) JOIN held_places h ON h.code = c.code "
        "WHERE u.w NOT LIKE '%@%' OR TRY_CAST(split_part(u.w, '@', 2) AS DATE) >= "
        f"DATE {text(rulebook.on.isoformat())}",
    )
    bits = _bits(met, holds.shape[1])
    for word in range(holds.shape[1]):
        np.bitwise_or.at(holds[:, word], found["i"], bits[found["place"], word])
    return holds


def _places(con: duckdb.DuckDBPyConnection, counties: Array) -> tuple[Array, Rows]:
    """Which list of counties each worker's wish opens: those of the willing prefixes, else those of the own city."""
    con.execute(
        "CREATE OR REPLACE TEMP TABLE wishes AS SELECT i, CASE WHEN len(willing_divisions) > 0 "
        "THEN array_to_string(list_sort(willing_divisions), '|') "
        "WHEN division IS NULL THEN '' ELSE CAST(division // 100 AS VARCHAR) END AS wish FROM workers"
    )
    wishes = [str(r[0]) for r in con.execute("SELECT DISTINCT wish FROM wishes ORDER BY wish").fetchall()]
    _table(con, "wish_places", {"wish": _objects(wishes), "place": np.arange(len(wishes))})
    found = _fetch(con, "SELECT p.place FROM wishes JOIN wish_places p USING (wish) ORDER BY i")
    codes = np.array([f"{c:06d}" for c in counties["code"].tolist()])
    open_to = [_opened(codes, wish) for wish in wishes]
    ptr = np.concatenate([[0], np.cumsum([len(o) for o in open_to])]).astype(np.int64)
    county = np.concatenate(open_to) if open_to else np.zeros(0)
    return _filled(found["place"], 0, np.int32), Rows(ptr, county.astype(np.int32))


def _opened(codes: Array, wish: str) -> Array:
    is_open = np.zeros(len(codes), np.bool_)
    for prefix in wish.split("|"):
        if prefix:
            is_open |= np.char.startswith(codes, prefix)
    return np.flatnonzero(is_open)
