"""The same edges on Spark. By command (`-m long`), where pyspark is installed."""

from __future__ import annotations

from pathlib import Path

import pytest

from gongyou.matching.run import run_match
from gongyou.matching.tests.conftest import PACKS, Town, order


@pytest.mark.long
def test_spark_gives_the_same_result(town: Town, tmp_path: Path) -> None:
    pytest.importorskip("pyspark")
    here = run_match(PACKS, order(town.folder, tmp_path / "a"), lambda _: None)
    there = run_match(PACKS, order(town.folder, tmp_path / "b", engine="spark"), lambda _: None)
    assert there["fingerprint"] == here["fingerprint"]
    assert there["pairs_considered"] == here["pairs_considered"]
