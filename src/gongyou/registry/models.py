"""People, their consents and ties to matters, organisations, places. Content about people can be erased."""

from __future__ import annotations

from django.db import models

from gongyou.kernel.ids import new_id
from gongyou.kernel.sealed_fields import SealedField
from gongyou.registry.credential_models import CredentialChange, CredentialWarning, HeldCredential
from gongyou.registry.partner_models import (
    CareEnrolment,
    CareSession,
    Partner,
    PartnerResource,
    PartnerVetting,
)
from gongyou.registry.representative_models import Representative

__all__ = [
    "NOUN",
    "REGISTER",
    "CareEnrolment",
    "CareSession",
    "Consent",
    "CredentialChange",
    "CredentialWarning",
    "HeldCredential",
    "Organisation",
    "Partner",
    "PartnerResource",
    "PartnerVetting",
    "Person",
    "PersonTie",
    "Place",
    "Representative",
]

NOUN = "person"
REGISTER = "register:"
"""Subject of the tie of somebody who stands in a body's register ('register:<area>') without any matter."""


class Person(models.Model):
    """What one body knows about one person. Two bodies keep two rows: facts aren't shared by being alike."""

    id = models.UUIDField(primary_key=True, default=new_id)
    name = SealedField(noun=NOUN)
    phone = SealedField(noun=NOUN, index="phone_index")
    phone_index = models.BinaryField(max_length=32, null=True)
    id_number = SealedField(noun=NOUN, index="id_number_index")
    id_number_index = models.BinaryField(max_length=32, null=True)
    name_masked = models.CharField(max_length=40, blank=True)
    phone_masked = models.CharField(max_length=30, blank=True)
    birth_year = models.PositiveSmallIntegerField(null=True)
    area = models.CharField(max_length=6)
    controller = models.CharField(max_length=60)  # the body that controls the facts: 'union:<area>'
    source = models.CharField(max_length=30)  # the channel they came by
    purpose = models.CharField(max_length=80)
    created_at = models.DateTimeField()
    erased_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["controller", "phone_index"], name="person_by_phone"),
            models.Index(fields=["controller", "id_number_index"], name="person_by_id_number"),
        ]


class Consent(models.Model):
    """On what basis a person's facts serve a purpose, from when until when."""

    class Basis(models.TextChoices):
        CONSENT = "consent"
        SEPARATE_CONSENT = "separate_consent"  # PIPL arts. 23, 25, 29
        STATUTORY_DUTY = "statutory_duty"
        CONTRACT = "contract"
        EMERGENCY = "emergency"

    id = models.UUIDField(primary_key=True, default=new_id)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="consents")
    purpose = models.CharField(max_length=80)
    basis = models.CharField(max_length=20, choices=Basis.choices)
    given_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)
    evidence = models.CharField(max_length=200, blank=True)  # how it was given: form, file id, recording

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "purpose", "basis"],
                condition=models.Q(withdrawn_at__isnull=True),
                name="consent_once_in_force",
            ),
            models.CheckConstraint(
                condition=models.Q(withdrawn_at__isnull=True)
                | models.Q(withdrawn_at__gte=models.F("given_at")),
                name="consent_withdrawn_after_given",
            ),
        ]


class PersonTie(models.Model):
    """A person's part in a matter. Access follows the matter: who may see the tie's office may see the person."""

    id = models.UUIDField(primary_key=True, default=new_id)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="ties", db_index=False)
    subject = models.CharField(max_length=120)  # 'case:<id>'
    role = models.CharField(max_length=30)
    office_path = models.CharField(max_length=120)  # collation "C" on PostgreSQL: scopes are ranges
    since = models.DateTimeField()
    is_open = models.BooleanField(default=True)
    closed_at = models.DateTimeField(null=True)
    keep_until = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "subject", "role"], name="tie_once_per_role"),
            models.CheckConstraint(
                condition=models.Q(is_open=True)
                | models.Q(closed_at__isnull=False, keep_until__isnull=False),
                name="tie_closed_knows_its_end",
            ),
        ]
        indexes = [
            models.Index(fields=["subject"], name="tie_by_subject"),
            models.Index(fields=["person", "office_path"], name="tie_by_office"),
        ]


class Organisation(models.Model):
    """A firm, agency, union or other body. Its register data are public; it is no person."""

    class Kind(models.TextChoices):
        ENTERPRISE = "enterprise"
        SOLE_TRADER = "sole_trader"
        PUBLIC_INSTITUTION = "public_institution"
        STATE_ORGAN = "state_organ"
        SOCIAL_GROUP = "social_group"
        SOCIAL_SERVICE = "social_service"
        FOUNDATION = "foundation"
        LAW_FIRM = "law_firm"
        ACCOUNTING_FIRM = "accounting_firm"
        TRADE_UNION = "trade_union"
        GRASSROOTS_BODY = "grassroots_body"  # neighbourhood and village committees
        OTHER = "other"

    id = models.UUIDField(primary_key=True, default=new_id)
    credit_code = models.CharField(max_length=18, null=True, unique=True)
    name = models.CharField(max_length=120)  # collation "C" on PostgreSQL: prefix search by range
    kind = models.CharField(max_length=20, choices=Kind.choices)
    division = models.CharField(max_length=12)
    address = models.CharField(max_length=200, blank=True)
    phone = models.CharField(max_length=30, blank=True)
    controller = models.CharField(max_length=60)
    source = models.CharField(max_length=30)
    is_active = models.BooleanField(default=True)
    noted_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)
    headcount = models.PositiveIntegerField(null=True)  # people working there, as `headcount_source` says
    headcount_on = models.DateField(null=True)  # the day it was so
    headcount_source = models.CharField(max_length=120, blank=True, default="")  # the paper or register

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(headcount=None, headcount_on=None, headcount_source="")
                | (models.Q(headcount__gte=1, headcount_on__isnull=False) & ~models.Q(headcount_source="")),
                name="headcount_has_day_and_source",
            )
        ]
        indexes = [
            models.Index(fields=["name", "id"], name="organisation_by_name"),
            models.Index(fields=["controller", "name"], name="organisation_of_controller"),
        ]


class Place(models.Model):
    """A place people speak of: a site, a market, a dormitory. Shown as a point, never as an area."""

    class Kind(models.TextChoices):
        WORKSITE = "worksite"
        COMMUNITY = "community"
        MARKET = "market"
        REST_PLACE = "rest_place"
        FACILITY = "facility"
        OTHER = "other"

    id = models.UUIDField(primary_key=True, default=new_id)
    name = models.CharField(max_length=80)
    division = models.CharField(max_length=12)
    kind = models.CharField(max_length=20, choices=Kind.choices)
    lon = models.DecimalField(max_digits=9, decimal_places=6, null=True)
    lat = models.DecimalField(max_digits=9, decimal_places=6, null=True)
    address = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["division", "name"], name="place_once_per_division"),
            models.CheckConstraint(
                condition=models.Q(lon__isnull=True, lat__isnull=True)
                | models.Q(lon__isnull=False, lat__isnull=False),
                name="place_has_both_coordinates",
            ),
        ]
