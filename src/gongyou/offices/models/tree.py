"""Offices and the posters that lead to them."""

from __future__ import annotations

from django.db import models

from gongyou.kernel.ids import new_id


class Office(models.Model):
    """A place in the tree of responsibility. `path` is made of the codes from the root: '123456/03/017/'.

    Paths stand in many rows (scopes, ties, worklists), so an office never moves: it is closed and founded anew.
    """

    class Kind(models.TextChoices):
        CITY = "city"
        COUNTY = "county"
        TOWNSHIP = "township"
        STATION = "station"
        DEPARTMENT = "department"
        CALLBACK_DESK = "callback_desk"
        GRASSROOTS_UNION = "grassroots_union"
        STUDIO = "studio"
        PARTY_ORGANISATION = "party_organisation"
        OTHER = "other"

    id = models.UUIDField(primary_key=True, default=new_id)
    code = models.CharField(max_length=12, unique=True)
    name = models.CharField(max_length=60)
    name_en = models.CharField(max_length=120, blank=True)
    kind = models.CharField(max_length=20, choices=Kind.choices)
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="children")
    path = models.CharField(max_length=120, unique=True)  # collation "C" on PostgreSQL: scopes are ranges
    area = models.CharField(max_length=6)
    opens = models.TimeField()
    closes = models.TimeField()
    phone = models.CharField(max_length=30, blank=True)
    address = models.CharField(max_length=200, blank=True)
    operator = models.CharField(
        max_length=120, blank=True
    )  # who runs the premises, where it is not the union
    lon = models.DecimalField(max_digits=9, decimal_places=6, null=True)
    lat = models.DecimalField(max_digits=9, decimal_places=6, null=True)
    is_active = models.BooleanField(default=True)
    is_place_sure = models.BooleanField(default=True)  # False: the coordinates are assumed
    opened_on = models.DateField()  # in use since
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["area"], condition=models.Q(parent__isnull=True), name="office_one_root_per_area"
            ),
            models.CheckConstraint(
                condition=models.Q(closes__gt=models.F("opens")), name="office_opens_before_closing"
            ),
            models.CheckConstraint(
                condition=models.Q(lon__isnull=True, lat__isnull=True)
                | models.Q(lon__isnull=False, lat__isnull=False),
                name="office_has_both_coordinates",
            ),
        ]
        indexes = [models.Index(fields=["area", "kind"], name="office_by_area")]


class IntakePoint(models.Model):
    """A poster with a code somebody can scan. The code is printed: it never changes hands."""

    id = models.UUIDField(primary_key=True, default=new_id)
    code = models.CharField(max_length=6, unique=True)
    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="points")
    place = models.CharField(max_length=80)
    is_active = models.BooleanField(default=True)
    added_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True)
