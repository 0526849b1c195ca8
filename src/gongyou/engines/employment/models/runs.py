"""Runs of matching over an area, and the list each person has from the last one."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from gongyou.engines.employment.definitions import RUN_OPEN, RunKind, RunState
from gongyou.engines.employment.models.surveys import Intention
from gongyou.kernel.ids import new_id


class MatchRun(models.Model):
    """One run: what went in and came out lies sealed under its digests; numbers and hashes stand here."""

    id = models.UUIDField(primary_key=True, default=new_id)
    area = models.CharField(max_length=6)
    office_path = models.CharField(max_length=120)
    programme = models.CharField(max_length=60)
    kind = models.CharField(max_length=6, default=RunKind.FULL)
    on = models.DateField()
    top = models.PositiveSmallIntegerField()
    previous = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="+")
    ordered_by = models.UUIDField()
    ordered_by_name = models.CharField(max_length=40, blank=True)
    ordered_at = models.DateTimeField()
    state = models.CharField(max_length=7, default=RunState.QUEUED)
    progress = models.CharField(max_length=80, blank=True)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    input_digest = models.CharField(max_length=64, blank=True)
    rulebook_hash = models.CharField(max_length=64, blank=True)
    fingerprint = models.CharField(max_length=64, blank=True)
    workers = models.PositiveIntegerField(default=0)
    posts = models.PositiveIntegerField(default=0)
    recommended = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)  # lists that differ from the run before
    summary = models.JSONField(default=dict)
    fairness = models.JSONField(default=list)
    files = models.JSONField(default=dict)  # name → digest of the sealed content
    refusal = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["area"], condition=Q(state__in=[s.value for s in RUN_OPEN]), name="match_open_once"
            ),
            models.CheckConstraint(
                condition=~Q(state=RunState.DONE.value)
                | (~Q(input_digest="") & ~Q(rulebook_hash="") & ~Q(fingerprint="")),
                name="match_done_has_hashes",
            ),
        ]
        indexes = [models.Index(fields=["area", "ordered_at", "id"], name="match_by_area")]


class Listing(models.Model):
    """The list of one person as the last run left it: posts in order, and what is nearly within reach."""

    id = models.UUIDField(primary_key=True, default=new_id)
    intention = models.OneToOneField(Intention, on_delete=models.CASCADE, related_name="listing")
    run = models.ForeignKey(MatchRun, on_delete=models.PROTECT, related_name="+", db_index=False)
    posts = models.JSONField(default=list)  # [post id, score in parts of a million, [reasons]]
    near = models.JSONField(default=list)  # [post id, certificate]
