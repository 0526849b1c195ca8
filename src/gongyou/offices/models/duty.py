"""Posts, shifts and everything that makes a rota."""

from __future__ import annotations

from django.db import models

from gongyou.kernel.ids import new_id
from gongyou.offices.models.tree import Office


class Post(models.Model):
    """A responsibility at an office and who holds it now. Responsibility is the office's, people change."""

    class Kind(models.TextChoices):
        MASTER = "master"
        DEPUTY = "deputy"
        DESK = "desk"
        DUTY_CADRE = "duty_cadre"

    id = models.UUIDField(primary_key=True, default=new_id)
    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="posts")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    title = models.CharField(max_length=40)
    holder_account_id = models.UUIDField(null=True)
    holder_name = models.CharField(max_length=40, blank=True)  # empty: vacant
    since = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["office", "kind", "title"], name="post_once_per_office"),
        ]


class PostTenure(models.Model):
    """Who held a post from when on; appended to. The latest one before a moment tells who held it then."""

    id = models.UUIDField(primary_key=True, default=new_id)
    post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="tenures")
    holder_account_id = models.UUIDField(null=True)
    holder_name = models.CharField(max_length=40, blank=True)
    since = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["post", "since"], name="tenure_by_post")]


class DutyShift(models.Model):
    """Who is on duty at an office from a moment until a moment.

    One person never stands twice at a time: writes take a turn per person (`steps.shifts`).
    """

    class Source(models.TextChoices):
        HAND = "hand"
        ROTATION = "rotation"
        SWAP = "swap"

    id = models.UUIDField(primary_key=True, default=new_id)
    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="shifts")
    post = models.ForeignKey(Post, on_delete=models.PROTECT, null=True, related_name="shifts")
    holder_account_id = models.UUIDField(null=True)
    holder_name = models.CharField(max_length=40)
    phone = models.CharField(max_length=30, blank=True)  # the duty telephone, given out to the public
    from_at = models.DateTimeField()
    until_at = models.DateTimeField()
    source = models.CharField(max_length=10, choices=Source.choices, default=Source.HAND)
    rotation_id = models.UUIDField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(until_at__gt=models.F("from_at")), name="shift_ends_after_start"
            ),
        ]
        indexes = [
            models.Index(fields=["office", "until_at", "from_at"], name="shift_by_time"),
            models.Index(fields=["holder_account_id", "until_at"], name="shift_by_holder"),
        ]


class ShiftRecord(models.Model):
    """A shift as it stood after each change; appended to, so that the rota of any past moment can be shown."""

    id = models.UUIDField(primary_key=True, default=new_id)
    shift_id = models.UUIDField()
    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="shift_records")
    holder_account_id = models.UUIDField(null=True)
    holder_name = models.CharField(max_length=40)
    from_at = models.DateTimeField()
    until_at = models.DateTimeField()
    is_dropped = models.BooleanField(default=False)
    reason = models.CharField(max_length=20)
    written_at = models.DateTimeField()
    written_by = models.UUIDField()

    class Meta:
        indexes = [models.Index(fields=["office", "from_at"], name="shift_record_by_office")]
