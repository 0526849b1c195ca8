"""Tables of the guard: a matter from clue to end, what was heard, decisions, money, suspensions, hospital forms.

What happened is only ever added (`Happening`, `Hearing`); what the columns can't say, triggers do (0002_guarded).
"""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from gongyou.engines.oversight.definitions.words import MatterState, Money
from gongyou.kernel.ids import new_id
from gongyou.kernel.sealed_fields import SealedField

NOUN = "guard_matter"
FORM_NOUN = "injury_form"


class Matter(models.Model):
    """One injury somebody was paid for twice or from the wrong fund, as far as anybody suspects."""

    id = models.UUIDField(primary_key=True, default=new_id)
    number = models.CharField(max_length=24, unique=True)
    programme = models.CharField(max_length=60)
    area = models.CharField(max_length=6)
    office_id = models.UUIDField()
    office_path = models.CharField(max_length=120)
    rules_hash = models.CharField(max_length=64)  # the sanctions.yaml pinned when the matter came in
    source = models.CharField(max_length=6)  # screen | hand
    clue_ref = models.CharField(max_length=64, blank=True)  # stable id of the screen
    state = models.CharField(max_length=8, default=MatterState.CLUE)
    version = models.PositiveIntegerField(default=1)
    name_masked = models.CharField(max_length=40, blank=True)
    score = models.PositiveSmallIntegerField(null=True)
    reasons = models.JSONField(default=list)
    settlements = models.JSONField(default=list)
    hospitals = models.JSONField(default=list)
    amount_fen = models.BigIntegerField(default=0)
    employer_id = models.CharField(max_length=18, blank=True)
    employer_name = models.CharField(max_length=80, blank=True)
    first_seen_on = models.DateField(null=True)
    injured_on = models.DateField(null=True)
    may_claim_until = models.DateField(null=True)
    received_at = models.DateTimeField()
    first_officer = models.UUIDField(null=True)
    first_officer_name = models.CharField(max_length=40, blank=True)
    second_officer = models.UUIDField(null=True)
    second_officer_name = models.CharField(max_length=40, blank=True)
    filed_on = models.DateField(null=True)
    due_on = models.DateField(null=True)  # recomputed from filing, budget and extensions
    told_on = models.DateField(null=True)
    answer_until = models.DateField(null=True)
    ended_on = models.DateField(null=True)
    referred_on = models.DateField(null=True)
    keep_until = models.DateField(null=True)
    name_index = models.BinaryField(null=True)
    person_index = models.BinaryField(null=True)
    phone_index = models.BinaryField(null=True)
    person_name = SealedField(noun=NOUN, index="name_index")
    person_ref = SealedField(noun=NOUN, index="person_index")
    person_phone = SealedField(noun=NOUN, index="phone_index")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["area", "clue_ref"], condition=~Q(clue_ref=""), name="matter_clue_once"
            ),
            models.CheckConstraint(
                condition=Q(second_officer=None) | ~Q(first_officer=F("second_officer")),
                name="matter_two_officers",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["clue"])
                | Q(first_officer__isnull=False, second_officer__isnull=False),
                name="matter_inquired_by_two",
            ),
        ]
        indexes = [
            models.Index(fields=["office_path", "received_at"], name="matter_by_office"),
            models.Index(fields=["phone_index"], name="matter_by_phone"),
        ]


class Hearing(models.Model):
    """What the person said, or that it could not be heard: written once."""

    id = models.UUIDField(primary_key=True, default=new_id)
    matter = models.ForeignKey(Matter, on_delete=models.PROTECT, related_name="hearings")
    kind = models.CharField(max_length=9)
    at = models.DateTimeField()
    on = models.DateField()
    place = models.CharField(max_length=80, blank=True)
    document = models.CharField(max_length=80, blank=True)
    by = models.UUIDField()
    by_name = models.CharField(max_length=40)
    second = models.UUIDField(null=True)
    second_name = models.CharField(max_length=40, blank=True)
    text = SealedField(noun=NOUN)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(second=None) | ~Q(by=F("second")), name="heard_by_two"),
        ]


class Extension(models.Model):
    """More days for a decision, with the document that grants them; counts only once approved."""

    id = models.UUIDField(primary_key=True, default=new_id)
    matter = models.ForeignKey(Matter, on_delete=models.PROTECT, related_name="extensions")
    days = models.PositiveSmallIntegerField()
    document = models.CharField(max_length=80)
    reason = models.CharField(max_length=200)
    asked_by = models.UUIDField()
    asked_at = models.DateTimeField()
    approval_id = models.UUIDField()
    approved_at = models.DateTimeField(null=True)
    is_refused = models.BooleanField(default=False)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(days__gt=0), name="extension_of_days")]


class Decision(models.Model):
    """A proposed sanction and what became of it. Issued only by another person than proposed it."""

    id = models.UUIDField(primary_key=True, default=new_id)
    matter = models.ForeignKey(Matter, on_delete=models.PROTECT, related_name="decisions")
    number = models.CharField(max_length=40, blank=True)
    facts = models.TextField()
    is_first = models.BooleanField()
    gives_back = models.BooleanField()
    found_fen = models.BigIntegerField()
    returned_fen = models.BigIntegerField()
    fine_tenths = models.PositiveSmallIntegerField()
    fine_fen = models.BigIntegerField()
    suspension_months = models.PositiveSmallIntegerField()
    band = models.CharField(max_length=40)
    late_reason = models.CharField(max_length=200, blank=True)
    digest = models.CharField(max_length=64)
    approval_id = models.UUIDField()
    proposed_by = models.UUIDField()
    proposed_by_name = models.CharField(max_length=40)
    proposed_at = models.DateTimeField()
    issued_by = models.UUIDField(null=True)
    issued_by_name = models.CharField(max_length=40, blank=True)
    issued_at = models.DateTimeField(null=True)
    issued_on = models.DateField(null=True)
    days_used = models.PositiveSmallIntegerField(null=True)
    days_allowed = models.PositiveSmallIntegerField(null=True)
    delivered_on = models.DateField(null=True)
    suspended_from = models.DateField(null=True)
    suspended_until = models.DateField(null=True)  # the last day
    suspension_ended_at = models.DateTimeField(null=True)
    state = models.CharField(max_length=8, default="open")  # open | issued | refused

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(issued_by=None) | ~Q(proposed_by=F("issued_by")), name="sanction_by_two_persons"
            ),
            models.CheckConstraint(
                condition=~Q(state="issued") | Q(issued_by__isnull=False, issued_on__isnull=False),
                name="sanction_issued_by_somebody",
            ),
            models.UniqueConstraint(
                fields=["matter"], condition=Q(state__in=["open", "issued"]), name="sanction_in_force_once"
            ),
            models.CheckConstraint(
                condition=Q(returned_fen__gt=0, fine_fen__gte=0), name="sanction_of_something"
            ),
        ]
        indexes = [models.Index(fields=["suspended_until"], name="sanction_by_end")]


class Payment(models.Model):
    """Money that came in on a decision: noted by one person, confirmed and posted by another."""

    id = models.UUIDField(primary_key=True, default=new_id)
    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="payments")
    money = models.CharField(max_length=8, choices=[(m.value, m.value) for m in Money])
    amount_fen = models.BigIntegerField()
    paid_on = models.DateField()
    receipt = models.CharField(max_length=40)
    noted_by = models.UUIDField()
    noted_by_name = models.CharField(max_length=40)
    noted_at = models.DateTimeField()
    confirmed_by = models.UUIDField(null=True)
    confirmed_by_name = models.CharField(max_length=40, blank=True)
    confirmed_at = models.DateTimeField(null=True)
    posting_id = models.UUIDField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(amount_fen__gt=0), name="payment_of_something"),
            models.CheckConstraint(
                condition=Q(confirmed_by=None) | ~Q(noted_by=F("confirmed_by")), name="payment_by_two_persons"
            ),
            models.UniqueConstraint(fields=["decision", "money", "receipt"], name="payment_receipt_once"),
        ]


class Happening(models.Model):
    """The history of a matter: only ever added."""

    id = models.UUIDField(primary_key=True, default=new_id)
    matter = models.ForeignKey(Matter, on_delete=models.PROTECT, related_name="happenings")
    kind = models.CharField(max_length=20)
    at = models.DateTimeField()
    by = models.UUIDField()
    by_kind = models.CharField(max_length=8)
    by_name = models.CharField(max_length=40, blank=True)
    document = models.CharField(max_length=80, blank=True)
    note = models.CharField(max_length=200, blank=True)
    data = models.JSONField(default=dict)


class InjuryForm(models.Model):
    """意外伤害住院备案表: the work facts first, the route shown, only then the pledge. Read by few."""

    id = models.UUIDField(primary_key=True, default=new_id)
    number = models.CharField(max_length=24, unique=True)
    programme = models.CharField(max_length=60)
    area = models.CharField(max_length=6)
    office_id = models.UUIDField()
    office_path = models.CharField(max_length=120)
    answers = models.JSONField()
    route = models.CharField(max_length=40)
    admitted_on = models.DateField()
    injured_on = models.DateField(null=True)
    pledges = models.BooleanField()  # "nobody else is liable"
    is_stopped = models.BooleanField()  # the route was another: no pledge was signed
    route_seen_at = models.DateTimeField()
    filled_by = models.UUIDField()
    filled_by_name = models.CharField(max_length=40)
    filled_at = models.DateTimeField()
    name_masked = models.CharField(max_length=40)
    keep_until = models.DateField()
    person_name = SealedField(noun=FORM_NOUN)
    person_number = SealedField(noun=FORM_NOUN)
    stated_cause = SealedField(noun=FORM_NOUN)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(is_stopped=False) | Q(pledges=False), name="form_stopped_has_no_pledge"
            ),
        ]
        indexes = [models.Index(fields=["office_path", "filled_at"], name="form_by_office")]


class RouteUse(models.Model):
    """How often on a day the route test led somewhere: a count, nobody's data."""

    id = models.UUIDField(primary_key=True, default=new_id)
    area = models.CharField(max_length=6)
    office_path = models.CharField(max_length=120)
    on = models.DateField()
    route = models.CharField(max_length=40)
    is_form_printed = models.BooleanField(default=False)
    times = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["area", "on", "route", "is_form_printed"], name="route_use_once_a_day"
            ),
        ]
        indexes = [models.Index(fields=["office_path", "on"], name="route_use_by_day")]
