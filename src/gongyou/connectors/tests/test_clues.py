"""`gongyou import clues DIR`: the folder a screen wrote, again and again; wrong rows and wrong files by their sentence."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import pytest

from gongyou.basics.refusal import Refusal
from gongyou.connectors.exchange.clues import import_clues
from gongyou.engines.oversight.models import Matter
from gongyou.engines.oversight.tests.office import AREA, build
from gongyou.kernel.access import system_actor

pytestmark = pytest.mark.django_db


def written(folder: Path, rows: list[str], columns: str = "*") -> Path:
    """`clues.parquet` with these rows: clue, person, settlements, score, fen."""
    values = ", ".join(rows)
    duckdb.sql(
        f"""COPY (SELECT {columns} FROM (SELECT c AS clue_id, p AS person_id, s AS settlement_ids, n AS score,
            ['就诊时间在排班的夜班里'] AS reasons, f AS amount_fen, '' AS employer_id,
            TIMESTAMP '2024-09-30 23:10:00' AS first_seen_at, DATE '2025-09-30' AS worker_may_claim_until
            FROM (VALUES {values}) t(c, p, s, n, f))) TO '{folder / "clues.parquet"}' (FORMAT parquet)"""
    )
    return folder


def taken(folder: Path, *, is_dry_run: bool = False, area: str = AREA) -> Any:
    return import_clues(
        system_actor("import"), folder, area=area, is_dry_run=is_dry_run,
        rejects_to=folder / "rejects.csv", progress=lambda _done: None,
    )  # fmt: skip


def test_the_same_folder_twice_is_once_and_a_later_settlement_joins(
    installed_packs: None, tmp_path: Path
) -> None:
    build()
    first = written(tmp_path, ["('c1', 'p1', ['s1'], 70, 320000)", "('c2', 'p2', ['s9'], 61, 90000)"])
    assert taken(first, is_dry_run=True).accepted == 2
    assert not Matter.objects.exists()
    for _again in range(2):
        done = taken(first)
        assert (done.read, done.accepted, done.rejected) == (2, 2, 0)
    assert Matter.objects.count() == 2
    taken(written(tmp_path, ["('c1', 'p1', ['s1', 's2'], 74, 860000)"]))
    row = Matter.objects.get(clue_ref="c1")
    assert (row.settlements, row.amount_fen, row.source) == (["s1", "s2"], 860_000, "screen")


def test_wrong_rows_are_written_down_and_wrong_files_refused(installed_packs: None, tmp_path: Path) -> None:
    build()
    done = taken(
        written(
            tmp_path,
            ["('c1', '', ['s1'], 70, 1)", "('c2', 'p2', ['s9'], 161, 9)", "('c3', 'p3', ['s3'], 70, 5)"],
        )
    )
    assert (done.read, done.accepted, done.rejected) == (3, 1, 2)
    text = (tmp_path / "rejects.csv").read_text(encoding="utf-8-sig")
    assert "clues,1,person_id" in text and "clues,2,score,161" in text
    written(tmp_path, ["('c1', 'p1', ['s1'], 70, 1)"], columns="* EXCLUDE (score)")
    with pytest.raises(Refusal, match="缺少这些列：score"):
        taken(tmp_path)
    (tmp_path / "clues.parquet").write_bytes(b"PAR1 not really")
    with pytest.raises(Refusal, match="不是完整的 Parquet"):
        taken(tmp_path)
    (tmp_path / "clues.parquet").unlink()
    with pytest.raises(Refusal, match="没有找到"):
        taken(tmp_path)
