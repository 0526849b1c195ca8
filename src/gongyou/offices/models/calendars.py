"""Holiday notices as they were given."""

from __future__ import annotations

from django.db import models

from gongyou.kernel.ids import new_id


class CalendarEdition(models.Model):
    """One holiday notice as it was given. Kept for ever: a date promised under it can be computed again."""

    id = models.UUIDField(primary_key=True, default=new_id)
    name = models.CharField(max_length=60)  # the edition's own id
    hash = models.CharField(max_length=64, unique=True)
    content = models.TextField()
    source = models.CharField(max_length=200)
    covered_from = models.DateField()
    covered_to = models.DateField()
    imported_at = models.DateTimeField()
    imported_by = models.UUIDField()
    is_active = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["name"], condition=models.Q(is_active=True), name="calendar_one_active_edition"
            ),
        ]


class CalendarSet(models.Model):
    """Which editions were active together: the content address a calendar key names."""

    hash = models.CharField(max_length=64, primary_key=True)
    editions = models.JSONField()  # hashes in order
    made_at = models.DateTimeField()
    is_current = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["is_current"], condition=models.Q(is_current=True), name="calendar_one_current_set"
            ),
        ]
