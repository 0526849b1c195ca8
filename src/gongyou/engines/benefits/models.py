"""Tables of payments: what a round says, who is owed what, batches and the bank's answers, accounts, use of money.

What the columns can't say, triggers do (0002_guarded).
"""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from gongyou.engines.benefits.definitions import (
    OPEN_ROUND,
    BatchState,
    OrderState,
    RecoveryState,
    RoundState,
)
from gongyou.kernel.ids import new_id
from gongyou.kernel.sealed_fields import SealedField

NOUN = "subject_account"


class Round(models.Model):
    """One way from a run's decisions to money owed. One open round for a period: rounds follow each other."""

    id = models.UUIDField(primary_key=True, default=new_id)
    programme = models.CharField(max_length=60)
    area = models.CharField(max_length=6)
    office_id = models.UUIDField()
    office_path = models.CharField(max_length=120)  # collation "C" on PostgreSQL: scopes are ranges
    period = models.CharField(max_length=21)
    instalment = models.PositiveSmallIntegerField(default=1)
    number = models.PositiveSmallIntegerField()
    run_id = models.UUIDField()
    only_subject = models.CharField(max_length=60, blank=True)  # a single-subject re-run
    rules_hash = models.CharField(max_length=64)  # the pinned benefits.yaml
    book_id = models.UUIDField(null=True)
    state = models.CharField(max_length=9, default=RoundState.TAKING)
    taken_after = models.CharField(max_length=60, blank=True)  # taken in up to this subject
    rows_total = models.PositiveBigIntegerField(default=0)
    rows_read = models.PositiveBigIntegerField(default=0)
    line_count = models.PositiveBigIntegerField(default=0)
    sum_fen = models.BigIntegerField(default=0)
    digest = models.CharField(max_length=64, blank=True)
    list_id = models.UUIDField(null=True)
    approval_id = models.UUIDField(null=True)
    prepared_by = models.UUIDField()
    prepared_by_name = models.CharField(max_length=40, blank=True)
    prepared_at = models.DateTimeField()
    committed_by = models.UUIDField(null=True)
    committed_at = models.DateTimeField(null=True)
    order_count = models.PositiveBigIntegerField(default=0)
    order_sum_fen = models.BigIntegerField(default=0)
    refusal = models.JSONField(default=dict)  # why it could not be committed

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "area", "period", "instalment", "number"], name="round_numbered_once"
            ),
            models.UniqueConstraint(
                fields=["programme", "area", "period", "instalment"],
                condition=Q(state__in=[s.value for s in OPEN_ROUND]),
                name="round_open_once",
            ),
            models.UniqueConstraint(
                fields=["run_id", "instalment"],
                condition=~Q(state=RoundState.DROPPED.value),
                name="round_of_run_once",
            ),
            models.CheckConstraint(
                condition=~Q(state=RoundState.COMMITTED.value)
                | Q(committed_by__isnull=False, approval_id__isnull=False),
                name="round_committed_is_approved",
            ),
            models.CheckConstraint(
                condition=Q(committed_by=None) | ~Q(prepared_by=F("committed_by")),
                name="round_by_two_persons",
            ),
        ]
        indexes = [models.Index(fields=["office_path", "prepared_at", "id"], name="round_by_office")]


class Line(models.Model):
    """What a round says of one subject: decided now, decided before. Changed only until the round is approved."""

    id = models.UUIDField(primary_key=True, default=new_id)
    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="lines", db_constraint=False,
                              db_index=False)  # fmt: skip
    subject = models.CharField(max_length=60)
    name = models.CharField(max_length=200, blank=True)
    decided_fen = models.BigIntegerField()
    before_fen = models.BigIntegerField(default=0)
    run_id = models.UUIDField()
    is_revised = models.BooleanField(default=False)  # corrected since the last list

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["round", "subject"], name="line_once"),
            models.CheckConstraint(
                condition=Q(decided_fen__gte=0, before_fen__gte=0), name="line_not_negative"
            ),
        ]


class Entitlement(models.Model):
    """What one subject is to have had for a period by the last valid decision."""

    id = models.UUIDField(primary_key=True, default=new_id)
    programme = models.CharField(max_length=60)
    area = models.CharField(max_length=6)
    office_path = models.CharField(max_length=120)
    period = models.CharField(max_length=21)
    instalment = models.PositiveSmallIntegerField(default=1)
    subject = models.CharField(max_length=60)
    name = models.CharField(max_length=200, blank=True)
    decided_fen = models.BigIntegerField()
    run_id = models.UUIDField()
    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="+", db_constraint=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "period", "subject", "instalment"], name="entitlement_once"
            ),
            models.CheckConstraint(condition=Q(decided_fen__gte=0), name="entitlement_not_negative"),
        ]


class Order(models.Model):
    """A payment that is owed. Its id (hex) is the number the bank gives back; its amount never changes."""

    id = models.UUIDField(primary_key=True, default=new_id)
    entitlement = models.ForeignKey(Entitlement, on_delete=models.PROTECT, related_name="orders",
                                    db_constraint=False)  # fmt: skip
    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="orders", db_constraint=False,
                              db_index=False)  # fmt: skip
    amount_fen = models.BigIntegerField()
    state = models.CharField(max_length=9, default=OrderState.OWED)
    attempt = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(amount_fen__gt=0), name="order_of_something"),
            models.CheckConstraint(
                condition=Q(state__in=[s.value for s in OrderState]), name="order_state_known"
            ),
        ]
        indexes = [models.Index(fields=["round", "state"], name="order_by_round")]


class Recovery(models.Model):
    """Paid too much: what is asked back, and how much of it came."""

    id = models.UUIDField(primary_key=True, default=new_id)
    entitlement = models.ForeignKey(Entitlement, on_delete=models.PROTECT, related_name="recoveries")
    amount_fen = models.BigIntegerField()
    recovered_fen = models.BigIntegerField(default=0)
    state = models.CharField(max_length=9, default=RecoveryState.OPEN)
    part = models.PositiveSmallIntegerField(default=0)
    claimed_by = models.UUIDField()
    claimed_at = models.DateTimeField()
    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["entitlement"], condition=Q(state=RecoveryState.OPEN.value), name="recovery_open_once"
            ),
            models.CheckConstraint(
                condition=Q(amount_fen__gt=0, recovered_fen__gte=0, recovered_fen__lte=F("amount_fen")),
                name="recovery_within_claim",
            ),
        ]


class SubjectAccount(models.Model):
    """A bank account of a subject. Put forward by one, confirmed by another where the office does it so."""

    id = models.UUIDField(primary_key=True, default=new_id)
    office_path = models.CharField(max_length=120)
    area = models.CharField(max_length=6)
    subject = models.CharField(max_length=60)
    account_name = models.CharField(max_length=200)
    account_tail = models.CharField(max_length=4, blank=True)
    bank_name = models.CharField(max_length=120, blank=True)
    source = models.CharField(max_length=10)  # run | desk | employer | tax
    state = models.CharField(max_length=9)  # proposed | active | failed | replaced | refused
    proposed_by = models.UUIDField()
    proposed_at = models.DateTimeField()
    confirmed_by = models.UUIDField(null=True)
    confirmed_at = models.DateTimeField(null=True)
    needs_second = models.BooleanField(default=False)
    account_index = models.BinaryField(null=True)
    account_no = SealedField(noun=NOUN, index="account_index")
    phone = SealedField(noun=NOUN)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["area", "subject"], condition=Q(state="active"), name="account_active_once"
            ),
            models.CheckConstraint(
                condition=Q(needs_second=False)
                | Q(confirmed_by=None, state__in=["proposed", "refused"])
                | (Q(confirmed_by__isnull=False) & ~Q(confirmed_by=F("proposed_by"))),
                name="account_by_two_persons",
            ),
        ]
        indexes = [models.Index(fields=["subject", "area"], name="account_by_subject")]


class Batch(models.Model):
    """Payments for one bank file. Sealed with count, sum and digest of its lines; sent only when approved."""

    id = models.UUIDField(primary_key=True, default=new_id)
    programme = models.CharField(max_length=60)
    area = models.CharField(max_length=6)
    office_id = models.UUIDField()
    office_path = models.CharField(max_length=120)
    period = models.CharField(max_length=21)
    number = models.CharField(max_length=40, unique=True)
    book_id = models.UUIDField()
    rules_hash = models.CharField(max_length=64)
    layout = models.CharField(max_length=40)
    is_sealed = models.BooleanField(default=False)
    line_count = models.PositiveIntegerField(default=0)
    sum_fen = models.BigIntegerField(default=0)
    digest = models.CharField(max_length=64, blank=True)
    state = models.CharField(max_length=9, default=BatchState.APPROVING)
    approval_id = models.UUIDField(null=True)
    file_digest = models.CharField(max_length=64, blank=True)
    file_name = models.CharField(max_length=80, blank=True)
    file_lines = models.PositiveIntegerField(default=0)  # progress of writing
    prepared_by = models.UUIDField()
    prepared_by_name = models.CharField(max_length=40, blank=True)
    prepared_at = models.DateTimeField()
    sent_by = models.UUIDField(null=True)
    sent_at = models.DateTimeField(null=True)
    paid_count = models.PositiveIntegerField(default=0)
    paid_fen = models.BigIntegerField(default=0)
    failed_count = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(sent_by=None) | ~Q(prepared_by=F("sent_by")), name="batch_by_two_persons"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[BatchState.SENT.value, BatchState.ANSWERED.value])
                | (Q(sent_by__isnull=False, approval_id__isnull=False, is_sealed=True) & ~Q(file_digest="")),
                name="batch_sent_is_approved",
            ),
        ]
        indexes = [models.Index(fields=["office_path", "prepared_at", "id"], name="batch_by_office")]


class BatchLine(models.Model):
    """One payment in one batch, to one account, and what the bank said. `attempt`: which try of the payment."""

    id = models.UUIDField(primary_key=True, default=new_id)
    batch = models.ForeignKey(Batch, on_delete=models.PROTECT, related_name="lines", db_constraint=False,
                              db_index=False)  # fmt: skip
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="lines", db_constraint=False,
                              db_index=False)  # fmt: skip
    account = models.ForeignKey(SubjectAccount, on_delete=models.PROTECT, related_name="+", db_constraint=False,
                                db_index=False)  # fmt: skip
    attempt = models.PositiveSmallIntegerField()
    position = models.PositiveIntegerField()
    amount_fen = models.BigIntegerField()
    result = models.CharField(max_length=8, blank=True)  # '' | paid | returned
    reason = models.CharField(max_length=120, blank=True)
    answered_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["batch", "position"], name="batch_line_once"),
            models.UniqueConstraint(fields=["order", "attempt"], name="order_tried_once"),
            models.CheckConstraint(condition=Q(amount_fen__gt=0), name="batch_line_of_something"),
            models.CheckConstraint(
                condition=Q(result__in=["", "paid", "returned"]), name="batch_result_known"
            ),
        ]


class ReturnFile(models.Model):
    """A file the bank sent back: what was taken from it, and the lines that were not, each with its sentence."""

    id = models.UUIDField(primary_key=True, default=new_id)
    batch = models.ForeignKey(Batch, on_delete=models.PROTECT, related_name="returns")
    name = models.CharField(max_length=120)
    digest = models.CharField(max_length=64)
    received_by = models.UUIDField()
    received_at = models.DateTimeField()
    paid = models.PositiveIntegerField()
    failed = models.PositiveIntegerField()
    wrong = models.JSONField(default=list)  # [{row, message, params}], the first ones
    wrong_count = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["batch", "digest"], name="benefit_return_once")]


class AccountChase(models.Model):
    """A payment that has no working account: what was done about it, and what comes next."""

    id = models.UUIDField(primary_key=True, default=new_id)
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="chases")
    office_path = models.CharField(max_length=120)
    reason = models.CharField(max_length=120)
    opened_on = models.DateField()
    steps_done = models.PositiveSmallIntegerField(default=0)
    next_on = models.DateField(null=True)
    listed_on = models.DateField(null=True)
    state = models.CharField(max_length=9, default="open")  # open | corrected | lapsed | dropped
    ended_on = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["order"], condition=Q(state="open"), name="chase_open_once")
        ]
        indexes = [models.Index(fields=["state", "next_on"], name="chase_by_day")]


class ChaseStep(models.Model):
    """One thing done about a missing account. Never changed."""

    chase = models.ForeignKey(AccountChase, on_delete=models.PROTECT, related_name="steps")
    kind = models.CharField(max_length=10)  # message | call | list | lapse
    at = models.DateTimeField()
    note = models.CharField(max_length=120, blank=True)


class UseOfMoney(models.Model):
    """What a subject says it used the money for. Corrected by a counter-entry, never changed."""

    id = models.UUIDField(primary_key=True, default=new_id)
    entitlement = models.ForeignKey(Entitlement, on_delete=models.PROTECT, related_name="uses")
    office_path = models.CharField(max_length=120)
    purpose = models.CharField(max_length=40)
    amount_fen = models.BigIntegerField()
    used_on = models.DateField()
    note = models.CharField(max_length=200, blank=True)
    file_id = models.UUIDField(null=True)
    reverses = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="+")
    noted_by = models.UUIDField()
    noted_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(reverses=None, amount_fen__gt=0) | Q(reverses__isnull=False, amount_fen__lt=0),
                name="use_of_something",
            ),
            models.UniqueConstraint(
                fields=["reverses"], condition=Q(reverses__isnull=False), name="use_reversed_once"
            ),
        ]
