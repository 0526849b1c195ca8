"""Child-care classes and tutors: sessions with places, enrolment by the guardian, a line in the order of asking."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import F

from gongyou.basics.inputs import read_text
from gongyou.basics.refusal import says
from gongyou.kernel.access import Actor
from gongyou.kernel.actions import Act, action
from gongyou.kernel.errors import DomainError, NotAllowed, NotFound
from gongyou.kernel.ids import new_id
from gongyou.kernel.sealed_fields import blind_index
from gongyou.registry.care_steps import CHILD_CARE, fill_places, leave, locked_session
from gongyou.registry.models import CareEnrolment, CareSession, PartnerResource
from gongyou.registry.partner_steps import active_partner, require_vetted, today_of, volunteer_of
from gongyou.registry.steps import record_consent, tie_person

MANAGE, ENROL = "care.manage", "care.enrol"
AGE_BANDS = {"3-6": says("3至6岁"), "7-9": says("7至9岁"), "10-12": says("10至12岁")}
SLOTS = {
    "morning": says("上午"),
    "noon": says("中午"),
    "afternoon": says("下午"),
    "evening": says("傍晚"),
}
MOST_PLACES = 200


@dataclass(frozen=True)
class SessionSaved:
    session_id: UUID
    capacity: int
    taken: int


@dataclass(frozen=True)
class Enrolled:
    """`state`: placed, or waiting with how many stand before in the line."""

    enrolment_id: UUID
    state: str
    before: int


@action("registry.open_session", right=MANAGE, answers=SessionSaved)
def open_session(
    act: Act, *, resource_id: UUID, office_id: UUID, office_path: str, day: date, slot: str, capacity: int
) -> SessionSaved:
    """A class or tutor's hour at a station. The partner must be vetted. Raises NotAllowed, DomainError."""
    act.require(MANAGE, office_path)
    resource = PartnerResource.objects.filter(pk=resource_id, ended_at__isnull=True).first()
    if resource is None or not resource.has_sessions:
        raise NotFound(says("没有找到这项可以排班的资源。"))
    partner = active_partner(act, resource.partner_id)
    if not office_path.startswith(resource.reaches):
        raise DomainError("office", says("这项资源不面向这个站点。"), field="office")
    if resource.is_for_children:
        require_vetted(act, partner.pk)
    _check_session(act, day, slot, capacity)
    if CareSession.objects.filter(resource=resource, day=day, slot=slot).exists():
        raise DomainError("session_known", says("这一天的这个时段已经开过班。"), field="day", status=409)
    row = CareSession.objects.create(
        id=new_id(),
        resource=resource,
        office_id=office_id,
        office_path=office_path,
        day=day,
        slot=slot,
        capacity=capacity,
    )
    act.about(f"session:{row.pk}", office_path)
    return SessionSaved(row.pk, row.capacity, 0)


def _check_session(act: Act, day: date, slot: str, capacity: int) -> None:
    if day < today_of(act):
        raise DomainError("past_day", says("这一天已经过去。"), field="day")
    if slot not in SLOTS:
        raise DomainError("slot", says("请选择时段。"), field="slot")
    if not 1 <= capacity <= MOST_PLACES:
        raise DomainError("capacity", says("名额应在1至{most}之间。"), field="capacity", most=MOST_PLACES)


@action("registry.enrol_child", right=ENROL, answers=Enrolled)
def enrol_child(
    act: Act, *, session_id: UUID, guardian: str, child: str, age_band: str, consents: bool
) -> Enrolled:
    """The guardian asks for a place: there is one, or the child stands in the line.

    Only a call name and an age band are kept. Raises NotFound, DomainError, Refusal.
    """
    session = locked_session(act, session_id)
    _check_asking(act, session, age_band, consents)
    name = read_text(child, field="child", longest=20, is_needed=True)
    area = session.resource.area
    guardian = read_text(guardian, field="guardian", longest=40, is_needed=act.actor.person_id is None)
    guardian_id = volunteer_of(act, area=area, name=guardian, purpose=CHILD_CARE)
    consent_id = record_consent(
        act, person_id=guardian_id, purpose=CHILD_CARE, basis="separate_consent", evidence="web"
    )
    tie_person(
        act,
        person_id=guardian_id,
        subject=f"session:{session.pk}",
        role="guardian",
        office_path=session.office_path,
    )
    _refuse_twice(session, guardian_id, name)
    has_room = session.taken < session.capacity and not session.enrolments.filter(state="waiting").exists()
    row = CareEnrolment(
        id=new_id(),
        session=session,
        guardian_id=guardian_id,
        consent_id=consent_id,
        age_band=age_band,
        day=session.day,
        slot=session.slot,
        state="placed" if has_room else "waiting",
        asked_at=act.now,
        placed_at=act.now if has_room else None,
    )
    row.child_name = name
    row.save(force_insert=True)
    if has_room:
        CareSession.objects.filter(pk=session.pk).update(taken=F("taken") + 1)
    return Enrolled(row.pk, row.state, 0 if has_room else _before(row))


def _check_asking(act: Act, session: CareSession, age_band: str, consents: bool) -> None:
    if session.cancelled_at is not None or session.day < today_of(act):
        raise DomainError(
            "session_over", says("这一班已经停开或已经过去。"), says("请选另一班。"), status=409
        )
    if age_band not in AGE_BANDS:
        raise DomainError("age_band", says("请选择孩子的年龄段。"), field="age_band")
    if not consents:
        raise DomainError(
            "consents",
            says("没有监护人的同意，不能登记孩子的信息。"),
            says("请阅读说明并勾选同意。"),
            field="consents",
        )


def _refuse_twice(session: CareSession, guardian_id: UUID, child: str) -> None:
    index = blind_index(CareEnrolment, "child_name", child)
    mine = CareEnrolment.objects.filter(guardian_id=guardian_id, child_index=index, day=session.day)
    if mine.filter(session=session, state__in=["placed", "waiting"]).exists():
        raise DomainError("enrolled_before", says("这个孩子已经报了这一班。"), field="child", status=409)
    if mine.filter(slot=session.slot, state="placed").exists():
        raise DomainError(
            "double_booked",
            says("这个孩子在同一时段已经有别的班。"),
            says("请先退掉那一班，再报这一班。"),
            field="child",
            status=409,
        )


def _before(row: CareEnrolment) -> int:
    """How many stand before in the line; ids are made in the order of asking."""
    waiting = CareEnrolment.objects.filter(session_id=row.session_id, state="waiting")
    return (
        waiting.filter(asked_at__lt=row.asked_at).count()
        + waiting.filter(asked_at=row.asked_at, id__lt=row.pk).count()
    )


@action("registry.withdraw_child", right=None, answers=SessionSaved)
def withdraw_child(act: Act, *, enrolment_id: UUID) -> SessionSaved:
    """By the guardian, or by staff of the station; the place goes to whoever waits longest, and they are told."""
    found = CareEnrolment.objects.filter(pk=enrolment_id).first()
    if found is None:
        raise NotFound
    session = locked_session(act, found.session_id)
    row = CareEnrolment.objects.get(pk=enrolment_id)
    _require_own(act.actor, row, session)
    if row.state == "withdrawn":
        return SessionSaved(session.pk, session.capacity, session.taken)
    return SessionSaved(session.pk, session.capacity, leave(act, row))


def _require_own(actor: Actor, row: CareEnrolment, session: CareSession) -> None:
    is_guardian = actor.person_id is not None and actor.person_id == row.guardian_id
    if not is_guardian and not actor.may(MANAGE, session.office_path):
        raise NotAllowed(MANAGE)


@action("registry.change_places", right=MANAGE, answers=SessionSaved)
def change_places(act: Act, *, session_id: UUID, capacity: int) -> SessionSaved:
    """More places go to the line at once; never fewer than are taken. Raises NotAllowed, DomainError."""
    session = locked_session(act, session_id)
    act.require(MANAGE, session.office_path)
    _check_session(act, session.day, session.slot, capacity)
    if capacity < session.taken:
        raise DomainError(
            "places_taken",
            says("已经有{taken}个孩子，名额不能少于这个数。"),
            field="capacity",
            status=409,
            taken=session.taken,
        )
    CareSession.objects.filter(pk=session.pk).update(capacity=capacity)
    return SessionSaved(session.pk, capacity, fill_places(act, session.pk))
