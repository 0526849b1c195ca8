"""One subject out of a folder of tables: read with the same eyes as the run, judged by a plain call, explained."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from datetime import date
from pathlib import Path

from gongyou.basics.refusal import Refusal, says
from gongyou.policy.evaluate import Judgement, judge
from gongyou.policy.explain import Explanation, explain
from gongyou.policy.nodes import Graph
from gongyou.policy.run import bound, connected
from gongyou.policy.tables import load_tables, subject_rows

_MEMORY = "2GB"


def judge_subject(graph: Graph, data: Path, subject: str) -> Judgement:
    """Judge one subject of a folder of tables. Raises Refusal for a subject that is not in them."""
    wanted = subject.strip().upper()
    with tempfile.TemporaryDirectory(prefix="gongyou-policy-") as folder:
        work = Path(folder)
        with connected(_MEMORY, work) as con:
            load_tables(con, graph.policy.spec, data, work)
            facts, children, doubtful = subject_rows(con, graph.policy.spec, wanted)
    if facts is None and not doubtful:
        raise Refusal(
            "no_subject",
            says("“{table}”表里没有{subject}。"),
            says("请核对编号。"),
            field="subject",
            table=graph.subject.title,
            subject=subject,
        )
    return judge(graph, facts or {}, children, doubtful)


def explain_subject(
    root: Path,
    policy: str,
    area: str,
    on: date,
    data: Path,
    subject: str,
    overrides: Mapping[str, str] | None = None,
) -> Explanation:
    """Why a subject of a folder of tables gets its answer. Raises Refusal."""
    graph = bound(root, policy, area, on, overrides)
    return explain(graph, judge_subject(graph, data, subject), subject.strip().upper())
