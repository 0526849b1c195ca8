"""One round trip in, one out: what is asked ahead, what travels with COMMIT, and what happens when a guess was wrong."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from django.db import IntegrityError, connection, transaction

from gongyou.kernel import audit, numbers, prepared
from gongyou.kernel.actions import action
from gongyou.kernel.ids import new_id
from gongyou.kernel.inserting import insert, together
from gongyou.kernel.models import AuditRecord, Job
from gongyou.kernel.tests.conftest import NOON, staff

pytestmark = pytest.mark.django_db

on_postgresql = pytest.mark.skipif(
    "connection.vendor != 'postgresql'", reason="nothing is asked ahead of SQLite"
)
SERIES = "t-26"


@dataclass(frozen=True)
class Numbered:
    serial: int


def _guess(actor, *, holder, guessed=""):
    return [numbers.asking_serial(series=SERIES, holder=guessed or holder)]


@action("things.number", right="things.write", answers=Numbered, ahead=_guess)
def number(act, *, holder, guessed=""):
    return Numbered(numbers.take_serial(act, series=SERIES, holder=holder, size=5))


def serial(**given):
    return number(staff(), **given).serial


def test_what_was_guessed_rightly_is_taken_once():
    assert [serial(holder="a") for _ in range(4)] == [1, 2, 3, 4]
    assert audit.verify().is_intact


def test_a_wrong_guess_takes_no_number_away():
    assert (serial(holder="a"), serial(holder="b")) == (1, 6)
    assert serial(holder="a", guessed="b") == 2
    assert serial(holder="b") == 7


def test_a_repeated_intent_takes_no_number():
    actor = staff().intending("once")
    assert (number(actor, holder="a").serial, number(actor, holder="a").serial) == (1, 1)
    assert serial(holder="a") == 2
    assert AuditRecord.objects.count() == 2


@pytest.mark.django_db(transaction=True)
@on_postgresql
def test_an_action_is_two_round_trips_and_has_committed_when_it_answers(monkeypatch):
    serial(holder="a")  # the lane, the block and the statements exist
    trips = []
    send = prepared._execute

    def counted(raw, statements, commits):
        trips.append((len(statements), commits))
        return send(raw, statements, commits)

    monkeypatch.setattr(prepared, "_execute", counted)
    number(staff().intending("k"), holder="a")
    assert trips == [(2, False), (2, True)]
    assert not connection.in_atomic_block
    transaction.get_connection().connection.rollback()  # nothing was left to take back
    assert audit.verify().records == 2


@pytest.mark.django_db(transaction=True)
@on_postgresql
def test_commit_is_not_reached_behind_a_statement_that_fails():
    def job(key):
        return Job(id=new_id(), kind="test.job", payload={}, due_at=NOON, unique_key=key)

    with pytest.raises(IntegrityError), transaction.atomic(), together(is_all=True):
        insert(job("once"))
        insert(job("once"))
    assert not Job.objects.exists()
    with transaction.atomic(), together(is_all=True):
        insert(job("once"))
    assert Job.objects.count() == 1


@on_postgresql
def test_statements_of_one_round_trip_see_one_another_and_stop_at_the_first_error():
    count = ("SELECT count(*) FROM kernel_auditlane", [])
    lane = ("INSERT INTO kernel_auditlane (lane, length, head) VALUES (%s, 0, '')", [7])
    assert prepared.execute_all([count, lane, count]) == [[(0,)], [], [(1,)]]
    with pytest.raises(IntegrityError, match="kernel_auditlane_pkey"), transaction.atomic():
        prepared.execute_all([lane, ("SELECT 1 / 0", [])])
    assert prepared.execute(*count) == [(1,)]


@pytest.mark.django_db(transaction=True)
def test_first_records_of_lanes_made_at_one_moment_chain_up(threads):
    audit.forget_lanes()
    serials = threads.run(*[lambda: serial(holder="a")] * 6)
    assert sorted(s for s in serials if isinstance(s, int)) == sorted(set(serials)), serials
    verdict = threads.call(audit.verify)
    assert (verdict.is_intact, verdict.records) == (True, 6), verdict


def test_the_database_hashes_a_record_as_the_walk_does():
    for name in ("“引号”", 'a"b\\c', "换\n行", "𬭎"):
        entry = audit.Entry(NOON, name, new_id(), new_id(), "staff", "37/", f"thing:{name}", b"\x00\xff" * 16)
        audit.append(entry)
    verdict = audit.verify()
    assert (verdict.is_intact, verdict.records) == (True, 4), verdict.broken
