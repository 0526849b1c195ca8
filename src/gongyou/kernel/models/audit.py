"""The audit chain: digests of actions in lanes, and sealed batches of reads."""

from __future__ import annotations

from django.db import models

from gongyou.kernel.ids import new_id


class AuditLane(models.Model):
    """One chain. Several lanes let several writers commit at the same time on PostgreSQL."""

    lane = models.PositiveSmallIntegerField(primary_key=True)
    length = models.BigIntegerField(default=0)
    head = models.BinaryField(max_length=32, default=b"")


class AuditRecord(models.Model):
    """One action: who, when, what, where, and a keyed digest of its content. Append-only (by trigger)."""

    lane = models.PositiveSmallIntegerField()
    seq = models.BigIntegerField()
    at = models.DateTimeField()
    action = models.CharField(max_length=80)
    action_id = models.UUIDField()
    actor_id = models.UUIDField()
    actor_kind = models.CharField(max_length=12)
    office_path = models.CharField(max_length=120, blank=True)
    subject = models.CharField(max_length=120, blank=True)
    digest = models.BinaryField(max_length=32)
    previous = models.BinaryField(max_length=32)
    hash = models.BinaryField(max_length=32)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["lane", "seq"], name="audit_one_record_per_place")]
        indexes = [
            models.Index(fields=["subject", "at"], name="audit_by_subject"),
            models.Index(fields=["actor_id", "at"], name="audit_by_actor"),
            models.Index(fields=["at"], name="audit_by_time"),
        ]


class ReadRecord(models.Model):
    """One page or file that showed personal data: who read whose, and for which purpose."""

    id = models.UUIDField(primary_key=True, default=new_id)
    at = models.DateTimeField()
    actor_id = models.UUIDField()
    actor_kind = models.CharField(max_length=12)
    noun = models.CharField(max_length=40)
    purpose = models.CharField(max_length=120)
    ids = models.JSONField()
    batch = models.BigIntegerField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["batch", "at"], name="read_unsealed"),
            models.Index(fields=["actor_id", "at"], name="read_by_actor"),
        ]


class ReadBatch(models.Model):
    """A sealed batch of reads; its digest stands in the audit chain."""

    id = models.BigAutoField(primary_key=True)
    sealed_at = models.DateTimeField()
    count = models.PositiveIntegerField()
    digest = models.BinaryField(max_length=32)
