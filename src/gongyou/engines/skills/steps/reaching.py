"""A person reached a step: noted once, the first time."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from gongyou.engines.skills.definitions import Step
from gongyou.engines.skills.models import Enrolment, StepFact, TrainingClass
from gongyou.kernel.actions import Act
from gongyou.kernel.ids import new_id


def reach(act: Act, enrolment: Enrolment, *steps: Step) -> None:
    """Somebody of a class came so far."""
    note_steps(act, enrolment.person_id, enrolment.training_class, enrolment.training_class.course, steps)


def note_steps(
    act: Act,
    person_id: UUID,
    training_class: TrainingClass | None,
    course: str,
    steps: Iterable[Step],
    *,
    area: str = "",
    office_path: str = "",
) -> None:
    rows = [
        StepFact(
            id=new_id(),
            area=training_class.area if training_class else area,
            office_path=training_class.office_path if training_class else office_path,
            person_id=person_id,
            course=course,
            step=step.value,
            training_class=training_class,
            at=act.now,
        )
        for step in steps
    ]
    StepFact.objects.bulk_create(rows, ignore_conflicts=True)
