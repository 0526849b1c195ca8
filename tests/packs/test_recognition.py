"""`recognition.yaml`: read, checked with its line, merged with what an area adds, published by hash and read back."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest
from pydantic import TypeAdapter

from gongyou.basics.refusal import Refusal
from gongyou.credentials.admitting import Holding, admits
from gongyou.credentials.definitions import Recognition
from gongyou.credentials.recognition import recognition_map
from gongyou.kernel.canonical import canonical
from gongyou.packkit.checks import recognition, sources
from gongyou.packkit.findings import Finding
from gongyou.packkit.loader import Packs, load_packs
from gongyou.packkit.recognition import recognition_from
from gongyou.packkit.releases import releases_of
from tests.yunshan.county import PACKS

PROGRAMME, AREA = "one-course-two-certificates", "652300"
FILE, LOCAL = f"programmes/{PROGRAMME}/recognition.yaml", f"areas/{AREA}/recognition.yaml"
ELECTRICIAN = "6-31-01-03"
DAY = date(2026, 11, 24)
CROSSING = """satisfies:
  - kind: electrician_level
    counts_as: low_voltage_permit
    basis: {source: article, confidence: article}
    from: 2026-01-01
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for folder in (f"programmes/{PROGRAMME}", f"areas/{AREA}", "calendars"):
        shutil.copytree(PACKS / folder, tmp_path / folder)
    return tmp_path


def read(root: Path) -> tuple[Packs, list[Finding]]:
    packs, findings = load_packs(root)
    return packs, [*findings, *(f for check in (recognition.check, sources.check) for f in check(packs))]


@pytest.mark.parametrize(
    ("check", "old", "new", "says"),
    [
        ("keys.unknown", "nature: level\n    issuer: assessment_body", "natur: level\n    issuer: x", "natur"),
        ("keys.choice", "nature: permit", "nature: permitt", "您是不是要写“permit”"),
        ("recognition.unknown", "{kind: guard_permit}", "{kind: guard}", "没有声明“guard”这种证书"),
        ("recognition.unknown", "issuer: public_security", "issuer: police", "没有声明“police”"),
        ("recognition.unknown", "most_age: statutory_retirement", "most_age: old", "年龄表"),
        ("recognition.unknown", "occupations: [4-07-05-01]", "occupations: [9-99]", "职业代码"),
        ("recognition.level_as_permit", "{kind: guard_permit}", "{kind: guard_level}", "法定条件不能用它满足"),
        ("recognition.level_as_permit", "satisfies:\n", CROSSING, "上岗许可只能由主管部门发"),
        ("sources.unknown", "{source: food-law, article", "{source: food-lav, article", "food-law"),
        ("sources.confidence", "{source: article, confidence: article}", "{source: article, confidence: law}", "最多只能写"),
        ("ids.twice", "id: guard_level", "id: cook_level", "用了两次"),
    ],
)  # fmt: skip
def test_a_mistake_is_named_with_its_line(root: Path, check: str, old: str, new: str, says: str) -> None:
    path = root / FILE
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    _packs, findings = read(root)
    found = [f for f in findings if f.check == check]
    assert found, [f.sentence() for f in findings]
    assert says in found[0].sentence()
    assert found[0].file == FILE
    assert found[0].line > 1


def test_an_area_adds_its_own_and_cannot_open_what_the_law_closed(root: Path) -> None:
    """What an area declares nearer by holds there; a level still becomes no permit, not even in two files."""
    local = root / LOCAL
    local.write_text(
        "mutual:\n  - kinds: [guard_permit]\n    from_areas: ['11']\n    from: 2026-01-01\n"
        "    basis: {source: article, confidence: article}\n",
        encoding="utf-8",
    )
    assert not read(root)[1]
    assert len(recognition_from(root, AREA).declared.mutual) == 1
    assert not recognition_from(root, "").declared.mutual
    local.write_text(CROSSING, encoding="utf-8")
    found = [f for f in read(root)[1] if f.check == "recognition.level_as_permit"]
    assert found[0].file == LOCAL
    with pytest.raises(Refusal):
        recognition_from(root, AREA)


def test_it_is_published_per_area_and_read_back_years_later(root: Path) -> None:
    packs, findings = read(root)
    assert not findings
    released = [r for r in releases_of(packs, DAY) if r.kind == "recognition"]
    assert [r.name for r in released] == [AREA]
    canonical(released[0].content)  # has one form for its hash
    again = recognition_map(TypeAdapter(Recognition).validate_python(released[0].content), AREA)
    assert again.declared == recognition_from(root, AREA).declared
    answer = admits(again, [Holding(kind="cook_level", level="five")], ELECTRICIAN, DAY)
    assert "中华人民共和国安全生产法第30条" in str(answer.missing[0].reason)  # the title, not the pack's id
