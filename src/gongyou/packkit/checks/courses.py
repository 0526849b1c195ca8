"""Fused courses: names that exist, and the proof that each course is enough for each of its certificates."""

from __future__ import annotations

import re
from collections.abc import Iterator

from gongyou.basics.refusal import says
from gongyou.engines.skills.course.coverage import coverage
from gongyou.engines.skills.definitions import Course, Courses, Standard
from gongyou.packkit.findings import Finding
from gongyou.packkit.loader import Document, Keys, Packs, ProgrammePack

COURSES = "courses"
UNKNOWN = says("没有声明“{name}”。")


def check(packs: Packs) -> Iterator[Finding]:
    for pack in packs.programmes:
        if pack.courses is not None:
            document = pack.documents[COURSES]
            wrong = [*_standards(document, pack, pack.courses), *_courses(document, pack, pack.courses)]
            yield from wrong
            if not wrong:
                yield from _coverage(document, pack.courses)


def _standards(document: Document, pack: ProgrammePack, declared: Courses) -> Iterator[Finding]:
    kinds = {kind.id: kind for kind in pack.recognition.kinds} if pack.recognition else {}
    for number, standard in enumerate(declared.standards):
        at: Keys = ("standards", number)
        kind = kinds.get(standard.kind)
        if kind is None:
            yield document.finding("courses.unknown", UNKNOWN, (*at, "kind"), name=standard.kind)
        elif standard.level and standard.level not in kind.levels:
            yield document.finding("courses.unknown", UNKNOWN, (*at, "level"), name=standard.level)
        elif not kind.examinations:
            message = says("“{title}”没有合格标准（recognition.yaml 的 examinations）。")
            yield document.finding("courses.no_rule", message, at, title=kind.title)
        yield from _pattern(document, standard, at)
    for keys, basis in (
        *(((("standards", n, "basis")), s.basis) for n, s in enumerate(declared.standards)),
        *(((("courses", n, "basis")), c.basis) for n, c in enumerate(declared.courses)),
    ):
        if basis.source not in {source.id for source in pack.sources.sources}:
            message = says("sources.yaml 里没有“{name}”。")
            yield document.finding("sources.unknown", message, keys, name=basis.source)


def _pattern(document: Document, standard: Standard, at: Keys) -> Iterator[Finding]:
    try:
        re.compile(standard.number_pattern)
    except re.error:
        yield document.finding("courses.pattern", says("证号的写法不是正则表达式。"), (*at, "number_pattern"))


def _courses(document: Document, pack: ProgrammePack, declared: Courses) -> Iterator[Finding]:
    elements = {(s.id, e.id) for s in declared.standards for e in s.elements}
    standards = {s.id for s in declared.standards}
    codes = {one.code for one in pack.recognition.occupations} if pack.recognition else set()
    for number, course in enumerate(declared.courses):
        at: Keys = ("courses", number)
        if course.occupation not in codes:
            yield document.finding("courses.unknown", UNKNOWN, (*at, "occupation"), name=course.occupation)
        for name in set(course.standards) - standards:
            yield document.finding("courses.unknown", UNKNOWN, (*at, "standards"), name=name)
        yield from _claims(document, course, at, elements)
        for place, item in enumerate(course.items):
            for name in set(item.standards) - set(course.standards):
                yield document.finding("courses.unknown", UNKNOWN, (*at, "items", place), name=name)


def _claims(
    document: Document, course: Course, at: Keys, elements: set[tuple[str, str]]
) -> Iterator[Finding]:
    for place, unit in enumerate(course.units):
        for claim in unit.claims:
            name = f"{claim.standard}/{claim.element}"
            if (claim.standard, claim.element) not in elements or claim.standard not in course.standards:
                yield document.finding("courses.unknown", UNKNOWN, (*at, "units", place), name=name)


def _coverage(document: Document, declared: Courses) -> Iterator[Finding]:
    for number, course in enumerate(declared.courses):
        for fault in coverage(declared, course).faults:
            yield document.finding(fault.code, fault.message, ("courses", number, *fault.at), **fault.params)
