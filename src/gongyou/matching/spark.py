"""The same kernel where the workers lie on a cluster: posts are broadcast once, each task gets a slice of the workers."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator
from importlib import import_module
from typing import Any

import numpy as np

from gongyou.basics.refusal import Refusal, says
from gongyou.matching.arrays import Array, Lists, Market, Rows
from gongyou.matching.best import best_posts

SLICE = 50_000


def best_on_spark(market: Market, k: int, chosen: Array) -> Lists:
    """`best_posts` by Spark tasks. Raises Refusal where pyspark isn't installed."""
    try:
        sql: Any = import_module("pyspark.sql")
    except ImportError as error:
        raise Refusal(
            "no_spark",
            says("这台机器没有安装 pyspark。"),
            says("请安装 gongyou[spark]，或不写 --engine spark。"),
            field="engine",
        ) from error
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)  # else the system's, which has no gongyou
    session = sql.SparkSession.builder.appName("gongyou match").getOrCreate()
    shared = session.sparkContext.broadcast(market._replace(workers=market.workers[:0], wishes=Rows(*_NONE)))
    slices = [chosen[lo : lo + SLICE] for lo in range(0, len(chosen), SLICE)]
    tasks = [(market.workers[s], _wishes(market, s)) for s in slices]

    def work(given: Iterable[tuple[Array, Rows]]) -> Iterator[Lists]:
        for workers, wishes in given:
            yield best_posts(shared.value._replace(workers=workers, wishes=wishes), k, threads=1)

    found = session.sparkContext.parallelize(tasks, len(tasks)).mapPartitions(work).collect()
    post, score, count = (np.concatenate([f[n] for f in found]) for n in range(3))
    return Lists(post, score, count, sum(int(f.looked) for f in found))


_NONE = (np.zeros(1, np.int64), np.zeros(0, np.int32))


def _wishes(market: Market, chosen: Array) -> Rows:
    lengths = np.diff(market.wishes.ptr)[chosen]
    ptr = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
    start = np.repeat(market.wishes.ptr[:-1][chosen] - ptr[:-1], lengths)
    return Rows(ptr, market.wishes.entry[start + np.arange(ptr[-1])])
