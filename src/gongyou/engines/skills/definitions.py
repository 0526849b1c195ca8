"""`courses.yaml`: fused courses. One timetable and one mark sheet against the standards of several certificates."""

from __future__ import annotations

from enum import StrEnum
from typing import Literal

from gongyou.basics.definition import definition
from gongyou.credentials.definitions import Basis

Part = Literal["theory", "practical"]
PARTS: tuple[Part, ...] = ("theory", "practical")


class Step(StrEnum):
    """How far somebody came, in order. A certificate of the authority is a step of its own."""

    GAP = "gap_detected"
    OFFERED = "offered"
    ENROLLED = "enrolled"
    TRAINED = "trained"
    ASSESSED = "assessed"
    LEVEL = "certified_level"
    PERMIT = "certified_permit"
    INTERNSHIP = "internship"
    EMPLOYED = "employed"
    RETAINED_3 = "retained_3"
    RETAINED_6 = "retained_6"
    RETAINED_12 = "retained_12"


@definition
class Element:
    """What a standard asks for, with the least hours it wants spent on it."""

    id: str
    title: str
    theory_hours: int = 0
    practical_hours: int = 0


@definition
class Standard:
    """The training and examination standard behind one certificate. `kind` is one of `recognition.yaml`."""

    id: str
    title: str
    kind: str
    level: str = ""
    elements: tuple[Element, ...]
    separate_yuan: int
    """What a course for this certificate alone costs one person."""
    number_pattern: str = ""
    """Form of the number the authority gives; empty where the number is made here."""
    notice: str = ""
    basis: Basis

    def hours(self, part: Part) -> int:
        return sum(getattr(element, f"{part}_hours") for element in self.elements)


@definition
class Claim:
    """Hours of a unit that count for an element of a standard."""

    standard: str
    element: str
    theory_hours: int = 0
    practical_hours: int = 0


@definition
class Unit:
    """A piece of teaching. The same hour may count for two standards, never twice for one."""

    id: str
    title: str
    theory_hours: int = 0
    practical_hours: int = 0
    claims: tuple[Claim, ...]


@definition
class Question:
    """One of the bank. `ask` and `options` are examination texts and stay in the language of the examination."""

    id: str
    ask: str
    options: tuple[str, ...]
    answer: str
    """The letter of the right option."""


@definition
class Item:
    """A row of the mark sheet: a section of the theory paper or a criterion of the practical."""

    id: str
    title: str
    part: Part
    full: int
    standards: tuple[str, ...]
    """Whose examination it counts in: one row, one mark, as many examinations as need it."""
    veto_below: int = 0
    """Less than this fails the practical whatever the sum (a breach of safety)."""
    draws: int = 0
    """Theory: how many questions a paper takes from this section."""
    questions: tuple[Question, ...] = ()


@definition
class Course:
    """One training, several certificates."""

    id: str
    title: str
    occupation: str
    standards: tuple[str, ...]
    units: tuple[Unit, ...]
    items: tuple[Item, ...]
    fused_yuan: int
    """What the fused course costs one person."""
    minutes: int = 90
    least_attendance_percent: int = 80
    examiners_differ_most: int = 10
    """Points (of 100) two examiners of the practical may differ before they have to look again."""
    basis: Basis

    def hours(self, part: Part) -> int:
        return sum(getattr(unit, f"{part}_hours") for unit in self.units)

    def items_of(self, part: Part, standard: str = "") -> tuple[Item, ...]:
        return tuple(
            item for item in self.items if item.part == part and (not standard or standard in item.standards)
        )


@definition
class Courses:
    """`courses.yaml` of a programme, published per area."""

    target_groups: dict[str, str]
    standards: tuple[Standard, ...]
    courses: tuple[Course, ...]
    at_once_days: int = 30
    """Work begun so many days after the last day of a class counts as begun at its end."""
    follow_up_months: tuple[int, ...] = (3, 6, 12)

    def standard(self, standard_id: str) -> Standard:
        return next(one for one in self.standards if one.id == standard_id)

    def course(self, course_id: str) -> Course | None:
        return next((one for one in self.courses if one.id == course_id), None)

    def standards_of(self, course: Course) -> tuple[Standard, ...]:
        return tuple(self.standard(name) for name in course.standards)
