"""Asking for a place, waiting in a fair line, leaving; the entry examination of order classes; telling an employer."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.db.models import F

from gongyou.basics.refusal import says
from gongyou.engines.skills.definitions import Step
from gongyou.engines.skills.models import Enrolment, TrainingClass
from gongyou.engines.skills.queries.own import before_in_line, owns
from gongyou.engines.skills.steps.learners import Words, note_learner, require_age, tie_learner
from gongyou.engines.skills.steps.places import fill_places, locked_class, next_roll, place, require_state
from gongyou.engines.skills.steps.reaching import reach
from gongyou.kernel.actions import Act, action
from gongyou.kernel.errors import DomainError, NotAllowed, NotFound
from gongyou.kernel.ids import new_id
from gongyou.kernel.moment import SHANGHAI

OWN, TEACH = "skills.own", "skills.teach"
State = Enrolment.State
IN_CLASS = (State.PLACED, State.TRAINED, State.SHORT)


@dataclass(frozen=True)
class Asked:
    """`state`: placed, waiting (`before` stand before in the line) or applied (order class)."""

    enrolment_id: UUID
    state: str
    before: int


@action("skills.enrol", right=OWN, answers=Asked)
def enrol(act: Act, *, class_id: UUID, words: Words) -> Asked:
    """The signed-in worker asks for a place. Raises NotFound, DomainError, Refusal."""
    return _ask(act, locked_class(act, class_id), words, is_own=True)


@action("skills.enrol_learner", right=TEACH, answers=Asked)
def enrol_learner(act: Act, *, class_id: UUID, words: Words) -> Asked:
    """The school enrols somebody who signed on paper. Raises NotAllowed, NotFound, DomainError, Refusal."""
    return _ask(act, locked_class(act, class_id, TEACH), words, is_own=False)


def _ask(act: Act, row: TrainingClass, words: Words, *, is_own: bool) -> Asked:
    _check_open(act, row, words)
    person_id, identity = note_learner(act, row, words, is_own=is_own)
    require_age(row, identity, words.category)
    if Enrolment.objects.filter(training_class=row, person_id=person_id).exclude(state="withdrawn").exists():
        raise DomainError("enrolled_before", says("已经报过这个班。"), field="name", status=409)
    tie_learner(act, row, person_id)
    is_order = row.entry_mark is not None
    has_room = row.taken < row.capacity and not row.enrolments.filter(state=State.WAITING).exists()
    made = Enrolment(
        id=new_id(),
        training_class=row,
        person_id=person_id,
        office_path=row.office_path,
        target_group=words.target_group,
        state=State.APPLIED if is_order else State.WAITING,
        roll=next_roll(row.pk),
        asked_at=act.now,
    )
    made.save(force_insert=True)
    reach(act, made, Step.GAP, Step.OFFERED)  # where nobody offered it, asking is finding
    if has_room and not is_order:
        place(act, row, made)
        return Asked(made.pk, State.PLACED, 0)
    return Asked(made.pk, made.state, before_in_line(made))


def _check_open(act: Act, row: TrainingClass, words: Words) -> None:
    if row.state != TrainingClass.State.OPEN or row.enrol_until < act.now.astimezone(SHANGHAI).date():
        raise DomainError(
            "enrolment_over", says("这个班的报名已经截止。"), says("请选另一个班。"), status=409
        )
    if not words.target_group or (row.target_groups and words.target_group not in row.target_groups):
        raise DomainError(
            "target_group",
            says("这个班不面向这类人员。"),
            says("请核对对象，或选另一个班。"),
            field="target_group",
        )


@action("skills.withdraw", right=None, answers=Asked)
def withdraw(act: Act, *, enrolment_id: UUID) -> Asked:
    """By the learner or the school, before the teaching is over; the place goes to whoever waits longest.

    Raises NotAllowed, NotFound, DomainError.
    """
    row, training_class = _own_or_school(act, enrolment_id)
    require_state(training_class, TrainingClass.State.OPEN)
    if row.state in (State.WITHDRAWN, State.REFUSED):
        return Asked(row.pk, row.state, 0)
    if row.state == State.PLACED:
        TrainingClass.objects.filter(pk=training_class.pk).update(taken=F("taken") - 1)
        training_class.taken -= 1
    Enrolment.objects.filter(pk=row.pk).update(state=State.WITHDRAWN, ended_at=act.now)
    fill_places(act, training_class)
    return Asked(row.pk, State.WITHDRAWN, 0)


def _own_or_school(act: Act, enrolment_id: UUID) -> tuple[Enrolment, TrainingClass]:
    found = Enrolment.objects.filter(pk=enrolment_id).first()
    if found is None:
        raise NotFound
    training_class = locked_class(act, found.training_class_id)
    if not owns(act.actor, found.person_id) and not act.actor.may(TEACH, training_class.office_path):
        raise NotAllowed(TEACH)
    return Enrolment.objects.get(pk=enrolment_id), training_class


@action("skills.change_capacity", right=TEACH, answers=int)
def change_capacity(act: Act, *, class_id: UUID, capacity: int) -> int:
    """More places go to the line at once, never fewer than are taken; answers how many were placed.

    Raises NotAllowed, DomainError.
    """
    row = locked_class(act, class_id, TEACH)
    require_state(row, TrainingClass.State.OPEN)
    if not row.taken <= capacity <= row.site.seats:
        raise DomainError(
            "capacity",
            says("名额要在{taken}至{seats}之间（已占名额和场地座位数）。"),
            field="capacity",
            status=409,
            taken=row.taken,
            seats=row.site.seats,
        )
    TrainingClass.objects.filter(pk=row.pk).update(capacity=capacity)
    row.capacity = capacity
    return fill_places(act, row)


@action("skills.note_entry_mark", right=TEACH, answers=Asked)
def note_entry_mark(act: Act, *, enrolment_id: UUID, mark: int) -> Asked:
    """The entry examination of an order class: below its least mark refused, else in the line by mark.

    Places are filled best mark first once enrolment is over or a mark of everybody is there.
    Raises NotAllowed, NotFound, DomainError.
    """
    found = Enrolment.objects.filter(pk=enrolment_id).first()
    if found is None:
        raise NotFound
    training_class = locked_class(act, found.training_class_id, TEACH)
    if training_class.entry_mark is None or found.state != State.APPLIED:
        raise DomainError("not_now", says("这个人现在不用登记入学考试成绩。"), status=409)
    if not 0 <= mark <= 100:
        raise DomainError("mark", says("成绩写0至100的整数。"), field="mark")
    is_enough = mark >= training_class.entry_mark
    state = State.WAITING if is_enough else State.REFUSED
    Enrolment.objects.filter(pk=found.pk).update(state=state, entry_mark=mark)
    if not training_class.enrolments.filter(state=State.APPLIED).exists():
        fill_places(act, training_class)
    found.refresh_from_db()
    return Asked(found.pk, found.state, 0)


@action("skills.share_results", right=OWN, answers=Asked)
def share_results(act: Act, *, enrolment_id: UUID, shares: bool) -> Asked:
    """The learner lets the employer of the class see the results, or takes that back. Raises NotAllowed, NotFound."""
    found = Enrolment.objects.select_related("training_class").filter(pk=enrolment_id).first()
    if found is None:
        raise NotFound
    if not owns(act.actor, found.person_id):
        raise NotAllowed(OWN)
    act.about(f"enrolment:{found.pk}", found.office_path)
    Enrolment.objects.filter(pk=found.pk).update(shares_results_at=act.now if shares else None)
    return Asked(found.pk, found.state, 0)
