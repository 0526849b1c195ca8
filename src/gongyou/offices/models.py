"""Who is responsible where and when: offices, intake points, posts, duty shifts, calendar editions."""

from __future__ import annotations

from django.db import models

from gongyou.kernel.ids import new_id


class Office(models.Model):
    """A place in the tree of responsibility. `path` is made of the codes from the root: '123456/03/017/'.

    Paths stand in many rows (scopes, ties, worklists), so an office never moves: it is closed and founded anew.
    """

    class Kind(models.TextChoices):
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
    lon = models.DecimalField(max_digits=9, decimal_places=6, null=True)
    lat = models.DecimalField(max_digits=9, decimal_places=6, null=True)
    is_active = models.BooleanField(default=True)
    opened_on = models.DateField()
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


class Post(models.Model):
    """A responsibility at an office and who holds it now. Responsibility is the office's, people change."""

    class Kind(models.TextChoices):
        MASTER = "master"
        DEPUTY = "deputy"
        DESK = "desk"
        DUTY_CADRE = "duty_cadre"

    id = models.UUIDField(primary_key=True, default=new_id)
    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="posts")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    title = models.CharField(max_length=40)
    holder_account_id = models.UUIDField(null=True)
    holder_name = models.CharField(max_length=40, blank=True)  # empty: vacant
    since = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["office", "kind", "title"], name="post_once_per_office"),
        ]


class DutyShift(models.Model):
    """Who is on duty at an office from a moment until a moment."""

    id = models.UUIDField(primary_key=True, default=new_id)
    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="shifts")
    post = models.ForeignKey(Post, on_delete=models.PROTECT, null=True, related_name="shifts")
    holder_account_id = models.UUIDField(null=True)
    holder_name = models.CharField(max_length=40)
    phone = models.CharField(max_length=30, blank=True)  # the duty telephone, given out to the public
    from_at = models.DateTimeField()
    until_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(until_at__gt=models.F("from_at")), name="shift_ends_after_start"
            ),
        ]
        indexes = [models.Index(fields=["office", "until_at", "from_at"], name="shift_by_time")]


class CalendarEdition(models.Model):
    """One holiday notice as it was given. Kept for ever: a date promised under it can be computed again."""

    id = models.UUIDField(primary_key=True, default=new_id)
    name = models.CharField(max_length=60)  # the edition's own id
    hash = models.CharField(max_length=64, unique=True)
    content = models.TextField()
    source = models.CharField(max_length=200)
    covered_from = models.DateField()
    covered_to = models.DateField()
    imported_at = models.DateTimeField()
    imported_by = models.UUIDField()
    is_active = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["name"], condition=models.Q(is_active=True), name="calendar_one_active_edition"
            ),
        ]


class CalendarSet(models.Model):
    """Which editions were active together: the content address a calendar key names."""

    hash = models.CharField(max_length=64, primary_key=True)
    editions = models.JSONField()  # hashes in order
    made_at = models.DateTimeField()
    is_current = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["is_current"], condition=models.Q(is_current=True), name="calendar_one_current_set"
            ),
        ]
