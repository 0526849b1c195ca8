"""`screens.yaml`: a mistake is told by file, line and key, and what people are born with may not weigh."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from gongyou.packkit.checks import oversight
from gongyou.packkit.findings import Finding
from gongyou.packkit.loader import load_packs
from tests.yunshan.county import PACKS

PROGRAMME = "injury-route-and-fund-guard"
FILE = f"programmes/{PROGRAMME}/screens.yaml"


def findings(root: Path) -> list[Finding]:
    packs, wrong = load_packs(root)
    return [f for f in (*wrong, *oversight.check(packs)) if f.file.endswith("screens.yaml")]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for folder in (f"programmes/{PROGRAMME}", "calendars"):
        shutil.copytree(PACKS / folder, tmp_path / folder)
    return tmp_path


def test_the_screens_of_the_repository_are_in_order(root: Path) -> None:
    assert findings(root) == []


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("{id: hospital, title: 医院", "{id: sex, title: 医院", "sex"),
        ("{id: hospital, title: 医院", "{id: ethnicity, title: 医院", "ethnicity"),
        ("{id: hospital, title: 医院", "{id: village, title: 医院", "village"),
        ("{id: hospital, title: 医院", "{id: column_9, title: 户籍所在村", "column_9"),
        ("column: fund,", "column: person_id,", "person_id"),
        ("column: fund,", "column: fonds,", "fonds"),
        ("weight: weight_in_shift", "weight: weight_in_shifft", "weight_in_shifft"),
        ("threshold: clue_threshold", "threshold: clue_treshold", "clue_treshold"),
        (", within: after_shift_hours", "", "within"),
        ("{id: after_shift,", "{id: in_shift,", "in_shift"),
        ("kind: in_shift,", "kind: on_shift,", "on_shift|kind"),
        ("same_injury: same_injury_days", "same_injuri: same_injury_days", "same_injuri"),
    ],
)
def test_a_mistake_is_told_with_file_and_line(root: Path, old: str, new: str, says: str) -> None:
    path = root / FILE
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    line = text[: text.index(old)].count("\n") + 1
    told = [f for f in findings(root) if any(word in f"{f.key} {f.sentence()}" for word in says.split("|"))]
    assert [(f.file, f.line) for f in told][:1] == [(FILE, line)], findings(root)
