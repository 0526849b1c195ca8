"""Books, accounts, postings and their transfers. What the columns can't say, triggers do (0002_balanced)."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from gongyou.kernel.ids import new_id


class Book(models.Model):
    """The book of one fund (or of the treasury's side of it), kept by one controller in one area."""

    id = models.UUIDField(primary_key=True, default=new_id)
    plan = models.CharField(max_length=60)
    plan_hash = models.CharField(max_length=64)  # the pinned declaration
    title = models.CharField(max_length=80)
    kind = models.CharField(max_length=10)  # fund | treasury
    fund = models.CharField(max_length=60)
    area = models.CharField(max_length=6)
    controller = models.CharField(max_length=60)
    office_id = models.UUIDField()
    office_path = models.CharField(max_length=120)  # collation "C" on PostgreSQL: scopes are ranges
    opened_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["area", "controller", "plan"], name="book_once"),
            models.CheckConstraint(condition=Q(kind__in=["fund", "treasury"]), name="book_kind_known"),
        ]
        indexes = [models.Index(fields=["office_path"], name="book_by_path")]


class Account(models.Model):
    """An account with its running totals, which only the counting trigger of transfers moves."""

    id = models.UUIDField(primary_key=True, default=new_id)
    book = models.ForeignKey(Book, on_delete=models.PROTECT, related_name="accounts")
    name = models.CharField(max_length=40)
    title = models.CharField(max_length=60)
    code = models.CharField(max_length=20, blank=True)
    side = models.CharField(max_length=6)  # debit | credit
    may_go_negative = models.BooleanField(default=False)
    number = models.PositiveSmallIntegerField()
    debit_fen = models.BigIntegerField(default=0)
    credit_fen = models.BigIntegerField(default=0)
    last_transfer = models.BigIntegerField(default=0)  # SQLite: the transfer counted last

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["book", "name"], name="account_once"),
            models.CheckConstraint(condition=Q(side__in=["debit", "credit"]), name="account_side_known"),
            models.CheckConstraint(
                condition=Q(may_go_negative=True)
                | Q(side="debit", debit_fen__gte=F("credit_fen"))
                | Q(side="credit", credit_fen__gte=F("debit_fen")),
                name="account_not_below_zero",
            ),
        ]


class Flow(models.Model):
    """A declared way between two accounts of a book."""

    id = models.UUIDField(primary_key=True, default=new_id)
    book = models.ForeignKey(Book, on_delete=models.PROTECT, related_name="flows")
    book_kind = models.CharField(max_length=10)
    name = models.CharField(max_length=40)
    title = models.CharField(max_length=60)
    debit = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    credit = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    money = models.CharField(max_length=10, blank=True)  # '' | returned | fine
    needs_approval = models.BooleanField(default=False)
    number = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["book", "name"], name="flow_once"),
            models.CheckConstraint(condition=~Q(debit=F("credit")), name="flow_between_two_accounts"),
            models.CheckConstraint(
                condition=Q(money="")
                | Q(money="returned", book_kind="fund")
                | Q(money="fine", book_kind="treasury"),
                name="flow_money_in_its_book",
            ),
        ]


class Period(models.Model):
    """A stretch of days postings belong to. Once closed nothing is posted into it."""

    id = models.UUIDField(primary_key=True, default=new_id)
    book = models.ForeignKey(Book, on_delete=models.PROTECT, related_name="periods")
    starts_on = models.DateField()
    ends_on = models.DateField()
    closed_at = models.DateTimeField(null=True)
    closed_by = models.UUIDField(null=True)
    transfer_count = models.BigIntegerField(null=True)  # control totals, written at closing
    sum_fen = models.BigIntegerField(null=True)
    digest = models.CharField(max_length=64, blank=True)  # over the trial balance at closing

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["book", "starts_on"], name="period_once"),
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="period_ends_after_start"),
        ]


class PeriodTotal(models.Model):
    """What an account stood at when a period was closed."""

    period = models.ForeignKey(Period, on_delete=models.PROTECT, related_name="totals")
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    debit_fen = models.BigIntegerField()
    credit_fen = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["period", "account"], name="period_total_once"),
        ]


class Draft(models.Model):
    """A posting somebody prepared; another person posts or drops it."""

    id = models.UUIDField(primary_key=True, default=new_id)
    book = models.ForeignKey(Book, on_delete=models.PROTECT, related_name="drafts")
    flow = models.ForeignKey(Flow, on_delete=models.PROTECT, related_name="+")
    posted_on = models.DateField()
    reference = models.CharField(max_length=64)
    purpose = models.CharField(max_length=200)
    entries = models.JSONField()  # [[reference, instalment, amount_fen], …]
    sum_fen = models.BigIntegerField()
    reverses = models.BigIntegerField(null=True)
    approval_id = models.UUIDField(null=True)
    prepared_by = models.UUIDField()
    prepared_by_name = models.CharField(max_length=40, blank=True)
    prepared_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    ended_by = models.UUIDField(null=True)
    posting_id = models.UUIDField(null=True)  # null and ended: dropped

    class Meta:
        indexes = [models.Index(fields=["book", "ended_at"], name="draft_open")]


class Posting(models.Model):
    """Transfers of one flow posted together, with their control totals."""

    id = models.UUIDField(primary_key=True, default=new_id)
    book = models.ForeignKey(Book, on_delete=models.PROTECT, related_name="postings")
    period = models.ForeignKey(Period, on_delete=models.PROTECT, related_name="postings")
    flow = models.ForeignKey(Flow, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=41)  # the flow's name; '~' before it: a counter-entry
    debit = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    credit = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    is_counter = models.BooleanField(default=False)
    posted_on = models.DateField()
    reference = models.CharField(max_length=64)
    purpose = models.CharField(max_length=200)
    approval_id = models.UUIDField(null=True)
    prepared_by = models.UUIDField()
    posted_by = models.UUIDField()
    posted_at = models.DateTimeField()
    is_sealed = models.BooleanField(default=False)
    transfer_count = models.PositiveIntegerField(default=0)
    sum_fen = models.BigIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["book", "kind", "reference"], name="posting_once"),
            models.CheckConstraint(condition=~Q(prepared_by=F("posted_by")), name="posting_by_two_persons"),
            models.CheckConstraint(condition=~Q(debit=F("credit")), name="posting_between_two_accounts"),
        ]
        indexes = [
            models.Index(fields=["debit", "posted_on", "id"], name="posting_by_debit"),
            models.Index(fields=["credit", "posted_on", "id"], name="posting_by_credit"),
            models.Index(fields=["book", "posted_at", "id"], name="posting_by_time"),
        ]


class Transfer(models.Model):
    """One balanced entry: an amount from the credited to the debited account. Written once, never changed.

    Book, kind and accounts repeat the posting's; a trigger checks that they do, once per statement, so that
    a batch pays for no foreign keys row by row.
    """

    id = models.BigAutoField(primary_key=True)
    posting = models.ForeignKey(
        Posting, on_delete=models.PROTECT, related_name="transfers", db_constraint=False
    )
    book = models.ForeignKey(
        Book, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    debit = models.ForeignKey(
        Account, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    credit = models.ForeignKey(
        Account, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    amount_fen = models.BigIntegerField()
    kind = models.CharField(max_length=41)
    reference = models.CharField(max_length=64)
    instalment = models.PositiveSmallIntegerField(default=1)
    reverses = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["book", "reference", "kind", "instalment"], name="transfer_posted_once"
            ),
            models.UniqueConstraint(
                fields=["reverses"], condition=Q(reverses__isnull=False), name="transfer_reversed_once"
            ),
            models.CheckConstraint(condition=Q(amount_fen__gt=0), name="transfer_of_something"),
            models.CheckConstraint(condition=~Q(debit=F("credit")), name="transfer_between_two_accounts"),
        ]


class ReturnFile(models.Model):
    """What the bank says became of a posting."""

    id = models.UUIDField(primary_key=True, default=new_id)
    posting = models.ForeignKey(Posting, on_delete=models.PROTECT, related_name="returns")
    name = models.CharField(max_length=120)
    digest = models.CharField(max_length=64)
    received_at = models.DateTimeField()
    received_by = models.UUIDField()
    line_count = models.PositiveIntegerField()
    sum_fen = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["posting", "digest"], name="return_file_once"),
        ]


class ReturnLine(models.Model):
    """One line of a return file, under our reference."""

    file = models.ForeignKey(ReturnFile, on_delete=models.PROTECT, related_name="lines", db_constraint=False)
    reference = models.CharField(max_length=64)
    instalment = models.PositiveSmallIntegerField(default=1)
    amount_fen = models.BigIntegerField()
    is_paid = models.BooleanField()
    reason = models.CharField(max_length=120, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["file", "reference", "instalment"], name="return_line_once"),
        ]
