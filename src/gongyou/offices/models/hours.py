"""When an office is open: by weekday, with single days that differ."""

from __future__ import annotations

from django.db import models

from gongyou.kernel.ids import new_id
from gongyou.offices.models.tree import Office

HOLIDAY = 7  # a rest day that is neither Saturday nor Sunday by itself


class WeeklyHours(models.Model):
    """Opening hours of a weekday (0 Monday … 6 Sunday, 7 public holidays). Without hours: closed."""

    id = models.UUIDField(primary_key=True, default=new_id)
    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="weekly_hours")
    weekday = models.PositiveSmallIntegerField()
    opens = models.TimeField(null=True)
    closes = models.TimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["office", "weekday"], name="hours_once_per_weekday"),
            models.CheckConstraint(condition=models.Q(weekday__lte=HOLIDAY), name="hours_weekday_known"),
            models.CheckConstraint(
                condition=models.Q(opens__isnull=True, closes__isnull=True)
                | models.Q(closes__gt=models.F("opens")),
                name="hours_open_before_closing",
            ),
        ]


class HoursException(models.Model):
    """One day that differs, with its reason. Without hours: closed."""

    id = models.UUIDField(primary_key=True, default=new_id)
    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="hours_exceptions")
    day = models.DateField()
    opens = models.TimeField(null=True)
    closes = models.TimeField(null=True)
    reason = models.CharField(max_length=80)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["office", "day"], name="hours_exception_once"),
            models.CheckConstraint(
                condition=models.Q(opens__isnull=True, closes__isnull=True)
                | models.Q(closes__gt=models.F("opens")),
                name="exception_opens_before_closing",
            ),
        ]
