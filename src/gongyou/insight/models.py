"""What insight keeps: bulletins as they were issued, the month's theme, topics an office took up by itself."""

from __future__ import annotations

from django.db import models

from gongyou.kernel.ids import new_id


class Bulletin(models.Model):
    """One week of an office and everything below it, frozen when it was issued (append-only by trigger)."""

    id = models.UUIDField(primary_key=True, default=new_id)
    area = models.CharField(max_length=6)
    office_id = models.UUIDField()
    office_path = models.CharField(max_length=120)
    week_on = models.DateField()  # its Monday
    content = models.JSONField()  # `bulletins.Content`: numbers, offices and words, nothing about persons
    digest = models.CharField(max_length=64)
    issued_by = models.UUIDField()
    issued_name = models.CharField(max_length=40)
    issued_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["office_id", "week_on"], name="bulletin_once_a_week")]
        indexes = [models.Index(fields=["office_path", "week_on"], name="bulletin_by_office")]


class MonthlyTheme(models.Model):
    """What an office looks at in a month. Another choice supersedes, nothing is edited."""

    id = models.UUIDField(primary_key=True, default=new_id)
    area = models.CharField(max_length=6)
    office_id = models.UUIDField()
    office_path = models.CharField(max_length=120)
    month = models.DateField()  # its first day
    programme = models.CharField(max_length=60)
    type_id = models.CharField(max_length=40)
    topic = models.CharField(max_length=40)
    text = models.CharField(max_length=200)
    set_by = models.UUIDField()
    set_name = models.CharField(max_length=40)
    set_at = models.DateTimeField()
    superseded_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["office_id", "month"],
                condition=models.Q(superseded_at__isnull=True),
                name="theme_once_a_month",
            )
        ]
        indexes = [models.Index(fields=["area", "month"], name="theme_by_month")]


class ProactiveTopic(models.Model):
    """A topic taken up without waiting for the next complaint: why, by which office, by when, with what result."""

    class Reason(models.TextChoices):
        ROSE = "rose"  # more this week than in the weeks before
        REPEATS = "repeats"  # said again and again

    id = models.UUIDField(primary_key=True, default=new_id)
    area = models.CharField(max_length=6)
    office_id = models.UUIDField()  # leads it
    office_path = models.CharField(max_length=120)
    programme = models.CharField(max_length=60)
    type_id = models.CharField(max_length=40)
    topic = models.CharField(max_length=40)
    reason = models.CharField(max_length=8, choices=Reason.choices)
    matters = models.PositiveIntegerField()  # first rounds of the week it was opened for
    repeats = models.PositiveIntegerField()  # matters said again in the thirty days before
    plan = models.CharField(max_length=400)
    opened_by = models.UUIDField()
    opened_name = models.CharField(max_length=40)
    opened_at = models.DateTimeField()
    due_on = models.DateField()
    result = models.CharField(max_length=400, blank=True)
    closed_by = models.UUIDField(null=True)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["office_id", "programme", "type_id", "topic"],
                condition=models.Q(closed_at__isnull=True),
                name="proactive_topic_once",
            )
        ]
        indexes = [models.Index(fields=["office_path", "opened_at"], name="proactive_by_office")]
