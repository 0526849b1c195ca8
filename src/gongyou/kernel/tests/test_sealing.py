"""Sealed values: unreadable at rest, bound to their row, opened only with a grant."""

from __future__ import annotations

import os
from dataclasses import replace
from uuid import UUID

import pytest
from django.db import connection

from gongyou.kernel.errors import NotAllowed
from gongyou.kernel.ids import id_in_sql, new_hexes, new_id
from gongyou.kernel.installation import installed
from gongyou.kernel.models import Message
from gongyou.kernel.moment import now
from gongyou.kernel.personal_data import record_read
from gongyou.kernel.sealed_fields import blind_index, open_many, seal_many
from gongyou.kernel.sealing import Algorithm, dump_keyring, keyring_at, make_keyring, read_keyring, rotate
from gongyou.kernel.tests.conftest import staff

ALGORITHMS = list(Algorithm)


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_what_was_sealed_opens_again_and_shows_nothing(algorithm):
    ring = make_keyring(algorithm)
    sealed = ring.seal(b"13800138000", "t.phone.1")
    assert ring.open(sealed, "t.phone.1") == b"13800138000"
    assert b"138" not in sealed
    assert ring.seal(b"13800138000", "t.phone.1") != sealed, "equal values look different"


@pytest.mark.parametrize("algorithm", ALGORITHMS)
@pytest.mark.parametrize("place", [0, 1, 12, 13, -1])
def test_one_altered_byte_is_noticed(algorithm, place):
    ring = make_keyring(algorithm)
    sealed = bytearray(ring.seal("王小明".encode(), "t.name.1"))
    sealed[place] ^= 1
    with pytest.raises(ValueError, match=r"altered|does not have"):
        ring.open(bytes(sealed), "t.name.1")


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_a_value_moved_to_another_row_does_not_open(algorithm):
    ring = make_keyring(algorithm)
    with pytest.raises(ValueError, match="another row"):
        ring.open(ring.seal(b"x", "t.phone.1"), "t.phone.2")


@pytest.mark.parametrize("algorithm", ALGORITHMS)
@pytest.mark.parametrize("sealed", [b"", b"\x01", b"\x01" + b"\0" * 12, b"\xff" + b"\0" * 40])
def test_rubbish_does_not_open(algorithm, sealed):
    with pytest.raises(ValueError, match=r"altered|does not have"):
        make_keyring(algorithm).open(sealed, "t.phone.1")


def test_after_a_rotation_old_values_open_and_the_index_stays():
    old = make_keyring(Algorithm.AES_GCM)
    new = rotate(old, Algorithm.SM4_GCM)
    before, after = old.seal(b"x", "c"), new.seal(b"x", "c")
    assert (before[0], after[0]) == (1, 2)
    assert new.open(before, "c") == new.open(after, "c") == b"x"
    assert new.index("x", "c") == old.index("x", "c")
    with pytest.raises(ValueError, match="does not have"):
        old.open(after, "c")


def test_a_keyring_survives_its_file(tmp_path):
    ring = keyring_at(tmp_path / "deep" / "keys.json")
    assert keyring_at(tmp_path / "deep" / "keys.json") == ring
    assert os.stat(tmp_path / "deep" / "keys.json").st_mode & 0o777 == 0o600
    assert read_keyring(dump_keyring(rotate(ring))).current == 2


def test_the_blind_index_depends_on_the_column_and_the_key():
    ring = make_keyring()
    assert ring.index("a", "t.x") != ring.index("a", "t.y")
    assert ring.index("a", "t.x") != make_keyring().index("a", "t.x")


@pytest.fixture
def message(db):
    row = Message(
        id=new_id(), subject="case:1", template="t", message_class="casework", phone="13800138000",
        phone_masked="138****8000", text="您的诉求已受理", not_before=now(), queued_at=now(),
    )  # fmt: skip
    row.save(force_insert=True)
    return Message.objects.get(pk=row.pk)


def test_a_sealed_column_shows_nothing_in_the_raw_row(message):
    with connection.cursor() as cursor:
        cursor.execute("SELECT phone, text, phone_index FROM kernel_message")
        raw = b"".join(bytes(value) for value in cursor.fetchone())
    assert b"13800138000" not in raw
    assert "诉求".encode() not in raw


def test_a_sealed_value_shows_nothing_when_printed(message):
    shown = f"{message.phone!r} {message.phone} {message.text!r}"
    assert "138" not in shown
    assert "诉求" not in shown
    assert str(message.pk) not in shown
    assert "<sealed kernel_message.phone>" in shown


def test_a_value_given_to_the_constructor_gets_its_blind_index(message):
    assert bytes(message.phone_index) == blind_index(Message, "phone", "13800138000")
    assert Message.objects.filter(phone_index=blind_index(Message, "phone", "13800138000")).exists()


def test_it_opens_with_a_grant_for_its_noun_and_row_only(message):
    actor = staff()
    grant = record_read(actor, "message", [message.pk], "查看")
    assert message.phone.open(grant) == "13800138000"
    assert message.text.open(grant) == "您的诉求已受理"
    for wrong in (
        record_read(actor, "message", [new_id()], "查看"),
        record_read(actor, "person", [message.pk], "查看"),
    ):
        with pytest.raises(NotAllowed):
            message.phone.open(wrong)


def test_a_value_copied_to_another_row_by_sql_does_not_open(message):
    other = Message(
        id=new_id(), subject="case:2", template="t", message_class="casework", phone="13900139000",
        phone_masked="", text="x", not_before=now(), queued_at=now(),
    )  # fmt: skip
    other.save(force_insert=True)
    Message.objects.filter(pk=other.pk).update(phone=bytes(message.phone.value))
    stolen = Message.objects.get(pk=other.pk)
    with pytest.raises(ValueError, match="another row"):
        stolen.phone.open(record_read(staff(), "message", [other.pk], "查看"))


def test_an_emptied_value_is_gone_with_its_index(message):
    message.phone = ""
    message.save()
    message.refresh_from_db()
    assert (message.phone, message.phone_index) == (None, None)


def test_another_key_opens_nothing(message, reinstall):
    stranger = replace(make_keyring(), index_secret=installed().keyring.index_secret)
    reinstall(keyring=stranger)
    with pytest.raises(ValueError, match="altered"):
        message.phone.open(record_read(staff(), "message", [message.pk], "查看"))


def test_the_index_of_many_is_the_index_of_each():
    ring = make_keyring()
    for one in (ring, replace(ring, index_secret=os.urandom(80)), replace(ring, index_secret=b"short")):
        assert [one.indexer("t.x")(text) for text in ("", "a", "甲" * 90)] == [
            one.index(text, "t.x") for text in ("", "a", "甲" * 90)
        ]


def test_values_sealed_together_open_with_a_grant_for_all_of_their_rows_only(message):
    actor = staff()
    ids = [UUID(row) for row in new_hexes(2)]
    made = seal_many(
        Message, "phone", [(row.hex, text) for row, text in zip(ids, ("13900139000", "1"), strict=True)]
    )
    assert made[0][1] == blind_index(Message, "phone", "13900139000")
    values = [*((row, value) for row, (value, _) in zip(ids, made, strict=True)), (message.pk, None)]
    grant = record_read(actor, "message", [*ids, message.pk], "查看")
    assert open_many(Message, "phone", grant, values) == ["13900139000", "1", ""]
    for wrong in (
        record_read(actor, "message", ids, "查看"),
        record_read(actor, "person", [*ids, message.pk], "查看"),
    ):
        with pytest.raises(NotAllowed):
            open_many(Message, "phone", wrong, values)
    with pytest.raises(ValueError, match="another row"):
        open_many(Message, "phone", grant, [(ids[1], made[0][0])])


def test_ids_made_by_the_thousand_and_by_the_database_are_of_version_7(db):
    made = new_hexes(5000)
    assert made == sorted(set(made))
    expression, value = id_in_sql(connection.vendor)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {expression}", [value])
        made.append(UUID(str(cursor.fetchone()[0])).hex)
    before, after = new_id(), UUID(made[-1])
    assert all((UUID(one).version, UUID(one).variant) == (7, before.variant) for one in made)
    assert abs((before.int >> 80) - (after.int >> 80)) < 60_000
