"""`gongyou match run`: tables in; recommendations, assignment, near misses, fairness and summary out."""

# ruff: noqa: S608 — names are our own, values are literals

from __future__ import annotations

import hashlib
import json
import os
import resource
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import numpy as np

from gongyou.matching.allocation import Allocation, admit_in_turn, allocate, edges_of
from gongyou.matching.arrays import ONE, Lists
from gongyou.matching.best import best_posts
from gongyou.matching.compiled import IS_COMPILED
from gongyou.matching.fairness import fairness
from gongyou.matching.results import keep_assignment, keep_lists, keep_near, keep_posts, keep_rejects
from gongyou.matching.resuming import Parts
from gongyou.matching.rulebook import Rulebook, load_rulebook
from gongyou.matching.spark import best_on_spark
from gongyou.matching.tables.checked import Counted, load_tables
from gongyou.matching.tables.columns import TABLES, text
from gongyou.matching.tables.encoded import Encoded, encode

PART = 200_000
"""Workers in one part: what is lost when a run is killed."""
NEAR = 3
"""Near misses kept for each worker."""

Say = Callable[[str], None]


@dataclass(frozen=True)
class MatchOrder:
    """What is asked for. `seed` '': the public one of programme, area and day. `grants`: the recognition map, compiled.

    `published`: hashes of the tables as the catalogue keeps them, said again in the summary.
    """

    programme: str
    area: str
    on: date
    data: Path
    out: Path
    top: int = 20
    mode: str = "max_weight"
    engine: str = "embedded"
    seed: str = ""
    memory: str = "4GB"
    part: int = PART
    grants: Mapping[str, frozenset[str]] = field(default_factory=dict)
    published: Mapping[str, str] = field(default_factory=dict)

    def rulebook(self, root: Path) -> Rulebook:
        """Raises Refusal."""
        return load_rulebook(root, self.programme, self.area, self.on, self.grants)

    @property
    def lots_from(self) -> str:
        return self.seed or f"{self.programme}/{self.area}/{self.on.isoformat()}"


@dataclass(frozen=True)
class Loaded:
    """What was read: the connection holds the tables."""

    rulebook: Rulebook
    encoded: Encoded
    counted: dict[str, Counted]


def load(con: duckdb.DuckDBPyConnection, root: Path, order: MatchOrder, work: Path) -> Loaded:
    """Read and encode. Raises Refusal."""
    rulebook = order.rulebook(root)
    counted = load_tables(con, rulebook, order.data, work)
    return Loaded(rulebook, encode(con, rulebook, order.lots_from), counted)


def connect(memory: str, work: Path) -> duckdb.DuckDBPyConnection:
    """An empty database in memory that spills into `work` and prints nothing of its own."""
    con = duckdb.connect(
        config={"memory_limit": memory, "temp_directory": str(work), "threads": os.cpu_count() or 1}
    )
    con.execute("SET enable_progress_bar = false")
    return con


def run_match(root: Path, order: MatchOrder, say: Say) -> dict[str, Any]:
    """Match a folder of tables; the summary as it stands in `OUT/summary.json`. Raises Refusal.

    A run that was stopped goes on with the next part of workers when it is asked for again with the same files.
    """
    begun = time.monotonic()
    order.out.mkdir(parents=True, exist_ok=True)
    with Parts(order.out, _key(order, order.rulebook(root))) as parts:
        work = parts.work()
        con = connect(order.memory, work)
        say("读取和核对表格")
        loaded = load(con, root, order, work)
        keep_rejects(con, work)
        lists, near_counts = _lists(con, loaded, order, parts, say)
        say("分配")
        found = _allocated(loaded, order, lists)
        say("写出结果")
        parts.together(con, "recommendations", work)
        parts.together(con, "near_misses", work)
        keep_assignment(con, loaded.encoded, found, work)
        keep_posts(con, loaded.encoded, lists, found, work)
        summary = _summary(con, loaded, order, lists, found, near_counts, work)
        summary["seconds"] = round(time.monotonic() - begun, 1)
        summary["memory_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        (work / "summary.json").write_text(
            json.dumps(summary, ensure_ascii=False, indent=1), encoding="utf-8"
        )
        con.close()
        for name in OUTPUTS:
            os.replace(work / name, order.out / name)
    return summary


OUTPUTS = (
    "recommendations.parquet", "near_misses.parquet", "assignment.parquet", "posts.parquet", "fairness.csv",
    "rejects.csv", "summary.json",
)  # fmt: skip


def _key(order: MatchOrder, rulebook: Rulebook) -> str:
    told = [rulebook.digest, order.top, order.lots_from, order.part]
    for path in sorted(order.data.iterdir()):
        if path.stem in TABLES:
            told += [path.name, path.stat().st_size, path.stat().st_mtime_ns]
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()


def _lists(
    con: duckdb.DuckDBPyConnection, loaded: Loaded, order: MatchOrder, parts: Parts, say: Say
) -> tuple[Lists, dict[str, int]]:
    """Lists of all workers, part by part; how many workers lack just one certificate, by certificate."""
    n = len(loaded.encoded.market.workers)
    post, score = np.empty((n, order.top), np.int32), np.empty((n, order.top), np.int32)
    count, looked = np.empty(n, np.int32), 0
    nears: dict[str, int] = {}
    for lo in range(0, n, order.part):
        hi = min(lo + order.part, n)
        say(f"推荐：{hi} / {n} 人")
        name = f"{lo:09d}"
        if not parts.has(name):
            _part(con, loaded, order, parts, (name, lo, hi))
        kept = np.load(parts.folder(name) / "lists.npz")
        post[lo:hi], score[lo:hi], count[lo:hi] = kept["post"], kept["score"], kept["count"]
        looked += int(kept["looked"])
        for code, people in json.loads(str(kept["nears"])).items():
            nears[code] = nears.get(code, 0) + people
    return Lists(post, score, count, looked), nears


def _part(
    con: duckdb.DuckDBPyConnection, loaded: Loaded, order: MatchOrder, parts: Parts, which: tuple[str, int, int]
) -> None:  # fmt: skip
    name, lo, hi = which
    market, workers = loaded.encoded.market, np.arange(lo, hi)
    lists = (
        best_posts(market, order.top, chosen=workers)
        if order.engine == "embedded"
        else best_on_spark(market, order.top, workers)
    )
    near = best_posts(market, NEAR, chosen=workers, missing=1)
    folder = parts.begin(name)
    keep_lists(con, loaded.encoded, workers, lists, folder)
    nears = keep_near(con, loaded.encoded, loaded.rulebook.certificate, workers, near, folder)
    np.savez(
        folder / "lists.npz", post=lists.post, score=lists.score, count=lists.count, looked=lists.looked,
        nears=json.dumps(nears),
    )  # fmt: skip
    parts.keep(name)


def _allocated(loaded: Loaded, order: MatchOrder, lists: Lists) -> Allocation:
    market = loaded.encoded.market
    if order.mode == "stable":
        return admit_in_turn(market, lists)
    return allocate(market, edges_of(lists))


def _summary(
    con: duckdb.DuckDBPyConnection, loaded: Loaded, order: MatchOrder, lists: Lists, found: Allocation,
    nears: dict[str, int], work: Path,
) -> dict[str, Any]:  # fmt: skip
    n, m = len(lists.count), len(loaded.encoded.market.posts)
    seats = int(loaded.encoded.market.posts["headcount"].sum())
    rulebook = loaded.rulebook
    certified = found.blocking is None
    return {
        "programme": order.programme,
        "area": order.area,
        "on": order.on.isoformat(),
        "mode": order.mode,
        "engine": order.engine if IS_COMPILED else f"{order.engine} (numpy)",
        "tables": {t: vars(c) for t, c in loaded.counted.items()},
        "workers": n,
        "posts": m,
        "seats": seats,
        "pairs_possible": n * m,
        "pairs_considered": lists.looked,
        "share_with_recommendation": round(float((lists.count > 0).mean()), 6),
        "share_placed": round(found.placed / n, 6),
        "placed": found.placed,
        "share_seats_filled": round(found.placed / seats, 6),
        "total_score": round(found.total / ONE, 6),
        "upper_bound": round(found.bound / ONE, 6) if certified else None,
        "certified_share_of_optimum": round(found.certified, 6) if certified else None,
        "blocking_pairs": found.blocking,
        "near_misses": [
            {"certificate": c, "title": rulebook.certificate(c)[0], "how": rulebook.certificate(c)[1], "workers": k}
            for c, k in sorted(nears.items(), key=lambda item: (-item[1], item[0]))
        ],
        "fairness": fairness(con, lists, found, order.on, work),
        "employer_age_wishes": _wishes(con),
        "seed": order.lots_from,
        "seed_sha256": hashlib.sha256(order.lots_from.encode()).hexdigest(),
        "values": [
            {"id": v.id, "title": v.title, "amount": v.written, "source": v.source, "area": v.area,
             "confidence": v.confidence}
            for v in rulebook.numbers.found.values()
        ],
        "rulebook_hash": rulebook.digest,
        "published": dict(order.published),
        "fingerprint": _fingerprint(con, work),
    }  # fmt: skip


def _wishes(con: duckdb.DuckDBPyConnection) -> dict[str, int]:
    """An employer's age wish is on record, never a filter."""
    found = con.execute(
        "SELECT count(*) FROM posts WHERE age_min IS NOT NULL OR age_max IS NOT NULL"
    ).fetchall()
    return {"posts_with_a_wish": int(found[0][0])}


def _fingerprint(con: duckdb.DuckDBPyConnection, work: Path) -> str:
    """The same whatever the order of rows, the parts or the engine."""
    told = []
    for name, columns in (
        ("recommendations", "worker_id, rank, post_id, score"), ("assignment", "worker_id, post_id, score")
    ):  # fmt: skip
        row = f"concat_ws('|', {columns})"
        source = f"read_parquet({text(str(work / f'{name}.parquet'))})"
        told += con.execute(
            f"SELECT count(*), sum(md5_number_lower({row})::HUGEINT) FROM {source}"
        ).fetchall()
    return hashlib.sha256(repr(told).encode()).hexdigest()
