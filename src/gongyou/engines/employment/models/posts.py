"""Posts, what happened to them, and their way to a public platform."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from gongyou.engines.employment.definitions import PostState, PushState
from gongyou.kernel.ids import new_id
from gongyou.registry.models import Organisation


class Post(models.Model):
    """Work an employer offers. Public only after somebody else looked at it, where the office's rule says so."""

    id = models.UUIDField(primary_key=True, default=new_id)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    area = models.CharField(max_length=6)
    office_path = models.CharField(max_length=120)
    title = models.CharField(max_length=60)
    occupation = models.CharField(max_length=10)
    division = models.CharField(max_length=6)
    place = models.CharField(max_length=120, blank=True)
    lon = models.FloatField(null=True)
    lat = models.FloatField(null=True)
    headcount = models.PositiveIntegerField()
    certificates = models.JSONField(default=list)
    wage_low_fen = models.BigIntegerField(null=True)
    wage_high_fen = models.BigIntegerField(null=True)
    is_daily = models.BooleanField(default=False)  # wages per day, not per month
    shift = models.CharField(max_length=8, blank=True)
    age_min = models.PositiveSmallIntegerField(null=True)  # a wish of the employer, never a filter
    age_max = models.PositiveSmallIntegerField(null=True)
    is_gig = models.BooleanField(default=False)
    text = models.CharField(max_length=2000, blank=True)
    fee_fen = models.BigIntegerField(default=0)  # what a worker would have to pay: always 0 once public
    expires_on = models.DateField()
    state = models.CharField(max_length=8, default=PostState.WAITING)
    source = models.CharField(max_length=9)
    proposed_by = models.UUIDField()
    proposed_at = models.DateTimeField()
    published_by = models.UUIDField(null=True)
    published_at = models.DateTimeField(null=True)
    needs_second = models.BooleanField(default=True)
    refusal = models.JSONField(default=dict)
    ended_on = models.DateField(null=True)
    version = models.PositiveIntegerField(default=1)
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(headcount__gte=1), name="post_has_seats"),
            models.CheckConstraint(
                condition=Q(wage_low_fen=None)
                | Q(wage_high_fen=None)
                | Q(wage_high_fen__gte=F("wage_low_fen")),
                name="post_wages_in_order",
            ),
            models.CheckConstraint(
                condition=Q(age_min=None) | Q(age_max=None) | Q(age_max__gte=F("age_min")),
                name="post_ages_in_order",
            ),
            models.CheckConstraint(
                condition=~Q(state=PostState.PUBLIC.value) | Q(published_by__isnull=False, fee_fen=0),
                name="post_public_was_checked",
            ),
            models.CheckConstraint(
                condition=Q(published_by=None) | Q(needs_second=False) | ~Q(published_by=F("proposed_by")),
                name="post_by_two_persons",
            ),
        ]
        indexes = [
            models.Index(fields=["area", "state", "id"], name="post_to_match"),
            models.Index(fields=["office_path", "state", "changed_at", "id"], name="post_by_office"),
            models.Index(fields=["state", "published_at", "id"], name="post_public_newest"),
        ]


class PostHappening(models.Model):
    """Proposed, published, refused, changed, pushed, ended: by whom, when, why. Never altered."""

    id = models.UUIDField(primary_key=True, default=new_id)
    post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="happenings")
    kind = models.CharField(max_length=9)
    at = models.DateTimeField()
    by = models.UUIDField()
    by_kind = models.CharField(max_length=10)
    note = models.CharField(max_length=300, blank=True)
    version = models.PositiveIntegerField()


class PostPush(models.Model):
    """One version of a post on its way to a public platform; the platform's receipt, or why there is none."""

    id = models.UUIDField(primary_key=True, default=new_id)
    post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="pushes")
    version = models.PositiveIntegerField()
    state = models.CharField(max_length=7, default=PushState.WAITING)
    reference = models.CharField(max_length=80, blank=True)
    reason = models.CharField(max_length=200, blank=True)
    ordered_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["post", "version"], name="post_pushed_once")]
