"""Sessions with their places; children only for the guardian and, by a right of its own, for the station."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from gongyou.kernel import moment
from gongyou.kernel.access import Actor
from gongyou.kernel.errors import NotAllowed, NotFound
from gongyou.kernel.personal_data import record_read
from gongyou.registry.models import CareEnrolment, CareSession
from gongyou.registry.partner_models import CHILD
from gongyou.registry.queries.people import MaskedPerson, show_people, text_of

MANAGE, CHILDREN = "care.manage", "registry.children"


@dataclass(frozen=True)
class SessionLine:
    id: UUID
    resource_id: UUID
    title: str
    partner: str
    office_id: UUID
    office_path: str
    day: date
    slot: str
    capacity: int
    taken: int
    waiting: int

    @property
    def free(self) -> int:
        return self.capacity - self.taken


@dataclass(frozen=True)
class ChildLine:
    """A child in a session as the station sees it. Opening it is a read on record."""

    enrolment_id: UUID
    call_name: str
    age_band: str
    state: str
    asked_at: datetime
    guardian: MaskedPerson | None


@dataclass(frozen=True)
class OwnEnrolment:
    """The guardian's own line."""

    id: UUID
    session: SessionLine
    call_name: str
    state: str
    before: int


def public_sessions(area: str) -> tuple[SessionLine, ...]:
    """Sessions of an area from today on: how many places, no child."""
    rows = CareSession.objects.filter(resource__area=area, cancelled_at__isnull=True, day__gte=moment.today())
    return _lines(rows)


def managed_sessions(actor: Actor) -> tuple[SessionLine, ...]:
    """Sessions of the stations in reach. Raises NotAllowed."""
    actor.require(MANAGE)
    scope = actor.scope(MANAGE)
    return _lines(CareSession.objects.filter(scope.filter(), day__gte=moment.today()))


def _lines(rows: QuerySet[CareSession]) -> tuple[SessionLine, ...]:
    counted = rows.select_related("resource__partner").annotate(
        waiting=Count("enrolments", filter=Q(enrolments__state="waiting"))
    )
    return tuple(
        SessionLine(
            s.pk, s.resource_id, s.resource.title, s.resource.partner.name, s.office_id, s.office_path,
            s.day, s.slot, s.capacity, s.taken, s.waiting,
        )
        for s in counted.order_by("day", "slot", "id")[:200]
    )  # fmt: skip


def access_children(
    actor: Actor, session_id: UUID, purpose: str
) -> tuple[SessionLine, tuple[ChildLine, ...]]:
    """Who comes to a session, in the order of asking. Raises NotFound, NotAllowed."""
    session = CareSession.objects.filter(pk=session_id).first()
    if session is None:
        raise NotFound
    if not actor.may(CHILDREN, session.office_path):
        raise NotAllowed(CHILDREN)
    rows = list(session.enrolments.filter(state__in=["placed", "waiting"]).order_by("asked_at", "id"))
    grant = record_read(actor, CHILD, [row.pk for row in rows], purpose)
    people = show_people(actor, [row.guardian_id for row in rows])
    lines = tuple(
        ChildLine(
            row.pk,
            text_of(row.child_name, grant),
            row.age_band,
            row.state,
            row.asked_at,
            people.get(row.guardian_id),
        )
        for row in rows
    )
    return _lines(CareSession.objects.filter(pk=session_id))[0], lines


def own_enrolments(actor: Actor) -> tuple[OwnEnrolment, ...]:
    """The guardian's own, from today on; the read is recorded."""
    if actor.person_id is None:
        return ()
    mine = CareEnrolment.objects.filter(
        guardian_id=actor.person_id, state__in=["placed", "waiting"], day__gte=moment.today()
    )
    rows = list(mine.order_by("day", "id"))
    grant = record_read(actor, CHILD, [row.pk for row in rows], "own")
    ids = {row.session_id for row in rows}
    sessions = {line.id: line for line in _lines(CareSession.objects.filter(pk__in=ids))}
    return tuple(
        OwnEnrolment(
            row.pk, sessions[row.session_id], text_of(row.child_name, grant), row.state, _before(row)
        )
        for row in rows
    )


def _before(row: CareEnrolment) -> int:
    if row.state != "waiting":
        return 0
    line = CareEnrolment.objects.filter(session_id=row.session_id, state="waiting")
    earlier = Q(asked_at__lt=row.asked_at) | Q(asked_at=row.asked_at, id__lt=row.pk)
    return line.filter(earlier).count()
