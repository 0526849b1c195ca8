"""The crosswalks are enough for each standard; papers can be drawn again; two outcomes never lean on each other."""

from __future__ import annotations

import dataclasses
from datetime import date
from functools import cache
from pathlib import Path

import pytest

from gongyou.basics.refusal import Refusal
from gongyou.credentials.tests.maps import published
from gongyou.engines.skills.course.coverage import coverage
from gongyou.engines.skills.course.drawing import digest_of, drawn, is_opened_by, new_seed, paper
from gongyou.engines.skills.course.outcomes import differ_too_much, hundred, read_points, verdict
from gongyou.engines.skills.definitions import Course, Courses
from gongyou.packkit.loader import load_packs

ON = date(2026, 11, 20)
PACKS = Path(__file__).parents[5] / "packs"


@cache
def shipped() -> Courses:
    pack = load_packs(PACKS)[0].programme("one-course-two-certificates")
    assert pack is not None
    assert pack.courses is not None
    return pack.courses


def course(name: str = "electrician_double") -> Course:
    found = shipped().course(name)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("name", "separate", "taught"),
    [("electrician_double", 164, 124), ("forklift_double", 146, 100), ("guard_double", 140, 100)],
)
def test_each_shipped_course_covers_both_standards_and_saves_hours(
    name: str, separate: int, taught: int
) -> None:
    found = coverage(shipped(), course(name))
    assert found.is_enough, found.faults
    assert (found.separate, found.taught, found.saved) == (separate, taught, separate - taught)
    assert found.shared == found.saved  # what is taught once and counted by both is what is saved


def without_unit(found: Course, name: str) -> Course:
    return dataclasses.replace(found, units=tuple(unit for unit in found.units if unit.id != name))


def test_a_missing_element_is_named() -> None:
    found = coverage(shipped(), without_unit(course(), "law"))
    assert [(f.code, f.params["element"]) for f in found.faults] == [
        ("courses.element_missing", "安全生产法律法规")
    ]


def test_an_hour_counted_twice_in_one_standard_is_named_and_too_few_hours_are() -> None:
    units = tuple(
        dataclasses.replace(unit, practical_hours=4) if unit.id == "tools" else unit
        for unit in course().units
    )
    found = coverage(shipped(), dataclasses.replace(course(), units=units))
    assert {f.code for f in found.faults} == {"courses.counted_twice"}
    claims = tuple(dataclasses.replace(claim, practical_hours=4) for claim in course().units[3].claims)
    units = tuple(
        dataclasses.replace(unit, practical_hours=4, claims=claims) if unit.id == "tools" else unit
        for unit in course().units
    )
    found = coverage(shipped(), dataclasses.replace(course(), units=units))
    assert {f.code for f in found.faults} == {"courses.hours_missing"}


def test_the_draw_follows_from_the_seed_alone_and_the_digest_told_before_opens_with_it() -> None:
    seed, other = new_seed(), new_seed()
    assert is_opened_by(digest_of(seed), seed)
    assert not is_opened_by(digest_of(seed), other)
    assert paper(course(), seed, "7") == paper(course(), seed, "7")
    one, two = paper(course(), "a" * 64, "7"), paper(course(), "a" * 64, "8")
    assert one != two  # neighbours have their own order
    for mine, theirs in zip(one, two, strict=True):
        assert {q.id for q in mine.questions} == {q.id for q in theirs.questions}
    draws = {tuple(q.id for q in drawn(course(), f"{n:064d}")["t_safety"]) for n in range(40)}
    assert len(draws) > 4


def test_the_right_answer_moves_with_its_option() -> None:
    bank = {q.id: q for item in course().items for q in item.questions}
    for section in paper(course(), new_seed(), "3"):
        for asked in section.questions:
            original = bank[asked.id]
            text = dict(asked.options)[asked.answer]
            assert text == original.options["ABCDEF".index(original.answer)]


def theory(level: int, permit: int) -> dict[str, int]:
    """Points that make these marks: the shared 70 rows as both can have them, the rest in the rows of each."""
    shared = min(70, level, permit)
    first = min(40, shared)
    return {
        "t_safety": first,
        "t_wiring": shared - first,
        "t_basics": level - shared,
        "t_law": permit - shared,
    }


def practical(level: int, permit: int) -> dict[str, int]:
    shared = min(60, level, permit)
    first = min(30, shared)
    return {
        "p_safety": first,
        "p_tools": shared - first,
        "p_control": level - shared,
        "p_response": permit - shared,
    }


@pytest.mark.parametrize(
    ("level", "permit", "passes"),
    [
        (59, 79, (False, False)),
        (60, 79, (True, False)),
        (59, 80, (False, True)),
        (60, 80, (True, True)),
    ],
)
@pytest.mark.parametrize("part", ["theory", "practical"])
def test_59_60_and_79_80_at_each_examination(
    part: str, level: int, permit: int, passes: tuple[bool, bool]
) -> None:
    marks = {"theory": (85, 85), "practical": (85, 85)} | {part: (level, permit)}
    found = []
    for standard in shipped().standards_of(course()):
        kind = published().kinds[standard.kind]
        sheet = practical(*marks["practical"])
        one = verdict(
            course(), standard, kind, theory=theory(*marks["theory"]), practical=[sheet, sheet], on=ON
        )
        assert getattr(one, part) == (level if standard.level else permit)
        found.append(one.is_passed)
    assert tuple(found) == passes


def test_half_a_point_short_is_short_and_one_examiner_is_none() -> None:
    standard = shipped().standard("low_voltage")
    kind = published().kinds[standard.kind]
    sheets = [practical(80, 80), practical(79, 79)]
    one = verdict(course(), standard, kind, theory=theory(80, 80), practical=sheets, on=ON)
    assert (one.practical, one.is_passed) == (79, False)
    alone = verdict(course(), standard, kind, theory=theory(80, 80), practical=sheets[:1], on=ON)
    assert (alone.practical, alone.is_passed) == (None, None)
    assert hundred(course().items_of("theory", "low_voltage"), theory(80, 80)) == 80


def test_a_breach_of_safety_fails_the_practical_whatever_the_sum() -> None:
    standard = shipped().standard("electrician_five")
    sheet = {"p_safety": 17, "p_tools": 30, "p_control": 40, "p_response": 40}
    one = verdict(
        course(),
        standard,
        published().kinds[standard.kind],
        theory=theory(90, 90),
        practical=[sheet, sheet],
        on=ON,
    )
    assert (one.practical, one.is_passed) == (87, False)
    assert "17分，不到18分" in one.because[-1].tell()


def test_the_guard_permit_has_no_practical_and_the_level_has() -> None:
    guard = course("guard_double")
    marks = {"t_duty": 30, "t_rescue": 15, "t_equipment": 10, "t_law": 15}
    found = [
        verdict(
            guard, standard, published().kinds[standard.kind], theory=marks, practical=[], on=ON
        ).is_passed
        for standard in shipped().standards_of(guard)
    ]
    assert found == [False, True]


def test_two_examiners_far_apart_look_again() -> None:
    near, far = practical(80, 80), practical(60, 60)
    assert differ_too_much(course(), [near, near]) == 0
    assert differ_too_much(course(), [near, far]) > 10


@pytest.mark.parametrize("text", ["", "41", "-1", "三十", "12.5"])
def test_a_mark_that_is_none_names_its_row(text: str) -> None:
    given = {item.id: "10" for item in course().items_of("theory")} | {"t_safety": text}
    with pytest.raises(Refusal) as refused:
        read_points(course(), "theory", given, course().standards)
    assert refused.value.field == "t_safety"
    assert "0到40" in refused.value.sentence()
