"""Whether one course is enough for each of its standards, which hours serve two of them, and what that saves."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from gongyou.basics.refusal import says
from gongyou.engines.skills.definitions import PARTS, Course, Courses, Item, Part, Standard, Unit


@dataclass(frozen=True)
class Fault:
    """`at`: keys below the course (`units`, 2). The message is a msgid filled by `params`."""

    code: str
    message: str
    at: tuple[str | int, ...]
    params: dict[str, object]


@dataclass(frozen=True)
class Coverage:
    """Lessons. `separate`: what the standards ask for one after the other; `taught`: what the course teaches;
    `shared`: taught once and counted by more than one standard."""

    separate: int
    taught: int
    shared: int
    faults: tuple[Fault, ...]

    @property
    def saved(self) -> int:
        return self.separate - self.taught

    @property
    def is_enough(self) -> bool:
        return not self.faults


def coverage(declared: Courses, course: Course) -> Coverage:
    """The proof that a course meets each of its standards, or what is missing."""
    standards = declared.standards_of(course)
    faults = [fault for standard in standards for fault in _missing(course, standard)]
    faults += [
        fault
        for number, unit in enumerate(course.units)
        for standard in standards
        for fault in _counted_twice(unit, number, standard)
    ]
    faults += [fault for standard in standards for fault in _unexamined(course, standard)]
    faults += [fault for number, item in enumerate(course.items) for fault in _bank(item, ("items", number))]
    return Coverage(
        separate=sum(standard.hours(part) for standard in standards for part in PARTS),
        taught=sum(course.hours(part) for part in PARTS),
        shared=sum(_shared(unit, part) for unit in course.units for part in PARTS),
        faults=tuple(faults),
    )


def _missing(course: Course, standard: Standard) -> Iterator[Fault]:
    """Elements nobody teaches, and elements taught for fewer hours than the standard asks."""
    claims = [claim for unit in course.units for claim in unit.claims if claim.standard == standard.id]
    for element in standard.elements:
        params: dict[str, object] = {"standard": standard.title, "element": element.title}
        own = [claim for claim in claims if claim.element == element.id]
        if not own:
            message = says("“{standard}”的“{element}”没有一个单元讲到。")
            yield Fault("courses.element_missing", message, ("units",), params)
            continue
        for part in PARTS:
            least = getattr(element, f"{part}_hours")
            hours = sum(getattr(claim, f"{part}_hours") for claim in own)
            if hours < least:
                message = says("“{standard}”的“{element}”要{least}课时，只有{hours}课时。")
                more = {"least": least, "hours": hours}
                yield Fault("courses.hours_missing", message, ("units",), params | more)


def _counted_twice(unit: Unit, number: int, standard: Standard) -> Iterator[Fault]:
    """One hour may serve two standards; within one standard it counts once."""
    for part in PARTS:
        claimed = sum(
            getattr(claim, f"{part}_hours") for claim in unit.claims if claim.standard == standard.id
        )
        hours = getattr(unit, f"{part}_hours")
        if claimed > hours:
            message = says("单元“{unit}”有{hours}课时，对“{standard}”却算了{claimed}课时：同一课时算了两遍。")
            params: dict[str, object] = {"unit": unit.title, "standard": standard.title}
            params |= {"hours": hours, "claimed": claimed}
            yield Fault("courses.counted_twice", message, ("units", number), params)


def _shared(unit: Unit, part: Part) -> int:
    """Hours of a unit that count for more than one standard."""
    claimed: dict[str, int] = defaultdict(int)
    for claim in unit.claims:
        claimed[claim.standard] += getattr(claim, f"{part}_hours")
    return sorted(claimed.values())[-2] if len(claimed) > 1 else 0


def _unexamined(course: Course, standard: Standard) -> Iterator[Fault]:
    """Every certificate has its own theory examination."""
    if not course.items_of("theory", standard.id):
        message = says("成绩单上没有一项理论计入“{standard}”。")
        yield Fault("courses.unexamined", message, ("items",), {"standard": standard.title})


def _bank(item: Item, at: tuple[str | int, ...]) -> Iterator[Fault]:
    """A section that draws has questions enough and to choose from, each with an answer among its options."""
    if item.part == "theory" and not 0 < item.draws <= len(item.questions):
        message = says("“{title}”每卷抽{draws}题，题库里只有{count}题。")
        params: dict[str, object] = {"title": item.title, "draws": item.draws, "count": len(item.questions)}
        yield Fault("courses.bank", message, at, params)
    for question in item.questions:
        if question.answer not in LETTERS[: len(question.options)]:
            message = says("第{number}题的答案“{answer}”不在选项里。")
            params = {"number": question.id, "answer": question.answer}
            yield Fault("courses.bank", message, at, params)


LETTERS = "ABCDEF"
