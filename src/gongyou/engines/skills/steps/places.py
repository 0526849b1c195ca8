"""Places of a class: filled from the line in the order of asking (order classes: best entry mark first)."""

from __future__ import annotations

from uuid import UUID

from django.db.models import F, Max

from gongyou.basics.refusal import says
from gongyou.engines.skills.definitions import Step
from gongyou.engines.skills.models import Enrolment, TrainingClass
from gongyou.engines.skills.steps.reaching import reach
from gongyou.kernel import messages
from gongyou.kernel.actions import Act
from gongyou.kernel.errors import DomainError, NotFound
from gongyou.registry.steps import open_for_work

State = Enrolment.State


def locked_class(act: Act, class_id: UUID, right: str = "") -> TrainingClass:
    """Whoever changes a class does it alone. Raises NotFound, NotAllowed."""
    row = TrainingClass.objects.select_for_update(of=("self",)).filter(pk=class_id).first()
    if row is None:
        raise NotFound(says("没有找到这个班。"))
    if right:
        act.require(right, row.office_path)
    act.about(f"class:{row.pk}", row.office_path)
    return row


def require_state(row: TrainingClass, *states: str) -> None:
    """Raises DomainError."""
    if row.state not in states:
        raise DomainError(
            "class_state",
            says("这个班现在的状态不能办这一步。"),
            says("请刷新页面，看这个班进行到哪一步。"),
            status=409,
        )


def next_roll(class_id: UUID) -> int:
    return (Enrolment.objects.filter(training_class_id=class_id).aggregate(n=Max("roll"))["n"] or 0) + 1


def place(act: Act, row: TrainingClass, enrolment: Enrolment) -> None:
    """One place is taken."""
    Enrolment.objects.filter(pk=enrolment.pk).update(state=State.PLACED, placed_at=act.now)
    TrainingClass.objects.filter(pk=row.pk).update(taken=F("taken") + 1)
    row.taken += 1
    reach(act, enrolment, Step.ENROLLED)


def fill_places(act: Act, row: TrainingClass) -> int:
    """Whoever waits longest (best mark first in an order class) gets each free place and is told; how many did."""
    waiting = Enrolment.objects.filter(training_class=row, state=State.WAITING)
    ordered = waiting.order_by(F("entry_mark").desc(nulls_last=True), "asked_at", "id")
    placed = 0
    for enrolment in ordered[: max(0, row.capacity - row.taken)]:
        enrolment.training_class = row
        place(act, row, enrolment)
        _tell_placed(act, row, enrolment.person_id)
        placed += 1
    return placed


def _tell_placed(act: Act, row: TrainingClass, person_id: UUID) -> None:
    person = open_for_work(act, [person_id], purpose=says("告知培训名额")).get(person_id)
    if person is None or not person.phone:
        return
    messages.send_message(
        act,
        template="course_placed",
        text=f"【工会】您报的“{row.title}”有名额了，{row.starts_on.month}月{row.starts_on.day}日开课。不来请在“我的培训”里退掉。",
        phone=person.phone,
        subject=f"class:{row.pk}",
        office_path=row.office_path,
    )
