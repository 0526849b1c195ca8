"""Who may not touch a matter, whatever rights they hold."""

from __future__ import annotations

from django.db import models

from gongyou.kernel.ids import new_id


class Bar(models.Model):
    """One line of a deny-list. `key`: "account:<id>", "path:123456/03/" (that office and below), "lacks:<right>"."""

    id = models.UUIDField(primary_key=True, default=new_id)
    subject = models.CharField(max_length=120)  # 'case:<id>'
    key = models.CharField(max_length=140)
    since = models.DateTimeField()
    cause_id = models.UUIDField()  # the row of the room that says why; lifting it lifts the bar

    class Meta:
        constraints = [models.UniqueConstraint(fields=["key", "subject", "cause_id"], name="bar_once")]
        indexes = [
            models.Index(fields=["subject"], name="bar_by_subject"),
            models.Index(fields=["cause_id"], name="bar_by_cause"),
        ]
