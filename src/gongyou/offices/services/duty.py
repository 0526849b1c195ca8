"""The duty rota and the posts of an office."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from gongyou.basics.refusal import Refusal, says
from gongyou.kernel.actions import Act, action
from gongyou.kernel.errors import DomainError, NotFound
from gongyou.kernel.ids import new_id
from gongyou.offices.inputs import read_label, read_office_phone
from gongyou.offices.models import DutyShift, Post, PostTenure
from gongyou.offices.queries.duty import PostView, ShiftView, post_view, shift_view
from gongyou.offices.steps import active_office
from gongyou.offices.steps.rota import resettle
from gongyou.offices.steps.shifts import end_shift, locked_shift, write_shift

WRITE = "duty.write"
LONGEST_SHIFT = timedelta(days=31)


@action("offices.put_shift", right=WRITE, answers=ShiftView)
def put_shift(
    act: Act,
    *,
    office_id: UUID,
    holder_name: str,
    from_at: datetime,
    until_at: datetime,
    holder_account_id: UUID | None = None,
    phone: str = "",
    post_id: UUID | None = None,
    shift_id: UUID | None = None,
) -> ShiftView:
    """Put somebody on duty, or change a shift (`shift_id`). Two people may share a time, one can't stand twice.

    Raises NotAllowed, NotFound, Refusal, DomainError.
    """
    office = active_office(office_id)
    act.require(WRITE, office.path)
    _check_times(from_at, until_at)
    row = _shift_to_write(shift_id, office_id)
    row.office, row.post = office, _post_of(post_id, office_id)
    row.holder_name = read_label(holder_name, "holder_name", 40)
    row.holder_account_id = holder_account_id
    row.phone = read_office_phone(phone)
    row.from_at, row.until_at = from_at, until_at
    row.source, row.rotation_id = DutyShift.Source.HAND, None
    write_shift(act, row, "put")
    resettle(act, office)
    act.about(f"shift:{row.pk}", office.path)
    return shift_view(row)


@action("offices.drop_shift", right=WRITE, answers=ShiftView)
def drop_shift(act: Act, *, shift_id: UUID) -> ShiftView:
    """Take a shift off the rota; one under way ends now, one that is over stays as it was.

    Raises NotAllowed, NotFound, DomainError.
    """
    row = locked_shift(shift_id)
    act.require(WRITE, row.office.path)
    act.about(f"shift:{row.pk}", row.office.path)
    if row.until_at <= act.now:
        raise DomainError(
            "shift_over",
            says("这一班已经值完，不能从值班表里去掉。"),
            says("如姓名登记有误，请修改这一班。"),
            status=409,
        )
    view, is_ahead = shift_view(row), row.from_at >= act.now
    end_shift(act, row, "dropped")
    resettle(act, row.office)
    return view if is_ahead else shift_view(row)


@action("offices.name_post_holder", right=WRITE, answers=PostView)
def name_post_holder(
    act: Act,
    *,
    office_id: UUID,
    kind: str,
    title: str,
    holder_name: str,
    holder_account_id: UUID | None = None,
) -> PostView:
    """Who holds a post from now on; an empty name leaves it vacant. Raises NotAllowed, NotFound, Refusal."""
    office = active_office(office_id)
    act.require(WRITE, office.path)
    if kind not in Post.Kind.values:
        raise Refusal(
            "post_kind",
            says("岗位类型“{kind}”不认识。"),
            says("请从列出的类型中选择。"),
            field="kind",
            kind=kind[:40],
        )
    title = read_label(title, "title", 40)
    name = read_label(holder_name, "holder_name", 40, is_needed=False)
    row, _ = Post.objects.update_or_create(
        office=office,
        kind=kind,
        title=title,
        defaults={
            "holder_name": name,
            "holder_account_id": holder_account_id if name else None,
            "since": act.now,
        },
    )
    PostTenure.objects.create(
        id=new_id(),
        post=row,
        holder_account_id=row.holder_account_id,
        holder_name=row.holder_name,
        since=act.now,
    )
    act.about(f"post:{row.pk}", office.path)
    return post_view(row)


def _check_times(from_at: datetime, until_at: datetime) -> None:
    if from_at.tzinfo is None or until_at.tzinfo is None:
        raise Refusal("naive_time", says("时间没有时区。"), says("请重新选择时间。"), field="from_at")
    if until_at <= from_at:
        raise Refusal(
            "shift_times", says("结束时间不晚于开始时间。"), says("请检查值班的起止时间。"), field="until_at"
        )
    if until_at - from_at > LONGEST_SHIFT:
        raise Refusal(
            "shift_long",
            says("一班超过{days}天了。"),
            says("请按周或按月分开排班。"),
            field="until_at",
            days=LONGEST_SHIFT.days,
        )


def _shift_to_write(shift_id: UUID | None, office_id: UUID) -> DutyShift:
    if shift_id is None:
        return DutyShift(id=new_id())
    row = locked_shift(shift_id)
    if row.office_id != office_id:
        # The right was checked at the office named: a shift of another office is none of its business.
        raise NotFound(says("没有找到这一班。"))
    return row


def _post_of(post_id: UUID | None, office_id: UUID) -> Post | None:
    if post_id is None:
        return None
    post = Post.objects.filter(pk=post_id, office_id=office_id).first()
    if post is None:
        raise NotFound(says("这个站点没有这个岗位。"))
    return post
