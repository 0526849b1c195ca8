"""What a learner sees of their own: classes, timetable, results, certificates."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from uuid import UUID

from django.db.models import Q

from gongyou.credentials.sentences import Sentence
from gongyou.engines.skills.definitions import Courses
from gongyou.engines.skills.models import Attendance, Certificate, Enrolment, Result, Session
from gongyou.engines.skills.queries.attendance import percents
from gongyou.engines.skills.queries.rules import courses_at, recognition_in
from gongyou.kernel.access import Actor
from gongyou.kernel.errors import NotAllowed
from gongyou.registry.queries.people import own_people

OWN = "skills.own"


def owns(actor: Actor, person_id: UUID) -> bool:
    """Whether this row is the signed-in worker's own."""
    return actor.kind == "worker" and person_id in own_people(actor)


@dataclass(frozen=True)
class SessionLine:
    id: UUID
    number: int
    unit: str
    day: date
    begins: time
    ends: time
    hours: int
    came: bool


@dataclass(frozen=True)
class ResultLine:
    """One certificate of a class. `is_passed` None: not examined yet."""

    standard: str
    kind_title: str
    is_statutory: bool
    theory: int | None
    practical: int | None
    is_passed: bool | None
    because: tuple[Sentence, ...]
    certificate_state: str
    """'' | pending | issued"""
    number: str
    issued_on: date | None


@dataclass(frozen=True)
class OwnCourse:
    """`before`: how many stand before in the line, while waiting."""

    enrolment_id: UUID
    class_id: UUID
    title: str
    state: str
    before: int
    site: str
    address: str
    starts_on: date
    ends_on: date
    exam_on: date
    employer: str
    shares_results_at: datetime | None
    percent: int
    sessions: tuple[SessionLine, ...]
    results: tuple[ResultLine, ...]
    may_withdraw: bool


def own_courses(actor: Actor) -> tuple[OwnCourse, ...]:
    """The reader's own classes, the latest first. Raises NotAllowed."""
    if not actor.may(OWN):
        raise NotAllowed(OWN)
    mine = (
        Enrolment.objects.select_related("training_class__site", "training_class__employer")
        .filter(person_id__in=own_people(actor))
        .exclude(state=Enrolment.State.WITHDRAWN)
        .order_by("-asked_at")
    )
    return tuple(map(_own_course, mine[:30]))


def _own_course(row: Enrolment) -> OwnCourse:
    training_class = row.training_class
    declared = courses_at(training_class.rules_hash)
    return OwnCourse(
        row.pk,
        training_class.pk,
        training_class.title,
        row.state,
        before_in_line(row),
        training_class.site.name,
        training_class.site.address,
        training_class.starts_on,
        training_class.ends_on,
        training_class.exam_on,
        training_class.employer.name if training_class.employer else "",
        row.shares_results_at,
        percents(training_class.pk).get(row.pk, 0),
        sessions_of(row, declared),
        results_of(row, declared),
        training_class.state == "open" and row.state in ("applied", "placed", "waiting"),
    )


def before_in_line(row: Enrolment) -> int:
    """How many stand before in the line; 0 for somebody who does not wait."""
    if row.state != Enrolment.State.WAITING:
        return 0
    line = Enrolment.objects.filter(training_class_id=row.training_class_id, state=Enrolment.State.WAITING)
    earlier = Q(asked_at__lt=row.asked_at) | Q(asked_at=row.asked_at, id__lt=row.pk)
    return line.filter(earlier).count()


def sessions_of(row: Enrolment, declared: Courses) -> tuple[SessionLine, ...]:
    course = declared.course(row.training_class.course)
    titles = {unit.id: unit.title for unit in course.units} if course else {}
    came = set(Attendance.objects.filter(enrolment=row).values_list("session_id", flat=True))
    rows = Session.objects.filter(training_class_id=row.training_class_id).order_by("day", "begins")
    return tuple(
        SessionLine(
            s.pk, s.number, titles.get(s.unit, s.unit), s.day, s.begins, s.ends, s.hours, s.pk in came
        )
        for s in rows
    )


def results_of(row: Enrolment, declared: Courses) -> tuple[ResultLine, ...]:
    """A line for each certificate of the course, examined or not: the latest sitting of each."""
    course = declared.course(row.training_class.course)
    results = {r.standard: r for r in Result.objects.filter(enrolment=row).order_by("decided_at", "id")}
    held = {c.standard: c for c in Certificate.objects.filter(enrolment=row)}
    recognition = recognition_in(row.training_class.area)
    lines = []
    for standard in declared.standards_of(course) if course else ():
        result, certificate = results.get(standard.id), held.get(standard.id)
        lines.append(
            ResultLine(
                standard.id,
                recognition.kinds[standard.kind].title,
                bool(standard.number_pattern),
                result.theory if result else None,
                result.practical if result else None,
                result.is_passed if result else None,
                tuple(Sentence(one["message"], one["params"]) for one in result.because) if result else (),
                certificate.state if certificate else "",
                certificate.number_masked if certificate else "",
                certificate.issued_on if certificate else None,
            )
        )
    return tuple(lines)
