"""Every check finds its mistake, names the right line, and says nothing about a sound pack."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from gongyou.packkit.findings import Finding
from gongyou.packkit.reporting import check
from gongyou.packkit.scaffolding import new_area, new_programme
from tests.packs.broken import ALL, AREA, LOCAL, Broken
from tests.yunshan.county import PACKS

LOCAL_VALUES = """programme: sample
sources:
  - {id: local, kind: notice, title: 依据文件的全称}
values:
  - id: settle_simple
    amounts:
      - {amount: 4, from: 2026-01-01, source: local, confidence: notice}
"""


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A sound pack with an area that decides one value for itself."""
    root = tmp_path_factory.mktemp("packs")
    shutil.copytree(PACKS / "calendars", root / "calendars")
    new_programme(root, "sample")
    new_area(root, "990102")
    (root / LOCAL).parent.mkdir()
    (root / LOCAL).write_text(LOCAL_VALUES, encoding="utf-8")
    english = root / AREA.replace("area.yaml", "i18n/en.yaml")
    title = '依据文件的全称: "Full title of the document"\n'
    english.write_text(english.read_text(encoding="utf-8") + title, encoding="utf-8")
    return root


def said(findings: tuple[Finding, ...]) -> str:
    return "\n".join(f"{finding.check} {finding.sentence()}" for finding in findings)


def test_a_sound_pack_has_no_findings(sound: Path) -> None:
    assert said(check(sound).findings) == ""


@pytest.mark.parametrize("broken", ALL, ids=[f"{b.check}:{n}" for n, b in enumerate(ALL)])
def test_a_broken_pack(sound: Path, tmp_path: Path, broken: Broken) -> None:
    root = tmp_path / "packs"
    shutil.copytree(sound, root)
    path = root / broken.file
    text = path.read_text(encoding="utf-8")
    if broken.check == "file.missing":
        (root / broken.in_file).unlink()
    else:
        assert broken.old in text
        path.write_text(text.replace(broken.old, broken.new, 1), encoding="utf-8")
    findings = check(root).findings
    assert {f.check for f in findings} == {broken.check, *broken.also}, said(findings)
    own = [f for f in findings if f.check == broken.check]
    assert len(own) == 1, said(findings)
    finding = own[0]
    assert finding.file == (broken.in_file or broken.file)
    assert finding.line == line_of(root / finding.file, broken.at), finding.sentence()


def line_of(path: Path, at: str) -> int:
    if not at:
        return 1
    text = path.read_text(encoding="utf-8")
    assert at in text
    return text[: text.index(at)].count("\n") + 1


def test_a_pack_marked_as_draft_is_passed_over(tmp_path: Path) -> None:
    programme = tmp_path / "programmes" / "half-done"
    programme.mkdir(parents=True)
    (programme / "programme.yaml").write_text("id: half-done\n", encoding="utf-8")
    assert check(tmp_path).findings
    (programme / ".draft").touch()
    assert "programme half-done" not in check(tmp_path).packs
    assert not [f for f in check(tmp_path).findings if "half-done" in f.file]
