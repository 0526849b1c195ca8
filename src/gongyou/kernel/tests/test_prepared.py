"""Prepared statements and inserts that wait: what goes in comes out, errors are Django's, order is kept."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import DataError, IntegrityError, connection, transaction

from gongyou.kernel import prepared
from gongyou.kernel.ids import new_id
from gongyou.kernel.inserting import ROWS_AT_ONCE, insert, together, write
from gongyou.kernel.models.events import Event, Intent, Job
from gongyou.kernel.models.numbers import NumberBlock
from gongyou.kernel.plain_reads import one
from gongyou.kernel.tests.conftest import NOON

pytestmark = pytest.mark.django_db

on_postgresql = pytest.mark.skipif(
    "connection.vendor != 'postgresql'", reason="prepared statements are PostgreSQL's"
)


def job(**given):
    return Job(id=new_id(), kind="test.job", payload={"n": 1}, due_at=NOON, **given)


def event(name="test.happened", **payload):
    return Event(id=new_id(), name=name, at=NOON, action_id=new_id(), payload=payload)


def test_what_goes_in_comes_out():
    payload = {"text": "工友“\\'%s\n", "list": [1, None, True], "empty": ""}
    row = Intent(id=new_id(), scope="s", key="键%s", body_digest=bytes(range(32)), answer=payload, at=NOON)
    insert(row)
    stored = Intent.objects.get(pk=row.pk)
    assert (stored.key, bytes(stored.body_digest), stored.answer, stored.at) == (
        "键%s",
        bytes(range(32)),
        payload,
        NOON,
    )


def test_waiting_rows_arrive_in_order_with_rows_of_other_tables_between():
    first, second = job(unique_key="a"), job(unique_key="b")
    with together():
        insert(first)
        insert(event(n=1))
        write("UPDATE kernel_job SET tries = tries + 1 WHERE unique_key = %s", ["a"])
        insert(second)
        insert(job(unique_key="a"), or_ignore=True)
    assert dict(Job.objects.values_list("unique_key", "tries")) == {"a": 1, "b": 0}
    assert Event.objects.get().payload == {"n": 1}


def test_a_read_sees_what_waits_before_it_unless_it_says_otherwise():
    count = "SELECT COUNT(*) FROM kernel_job"
    with together():
        insert(job())
        waiting = one(count, [], sees_waiting=False)
        seen = one(count, [])
    assert seen == (1,)
    assert waiting == ((0,) if connection.vendor == "postgresql" else (1,))


def test_rows_in_bulk_are_parted_into_statements():
    insert(*(job() for _ in range(ROWS_AT_ONCE + 3)))
    assert Job.objects.count() == ROWS_AT_ONCE + 3


def test_a_broken_constraint_is_an_integrity_error_and_the_transaction_goes_back():
    with pytest.raises(IntegrityError), transaction.atomic():
        insert(job(unique_key="once"))
        insert(job(unique_key="once"))
    assert not Job.objects.exists()
    with pytest.raises(IntegrityError), transaction.atomic():
        insert(NumberBlock(id=new_id(), series="s", holder="h", first=5, next=2, last=9, reserved_at=NOON))


@on_postgresql
def test_zero_characters_are_refused_rather_than_cut_off():
    with pytest.raises(DataError, match="NUL"):
        insert(event(name="before\0after"))


@on_postgresql
def test_more_statements_than_are_kept_still_run():
    for number in range(prepared.KEPT + 5):
        assert prepared.execute(f"SELECT {number}, %s::int", [number]) == [(number, number)]
    assert prepared.execute("SELECT 0, %s::int", [7]) == [(0, 7)]


@on_postgresql
def test_every_kind_of_value_is_read_as_it_was_meant():
    some = new_id()
    day = date(2026, 10, 8)
    values = [
        None,
        "",
        True,
        False,
        -7,
        some,
        NOON,
        day,
        b"\x00\xff",
        prepared.Json({"a": [1]}),
        Job.State.READY,
    ]
    kinds = [
        "text",
        "text",
        "bool",
        "bool",
        "bigint",
        "uuid",
        "timestamptz",
        "date",
        "bytea",
        "jsonb",
        "text",
    ]
    text = "SELECT " + ", ".join(f"%s::{kind}" for kind in kinds)
    [row] = prepared.execute(text, values)
    assert row[:9] == (None, "", True, False, -7, some, NOON, day, b"\x00\xff")
    assert row[9:] == ('{"a": [1]}', "ready")
    with pytest.raises(TypeError):
        prepared.wire(timedelta(days=1))
