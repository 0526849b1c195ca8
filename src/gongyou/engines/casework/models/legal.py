"""Rights that end on a day, and the way to the body that decides on them."""

from __future__ import annotations

from django.db import models

from gongyou.engines.casework.models.matters import Case, CaseText
from gongyou.kernel.ids import new_id


class LegalLimit(models.Model):
    """The day on which a legal route ends for the person of a matter. A new beginning supersedes, nothing is edited."""

    class Basis(models.TextChoices):
        KNOWN = "known"  # somebody said on which day the person knew, or it happened
        FILED = (
            "filed"  # nobody said yet: counted from the day it was said to us; the true end may be earlier
        )

    id = models.UUIDField(primary_key=True, default=new_id)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="limits")
    route_id = models.CharField(max_length=40)
    started_on = models.DateField()
    basis = models.CharField(max_length=8, choices=Basis.choices)
    expires_on = models.DateField(null=True)  # null: does not run (wages owed in an employment that goes on)
    noted_by = models.UUIDField()
    noted_at = models.DateTimeField()
    superseded_at = models.DateTimeField(null=True)
    warned_at = models.DateTimeField(null=True)
    used_on = models.DateField(null=True)  # the person went there in time

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case", "route_id"],
                condition=models.Q(superseded_at__isnull=True),
                name="legal_limit_once_in_force",
            )
        ]
        indexes = [
            models.Index(
                fields=["expires_on", "id"],
                condition=models.Q(superseded_at__isnull=True, warned_at__isnull=True, used_on__isnull=True),
                name="legal_limit_to_warn_of",
            )
        ]


class Referral(models.Model):
    """The person was shown the way to the competent body, with a hand-over sheet; somebody asks after it later."""

    id = models.UUIDField(primary_key=True, default=new_id)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="referrals")
    route_id = models.CharField(max_length=40)
    facts = models.ForeignKey(CaseText, on_delete=models.PROTECT, related_name="+")
    materials = models.CharField(max_length=400, blank=True)
    is_accompanied = models.BooleanField()
    has_consent = models.BooleanField()  # the person agreed that the sheet names them (PIPL art. 23)
    referred_by = models.UUIDField()
    referred_at = models.DateTimeField()
    follow_up_on = models.DateField()
    followed_up_by = models.UUIDField(null=True)
    followed_up_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=12, blank=True)  # filed | not_filed | no_answer

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "route_id"], name="referral_once_per_route"),
            models.CheckConstraint(
                condition=models.Q(followed_up_at__isnull=True) | ~models.Q(outcome=""),
                name="follow_up_has_an_outcome",
            ),
        ]
