"""A run outside the database: tables in, lists out, files that are sealed afterwards."""

# ruff: noqa: S608 — paths are literals

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

import duckdb
import numpy as np

from gongyou.matching.allocation import allocate, edges_of
from gongyou.matching.arrays import ONE, Array, Lists, Market
from gongyou.matching.best import best_posts
from gongyou.matching.fairness import fairness
from gongyou.matching.results import keep_lists, keep_near
from gongyou.matching.rulebook import load_rulebook
from gongyou.matching.run import NEAR, MatchOrder, connect, run_match
from gongyou.matching.tables.checked import load_tables
from gongyou.matching.tables.columns import text
from gongyou.matching.tables.encoded import Encoded, encode
from gongyou.matching.updating import update

Say = Callable[[str], None]
ListRow = tuple[UUID, list[Any], list[Any]]
AT_ONCE = 5_000
RECOMMENDED, NEAR_FILE, FAIRNESS = "recommendations.parquet", "near_misses.parquet", "fairness.csv"


@dataclass(frozen=True)
class Order:
    """What a run is asked for. `old`: the folder of the run before, for an update. `grants`: the day's recognition map."""

    root: Path
    programme: str
    area: str
    on: date
    folder: Path
    shown: int
    top: int
    old: Path | None = None
    grants: Mapping[str, frozenset[str]] = field(default_factory=dict)


@dataclass(frozen=True)
class Found:
    """What came out: files to seal, numbers to store, and whose lists differ (None: everybody's)."""

    files: dict[str, Path]
    summary: dict[str, Any]
    rulebook_hash: str
    fingerprint: str
    input_digest: str
    workers: int
    posts: int
    recommended: int
    touched: frozenset[str] | None = None
    fairness: list[dict[str, str]] = field(default_factory=list)


def run_whole(order: Order, say: Say) -> Found:
    """Everybody anew. What was killed goes on with its next part. Raises Refusal."""
    out = order.folder / "out"
    summary = run_match(
        order.root,
        MatchOrder(
            order.programme,
            order.area,
            order.on,
            order.folder / "data",
            out,
            top=order.top,
            grants=order.grants,
        ),
        say,
    )
    return _found(order, out, summary, None)


def _found(order: Order, out: Path, summary: dict[str, Any], touched: frozenset[str] | None) -> Found:
    data = order.folder / "data"
    files = {f"in-{path.name}": path for path in sorted(data.glob("*.parquet"))}
    files |= {name: out / name for name in (RECOMMENDED, NEAR_FILE, FAIRNESS, "rejects.csv")}
    digest = hashlib.sha256()
    for name in sorted(n for n in files if n.startswith("in-")):
        digest.update(files[name].read_bytes())
    with duckdb.connect() as con:
        recommended = _one(con, f"SELECT count(DISTINCT worker_id) FROM {_parquet(out / RECOMMENDED)}")
        rows = con.execute(f"SELECT * FROM read_csv({text(str(out / FAIRNESS))}, all_varchar = true)")
        names = [d[0] for d in rows.description or ()]
        told = [dict(zip(names, (c or "" for c in row), strict=True)) for row in rows.fetchall()]
    kept = {k: v for k, v in summary.items() if k not in ("fairness", "seconds", "memory_mb", "values")}
    return Found(
        files, json.loads(json.dumps(kept, default=str)), summary["rulebook_hash"], summary["fingerprint"],
        digest.hexdigest(), int(summary["workers"]), int(summary["posts"]), recommended, touched, told,
    )  # fmt: skip


def _one(con: duckdb.DuckDBPyConnection, sql: str) -> int:
    return int(con.execute(sql).fetchall()[0][0])


def _parquet(path: Path) -> str:
    return f"read_parquet({text(str(path))})"


def list_rows(order: Order, touched: frozenset[str] | None) -> Iterator[list[ListRow]]:
    """Lists as rows, `AT_ONCE` people at a time: [post, score in parts of a million, reasons] by rank, near misses."""
    out = order.folder / "out"
    with duckdb.connect() as con:
        con.execute("SET enable_progress_bar = false")
        only = ""
        if touched is not None:
            con.register("touched_in", {"id": np.array(sorted(touched), object)})
            only = "WHERE w.worker_id IN (SELECT id FROM touched_in)"
        people, listed, near = (
            _parquet(path)
            for path in (order.folder / "data" / "workers.parquet", out / RECOMMENDED, out / NEAR_FILE)
        )
        found = con.execute(
            f"SELECT w.worker_id, coalesce(r.posts, []), coalesce(n.near, []) FROM {people} w "
            "LEFT JOIN (SELECT worker_id, list([post_id, CAST(CAST(round(score * 1000000) AS BIGINT) AS VARCHAR), "
            f"array_to_string(reasons, '|')] ORDER BY rank) AS posts FROM {listed} WHERE rank <= {order.shown} "
            "GROUP BY worker_id) r USING (worker_id) LEFT JOIN (SELECT worker_id, list([post_id, certificate] "
            f"ORDER BY score DESC, post_id) AS near FROM {near} GROUP BY worker_id) n USING (worker_id) "
            f"{only} ORDER BY w.worker_id"
        )
        while some := found.fetchmany(AT_ONCE):
            yield [
                (
                    UUID(w),
                    [[p, int(s), r.split("|") if r else []] for p, s, r in posts],
                    [list(n) for n in near],
                )
                for w, posts, near in some
            ]


@dataclass(frozen=True)
class _Side:
    """One market with what its numbers mean: `ids` of posts by their row, people by theirs."""

    con: duckdb.DuckDBPyConnection
    encoded: Encoded
    ids: list[str]
    people: list[str]


def run_update(order: Order, say: Say) -> Found:
    """Only what changed since the run before: exact as a full run of the same day. Raises Refusal."""
    assert order.old is not None
    out, data = order.folder / "out", order.folder / "data"
    out.mkdir(exist_ok=True)
    mixed = order.folder / "mixed"
    mixed.mkdir(exist_ok=True)
    (mixed / "workers.parquet").write_bytes((data / "workers.parquet").read_bytes())
    (mixed / "posts.parquet").write_bytes((order.old / "in-posts.parquet").read_bytes())
    say("读取和核对表格")
    old, new = _side(order, mixed), _side(order, data)
    union = sorted({*old.ids, *new.ids})
    before = _ranked(old, union)
    after = _ranked(new, union)
    changed = _changed(old, new, union)
    stays = _unchanged(order)
    say(f"岗位变动 {len(changed)} 个")
    lists = _lists_before(order, old, before, union, stays)
    found = update(lists, before, after, changed, order.shown)
    fresh = np.array([n for n, who in enumerate(new.people) if who not in stays], np.int64)
    result = _with_fresh(found.lists, after, fresh, order.top)
    touched = np.union1d(found.changed, fresh).astype(np.int64)
    summary = _write(order, new, after, result, touched, out)
    summary |= {"changed_posts": len(changed), "listed_again": found.again, "new_people": len(fresh)}
    return _found(order, out, summary, frozenset(new.people[n] for n in touched.tolist()))


def _side(order: Order, folder: Path) -> _Side:
    rulebook = load_rulebook(order.root, order.programme, order.area, order.on, order.grants)
    con = connect("2GB", order.folder)
    load_tables(con, rulebook, folder, order.folder)
    seed = MatchOrder(order.programme, order.area, order.on, folder, order.folder).lots_from
    ids = [str(r[0]) for r in con.execute("SELECT post_id FROM posts ORDER BY i").fetchall()]
    people = [str(r[0]) for r in con.execute("SELECT worker_id FROM workers ORDER BY i").fetchall()]
    return _Side(con, encode(con, rulebook, seed), ids, people)


def _ranked(side: _Side, union: Sequence[str]) -> Market:
    """The market with ranks among the posts of both: one post, one rank."""
    place = {post: n for n, post in enumerate(union)}
    posts = side.encoded.market.posts.copy()
    posts["rank"] = np.array([place[side.ids[r]] for r in posts["rank"].tolist()], np.int32)
    return side.encoded.market._replace(posts=posts)


def _changed(old: _Side, new: _Side, union: Sequence[str]) -> Array:
    def told(side: _Side) -> dict[str, str]:
        rows = side.con.execute(
            "SELECT post_id, md5(CAST(p AS VARCHAR)) FROM (SELECT * EXCLUDE (i, row) FROM posts) p"
        )
        return {str(post): str(digest) for post, digest in rows.fetchall()}

    before, after = told(old), told(new)
    return np.array([n for n, post in enumerate(union) if before.get(post) != after.get(post)], np.int64)


def _unchanged(order: Order) -> frozenset[str]:
    """People whose rows are the same as in the run before."""
    assert order.old is not None
    pair = [
        _parquet(path)
        for path in (order.old / "in-workers.parquet", order.folder / "data" / "workers.parquet")
    ]
    with duckdb.connect() as con:
        rows = con.execute(
            f"SELECT worker_id FROM (SELECT * FROM {pair[0]} INTERSECT SELECT * FROM {pair[1]})"
        )
        return frozenset(str(r[0]) for r in rows.fetchall())


def _lists_before(
    order: Order, old: _Side, before: Market, union: Sequence[str], stays: frozenset[str]
) -> Lists:
    assert order.old is not None
    n = len(old.people)
    post, score = np.full((n, order.top), -1, np.int32), np.zeros((n, order.top), np.int32)
    count = np.zeros(n, np.int32)
    who = {person: row for row, person in enumerate(old.people) if person in stays}
    rank = {post_id: n for n, post_id in enumerate(union)}
    place = np.full(len(union), -1, np.int32)
    place[before.posts["rank"]] = np.arange(len(before.posts))
    with duckdb.connect() as con:
        rows = con.execute(
            "SELECT worker_id, rank, post_id, CAST(round(score * 1000000) AS BIGINT) "
            f"FROM {_parquet(order.old / RECOMMENDED)} WHERE rank <= {order.top}"
        )
        while some := rows.fetchmany(100_000):
            for worker, at, post_id, points in some:
                row = who.get(str(worker))
                if row is not None:
                    post[row, at - 1], score[row, at - 1] = place[rank[str(post_id)]], points
                    count[row] = max(count[row], at)
    return Lists(post, score, count, 0)


def _with_fresh(lists: Lists, after: Market, fresh: Array, top: int) -> Lists:
    if not len(fresh):
        return lists
    best = best_posts(after, top, chosen=fresh)
    post, score, count = lists.post.copy(), lists.score.copy(), lists.count.copy()
    post[fresh], score[fresh], count[fresh] = best.post, best.score, best.count
    return Lists(post, score, count, lists.looked + best.looked)


def _write(
    order: Order, new: _Side, after: Market, lists: Lists, touched: Array, out: Path
) -> dict[str, Any]:
    """The same files as a full run; near misses of those alone whose lists are written."""
    encoded, everybody = new.encoded, np.arange(len(lists.count))
    rulebook = load_rulebook(order.root, order.programme, order.area, order.on, order.grants)
    keep_lists(new.con, encoded, everybody, lists, out)
    near = best_posts(encoded.market, NEAR, chosen=touched, missing=1)
    keep_near(new.con, encoded, rulebook.certificate, touched, near, out)
    given = allocate(after, edges_of(lists))
    told = fairness(new.con, lists, given, order.on, out)
    new.con.execute(f"COPY rejects TO {text(str(out / 'rejects.csv'))} (HEADER)")
    counted = hashlib.sha256(f"{rulebook.digest}{lists.score.sum()}{lists.count.sum()}".encode())
    for row in (lists.post, lists.score):
        counted.update(np.ascontiguousarray(row).tobytes())
    return {
        "workers": len(lists.count), "posts": len(after.posts), "placed": given.placed,
        "seats": int(after.posts["headcount"].sum()), "total_score": round(given.total / ONE, 6),
        "share_with_recommendation": round(float((lists.count > 0).mean()), 6),
        "rulebook_hash": rulebook.digest, "fingerprint": counted.hexdigest(), "fairness": told,
    }  # fmt: skip
