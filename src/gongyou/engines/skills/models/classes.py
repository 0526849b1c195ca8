"""A class, who is in it or waits, when it meets and who came."""

from __future__ import annotations

from django.db import models

from gongyou.engines.skills.models.providers import Demand, Provider, Site
from gongyou.kernel.ids import new_id


class TrainingClass(models.Model):
    """One run of a course. It keeps the course as published when it was opened."""

    class State(models.TextChoices):
        OPEN = "open"
        TAUGHT = "taught"
        DONE = "done"
        CANCELLED = "cancelled"

    id = models.UUIDField(primary_key=True, default=new_id)
    programme = models.CharField(max_length=60)
    area = models.CharField(max_length=6)
    office_id = models.UUIDField()
    office_path = models.CharField(max_length=120)  # the provider's; collation "C" on PostgreSQL
    course = models.CharField(max_length=60)
    rules_hash = models.CharField(max_length=64)  # the pinned courses.yaml
    title = models.CharField(max_length=80)
    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="classes")
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="+")
    demand = models.ForeignKey(Demand, on_delete=models.PROTECT, null=True, related_name="classes")
    target_groups = models.JSONField(default=list)  # empty: anybody
    capacity = models.PositiveSmallIntegerField()
    taken = models.PositiveSmallIntegerField(default=0)
    entry_mark = models.PositiveSmallIntegerField(
        null=True
    )  # order class: least mark of the entry examination
    employer = models.ForeignKey(
        "registry.Organisation", on_delete=models.PROTECT, null=True, related_name="+"
    )
    enrol_until = models.DateField()
    starts_on = models.DateField()
    ends_on = models.DateField()
    exam_on = models.DateField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    opened_by = models.UUIDField()
    opened_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(taken__lte=models.F("capacity")), name="class_not_overbooked"
            ),
            models.CheckConstraint(
                condition=models.Q(
                    enrol_until__lte=models.F("ends_on"),
                    starts_on__lte=models.F("ends_on"),
                    ends_on__lte=models.F("exam_on"),
                ),
                name="class_days_in_order",
            ),
            models.CheckConstraint(
                condition=models.Q(entry_mark=None) | models.Q(employer__isnull=False),
                name="order_class_has_employer",
            ),
        ]
        indexes = [
            models.Index(fields=["office_path", "starts_on"], name="class_by_office"),
            models.Index(fields=["area", "state"], name="class_by_area"),
        ]


class Enrolment(models.Model):
    """A person's place in a class, or in the line for one: first asked, first placed. Order classes: by entry mark."""

    class State(models.TextChoices):
        APPLIED = "applied"  # order class, before the entry examination
        PLACED = "placed"
        WAITING = "waiting"
        TRAINED = "trained"
        SHORT = "short"  # too little attendance
        WITHDRAWN = "withdrawn"
        REFUSED = "refused"  # entry mark too low

    id = models.UUIDField(primary_key=True, default=new_id)
    training_class = models.ForeignKey(TrainingClass, on_delete=models.PROTECT, related_name="enrolments")
    person = models.ForeignKey("registry.Person", on_delete=models.PROTECT, related_name="+")
    office_path = models.CharField(max_length=120)
    target_group = models.CharField(max_length=20)
    state = models.CharField(max_length=10, choices=State.choices)
    roll = (
        models.PositiveSmallIntegerField()
    )  # number in the class, given in the order of asking, never again
    entry_mark = models.PositiveSmallIntegerField(null=True)
    asked_at = models.DateTimeField()
    placed_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    internship_from = models.DateField(null=True)
    shares_results_at = models.DateTimeField(
        null=True
    )  # consent to tell the employer; None: not given or taken back

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["training_class", "person"],
                condition=~models.Q(state="withdrawn"),
                name="enrolled_once_per_class",
            ),
            models.UniqueConstraint(fields=["training_class", "roll"], name="roll_once_per_class"),
        ]
        indexes = [
            models.Index(fields=["training_class", "state", "asked_at", "id"], name="skills_in_line"),
            models.Index(fields=["person"], name="skills_of_person"),
        ]


class Session(models.Model):
    """One meeting of a class: a unit on a day, with the code its poster shows."""

    id = models.UUIDField(primary_key=True, default=new_id)
    training_class = models.ForeignKey(TrainingClass, on_delete=models.PROTECT, related_name="sessions")
    number = models.PositiveSmallIntegerField()
    unit = models.CharField(max_length=60)
    day = models.DateField()
    begins = models.TimeField()
    ends = models.TimeField()
    hours = models.PositiveSmallIntegerField()  # lessons
    code = models.CharField(max_length=32, unique=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["training_class", "number"], name="session_numbered_once"),
            models.CheckConstraint(condition=models.Q(begins__lt=models.F("ends")), name="session_has_order"),
        ]


class Attendance(models.Model):
    """Somebody came. Insert-only: checked in twice is once."""

    id = models.UUIDField(primary_key=True, default=new_id)
    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="attendances")
    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="attendances")
    way = models.CharField(max_length=8)  # code | sheet
    at = models.DateTimeField()
    noted_by = models.UUIDField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["session", "enrolment"], name="attended_once")]
