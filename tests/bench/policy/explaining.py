"""Milliseconds of one explanation: from the facts at hand, and from the sealed piece in which they stand.

The second opens, unpacks, judges and explains; what it leaves out is the disk and the two statements of the database.

python -m tests.bench.policy.explaining 1000
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from pathlib import Path

import duckdb

from gongyou.kernel.sealing import make_keyring
from gongyou.policy.evaluate import judge
from gongyou.policy.explain import explain
from gongyou.policy.keyed import piece_of, record_in
from gongyou.policy.nodes import Graph
from gongyou.policy.run import RunOrder, bound, connected, run_policy
from gongyou.policy.tables import load_tables, subject_rows
from tests.bench.policy.contenders import ON, PACKS
from tests.bench.policy.facts import write_province


def main() -> None:
    graph = bound(PACKS, "stabilisation-refund", "370000", ON)
    spec = graph.policy.spec
    with tempfile.TemporaryDirectory() as folder, connected("1GB", Path(folder)) as con:
        load_tables(con, spec, write_province(Path(folder) / "data", int(sys.argv[1])), Path(folder))
        subjects = [row[0] for row in con.execute("SELECT employer_id FROM employers LIMIT 200").fetchall()]
        rows = [subject_rows(con, spec, subject) for subject in subjects]
    spent = []
    for subject, (facts, children, doubtful) in zip(subjects, rows, strict=True):
        began = time.perf_counter()
        explain(graph, judge(graph, facts or {}, children, doubtful), subject)
        spent.append((time.perf_counter() - began) * 1000)
    print(f"facts at hand: {_told(spent)}")
    with tempfile.TemporaryDirectory() as folder:
        print(f"from its piece: {_told(_keyed(graph, Path(folder), int(sys.argv[1])))}")


def _keyed(graph: Graph, folder: Path, employers: int) -> list[float]:
    data, ring = write_province(folder / "data", employers), make_keyring()
    sealed: list[bytes] = []
    order = RunOrder("stabilisation-refund", "370000", ON, data, folder / "out")
    run_policy(
        PACKS, order, lambda _: None, keyed=lambda ps: sealed.extend(ring.seal(p, "bench") for p in ps)
    )
    with duckdb.connect() as con:
        found = con.execute(
            f"SELECT subject_id, outcome FROM '{folder}/out/decisions.parquet' LIMIT 500"
        ).fetchall()
    spent = []
    for subject, outcome in found:
        began = time.perf_counter()
        piece = ring.open(sealed[piece_of(subject, len(sealed))], "bench")
        record = record_in(piece, graph, subject)
        assert record is not None
        judged = judge(graph, record.own or {}, record.children, record.doubtful)
        explain(graph, judged, subject)
        spent.append((time.perf_counter() - began) * 1000)
        assert judged.outcome.value == outcome
    return spent


def _told(spent: list[float]) -> str:
    return f"p50 {statistics.median(spent):.2f} ms, p99 {statistics.quantiles(spent, n=100)[98]:.2f} ms"


if __name__ == "__main__":
    main()
