"""One search index: character bigrams; PostgreSQL GIN or SQLite FTS5 beside this table (by migration)."""

from __future__ import annotations

from django.db import models


class SearchEntry(models.Model):
    """One findable thing. `grams` holds the text's bigrams joined by spaces."""

    id = models.BigAutoField(primary_key=True)
    kind = models.CharField(max_length=30)
    subject_id = models.UUIDField()
    office_path = models.CharField(max_length=120)
    grams = models.TextField()
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "subject_id"], name="search_entry_once")]
