"""Thanks that can be counted: points of people who chose to be known."""

from __future__ import annotations

from django.db import models

from gongyou.engines.casework.models.matters import Case
from gongyou.kernel.ids import new_id


class PointsEntry(models.Model):
    """One line of a person's points (append-only by trigger): thanks add, gifts take away, corrections counter."""

    class Reason(models.TextChoices):
        THANKS = "thanks"
        GIFT = "gift"
        CORRECTION = "correction"

    id = models.UUIDField(primary_key=True, default=new_id)
    person = models.ForeignKey("registry.Person", on_delete=models.PROTECT, related_name="+")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, null=True, related_name="+")
    area = models.CharField(max_length=6)
    reason = models.CharField(max_length=12, choices=Reason.choices)
    points = models.IntegerField()
    balance = models.PositiveIntegerField()
    gift_id = models.CharField(max_length=40, blank=True)
    seq = models.PositiveIntegerField()
    at = models.DateTimeField()
    by = models.UUIDField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "seq"], name="points_in_order"),
            models.UniqueConstraint(
                fields=["case"], condition=models.Q(reason="thanks"), name="points_thanked_once"
            ),
        ]
