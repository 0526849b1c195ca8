"""A level certificate can never satisfy a statutory atom: refused when loaded, and true of every chain."""

from __future__ import annotations

import dataclasses
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gongyou.basics.refusal import Refusal
from gongyou.credentials.definitions import ADMITTING, Atom, Clause, Nature, Occupation, Requirement
from gongyou.credentials.recognition import RecognitionMap, flaws, merged, recognition_map
from gongyou.credentials.tests.maps import LAW, TODAY, edge, kind, published, small


def test_an_edge_from_a_level_to_a_permit_is_refused_when_loaded() -> None:
    declared = small(kind("l", Nature.LEVEL), kind("p", Nature.PERMIT), satisfies=(edge("l", "p"),))
    with pytest.raises(Refusal, match="只说明水平，不能当作"):
        recognition_map(declared)
    statute = Requirement(
        id="r", title="r", occupations=("1",), nature="statutory", basis=LAW, from_on=date(2020, 1, 1),
        clauses=(Clause(any_of=(Atom(kind="l"),)),),
    )  # fmt: skip
    asks_level = small(
        kind("l", Nature.LEVEL), requirements=(statute,), occupations=(Occupation(code="1", title="甲"),)
    )
    with pytest.raises(Refusal, match="法定条件不能用它满足"):
        recognition_map(asks_level)
    wish = dataclasses.replace(statute, nature="industry")
    assert recognition_map(dataclasses.replace(asks_level, requirements=(wish,)))


def test_no_chain_in_the_published_map_turns_a_level_into_a_permit() -> None:
    """A test over all chains of the map in force, at every level of every certificate."""
    recognition = published()
    chains = 0
    for one in recognition.declared.kinds:
        if one.nature in ADMITTING:
            continue
        for level in (*one.levels, ""):
            for name, _level in recognition.counts_as(one.id, level, TODAY):
                chains += 1
                assert recognition.kinds[name].nature not in ADMITTING
    assert chains > 40


NAMES = ("l1", "l2", "b1", "p1", "p2", "c1")
NATURES = {
    "l1": Nature.LEVEL,
    "l2": Nature.LEVEL,
    "b1": Nature.BADGE,
    "p1": Nature.PERMIT,
    "p2": Nature.PERMIT,
    "c1": Nature.LICENCE,
}
EDGES = st.lists(st.tuples(st.sampled_from(NAMES), st.sampled_from(NAMES)), max_size=14)


@settings(max_examples=150, deadline=None)
@given(EDGES)
def test_a_level_certificate_can_never_satisfy_a_statutory_atom(edges: list[tuple[str, str]]) -> None:
    """Any map: either it is refused, or no chain of edges leads from a level to a permit. And where the load-time
    rule is gone round, the answer itself still says no."""
    declared = small(*(kind(n, NATURES[n]) for n in NAMES), satisfies=tuple(edge(*pair) for pair in edges))
    crosses = any(NATURES[a] not in ADMITTING and NATURES[b] in ADMITTING for a, b in edges)
    assert any(f.code == "recognition.level_as_permit" for f in flaws(declared)) == crosses
    unchecked = RecognitionMap(declared, "")
    for name in ("l1", "l2", "b1"):
        reached = {other for other, _ in unchecked.counts_as(name, "", TODAY)}
        assert crosses or not {n for n in reached if NATURES[n] in ADMITTING}
        for permit in ("p1", "p2", "c1"):
            assert not unchecked.meets(name, "", Atom(kind=permit), TODAY, is_statutory=True)


def test_names_that_do_not_exist_are_named() -> None:
    declared = small(kind("a", Nature.LEVEL), satisfies=(edge("a", "nobody"),))
    assert [(f.code, f.at) for f in flaws(declared)] == [
        ("recognition.unknown", ("satisfies", 0, "counts_as"))
    ]
    twice = small(kind("a", Nature.LEVEL), kind("a", Nature.LEVEL))
    assert [f.code for f in flaws(twice)] == ["ids.twice"]


def test_people_name_certificates_and_occupations_as_they_speak() -> None:
    recognition = published()
    assert recognition.kind_named("低压电工证").id == "low_voltage_permit"
    assert recognition.occupation_named("叉车司机") == "6-30-05-01"
    level = recognition.kinds["electrician_level"]
    assert recognition.level_named(level, "四级（中级工）") == "four"
    for wrong in (
        lambda: recognition.kind_named("驾照"),
        lambda: recognition.occupation_named("宇航员"),
        lambda: recognition.level_named(level, "九级"),
    ):
        with pytest.raises(Refusal) as refused:
            wrong()
        assert "可用的" in refused.value.sentence()


def test_what_an_area_declares_nearer_by_wins_and_edges_add_up() -> None:
    above = small(kind("a", Nature.LEVEL), kind("b", Nature.LEVEL), satisfies=(edge("a", "b"),))
    below = small(kind("a", Nature.LEVEL, scope="city"), satisfies=(edge("b", "a"),), warn_days=30)
    both = merged([above, below])
    assert [(k.id, k.scope) for k in both.kinds] == [("a", "city"), ("b", "nation")]
    assert len(both.satisfies) == 2
    assert both.warn_days == 30
