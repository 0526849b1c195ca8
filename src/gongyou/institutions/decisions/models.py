"""Tables of decisions: what was handed in, and what was run over it. Contents lie sealed in the data folder."""

from __future__ import annotations

from django.db import models

from gongyou.institutions.decisions.definitions import RunState
from gongyou.kernel.ids import new_id


class Snapshot(models.Model):
    """Tables as they were handed in, once. Never altered (trigger); corrected facts are another snapshot."""

    id = models.UUIDField(primary_key=True, default=new_id)
    programme = models.CharField(max_length=60)
    area = models.CharField(max_length=6)
    office_path = models.CharField(max_length=120)
    digest = models.CharField(max_length=64)
    only_subject = models.CharField(max_length=60, blank=True)  # one subject with facts put right
    files = models.JSONField()  # name → digest of the sealed content
    sizes = models.JSONField()
    counts = models.JSONField()  # table → read, accepted, rejected
    profile = models.CharField(max_length=64)
    rejects = models.CharField(max_length=64)
    taken_by = models.UUIDField()
    taken_by_name = models.CharField(max_length=40)
    taken_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["office_path", "programme", "area", "digest"], name="snapshot_taken_once"
            )
        ]


class SnapshotErased(models.Model):
    """The contents of a snapshot and of its runs are gone: their keep time was over. Counts and fingerprints stay."""

    id = models.UUIDField(primary_key=True, default=new_id)
    snapshot = models.OneToOneField(Snapshot, on_delete=models.PROTECT, related_name="erased")
    erased_at = models.DateTimeField()


class PolicyRun(models.Model):
    """One run of a policy over a snapshot. The key says everything that decides: the same key is the same run."""

    id = models.UUIDField(primary_key=True, default=new_id)
    run_key = models.CharField(max_length=64, unique=True)
    programme = models.CharField(max_length=60)
    area = models.CharField(max_length=6)
    office_path = models.CharField(max_length=120)
    content = models.CharField(max_length=64)  # hash of the published policy, in the catalogue for ever
    snapshot = models.ForeignKey(Snapshot, on_delete=models.PROTECT, related_name="runs")
    only_subject = models.CharField(max_length=60, blank=True)
    law_on = models.DateField()
    fact_from = models.DateField()
    fact_until = models.DateField()
    overrides = models.JSONField(default=dict)
    is_simulated = models.BooleanField(default=False)
    engine = models.CharField(max_length=12, default="duckdb")
    engine_version = models.CharField(max_length=40)
    ordered_by = models.UUIDField()
    ordered_by_name = models.CharField(max_length=40)
    ordered_at = models.DateTimeField()

    state = models.CharField(max_length=8, default=RunState.QUEUED)
    stage = models.CharField(max_length=12, blank=True)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    is_stop_asked = models.BooleanField(default=False)
    refusal = models.JSONField(default=dict)  # message, hint, params: why it failed

    policy_hash = models.CharField(max_length=64, blank=True)
    values_hash = models.CharField(max_length=64, blank=True)
    fingerprint = models.CharField(max_length=16, blank=True)
    rows = models.PositiveBigIntegerField(default=0)
    eligible = models.PositiveBigIntegerField(default=0)
    ineligible = models.PositiveBigIntegerField(default=0)
    unknown = models.PositiveBigIntegerField(default=0)
    total_fen = models.BigIntegerField(default=0)
    failed = models.JSONField(default=dict)  # condition → subjects that failed it
    assumed = models.JSONField(default=list)  # values that decided something and are assumed
    results = models.JSONField(default=dict)  # file → digest of the sealed content
    previous = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="followers")
    changes = models.JSONField(default=dict)  # kind of change → subjects, against `previous`

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(state=RunState.DONE)
                | (
                    ~models.Q(fingerprint="")
                    & ~models.Q(values_hash="")
                    & models.Q(finished_at__isnull=False)
                ),
                name="run_done_has_results",
            ),
            models.CheckConstraint(
                condition=~models.Q(state=RunState.DONE)
                | models.Q(rows=models.F("eligible") + models.F("ineligible") + models.F("unknown")),
                name="run_counts_everybody",
            ),
            models.CheckConstraint(
                condition=models.Q(is_simulated=True) | models.Q(overrides={}),
                name="run_with_set_values_is_simulated",
            ),
        ]
        indexes = [models.Index(fields=["office_path", "ordered_at", "id"], name="run_by_office")]


class RunPart(models.Model):
    """A finished part of a run that is not done: whoever takes up the run computes only the others."""

    id = models.UUIDField(primary_key=True, default=new_id)
    run = models.ForeignKey(PolicyRun, on_delete=models.CASCADE, related_name="parts")
    name = models.CharField(max_length=20)  # such as 0003-of-0012
    files = models.JSONField()  # file → digest of the sealed content

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run", "name"], name="part_kept_once")]
