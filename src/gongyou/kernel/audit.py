"""The append-only chain: one keyed digest per action, in lanes; reads are sealed into it in batches."""

from __future__ import annotations

import hashlib
import os
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Max

from gongyou.kernel.bulk import insert_many
from gongyou.kernel.canonical import canonical, joined
from gongyou.kernel.inserting import insert, new_row, write
from gongyou.kernel.installation import installed
from gongyou.kernel.models.audit import AuditLane, AuditRecord, ReadBatch, ReadRecord
from gongyou.kernel.plain_reads import one

LANES = 8
SEAL = "audit.seal"
ONE_PER_PLACE = "audit_one_record_per_place"
"""The constraint on which two records collide that met in a lane not yet made: the second has only to try again."""


@dataclass(frozen=True)
class Entry:
    """What the chain keeps of one action."""

    at: datetime
    action: str
    action_id: UUID
    actor_id: UUID
    actor_kind: str
    office_path: str
    subject: str
    digest: bytes


@dataclass(frozen=True)
class Verdict:
    """The result of walking every lane. `broken` names the first bad place of each lane."""

    is_intact: bool
    records: int
    lanes: int
    read_batches: int
    broken: tuple[str, ...]


@dataclass(frozen=True)
class SealedReads:
    """A sealed batch of reads; `digest` in hex. It is the answer of the sealing action, so the chain holds it."""

    batch: int
    count: int
    digest: str


def digest_of_action(inputs: object, answer: object) -> bytes:
    """The keyed digest the chain keeps of what went into an action and what came out."""
    return digest_of_written(canonical(inputs), canonical(answer))


def digest_of_written(inputs: bytes, answer: bytes) -> bytes:
    """The same of canonical forms."""
    return installed().keyring.digest(joined(inputs, answer))


def append(entry: Entry) -> None:
    """Add to a lane inside the caller's transaction; call it last, the lane stays locked until commit."""
    if connection.features.has_select_for_update_skip_locked:
        _append_in_database(entry)
        return
    lane_number, length, previous = _locked_lane(_lane_of_this_thread())
    record = _record(entry, lane_number, length + 1, previous)
    insert(record)
    _move_head(lane_number, record)


# What append does elsewhere step by step: take a free lane, one's own first (else wait for one's own), chain the
# record to its head and move the head. So it travels with the statements before it and with COMMIT.
_APPEND = f"""
WITH given AS (SELECT %s::int AS own, %s::bytea AS digest),
lane AS MATERIALIZED (
  SELECT * FROM (
    SELECT lane, length, head FROM kernel_auditlane WHERE lane BETWEEN 0 AND {LANES - 1}
    ORDER BY lane <> (SELECT own FROM given), lane LIMIT 1 FOR UPDATE SKIP LOCKED
  ) free
  UNION ALL
  SELECT * FROM (
    SELECT lane, length, head FROM kernel_auditlane WHERE lane = (SELECT own FROM given) FOR UPDATE
  ) own
  LIMIT 1
),
place AS (
  SELECT coalesce(lane.lane, given.own) AS lane, coalesce(lane.length, 0) + 1 AS seq,
    coalesce(lane.head, '') AS previous, given.digest
  FROM given LEFT JOIN lane ON true
),
record AS (
  INSERT INTO kernel_auditrecord
    (lane, seq, at, action, action_id, actor_id, actor_kind, office_path, subject, digest, previous, hash)
  SELECT lane, seq, %s::timestamptz, %s, %s::uuid, %s::uuid, %s, %s, %s, digest, previous,
    sha256(previous || convert_to('[' || lane || ',' || seq || ',' || %s::text, 'UTF8'))
  FROM place
  RETURNING lane, seq, hash
)
INSERT INTO kernel_auditlane (lane, length, head) SELECT lane, seq, hash FROM record
ON CONFLICT (lane) DO UPDATE SET length = excluded.length, head = excluded.head
"""  # noqa: S608 — our own number


_LANE_EXISTS = "INSERT INTO kernel_auditlane (lane, length, head) VALUES (%s, 0, '') ON CONFLICT DO NOTHING"
# Of each thread: what another thread has made is there for this one only when it has committed.
_made = threading.local()


def forget_lanes() -> None:
    """For whoever emptied the tables."""
    _made.own = None


def _append_in_database(entry: Entry) -> None:
    own = _lane_of_this_thread()
    if getattr(_made, "own", None) != own:
        write(_LANE_EXISTS, [own])  # two writers of one new lane meet here, and the second waits
        _made.own = own
    content = canonical(_content(entry)).decode()
    write(
        _APPEND,
        [
            own, entry.digest, entry.at, entry.action, entry.action_id, entry.actor_id,
            entry.actor_kind, entry.office_path, entry.subject, content.removeprefix("["),
        ],
    )  # fmt: skip


def append_all(entries: Sequence[Entry]) -> None:
    """Add many entries to one lane, in order; like `append`, call it last."""
    lane_number, length, previous = _locked_lane(_lane_of_this_thread())
    records = []
    for seq, entry in enumerate(entries, start=length + 1):
        record = _record(entry, lane_number, seq, previous)
        previous = bytes(record.hash)
        records.append(record)
    insert_many(AuditRecord, _COLUMNS, [[getattr(record, name) for name in _COLUMNS] for record in records])
    _move_head(lane_number, records[-1])


_COLUMNS = (
    "lane", "seq", "at", "action", "action_id", "actor_id", "actor_kind", "office_path", "subject", "digest",
    "previous", "hash",
)  # fmt: skip


def _lane_of_this_thread() -> int:
    return (os.getpid() * 31 + threading.get_ident() // 64) % LANES


def _record(entry: Entry, lane: int, seq: int, previous: bytes) -> AuditRecord:
    record = new_row(
        AuditRecord,
        lane=lane,
        seq=seq,
        at=entry.at,
        action=entry.action,
        action_id=entry.action_id,
        actor_id=entry.actor_id,
        actor_kind=entry.actor_kind,
        office_path=entry.office_path,
        subject=entry.subject,
        digest=entry.digest,
        previous=previous,
    )
    record.hash = _hash_of(record)
    return record


def _move_head(lane: int, record: AuditRecord) -> None:
    write(
        "UPDATE kernel_auditlane SET length = %s, head = %s WHERE lane = %s",
        [record.seq, record.hash, lane],
        table="kernel_auditlane",
    )


_LANE = "SELECT lane, length, head FROM kernel_auditlane WHERE lane = %s"
_FREE_LANE = (
    "SELECT lane, length, head FROM kernel_auditlane WHERE lane BETWEEN 0 AND %s"
    " ORDER BY lane <> %s, lane LIMIT 1 FOR UPDATE SKIP LOCKED"
)


def _locked_lane(number: int) -> tuple[int, int, bytes]:
    """(lane, length, head) of a lane, locked until commit: one's own; else any that is free; else one's own, waiting."""
    if not connection.features.has_select_for_update_skip_locked:
        found = one(_LANE, [number])
    else:
        found = one(_FREE_LANE, [LANES - 1, number]) or one(f"{_LANE} FOR UPDATE", [number])
    if found is None:
        AuditLane.objects.bulk_create([AuditLane(lane=number)], ignore_conflicts=True)
        return _locked_lane(number)
    return found[0], found[1], bytes(found[2])


def _content(entry: Entry | AuditRecord) -> list[Any]:
    """What the hash covers beside lane and place."""
    return [
        int(entry.at.timestamp() * 1_000_000),
        entry.action,
        entry.action_id,
        entry.actor_id,
        entry.actor_kind,
        entry.office_path,
        entry.subject,
        bytes(entry.digest),
    ]


def _hash_of(record: AuditRecord) -> bytes:
    content = [record.lane, record.seq, *_content(record)]
    return hashlib.sha256(bytes(record.previous) + canonical(content)).digest()


def verify() -> Verdict:
    """Walk every lane from its first record and every sealed batch of reads."""
    broken: list[str] = []
    records = 0
    lanes = list(AuditLane.objects.order_by("lane"))
    for lane in lanes:
        count, fault = _walk(lane)
        records += count
        if fault:
            broken.append(fault)
    heads_now = AuditLane.objects.values("lane")
    unknown = AuditRecord.objects.exclude(lane__in=heads_now).values_list("lane", flat=True).distinct()
    broken += [f"lane {number}: records without a head" for number in sorted(unknown)]
    batches, faults = _verify_batches()
    broken += faults
    return Verdict(not broken, records, len(lanes), batches, tuple(broken))


def _verify_batches() -> tuple[int, list[str]]:
    """(how many, faults): the reads against their batch, the batch against the chain."""
    sealings = dict(
        AuditRecord.objects.filter(action=SEAL).exclude(subject="").values_list("subject", "digest")
    )
    faults: list[str] = []
    count = 0
    for batch in ReadBatch.objects.order_by("id").iterator():
        count += 1
        digest, reads = digest_of_reads(batch.pk)
        in_chain = sealings.pop(subject_of_batch(batch.pk), None) or _sealing_of(batch.pk)
        if digest != bytes(batch.digest) or reads != batch.count:
            faults.append(f"read batch {batch.pk}: its records were altered")
        elif bytes(in_chain) != digest_of_action({}, SealedReads(batch.pk, reads, digest.hex())):
            faults.append(f"read batch {batch.pk}: it is not the one the chain knows")
    return count, faults + [f"{subject}: the sealed batch was removed" for subject in sorted(sealings)]


def _sealing_of(batch: int) -> bytes:
    """Its digest in the chain; asked again for a batch sealed while we were walking."""
    rows = AuditRecord.objects.filter(action=SEAL, subject=subject_of_batch(batch))
    return bytes(rows.values_list("digest", flat=True).first() or b"")


def subject_of_batch(batch: int) -> str:
    return f"reads:{batch}"


def _walk(lane: AuditLane) -> tuple[int, str]:
    previous, seq = b"", 0
    # Up to the head as it was read: writers go on while we walk.
    records = AuditRecord.objects.filter(lane=lane.lane, seq__lte=lane.length)
    for record in records.order_by("seq").iterator(chunk_size=2000):
        seq += 1
        if record.seq != seq:
            return seq, f"lane {lane.lane}: record {seq} is missing"
        if bytes(record.previous) != previous or bytes(record.hash) != _hash_of(record):
            return seq, f"lane {lane.lane}: record {seq} was altered"
        previous = bytes(record.hash)
    if seq != lane.length or previous != bytes(lane.head):
        return seq, f"lane {lane.lane}: its end was cut off after record {seq}"
    top = AuditRecord.objects.filter(lane=lane.lane).aggregate(top=Max("seq"))["top"] or 0
    if top > AuditLane.objects.get(lane=lane.lane).length:
        return seq, f"lane {lane.lane}: records stand beyond its head"
    return seq, ""


def heads() -> Iterator[tuple[int, int, str]]:
    """(lane, length, head in hex): the daily root to print or escrow."""
    for lane in AuditLane.objects.order_by("lane"):
        yield lane.lane, lane.length, bytes(lane.head).hex()


def digest_of_reads(batch: int) -> tuple[bytes, int]:
    """SHA-256 over the reads of a batch in the order of their ids, and how many they are."""
    summary = hashlib.sha256()
    count = 0
    for read in ReadRecord.objects.filter(batch=batch).order_by("id").iterator(chunk_size=2000):
        stamp = int(read.at.timestamp() * 1_000_000)
        summary.update(
            canonical([read.pk, stamp, read.actor_id, read.actor_kind, read.noun, read.purpose, read.ids])
        )
        count += 1
    return summary.digest(), count
