"""The same query on Spark: DuckDB reads and checks the files, Spark computes, DuckDB writes the result.

Spark is an extra (`requirements/spark.in`): whoever runs a cluster installs it, nobody else carries it.
"""

# ruff: noqa: S608 — every name in the SQL comes from a checked policy and is quoted; values are literals

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import duckdb

from gongyou.basics.refusal import Refusal, says
from gongyou.policy.tables.cells import quoted, text


def ask_spark(con: duckdb.DuckDBPyConnection, tables: Iterable[str], query: str, work: Path) -> str:
    """Ask `query` (Spark's dialect) of tables and views of `con`; returns what DuckDB reads the answer from.

    Raises Refusal where Spark is not installed.
    """
    if importlib.util.find_spec("pyspark") is None:
        raise Refusal(
            "no_spark",
            says("这里没有安装 Spark。"),
            says("请安装 gongyou[spark]，或用 --engine duckdb。"),
            field="engine",
        )
    names = tuple(tables)
    for name in names:
        target = text(str(work / f"facts-{name}.parquet"))
        con.execute(f"COPY (SELECT * FROM {quoted(name)}) TO {target} (FORMAT parquet)")
    session = _session(work)
    try:
        for name in names:
            session.read.parquet(str(work / f"facts-{name}.parquet")).createOrReplaceTempView(name)
        session.sql(query).write.parquet(str(work / "spark-result"))
    finally:
        session.stop()
    return f"read_parquet({text(str(work / 'spark-result' / '*.parquet'))})"


def _session(work: Path) -> Any:
    # pyspark is no dependency; it is looked up only when somebody asks for this engine.
    sql = importlib.import_module("pyspark.sql")
    return (
        sql.SparkSession.builder.master("local[2]")
        .appName("gongyou")
        .config("spark.sql.ansi.enabled", "true")
        .config("spark.ui.enabled", "false")
        .config("spark.local.dir", str(work))
        .config("spark.sql.session.timeZone", "Asia/Shanghai")
        .config("spark.sql.shuffle.partitions", "4")
        .getOrCreate()
    )
