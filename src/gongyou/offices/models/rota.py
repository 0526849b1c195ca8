"""What makes a rota: rotations, leave, gaps, swaps, hand-over notes, out-visits, calendar feeds."""

from __future__ import annotations

from django.db import models

from gongyou.kernel.ids import new_id
from gongyou.offices.models.tree import Office


class Rotation(models.Model):
    """A rule that fills an office's opening hours with its members in turn."""

    class Pattern(models.TextChoices):
        DAILY = "daily"  # the next member on every open day
        WEEKLY = "weekly"  # every week, from Monday
        MONTHLY = "monthly"  # every month

    id = models.UUIDField(primary_key=True, default=new_id)
    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="rotations")
    title = models.CharField(max_length=40)
    pattern = models.CharField(max_length=8, choices=Pattern.choices)
    from_on = models.DateField()
    until_on = models.DateField(null=True)  # included
    is_active = models.BooleanField(default=True)
    weekdays = models.CharField(max_length=8, blank=True, default="")
    """Digits in order: 0 Monday … 6 Sunday, 7 holidays; empty: every day no other rule of the office is for."""

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["office", "weekdays"],
                condition=models.Q(is_active=True),
                name="rotation_one_in_force",
            ),
            models.CheckConstraint(
                condition=models.Q(until_on__isnull=True) | models.Q(until_on__gte=models.F("from_on")),
                name="rotation_ends_after_start",
            ),
        ]


class RotationMember(models.Model):
    """Somebody whose turn comes, in order."""

    id = models.UUIDField(primary_key=True, default=new_id)
    rotation = models.ForeignKey(Rotation, on_delete=models.PROTECT, related_name="members")
    place = models.PositiveSmallIntegerField()
    turn = models.PositiveSmallIntegerField()
    """Whose turn it is together: people of one number stand side by side."""
    holder_account_id = models.UUIDField(null=True)
    holder_name = models.CharField(max_length=40)
    phone = models.CharField(max_length=30, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["rotation", "place"], name="rotation_member_place"),
        ]


class RotaBook(models.Model):
    """How far an office's rota is published. The row is also the turn that publishing takes."""

    office = models.OneToOneField(Office, on_delete=models.PROTECT, primary_key=True, related_name="rota")
    published_until = models.DateField(null=True)  # included


class DutyLeave(models.Model):
    """Days on which somebody can't be on duty. The reason is nobody's business and is not kept."""

    id = models.UUIDField(primary_key=True, default=new_id)
    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="leaves")
    holder_account_id = models.UUIDField(null=True)
    holder_name = models.CharField(max_length=40)
    from_on = models.DateField()
    until_on = models.DateField()  # included
    recorded_at = models.DateTimeField()
    recorded_by = models.UUIDField()
    cancelled_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(until_on__gte=models.F("from_on")), name="leave_ends_after_start"
            ),
        ]
        indexes = [models.Index(fields=["office", "until_on"], name="leave_by_office")]


class DutyGap(models.Model):
    """Opening hours nobody of the office covers, and who of a level above does."""

    id = models.UUIDField(primary_key=True, default=new_id)
    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="duty_gaps")
    from_at = models.DateTimeField()
    until_at = models.DateTimeField()
    found_at = models.DateTimeField()
    filled_by_office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="gaps_filled")
    filled_by_account_id = models.UUIDField(null=True)
    filled_by_name = models.CharField(max_length=40, blank=True)
    closed_at = models.DateTimeField(null=True)  # a shift covers it since

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["office", "from_at"], condition=models.Q(closed_at__isnull=True), name="gap_once"
            ),
            models.CheckConstraint(
                condition=models.Q(until_at__gt=models.F("from_at")), name="gap_ends_after_start"
            ),
        ]
        indexes = [models.Index(fields=["office", "until_at"], name="gap_by_office")]


class ShiftSwap(models.Model):
    """Two people change shifts, or one takes another's; it holds when the other one agrees."""

    class State(models.TextChoices):
        ASKED = "asked"
        AGREED = "agreed"
        DECLINED = "declined"
        WITHDRAWN = "withdrawn"

    id = models.UUIDField(primary_key=True, default=new_id)
    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="swaps")
    shift_id = models.UUIDField()
    other_shift_id = models.UUIDField(null=True)  # None: the other takes the shift without giving one
    asked_by = models.UUIDField()
    asked_of = models.UUIDField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.ASKED)
    asked_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["shift_id"], condition=models.Q(state="asked"), name="swap_one_open_per_shift"
            ),
            models.CheckConstraint(
                condition=~models.Q(asked_by=models.F("asked_of")), name="swap_needs_two_people"
            ),
        ]
        indexes = [models.Index(fields=["asked_of", "state"], name="swap_by_asked")]


class HandOver(models.Model):
    """What one holder leaves for the next. One per shift; written once, then only read."""

    id = models.UUIDField(primary_key=True, default=new_id)
    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="hand_overs")
    shift_id = models.UUIDField(unique=True)
    text = models.CharField(max_length=1000)
    written_at = models.DateTimeField()
    written_by = models.UUIDField()
    read_at = models.DateTimeField(null=True)
    read_by = models.UUIDField(null=True)

    class Meta:
        indexes = [models.Index(fields=["office", "written_at"], name="hand_over_by_office")]


class OutVisit(models.Model):
    """A visit to where people work, beside the duty in the station: planned, made, and what came of it."""

    class State(models.TextChoices):
        PLANNED = "planned"
        MADE = "made"
        CANCELLED = "cancelled"

    id = models.UUIDField(primary_key=True, default=new_id)
    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="out_visits")
    place = models.CharField(max_length=80)
    holder_account_id = models.UUIDField(null=True)
    holder_name = models.CharField(max_length=40)
    from_at = models.DateTimeField()
    until_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.PLANNED)
    heard_count = models.PositiveSmallIntegerField(default=0)  # people who spoke
    summary = models.CharField(max_length=400, blank=True)
    planned_by = models.UUIDField()
    recorded_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(until_at__gt=models.F("from_at")), name="visit_ends_after_start"
            ),
        ]
        indexes = [models.Index(fields=["office", "from_at"], name="visit_by_office")]


class Feed(models.Model):
    """A private calendar address of an account. Only the token's digest is stored; a new one ends the old."""

    id = models.UUIDField(primary_key=True, default=new_id)
    account_id = models.UUIDField()
    digest = models.BinaryField(max_length=32, unique=True)
    made_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["account_id"], condition=models.Q(revoked_at__isnull=True), name="feed_one_in_force"
            ),
        ]
