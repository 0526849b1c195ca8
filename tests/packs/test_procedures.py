"""`procedures.yaml`: what a programme declares is read, checked with line and suggestion, and published by hash."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest

from gongyou.institutions.procedures.definitions import Procedures
from gongyou.institutions.procedures.queries import declared_procedures
from gongyou.kernel import catalogue
from gongyou.kernel.actions import in_act
from gongyou.packkit.checks import procedures, sources
from gongyou.packkit.findings import Finding
from gongyou.packkit.loader import Packs, load_packs
from gongyou.packkit.procedures import running_procedures
from gongyou.packkit.releases import releases_of
from tests.yunshan.county import PACKS, County

PROGRAMME, AREA = "stabilisation-refund", "370000"
DALIAN = "source: publicity-dalian"
PAYMENT = "right: procedures.approve_payment"
STEPS = """    steps:
      - {id: review, title: 复核, right: procedures.review, days: 2}
      - {id: approve, title: 财务审核, right: procedures.approve_payment, days: 2}"""
FILE = f"programmes/{PROGRAMME}/procedures.yaml"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """The programme, the one it uses, and one area that runs it."""
    for folder in (f"programmes/{PROGRAMME}", f"areas/{AREA}", "calendars"):
        shutil.copytree(PACKS / folder, tmp_path / folder)
    return tmp_path


def read(root: Path) -> tuple[Packs, list[Finding]]:
    packs, findings = load_packs(root)
    checked = [f for check in (procedures.check, sources.check) for f in check(packs)]
    return packs, [*findings, *(f for f in checked if f.file == FILE)]


@pytest.mark.parametrize(
    ("check", "old", "new", "says"),
    [
        ("keys.unknown", "notice: 对", "notise: 对", "您是不是要写“notice”"),
        ("keys.choice", "mask: credit_code}", "mask: credit_cod}", "您是不是要写“credit_code”"),
        ("keys.choice", PAYMENT, "right: procedures.aprove_payment", "您是不是要写“procedures.approve_payment”"),
        ("sources.unknown", DALIAN, "source: publicity-dalia", "您是不是要写“publicity-dalian”"),
        ("sources.confidence", f"{DALIAN}\n    confidence: assumed", f"{DALIAN}\n    confidence: law", "最多只能写"),
        ("ids.twice", "id: unfit", "id: amount", "用了两次"),
        ("procedures.days", "days: publicity_days\n", "days: 0\n", "1到366天"),
        ("procedures.empty", STEPS, "    steps: []", "至少要声明一项"),
    ],
)  # fmt: skip
def test_a_mistake_is_named_with_line_and_suggestion(
    root: Path, check: str, old: str, new: str, says: str
) -> None:
    path = root / FILE
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1
    path.write_text(text.replace(old, new), encoding="utf-8")
    _, findings = read(root)
    found = [finding for finding in findings if finding.check == check]
    assert found, [f.sentence() for f in findings]
    assert says in found[0].sentence()
    assert found[0].file == FILE
    first = text[: text.index(old)].count("\n") + 1
    assert first <= found[0].line <= first + max(old.count("\n"), new.count("\n"))


@pytest.mark.django_db
def test_it_is_published_by_hash_and_read_back_with_the_documents_title(root: Path, county: County) -> None:
    packs, findings = read(root)
    assert not findings, [f.sentence() for f in findings]
    [release] = [r for r in releases_of(packs, date(2026, 9, 1)) if r.kind == "procedures"]
    in_act(
        "tests.publish",
        county.visitor,
        lambda act: catalogue.publish(act, kind=release.kind, name=release.name, content=release.content),
        {},
    )
    found: Procedures = declared_procedures("370828", PROGRAMME)  # the county runs its province's
    assert [plan.id for plan in found.approvals] == ["list", "batch"]
    [rule] = found.publicity
    assert (rule.days, rule.unit, rule.confidence.value) == (5, "working_day", "assumed")
    assert "大连" in rule.source


OVERLAY = """programme: stabilisation-refund
sources:
  - {id: own, kind: notice, title: 本省稳岗返还经办规程, number: 鲁人社办〔2026〕9号, read_in: test}
approvals:
  - id: list
    steps:
      - {id: review, title: 复核, right: procedures.review, days: 3}
      - {id: meeting, title: 集体审定, right: procedures.approve, at: root, days: 5}
    source: own
    confidence: notice
publicity:
  - {id: list, days: 7, source: own, confidence: notice}
"""


def with_overlay(root: Path, text: str) -> tuple[Packs, list[Finding]]:
    path = root / f"areas/{AREA}/procedures/{PROGRAMME}.yaml"
    path.parent.mkdir()
    path.write_text(text, encoding="utf-8")
    packs, findings = load_packs(root)
    checked = [f for check in (procedures.check, sources.check) for f in check(packs)]
    return packs, [f for f in (*findings, *checked) if "/procedures/" in f.file]


def test_an_area_decides_days_and_steps_otherwise_with_its_own_source(root: Path) -> None:
    packs, findings = with_overlay(root, OVERLAY)
    assert not findings, [f.sentence() for f in findings]
    pack = packs.programme(PROGRAMME)
    assert pack is not None
    here, there = (running_procedures(packs, pack, area, date(2026, 9, 1)) for area in (AREA, "440000"))
    assert here is not None and there is not None
    assert [step.title for step in here.approvals[0].steps] == ["复核", "集体审定"]
    assert (here.approvals[0].source, here.approvals[1].steps) == (
        "本省稳岗返还经办规程",
        there.approvals[1].steps,
    )
    [rule] = here.publicity
    assert (rule.days, rule.source, rule.confidence.value) == (7, "本省稳岗返还经办规程", "notice")
    assert (rule.title, rule.columns) == (there.publicity[0].title, there.publicity[0].columns)
    assert (there.publicity[0].days, here.objections) == (5, there.objections)


@pytest.mark.parametrize(
    ("check", "old", "new", "says", "line"),
    [
        ("procedures.unknown", "- {id: list, days: 7", "- {id: lists, days: 7", "没有“lists”", 12),
        ("procedures.source", ", source: own, confidence: notice}", "}", "要写明依据", 12),
        ("procedures.days", "days: 7", "days: 0", "1到366天", 12),
        ("keys.unknown", "days: 7", "dais: 7", "您是不是要写“days”", 12),
        ("sources.unknown", "source: own\n", "source: owm\n", "没有“owm”", 9),
    ],
)
def test_a_mistake_of_an_area_is_named_with_its_line(
    root: Path, check: str, old: str, new: str, says: str, line: int
) -> None:
    _, findings = with_overlay(root, OVERLAY.replace(old, new))
    found = [finding for finding in findings if finding.check == check]
    assert found, [f.sentence() for f in findings]
    assert (says in found[0].sentence(), found[0].line) == (True, line), found[0].sentence()
