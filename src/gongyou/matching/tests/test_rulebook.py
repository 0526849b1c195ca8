"""What a programme says: certificates, ages, values by area."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from gongyou.basics.programme_values import rate_of
from gongyou.basics.refusal import Refusal
from gongyou.matching.rulebook import load_rulebook
from gongyou.matching.tests.conftest import ON, PACKS


def test_without_a_map_a_certificate_meets_itself_and_with_one_what_the_map_says() -> None:
    """The recognition map is handed over, compiled for the day and area; it is part of the digest."""
    alone = load_rulebook(PACKS, "rural-employment", "220000", ON)
    told = load_rulebook(
        PACKS, "rural-employment", "220000", ON, {"guard_permit": frozenset({"guard_permit", "guard_level"})}
    )
    assert not alone.grants
    assert told.grants["guard_permit"] == {"guard_permit", "guard_level"}
    assert told.digest != alone.digest


def test_an_area_decides_otherwise(tmp_path: Path) -> None:
    shutil.copytree(PACKS / "programmes" / "rural-employment", tmp_path / "programmes" / "rural-employment")
    folder = tmp_path / "areas" / "220000" / "values"
    folder.mkdir(parents=True)
    text = (
        "programme: rural-employment\nsources:\n  - {id: local, kind: notice, title: 本地文件}\nvalues:\n"
        "  - {id: near_zero_km, amounts: [{amount: 80, from: 2026-01-01, source: local, confidence: notice}]}\n"
    )
    (folder / "rural-employment.yaml").write_text(text, encoding="utf-8")
    near = [
        load_rulebook(tmp_path, "rural-employment", area, ON).weights.near_zero_m
        for area in ("220000", "220102", "")
    ]
    assert near == [80_000, 80_000, 60_000]
    (folder / "rural-employment.yaml").write_text(
        text.replace("near_zero_km", "weight_near"), encoding="utf-8"
    )
    with pytest.raises(Refusal, match="合计"):
        _ = load_rulebook(tmp_path, "rural-employment", "220000", ON).weights


def test_codes_and_ages() -> None:
    rulebook = load_rulebook(PACKS, "rural-employment", "220000", ON)
    known = {
        c: rulebook.is_occupation(c) for c in ("6-31-01-03", "6-05-02-09", "6-33-01-01", "9-01-01-01", "x")
    }
    assert known == {
        "6-31-01-03": True,
        "6-05-02-09": True,
        "6-33-01-01": False,
        "9-01-01-01": False,
        "x": False,
    }
    assert rulebook.ages("6-31-01-03", []) == (16, 999)
    assert rulebook.ages("6-31-01-03", ["low_voltage_permit"]) == (18, 999)
    assert rulebook.ages("6-30-05-01", ["forklift_permit"]) == (18, 60)
    with pytest.raises(ValueError):
        rate_of("-1")
