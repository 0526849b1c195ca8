"""What is sent to people, and who refused to be sent anything."""

from __future__ import annotations

from django.db import models

from gongyou.kernel.ids import new_id
from gongyou.kernel.sealed_fields import SealedField


class Message(models.Model):
    """One text to one phone. Its id is the idempotency key towards the carrier."""

    class State(models.TextChoices):
        QUEUED = "queued"
        SENT = "sent"
        FAILED = "failed"
        WITHHELD = "withheld"  # the person refused messages of this class

    id = models.UUIDField(primary_key=True, default=new_id)
    subject = models.CharField(max_length=120)  # 'case:<id>'
    office_path = models.CharField(max_length=120, blank=True)
    template = models.CharField(max_length=80)
    message_class = models.CharField(max_length=40)  # what a person may refuse: casework, codes …
    is_urgent = models.BooleanField(default=False)  # codes and emergencies ignore quiet hours
    phone = SealedField(noun="message", index="phone_index")
    phone_index = models.BinaryField(max_length=32, null=True)
    phone_masked = models.CharField(max_length=20)
    text = SealedField(noun="message")
    state = models.CharField(max_length=10, choices=State.choices, default=State.QUEUED)
    not_before = models.DateTimeField()
    queued_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    carrier_reference = models.CharField(max_length=80, blank=True)
    failure = models.CharField(max_length=200, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["subject", "queued_at"], name="message_by_subject"),
            models.Index(fields=["office_path", "queued_at"], name="message_by_office"),
            models.Index(fields=["state", "queued_at"], name="message_by_state"),
        ]


class MessageRefusal(models.Model):
    """A phone that wants no messages of a class any more."""

    phone_index = models.BinaryField(max_length=32)
    message_class = models.CharField(max_length=40)
    since = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["phone_index", "message_class"], name="message_refused_once")
        ]
