"""The chain finds what was altered, removed or cut off, and the database refuses the attempt in the first place."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.db import DatabaseError, connection, transaction
from django.db.models import F

from gongyou.kernel import audit
from gongyou.kernel.access import system_actor
from gongyou.kernel.actions import action
from gongyou.kernel.errors import NotAllowed
from gongyou.kernel.jobs import run_due
from gongyou.kernel.models import AuditLane, AuditRecord, Job, ReadBatch, ReadRecord
from gongyou.kernel.moment import now
from gongyou.kernel.personal_data import record_read
from gongyou.kernel.seals import seal_all_reads, seal_reads
from gongyou.kernel.tests.conftest import staff, without_triggers

pytestmark = pytest.mark.django_db


@action("chain.step", right=None)
def step(act, *, number):
    act.about(f"thing:{number}", "37/")


def write_chain(length=5):
    actor = staff()
    for number in range(length):
        step(actor, number=number)


def test_an_untouched_chain_verifies():
    write_chain()
    verdict = audit.verify()
    assert (verdict.is_intact, verdict.records, verdict.broken) == (True, 5, ())
    assert [length for _, length, _ in audit.heads()] == [5]


@pytest.mark.parametrize(
    "change",
    [
        {"subject": "thing:99"}, {"action": "chain.other"}, {"office_path": "38/"}, {"actor_kind": "system"},
        {"digest": b"\0" * 32}, {"at": now()}, {"actor_id": uuid4()},
    ],
    ids=lambda change: next(iter(change)),
)  # fmt: skip
def test_an_altered_record_is_found(change):
    write_chain()
    without_triggers()
    AuditRecord.objects.filter(seq=3).update(**change)
    verdict = audit.verify()
    assert not verdict.is_intact
    assert "record 3 was altered" in verdict.broken[0]


def test_an_altered_record_with_a_fresh_hash_breaks_the_next_link():
    write_chain()
    without_triggers()
    record = AuditRecord.objects.get(seq=3)
    record.subject = "thing:99"
    record.hash = audit._hash_of(record)
    record.save()
    assert "record 4 was altered" in audit.verify().broken[0]


def test_a_removed_record_is_found():
    write_chain()
    without_triggers()
    AuditRecord.objects.filter(seq=2).delete()
    assert "record 2 is missing" in audit.verify().broken[0]


def test_a_cut_off_end_is_found():
    write_chain()
    without_triggers()
    AuditRecord.objects.filter(seq=5).delete()
    assert "cut off after record 4" in audit.verify().broken[0]


def test_records_beyond_the_head_are_found():
    write_chain()
    without_triggers()
    before = AuditRecord.objects.get(seq=4)
    AuditLane.objects.update(length=4, head=before.hash)
    assert "beyond its head" in audit.verify().broken[0]


def test_a_lane_without_head_is_found():
    write_chain()
    without_triggers()
    AuditLane.objects.all().delete()
    assert "without a head" in audit.verify().broken[0]


REFUSED = {
    "update a record": lambda: AuditRecord.objects.update(subject="x"),
    "delete a record": lambda: AuditRecord.objects.all()._raw_delete("default"),
    "delete a lane": lambda: AuditLane.objects.all()._raw_delete("default"),
    "shorten a lane": lambda: AuditLane.objects.update(length=F("length") - 1),
    "delete a read": lambda: ReadRecord.objects.all()._raw_delete("default"),
    "alter a read": lambda: ReadRecord.objects.update(purpose="another"),
    "alter whose data was read": lambda: ReadRecord.objects.update(ids=[]),
    "unseal a read": lambda: ReadRecord.objects.update(batch=None),
    "delete a batch": lambda: ReadBatch.objects.all()._raw_delete("default"),
}


@pytest.mark.parametrize("attempt", REFUSED, ids=str)
def test_the_database_refuses(attempt):
    write_chain(2)
    record_read(staff(), "person", [uuid4()], "办理")
    seal_reads(system_actor())
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        REFUSED[attempt]()
    assert audit.verify().is_intact


def test_every_trigger_stands_after_all_migrations():
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(
                "SELECT count(*) FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'append_only_kernel_%'"
            )
        else:
            cursor.execute("SELECT count(*) FROM pg_trigger WHERE tgname LIKE 'append_only_kernel_%'")
        assert cursor.fetchone()[0] == 7


def read_some(count=3):
    actor = staff()
    for _ in range(count):
        record_read(actor, "person", [uuid4(), uuid4()], "办理诉求")


def test_reads_are_sealed_once_and_verify():
    read_some(3)
    sealed = seal_reads(system_actor())
    assert (sealed.count, len(sealed.digest)) == (3, 64)
    assert seal_reads(system_actor()).count == 0
    read_some(2)
    assert seal_all_reads(system_actor()) == 2
    verdict = audit.verify()
    assert (verdict.is_intact, verdict.read_batches) == (True, 2)


def test_sealing_needs_its_right():
    with pytest.raises(NotAllowed):
        seal_reads(staff())


def test_sealing_runs_as_a_job():
    read_some(3)
    Job.objects.create(kind="audit.seal", payload={}, due_at=now())
    assert run_due() == 1
    assert ReadRecord.objects.filter(batch=None).count() == 0
    assert audit.verify().is_intact


TAMPERINGS = {
    "alter a purpose": lambda: ReadRecord.objects.filter(pk=ReadRecord.objects.first().pk).update(
        purpose="其他"
    ),
    "alter who read": lambda: ReadRecord.objects.filter(pk=ReadRecord.objects.first().pk).update(
        actor_id=uuid4()
    ),
    "remove one read": lambda: ReadRecord.objects.first().delete(),
    "take one out of the batch": lambda: ReadRecord.objects.filter(pk=ReadRecord.objects.first().pk).update(
        batch=None
    ),
    "remove batch and reads": lambda: (ReadRecord.objects.all().delete(), ReadBatch.objects.all().delete()),
}


@pytest.mark.parametrize("tampering", TAMPERINGS, ids=str)
def test_tampered_reads_are_found(tampering):
    read_some(3)
    seal_reads(system_actor())
    without_triggers()
    TAMPERINGS[tampering]()
    verdict = audit.verify()
    assert not verdict.is_intact
    assert "read" in verdict.broken[0]


def test_a_batch_sealed_anew_over_fewer_reads_does_not_match_the_chain():
    read_some(3)
    sealed = seal_reads(system_actor())
    without_triggers()
    ReadRecord.objects.first().delete()
    digest, count = audit.digest_of_reads(sealed.batch)
    ReadBatch.objects.filter(pk=sealed.batch).update(digest=digest, count=count)
    assert audit.verify().broken == (f"read batch {sealed.batch}: it is not the one the chain knows",)


def test_a_read_needs_a_purpose():
    with pytest.raises(NotAllowed):
        record_read(staff(), "person", [uuid4()], "")
    assert ReadRecord.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_walking_the_chain_while_others_write_raises_no_false_alarm(threads):
    def write():
        for number in range(15):
            step(staff(), number=number)
            record_read(staff(), "person", [uuid4()], "办理诉求")
            seal_reads(system_actor())

    def walk():
        return [audit.verify() for _ in range(25)]

    outcomes = threads.run(write, write, write, walk)
    assert not [o for o in outcomes if isinstance(o, BaseException)], outcomes
    assert [verdict.broken for verdict in outcomes[-1]] == [()] * 25
    last = threads.call(audit.verify)
    assert (last.is_intact, last.records) == (True, 90)
