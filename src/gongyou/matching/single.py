"""One worker and one post of a folder, explained; planning over a whole folder."""

# ruff: noqa: E501, S608 — names are our own, values are literals

from __future__ import annotations

import json
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import numpy as np

from gongyou.basics.refusal import Refusal, says
from gongyou.matching.arrays import ONE
from gongyou.matching.best import best_posts
from gongyou.matching.planning import Round, plan, relist
from gongyou.matching.results import keep_assignment, keep_lists, keep_posts
from gongyou.matching.run import MatchOrder, Say, connect, load
from gongyou.matching.tables.checked import load_tables
from gongyou.matching.tables.columns import text
from gongyou.matching.tables.encoded import encode
from gongyou.matching.why import PairExplained, explain_pair


@dataclass(frozen=True)
class Asked:
    """Which pair."""

    worker: str
    post: str


def explain_one(root: Path, order: MatchOrder, asked: Asked) -> PairExplained:
    """Why a worker of a folder may or may not have a post. Raises Refusal where one is not there or was rejected."""
    rulebook = order.rulebook(root)
    with tempfile.TemporaryDirectory(prefix="match-") as folder:
        con = connect(order.memory, Path(folder))
        load_tables(con, rulebook, order.data, Path(folder))
        for table, key, wanted in (("workers", "worker_id", asked.worker), ("posts", "post_id", asked.post)):
            _narrow(con, table, key, wanted)
        encoded = encode(con, rulebook, order.lots_from)
        con.close()
    return explain_pair(encoded, rulebook, 0, 0)


def _narrow(con: duckdb.DuckDBPyConnection, table: str, key: str, wanted: str) -> None:
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE {table} AS SELECT * REPLACE (0::BIGINT AS i) FROM {table} WHERE {key} = {text(wanted)}"
    )
    if con.execute(f"SELECT count(*) FROM {table}").fetchall()[0][0]:
        return
    why = con.execute(
        f'SELECT reason FROM rejects WHERE "table" = {text(table)} AND value = {text(wanted)}'
    ).fetchall()
    raise Refusal(
        "match_not_there",
        says("“{table}”表里没有“{wanted}”，或它的那一行没有采用。"),
        says("{reason}请看这次核对的 rejects.csv。"),
        field=key,
        table=table,
        wanted=wanted,
        reason=str(why[0][0]) if why else "",
    )


def plan_market(root: Path, order: MatchOrder, say: Say, goal: float, rounds: int) -> dict[str, Any]:
    """The best allocation over all eligible pairs, certified; and what lists by price would fill. Raises Refusal."""
    order.out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".match-work-", dir=order.out) as folder:
        work = Path(folder)
        con = connect(order.memory, work)
        encoded = load(con, root, order, work).encoded
        market = encoded.market
        lists = best_posts(market, order.top)
        told: list[Round] = []

        def tell(one: Round) -> None:
            told.append(one)
            say(
                f"第 {one.number} 轮：{one.edges} 对，安排 {one.placed} 人，已证明达到最优的 {one.certified:.2%}"
            )

        found, last = plan(market, lists, goal=goal, rounds=rounds, tell=tell)
        priced = relist(market, lists)
        keep_assignment(con, encoded, found, work)
        keep_posts(con, encoded, lists, found, work)
        con.close()
        seats = int(market.posts["headcount"].sum())
        summary = {
            "workers": len(market.workers),
            "seats": seats,
            "placed": found.placed,
            "share_seats_filled": round(found.placed / seats, 6),
            "total_score": found.total / ONE,
            "upper_bound": last.bound / ONE,
            "certified_share_of_optimum": round(last.certified, 6),
            "rounds": [
                {"edges": r.edges, "placed": r.placed, "certified": round(r.certified, 6)} for r in told
            ],
            "lists_by_price": {
                "filled_before": round(priced.filled_before, 6),
                "filled": round(priced.filled, 6),
                "mean_score_before": round(priced.mean_score_before, 6),
                "mean_score": round(priced.mean_score, 6),
            },
            "mean_price": round(float(np.mean(found.price)) / ONE, 6),
        }
        (work / "plan.json").write_text(json.dumps(summary, ensure_ascii=False, indent=1), encoding="utf-8")
        for name in ("assignment.parquet", "posts.parquet", "plan.json"):
            os.replace(work / name, order.out / name)
    return summary


def relist_market(root: Path, order: MatchOrder, share: float, rounds: int) -> dict[str, Any]:
    """Lists by score less a share of the price, as `recommendations.parquet`, and what they cost and bring. Raises Refusal."""
    order.out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".match-work-", dir=order.out) as folder:
        work = Path(folder)
        con = connect(order.memory, work)
        encoded = load(con, root, order, work).encoded
        made = relist(encoded.market, best_posts(encoded.market, order.top), share=share, rounds=rounds)
        keep_lists(con, encoded, np.arange(len(made.lists.count)), made.lists, work)
        con.close()
        summary = {
            "share": share,
            "rounds": rounds,
            "filled_before": round(made.filled_before, 6),
            "filled": round(made.filled, 6),
            "mean_score_before": round(made.mean_score_before, 6),
            "mean_score": round(made.mean_score, 6),
        }
        (work / "relist.json").write_text(json.dumps(summary, indent=1), encoding="utf-8")
        for name in ("recommendations.parquet", "relist.json"):
            os.replace(work / name, order.out / name)
    return summary
