"""`gongyou match update`: posts changed, people did not: the lists that differ, from what the last run kept.

The first time, and whenever people, rules, day or codes differ from what was kept, all lists are made and kept (`KEPT`) with
their spare places; after that the posts are read alone.
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import numpy as np

from gongyou.matching.arrays import Array, Kinship, Lists, Market, Rows, Weights
from gongyou.matching.best import best_posts
from gongyou.matching.results import keep_lists
from gongyou.matching.rulebook import Rulebook
from gongyou.matching.run import MatchOrder, Say, connect, load
from gongyou.matching.tables.checked import load_tables
from gongyou.matching.tables.encoded import Encoded, encode_posts
from gongyou.matching.updating import SPARE, Updated, update

KEPT = "kept.npz"
WHOLE, CHANGED = "recommendations.parquet", "changed.parquet"
_PLAIN = ("workers", "posts", "block", "block_price", "counties", "intended")


@dataclass(frozen=True)
class Kept:
    """A market with its lists, `top` places and the spare ones. `post_ids`: by rank, those that are gone too."""

    encoded: Encoded
    lists: Lists
    worker_ids: Array
    post_ids: Array


def renew(root: Path, order: MatchOrder, say: Say) -> dict[str, Any]:
    """Lists after posts changed; the summary as it stands in `OUT/update.json`. Raises Refusal."""
    begun = time.process_time()
    order.out.mkdir(parents=True, exist_ok=True)
    rulebook = order.rulebook(root)
    key = _key(order, rulebook)
    with tempfile.TemporaryDirectory(prefix=".match-work-", dir=order.out) as folder:
        work = Path(folder)
        con = connect(order.memory, work)
        before = _read(order.out / KEPT, key)
        done = _changed(con, order, rulebook, before, work) if before is not None else None
        if done is None:
            say("人或规则变了，或是第一次：全部重做")
            kept, told, name = *_whole(con, root, order, work), WHOLE
        else:
            kept, told, name = *done, CHANGED
        con.close()
        _write(kept, key, work / KEPT)
        told |= {"cpu_seconds": round(time.process_time() - begun, 2), "rulebook_hash": rulebook.digest}
        (work / "update.json").write_text(json.dumps(told, ensure_ascii=False, indent=1), encoding="utf-8")
        os.replace(work / WHOLE, order.out / name)
        for other in (KEPT, "update.json"):
            os.replace(work / other, order.out / other)
    return told


def _key(order: MatchOrder, rulebook: Rulebook) -> str:
    """Everything but the posts."""
    told = [rulebook.digest, order.top, order.lots_from]
    for path in sorted(order.data.glob("workers.*")):
        told += [path.name, path.stat().st_size, path.stat().st_mtime_ns]
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()


def _whole(
    con: duckdb.DuckDBPyConnection, root: Path, order: MatchOrder, work: Path
) -> tuple[Kept, dict[str, Any]]:
    encoded = load(con, root, order, work).encoded
    lists = best_posts(encoded.market, order.top + SPARE)
    everybody = np.arange(len(lists.count))
    keep_lists(con, encoded, everybody, _shown(lists, everybody, order.top), work)
    ids = [
        np.array([str(r[0]) for r in con.execute(f"SELECT {key} FROM {table} ORDER BY i").fetchall()])  # noqa: S608
        for table, key in (("workers", "worker_id"), ("posts", "post_id"))
    ]
    told = {"whole": True, "workers": len(everybody), "posts": len(ids[1]), "changed_workers": len(everybody)}
    return Kept(encoded, lists, ids[0], ids[1]), told


def _changed(
    con: duckdb.DuckDBPyConnection, order: MatchOrder, rulebook: Rulebook, before: Kept, work: Path
) -> tuple[Kept, dict[str, Any]] | None:
    """None where the posts say something the kept market has no number for."""
    load_tables(con, rulebook, order.data, work, only="posts")
    old = before.encoded
    found = encode_posts(con, rulebook, order.lots_from, old.occupations, old.required)
    if found is None or not np.array_equal(found[1]["code"], old.market.counties["code"]):
        return None
    here = np.array([str(r[0]) for r in con.execute("SELECT post_id FROM posts ORDER BY i").fetchall()])
    post_ids, posts = _ranked(before.post_ids, here, found[0])
    market = old.market._replace(
        posts=posts, counties=found[1], block=found[2], block_price=np.zeros(len(found[2]), np.int64)
    )
    changed = _differing(old.market.posts, posts, len(post_ids))
    after = update(before.lists, old.market, market, changed, order.top)
    kept = Kept(Encoded(market, old.occupations, old.required), after.lists, before.worker_ids, post_ids)
    _tell(con, kept, after, order.top, work)
    told = {
        "whole": False,
        "workers": len(before.worker_ids),
        "posts": len(posts),
        "changed_posts": len(changed),
        "changed_workers": len(after.changed),
        "listed_anew": after.again,
        "without_a_list": kept.worker_ids[after.changed[after.lists.count[after.changed] == 0]].tolist(),
    }
    return kept, told


def _ranked(known: Array, here: Array, posts: Array) -> tuple[Array, Array]:
    """A post keeps its rank; one that came gets the next."""
    place = {name: n for n, name in enumerate(known.tolist())}
    for name in here.tolist():
        place.setdefault(name, len(place))
    ranks = np.array([place[name] for name in here.tolist()], np.int32)
    posts["rank"] = ranks[posts["rank"]]
    return np.array(list(place)), posts


def _differing(old: Array, new: Array, count: int) -> Array:
    """Ranks of posts that differ in any byte, came or went."""
    rows = np.zeros((2, count, old.dtype.itemsize), np.uint8)
    for side, posts in enumerate((old, new)):
        rows[side, posts["rank"]] = np.ascontiguousarray(posts).view(np.uint8).reshape(len(posts), -1)
    return np.flatnonzero((rows[0] != rows[1]).any(axis=1)).astype(np.int32)


def _shown(lists: Lists, rows: Array, top: int) -> Lists:
    return Lists(lists.post[rows, :top], lists.score[rows, :top], np.minimum(lists.count[rows], top), 0)


def _tell(con: duckdb.DuckDBPyConnection, kept: Kept, after: Updated, top: int, work: Path) -> None:
    """The lists of those whose list differs, as a whole run would write them."""
    for table, key, places, ids in (
        ("workers", "worker_id", after.changed, kept.worker_ids[after.changed]),
        ("posts", "post_id", np.arange(len(kept.post_ids)), kept.post_ids),
    ):
        con.register("given", {"i": places, "id": ids.astype(object)})
        con.execute(f"CREATE OR REPLACE TEMP TABLE {table} AS SELECT i, id AS {key} FROM given")  # noqa: S608
        con.unregister("given")
    keep_lists(con, kept.encoded, after.changed, _shown(after.lists, after.changed, top), work)


def _write(kept: Kept, key: str, path: Path) -> None:
    market = kept.encoded.market
    np.savez(
        path,
        key=np.array(key),
        weights=np.array(json.dumps(market.weights._asdict())),
        occupations=np.array(list(kept.encoded.occupations), str),
        required=np.array(list(kept.encoded.required), str),
        worker_ids=kept.worker_ids,
        post_ids=kept.post_ids,
        post=kept.lists.post,
        score=kept.lists.score,
        count=kept.lists.count,
        **{name: getattr(market, name) for name in _PLAIN},
        **{
            f"{group}_{part}": column
            for group in ("wishes", "places", "kinship")
            for part, column in getattr(market, group)._asdict().items()
        },
    )


def _read(path: Path, key: str) -> Kept | None:
    """What was kept for the same people, rules and day."""
    if not path.is_file():
        return None
    with np.load(path, allow_pickle=False) as kept:
        if str(kept["key"]) != key:
            return None

        def group(name: str, type_: Any) -> Any:
            return type_(*(kept[f"{name}_{part}"] for part in type_._fields))

        market = Market(
            **{name: kept[name] for name in _PLAIN},
            wishes=group("wishes", Rows),
            places=group("places", Rows),
            kinship=group("kinship", Kinship),
            weights=Weights(**json.loads(str(kept["weights"]))),
        )
        encoded = Encoded(market, kept["occupations"].tolist(), kept["required"].tolist())
        lists = Lists(kept["post"], kept["score"], kept["count"], 0)
        return Kept(encoded, lists, kept["worker_ids"], kept["post_ids"])
