"""A run in parts: the same fingerprint however divided, and a killed one goes on where it was."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from gongyou.policy import RunOrder, run_policy
from gongyou.policy.keeping import RESULTS
from gongyou.policy.tests.population import PACKS, employer, months, random_facts, write_facts

ON = date(2025, 9, 1)
FIRMS = 300


@pytest.fixture(scope="module")
def facts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Employers around every threshold, with bad rows, a key twice and orphans."""
    return random_facts(tmp_path_factory.mktemp("parts") / "data", FIRMS, ON, seed=23)


def run(data: Path, out: Path, parts: int, said: list[str] | None = None) -> dict[str, Any]:
    order = RunOrder("stabilisation-refund", "370000", ON, data, out, parts=parts)
    return run_policy(PACKS, order, (said if said is not None else []).append)


@pytest.fixture(scope="module")
def whole(
    facts: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[dict[str, Any], dict[str, Any], str]:
    """Summary, profile and rejects of an uninterrupted run in one piece."""
    out = tmp_path_factory.mktemp("whole")
    return run(facts, out, 1), *kept_beside(out)


def kept_beside(out: Path) -> tuple[dict[str, Any], str]:
    profile: dict[str, Any] = json.loads((out / "profile.json").read_text(encoding="utf-8"))
    return profile, (out / "rejects.csv").read_text(encoding="utf-8")


def same(one: dict[str, Any], other: dict[str, Any]) -> bool:
    return {k: v for k, v in one.items() if k != "seconds"} == {
        k: v for k, v in other.items() if k != "seconds"
    }


@pytest.mark.parametrize("parts", [2, 7])
def test_a_run_in_parts_gives_what_the_whole_gives(
    facts: Path, whole: tuple[dict[str, Any], dict[str, Any], str], tmp_path: Path, parts: int
) -> None:
    """Fingerprint, counts, profile and rejected rows; the key does not know the parts."""
    summary = run(facts, tmp_path, parts)
    assert same(summary, whole[0])
    assert kept_beside(tmp_path) == whole[1:]
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(RESULTS)


def test_an_id_written_otherwise_falls_into_the_part_of_its_subject(tmp_path: Path) -> None:
    """In small letters, with spaces: the rows of one subject meet in one part, and none is an orphan."""
    firms = [employer(number) for number in range(40)]
    rows = [row for number in range(40) for row in months(number, 2024)]
    for number, row in enumerate(rows):
        row["employer_id"] = [row["employer_id"], row["employer_id"].lower(), f" {row['employer_id']} "][
            number % 3
        ]
    data = write_facts(tmp_path / "data", firms, rows)
    whole, parts = (run(data, tmp_path / str(count), count) for count in (1, 5))
    assert whole["eligible"] == 40 and same(whole, parts)


def test_a_run_killed_with_kill_9_goes_on_and_has_the_same_fingerprint(
    facts: Path, whole: tuple[dict[str, Any], dict[str, Any], str], tmp_path: Path
) -> None:
    command = ["policy", "run", "stabilisation-refund", "--area", "370000", "--on", ON.isoformat()]
    command += ["--data", str(facts), "--out", str(tmp_path), "--parts", "12"]
    process = subprocess.Popen([sys.executable, "-m", "gongyou.cli", *command], stderr=subprocess.DEVNULL)
    while process.poll() is None and len(finished_parts(tmp_path)) < 2:
        time.sleep(0.002)
    os.kill(process.pid, signal.SIGKILL)
    assert process.wait() == -signal.SIGKILL, "the run was over before it could be killed"
    kept = finished_parts(tmp_path)
    assert 2 <= len(kept) < 12 and not (tmp_path / "summary.json").exists()
    said: list[str] = []
    summary = run(facts, tmp_path, 12, said)
    assert sum("上次已经算好" in line for line in said) == len(kept)
    assert same(summary, whole[0]) and kept_beside(tmp_path) == whole[1:]
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(RESULTS)


def finished_parts(out: Path) -> list[Path]:
    return [path for path in out.glob(".parts-*/*-of-*") if path.is_dir()]


def test_a_stopped_run_goes_on_and_other_facts_do_not(facts: Path, tmp_path: Path) -> None:
    """Finished parts are kept under the run key: another key begins anew and clears them away."""

    def stop(text: str) -> None:
        if text.startswith("计算第 3 部分"):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_policy(PACKS, RunOrder("stabilisation-refund", "370000", ON, facts, tmp_path, parts=4), stop)
    assert len(finished_parts(tmp_path)) == 2
    said: list[str] = []
    other = write_facts(tmp_path / "other", [employer(1)], months(1, 2024))
    run(other, tmp_path, 4, said)
    assert not [line for line in said if "上次" in line] and not list(tmp_path.glob(".parts-*"))
