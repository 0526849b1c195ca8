"""What people and employers answered, and the intention that follows from it.

An intention is what matching reads: no name, number or phone stands here (the registry keeps them sealed), and the home
is rounded to a hundredth of a degree, about a kilometre.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from gongyou.engines.employment.definitions import Channel, IntentionState, SurveyKind
from gongyou.kernel.ids import new_id
from gongyou.registry.models import Organisation


class SurveyAnswer(models.Model):
    """One answer, for ever as it was given: a later one is another row. Of a person or of an organisation."""

    id = models.UUIDField(primary_key=True, default=new_id)
    kind = models.CharField(max_length=11, choices=[(k.value, k.value) for k in SurveyKind])
    channel = models.CharField(max_length=7, choices=[(c.value, c.value) for c in Channel])
    area = models.CharField(max_length=6)
    office_path = models.CharField(max_length=120)  # collation "C" on PostgreSQL: scopes are ranges
    township = models.CharField(max_length=12, blank=True)
    person_id = models.UUIDField(null=True, db_index=True)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, null=True, related_name="+")
    wants_job = models.BooleanField(default=False)
    wants_training = models.BooleanField(default=False)
    training = models.JSONField(default=list)  # occupations or certificates somebody would learn for
    broker_id = models.UUIDField(null=True)
    answered_on = models.DateField()
    taken_by = models.UUIDField()
    taken_by_name = models.CharField(max_length=40, blank=True)
    taken_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(kind=SurveyKind.WILLINGNESS.value, person_id__isnull=False, organisation=None)
                | Q(kind=SurveyKind.SHORTAGE.value, person_id=None, organisation__isnull=False),
                name="answer_is_of_one",
            )
        ]
        indexes = [models.Index(fields=["office_path", "kind", "taken_at", "id"], name="answer_by_office")]


class Intention(models.Model):
    """What work a person of an area looks for; one row, its version counts the changes."""

    id = models.UUIDField(primary_key=True, default=new_id)
    person_id = models.UUIDField()
    area = models.CharField(max_length=6)
    office_path = models.CharField(max_length=120)
    answer = models.ForeignKey(SurveyAnswer, on_delete=models.PROTECT, related_name="+")
    division = models.CharField(max_length=6)
    township = models.CharField(max_length=12, blank=True)
    lon = models.FloatField(null=True)
    lat = models.FloatField(null=True)
    birth_on = models.DateField(null=True)
    sex = models.CharField(max_length=6, blank=True)  # for the report on fairness alone
    occupations = models.JSONField(default=list)
    certificates = models.JSONField(default=list)
    wage_min_fen = models.BigIntegerField(null=True)
    willing = models.JSONField(default=list)  # prefixes of divisions
    max_km = models.PositiveSmallIntegerField(null=True)
    shifts = models.JSONField(default=list)
    wants_gig = models.BooleanField(default=False)
    wants_messages = models.BooleanField(default=False)
    is_plain = models.BooleanField(default=False)  # no personalised order: nearest and newest instead
    from_on = models.DateField()
    until_on = models.DateField()
    state = models.CharField(max_length=9, default=IntentionState.ACTIVE)
    version = models.PositiveIntegerField(default=1)
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person_id", "area"], name="intention_once"),
            models.CheckConstraint(
                condition=Q(until_on__gte=models.F("from_on")), name="intention_days_in_order"
            ),
        ]
        indexes = [
            models.Index(fields=["area", "state", "id"], name="intention_to_match"),
            models.Index(fields=["office_path", "changed_at", "id"], name="intention_by_office"),
        ]


class HumanAsk(models.Model):
    """Somebody wants a person to look at their list instead of a program, and what that person said."""

    id = models.UUIDField(primary_key=True, default=new_id)
    intention = models.ForeignKey(Intention, on_delete=models.PROTECT, related_name="asks")
    office_path = models.CharField(max_length=120)
    text = models.CharField(max_length=500, blank=True)
    asked_at = models.DateTimeField()
    answer = models.CharField(max_length=500, blank=True)
    answered_by = models.UUIDField(null=True)
    answered_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["intention"], condition=Q(answered_at=None), name="ask_open_once")
        ]
