"""From one mark sheet to as many outcomes as certificates: each by its own rows and its own pass rule."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from gongyou.basics.refusal import Refusal, says
from gongyou.credentials.definitions import CertificateKind
from gongyou.credentials.examining import Marks, outcome
from gongyou.credentials.sentences import Sentence
from gongyou.engines.skills.definitions import Course, Item, Part, Standard

Points = Mapping[str, int]
"""Item → points on one sheet."""


@dataclass(frozen=True)
class Verdict:
    """What the marks mean for one certificate. `is_passed` None: a sheet is missing. Marks are of 100."""

    standard: str
    kind: str
    theory: int | None
    practical: int | None
    is_passed: bool | None
    because: tuple[Sentence, ...]


def verdict(
    course: Course,
    standard: Standard,
    kind: CertificateKind,
    *,
    theory: Points | None,
    practical: Sequence[Points],
    on: date,
) -> Verdict:
    """One certificate's outcome by the rule of the day of the examination. `practical`: one sheet for each of two
    examiners; fewer is not judged. Raises Refusal as `outcome` does."""
    of_theory = None if theory is None else hundred(course.items_of("theory", standard.id), theory)
    of_practical = practical_mark(course, standard.id, practical)
    rule = next((rule for rule in kind.examinations if rule.holds_on(on)), None)
    if rule is not None and rule.practical_least is None:
        of_practical = None  # this certificate has no practical examination
    judged = outcome(kind, Marks(of_theory, of_practical), on)
    breaches = (
        [] if rule is None or rule.practical_least is None else _breaches(course, standard.id, practical)
    )
    return Verdict(
        standard.id,
        kind.id,
        of_theory,
        of_practical,
        False if breaches else judged.is_passed,
        (*judged.because, *breaches),
    )


def hundred(items: Sequence[Item], points: Points) -> int:
    """Points as a mark of 100, what lies between cut off: 79.9 is no 80."""
    full = sum(item.full for item in items)
    return sum(points.get(item.id, 0) for item in items) * 100 // full if full else 0


def practical_mark(course: Course, standard: str, sheets: Sequence[Points]) -> int | None:
    """The mean of two examiners, cut off; None before both have marked."""
    items = course.items_of("practical", standard)
    if len(sheets) < 2 or not items:
        return None
    full = sum(item.full for item in items)
    total = sum(sheet.get(item.id, 0) for sheet in sheets for item in items)
    return total * 100 // (full * len(sheets))


def differ_too_much(course: Course, sheets: Sequence[Points]) -> int:
    """By how many points of 100 two examiners differ, where that is more than the course allows; else 0."""
    if len(sheets) < 2:
        return 0
    marks = [hundred(course.items_of("practical"), sheet) for sheet in sheets]
    apart = max(marks) - min(marks)
    return apart if apart > course.examiners_differ_most else 0


def read_points(
    course: Course, part: Part, given: Mapping[str, str], standards: Sequence[str]
) -> dict[str, int]:
    """A filled-in sheet as whole points, every row within its scale. Raises Refusal naming the row."""
    points = {}
    for item in course.items_of(part):
        if not set(standards) & set(item.standards):
            continue
        text = given.get(item.id, "").strip()
        if not (text.isascii() and text.isdigit() and int(text) <= item.full):
            raise Refusal(
                "points",
                says("“{title}”的得分“{text}”不是0到{full}的整数。"),
                says("请核对评分表，没有得分写0。"),
                field=item.id,
                title=item.title,
                text=text[:20],
                full=item.full,
            )
        points[item.id] = int(text)
    return points


def _breaches(course: Course, standard: str, sheets: Sequence[Points]) -> list[Sentence]:
    return [
        Sentence(
            says("“{title}”{mark}分，不到{least}分，实操不合格。"),
            {"title": item.title, "mark": sheet[item.id], "least": item.veto_below},
        )
        for item in course.items_of("practical", standard)
        for sheet in sheets
        if item.veto_below and item.id in sheet and sheet[item.id] < item.veto_below
    ][:1]
