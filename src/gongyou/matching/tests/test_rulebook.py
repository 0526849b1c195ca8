"""What a programme says: certificates, ages, values by area; and that a level never becomes a permit."""

from __future__ import annotations

import shutil
from datetime import date
from itertools import pairwise, permutations
from pathlib import Path

import pytest

from gongyou.basics.programme_values import rate_of
from gongyou.basics.reading import read_yaml
from gongyou.basics.refusal import Refusal
from gongyou.basics.values import Sources
from gongyou.matching.definitions import PERMITS, Certificate, MatchSpec, Recognition
from gongyou.matching.rulebook import compile_grants, load_rulebook
from gongyou.matching.tests.conftest import ON, PACKS

NATURES = ("level", "permit", "licence", "badge", "degree")


def _spec(*edges: tuple[str, str]) -> MatchSpec:
    certificates = tuple(
        Certificate(id=n, title=n, nature=n, how="", source="s")  # type: ignore[arg-type]
        for n in NATURES
    )
    recognitions = tuple(_edge(held, meets) for held, meets in edges)
    return MatchSpec(title="t", occupations=(), certificates=certificates, recognitions=recognitions)


def _edge(held: str, meets: str, until: date | None = None, areas: tuple[str, ...] = ()) -> Recognition:
    return Recognition(
        held=held, meets=meets, source="s", from_on=date(2020, 1, 1), until_on=until, areas=areas
    )


def test_no_chain_makes_a_permit_of_a_level() -> None:
    """Over every pair and every chain of three edges: what may be loaded never lets another nature meet a permit."""
    for path in permutations(NATURES, 4):
        edges = list(pairwise(path))
        try:
            grants = compile_grants(_spec(*edges), ON, "")
        except Refusal:
            continue
        for held, met in grants.items():
            assert held in PERMITS or not met & PERMITS, (held, met, edges)
    with pytest.raises(Refusal, match="法定上岗证"):
        compile_grants(_spec(("level", "permit")), ON, "")


def test_recognitions_hold_by_day_and_area() -> None:
    spec = _spec()
    edges = (
        _edge("permit", "level"),
        _edge("level", "badge", date(2026, 11, 24)),
        _edge("permit", "degree", None, ("330000",)),
    )
    spec = MatchSpec(title="t", occupations=(), certificates=spec.certificates, recognitions=edges)
    assert compile_grants(spec, date(2026, 11, 23), "")["permit"] == {"permit", "level", "badge"}
    assert compile_grants(spec, ON, "")["permit"] == {"permit", "level"}
    assert compile_grants(spec, ON, "330000")["permit"] == {"permit", "level", "degree"}


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


def test_every_line_of_a_programme_names_a_source_that_is_there() -> None:
    """Occupations, relations, certificates, recognitions: each with a document of sources.yaml."""
    for path in (PACKS / "programmes").glob("*/match.yaml"):
        spec = read_yaml(path, MatchSpec)
        known = {s.id for s in read_yaml(path.parent / "sources.yaml", Sources).sources}
        lines = (*spec.occupations, *spec.related, *spec.certificates, *spec.recognitions)
        assert lines and {line.source for line in lines} <= known
        codes = [o.code for o in spec.occupations]
        assert len(set(codes)) == len(codes)
        assert {c for r in spec.related for c in (r.held, r.shown)} <= set(codes)
