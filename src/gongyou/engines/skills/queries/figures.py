"""How far people came: every step with the one before as its denominator, what fusing saved, order classes' rate."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import F, QuerySet

from gongyou.engines.skills.definitions import Step
from gongyou.engines.skills.models import Certificate, Enrolment, FollowUp, Placement, StepFact, TrainingClass
from gongyou.engines.skills.queries.own import results_of
from gongyou.engines.skills.queries.rules import courses_at, recognition_in
from gongyou.kernel import moment
from gongyou.kernel.access import Actor
from gongyou.registry.queries.people import MaskedPerson, show_people

SUPERVISE = "skills.supervise"

BEFORE = {
    Step.OFFERED: Step.GAP,
    Step.ENROLLED: Step.OFFERED,
    Step.TRAINED: Step.ENROLLED,
    Step.ASSESSED: Step.TRAINED,
    Step.LEVEL: Step.ASSESSED,
    Step.PERMIT: Step.ASSESSED,
    Step.EMPLOYED: Step.TRAINED,
}
"""What a step is a share of. Internships belong to order classes and are counted there."""
RETAINED = {3: Step.RETAINED_3, 6: Step.RETAINED_6, 12: Step.RETAINED_12}
"""A share of the jobs that are so many months old: nobody is missing before the day has come."""


@dataclass(frozen=True)
class Conversion:
    """People (by course) who reached a step, of those who reached the one it is a share of."""

    step: str
    numerator: int
    before: str
    denominator: int

    @property
    def percent(self) -> int | None:
        return self.numerator * 100 // self.denominator if self.denominator else None


def conversions(actor: Actor, course: str = "") -> tuple[Conversion, ...]:
    """Every step of everybody in reach. Raises NotAllowed."""
    reached: dict[tuple[UUID, str], set[str]] = defaultdict(set)
    for person, one, step in _facts(actor, course).values_list("person_id", "course", "step"):
        reached[person, one].add(step)
    found = []
    for step in (Step.GAP, *BEFORE):
        before = BEFORE.get(step)
        base = [steps for steps in reached.values() if before is None or before.value in steps]
        found.append(
            Conversion(
                step.value,
                sum(step.value in steps for steps in base),
                before.value if before else "",
                len(base),
            )
        )
    return (*found, *_retained(actor, course))


def _retained(actor: Actor, course: str) -> Iterator[Conversion]:
    asked = FollowUp.objects.filter(
        actor.scope(SUPERVISE).filter("placement__office_path"), due_on__lte=moment.today()
    )
    if course:
        asked = asked.filter(placement__enrolment__training_class__course=course)
    for months, step in RETAINED.items():
        due = asked.filter(months=months)
        yield Conversion(step.value, due.filter(outcome="retained").count(), Step.EMPLOYED.value, due.count())


def _facts(actor: Actor, course: str = "") -> QuerySet[StepFact]:
    actor.require(SUPERVISE)
    rows = StepFact.objects.filter(actor.scope(SUPERVISE).filter())
    return rows.filter(course=course) if course else rows


@dataclass(frozen=True)
class StepRow:
    person: MaskedPerson | None
    course: str
    class_title: str
    at: datetime


def rows_of(actor: Actor, step: str, *, size: int = 100) -> tuple[StepRow, ...]:
    """Who stands behind a figure, the latest first. Raises NotAllowed."""
    rows = list(
        _facts(actor).filter(step=step).select_related("training_class").order_by("-at", "-id")[:size]
    )
    people = show_people(actor, [row.person_id for row in rows]) if actor.may("registry.read") else {}
    return tuple(
        StepRow(
            people.get(row.person_id),
            row.course,
            row.training_class.title if row.training_class else "",
            row.at,
        )
        for row in rows
    )


@dataclass(frozen=True)
class ClassFigure:
    """One class from its places to lasting work. Saved: what two courses would have cost less this one, for everybody
    trained. Yuan and lessons."""

    class_id: UUID
    title: str
    provider: str
    placed: int
    trained: int
    certified: tuple[tuple[str, int], ...]
    """(title of the certificate, how many; a permit counts once its number is there)"""
    both: int
    employed: int
    employed_at_once: int
    saved_yuan: int
    is_order: bool
    internship: int
    wage_before_fen: int | None
    wage_after_fen: int | None


def class_figures(actor: Actor) -> tuple[ClassFigure, ...]:
    """Classes in reach, the latest first. Raises NotAllowed."""
    actor.require(SUPERVISE)
    rows = (
        TrainingClass.objects.select_related("provider__organisation")
        .filter(actor.scope(SUPERVISE).filter())
        .exclude(state=TrainingClass.State.CANCELLED)
    )
    return tuple(map(_figure, rows.order_by("-starts_on", "id")[:100]))


def _figure(row: TrainingClass) -> ClassFigure:
    declared = courses_at(row.rules_hash)
    course = declared.course(row.course)
    standards = declared.standards_of(course) if course else ()
    kinds = recognition_in(row.area).kinds
    trained = row.enrolments.filter(state=Enrolment.State.TRAINED).count()
    held = Certificate.objects.filter(enrolment__training_class=row, state=Certificate.State.ISSUED)
    by_person: dict[UUID, set[str]] = defaultdict(set)
    for person, standard in held.values_list("person_id", "standard"):
        by_person[person].add(standard)
    jobs = Placement.objects.filter(enrolment__training_class=row)
    compared = [p for p in jobs if p.wage_before_fen]
    saved_each = sum(s.separate_yuan for s in standards) - (course.fused_yuan if course else 0)
    return ClassFigure(
        row.pk,
        row.title,
        row.provider.organisation.name,
        row.taken,
        trained,
        tuple(
            (kinds[s.kind].title, sum(s.id in held_by for held_by in by_person.values())) for s in standards
        ),
        sum(len(held_by) == len(standards) for held_by in by_person.values()),
        len(jobs),
        jobs.filter(began_on__lte=_at_once_until(row)).count(),
        saved_each * trained,
        row.employer_id is not None,
        row.enrolments.filter(internship_from__isnull=False).count(),
        sum(p.wage_before_fen or 0 for p in compared) // len(compared) if compared else None,
        sum(p.wage_after_fen for p in compared) // len(compared) if compared else None,
    )


def _at_once_until(row: TrainingClass) -> date:
    return row.ends_on + timedelta(days=courses_at(row.rules_hash).at_once_days)


@dataclass(frozen=True)
class AtOnce:
    """结业即就业: of those who finished an order class, who began to work for its employer within the days allowed."""

    numerator: int
    denominator: int

    @property
    def percent(self) -> int | None:
        return self.numerator * 100 // self.denominator if self.denominator else None


def at_once_rate(actor: Actor) -> AtOnce:
    """Over all order classes in reach. Raises NotAllowed."""
    actor.require(SUPERVISE)
    classes = TrainingClass.objects.filter(actor.scope(SUPERVISE).filter(), employer__isnull=False)
    numerator = denominator = 0
    for row in classes:
        finished = row.enrolments.filter(state=Enrolment.State.TRAINED)
        denominator += finished.count()
        numerator += finished.filter(
            placement__employer_id=F("training_class__employer_id"),
            placement__began_on__lte=_at_once_until(row),
        ).count()
    return AtOnce(numerator, denominator)


@dataclass(frozen=True)
class SharedResult:
    """A learner's results as the employer of the class sees them: by consent, names masked."""

    person: str
    class_title: str
    results: tuple[tuple[str, bool | None, str], ...]
    """(certificate, passed, state of the certificate)"""


def shared_results(organisation_id: UUID) -> tuple[SharedResult, ...]:
    """Results of those who let this employer see them, and of nobody else. Unguarded: the page asks whether the reader
    acts for the organisation."""
    rows = Enrolment.objects.select_related("training_class", "person").filter(
        training_class__employer_id=organisation_id, shares_results_at__isnull=False
    )
    return tuple(
        SharedResult(
            row.person.name_masked,
            row.training_class.title,
            tuple(
                (one.kind_title, one.is_passed, one.certificate_state)
                for one in results_of(row, courses_at(row.training_class.rules_hash))
            ),
        )
        for row in rows.order_by("training_class__starts_on", "roll")[:200]
    )
