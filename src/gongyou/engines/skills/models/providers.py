"""Who teaches, where and with what; what both issuers agreed to; what is asked for."""

from __future__ import annotations

from django.db import models

from gongyou.kernel.ids import new_id


class Provider(models.Model):
    """A school, training base or labour co-operative that runs classes. Its office is where its staff work."""

    class Kind(models.TextChoices):
        SCHOOL = "school"
        BASE = "base"
        COOPERATIVE = "cooperative"
        COLLEGE = "college"

    id = models.UUIDField(primary_key=True, default=new_id)
    organisation = models.ForeignKey("registry.Organisation", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    area = models.CharField(max_length=6)
    office_id = models.UUIDField()
    office_path = models.CharField(max_length=120)  # collation "C" on PostgreSQL: scopes are ranges
    yearly_classes = models.PositiveSmallIntegerField(default=0)  # what it promised for a year; 0: no plan
    is_active = models.BooleanField(default=True)
    noted_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "office_path"], name="provider_once_per_office")
        ]
        indexes = [models.Index(fields=["office_path"], name="provider_by_office")]


class Site(models.Model):
    """A room, ground or village hall where classes are held."""

    class Kind(models.TextChoices):
        CLASSROOM = "classroom"
        PRACTICE = "practice"  # a training base's ground or workshop
        EXAMINATION = "examination"
        DOORSTEP = "doorstep"  # in the village or factory, at people's door

    id = models.UUIDField(primary_key=True, default=new_id)
    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="sites")
    name = models.CharField(max_length=80)
    address = models.CharField(max_length=200)
    kind = models.CharField(max_length=12, choices=Kind.choices)
    seats = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["provider", "name"], name="site_once_per_provider")]


class Equipment(models.Model):
    """What people practise on, with the last day its inspection holds."""

    id = models.UUIDField(primary_key=True, default=new_id)
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="equipment")
    name = models.CharField(max_length=80)
    pieces = models.PositiveSmallIntegerField()
    checked_until = models.DateField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["site", "name"], name="equipment_once_per_site")]


class Agreement(models.Model):
    """What the issuer of one kind of certificate agreed to in writing. Without one for each, no class opens."""

    id = models.UUIDField(primary_key=True, default=new_id)
    area = models.CharField(max_length=6)
    office_path = models.CharField(max_length=120)
    kind = models.CharField(max_length=60)  # of recognition.yaml
    authority = models.CharField(max_length=120)
    document = models.CharField(max_length=200)  # title and number of the paper
    from_on = models.DateField()
    until_on = models.DateField(null=True)  # the last day it holds
    recorded_by = models.UUIDField()
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(until_on=None) | models.Q(until_on__gte=models.F("from_on")),
                name="agreement_has_order",
            ),
            models.UniqueConstraint(fields=["area", "kind", "document"], name="agreement_once"),
        ]
        indexes = [models.Index(fields=["area", "kind"], name="agreement_by_kind")]


class Demand(models.Model):
    """Who asks for how many people with a course: counted gaps, a survey, a village, an employer's order."""

    class Source(models.TextChoices):
        GAP = "gap"
        SURVEY = "survey"
        VILLAGE = "village"
        ORDER = "order"

    id = models.UUIDField(primary_key=True, default=new_id)
    area = models.CharField(max_length=6)
    office_path = models.CharField(max_length=120)
    programme = models.CharField(max_length=60)
    course = models.CharField(max_length=60)
    source = models.CharField(max_length=10, choices=Source.choices)
    organisation = models.ForeignKey(
        "registry.Organisation", on_delete=models.PROTECT, null=True, related_name="+"
    )
    people = models.PositiveIntegerField()
    note = models.CharField(max_length=200, blank=True)
    recorded_by = models.UUIDField()
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(source="order") | models.Q(organisation__isnull=False),
                name="order_names_its_employer",
            ),
            models.CheckConstraint(condition=models.Q(people__gt=0), name="demand_of_somebody"),
        ]
        indexes = [models.Index(fields=["office_path", "course"], name="demand_by_office")]
