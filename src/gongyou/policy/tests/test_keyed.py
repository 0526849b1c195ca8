"""Facts and decision of one subject by its id: always equal to the batch result."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import duckdb
import pytest

from gongyou.policy.agreement import as_column
from gongyou.policy.evaluate import judge
from gongyou.policy.keyed import SUBJECTS_IN_A_PIECE, piece_of, record_in
from gongyou.policy.run import RunOrder, bound, run_policy
from gongyou.policy.tests.population import PACKS, random_facts

ON = date(2025, 9, 1)
POLICY, AREA = "stabilisation-refund", "370000"


@pytest.mark.parametrize("parts", [1, 3])
def test_one_explanation_is_always_equal_to_the_batch_result(tmp_path: Path, parts: int) -> None:
    """Every subject, rejected ones too, is found in its piece; its record gives what the batch wrote."""
    data = random_facts(tmp_path / "data", 150, ON, 7)
    pieces: list[bytes] = []
    run_policy(
        PACKS,
        RunOrder(POLICY, AREA, ON, data, tmp_path / "out", parts=parts),
        lambda _: None,
        keyed=pieces.extend,
    )
    graph = bound(PACKS, POLICY, AREA, ON)
    with duckdb.connect() as con:
        cursor = con.execute(f"SELECT * FROM '{tmp_path}/out/decisions.parquet'")
        names = [d[0] for d in cursor.description or ()]
        stored = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    assert len(pieces) == len(stored) // SUBJECTS_IN_A_PIECE + 1
    for row in stored:
        subject = row["subject_id"]
        record = record_in(pieces[piece_of(subject, len(pieces))], graph, subject)
        assert record is not None and record.row == row
        if record.own is None:
            assert (row["outcome"], list(record.doubtful)) == ("unknown", row["needs"])
            continue
        judged = judge(graph, record.own, record.children, record.doubtful)
        assert (judged.outcome.value, judged.amount_fen) == (row["outcome"], row["amount_fen"])
        assert (list(judged.failed), list(judged.needs)) == (row["failed"], row["needs"])
        for node in graph.results():
            assert as_column(judged.known(node.name), node.unit.kind) == row[node.name]
    assert record_in(pieces[0], graph, "nobody") is None
