"""What one holder leaves for the next: written once, read by whoever comes after."""

from __future__ import annotations

from uuid import UUID

from gongyou.basics.refusal import says
from gongyou.kernel.actions import Act, action
from gongyou.kernel.errors import DomainError, NotAllowed, NotFound
from gongyou.kernel.ids import new_id
from gongyou.kernel.worklist import drop_todos
from gongyou.offices.inputs import read_label
from gongyou.offices.models import HandOver
from gongyou.offices.queries.rota import HandOverView, hand_over_view
from gongyou.offices.steps.shifts import locked_shift

OWN = "duty.own"
WRITE = "duty.write"


@action("offices.write_hand_over", right=OWN, answers=HandOverView)
def write_hand_over(act: Act, *, shift_id: UUID, text: str) -> HandOverView:
    """The note of a shift that has begun: by its holder, or by whoever writes the office's rota.

    Raises NotAllowed, NotFound, Refusal, DomainError for a second note.
    """
    shift = locked_shift(shift_id)
    if shift.holder_account_id != act.actor.id:
        act.require(WRITE, shift.office.path)
    if shift.from_at > act.now:
        raise DomainError("hand_over_early", says("这一班还没开始。"), says("开始以后再写交接。"), status=409)
    if HandOver.objects.filter(shift_id=shift.pk).exists():
        raise DomainError(
            "hand_over_twice",
            says("这一班的交接已经写过了，不能改。"),
            says("有新情况请写在下一班的交接里。"),
            status=409,
        )
    row = HandOver.objects.create(
        id=new_id(),
        office=shift.office,
        shift_id=shift.pk,
        text=read_label(text, "text", 1000),
        written_at=act.now,
        written_by=act.actor.id,
    )
    drop_todos(act, subject_id=shift.pk)
    act.about(f"shift:{shift.pk}", shift.office.path)
    return hand_over_view(row)


@action("offices.read_hand_over", right=OWN, answers=HandOverView)
def read_hand_over(act: Act, *, hand_over_id: UUID) -> HandOverView:
    """The next one has read it; the first to say so is kept. Raises NotAllowed for its writer, NotFound."""
    row = (
        HandOver.objects.select_for_update(of=("self",))
        .select_related("office")
        .filter(pk=hand_over_id)
        .first()
    )
    if row is None:
        raise NotFound(says("没有找到这份交接。"))
    act.require(OWN, row.office.path)
    if row.written_by == act.actor.id:
        raise NotAllowed(OWN)
    if row.read_at is None:
        row.read_at, row.read_by = act.now, act.actor.id
        row.save(update_fields=["read_at", "read_by"])
    act.about(f"shift:{row.shift_id}", row.office.path)
    return hand_over_view(row)
