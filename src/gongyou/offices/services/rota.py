"""Rotations, publishing ahead, leave."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

from gongyou.basics.refusal import Refusal, says
from gongyou.kernel import moment
from gongyou.kernel.actions import Act, action
from gongyou.kernel.errors import NotFound
from gongyou.kernel.ids import new_id
from gongyou.offices.inputs import read_label, read_office_phone
from gongyou.offices.models import DutyLeave, DutyShift, Office, Rotation, RotationMember
from gongyou.offices.queries.rota import LeaveView, leave_view
from gongyou.offices.steps import active_office
from gongyou.offices.steps.rota import Published, drop_future_turns, extend_rota, fill_again, resettle
from gongyou.offices.steps.shifts import end_shift, holder_key, shifts_of, take_turns

WRITE = "duty.write"
OWN = "duty.own"
MOST_MEMBERS = 60
FARTHEST = timedelta(days=92)
LONGEST_LEAVE = timedelta(days=366)


@dataclass(frozen=True)
class Standby:
    """Somebody to put on a rotation."""

    name: str
    account_id: UUID | None = None
    phone: str = ""


@action("offices.set_rotation", right=WRITE, answers=UUID)
def set_rotation(
    act: Act, *, office_id: UUID, title: str, pattern: str, from_on: date, members: tuple[Standby, ...]
) -> UUID:
    """The rule that fills an office's opening hours from a day on; it takes the place of the one before.

    Coming turns are planned again as far as the rota is published. Raises NotAllowed, NotFound, Refusal, DomainError.
    """
    office = active_office(office_id)
    act.require(WRITE, office.path)
    _check_rotation(pattern, members)
    Rotation.objects.filter(office=office, is_active=True).update(is_active=False)
    row = Rotation.objects.create(
        id=new_id(), office=office, title=read_label(title, "title", 40), pattern=pattern, from_on=from_on
    )
    RotationMember.objects.bulk_create(
        RotationMember(
            id=new_id(),
            rotation=row,
            place=place,
            holder_account_id=m.account_id,
            holder_name=read_label(m.name, "members", 40),
            phone=read_office_phone(m.phone),
        )
        for place, m in enumerate(members)
    )
    drop_future_turns(act, office)
    fill_again(act, office)
    act.about(f"rotation:{row.pk}", office.path)
    return row.pk


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


def _check_leave(from_on: date, until_on: date) -> None:
    if until_on < from_on:
        raise Refusal(
            "leave_reversed", says("结束日期早于开始日期。"), says("请检查日期。"), field="until_on"
        )
    if until_on - from_on > LONGEST_LEAVE:
        raise Refusal("leave_long", says("一次请假超过一年了。"), says("请分开登记。"), field="until_on")
