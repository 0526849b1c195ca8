"""The append-only chain: one keyed digest per action, in lanes; reads are sealed into it in batches."""

from __future__ import annotations

import hashlib
import os
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from gongyou.kernel.canonical import canonical
from gongyou.kernel.models.audit import AuditLane, AuditRecord, ReadBatch, ReadRecord

LANES = 8


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


def append(entry: Entry) -> None:
    """Add to a lane inside the caller's transaction; call it last, the lane stays locked until commit."""
    lane_number = (os.getpid() * 31 + threading.get_ident() // 64) % LANES
    lane = _locked_lane(lane_number)
    previous = bytes(lane.head)
    record = AuditRecord(
        lane=lane_number,
        seq=lane.length + 1,
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
    record.save(force_insert=True)
    AuditLane.objects.filter(lane=lane_number).update(length=record.seq, head=record.hash)


def _locked_lane(number: int) -> AuditLane:
    lane = AuditLane.objects.select_for_update().filter(lane=number).first()
    if lane is None:
        AuditLane.objects.bulk_create([AuditLane(lane=number)], ignore_conflicts=True)
        lane = AuditLane.objects.select_for_update().get(lane=number)
    return lane


def _hash_of(record: AuditRecord) -> bytes:
    content = [
        record.lane,
        record.seq,
        int(record.at.timestamp() * 1_000_000),
        record.action,
        record.action_id,
        record.actor_id,
        record.actor_kind,
        record.office_path,
        record.subject,
        bytes(record.digest),
    ]
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
    unknown = AuditRecord.objects.exclude(lane__in=[lane.lane for lane in lanes]).values_list("lane", flat=True)
    broken += [f"lane {number}: records without a head" for number in sorted(set(unknown))]
    batches = 0
    for batch in ReadBatch.objects.order_by("id").iterator():
        batches += 1
        if digest_of_reads(batch.pk)[0] != bytes(batch.digest):
            broken.append(f"read batch {batch.pk}: its records were altered")
    return Verdict(not broken, records, len(lanes), batches, tuple(broken))


def _walk(lane: AuditLane) -> tuple[int, str]:
    previous, seq = b"", 0
    for record in AuditRecord.objects.filter(lane=lane.lane).order_by("seq").iterator(chunk_size=2000):
        seq += 1
        if record.seq != seq:
            return seq, f"lane {lane.lane}: record {seq} is missing"
        if bytes(record.previous) != previous or bytes(record.hash) != _hash_of(record):
            return seq, f"lane {lane.lane}: record {seq} was altered"
        previous = bytes(record.hash)
    if seq != lane.length or previous != bytes(lane.head):
        return seq, f"lane {lane.lane}: its end was cut off after record {seq}"
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
