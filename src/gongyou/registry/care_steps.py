"""Places in child-care sessions: filled from the line in the order of asking; emptied when their time is over."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import F

from gongyou.basics.refusal import says
from gongyou.kernel import messages, moment
from gongyou.kernel.actions import Act
from gongyou.kernel.errors import NotFound
from gongyou.registry.models import CareEnrolment, CareSession, PersonTie
from gongyou.registry.steps import open_for_work

CHILD_CARE = "child_care"
KEPT_AFTER = timedelta(days=30)
"""Who was in a class is kept this long after its day, in case something is asked; then the child's name goes."""


def locked_session(act: Act, session_id: UUID) -> CareSession:
    """Whoever changes places of a session does it alone. Raises NotFound."""
    row = CareSession.objects.select_for_update(of=("self",)).filter(pk=session_id).first()
    if row is None:
        raise NotFound(says("没有找到这一班。"))
    act.about(f"session:{row.pk}", row.office_path)
    return row


def fill_places(act: Act, session_id: UUID) -> int:
    """Whoever waits longest gets each free place and is told; a child who sits elsewhere by now is passed over."""
    session = CareSession.objects.get(pk=session_id)
    waiting = CareEnrolment.objects.filter(session=session, state="waiting").order_by("asked_at", "id")
    for row in waiting:
        if session.taken >= session.capacity:
            break
        elsewhere = CareEnrolment.objects.filter(
            guardian_id=row.guardian_id,
            child_index=row.child_index,
            day=session.day,
            slot=session.slot,
            state="placed",
        )
        if elsewhere.exists():
            continue
        CareEnrolment.objects.filter(pk=row.pk).update(state="placed", placed_at=act.now)
        CareSession.objects.filter(pk=session.pk).update(taken=F("taken") + 1)
        session.taken += 1
        _tell_placed(act, session, row.guardian_id)
    return session.taken


def _tell_placed(act: Act, session: CareSession, guardian_id: UUID) -> None:
    """The child is not named in the message."""
    person = open_for_work(act, [guardian_id], purpose=says("告知托管名额")).get(guardian_id)
    if person is None or not person.phone:
        return
    messages.send_message(
        act,
        template="care_placed",
        text=f"【工会】您排队的{session.day.month}月{session.day.day}日托管班有名额了，已经为您留好。不来请在“托管报名”里退掉。",
        phone=person.phone,
        subject=f"session:{session.pk}",
        office_path=session.office_path,
    )


def leave(act: Act, row: CareEnrolment) -> int:
    """The child leaves a session already locked: its name goes, the place to whoever waits longest. Returns places taken."""
    if row.state == "placed":
        CareSession.objects.filter(pk=row.session_id).update(taken=F("taken") - 1)
    CareEnrolment.objects.filter(pk=row.pk).update(state="withdrawn", ended_at=act.now)
    empty_enrolments([row.pk], act.now)
    taken = fill_places(act, row.session_id)
    mine = CareEnrolment.objects.filter(session_id=row.session_id, guardian_id=row.guardian_id)
    if not mine.exclude(state="withdrawn").exists():
        PersonTie.objects.filter(
            subject=f"session:{row.session_id}", person_id=row.guardian_id, is_open=True
        ).update(is_open=False, closed_at=act.now, keep_until=row.day)
    return taken


def leave_all_classes(act: Act, guardian_id: UUID) -> None:
    """In the order of sessions, so that two such steps never wait for each other."""
    mine = CareEnrolment.objects.filter(guardian_id=guardian_id, state__in=["placed", "waiting"])
    for session_id in sorted(set(mine.values_list("session_id", flat=True))):
        locked_session(act, session_id)
        for row in mine.filter(session_id=session_id):
            leave(act, row)


def empty_enrolments(ids: Iterable[UUID], at: datetime) -> int:
    return CareEnrolment.objects.filter(pk__in=list(ids), erased_at=None).update(
        child_name=None, child_index=None, age_band="", erased_at=at
    )


def erase_enrolments(limit: int) -> int:
    """Erase up to `limit` children's names of sessions long past (read by kernel.retention)."""
    today = moment.today()
    over = CareEnrolment.objects.filter(erased_at=None, day__lt=today - KEPT_AFTER)
    rows = list(over.order_by("day", "id").values_list("pk", "session_id")[:limit])
    PersonTie.objects.filter(
        subject__in={f"session:{session}" for _, session in rows}, role="guardian", is_open=True
    ).update(is_open=False, closed_at=moment.now(), keep_until=today)
    return empty_enrolments([pk for pk, _ in rows], moment.now())
