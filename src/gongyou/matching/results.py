"""Lists and allocations, numbers so far, as the files people open."""

# ruff: noqa: S608 — names are our own, values are literals

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import duckdb
import numpy as np

from gongyou.matching.allocation import Allocation
from gongyou.matching.arrays import ONE, Array, Lists
from gongyou.matching.tables.columns import text
from gongyou.matching.tables.encoded import Encoded
from gongyou.matching.why import all_reasons, reason_codes

Titled = Callable[[str], tuple[str, str]]
"""A certificate's title and the way to get it."""


def _copy(con: duckdb.DuckDBPyConnection, given: Mapping[str, Array], sql: str, path: Path) -> None:
    """`sql` selects from `given`, the tables of the connection and whatever it joins."""
    con.register("given", given)
    con.execute(f"COPY ({sql}) TO {text(str(path))} (FORMAT parquet, COMPRESSION zstd)")
    con.unregister("given")


def _score(of: str) -> str:
    return f"CAST({of} / {ONE}.0 AS DOUBLE) AS score"


def keep_lists(
    con: duckdb.DuckDBPyConnection, encoded: Encoded, workers: Array, lists: Lists, folder: Path
) -> None:
    """`recommendations.parquet`: worker_id, rank (from 1), post_id, score (0 to 1), reasons."""
    row, place, code = reason_codes(encoded.market, workers, lists)
    post = lists.post[row, place]
    given = {
        "w": workers[row],
        "rank": (place + 1).astype(np.int16),
        "p": encoded.market.posts["rank"][post],
        "s": lists.score[row, place],
        "code": code,
    }
    told = all_reasons()
    con.execute("CREATE TEMP TABLE IF NOT EXISTS reasons (code SMALLINT, reasons VARCHAR[])")
    if not con.execute("SELECT count(*) FROM reasons").fetchall()[0][0]:
        con.executemany("INSERT INTO reasons VALUES (?, ?)", [[n, list(r)] for n, r in enumerate(told)])
    _copy(
        con,
        given,
        f"SELECT worker_id, CAST(rank AS INTEGER) AS rank, post_id, {_score('s')}, reasons FROM given "
        "JOIN workers ON workers.i = w JOIN posts ON posts.i = p JOIN reasons USING (code) ORDER BY w, rank",
        folder / "recommendations.parquet",
    )


def keep_near(
    con: duckdb.DuckDBPyConnection,
    encoded: Encoded,
    titled: Titled,
    workers: Array,
    near: Lists,
    folder: Path,
) -> dict[str, int]:
    """`near_misses.parquet`: posts that fail on exactly one certificate; workers by the certificate they lack."""
    market = encoded.market
    is_there = np.arange(near.post.shape[1]) < near.count[:, None]
    row, place = np.nonzero(is_there)
    who, post = workers[row], near.post[is_there]
    left = market.posts["required"][post] & ~market.workers["holds"][who]
    which = np.zeros(len(row), np.int64)
    for n in range(len(encoded.required)):
        which[(left[:, n // 64] >> np.uint64(n % 64)) & np.uint64(1) == 1] = n
    codes = [*encoded.required] or [""]
    titles = [titled(c) for c in codes]
    con.execute(
        "CREATE OR REPLACE TEMP TABLE lacking (n BIGINT, certificate VARCHAR, title VARCHAR, how VARCHAR)"
    )
    con.executemany(
        "INSERT INTO lacking VALUES (?, ?, ?, ?)",
        [[n, c, *t] for n, (c, t) in enumerate(zip(codes, titles, strict=True))],
    )
    given = {"w": who, "rank": place, "p": market.posts["rank"][post], "s": near.score[is_there], "n": which}
    _copy(
        con,
        given,
        f"SELECT worker_id, post_id, certificate, title, how, {_score('s')} FROM given JOIN workers ON workers.i = w "
        "JOIN posts ON posts.i = p JOIN lacking USING (n) ORDER BY w, rank",
        folder / "near_misses.parquet",
    )
    pairs = np.unique(np.stack((who, which), axis=1), axis=0)
    return {codes[n]: int(k) for n, k in zip(*np.unique(pairs[:, 1], return_counts=True), strict=True)}


def keep_assignment(con: duckdb.DuckDBPyConnection, encoded: Encoded, found: Allocation, work: Path) -> None:
    """`assignment.parquet`: worker_id, post_id, score; each worker at most once, no post over its headcount."""
    w = np.flatnonzero(found.post >= 0)
    given = {"w": w, "p": encoded.market.posts["rank"][found.post[w]], "s": found.value[w]}
    _copy(
        con,
        given,
        f"SELECT worker_id, post_id, {_score('s')} FROM given JOIN workers ON workers.i = w "
        "JOIN posts ON posts.i = p ORDER BY w",
        work / "assignment.parquet",
    )


def keep_posts(
    con: duckdb.DuckDBPyConnection, encoded: Encoded, lists: Lists, found: Allocation, work: Path
) -> None:
    """`posts.parquet`: post_id, seats, filled, listed (workers whose list shows it), price (what one more seat is worth)."""
    m = len(encoded.market.posts)
    given = {
        "p": encoded.market.posts["rank"],
        "seats": encoded.market.posts["headcount"],
        "filled": np.bincount(found.post[found.post >= 0], minlength=m),
        "listed": np.bincount(lists.post[lists.post >= 0], minlength=m),
        "price": found.price / ONE,
    }
    _copy(
        con,
        given,
        "SELECT post_id, seats, filled, listed, price FROM given JOIN posts ON posts.i = p ORDER BY post_id",
        work / "posts.parquet",
    )


def keep_rejects(con: duckdb.DuckDBPyConnection, work: Path) -> None:
    """`rejects.csv`: table, row, column, value, reason."""
    con.execute(f"COPY rejects TO {text(str(work / 'rejects.csv'))} (HEADER)")
