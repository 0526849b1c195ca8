"""Files: content-addressed, encrypted on disk, in the backup."""

from __future__ import annotations

from django.db import models

from gongyou.kernel.ids import new_id


class StoredFile(models.Model):
    """One stored content. `digest` is a keyed digest of the clean bytes: the address on disk."""

    id = models.UUIDField(primary_key=True, default=new_id)
    digest = models.CharField(max_length=64)
    media_type = models.CharField(max_length=60)
    size = models.PositiveIntegerField()
    name = models.CharField(max_length=120, blank=True)
    stored_at = models.DateTimeField()
    stored_by = models.UUIDField()
    subject = models.CharField(max_length=120, blank=True)  # 'case:<id>' once bound
    office_path = models.CharField(max_length=120, blank=True)
    erased_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["digest"], name="file_by_digest"),
            models.Index(fields=["subject"], name="file_by_subject"),
            models.Index(fields=["subject", "stored_at"], name="file_unbound"),
        ]
