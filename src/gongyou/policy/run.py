"""A run: files in, one decision per subject out, with counts, hashes and what was rejected."""

# ruff: noqa: S608 — every name in the SQL comes from a checked policy and is quoted; values are literals

from __future__ import annotations

import csv
import json
import os
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from gongyou.basics.refusal import Refusal, says
from gongyou.basics.sheets import safe_cell
from gongyou.policy.compile import compile_query, printed
from gongyou.policy.compile.query import DOUBTFUL_TABLE
from gongyou.policy.evaluate import Outcome
from gongyou.policy.graph import bind
from gongyou.policy.keeping import SUMMARY, engine_version, finished_run, put_in_place, run_key, workspace
from gongyou.policy.keyed import written_pieces
from gongyou.policy.library import load_policy
from gongyou.policy.nodes import Graph
from gongyou.policy.parts import (
    AS_PARQUET,
    REJECTED,
    TOLD,
    Keeper,
    Told,
    each_part,
    join_files,
    keep_rejects,
    parts_folder,
    parts_for,
    together,
)
from gongyou.policy.spark import ask_spark
from gongyou.policy.tables import Division, Loaded, in_order, load_raw, open_tables, reopen
from gongyou.policy.tables.cells import quoted, text
from gongyou.policy.tables.files import RawTable
from gongyou.policy.tables.loading import REJECTS
from gongyou.policy.tables.profile import profile_of_facts, seen_in
from gongyou.policy.values import values_digest, values_in_force

Say = Callable[[str], None]
Keyed = Callable[[Iterator[bytes]], object]

_MEMORY = "4GB"


@dataclass(frozen=True)
class RunOrder:
    """What to run. `overrides`: values set by hand, the result is a simulation. `memory`: such as 6GB.

    `parts`: into how many parts the subjects are divided; 0: by the size of the tables.
    """

    policy: str
    area: str
    on: date
    data: Path
    out: Path
    engine: str = "duckdb"
    overrides: Mapping[str, str] | None = None
    memory: str = _MEMORY
    parts: int = 0


def bound(root: Path, policy: str, area: str, on: date, overrides: Mapping[str, str] | None = None) -> Graph:
    """A policy with its values for an area and a day. Raises Refusal, also for an override that decides nothing."""
    loaded = load_policy(root, policy)
    values = values_in_force(root, loaded, area, on, overrides)
    graph = bind(loaded, values, on)
    idle = sorted(set(overrides or {}) - graph.asked)
    if idle:
        raise Refusal(
            "override_idle",
            says("“{name}”在{day}不影响结果，没有试算。"),
            says("请用 policy show 看这一天用到哪些取值。"),
            field="set",
            name=idle[0],
            day=on.isoformat(),
        )
    return graph


def run_policy(
    root: Path, order: RunOrder, say: Say, keeper: Keeper | None = None, keyed: Keyed | None = None
) -> dict[str, Any]:
    """Run a policy over a folder of tables; returns the summary that is also written. Raises Refusal.

    If `out` already holds the run with the same key, its summary is returned and nothing is computed. Finished parts
    of a run that was stopped or killed are taken from `keeper`, or from `out`, and only the rest is computed. `keyed`
    takes the pieces in which a subject's facts and decision stand by its id, where somebody wants them.
    """
    started = time.perf_counter()
    graph = bound(root, order.policy, order.area, order.on, order.overrides)
    if not order.data.is_dir():
        raise Refusal("no_data", says("没有文件夹“{folder}”。"), field="data", folder=str(order.data))
    key = run_key(graph, order.area, order.on, order.data, order.engine, order.overrides or {})
    if found := finished_run(order.out, key):
        say("同样的一次已经算过，直接给出结果。")
        return found
    with workspace(order.out) as work, parts_folder(order.out, key) as kept:
        summary = _computed(graph, order, say, work, keeper or kept, keyed)
        summary |= {"run_key": key, "seconds": round(time.perf_counter() - started, 3)}
        (work / SUMMARY).write_text(_json(summary), encoding="utf-8")
        put_in_place(work, order.out)
    return summary


def _computed(
    graph: Graph, order: RunOrder, say: Say, work: Path, keeper: Keeper, keyed: Keyed | None
) -> dict[str, Any]:
    with connected(order.memory, work) as con:
        say(f"读取 {order.data}")
        raw = open_tables(con, in_order(graph.policy.spec), order.data, work)
        count = (order.parts or parts_for(con, raw)) if order.engine == "duckdb" else 1
        division = Division(con, raw, count, work)

        def compute(number: int, folder: Path) -> None:
            _compute_part(con, graph, order, division.part(number), folder, say)

        folders = each_part(count, keeper, say, compute, work)
        say("汇总")
        join_files(con, folders, work / "decisions.parquet")
        told = together([Told.read(folder / TOLD) for folder in folders])
        write_rejects(con, work / "rejects.csv")
        profile = profile_of_facts(con, (graph.subject, *graph.children), told.loaded, told.seen)
        summary = _summary(con, graph, order, told.loaded, work / "decisions.parquet")
        if keyed:
            if count > 1:
                reopen(con, raw)  # so far only a part is open
            keyed(written_pieces(con, graph, work / "decisions.parquet", summary["rows"]))
    (work / "profile.json").write_text(_json(profile), encoding="utf-8")
    (work / "query.sql").write_text(_query(graph, told.loaded, order.engine) + "\n", encoding="utf-8")
    return summary


def _compute_part(
    con: duckdb.DuckDBPyConnection,
    graph: Graph,
    order: RunOrder,
    raw: Sequence[RawTable],
    folder: Path,
    say: Say,
) -> None:
    loaded = load_raw(con, raw, graph)
    say(f"计算 {loaded.counts[graph.subject.id].accepted} 个{graph.subject.title}")
    _decide(con, graph, loaded, order.engine, folder)
    keep_rejects(con, folder / REJECTED)
    tables = (graph.subject, *graph.children)
    Told(loaded, {table.id: seen_in(con, table, loaded) for table in tables}).write(folder / TOLD)


def connected(memory: str, work: Path) -> duckdb.DuckDBPyConnection:
    """DuckDB in memory with a limit beyond which it spills into `work`. Raises Refusal for an unreadable limit."""
    con = duckdb.connect()
    try:
        con.execute(f"SET memory_limit = {text(memory)}")
    except duckdb.Error as error:
        con.close()
        raise Refusal(
            "memory_wrong",
            says("内存上限“{memory}”读不懂。"),
            says("请写成 6GB 或 800MB。"),
            field="memory",
            memory=memory,
        ) from error
    con.execute(f"SET temp_directory = {text(str(work / 'spill'))}")
    con.execute("SET preserve_insertion_order = false")
    con.execute("SET enable_progress_bar = false")
    return con


def _near(graph: Graph) -> str:
    """The column by whose order rows are stored: the amount's rule, whose neighbours repeat each other's digits.

    Half the bytes for a twentieth of the run's time. The order says nothing else, and no reader may rest on it.
    """
    amount = graph.policy.spec.amount
    return quoted(amount if amount in {node.name for node in graph.results()} else "outcome")


@contextmanager
def joined_as_written(con: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """Subjects flow past tables kept in memory, as the query is written.

    DuckDB guesses that there are more groups than subjects and keeps the subjects instead: half as much memory again.
    """
    con.execute("SET disabled_optimizers = 'build_side_probe_side'")
    try:
        yield
    finally:
        con.execute("RESET disabled_optimizers")


def _query(graph: Graph, loaded: Loaded, engine: str) -> str:
    return printed(compile_query(graph, is_doubting=loaded.is_doubting), engine)


def _decide(con: duckdb.DuckDBPyConnection, graph: Graph, loaded: Loaded, engine: str, work: Path) -> None:
    target = work / "decisions.parquet"
    if engine == "spark":
        tables = [t.id for t in (graph.subject, *graph.children)] + [DOUBTFUL_TABLE] * loaded.is_doubting
        relation = ask_spark(con, tables, _query(graph, loaded, "spark"), work)
    else:
        compiled = compile_query(graph, is_doubting=loaded.is_doubting, is_totalled=True)
        relation = f"({compiled.sql('duckdb', identify=True)})"
    query = f"SELECT * FROM {relation}"
    if loaded.is_doubting:
        # A subject whose own row was rejected has no facts; it is still answered.
        query += (
            " UNION ALL BY NAME SELECT subject AS subject_id, 'unknown' AS outcome, CAST(NULL AS BIGINT) AS amount_fen, "
            f"CAST([] AS VARCHAR[]) AS failed, tables AS needs FROM {DOUBTFUL_TABLE} WHERE is_own"
        )
    try:
        with joined_as_written(con):
            con.execute(f"COPY ({query} ORDER BY {_near(graph)}) TO {text(str(target))} ({AS_PARQUET})")
    except (duckdb.OutOfRangeException, duckdb.ConversionException) as error:
        raise Refusal(
            "amount_too_large",
            says("有金额超出了可以记录的范围，没有算下去。"),
            says("请检查送来的数里是否多写了数字。"),
            field="data",
        ) from error


def write_rejects(con: duckdb.DuckDBPyConnection, path: Path) -> None:
    """Rows of the table of rejects as `table,row,column,value,reason`."""
    cursor = con.execute(f"SELECT tbl, row_no, col, val, reason FROM {REJECTS} ORDER BY tbl, row_no")
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["table", "row", "column", "value", "reason"])
        while rows := cursor.fetchmany(10_000):
            for table, row, column, value, reason in rows:
                writer.writerow([table, row, column, safe_cell(value or ""), reason])


def _summary(
    con: duckdb.DuckDBPyConnection, graph: Graph, order: RunOrder, loaded: Loaded, path: Path
) -> dict[str, Any]:
    source = f"read_parquet({text(str(path))})"
    outcomes = dict(con.execute(f"SELECT outcome, count(*) FROM {source} GROUP BY 1").fetchall())
    failed = dict(con.execute(f"SELECT unnest(failed), count(*) FROM {source} GROUP BY 1").fetchall())
    one = con.execute(
        f"SELECT coalesce(sum(amount_fen), 0), count(*), coalesce(bit_xor(hash(t)), 0) FROM {source} t"
    ).fetchone()
    assert one is not None
    policy_hash, values_hash = graph.policy.digest, values_digest(graph.values)
    return {
        "policy": order.policy,
        "area": order.area,
        "on": order.on.isoformat(),
        "outcomes": {name.value: outcomes.get(name.value, 0) for name in Outcome},
        **{name.value: outcomes.get(name.value, 0) for name in Outcome},
        "failed": {name: failed.get(name, 0) for name in graph.conditions},
        "total_fen": int(one[0]),
        "rows": one[1],
        "seconds": 0.0,
        "engine": order.engine,
        "engine_version": engine_version(order.engine),
        "policy_hash": policy_hash,
        "values_hash": values_hash,
        "fingerprint": f"{one[2]:016x}",
        "simulated": bool(order.overrides),
        "set": dict(order.overrides or {}),
        "assumed": sorted(n for n in graph.asked if graph.values[n].confidence == "assumed"),
        "tables": {name: asdict(count) for name, count in loaded.counts.items()},
    }


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2)


def changed_subjects(before: Path, after: Path, out: Path) -> dict[str, int]:
    """Subjects whose decision differs between two runs, written to `out` as Parquet; counts by kind of change."""
    one, other = (f"read_parquet({text(str(p))})" for p in (before, after))
    with duckdb.connect() as con:
        con.execute(
            f"CREATE TEMP TABLE changed AS SELECT coalesce(a.subject_id, b.subject_id) AS subject_id, "
            "CASE WHEN a.subject_id IS NULL THEN 'new' WHEN b.subject_id IS NULL THEN 'gone' "
            "WHEN a.outcome <> b.outcome THEN 'outcome' ELSE 'amount' END AS change, "
            "a.outcome AS outcome_before, b.outcome AS outcome_after, "
            "a.amount_fen AS amount_before_fen, b.amount_fen AS amount_after_fen "
            f"FROM {one} a FULL JOIN {other} b USING (subject_id) "
            "WHERE a.outcome IS DISTINCT FROM b.outcome OR a.amount_fen IS DISTINCT FROM b.amount_fen"
        )
        temporary = out.with_name(f".{out.name}.{os.getpid()}")
        con.execute(f"COPY changed TO {text(str(temporary))} (FORMAT parquet)")
        temporary.replace(out)
        return dict(con.execute("SELECT change, count(*) FROM changed GROUP BY 1").fetchall())
