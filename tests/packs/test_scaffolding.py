"""`packs new`: what it writes passes the check as it stands, and never overwrites."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from gongyou.basics.refusal import Refusal
from gongyou.packkit.reporting import check
from gongyou.packkit.scaffolding import new_area, new_programme
from tests.yunshan.county import PACKS


@pytest.fixture
def root(tmp_path: Path) -> Path:
    shutil.copytree(PACKS / "calendars", tmp_path / "calendars")
    return tmp_path


def test_a_new_pack_and_area_pass(root: Path) -> None:
    assert {p.name for p in new_programme(root, "night-shelter")} >= {
        "programme.yaml",
        "case.yaml",
        "en.yaml",
    }
    new_area(root, "990177")
    report = check(root)
    assert [finding.sentence() for finding in report.findings] == []
    assert {"programme night-shelter", "area 990177"} <= set(report.packs)


def test_nothing_is_overwritten(root: Path) -> None:
    new_programme(root, "night-shelter")
    path = root / "programmes" / "night-shelter" / "programme.yaml"
    path.write_text("mine", encoding="utf-8")
    with pytest.raises(Refusal):
        new_programme(root, "night-shelter")
    assert path.read_text(encoding="utf-8") == "mine"


@pytest.mark.parametrize("name", ["Night", "../etc", "a b", "", "x" * 47, "中文"])
def test_names_that_are_none(root: Path, name: str) -> None:
    with pytest.raises(Refusal):
        new_programme(root, name)
    assert not (root / "programmes").exists()


@pytest.mark.parametrize("code", ["3708", "37082a", "../370828", ""])
def test_codes_that_are_none(root: Path, code: str) -> None:
    with pytest.raises(Refusal):
        new_area(root, code)
