"""Providers with sites and equipment, demand, agreements, numbers an authority still owes, follow-ups."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Count, Q

from gongyou.engines.skills.models import (
    Agreement,
    Certificate,
    Demand,
    Equipment,
    FollowUp,
    Provider,
    Site,
    TrainingClass,
)
from gongyou.engines.skills.queries.rules import course_in, courses_at, courses_of, recognition_in
from gongyou.kernel import moment
from gongyou.kernel.access import Actor
from gongyou.kernel.errors import NotFound
from gongyou.registry.queries.people import MaskedPerson, show_people

READ, AGREE, RECORD, PLACE = "skills.read", "skills.agree", "skills.record_number", "skills.place"


@dataclass(frozen=True)
class SiteLine:
    id: UUID
    name: str
    kind: str
    address: str
    seats: int
    equipment: tuple[tuple[str, int, date | None, bool], ...]
    """(name, pieces, checked until, is that day past)"""


@dataclass(frozen=True)
class ProviderLine:
    """`held` of `yearly_classes` this year; `due`: how many should have begun by today; late where fewer did."""

    id: UUID
    name: str
    kind: str
    area: str
    office_path: str
    yearly_classes: int
    held: int
    due: int
    sites: tuple[SiteLine, ...]

    @property
    def is_late(self) -> bool:
        return self.held < self.due


def providers(actor: Actor) -> tuple[ProviderLine, ...]:
    """Within reach, by name. Raises NotAllowed."""
    actor.require(READ)
    today = moment.today()
    begun = Count(
        "classes",
        filter=Q(classes__starts_on__year=today.year, classes__starts_on__lte=today)
        & ~Q(classes__state=TrainingClass.State.CANCELLED),
    )
    rows = (
        Provider.objects.select_related("organisation")
        .filter(actor.scope(READ).filter(), is_active=True)
        .annotate(begun=begun)
    )
    return tuple(
        ProviderLine(
            row.pk,
            row.organisation.name,
            row.kind,
            row.area,
            row.office_path,
            row.yearly_classes,
            row.begun,
            due_by(row.yearly_classes, today),
            _sites(row),
        )
        for row in rows.order_by("organisation__name", "id")[:200]
    )


def due_by(yearly: int, today: date) -> int:
    """The k-th of n classes is due when k n-ths of the year's months are over: of two, one after June, one after
    December's last day."""
    return yearly * (today.month - 1) // 12


def _sites(row: Provider) -> tuple[SiteLine, ...]:
    today = moment.today()
    return tuple(
        SiteLine(
            site.pk,
            site.name,
            site.kind,
            site.address,
            site.seats,
            tuple(
                (e.name, e.pieces, e.checked_until, e.checked_until is not None and e.checked_until < today)
                for e in Equipment.objects.filter(site=site).order_by("name")
            ),
        )
        for site in Site.objects.filter(provider=row).order_by("name")
    )


@dataclass(frozen=True)
class DemandLine:
    id: UUID
    course_title: str
    course: str
    source: str
    people: int
    employer: str
    note: str
    placed: int
    """Places classes for this demand have given."""


def demands(actor: Actor) -> tuple[DemandLine, ...]:
    """Within reach, the latest first. Raises NotAllowed."""
    actor.require(READ)
    rows = Demand.objects.select_related("organisation").filter(actor.scope(READ).filter())
    found = []
    for row in rows.order_by("-recorded_at", "-id")[:100]:
        taken = sum(row.classes.values_list("taken", flat=True))
        title = course_in(row.area, row.course)[1].title
        employer = row.organisation.name if row.organisation else ""
        found.append(DemandLine(row.pk, title, row.course, row.source, row.people, employer, row.note, taken))
    return tuple(found)


@dataclass(frozen=True)
class AgreementLine:
    kind_title: str
    authority: str
    document: str
    from_on: date
    until_on: date | None
    is_in_force: bool


def agreements(actor: Actor) -> tuple[AgreementLine, ...]:
    """Within reach, by certificate. Raises NotAllowed."""
    actor.require(READ)
    today = moment.today()
    return tuple(
        AgreementLine(
            recognition_in(row.area).kinds[row.kind].title,
            row.authority,
            row.document,
            row.from_on,
            row.until_on,
            row.from_on <= today and (row.until_on is None or today <= row.until_on),
        )
        for row in Agreement.objects.filter(actor.scope(READ).filter()).order_by("kind", "-from_on", "id")
    )


def agreement_kinds(area: str) -> tuple[tuple[str, str], ...]:
    """(kind, title) of every certificate a course of the area leads to."""
    kinds = recognition_in(area).kinds
    found = {s.kind: kinds[s.kind].title for p in courses_of(area) for s in p.courses.standards}
    return tuple(found.items())


@dataclass(frozen=True)
class PendingLine:
    certificate_id: UUID
    kind_title: str
    person: MaskedPerson | None
    class_title: str
    roll: int
    earned_on: date
    form: str


def pending_numbers(actor: Actor) -> tuple[PendingLine, ...]:
    """Statutory certificates passed that wait for their number, the oldest first. Raises NotAllowed."""
    actor.require(RECORD)
    rows = list(
        Certificate.objects.select_related("enrolment__training_class")
        .filter(actor.scope(RECORD).filter(), state=Certificate.State.PENDING)
        .order_by("earned_on", "id")[:200]
    )
    people = show_people(actor, [row.person_id for row in rows])
    return tuple(
        PendingLine(
            row.pk,
            recognition_in(row.area).kinds[row.kind].title,
            people.get(row.person_id),
            row.enrolment.training_class.title,
            row.enrolment.roll,
            row.earned_on,
            courses_at(row.enrolment.training_class.rules_hash).standard(row.standard).notice,
        )
        for row in rows
    )


@dataclass(frozen=True)
class FollowUpView:
    id: UUID
    person: MaskedPerson | None
    class_title: str
    roll: int
    employer: str
    months: int
    due_on: date
    outcome: str


def follow_up(actor: Actor, follow_up_id: UUID) -> FollowUpView:
    """One question of the worklist. Raises NotFound, NotAllowed."""
    row = (
        FollowUp.objects.select_related("placement__employer", "placement__enrolment__training_class")
        .filter(pk=follow_up_id)
        .first()
    )
    if row is None:
        raise NotFound
    actor.require(PLACE, row.placement.office_path)
    enrolment = row.placement.enrolment
    people = show_people(actor, [enrolment.person_id])
    return FollowUpView(
        row.pk,
        people.get(enrolment.person_id),
        enrolment.training_class.title,
        enrolment.roll,
        row.placement.employer.name,
        row.months,
        row.due_on,
        row.outcome,
    )
