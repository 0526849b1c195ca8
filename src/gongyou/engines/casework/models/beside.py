"""Tables of what goes on beside a matter: rungs of its ladder, help, what it repeats, incidents."""

from __future__ import annotations

from django.db import models

from gongyou.engines.casework.models.matters import Case, CaseText, Clock
from gongyou.kernel.ids import new_id


class Rise(models.Model):
    """A rung taken: which office it reached and who was told there. Once per run of a clock, by constraint."""

    class ToldAs(models.TextChoices):
        HOLDER = "holder"  # of the matter
        DUTY = "duty"  # on the office's rota
        POST = "post"  # holds a post there
        OFFICE = "office"  # nobody at any level: the office at the top has it on its list

    id = models.UUIDField(primary_key=True, default=new_id)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="rises")
    clock = models.ForeignKey(Clock, on_delete=models.PROTECT, related_name="rises")
    round = models.PositiveSmallIntegerField()
    step = models.CharField(max_length=30)
    does = models.CharField(max_length=8)
    due_at = models.DateTimeField()
    at = models.DateTimeField()
    office_id = models.UUIDField()  # that answers; where the one meant has nobody, the next one up
    office_path = models.CharField(max_length=120)
    meant_office_id = models.UUIDField()
    told_as = models.CharField(max_length=8, choices=ToldAs.choices)
    told_account_id = models.UUIDField(null=True)
    told_name = models.CharField(max_length=40, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["clock", "step", "meant_office_id"], name="rise_once_per_clock"),
        ]
        indexes = [models.Index(fields=["office_path", "at", "id"], name="rise_by_office")]


class HelpRequest(models.Model):
    """An office asked to help: responsibility stays where the matter lies, the helper has a date of its own."""

    id = models.UUIDField(primary_key=True, default=new_id)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="helps")
    office_id = models.UUIDField()
    office_path = models.CharField(max_length=120)
    asked_at = models.DateTimeField()
    asked_by = models.UUIDField()
    reason = models.ForeignKey(CaseText, on_delete=models.PROTECT, null=True, related_name="+")
    due_at = models.DateTimeField()
    reported_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)  # without a report: the matter closed first
    report = models.ForeignKey(CaseText, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case", "office_id"],
                condition=models.Q(reported_at__isnull=True, ended_at__isnull=True),
                name="help_once_at_a_time",
            ),
        ]


class RepeatLink(models.Model):
    """A matter that says again what an earlier one said, and what was decided about it."""

    id = models.UUIDField(primary_key=True, default=new_id)
    case = models.OneToOneField(Case, on_delete=models.PROTECT, related_name="repeat_of")
    earlier = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="repeats")
    has_new_facts = models.BooleanField()
    decided_by = models.UUIDField()
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(case=models.F("earlier")), name="repeat_is_of_another"
            ),
        ]


class Incident(models.Model):
    """Many matters that are one: a commander, a report line, the people each with their own answer."""

    id = models.UUIDField(primary_key=True, default=new_id)
    area = models.CharField(max_length=6)
    programme = models.CharField(max_length=60)
    title = models.CharField(max_length=80)
    cause = models.CharField(max_length=10)  # persons | share | words | staff
    raised_by = models.UUIDField()
    raised_at = models.DateTimeField()
    office_id = models.UUIDField()  # commands: one, at the top of the area
    office_path = models.CharField(max_length=120)
    commander_id = models.UUIDField(null=True)
    commander_name = models.CharField(max_length=40, blank=True)
    report_due_at = models.DateTimeField()
    reported_to = models.CharField(max_length=80, blank=True)
    reported_at = models.DateTimeField(null=True)
    public_line = models.TextField(blank=True)  # what every person in it reads
    is_narrow = models.BooleanField(default=True)
    closed_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        indexes = [models.Index(fields=["area", "closed_at"], name="incident_by_area")]


class IncidentEntry(models.Model):
    """The log of an incident, appended only: raised, reported, told, closed, with who and when."""

    id = models.UUIDField(primary_key=True, default=new_id)
    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="entries")
    kind = models.CharField(max_length=12)
    at = models.DateTimeField()
    actor_id = models.UUIDField()
    actor_name = models.CharField(max_length=40, blank=True)
    text = models.TextField(blank=True)
    count = models.PositiveIntegerField(default=0)
