"""Examinations with their sealed seed, who marks whom, mark sheets, one outcome for each certificate."""

from __future__ import annotations

from django.db import models

from gongyou.engines.skills.models.classes import Enrolment, TrainingClass
from gongyou.kernel.ids import new_id
from gongyou.kernel.sealed_fields import SealedField

SEED = "examination_seed"
CERTIFICATE = "earned_certificate"


class Examination(models.Model):
    """One sitting of a class: theory and practical. The digest of the seed stands before anybody sits."""

    id = models.UUIDField(primary_key=True, default=new_id)
    training_class = models.ForeignKey(TrainingClass, on_delete=models.PROTECT, related_name="examinations")
    office_path = models.CharField(max_length=120)
    number = models.PositiveSmallIntegerField()  # 1 the first sitting, 2 the resit …
    held_on = models.DateField()
    seed = SealedField(noun=SEED)
    seed_digest = models.CharField(max_length=64)
    opened_seed = models.CharField(max_length=64, blank=True)  # made public afterwards
    set_by = models.UUIDField()
    set_at = models.DateTimeField()
    published_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["training_class", "number"], name="examination_numbered_once")
        ]
        indexes = [models.Index(fields=["office_path", "held_on"], name="examination_by_office")]


class ExaminerDuty(models.Model):
    """Who marks which part of an examination. Nobody else may."""

    id = models.UUIDField(primary_key=True, default=new_id)
    examination = models.ForeignKey(Examination, on_delete=models.PROTECT, related_name="duties")
    account_id = models.UUIDField()
    name = models.CharField(max_length=40)
    part = models.CharField(max_length=10)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["examination", "account_id", "part"], name="duty_once_per_part")
        ]
        indexes = [models.Index(fields=["account_id"], name="duty_of_examiner")]


class Candidate(models.Model):
    """A seat: examiners know the number, not the name. `standards`: which certificates this sitting is for."""

    id = models.UUIDField(primary_key=True, default=new_id)
    examination = models.ForeignKey(Examination, on_delete=models.PROTECT, related_name="candidates")
    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="candidacies")
    seat = models.PositiveSmallIntegerField()
    standards = models.JSONField()
    is_absent = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["examination", "seat"], name="seat_once"),
            models.UniqueConstraint(fields=["examination", "enrolment"], name="candidate_once"),
        ]


class MarkSheet(models.Model):
    """One examiner's points for one candidate and part. Insert-only; the latest of an examiner counts."""

    id = models.UUIDField(primary_key=True, default=new_id)
    candidate = models.ForeignKey(Candidate, on_delete=models.PROTECT, related_name="sheets")
    part = models.CharField(max_length=10)
    examiner_id = models.UUIDField()
    points = models.JSONField()
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["candidate", "part", "examiner_id", "id"], name="sheet_latest")]


class Result(models.Model):
    """What one sitting means for one certificate. Insert-only; says nothing about the other one."""

    id = models.UUIDField(primary_key=True, default=new_id)
    candidate = models.ForeignKey(Candidate, on_delete=models.PROTECT, related_name="results")
    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="results")
    standard = models.CharField(max_length=60)
    kind = models.CharField(max_length=60)
    theory = models.PositiveSmallIntegerField(null=True)
    practical = models.PositiveSmallIntegerField(null=True)
    is_passed = models.BooleanField()
    because = models.JSONField()  # sentences: message and what fills it
    decided_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["candidate", "standard"], name="result_once")]


class Certificate(models.Model):
    """A certificate earned. One of an authority is pending, and counts for nothing, until its number is recorded."""

    class State(models.TextChoices):
        ISSUED = "issued"
        PENDING = "pending"

    id = models.UUIDField(primary_key=True, default=new_id)
    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="certificates")
    person = models.ForeignKey("registry.Person", on_delete=models.PROTECT, related_name="+")
    area = models.CharField(max_length=6)
    office_path = models.CharField(max_length=120)
    standard = models.CharField(max_length=60)
    kind = models.CharField(max_length=60)
    level = models.CharField(max_length=20, blank=True)
    issuer = models.CharField(max_length=40)  # class of bodies: numbers are unique within it
    is_statutory = models.BooleanField()
    state = models.CharField(max_length=8, choices=State.choices)
    number = SealedField(noun=CERTIFICATE, index="number_index")
    number_index = models.BinaryField(max_length=32, null=True)
    number_masked = models.CharField(max_length=40, blank=True)
    held_id = models.UUIDField()  # the same certificate among what the person holds (registry)
    earned_on = models.DateField()
    issued_on = models.DateField(null=True)
    recorded_by = models.UUIDField(null=True)
    recorded_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["enrolment", "standard"], name="certificate_once_per_standard"),
            models.UniqueConstraint(
                fields=["issuer", "kind", "number_index"],
                condition=models.Q(number_index__isnull=False),
                name="number_once_per_authority",
            ),
            models.CheckConstraint(
                condition=models.Q(state="pending", number_index=None, issued_on=None)
                | models.Q(state="issued", number_index__isnull=False, issued_on__isnull=False),
                name="pending_until_the_number_is_there",
            ),
        ]
        indexes = [
            models.Index(fields=["office_path", "state", "earned_on"], name="certificate_by_office"),
            models.Index(fields=["person"], name="certificate_of_person"),
        ]
