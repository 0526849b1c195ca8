"""Approvals, publicity lists, objections. What the columns can't say, triggers do (0002_held_by_the_database)."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from gongyou.kernel.ids import new_id
from gongyou.kernel.sealed_fields import SealedField

APPROVAL_STATES = ("open", "approved", "refused", "withdrawn")
LIST_STATES = ("draft", "sealed", "published", "closed", "withdrawn")
OUTCOMES = ("upheld", "rejected", "taken_back")


class Approval(models.Model):
    """What is to be approved: a digest with its count and sum, under a pinned plan. Only its state moves, once."""

    id = models.UUIDField(primary_key=True, default=new_id)
    office_id = models.UUIDField()
    office_path = models.CharField(max_length=120)  # collation "C" on PostgreSQL: scopes are ranges
    plan = models.CharField(max_length=60)
    plan_hash = models.CharField(max_length=64)  # the pinned declaration
    title = models.CharField(max_length=120)
    about_kind = models.CharField(max_length=40)
    about_id = models.UUIDField()
    digest = models.CharField(max_length=64)
    item_count = models.PositiveIntegerField()
    sum_fen = models.BigIntegerField()
    step_count = models.PositiveSmallIntegerField()
    prepared_by = models.UUIDField()
    prepared_by_name = models.CharField(max_length=40, blank=True)
    prepared_at = models.DateTimeField()
    state = models.CharField(max_length=10, default="open")
    ended_at = models.DateTimeField(null=True)
    withdrawn_by = models.UUIDField(null=True)
    withdrawn_reason = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=APPROVAL_STATES), name="approval_state_known"),
            models.CheckConstraint(
                condition=Q(state="open", ended_at__isnull=True)
                | (~Q(state="open") & Q(ended_at__isnull=False)),
                name="approval_ended_when_over",
            ),
            models.CheckConstraint(
                condition=(Q(state="withdrawn") & Q(withdrawn_by__isnull=False))
                | (~Q(state="withdrawn") & Q(withdrawn_by__isnull=True)),
                name="approval_withdrawn_by_somebody",
            ),
            models.CheckConstraint(condition=Q(step_count__gt=0), name="approval_has_steps"),
            models.UniqueConstraint(
                fields=["about_kind", "about_id"],
                condition=Q(state__in=["open", "approved"]),
                name="approval_one_in_force",
            ),
        ]
        indexes = [models.Index(fields=["office_path", "state", "id"], name="approval_by_path")]


class ApprovalStep(models.Model):
    """A step of one approval as its plan said when it was opened, with the office it falls to."""

    approval = models.ForeignKey(Approval, on_delete=models.PROTECT, related_name="steps")
    number = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=40)
    title = models.CharField(max_length=60)
    right = models.CharField(max_length=60)
    days = models.PositiveSmallIntegerField()
    office_id = models.UUIDField()
    office_path = models.CharField(max_length=120)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["approval", "number"], name="approval_step_once"),
        ]


class ApprovalDecision(models.Model):
    """One person's yes or no to exactly this digest under exactly this plan. Written once, never changed."""

    id = models.UUIDField(primary_key=True, default=new_id)
    approval = models.ForeignKey(Approval, on_delete=models.PROTECT, related_name="decisions")
    number = models.PositiveSmallIntegerField()
    digest = models.CharField(max_length=64)
    plan_hash = models.CharField(max_length=64)
    prepared_by = models.UUIDField()  # the approval's, so that two persons are a plain constraint
    verdict = models.CharField(max_length=8)  # approve | refuse
    decided_by = models.UUIDField()
    decided_by_name = models.CharField(max_length=40, blank=True)
    reason = models.CharField(max_length=500, blank=True)
    decided_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(decided_by=F("prepared_by")), name="approval_by_another_person"
            ),
            models.UniqueConstraint(fields=["approval", "number"], name="approval_decision_once"),
            models.UniqueConstraint(fields=["approval", "decided_by"], name="approval_no_person_twice"),
            models.CheckConstraint(condition=Q(verdict__in=["approve", "refuse"]), name="verdict_known"),
            models.CheckConstraint(condition=Q(verdict="approve") | ~Q(reason=""), name="refusal_says_why"),
        ]


class PublicityList(models.Model):
    """A list made public under a pinned rule. Sealed: the database counted, added up and hashed its lines."""

    id = models.UUIDField(primary_key=True, default=new_id)
    office_id = models.UUIDField()
    office_path = models.CharField(max_length=120)
    area = models.CharField(max_length=6)
    rule = models.CharField(max_length=60)
    rule_hash = models.CharField(max_length=64)
    programme = models.CharField(max_length=60)
    period = models.CharField(max_length=20)
    run_ref = models.CharField(max_length=80)
    title = models.CharField(max_length=120)
    previous = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="revisions")
    line_count = models.PositiveIntegerField(default=0)
    sum_fen = models.BigIntegerField(default=0)
    digest = models.CharField(max_length=64, blank=True)
    state = models.CharField(max_length=10, default="draft")
    prepared_by = models.UUIDField()
    prepared_by_name = models.CharField(max_length=40, blank=True)
    prepared_at = models.DateTimeField()
    sealed_at = models.DateTimeField(null=True)
    published_by = models.UUIDField(null=True)
    published_at = models.DateTimeField(null=True)
    until_at = models.DateTimeField(
        null=True
    )  # as shown; computed from published_at, again when it is reached
    is_provisional = models.BooleanField(default=False)
    over_at = models.DateTimeField(null=True)  # its days are over
    ended_by = models.UUIDField(null=True)
    ended_at = models.DateTimeField(null=True)
    ended_reason = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=LIST_STATES), name="publicity_state_known"),
            models.CheckConstraint(
                condition=Q(published_by__isnull=True) | ~Q(published_by=F("prepared_by")),
                name="publicity_by_another_person",
            ),
            models.CheckConstraint(
                condition=Q(state="draft") | Q(state="withdrawn") | Q(digest__gt=""),
                name="publicity_sealed_with_digest",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["published", "closed"]) | Q(published_at__isnull=False),
                name="publicity_published_by_somebody",
            ),
        ]
        indexes = [
            models.Index(fields=["office_path", "id"], name="publicity_by_path"),
            models.Index(fields=["run_ref"], name="publicity_by_run"),
            models.Index(fields=["state", "published_at", "id"], name="publicity_by_state"),
        ]


class PublicityLine(models.Model):
    """A line as the public sees it: name and columns lie here masked already, so no page can show more.

    No foreign key in the database: a trigger checks the list once per statement, so that 400,000 lines pay for none.
    """

    id = models.BigAutoField(primary_key=True)
    list = models.ForeignKey(
        PublicityList, on_delete=models.PROTECT, related_name="lines", db_constraint=False, db_index=False
    )
    position = models.PositiveIntegerField()
    subject_key = models.CharField(max_length=64)
    name = models.CharField(max_length=120)
    shown = models.TextField()  # JSON list of the rule's columns, masked
    amount_fen = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["list", "position"], name="publicity_position_once"),
            models.UniqueConstraint(fields=["list", "subject_key"], name="publicity_subject_once"),
        ]


class Objection(models.Model):
    """Somebody says a line, or its absence, is wrong. Decided once, by another person than the list's maker."""

    id = models.UUIDField(primary_key=True, default=new_id)
    number = models.CharField(max_length=24, unique=True)
    office_id = models.UUIDField()
    office_path = models.CharField(max_length=120)
    list = models.ForeignKey(PublicityList, on_delete=models.PROTECT, null=True, related_name="objections")
    list_maker = models.UUIDField(null=True)  # the list's, so that two persons are a plain constraint
    programme = models.CharField(max_length=60)
    subject_key = models.CharField(max_length=64)
    run_ref = models.CharField(max_length=80)
    rule = models.CharField(max_length=60)
    rule_hash = models.CharField(max_length=64)
    raised_by_kind = models.CharField(max_length=12)  # organisation | person
    raised_by_id = models.UUIDField(null=True)  # the row in the registry, where there is one
    raised_by_name = models.CharField(max_length=120)
    ground = models.CharField(max_length=40)
    ground_title = models.CharField(max_length=80)
    file_count = models.PositiveSmallIntegerField(default=0)
    entered_by = models.UUIDField()
    raised_at = models.DateTimeField()
    due_at = models.DateTimeField()  # as shown; computed from raised_at
    is_provisional = models.BooleanField(default=False)
    state = models.CharField(max_length=8, default="open")  # open | decided
    outcome = models.CharField(max_length=10, blank=True)
    decided_by = models.UUIDField(null=True)
    decided_by_name = models.CharField(max_length=40, blank=True)
    decided_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=500, blank=True)
    keep_until = models.DateField(null=True)  # then words and contact are erased
    text = SealedField(noun="objection")
    contact_name = SealedField(noun="objection")
    contact_phone = SealedField(noun="objection")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(list_maker__isnull=True)
                | Q(decided_by__isnull=True)
                | ~Q(decided_by=F("list_maker")),
                name="objection_by_another_person",
            ),
            models.CheckConstraint(
                condition=Q(state="open", outcome="", decided_by__isnull=True, decided_at__isnull=True)
                | Q(
                    state="decided",
                    outcome__in=OUTCOMES,
                    decided_by__isnull=False,
                    decided_at__isnull=False,
                    reason__gt="",
                ),
                name="objection_decided_whole",
            ),
            models.CheckConstraint(
                condition=Q(raised_by_kind__in=["organisation", "person"]), name="objection_raiser_known"
            ),
            models.UniqueConstraint(
                fields=["run_ref", "subject_key", "raised_by_name"],
                condition=Q(state="open"),
                name="objection_one_open",
            ),
        ]
        indexes = [
            models.Index(fields=["office_path", "state", "due_at", "id"], name="objection_by_path"),
            models.Index(fields=["subject_key", "run_ref"], name="objection_by_subject"),
            models.Index(fields=["keep_until"], name="objection_to_erase"),
        ]
