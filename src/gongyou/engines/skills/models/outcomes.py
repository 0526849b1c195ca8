"""What became of people: a job with its wage before and after, whether it lasted, and how far each of them came."""

from __future__ import annotations

from django.db import models

from gongyou.engines.skills.models.classes import Enrolment, TrainingClass
from gongyou.kernel.ids import new_id


class Placement(models.Model):
    """A job after a class. Monthly wages in fen; `evidence` names the contract or insurance record seen."""

    id = models.UUIDField(primary_key=True, default=new_id)
    enrolment = models.OneToOneField(Enrolment, on_delete=models.PROTECT, related_name="placement")
    office_id = models.UUIDField()
    office_path = models.CharField(max_length=120)
    employer = models.ForeignKey("registry.Organisation", on_delete=models.PROTECT, related_name="+")
    occupation = models.CharField(max_length=20)
    contract = models.CharField(max_length=12)  # fixed | open | piece | dispatch
    evidence = models.CharField(max_length=120)
    began_on = models.DateField()
    wage_before_fen = models.BigIntegerField(null=True)  # None: not known; 0: had no work
    wage_after_fen = models.BigIntegerField()
    noted_by = models.UUIDField()
    noted_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(wage_after_fen__gt=0)
                & (models.Q(wage_before_fen=None) | models.Q(wage_before_fen__gte=0)),
                name="placement_pays",
            )
        ]
        indexes = [models.Index(fields=["office_path", "began_on"], name="job_after_by_office")]


class FollowUp(models.Model):
    """Asking after 3, 6, 12 months whether somebody still works there; due on a day, on the worklist."""

    id = models.UUIDField(primary_key=True, default=new_id)
    placement = models.ForeignKey(Placement, on_delete=models.PROTECT, related_name="follow_ups")
    months = models.PositiveSmallIntegerField()
    due_on = models.DateField()
    outcome = models.CharField(max_length=10, blank=True)  # '' | retained | left | unreached
    wage_fen = models.BigIntegerField(null=True)
    asked_by = models.UUIDField(null=True)
    asked_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["placement", "months"], name="followed_up_once"),
            models.CheckConstraint(
                condition=models.Q(outcome="", asked_at=None)
                | (~models.Q(outcome="") & models.Q(asked_at__isnull=False)),
                name="follow_up_was_asked",
            ),
        ]


class StepFact(models.Model):
    """A person reached a step of a course. Insert-only, first time only: what conversions are counted from."""

    id = models.UUIDField(primary_key=True, default=new_id)
    area = models.CharField(max_length=6)
    office_path = models.CharField(max_length=120)
    person = models.ForeignKey("registry.Person", on_delete=models.PROTECT, related_name="+")
    course = models.CharField(max_length=60)
    step = models.CharField(max_length=20)
    training_class = models.ForeignKey(
        TrainingClass, on_delete=models.PROTECT, null=True, related_name="steps"
    )
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "course", "step"], name="step_once")]
        indexes = [models.Index(fields=["office_path", "step", "at"], name="step_by_office")]
