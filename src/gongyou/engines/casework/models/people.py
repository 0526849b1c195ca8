"""Who may speak for somebody, who may not touch a matter, and whose name is opened by two persons only."""

from __future__ import annotations

from django.db import models

from gongyou.engines.casework.models.matters import Case, CaseText
from gongyou.kernel.ids import new_id


class Mandate(models.Model):
    """That somebody may speak for the person of a matter: on which basis, for what, until when, by which proof."""

    class Basis(models.TextChoices):
        ENTRUSTED = "entrusted"  # the person asked them to
        GUARDIAN = "guardian"  # for a minor or somebody under guardianship
        HEIR = "heir"  # for somebody who died

    id = models.UUIDField(primary_key=True, default=new_id)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="mandates")
    proxy = models.ForeignKey("registry.Person", on_delete=models.PROTECT, related_name="+")
    basis = models.CharField(max_length=12, choices=Basis.choices)
    proof = models.CharField(max_length=12)  # paper | recording | certificate | witnessed
    file_id = models.UUIDField(null=True)
    scope = models.JSONField(default=list)  # supplement | rate | withdraw | reopen
    may_be_called = models.BooleanField(default=False)
    """The mandate says in so many words that the call-back may be answered by the proxy."""
    subject_cannot = models.ForeignKey(CaseText, on_delete=models.PROTECT, null=True, related_name="+")
    """Why the person can't answer themselves (hears or speaks with difficulty), as it was recorded."""
    valid_from = models.DateField()
    valid_until = models.DateField(null=True)
    noted_by = models.UUIDField()
    noted_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.UUIDField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case", "proxy"],
                condition=models.Q(withdrawn_at__isnull=True),
                name="mandate_once_in_force",
            ),
            models.CheckConstraint(
                condition=models.Q(valid_until__isnull=True)
                | models.Q(valid_until__gte=models.F("valid_from")),
                name="mandate_ends_after_it_begins",
            ),
        ]


class Conflict(models.Model):
    """Why somebody may not touch a matter. Its effect stands in the kernel's deny-list until it is lifted."""

    class Kind(models.TextChoices):
        EMPLOYER = "employer"  # the employer named in the matter
        UNIT = "unit"  # the office complained about
        PERSON = "person"  # a member of staff complained about
        RELATIVE = "relative"  # a relative of somebody in the matter, declared by themself or another

    id = models.UUIDField(primary_key=True, default=new_id)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="conflicts")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    account_id = models.UUIDField(null=True)
    office_id = models.UUIDField(null=True)
    office_path = models.CharField(max_length=120, blank=True)
    organisation = models.ForeignKey(
        "registry.Organisation", on_delete=models.PROTECT, null=True, related_name="+"
    )
    reason = models.ForeignKey(CaseText, on_delete=models.PROTECT, related_name="+")
    declared_by = models.UUIDField()
    declared_at = models.DateTimeField()
    lifted_by = models.UUIDField(null=True)
    lifted_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(account_id__isnull=False)
                | ~models.Q(office_path="")
                | models.Q(organisation__isnull=False),
                name="conflict_bars_somebody",
            ),
            models.CheckConstraint(
                condition=models.Q(lifted_by__isnull=True) | ~models.Q(lifted_by=models.F("account_id")),
                name="conflict_not_lifted_by_oneself",
            ),
        ]


class StaffTie(models.Model):
    """What a member of staff declared about themself: a relative on the staff, or an employer they belong to."""

    id = models.UUIDField(primary_key=True, default=new_id)
    account_id = models.UUIDField()
    other_account_id = models.UUIDField(null=True)
    organisation = models.ForeignKey(
        "registry.Organisation", on_delete=models.PROTECT, null=True, related_name="+"
    )
    declared_by = models.UUIDField()
    declared_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(other_account_id__isnull=False) | models.Q(organisation__isnull=False),
                name="staff_tie_names_somebody",
            )
        ]
        indexes = [models.Index(fields=["account_id"], name="staff_tie_by_account")]


class Protection(models.Model):
    """A matter whose person must not become known: a reporter, or somebody who fears or suffers retaliation."""

    class Kind(models.TextChoices):
        REPORTER = "reporter"
        RETALIATION = "retaliation"

    id = models.UUIDField(primary_key=True, default=new_id)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="protections")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    declared_by = models.UUIDField()
    declared_at = models.DateTimeField()
    lifted_by = models.UUIDField(null=True)
    lifted_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case", "kind"],
                condition=models.Q(lifted_at__isnull=True),
                name="protection_once_in_force",
            )
        ]


class IdentityRequest(models.Model):
    """One person asks to read a protected name, another one decides; the grant is for the asker and for a day."""

    id = models.UUIDField(primary_key=True, default=new_id)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="identity_requests")
    asked_by = models.UUIDField()
    asked_by_name = models.CharField(max_length=40, blank=True)
    reason = models.ForeignKey(CaseText, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    decided_by = models.UUIDField(null=True)
    decided_at = models.DateTimeField(null=True)
    is_granted = models.BooleanField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(decided_by__isnull=True) | ~models.Q(decided_by=models.F("asked_by")),
                name="identity_asker_is_not_decider",
            )
        ]
