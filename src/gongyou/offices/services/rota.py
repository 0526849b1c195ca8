"""Rotations, publishing ahead, leave."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.db.models import QuerySet

from gongyou.basics.refusal import Refusal, says
from gongyou.kernel import moment
from gongyou.kernel.actions import Act, action
from gongyou.kernel.errors import DomainError, NotFound
from gongyou.kernel.ids import new_id
from gongyou.offices.inputs import read_label, read_office_phone
from gongyou.offices.models import DutyLeave, DutyShift, Office, Rotation, RotationMember
from gongyou.offices.opening import HOLIDAY
from gongyou.offices.queries.rota import LeaveView, leave_view
from gongyou.offices.steps import active_office
from gongyou.offices.steps.rota import (
    Published,
    drop_future_turns,
    extend_rota,
    fill_again,
    locked_book,
    resettle,
)
from gongyou.offices.steps.shifts import end_shift, holder_key, shifts_of, take_turns

WRITE = "duty.write"
OWN = "duty.own"
MOST_MEMBERS = 60
FARTHEST = timedelta(days=92)
LONGEST_LEAVE = timedelta(days=366)


@dataclass(frozen=True)
class Standby:
    """Somebody to put on a rotation; `with_previous`: stands together with the one before, in one turn."""

    name: str
    account_id: UUID | None = None
    phone: str = ""
    with_previous: bool = False


@action("offices.set_rotation", right=WRITE, answers=UUID)
def set_rotation(
    act: Act,
    *,
    office_id: UUID,
    title: str,
    pattern: str,
    from_on: date,
    members: tuple[Standby, ...],
    weekdays: tuple[int, ...] = (),
) -> UUID:
    """The rule that fills an office's opening hours from a day on; it takes the place of the one for the same weekdays.

    `weekdays`: 0 Monday … 6 Sunday, 7 holidays; none: every day no other rule is for. Coming turns are planned again
    as far as the rota is published. Raises NotAllowed, NotFound, Refusal, DomainError.
    """
    office = active_office(office_id)
    act.require(WRITE, office.path)
    _check_rotation(pattern, members)
    lines = _check_weekdays(weekdays)
    locked_book(office)
    running = Rotation.objects.filter(office=office, is_active=True)
    running.filter(weekdays=lines).update(is_active=False)
    _check_apart(running, lines)
    row = Rotation.objects.create(
        id=new_id(),
        office=office,
        title=read_label(title, "title", 40),
        pattern=pattern,
        from_on=from_on,
        weekdays=lines,
    )
    RotationMember.objects.bulk_create(_members(row, members))
    _plan_again(act, office)
    act.about(f"rotation:{row.pk}", office.path)
    return row.pk


@action("offices.end_rotation", right=WRITE, answers=UUID)
def end_rotation(act: Act, *, rotation_id: UUID) -> UUID:
    """A rule that is not needed any more; its coming turns go to the rule that remains, or wait as gaps.

    Raises NotAllowed, NotFound.
    """
    row = Rotation.objects.select_related("office").filter(pk=rotation_id, is_active=True).first()
    if row is None:
        raise NotFound(says("没有找到这条轮值规则。"))
    act.require(WRITE, row.office.path)
    locked_book(row.office)
    Rotation.objects.filter(pk=row.pk).update(is_active=False)
    _plan_again(act, row.office)
    act.about(f"rotation:{row.pk}", row.office.path)
    return row.pk


def _plan_again(act: Act, office: Office) -> None:
    drop_future_turns(act, office)
    fill_again(act, office)


def _members(rotation: Rotation, members: tuple[Standby, ...]) -> Iterator[RotationMember]:
    turn = -1
    for place, standby in enumerate(members):
        turn += not (standby.with_previous and place)
        yield RotationMember(
            id=new_id(),
            rotation=rotation,
            place=place,
            turn=turn,
            holder_account_id=standby.account_id,
            holder_name=read_label(standby.name, "members", 40),
            phone=read_office_phone(standby.phone),
        )


@action("offices.publish_rota", right=WRITE, answers=Published)
def publish_rota(act: Act, *, office_id: UUID, until_on: date) -> Published:
    """Publish the rota up to a day (included); gaps are recorded and go to the level above.

    Raises NotAllowed, NotFound, Refusal.
    """
    office = active_office(office_id)
    act.require(WRITE, office.path)
    today = moment.today()
    if not today <= until_on <= today + FARTHEST:
        raise Refusal(
            "publish_until",
            says("值班表只能公布到今后{days}天以内。"),
            says("请选一个近一些的日期。"),
            field="until_on",
            days=FARTHEST.days,
        )
    act.about(f"rota:{office.pk}", office.path)
    return extend_rota(act, office, until_on)


@action("offices.record_leave", right=OWN, answers=LeaveView)
def record_leave(
    act: Act,
    *,
    office_id: UUID,
    from_on: date,
    until_on: date,
    holder_name: str,
    holder_account_id: UUID | None = None,
) -> LeaveView:
    """Days (both included) on which somebody can't be on duty; turns already published go to the next one.

    One's own at one's own office; others' with the right to write the rota. Raises NotAllowed, NotFound, Refusal.
    """
    office = active_office(office_id)
    act.require(OWN if holder_account_id == act.actor.id else WRITE, office.path)
    _check_leave(from_on, until_on)
    row = DutyLeave.objects.create(
        id=new_id(),
        office=office,
        holder_account_id=holder_account_id,
        holder_name=read_label(holder_name, "holder_name", 40),
        from_on=from_on,
        until_on=until_on,
        recorded_at=act.now,
        recorded_by=act.actor.id,
    )
    take_turns([holder_key(row.holder_account_id, row.holder_name, office.pk)])
    for there in _leave_empty(act, row):
        fill_again(act, there, from_on, until_on)
    act.about(f"leave:{row.pk}", office.path)
    return leave_view(row)


@action("offices.cancel_leave", right=OWN, answers=LeaveView)
def cancel_leave(act: Act, *, leave_id: UUID) -> LeaveView:
    """The person is there after all; turns that others took stay theirs. Raises NotAllowed, NotFound."""
    row = (
        DutyLeave.objects.select_for_update(of=("self",)).select_related("office").filter(pk=leave_id).first()
    )
    if row is None:
        raise NotFound(says("没有找到这条请假。"))
    act.require(OWN if row.holder_account_id == act.actor.id else WRITE, row.office.path)
    if row.cancelled_at is None:
        row.cancelled_at = act.now
        row.save(update_fields=["cancelled_at"])
        resettle(act, row.office)
    act.about(f"leave:{row.pk}", row.office.path)
    return leave_view(row)


def _leave_empty(act: Act, leave: DutyLeave) -> list[Office]:
    """Take whoever is on leave off coming shifts; the offices that wait for somebody else."""
    since = datetime.combine(leave.from_on, time.min, moment.SHANGHAI)
    until = datetime.combine(leave.until_on + timedelta(days=1), time.min, moment.SHANGHAI)
    shifts = shifts_of(leave.holder_account_id, leave.holder_name, leave.office_id, since, until)
    found: dict[UUID, Office] = {leave.office_id: leave.office}
    for row in list(DutyShift.objects.filter(pk__in=shifts, until_at__gt=act.now).select_related("office")):
        found[row.office_id] = row.office
        end_shift(act, row, "leave")
    return [found[pk] for pk in sorted(found)]


def _check_rotation(pattern: str, members: tuple[Standby, ...]) -> None:
    if pattern not in Rotation.Pattern.values:
        raise Refusal(
            "rotation_pattern", says("轮值方式不认识。"), says("请从列出的方式中选择。"), field="pattern"
        )
    if not 1 <= len(members) <= MOST_MEMBERS:
        raise Refusal(
            "rotation_members",
            says("轮值人员应为1至{most}人。"),
            says("请一行写一个人。"),
            field="members",
            most=MOST_MEMBERS,
        )
    keys = [(m.account_id, m.name.strip()) for m in members]
    if len(set(keys)) < len(keys):
        raise Refusal(
            "rotation_twice", says("有人在轮值表里写了两次。"), says("每人只写一行。"), field="members"
        )


def _check_weekdays(weekdays: tuple[int, ...]) -> str:
    """The digits as they are stored."""
    if not set(weekdays) <= set(range(HOLIDAY + 1)):
        raise Refusal(
            "rotation_weekdays", says("星期不认识。"), says("请从列出的日子中选择。"), field="weekdays"
        )
    return "".join(str(line) for line in sorted(set(weekdays)))


def _check_apart(others: QuerySet[Rotation], lines: str) -> None:
    """A day has one rule of its own."""
    other = next((row for row in others if set(row.weekdays) & set(lines)), None)
    if other is not None:
        raise DomainError(
            "rotation_weekday_taken",
            says("选的日子里有的已经在规则“{title}”里。"),
            says("请先改那条规则，或只选别的日子。"),
            field="weekdays",
            title=other.title,
            status=409,
        )


def _check_leave(from_on: date, until_on: date) -> None:
    if until_on < from_on:
        raise Refusal(
            "leave_reversed", says("结束日期早于开始日期。"), says("请检查日期。"), field="until_on"
        )
    if until_on - from_on > LONGEST_LEAVE:
        raise Refusal("leave_long", says("一次请假超过一年了。"), says("请分开登记。"), field="until_on")
