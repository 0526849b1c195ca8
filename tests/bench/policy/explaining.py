"""Milliseconds of one explanation once the subject's facts are at hand: judged by a plain call and explained.

python -m tests.bench.policy.explaining 1000
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from pathlib import Path

from gongyou.policy.evaluate import judge
from gongyou.policy.explain import explain
from gongyou.policy.run import bound, connected
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
    print(f"p50 {statistics.median(spent):.2f} ms, p99 {statistics.quantiles(spent, n=100)[98]:.2f} ms")


if __name__ == "__main__":
    main()
