"""From interest to a job that lasts: every step is a row, nothing is overwritten without its happening."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from gongyou.engines.employment.definitions import (
    REFERRAL_OVER,
    FollowUpOutcome,
    InterviewState,
    ReferralState,
)
from gongyou.engines.employment.models.posts import Post
from gongyou.engines.employment.models.surveys import Intention
from gongyou.kernel.ids import new_id
from gongyou.registry.models import Organisation


class Referral(models.Model):
    """A person is interested in a post; the employer sees them from here on, masked, by the person's own yes."""

    id = models.UUIDField(primary_key=True, default=new_id)
    intention = models.ForeignKey(Intention, on_delete=models.PROTECT, related_name="referrals")
    post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="referrals")
    area = models.CharField(max_length=6)
    office_path = models.CharField(max_length=120)
    state = models.CharField(max_length=11, default=ReferralState.INTERESTED)
    shares_contact = models.BooleanField(default=False)
    reasons = models.JSONField(default=list)  # why it fitted on the day of interest
    version = models.PositiveIntegerField(default=1)
    opened_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["intention", "post"],
                condition=~Q(state__in=[s.value for s in REFERRAL_OVER]),
                name="referral_open_once",
            )
        ]
        indexes = [
            models.Index(fields=["office_path", "state", "changed_at", "id"], name="referral_by_office"),
        ]


class ReferralHappening(models.Model):
    """Who did what, when and why. Never altered."""

    id = models.UUIDField(primary_key=True, default=new_id)
    referral = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="happenings")
    kind = models.CharField(max_length=12)
    at = models.DateTimeField()
    by = models.UUIDField()
    by_kind = models.CharField(max_length=10)
    note = models.CharField(max_length=300, blank=True)


class Interview(models.Model):
    """A time and a place. Nobody is in two at once: neither the person nor the post's interviewers."""

    id = models.UUIDField(primary_key=True, default=new_id)
    referral = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="interviews")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    place = models.CharField(max_length=120)
    state = models.CharField(max_length=9, default=InterviewState.PLANNED)
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="interview_takes_time"),
            models.UniqueConstraint(
                fields=["referral"],
                condition=Q(state__in=[InterviewState.PLANNED.value, InterviewState.CONFIRMED.value]),
                name="interview_open_once",
            ),
        ]


class Placement(models.Model):
    """Somebody began to work: since when, by which paper, for how much, and how much it was before."""

    id = models.UUIDField(primary_key=True, default=new_id)
    referral = models.OneToOneField(Referral, on_delete=models.PROTECT, related_name="placement")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    area = models.CharField(max_length=6)
    office_path = models.CharField(max_length=120)
    started_on = models.DateField()
    evidence_kind = models.CharField(max_length=12)
    evidence = models.CharField(max_length=200)
    wage_before_fen = models.BigIntegerField(null=True)
    wage_after_fen = models.BigIntegerField()
    left_on = models.DateField(null=True)
    left_why = models.CharField(max_length=12, blank=True)
    noted_by = models.UUIDField()
    noted_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["office_path", "started_on", "id"], name="placement_by_office")]


class FollowUp(models.Model):
    """A call so many days after the first day of work."""

    id = models.UUIDField(primary_key=True, default=new_id)
    placement = models.ForeignKey(Placement, on_delete=models.PROTECT, related_name="follow_ups")
    days = models.PositiveSmallIntegerField()
    due_on = models.DateField()
    outcome = models.CharField(
        max_length=9, blank=True, choices=[(o.value, o.value) for o in FollowUpOutcome]
    )
    why = models.CharField(max_length=300, blank=True)
    wage_fen = models.BigIntegerField(null=True)
    matter_number = models.CharField(max_length=30, blank=True)
    done_by = models.UUIDField(null=True)
    done_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["placement", "days"], name="follow_up_once"),
            models.CheckConstraint(
                condition=Q(outcome="", done_at=None) | (~Q(outcome="") & Q(done_at__isnull=False)),
                name="follow_up_done_has_outcome",
            ),
        ]
