"""Sessions, who came (by the poster's code or the signed sheet), and who was trained."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import date, time
from uuid import UUID

from django.db.models import Max

from gongyou.basics.refusal import says
from gongyou.engines.skills.definitions import Step
from gongyou.engines.skills.models import Attendance, Enrolment, Session, TrainingClass
from gongyou.engines.skills.queries.attendance import percents
from gongyou.engines.skills.queries.rules import course_of
from gongyou.engines.skills.steps.places import locked_class, require_state
from gongyou.engines.skills.steps.reaching import reach
from gongyou.kernel.actions import Act, action
from gongyou.kernel.errors import DomainError, NotFound
from gongyou.kernel.ids import new_id
from gongyou.kernel.moment import SHANGHAI
from gongyou.registry.queries.people import own_people

TEACH, OWN = "skills.teach", "skills.own"
State = Enrolment.State


@dataclass(frozen=True)
class Noted:
    """`is_new` False: it was noted before."""

    enrolment_id: UUID
    is_new: bool


@dataclass(frozen=True)
class Taught:
    trained: int
    short: int


@action("skills.add_session", right=TEACH, answers=UUID)
def add_session(
    act: Act, *, class_id: UUID, unit: str, day: date, begins: str, ends: str, hours: int
) -> UUID:
    """A meeting of the class, times as 09:00; its poster shows a code to check in. Raises NotAllowed, DomainError."""
    row = locked_class(act, class_id, TEACH)
    require_state(row, TrainingClass.State.OPEN)
    course = course_of(row.rules_hash, row.course)
    if unit not in {one.id for one in course.units}:
        raise DomainError("unit", says("请选择单元。"), field="unit")
    if not row.starts_on <= day <= row.ends_on:
        raise DomainError("day", says("这一天不在开课和结课之间。"), field="day")
    first, last = _clock(begins), _clock(ends)
    if not first < last or not 1 <= hours <= 12:
        raise DomainError("hours", says("结束要晚于开始，课时写1至12。"), field="hours")
    number = (row.sessions.aggregate(n=Max("number"))["n"] or 0) + 1
    made = Session.objects.create(
        id=new_id(),
        training_class=row,
        number=number,
        unit=unit,
        day=day,
        begins=first,
        ends=last,
        hours=hours,
        code=secrets.token_hex(8),
    )
    return made.pk


def _clock(text: str) -> time:
    """A time written 09:00. Raises DomainError."""
    try:
        return time.fromisoformat(text.strip())
    except ValueError as error:
        raise DomainError(
            "clock", says("时间“{text}”读不懂。"), says("请写成 09:00。"), field="begins", text=text[:20]
        ) from error


@action("skills.check_in", right=OWN, answers=Noted)
def check_in(act: Act, *, code: str) -> Noted:
    """The learner's own check-in at the poster, on the day alone; twice is once. Raises NotFound, DomainError."""
    session = Session.objects.select_related("training_class").filter(code=code).first()
    if session is None:
        raise NotFound(says("签到码不对。"))
    act.about(f"class:{session.training_class_id}", session.training_class.office_path)
    if session.day != act.now.astimezone(SHANGHAI).date():
        raise DomainError("not_today", says("这节课不在今天，不能签到。"), says("请看课程表。"), status=409)
    mine = Enrolment.objects.filter(
        training_class_id=session.training_class_id, person_id__in=own_people(act.actor), state=State.PLACED
    ).first()
    if mine is None:
        raise DomainError(
            "not_in_class", says("您不在这个班的名单里。"), says("请找老师核对报名。"), status=403
        )
    return _note(act, session, mine, "code")


@action("skills.note_attendance", right=TEACH, answers=Noted)
def note_attendance(act: Act, *, class_id: UUID, session_number: int, roll: int) -> Noted:
    """One line of the signed sheet: session and number in the class. Raises NotAllowed, NotFound, DomainError."""
    row = locked_class(act, class_id, TEACH)
    require_state(row, TrainingClass.State.OPEN)
    session = row.sessions.filter(number=session_number).first()
    if session is None:
        raise DomainError(
            "session",
            says("这个班没有第{number}次课。"),
            says("请核对课次。"),
            field="session",
            number=session_number,
        )
    if session.day > act.now.astimezone(SHANGHAI).date():
        raise DomainError("session_ahead", says("这次课还没有上。"), says("请核对课次。"), field="session")
    enrolment = row.enrolments.filter(roll=roll).first()
    if enrolment is None or enrolment.state != State.PLACED:
        raise DomainError(
            "roll",
            says("这个班没有{roll}号学员，或者已经退班。"),
            says("请对照花名册核对。"),
            field="roll",
            roll=roll,
        )
    return _note(act, session, enrolment, "sheet")


def _note(act: Act, session: Session, enrolment: Enrolment, way: str) -> Noted:
    _row, is_new = Attendance.objects.get_or_create(
        session=session,
        enrolment=enrolment,
        defaults={"way": way, "at": act.now, "noted_by": act.actor.id},
    )
    return Noted(enrolment.pk, is_new)


@action("skills.finish_teaching", right=TEACH, answers=Taught)
def finish_teaching(act: Act, *, class_id: UUID) -> Taught:
    """The teaching is over: who came to enough of it is trained and may sit, the others are named as short.

    Raises NotAllowed, DomainError.
    """
    row = locked_class(act, class_id, TEACH)
    require_state(row, TrainingClass.State.OPEN)
    if not row.sessions.exists():
        raise DomainError(
            "no_sessions", says("还没有排课，不能结课。"), says("请先排课并登记出勤。"), status=409
        )
    least = course_of(row.rules_hash, row.course).least_attendance_percent
    came = percents(row.pk)
    trained = short = 0
    for enrolment in row.enrolments.filter(state=State.PLACED).order_by("roll"):
        enrolment.training_class = row
        if came.get(enrolment.pk, 0) >= least:
            enrolment.state = State.TRAINED
            reach(act, enrolment, Step.TRAINED)
            trained += 1
        else:
            enrolment.state = State.SHORT
            short += 1
        enrolment.save(update_fields=["state"])
    row.enrolments.filter(state__in=[State.WAITING, State.APPLIED]).update(
        state=State.WITHDRAWN, ended_at=act.now
    )
    TrainingClass.objects.filter(pk=row.pk).update(state=TrainingClass.State.TAUGHT)
    return Taught(trained, short)
