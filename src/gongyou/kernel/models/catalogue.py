"""Published pack content, kept for ever by hash."""

from __future__ import annotations

from django.db import models

from gongyou.kernel.ids import new_id


class PackContent(models.Model):
    """Immutable content: canonical JSON under its SHA-256."""

    hash = models.CharField(max_length=64, primary_key=True)
    content = models.TextField()
    stored_at = models.DateTimeField()


class PackVersion(models.Model):
    """One publication of a programme or an area."""

    id = models.UUIDField(primary_key=True, default=new_id)
    kind = models.CharField(max_length=12)  # programme | area
    name = models.CharField(max_length=60)
    number = models.PositiveIntegerField()
    content = models.ForeignKey(PackContent, on_delete=models.PROTECT)
    published_at = models.DateTimeField()
    published_by = models.UUIDField()
    is_current = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "name", "number"], name="pack_version_numbered_once"),
            models.UniqueConstraint(
                fields=["kind", "name"], condition=models.Q(is_current=True), name="pack_one_current_version"
            ),
        ]
