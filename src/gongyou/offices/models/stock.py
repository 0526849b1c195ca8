"""Consumables and medicine: lots with a date, every movement, what must be refilled by when."""

from __future__ import annotations

from django.db import models

from gongyou.kernel.ids import new_id
from gongyou.offices.models.tree import Office


class StockLot(models.Model):
    """Pieces of one item that came together and expire together. `left` is the sum of its movements."""

    id = models.UUIDField(primary_key=True, default=new_id)
    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="lots")
    item = models.CharField(max_length=40)  # declared by a pack
    batch = models.CharField(max_length=40, blank=True)
    expires_on = models.DateField(null=True)  # the last good day; None: does not expire
    received_at = models.DateTimeField()
    received = models.PositiveIntegerField()
    left = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(left__gte=0), name="stock_never_below_zero"),
        ]
        indexes = [models.Index(fields=["office", "item", "expires_on"], name="stock_by_item")]


class StockMove(models.Model):
    """One movement of a lot: appended to. Withdrawn is thrown away; counted corrects to what was found."""

    class Kind(models.TextChoices):
        RECEIVED = "received"
        USED = "used"
        WITHDRAWN = "withdrawn"
        COUNTED = "counted"

    id = models.UUIDField(primary_key=True, default=new_id)
    lot = models.ForeignKey(StockLot, on_delete=models.PROTECT, related_name="moves")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    change = models.IntegerField()
    at = models.DateTimeField()
    actor_id = models.UUIDField()
    note = models.CharField(max_length=120, blank=True)


class RefillTask(models.Model):
    """An item that runs low or soon expires; done when enough good pieces are there again."""

    id = models.UUIDField(primary_key=True, default=new_id)
    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="refills")
    item = models.CharField(max_length=40)
    opened_at = models.DateTimeField()
    due_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["office", "item"], condition=models.Q(done_at__isnull=True), name="refill_open_once"
            ),
        ]
