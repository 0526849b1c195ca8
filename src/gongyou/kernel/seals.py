"""Reads of personal data are sealed in batches; the digest of each batch stands in the audit chain."""

from __future__ import annotations

from typing import Any

from gongyou.kernel import audit
from gongyou.kernel.access import Actor, system_actor
from gongyou.kernel.actions import Act, action
from gongyou.kernel.audit import SEAL, SealedReads
from gongyou.kernel.jobs import Payload, errand
from gongyou.kernel.models.audit import ReadBatch, ReadRecord

LARGEST = 5000


@action(SEAL, right=SEAL, answers=SealedReads)
def seal_reads(act: Act) -> SealedReads:
    """Seal up to 5,000 reads, oldest first. `count` 0: there was nothing to seal."""
    unsealed = ReadRecord.objects.select_for_update().filter(batch=None).order_by("at", "id")
    ids = list(unsealed.values_list("pk", flat=True)[:LARGEST])
    if not ids:
        return SealedReads(batch=0, count=0, digest="")
    batch = ReadBatch.objects.create(sealed_at=act.now, count=len(ids), digest=b"")
    for start in range(0, len(ids), 500):
        ReadRecord.objects.filter(pk__in=ids[start : start + 500]).update(batch=batch.pk)
    digest, count = audit.digest_of_reads(batch.pk)
    ReadBatch.objects.filter(pk=batch.pk).update(digest=digest, count=count)
    act.about(audit.subject_of_batch(batch.pk))
    return SealedReads(batch=batch.pk, count=count, digest=digest.hex())


def seal_all_reads(actor: Actor) -> int:
    """Seal batch after batch until nothing is left; returns how many reads were sealed."""
    total = 0
    while count := seal_reads(actor).count:
        total += count
    return total


def _seal_all(payload: Payload) -> int:
    return seal_all_reads(system_actor(SEAL))


@errand(SEAL, prepare=_seal_all)
def _note_sealing(act: Act, payload: Payload, outcome: Any) -> None:
    """Each batch was an action of its own; the job's record only says that it ran."""
