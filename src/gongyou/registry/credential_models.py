"""Tables of certificates people hold, what happened to each, and which end was told to whom. Read by the registry."""

from __future__ import annotations

from django.db import models

from gongyou.kernel.ids import new_id
from gongyou.kernel.sealed_fields import SealedField

CREDENTIAL = "credential"


class HeldCredential(models.Model):
    """One certificate of one person. When it ends is no column: the recognition map says so on the day asked."""

    class State(models.TextChoices):
        PENDING = "pending"  # passed; the authority's number is not there yet
        HELD = "held"
        REVOKED = "revoked"
        SUPERSEDED = "superseded"  # renewed: another one stands in its place

    class Origin(models.TextChoices):
        ISSUED = "issued"  # won by an examination on this platform
        IMPORTED = "imported"  # from a body's own list
        SHOWN = "shown"  # a person showed it and somebody compared it

    id = models.UUIDField(primary_key=True, default=new_id)
    person = models.ForeignKey("registry.Person", on_delete=models.PROTECT, related_name="+", db_index=False)
    area = models.CharField(max_length=6)
    office_path = models.CharField(max_length=120)  # collation "C" on PostgreSQL: scopes are ranges
    controller = models.CharField(max_length=60)
    purpose = models.CharField(max_length=80)
    kind = models.CharField(max_length=40)  # of the area's recognition map
    level = models.CharField(max_length=20, blank=True)
    number = SealedField(noun=CREDENTIAL, index="number_index")  # often the identity number itself
    number_index = models.BinaryField(max_length=32, null=True)
    number_masked = models.CharField(max_length=40, blank=True)
    issuer = models.CharField(max_length=80, blank=True)
    issued_on = models.DateField(null=True)
    issued_area = models.CharField(max_length=6, blank=True)
    valid_until = models.DateField(null=True)  # as printed; None: the map's terms count
    reviewed_on = models.DateField(null=True)
    review_on = models.DateField(null=True)  # as printed
    state = models.CharField(max_length=10, choices=State.choices)
    origin = models.CharField(max_length=8, choices=Origin.choices)
    subject = models.CharField(max_length=120, blank=True)  # where it came from: 'class:<id>'
    noted_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "kind", "number_index", "issued_on"],
                condition=models.Q(number_index__isnull=False),
                name="credential_once_per_number",
            ),
            models.CheckConstraint(
                condition=models.Q(state="pending") | models.Q(issued_on__isnull=False),
                name="credential_held_has_its_day",
            ),
        ]
        indexes = [
            models.Index(fields=["person", "kind"], name="credential_of_person"),
            models.Index(fields=["office_path", "kind", "issued_on"], name="credential_by_office"),
            models.Index(fields=["area", "kind", "issued_on"], name="credential_by_day"),
        ]


class CredentialChange(models.Model):
    """What happened to a certificate; rows are only ever added."""

    id = models.UUIDField(primary_key=True, default=new_id)
    credential = models.ForeignKey(HeldCredential, on_delete=models.PROTECT, related_name="changes")
    what = models.CharField(max_length=12)  # a state, or 'reviewed', 'numbered'
    at = models.DateTimeField()
    by = models.UUIDField()
    reason = models.CharField(max_length=200, blank=True)


class CredentialWarning(models.Model):
    """That the end of a certificate was told: once for every last day it has had."""

    id = models.UUIDField(primary_key=True, default=new_id)
    credential = models.ForeignKey(
        HeldCredential, on_delete=models.PROTECT, related_name="warnings", db_index=False
    )
    ends_on = models.DateField()
    ends_by = models.CharField(max_length=6)  # expiry | review
    warned_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["credential", "ends_on"], name="credential_warned_once"),
        ]
