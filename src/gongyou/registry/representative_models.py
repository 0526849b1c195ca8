"""Table of those who act for an organisation on the employer's pages. Read by the registry alone."""

from __future__ import annotations

from django.db import models

from gongyou.kernel.ids import new_id


class Representative(models.Model):
    """A person an organisation named to act for it. Nobody acts before a second person checked the papers."""

    class State(models.TextChoices):
        NAMED = "named"
        ACTIVE = "active"
        REFUSED = "refused"
        ENDED = "ended"

    id = models.UUIDField(primary_key=True, default=new_id)
    organisation = models.ForeignKey(
        "registry.Organisation", on_delete=models.PROTECT, related_name="representatives"
    )
    person = models.ForeignKey("registry.Person", on_delete=models.PROTECT, related_name="+")
    office_path = models.CharField(max_length=120)  # the office that keeps the register entry
    evidence = models.CharField(max_length=200)  # the paper seen: letter of authority, register extract
    state = models.CharField(max_length=10, choices=State.choices, default=State.NAMED)
    named_by = models.UUIDField()
    named_at = models.DateTimeField()
    checked_by = models.UUIDField(null=True)
    checked_at = models.DateTimeField(null=True)
    valid_until = models.DateField(null=True)
    ended_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=200, blank=True)  # of a refusal or an end
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(checked_by__isnull=True) | ~models.Q(checked_by=models.F("named_by")),
                name="representative_maker_is_not_checker",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="active") | models.Q(checked_by__isnull=False),
                name="representative_active_was_checked",
            ),
            models.UniqueConstraint(
                fields=["organisation", "person"],
                condition=models.Q(state__in=["named", "active"]),
                name="representative_once",
            ),
        ]
        indexes = [models.Index(fields=["office_path", "state"], name="representative_by_office")]
