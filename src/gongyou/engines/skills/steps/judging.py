"""Who sits for which certificate, and what their sheets mean."""

from __future__ import annotations

from collections import defaultdict
from datetime import date

from gongyou.basics.refusal import says
from gongyou.credentials.recognition import RecognitionMap
from gongyou.engines.skills.course.outcomes import Verdict, differ_too_much, verdict
from gongyou.engines.skills.definitions import Course, Standard, Step
from gongyou.engines.skills.models import Candidate, Enrolment, Examination, MarkSheet, Result, TrainingClass
from gongyou.engines.skills.queries.rules import course_of, courses_at, recognition_in
from gongyou.engines.skills.steps.earning import earn
from gongyou.engines.skills.steps.reaching import reach
from gongyou.kernel.actions import Act
from gongyou.kernel.errors import DomainError
from gongyou.kernel.ids import new_id

Sheets = dict[str, list[dict[str, int]]]


def candidates_for(row: TrainingClass, on: date) -> list[tuple[Enrolment, tuple[str, ...]]]:
    """In the order of their numbers: who may sit on that day, for which certificates."""
    declared, course = courses_at(row.rules_hash), course_of(row.rules_hash, row.course)
    recognition = recognition_in(row.area)
    before: dict[tuple[object, str], list[bool]] = defaultdict(list)
    for result in Result.objects.filter(enrolment__training_class=row):
        before[result.enrolment_id, result.standard].append(result.is_passed)
    found = []
    for enrolment in row.enrolments.filter(state=Enrolment.State.TRAINED).order_by("roll"):
        standards = tuple(
            standard.id
            for standard in declared.standards_of(course)
            if may_sit(before[enrolment.pk, standard.id], _resits(recognition, standard, on))
        )
        if standards:
            found.append((enrolment, standards))
    return found


def may_sit(before: list[bool], resits: int) -> bool:
    """Not passed yet, and the first sitting or one of the free resits still to come."""
    return True not in before and len(before) <= resits


def _resits(recognition: RecognitionMap, standard: Standard, on: date) -> int:
    rules = recognition.kinds[standard.kind].examinations
    return next((rule.resits for rule in rules if rule.holds_on(on)), 0)


def publish_all(act: Act, examination: Examination) -> tuple[int, int, int]:
    """Results of everybody who came; how many certificates were passed, failed, and passed but pending."""
    row = examination.training_class
    declared, course = courses_at(row.rules_hash), course_of(row.rules_hash, row.course)
    recognition = recognition_in(row.area)
    counts = [0, 0, 0]
    for candidate in examination.candidates.filter(is_absent=False).order_by("seat"):
        sheets = sheets_of(candidate)
        _refuse_apart(course, candidate, sheets)
        enrolment = candidate.enrolment
        enrolment.training_class = row
        for name in candidate.standards:
            standard = declared.standard(name)
            judged = _judged(course, standard, recognition, examination, candidate, sheets)
            _store(act, candidate, enrolment, judged)
            counts[0 if judged.is_passed else 1] += 1
            if judged.is_passed:
                earn(act, enrolment, standard)
                counts[2] += 1 if standard.number_pattern else 0
        reach(act, enrolment, Step.ASSESSED)
    return counts[0], counts[1], counts[2]


def sheets_of(candidate: Candidate) -> Sheets:
    """The latest sheet of each examiner, by part."""
    latest: dict[tuple[str, object], dict[str, int]] = {}
    for sheet in MarkSheet.objects.filter(candidate=candidate).order_by("id"):
        latest[sheet.part, sheet.examiner_id] = sheet.points
    found: Sheets = {"theory": [], "practical": []}
    for (part, _examiner), points in latest.items():
        found[part].append(points)
    return found


def _refuse_apart(course: Course, candidate: Candidate, sheets: Sheets) -> None:
    apart = differ_too_much(course, sheets["practical"])
    if apart:
        raise DomainError(
            "examiners_apart",
            says("{seat}号考生的两份实操评分相差{apart}分，超过{most}分。"),
            says("请两位考评员复核后重新录入。"),
            status=409,
            seat=candidate.seat,
            apart=apart,
            most=course.examiners_differ_most,
        )


def _judged(
    course: Course,
    standard: Standard,
    recognition: RecognitionMap,
    examination: Examination,
    candidate: Candidate,
    sheets: Sheets,
) -> Verdict:
    found = verdict(
        course,
        standard,
        recognition.kinds[standard.kind],
        theory=sheets["theory"][0] if sheets["theory"] else None,
        practical=sheets["practical"],
        on=examination.held_on,
    )
    if found.is_passed is None or (found.theory is None):
        raise DomainError(
            "sheet_missing",
            says("{seat}号考生的成绩不全：{because}"),
            says("请补录成绩；没有来的，标为缺考。"),
            status=409,
            seat=candidate.seat,
            because="".join(str(one) for one in found.because),
        )
    return found


def _store(act: Act, candidate: Candidate, enrolment: Enrolment, judged: Verdict) -> None:
    Result.objects.create(
        id=new_id(),
        candidate=candidate,
        enrolment=enrolment,
        standard=judged.standard,
        kind=judged.kind,
        theory=judged.theory,
        practical=judged.practical,
        is_passed=bool(judged.is_passed),
        because=[
            {"message": one.message, "params": {name: str(value) for name, value in one.params.items()}}
            for one in judged.because
        ],
        decided_at=act.now,
    )
