"""One row per thing somebody must do. The desk reads only this."""

from __future__ import annotations

from django.db import models

from gongyou.kernel.ids import new_id


class WorkItem(models.Model):
    """A thing to do by an office. `due_at` null: stopped (a pause without end); such rows sort last."""

    id = models.UUIDField(primary_key=True, default=new_id)
    office_id = models.UUIDField()
    office_path = models.CharField(max_length=120)
    kind = models.CharField(max_length=60)  # e.g. casework.settle
    subject_id = models.UUIDField()  # the matter
    number = models.CharField(max_length=24, blank=True)
    title = models.CharField(max_length=120, blank=True)  # pack text, never personal content
    due_at = models.DateTimeField()
    is_stopped = models.BooleanField(default=False)
    is_provisional = models.BooleanField(default=False)
    holder_id = models.UUIDField(null=True)
    opened_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["subject_id", "kind", "office_id"], name="work_item_once"),
        ]
        indexes = [
            # With `is_stopped` late matters are counted in the index alone, without a look at the rows.
            models.Index(fields=["office_id", "due_at", "id", "is_stopped"], name="work_of_office"),
            models.Index(fields=["office_path", "due_at", "id", "is_stopped"], name="work_of_path"),
            models.Index(fields=["due_at", "id"], name="work_by_due"),
        ]
