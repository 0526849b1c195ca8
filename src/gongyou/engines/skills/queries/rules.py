"""What is published for an area: its courses (and, from the registry, its recognition map); a class keeps the courses
it was opened with."""

from __future__ import annotations

from dataclasses import dataclass

from gongyou.basics.refusal import says
from gongyou.engines.skills.definitions import Course, Courses
from gongyou.kernel import catalogue
from gongyou.kernel.errors import NotFound
from gongyou.registry.queries.credentials import recognition_in

__all__ = ["Pinned", "course_in", "course_of", "courses_at", "courses_of", "recognition_in"]

KIND = "courses"


@dataclass(frozen=True)
class Pinned:
    """Courses as an area runs them now. `hash` is what a class keeps."""

    programme: str
    hash: str
    courses: Courses


def courses_of(area: str) -> tuple[Pinned, ...]:
    """Every programme's courses an area runs, its own or those of the areas above."""
    for code in dict.fromkeys((area, f"{area[:4]}00", f"{area[:2]}0000")):
        found = [name for name in catalogue.names(KIND) if name.startswith(f"{code}/")]
        if found:
            hashes = [(name.partition("/")[2], catalogue.current_hash(KIND, name)) for name in found]
            return tuple(Pinned(name, h, courses_at(h)) for name, h in hashes if h is not None)
    return ()


def courses_at(hash: str) -> Courses:
    """The courses a class was opened with. Raises NotFound."""
    return catalogue.read_as(hash, Courses)


def course_in(area: str, course_id: str) -> tuple[Pinned, Course]:
    """Raises NotFound."""
    for pinned in courses_of(area):
        course = pinned.courses.course(course_id)
        if course is not None:
            return pinned, course
    raise NotFound(says("这个地区没有“{course}”这门课。"), course=course_id[:60])


def course_of(rules_hash: str, course_id: str) -> Course:
    """The course of a class. Raises NotFound."""
    found = courses_at(rules_hash).course(course_id)
    if found is None:
        raise NotFound
    return found
