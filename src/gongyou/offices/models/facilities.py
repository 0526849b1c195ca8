"""What stands in a station, and what is broken."""

from __future__ import annotations

from django.db import models

from gongyou.kernel.ids import new_id
from gongyou.offices.models.tree import Office


class Facility(models.Model):
    """Something people use in a station. Its kind is declared by a pack."""

    id = models.UUIDField(primary_key=True, default=new_id)
    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="facilities")
    kind = models.CharField(max_length=40)
    label = models.CharField(max_length=60, blank=True)  # where it stands or what tells it from the next
    pieces = models.PositiveSmallIntegerField(default=1)
    since_on = models.DateField()
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["office", "kind"], name="facility_by_office")]


class FaultTicket(models.Model):
    """A fault of a facility from the report until somebody else has seen it work again. Nobody's name is kept."""

    class State(models.TextChoices):
        REPORTED = "reported"
        ACCEPTED = "accepted"
        REPAIRED = "repaired"
        VERIFIED = "verified"
        UNFOUNDED = "unfounded"

    id = models.UUIDField(primary_key=True, default=new_id)
    facility = models.ForeignKey(Facility, on_delete=models.PROTECT, related_name="faults")
    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="faults")
    state = models.CharField(max_length=10, choices=State.choices, default=State.REPORTED)
    text = models.CharField(max_length=200)
    is_down = models.BooleanField(default=True)  # can't be used at all
    reports = models.PositiveIntegerField(default=1)
    reported_at = models.DateTimeField()
    due_at = models.DateTimeField()
    repaired_at = models.DateTimeField(null=True)
    repaired_by = models.UUIDField(null=True)
    closed_at = models.DateTimeField(null=True)
    closed_by = models.UUIDField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["facility"],
                condition=models.Q(state__in=["reported", "accepted", "repaired"]),
                name="fault_one_open_per_facility",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="verified") | ~models.Q(closed_by=models.F("repaired_by")),
                name="fault_repairer_does_not_verify",
            ),
        ]
        indexes = [models.Index(fields=["office", "state"], name="fault_by_office")]


class FaultEvent(models.Model):
    """What happened to a ticket, in order; appended to."""

    id = models.UUIDField(primary_key=True, default=new_id)
    fault = models.ForeignKey(FaultTicket, on_delete=models.PROTECT, related_name="events")
    kind = models.CharField(max_length=12)
    at = models.DateTimeField()
    actor_id = models.UUIDField()
    actor_kind = models.CharField(max_length=8)
    note = models.CharField(max_length=200, blank=True)
