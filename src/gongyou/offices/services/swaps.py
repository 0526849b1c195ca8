"""Two people change shifts: asked, agreed by the other, then done in one step."""

from __future__ import annotations

from uuid import UUID

from gongyou.basics.refusal import says
from gongyou.kernel.actions import Act, action
from gongyou.kernel.errors import DomainError, NotAllowed, NotFound
from gongyou.kernel.ids import new_id
from gongyou.kernel.worklist import drop_todos, put_todo
from gongyou.offices.models import DutyShift, ShiftSwap
from gongyou.offices.queries.rota import SwapView, swap_view
from gongyou.offices.steps.shifts import (
    holder_key,
    keep_record,
    locked_shift,
    refuse_double,
    refuse_on_leave,
    take_turns,
)

OWN = "duty.own"
SWAP = "offices.swap"


@action("offices.ask_swap", right=OWN, answers=SwapView)
def ask_swap(
    act: Act, *, shift_id: UUID, asked_of: UUID | None = None, other_shift_id: UUID | None = None
) -> SwapView:
    """Ask somebody to take one's own coming shift, or to change it for theirs (`other_shift_id`).

    Raises NotAllowed for somebody else's shift, NotFound, DomainError.
    """
    shift = locked_shift(shift_id)
    if shift.holder_account_id != act.actor.id:
        raise NotAllowed(OWN)
    other = locked_shift(other_shift_id) if other_shift_id else None
    whom = other.holder_account_id if other else asked_of
    if whom is None or whom == act.actor.id or (asked_of and asked_of != whom):
        raise _refused(says("换班的另一方没有账号，或者就是您自己。"), says("请选一位有账号的同事。"))
    _check_ahead(act, shift, other)
    if ShiftSwap.objects.filter(shift_id=shift.pk, state=ShiftSwap.State.ASKED).exists():
        raise _refused(says("这一班已经在等别人答复。"), says("请先撤回上一次换班请求。"))
    row = ShiftSwap.objects.create(
        id=new_id(),
        office=shift.office,
        shift_id=shift.pk,
        other_shift_id=other.pk if other else None,
        asked_by=act.actor.id,
        asked_of=whom,
        asked_at=act.now,
    )
    put_todo(
        act, kind=SWAP, subject_id=row.pk, office_id=shift.office_id, office_path=shift.office.path,
        number=shift.office.code, title=shift.office.name, due_at=shift.from_at, holder_id=whom,
    )  # fmt: skip
    act.about(f"swap:{row.pk}", shift.office.path)
    return swap_view(row)


@action("offices.answer_swap", right=OWN, answers=SwapView)
def answer_swap(act: Act, *, swap_id: UUID, agrees: bool) -> SwapView:
    """The other one agrees, and the shifts change holders at once, or declines. Only once, only the one asked.

    Raises NotAllowed, NotFound, DomainError where a shift has changed meanwhile or somebody would stand twice.
    """
    row = _locked_swap(swap_id)
    if row.asked_of != act.actor.id:
        raise NotAllowed(OWN)
    _check_open(row)
    if agrees:
        _change(act, row)
    row.state = ShiftSwap.State.AGREED if agrees else ShiftSwap.State.DECLINED
    return _decided(act, row)


@action("offices.withdraw_swap", right=OWN, answers=SwapView)
def withdraw_swap(act: Act, *, swap_id: UUID) -> SwapView:
    """Whoever asked thinks otherwise. Raises NotAllowed, NotFound, DomainError."""
    row = _locked_swap(swap_id)
    if row.asked_by != act.actor.id:
        raise NotAllowed(OWN)
    _check_open(row)
    row.state = ShiftSwap.State.WITHDRAWN
    return _decided(act, row)


def _change(act: Act, swap: ShiftSwap) -> None:
    ids = sorted(pk for pk in (swap.shift_id, swap.other_shift_id) if pk)
    shifts = {pk: _still_there(pk) for pk in ids}
    own = shifts[swap.shift_id]
    other = shifts[swap.other_shift_id] if swap.other_shift_id else None
    _check_ahead(act, own, other)
    if own.holder_account_id != swap.asked_by or (other and other.holder_account_id != swap.asked_of):
        raise _refused(says("其中一班已经换了人。"), says("请重新提出换班。"))
    take_turns(holder_key(account, "", own.office_id) for account in (swap.asked_by, swap.asked_of))
    giver = (own.holder_account_id, own.holder_name, own.phone)
    taker = (other.holder_account_id, other.holder_name, other.phone) if other else _taker(act)
    changed = [(own, taker)] + ([(other, giver)] if other else [])
    for row, (account, name, phone) in changed:
        row.holder_account_id, row.holder_name, row.phone = account, name, phone
        row.source = DutyShift.Source.SWAP
        row.save()
    for row, _holder in changed:
        refuse_double(row)
        refuse_on_leave(row)
        keep_record(act, row, "swap")


def _taker(act: Act) -> tuple[UUID, str, str]:
    return act.actor.id, act.actor.name[:40], ""


def _still_there(shift_id: UUID) -> DutyShift:
    try:
        return locked_shift(shift_id)
    except NotFound:
        raise _refused(says("其中一班已经撤下。"), says("请重新提出换班。")) from None


def _check_ahead(act: Act, *shifts: DutyShift | None) -> None:
    if any(shift is not None and shift.from_at <= act.now for shift in shifts):
        raise _refused(says("已经开始的班不能再换。"), says("请换一个还没到的班。"))


def _check_open(row: ShiftSwap) -> None:
    if row.state != ShiftSwap.State.ASKED:
        raise _refused(says("这次换班已经有了结果。"), says("请刷新页面看最新的值班表。"))


def _locked_swap(swap_id: UUID) -> ShiftSwap:
    row = (
        ShiftSwap.objects.select_for_update(of=("self",)).select_related("office").filter(pk=swap_id).first()
    )
    if row is None:
        raise NotFound(says("没有找到这次换班。"))
    return row


def _decided(act: Act, row: ShiftSwap) -> SwapView:
    row.decided_at = act.now
    row.save(update_fields=["state", "decided_at"])
    drop_todos(act, subject_id=row.pk)
    act.about(f"swap:{row.pk}", row.office.path)
    return swap_view(row)


def _refused(message: str, hint: str) -> DomainError:
    return DomainError("swap_not_possible", message, hint, status=409)
