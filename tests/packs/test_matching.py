"""`match.yaml`: read, checked with its line, published by hash; and what a certificate counts for is the map's."""

from __future__ import annotations

import hashlib
import shutil
from datetime import date
from pathlib import Path

import pytest

from gongyou.kernel.canonical import canonical
from gongyou.packkit.checks import english, matching, sources
from gongyou.packkit.findings import Finding
from gongyou.packkit.loader import load_packs
from gongyou.packkit.matching import for_matching
from gongyou.packkit.releases import releases_of
from tests.yunshan.county import PACKS

PROGRAMME, MAP = "rural-employment", "one-course-two-certificates"
DAY = date(2026, 11, 24)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for folder in (f"programmes/{PROGRAMME}", f"programmes/{MAP}", "calendars"):
        shutil.copytree(PACKS / folder, tmp_path / folder)
    return tmp_path


def _findings(root: Path) -> list[Finding]:
    packs, findings = load_packs(root)
    return [*findings, *(f for one in (matching, sources, english) for f in one.check(packs))]


@pytest.mark.parametrize(
    ("check", "old", "new", "says"),
    [
        ("keys.unknown", "title: 电工,", "titel: 电工,", "titel"),
        ("sources.unknown", "source: classification", "source: classifikation", "您是不是要写“classification”"),
        ("ids.twice", "code: 4-07-05-01", "code: 6-31-01-03", "用了两次"),
        ("ids.twice", "id: guard_level", "id: guard_permit", "用了两次"),
        ("ids.unknown", "held: 6-29-01-01", "held: 6-29-01-02", "没有“6-29-01-02”"),
        ("match.share", "share: 40%", "share: 140%", "0% 到 100%"),
        ("match.ambiguous", "aliases: [健康证]", "aliases: [N1]", "分不清是哪一种"),
        ("english.missing", "title: 保洁员", "title: 清扫员", "清扫员"),
    ],
)  # fmt: skip
def test_a_mistake_is_named_with_its_line(root: Path, check: str, old: str, new: str, says: str) -> None:
    path = root / "programmes" / PROGRAMME / "match.yaml"
    text = path.read_text(encoding="utf-8")
    assert old in text and not _findings(root)
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    found = [f for f in _findings(root) if f.check == check]
    assert found and says in found[0].sentence()
    assert found[0].file.endswith("match.yaml") and found[0].line > 1


def test_a_programme_that_matches_has_its_file(root: Path) -> None:
    (root / "programmes" / PROGRAMME / "match.yaml").unlink()
    assert "ids.room" in {f.check for f in _findings(root)}


def test_a_run_says_the_hashes_under_which_both_tables_are_published(root: Path) -> None:
    packs, _ = load_packs(root)
    told = for_matching(root, PROGRAMME, "", DAY)
    released = {r.kind: r for r in releases_of(packs, DAY)}
    assert told.published["match"] == hashlib.sha256(canonical(dict(released["match"].content))).hexdigest()
    assert set(told.published) == {"match", "recognition"}


def test_a_level_is_never_a_permit_and_an_award_counts_as_the_level_while_the_map_says_so(root: Path) -> None:
    """What counts for what is the recognition map's, on the day; without a map a certificate meets itself alone."""
    met = for_matching(root, PROGRAMME, "", DAY).grants
    assert "electrician_level" in met["electrician_contest"]
    assert met["electrician_level"] == {"electrician_level"}
    assert all(name in meets for name, meets in met.items())
    assert for_matching(root, PROGRAMME, "", date(1990, 1, 1)).grants["electrician_contest"] == {
        "electrician_contest"
    }
    shutil.rmtree(root / "programmes" / MAP)
    assert for_matching(root, PROGRAMME, "", DAY).grants == {}
