"""Events, jobs (the outbox is a job per hearer) and answered intents."""

from __future__ import annotations

from django.db import models

from gongyou.kernel.ids import new_id


class Event(models.Model):
    """Something that happened. The payload holds ids, enums and digests, never personal content."""

    id = models.UUIDField(primary_key=True, default=new_id)
    name = models.CharField(max_length=80)
    at = models.DateTimeField()
    action_id = models.UUIDField()
    payload = models.JSONField()

    class Meta:
        indexes = [models.Index(fields=["name", "at"], name="event_by_name")]


class Job(models.Model):
    """Work to do once. Effect and completion commit in one transaction fenced by the lease's owner."""

    class State(models.TextChoices):
        READY = "ready"
        RUNNING = "running"
        DONE = "done"
        FAILED = "failed"  # tried out: a person must look

    id = models.UUIDField(primary_key=True, default=new_id)
    kind = models.CharField(max_length=80)
    payload = models.JSONField()
    unique_key = models.CharField(max_length=160, null=True, unique=True)
    state = models.CharField(max_length=8, choices=State.choices, default=State.READY)
    due_at = models.DateTimeField()
    owner = models.UUIDField(null=True)
    leased_until = models.DateTimeField(null=True)
    tries = models.PositiveSmallIntegerField(default=0)
    last_error = models.TextField(blank=True)
    done_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["state", "due_at", "id"], name="job_to_claim"),
            models.Index(
                fields=["leased_until"],
                condition=models.Q(state="running"),
                name="job_lost_lease",
            ),
        ]


class Intent(models.Model):
    """An answered idempotency key: the same key and body give the same answer."""

    id = models.UUIDField(primary_key=True, default=new_id)
    scope = models.CharField(max_length=130)
    key = models.CharField(max_length=200)
    body_digest = models.BinaryField(max_length=32)
    answer = models.JSONField()
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["scope", "key"], name="intent_answered_once")]
        indexes = [models.Index(fields=["at"], name="intent_by_time")]
