"""Tables of the closed loop. History is `CaseEvent`, appended only; everything else is its projection or content."""

from __future__ import annotations

from django.db import models

from gongyou.kernel.ids import new_id


class Case(models.Model):
    """One matter. `version` is the number of its events: a form made from an older one is stale."""

    id = models.UUIDField(primary_key=True, default=new_id)
    number = models.CharField(max_length=24, unique=True)
    area = models.CharField(max_length=6)
    programme = models.CharField(max_length=60)
    type_id = models.CharField(max_length=40)
    definition = models.CharField(max_length=64)  # hash of the published programme it runs under, for ever
    kind = models.CharField(max_length=12)
    matter_class = models.CharField(max_length=20)
    topic = models.CharField(max_length=40, blank=True)
    state = models.CharField(max_length=30)
    round = models.PositiveSmallIntegerField(default=0)
    version = models.PositiveIntegerField(default=0)
    received_at = models.DateTimeField()  # when the promise begins (paper: the day written)
    recorded_at = models.DateTimeField()
    occurred_on = models.DateField(null=True)
    channel = models.CharField(max_length=10)  # qr | phone | desk | paper | api | import
    point_id = models.UUIDField(null=True)
    place = models.CharField(max_length=120, blank=True)
    office_id = models.UUIDField()  # where it lies
    office_path = models.CharField(max_length=120)
    filed_office_id = models.UUIDField()  # where it was said
    filed_office_path = models.CharField(max_length=120)
    holder_id = models.UUIDField(null=True)
    due_at = models.DateTimeField(null=True)  # of the settle clock
    is_provisional = models.BooleanField(default=False)
    next_due_at = models.DateTimeField(null=True)  # the nearest open promise of any kind
    is_anonymous = models.BooleanField(default=False)
    is_about_child = models.BooleanField(default=False)  # read by a right of its own
    phone_tail = models.CharField(max_length=4, blank=True)
    call_office_id = models.UUIDField(null=True)  # who calls back: never where it lies
    call_office_path = models.CharField(max_length=120, blank=True)
    closed_as = models.CharField(max_length=12, blank=True)
    closed_at = models.DateTimeField(null=True)
    lead = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, related_name="children", db_index=False
    )
    incident = models.ForeignKey(
        "Incident", on_delete=models.PROTECT, null=True, related_name="cases", db_index=False
    )

    class Meta:
        indexes = [
            models.Index(fields=["office_path", "received_at", "id"], name="case_by_office"),
            models.Index(fields=["area", "state"], name="case_by_state"),
            models.Index(
                fields=["closed_at"], condition=models.Q(closed_at__isnull=False), name="case_by_closing"
            ),
            # Few matters have one: an index of all would be written with every one.
            models.Index(fields=["lead"], condition=models.Q(lead__isnull=False), name="case_by_lead"),
            models.Index(
                fields=["incident"], condition=models.Q(incident__isnull=False), name="case_by_incident"
            ),
        ]


class CaseText(models.Model):
    """What people wrote about a matter: rows that can be erased. Events hold only their ids."""

    class Kind(models.TextChoices):
        DEMAND = "demand"
        SUPPLEMENT = "supplement"
        DRAFT = "draft"
        ANSWER = "answer"
        CALL = "call"
        CAUSE = "cause"
        MEASURES = "measures"
        REASON = "reason"
        PROOF = "proof"
        CORRECTION = "correction"
        HANDOVER = "handover"

    id = models.UUIDField(primary_key=True, default=new_id)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="texts")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    text = models.TextField()
    author_id = models.UUIDField(null=True)
    at = models.DateTimeField()
    erased_at = models.DateTimeField(null=True)


class CaseEvent(models.Model):
    """One happening of a matter (append-only by trigger). `data` holds ids, enums and dates, no personal content."""

    id = models.UUIDField(primary_key=True, default=new_id)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="events", db_index=False)
    seq = models.PositiveIntegerField()
    kind = models.CharField(max_length=24)
    at = models.DateTimeField()
    actor_id = models.UUIDField()
    actor_kind = models.CharField(max_length=12)
    actor_name = models.CharField(max_length=40, blank=True)
    office_path = models.CharField(max_length=120)
    calendar = models.CharField(max_length=120, blank=True)
    data = models.JSONField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "seq"], name="case_event_in_order")]


class CaseParty(models.Model):
    """A person of a matter: whose it is, who speaks for them."""

    id = models.UUIDField(primary_key=True, default=new_id)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="parties", db_index=False)
    role = models.CharField(max_length=12)  # subject | proxy
    person = models.ForeignKey("registry.Person", on_delete=models.PROTECT, related_name="+")
    contact_note = models.CharField(max_length=80, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "role", "person"], name="case_party_once")]


class CaseDetail(models.Model):
    """An answer to a question of the case type (a proposal's congress, its measure). Content that can be erased."""

    id = models.UUIDField(primary_key=True, default=new_id)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="details")
    detail_id = models.CharField(max_length=40)
    value = models.CharField(max_length=600)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "detail_id"], name="case_detail_once")]


class Clock(models.Model):
    """The stored projection of one running clock."""

    id = models.UUIDField(primary_key=True, default=new_id)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="clocks", db_index=False)
    clock_id = models.CharField(max_length=30)
    round = models.PositiveSmallIntegerField()
    number = models.PositiveSmallIntegerField(default=1)
    started_at = models.DateTimeField()
    budget = models.PositiveSmallIntegerField()
    due_at = models.DateTimeField(null=True)
    is_provisional = models.BooleanField(default=False)
    met_at = models.DateTimeField(null=True)
    rises_at = models.DateTimeField(null=True)  # when the next rung of its ladder is to be taken
    rest_days = models.JSONField(default=list)
    paused_days = models.JSONField(default=list)
    edition = models.CharField(max_length=120, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case", "clock_id", "round", "number"], name="clock_once_per_start"
            )
        ]
        indexes = [
            models.Index(
                fields=["rises_at", "id"],
                condition=models.Q(met_at__isnull=True, rises_at__isnull=False),
                name="clock_to_rise",
            ),
            models.Index(
                fields=["due_at", "id"],
                condition=models.Q(met_at__isnull=True, clock_id__in=("accept", "claim_wait")),
                name="clock_open_by_due",
            ),
        ]


class ClockComputation(models.Model):
    """Why a date is what it is: one row for every change of a promised date."""

    id = models.UUIDField(primary_key=True, default=new_id)
    clock = models.ForeignKey(Clock, on_delete=models.PROTECT, related_name="computations")
    at = models.DateTimeField()
    cause = models.CharField(max_length=24)  # the happening that moved it
    due_at = models.DateTimeField(null=True)
    edition = models.CharField(max_length=120, blank=True)
    rest_days = models.JSONField(default=list)
    paused_days = models.JSONField(default=list)


class Settlement(models.Model):
    """The answer of one round: drafted by one person, approved by another where the class needs it."""

    id = models.UUIDField(primary_key=True, default=new_id)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="settlements")
    round = models.PositiveSmallIntegerField()
    result = models.CharField(max_length=20)  # solved | partly | explained_cannot | referred
    text = models.ForeignKey(CaseText, on_delete=models.PROTECT, related_name="+")
    drafted_by = models.UUIDField()
    drafted_at = models.DateTimeField()
    needs_approval = models.BooleanField(default=False)
    approved_by = models.UUIDField(null=True)
    approved_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(approved_by__isnull=True) | ~models.Q(approved_by=models.F("drafted_by")),
                name="settlement_maker_is_not_checker",
            )
        ]


class CallAttempt(models.Model):
    """One try to reach the worker after the answer."""

    id = models.UUIDField(primary_key=True, default=new_id)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="calls")
    round = models.PositiveSmallIntegerField()
    at = models.DateTimeField()
    caller_id = models.UUIDField()
    caller_office_path = models.CharField(max_length=120)
    channel = models.CharField(max_length=10)  # phone | visit | message | online
    spoke_with = models.CharField(max_length=10, default="subject")  # subject | proxy
    outcome = models.CharField(max_length=16)  # answered | no_answer | refused | wrong_number | proxy_only
    is_outside_hours = models.BooleanField()
    is_solved = models.BooleanField(null=True)
    is_satisfied = models.BooleanField(null=True)
    note = models.ForeignKey(CaseText, on_delete=models.PROTECT, null=True, related_name="+")


class Review(models.Model):
    """The review after a dissatisfied answer: convened, cause and measures recorded, somebody answerable."""

    id = models.UUIDField(primary_key=True, default=new_id)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="reviews")
    round = models.PositiveSmallIntegerField()
    convened_on = models.DateField()
    chair_id = models.UUIDField()
    chair_office_path = models.CharField(max_length=120)
    members = models.CharField(max_length=200)
    is_reasonable = models.BooleanField()
    cause = models.ForeignKey(CaseText, on_delete=models.PROTECT, related_name="+")
    measures = models.ForeignKey(CaseText, on_delete=models.PROTECT, related_name="+")
    answerable = models.CharField(max_length=60)
    measures_due_on = models.DateField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "round"], name="review_once_per_round")]


class PaperEntry(models.Model):
    """A demand first written on paper: the day it was written, the day it was keyed."""

    id = models.UUIDField(primary_key=True, default=new_id)
    case = models.OneToOneField(Case, on_delete=models.PROTECT, related_name="paper")
    written_on = models.DateField()
    keyed_at = models.DateTimeField()
    keyed_by = models.UUIDField()
    book = models.CharField(max_length=40, blank=True)
    page = models.PositiveSmallIntegerField(null=True)
    voice_book = models.ForeignKey(
        "casework.VoiceBook", on_delete=models.PROTECT, null=True, related_name="+"
    )
    photo_id = models.UUIDField(null=True)
    is_late_keyed = models.BooleanField(default=False)


class RoundFact(models.Model):
    """One flat row per round, written in the action that changes it: all that figures are counted from."""

    id = models.UUIDField(primary_key=True, default=new_id)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="facts", db_index=False)
    round = models.PositiveSmallIntegerField()
    area = models.CharField(max_length=6)
    office_path = models.CharField(max_length=120)
    programme = models.CharField(max_length=60)
    type_id = models.CharField(max_length=40)
    kind = models.CharField(max_length=12)
    matter_class = models.CharField(max_length=20)
    topic = models.CharField(max_length=40, blank=True)
    channel = models.CharField(max_length=10)
    received_on = models.DateField()
    dispatched_at = models.DateTimeField(null=True)
    accepted_in_time = models.BooleanField(null=True)
    receipt_in_time = models.BooleanField(null=True)
    settled_at = models.DateTimeField(null=True)
    settled_in_time = models.BooleanField(null=True)
    call_due_at = models.DateTimeField(null=True)
    call_result = models.CharField(max_length=12, blank=True)  # answered | unreached
    is_solved = models.BooleanField(null=True)
    is_satisfied = models.BooleanField(null=True)
    review_in_time = models.BooleanField(null=True)
    is_found_reasonable = models.BooleanField(null=True)
    closed_as = models.CharField(max_length=12, blank=True)
    opened_as = models.CharField(max_length=12, default="received")  # received | reviewed | reopened
    contact_due_at = models.DateTimeField(null=True)  # from the round's first dispatch, never moved
    contacted_at = models.DateTimeField(null=True)  # first spoken with, or answered
    contact_in_time = models.BooleanField(null=True)
    elapsed_days = models.PositiveSmallIntegerField(default=0)  # working days of the settle clock, once met
    paused_days = models.PositiveSmallIntegerField(default=0)  # those of them it stood still
    objections = models.PositiveSmallIntegerField(default=0)
    objections_decided = models.PositiveSmallIntegerField(default=0)
    objections_lost = models.PositiveSmallIntegerField(default=0)
    objecting_office = models.CharField(max_length=36, blank=True)  # whose objection waits for a decision
    has_proxy = models.BooleanField(default=False)
    spoke_with = models.CharField(max_length=10, blank=True)  # subject | proxy: whose answer counted
    repeat_days = models.PositiveIntegerField(null=True)  # from receipt to the first repeat without new facts
    excluded_as = models.CharField(max_length=12, blank=True)  # unreasonable | malicious

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "round"], name="round_fact_once")]
        indexes = [models.Index(fields=["area", "received_on"], name="round_fact_by_day")]


class Exclusion(models.Model):
    """A round's rating asked out of the rates, and what the office above decided. Never decided by who asked."""

    class Ground(models.TextChoices):
        UNREASONABLE = "unreasonable"
        MALICIOUS = "malicious"

    id = models.UUIDField(primary_key=True, default=new_id)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="exclusions")
    round = models.PositiveSmallIntegerField()
    ground = models.CharField(max_length=12, choices=Ground.choices)
    reason = models.ForeignKey(CaseText, on_delete=models.PROTECT, related_name="+")
    asked_by = models.UUIDField()
    asked_office_path = models.CharField(max_length=120)
    asked_at = models.DateTimeField()
    decided_by = models.UUIDField(null=True)
    decided_office_path = models.CharField(max_length=120, blank=True)
    decided_at = models.DateTimeField(null=True)
    is_approved = models.BooleanField(null=True)
    said = models.ForeignKey(CaseText, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "round"], name="exclusion_once_per_round"),
            models.CheckConstraint(
                condition=models.Q(decided_by__isnull=True) | ~models.Q(decided_by=models.F("asked_by")),
                name="exclusion_maker_is_not_checker",
            ),
        ]
