"""Tables of partners: who offers what, vetting, child-care sessions and places. Read by the registry alone."""

from __future__ import annotations

from django.db import models

from gongyou.kernel.ids import new_id
from gongyou.kernel.sealed_fields import SealedField

CHILD = "child"


class Partner(models.Model):
    """A resident, shop, school, social organisation or enterprise that offers something. Checked by a second person."""

    class Kind(models.TextChoices):
        RESIDENT = "resident"
        SHOP = "shop"
        SCHOOL = "school"
        SOCIAL_ORGANISATION = "social_organisation"
        ENTERPRISE = "enterprise"
        INSTITUTION = "institution"

    class Way(models.TextChoices):
        ONLINE = "online"
        ROADSHOW = "roadshow"
        SIGNING = "signing"

    class State(models.TextChoices):
        APPLIED = "applied"
        ACTIVE = "active"
        REFUSED = "refused"
        ENDED = "ended"

    id = models.UUIDField(primary_key=True, default=new_id)
    kind = models.CharField(max_length=20, choices=Kind.choices)
    name = models.CharField(max_length=80)  # public: of a resident the masked name
    person = models.ForeignKey("registry.Person", on_delete=models.PROTECT, related_name="+")  # whom to call
    organisation = models.ForeignKey(
        "registry.Organisation", on_delete=models.PROTECT, null=True, related_name="+"
    )
    area = models.CharField(max_length=6)
    office_path = models.CharField(max_length=120)  # the office that looks after the partner
    way = models.CharField(max_length=10, choices=Way.choices)
    event = models.CharField(max_length=80, blank=True)  # which roadshow or signing
    offers = models.CharField(max_length=400, blank=True)  # in the partner's own words
    state = models.CharField(max_length=10, choices=State.choices, default=State.APPLIED)
    applied_by = models.UUIDField()
    applied_at = models.DateTimeField()
    checked_by = models.UUIDField(null=True)
    checked_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=200, blank=True)  # of a refusal or an end
    agreement_id = models.UUIDField(null=True)  # a file
    agreed_from = models.DateField(null=True)
    agreed_until = models.DateField(null=True)
    ended_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(checked_by__isnull=True) | ~models.Q(checked_by=models.F("applied_by")),
                name="partner_maker_is_not_checker",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="active") | models.Q(checked_by__isnull=False),
                name="partner_active_was_checked",
            ),
            models.CheckConstraint(
                condition=models.Q(agreed_until__isnull=True)
                | models.Q(agreed_from__isnull=False, agreed_until__gte=models.F("agreed_from")),
                name="partner_agreement_has_order",
            ),
        ]
        indexes = [models.Index(fields=["area", "state", "name"], name="partner_by_area")]


class PartnerVetting(models.Model):
    """That somebody looked at the papers of a partner before they meet children: who, what, until when."""

    id = models.UUIDField(primary_key=True, default=new_id)
    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="vettings")
    checked_by = models.UUIDField()
    checked_at = models.DateTimeField()
    seen = models.CharField(max_length=200)
    valid_until = models.DateField()
    revoked_at = models.DateTimeField(null=True)


class PartnerResource(models.Model):
    """What a partner offers: units of a kind, where and when. Reserved and used units never exceed what there is."""

    id = models.UUIDField(primary_key=True, default=new_id)
    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="resources")
    kind = models.CharField(max_length=40)  # of the programme's catalogue
    title = models.CharField(max_length=80)
    unit = models.CharField(max_length=10)
    area = models.CharField(max_length=6)
    reaches = models.CharField(max_length=120)  # office path below which it is offered
    times = models.CharField(max_length=80, blank=True)
    from_on = models.DateField()
    until_on = models.DateField(null=True)
    is_for_children = models.BooleanField(default=False)
    has_sessions = models.BooleanField(default=False)
    quantity = models.PositiveIntegerField()
    reserved = models.PositiveIntegerField(default=0)
    used = models.PositiveIntegerField(default=0)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(quantity__gte=models.F("reserved") + models.F("used")),
                name="resource_never_overdrawn",
            ),
            models.CheckConstraint(
                condition=models.Q(until_on__isnull=True) | models.Q(until_on__gte=models.F("from_on")),
                name="resource_has_order",
            ),
        ]
        indexes = [models.Index(fields=["area", "kind"], name="resource_by_kind")]


class CareSession(models.Model):
    """One meeting of a child-care class or tutor at a station: so many places, on a day, in a part of the day."""

    class Slot(models.TextChoices):
        MORNING = "morning"
        NOON = "noon"
        AFTERNOON = "afternoon"
        EVENING = "evening"

    id = models.UUIDField(primary_key=True, default=new_id)
    resource = models.ForeignKey(PartnerResource, on_delete=models.PROTECT, related_name="sessions")
    office_id = models.UUIDField()
    office_path = models.CharField(max_length=120)
    day = models.DateField()
    slot = models.CharField(max_length=10, choices=Slot.choices)
    capacity = models.PositiveSmallIntegerField()
    taken = models.PositiveSmallIntegerField(default=0)
    cancelled_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["resource", "day", "slot"], name="session_once_per_slot"),
            models.CheckConstraint(
                condition=models.Q(taken__lte=models.F("capacity")), name="session_not_overbooked"
            ),
        ]
        indexes = [models.Index(fields=["office_path", "day"], name="session_by_day")]


class CareEnrolment(models.Model):
    """A child's place in a session, or a place in the line for one. The least a class needs: a call name and an age band."""

    class State(models.TextChoices):
        PLACED = "placed"
        WAITING = "waiting"
        WITHDRAWN = "withdrawn"

    id = models.UUIDField(primary_key=True, default=new_id)
    session = models.ForeignKey(CareSession, on_delete=models.PROTECT, related_name="enrolments")
    guardian = models.ForeignKey("registry.Person", on_delete=models.PROTECT, related_name="+")
    consent = models.ForeignKey("registry.Consent", on_delete=models.PROTECT, related_name="+")
    child_name = SealedField(noun=CHILD, index="child_index")
    child_index = models.BinaryField(max_length=32, null=True)
    age_band = models.CharField(max_length=10)
    day = models.DateField()  # of the session: one child, one place at a time
    slot = models.CharField(max_length=10)
    state = models.CharField(max_length=10, choices=State.choices)
    asked_at = models.DateTimeField()
    placed_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    erased_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["guardian", "child_index", "day", "slot"],
                condition=models.Q(state="placed"),
                name="child_in_one_place_at_a_time",
            ),
            models.UniqueConstraint(
                fields=["session", "guardian", "child_index"],
                condition=models.Q(state__in=["placed", "waiting"]),
                name="child_once_per_session",
            ),
        ]
        indexes = [models.Index(fields=["session", "state", "asked_at", "id"], name="enrolment_in_line")]
