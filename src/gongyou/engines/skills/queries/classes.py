"""Classes: what anybody may see of open ones, and what their school sees."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from gongyou.engines.skills.course.coverage import Coverage, coverage
from gongyou.engines.skills.definitions import Course, Courses
from gongyou.engines.skills.models import Enrolment, Examination, Session, TrainingClass
from gongyou.engines.skills.queries.attendance import percents
from gongyou.engines.skills.queries.own import ResultLine, results_of
from gongyou.engines.skills.queries.rules import course_of, courses_at, recognition_in
from gongyou.kernel import moment
from gongyou.kernel.access import Actor
from gongyou.kernel.errors import NotFound
from gongyou.registry.queries.people import MaskedPerson, show_people

READ = "skills.read"


@dataclass(frozen=True)
class ClassLine:
    id: UUID
    title: str
    course: str
    course_title: str
    kinds: tuple[str, ...]
    """Titles of the certificates it leads to."""
    provider: str
    site: str
    site_kind: str
    address: str
    area: str
    office_path: str
    state: str
    capacity: int
    taken: int
    waiting: int
    enrol_until: date
    starts_on: date
    ends_on: date
    exam_on: date
    employer: str
    entry_mark: int | None
    target_groups: tuple[tuple[str, str], ...]

    @property
    def free(self) -> int:
        return self.capacity - self.taken


@dataclass(frozen=True)
class LearnerLine:
    enrolment_id: UUID
    roll: int
    person: MaskedPerson | None
    target_group: str
    state: str
    percent: int
    entry_mark: int | None
    has_internship: bool
    is_placed_in_work: bool
    results: tuple[ResultLine, ...]

    @property
    def is_examined(self) -> bool:
        return any(one.is_passed is not None for one in self.results)


@dataclass(frozen=True)
class Meeting:
    id: UUID
    number: int
    unit: str
    day: date
    begins: object
    ends: object
    hours: int
    code: str
    came: int


@dataclass(frozen=True)
class Sitting:
    id: UUID
    number: int
    held_on: date
    seed_digest: str
    opened_seed: str
    is_published: bool
    candidates: int
    duties: tuple[tuple[str, str], ...]
    """(part, examiner's name)"""


@dataclass(frozen=True)
class ClassPage:
    line: ClassLine
    course: Course
    courses: Courses
    coverage: Coverage
    meetings: tuple[Meeting, ...]
    learners: tuple[LearnerLine, ...]
    sittings: tuple[Sitting, ...]


def open_classes(areas: Iterable[str]) -> tuple[ClassLine, ...]:
    """Classes anybody may still ask for. No person in it."""
    rows = TrainingClass.objects.filter(
        area__in=list(areas), state=TrainingClass.State.OPEN, enrol_until__gte=moment.today()
    )
    return lines_of(rows)


def class_giving(kind: str, areas: Sequence[str]) -> ClassLine | None:
    """The next open class that leads to this certificate, the nearest of these areas first."""
    for area in areas:
        rows = TrainingClass.objects.filter(
            area=area, state=TrainingClass.State.OPEN, enrol_until__gte=moment.today()
        )
        for row in rows.order_by("starts_on", "id"):
            declared = courses_at(row.rules_hash)
            course = course_of(row.rules_hash, row.course)
            if any(standard.kind == kind for standard in declared.standards_of(course)):
                return public_class(row.pk)
    return None


def public_class(class_id: UUID) -> ClassLine:
    """One class, whatever its state. Raises NotFound."""
    found = lines_of(TrainingClass.objects.filter(pk=class_id))
    if not found:
        raise NotFound
    return found[0]


def list_classes(actor: Actor) -> tuple[ClassLine, ...]:
    """Classes in reach, the latest first. Raises NotAllowed."""
    actor.require(READ)
    return lines_of(TrainingClass.objects.filter(actor.scope(READ).filter()))


def lines_of(rows: QuerySet[TrainingClass]) -> tuple[ClassLine, ...]:
    counted = rows.select_related("provider__organisation", "site", "employer").annotate(
        waiting=Count("enrolments", filter=Q(enrolments__state="waiting"))
    )
    return tuple(map(_line, counted.order_by("-starts_on", "id")[:200]))


def _line(row: TrainingClass) -> ClassLine:
    declared = courses_at(row.rules_hash)
    course = course_of(row.rules_hash, row.course)
    kinds = recognition_in(row.area).kinds
    return ClassLine(
        row.pk,
        row.title,
        row.course,
        course.title,
        tuple(kinds[standard.kind].title for standard in declared.standards_of(course)),
        row.provider.organisation.name,
        row.site.name,
        row.site.kind,
        row.site.address,
        row.area,
        row.office_path,
        row.state,
        row.capacity,
        row.taken,
        row.waiting,  # type: ignore[attr-defined]
        row.enrol_until,
        row.starts_on,
        row.ends_on,
        row.exam_on,
        row.employer.name if row.employer else "",
        row.entry_mark,
        tuple((group, declared.target_groups.get(group, group)) for group in row.target_groups)
        or tuple(declared.target_groups.items()),
    )


def class_page(actor: Actor, class_id: UUID) -> ClassPage:
    """Everything the school sees of a class; names masked. Raises NotFound, NotAllowed."""
    row = TrainingClass.objects.filter(pk=class_id).first()
    if row is None:
        raise NotFound
    actor.require(READ, row.office_path)
    declared, course = courses_at(row.rules_hash), course_of(row.rules_hash, row.course)
    return ClassPage(
        public_class(class_id),
        course,
        declared,
        coverage(declared, course),
        _meetings(row, course),
        _learners(actor, row, declared),
        tuple(map(_sitting, row.examinations.order_by("number"))),
    )


def _meetings(row: TrainingClass, course: Course) -> tuple[Meeting, ...]:
    titles = {unit.id: unit.title for unit in course.units}
    sessions = Session.objects.filter(training_class=row).annotate(came=Count("attendances"))
    return tuple(
        Meeting(s.pk, s.number, titles.get(s.unit, s.unit), s.day, s.begins, s.ends, s.hours, s.code, s.came)
        for s in sessions.order_by("number")
    )


def _learners(actor: Actor, row: TrainingClass, declared: Courses) -> tuple[LearnerLine, ...]:
    enrolments = list(
        Enrolment.objects.select_related("training_class", "placement")
        .filter(training_class=row)
        .exclude(state=Enrolment.State.WITHDRAWN)
        .order_by("roll")
    )
    people = show_people(actor, [e.person_id for e in enrolments]) if actor.may("registry.read") else {}
    came = percents(row.pk)
    examined = row.examinations.filter(published_at__isnull=False).exists()
    return tuple(
        LearnerLine(
            e.pk,
            e.roll,
            people.get(e.person_id),
            declared.target_groups.get(e.target_group, e.target_group),
            e.state,
            came.get(e.pk, 0),
            e.entry_mark,
            e.internship_from is not None,
            hasattr(e, "placement"),
            results_of(e, declared) if examined else (),
        )
        for e in enrolments
    )


def _sitting(row: Examination) -> Sitting:
    return Sitting(
        row.pk,
        row.number,
        row.held_on,
        row.seed_digest,
        row.opened_seed,
        row.published_at is not None,
        row.candidates.count(),
        tuple(row.duties.order_by("part", "id").values_list("part", "name")),
    )


def class_of_examination(examination_id: UUID) -> UUID:
    """Raises NotFound."""
    found = Examination.objects.filter(pk=examination_id).values_list("training_class_id", flat=True).first()
    if found is None:
        raise NotFound
    return found


def class_of_enrolment(enrolment_id: UUID) -> UUID:
    """Raises NotFound."""
    found = Enrolment.objects.filter(pk=enrolment_id).values_list("training_class_id", flat=True).first()
    if found is None:
        raise NotFound
    return found


@dataclass(frozen=True)
class Poster:
    """What hangs in the room on the day: the code people check in with."""

    class_id: UUID
    title: str
    unit: str
    number: int
    day: date
    code: str


def poster_of(actor: Actor, session_id: UUID) -> Poster:
    """Raises NotFound, NotAllowed."""
    row = Session.objects.select_related("training_class").filter(pk=session_id).first()
    if row is None:
        raise NotFound
    actor.require(READ, row.training_class.office_path)
    course = course_of(row.training_class.rules_hash, row.training_class.course)
    unit = next((unit.title for unit in course.units if unit.id == row.unit), row.unit)
    return Poster(row.training_class_id, row.training_class.title, unit, row.number, row.day, row.code)
