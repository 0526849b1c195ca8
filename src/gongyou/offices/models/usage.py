"""How a station is used and looked after: counts, ratings, inspection rounds. No person is tracked."""

from __future__ import annotations

from django.db import models

from gongyou.kernel.ids import new_id
from gongyou.offices.models.tree import Office


class UseCount(models.Model):
    """Visits of a day, tapped by visitors or counted by staff."""

    class Source(models.TextChoices):
        TAP = "tap"
        STAFF = "staff"

    id = models.UUIDField(primary_key=True, default=new_id)
    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="uses")
    day = models.DateField()
    source = models.CharField(max_length=5, choices=Source.choices)
    count = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["office", "day", "source"], name="use_once_per_day"),
        ]


class Rating(models.Model):
    """One to five stars after use, and a word. It carries nobody's name."""

    id = models.UUIDField(primary_key=True, default=new_id)
    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="ratings")
    at = models.DateTimeField()
    stars = models.PositiveSmallIntegerField()
    text = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(stars__gte=1, stars__lte=5), name="rating_one_to_five"),
        ]
        indexes = [models.Index(fields=["office", "at"], name="rating_by_office")]


class Inspection(models.Model):
    """A round with its checklist as answered: [{id, text, is_fine, note}]. Appended to."""

    id = models.UUIDField(primary_key=True, default=new_id)
    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="inspections")
    at = models.DateTimeField()
    actor_id = models.UUIDField()
    answers = models.JSONField()
    wrong = models.PositiveSmallIntegerField()  # points that were not fine

    class Meta:
        indexes = [models.Index(fields=["office", "at"], name="inspection_by_office")]
