"""Blocks of human numbers, reserved by office, device or voice book."""

from __future__ import annotations

from django.db import models

from gongyou.kernel.ids import new_id


class NumberBlock(models.Model):
    """Serials `next`..`last` of one series still to be given out. Blocks of a series never overlap."""

    id = models.UUIDField(primary_key=True, default=new_id)
    series = models.CharField(max_length=20)
    holder = models.CharField(max_length=120)
    first = models.PositiveIntegerField()
    next = models.PositiveIntegerField()
    last = models.PositiveIntegerField()
    reserved_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["series", "first"], name="number_block_starts_once"),
            models.CheckConstraint(
                condition=models.Q(next__gte=models.F("first"), next__lte=models.F("last") + 1),
                name="number_block_in_range",
            ),
        ]
        indexes = [models.Index(fields=["series", "holder", "first"], name="number_block_by_holder")]
