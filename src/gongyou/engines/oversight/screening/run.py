"""A screen over a folder of tables: clues, rejects, a summary; all put in place at once, or nothing."""

# ruff: noqa: S608 — paths are quoted literals

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from gongyou.basics.areas import chain_of
from gongyou.basics.refusal import Refusal, says
from gongyou.engines.oversight.definitions.screens import SETTLEMENTS, TABLES
from gongyou.engines.oversight.screening.library import BoundScreen, bound_on, find_screen
from gongyou.engines.oversight.screening.query import query_of
from gongyou.engines.oversight.screening.tables import Counted, load_tables
from gongyou.policy.keeping import SUMMARY, put_in_place, workspace
from gongyou.policy.run import connected, write_rejects
from gongyou.policy.spark import ask_spark
from gongyou.policy.tables.cells import quoted, text

Say = Callable[[str], None]
CLUES, REJECTED = "clues.parquet", "rejects.csv"


@dataclass(frozen=True)
class ScreenOrder:
    """What to screen. `on`: the day the values are of; None: the newest visit's. `memory`: such as 6GB."""

    screen: str
    area: str
    data: Path
    out: Path
    on: date | None = None
    engine: str = "duckdb"
    memory: str = "4GB"


def run_screen(root: Path, order: ScreenOrder, say: Say) -> dict[str, Any]:
    """Screen a folder; returns the summary that is also written. Raises Refusal for what can't be read as a whole."""
    started = time.perf_counter()
    if not order.data.is_dir():
        raise Refusal("no_data", says("没有文件夹“{folder}”。"), field="data", folder=str(order.data))
    declared = find_screen(root, order.screen)
    chain_of(root, order.area)  # a wrong area is told before anything is read
    with workspace(order.out) as work, connected(order.memory, work) as con:
        say(f"读取 {order.data}")
        counts = load_tables(con, declared.screen, order.data, work)
        bound = bound_on(declared, order.area, order.on or _newest(con))
        say(f"比对 {counts[SETTLEMENTS].accepted} 笔结算")
        relation = f"({query_of(bound)})"
        if order.engine == "spark":
            relation = ask_spark(con, TABLES, query_of(bound, "spark"), work)
        con.execute(
            f"COPY (SELECT * FROM {relation} ORDER BY score DESC, clue_id) TO {text(str(work / CLUES))} "
            "(FORMAT parquet, COMPRESSION zstd)"
        )
        write_rejects(con, work / REJECTED)
        summary = _summary(con, bound, order, counts, work / CLUES)
        summary["seconds"] = round(time.perf_counter() - started, 3)
        (work / SUMMARY).write_text(json.dumps(summary, ensure_ascii=False, indent=2), encoding="utf-8")
        put_in_place(work, order.out, (CLUES, REJECTED, SUMMARY))
    return summary


def _newest(con: duckdb.DuckDBPyConnection) -> date:
    """The day of the newest visit: the same files give the same values whenever they are screened."""
    found = con.execute(f"SELECT CAST(max(visited_at) AS DATE) FROM {quoted(SETTLEMENTS)}").fetchone()
    if found is None or found[0] is None:
        raise Refusal(
            "screen_nothing",
            says("“{title}”表里没有一行可以用。"),
            says("请看 rejects.csv 里每行的原因。"),
            field="data",
            title=SETTLEMENTS,
        )
    day: date = found[0]
    return day


def _summary(
    con: duckdb.DuckDBPyConnection,
    bound: BoundScreen,
    order: ScreenOrder,
    counts: dict[str, Counted],
    clues: Path,
) -> dict[str, Any]:
    source = f"read_parquet({text(str(clues))})"
    one = con.execute(
        f"SELECT count(*), coalesce(sum(amount_fen), 0), coalesce(bit_xor(hash(t)), 0) FROM {source} t"
    ).fetchone()
    assert one is not None
    by_reason = dict(
        con.execute(f"SELECT unnest(reasons), count(*) FROM {source} GROUP BY 1 ORDER BY 1").fetchall()
    )
    return {
        "screen": order.screen,
        "programme": bound.programme,
        "area": order.area,
        "on": bound.on.isoformat(),
        "clues": one[0],
        "amount_fen": int(one[1]),
        "reasons": {r.id: by_reason.get(r.id, 0) for r in bound.screen.reasons},
        "threshold": bound.number(bound.screen.threshold),
        "assumed": list(bound.assumed),
        "engine": order.engine,
        "screen_hash": bound.digest,
        "fingerprint": f"{one[2]:016x}",
        "tables": {name: asdict(count) for name, count in counts.items()},
        "seconds": 0.0,
    }
