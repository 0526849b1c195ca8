"""Voice books: paper whose every page carries a number of its own before anybody writes on it."""

from __future__ import annotations

from django.db import models

from gongyou.kernel.ids import new_id


class VoiceBook(models.Model):
    """A printed book of a station. Page n carries serial `first` + n - 1 of the series."""

    id = models.UUIDField(primary_key=True, default=new_id)
    code = models.CharField(max_length=24, unique=True)
    area = models.CharField(max_length=6)
    office_id = models.UUIDField()
    office_path = models.CharField(max_length=120)
    series = models.CharField(max_length=20)
    first = models.PositiveIntegerField()
    last = models.PositiveIntegerField()
    printed_by = models.UUIDField()
    printed_at = models.DateTimeField()
    handed_in_at = models.DateTimeField(null=True)  # the book is full, or no longer used

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["series", "first"], name="voice_book_starts_once"),
            models.CheckConstraint(
                condition=models.Q(last__gte=models.F("first")), name="voice_book_has_pages"
            ),
        ]
        indexes = [models.Index(fields=["office_path", "code"], name="voice_book_by_office")]


class VoidPage(models.Model):
    """A page that will never be keyed: torn, spoilt, left empty. Who said so and why."""

    id = models.UUIDField(primary_key=True, default=new_id)
    book = models.ForeignKey(VoiceBook, on_delete=models.PROTECT, related_name="void_pages")
    serial = models.PositiveIntegerField()
    reason = models.CharField(max_length=120)
    noted_by = models.UUIDField()
    noted_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["book", "serial"], name="void_page_once")]
