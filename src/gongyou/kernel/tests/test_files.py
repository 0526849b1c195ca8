"""Files: kept once, unreadable on disk, opened by whom they concern, really erased."""

from __future__ import annotations

import os
import time
from datetime import timedelta

import pytest

from gongyou.basics.refusal import Refusal
from gongyou.kernel.access import visitor_actor, worker_actor
from gongyou.kernel.actions import action
from gongyou.kernel.errors import DomainError, NotAllowed, NotFound
from gongyou.kernel.files import (
    bind_files,
    blobs,
    erase_files,
    files_of,
    move_files,
    open_file,
    receive_file,
    store_file,
)
from gongyou.kernel.ids import new_id
from gongyou.kernel.jobs import run_due
from gongyou.kernel.models import ReadRecord, StoredFile
from gongyou.kernel.moment import standing_at
from gongyou.kernel.tests.conftest import NOON, staff
from gongyou.kernel.tests.test_cleaning import PDF


@action("test.store", right=None)
def store(act, *, content, name="x.jpg"):
    return store_file(act, name=name, content=content)


@action("test.bind", right=None)
def bind(act, *, ids, subject="case:1", office_path="37/1/"):
    bind_files(act, ids=ids, subject=subject, office_path=office_path)


@action("test.move_files", right=None)
def move(act, *, office_path):
    move_files(act, subject="case:1", office_path=office_path)


@action("test.erase", right=None)
def erase(act, *, subject="case:1"):
    return erase_files(act, subject=subject)


def disk(installation):
    return [p for p in (installation.data_dir / "files").glob("??/*") if p.is_file() and p.name != ".lock"]


def let_rest(installation):
    for blob in disk(installation):
        old = time.time() - blobs.REST_SECONDS - 5
        os.utime(blob, (old, old))


# Where it is kept.


@pytest.mark.django_db
def test_a_stored_file_is_unreadable_on_disk_and_opens_again(installation):
    reader = staff()
    view = store(reader, content=PDF, name="工资条.pdf")
    [blob] = disk(installation)
    raw = blob.read_bytes()
    assert b"PDF" not in raw
    assert b"trailer" not in raw
    assert (blob.parent.name, blob.stat().st_mode & 0o777) == (blob.name[:2], 0o600)
    assert (view.name, view.media_type, view.size) == ("工资条.pdf", "application/pdf", len(PDF))
    opened = open_file(reader, view.id, "办理")
    assert (opened.name, opened.media_type, opened.content) == ("工资条.pdf", "application/pdf", PDF)
    record = ReadRecord.objects.get()
    assert (record.noun, record.purpose, record.ids) == ("file", "办理", [str(view.id)])


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("a.exe", "a.pdf"),
        ("../../etc/passwd", "passwd.pdf"),
        ("C:\\x\\合同.docx", "合同.pdf"),
        ("", "file.pdf"),
        ("...", "file.pdf"),
        ("a\r\nb\0c.pdf", "abc.pdf"),
        ("长" * 300 + ".pdf", "长" * 100 + ".pdf"),
        ("a\u202efdp.exe", "afdp.pdf"),
    ],
)
def test_names_are_tidied_and_say_the_kind_of_the_content(given, kept):
    assert store(staff(), content=PDF, name=given).name == kept


@pytest.mark.django_db
def test_equal_contents_are_one_blob(installation):
    one, two = store(staff(), content=PDF), receive_file(staff(), name="b", content=PDF)
    assert one.id != two.id
    assert len(disk(installation)) == 1


@pytest.mark.django_db
def test_a_repeated_upload_with_one_intent_is_one_file():
    actor = staff()
    first = receive_file(actor.intending("u1"), name="a.pdf", content=PDF)
    assert receive_file(actor.intending("u1"), name="a.pdf", content=PDF) == first
    assert StoredFile.objects.count() == 1


@pytest.mark.django_db
def test_a_failed_action_leaves_a_blob_that_the_night_removes(installation):
    @action("test.store_and_fail", right=None)
    def fail(act):
        store_file(act, name="x", content=PDF)
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        fail(staff())
    assert (StoredFile.objects.count(), len(disk(installation))) == (0, 1)
    assert list(blobs.stray()) == [], "it may belong to an action still open"
    let_rest(installation)
    assert [blobs.remove_unused(digest) for digest in blobs.stray()] == [True]
    assert disk(installation) == []


@pytest.mark.django_db
def test_a_blob_altered_on_disk_or_lost_is_a_sentence(installation):
    reader = staff()
    view = store(reader, content=PDF)
    [blob] = disk(installation)
    raw = bytearray(blob.read_bytes())
    raw[40] ^= 1
    blob.write_bytes(raw)
    with pytest.raises(DomainError, match="丢失或损坏"):
        open_file(reader, view.id, "办理")
    blob.unlink()
    with pytest.raises(DomainError, match="丢失或损坏"):
        open_file(reader, view.id, "办理")


# Whose it is.


@pytest.mark.django_db
def test_who_may_open():
    uploader, view = worker_actor(new_id(), None), None
    view = store(uploader, content=PDF)
    assert open_file(uploader, view.id, "本人").content == PDF
    for stranger in (staff("37/1/"), worker_actor(new_id(), None), visitor_actor()):
        with pytest.raises(NotAllowed):
            open_file(stranger, view.id, "办理")
    bind(uploader, ids=[view.id])
    assert open_file(staff("37/1/"), view.id, "办理").content == PDF
    assert open_file(uploader, view.id, "本人").content == PDF
    for stranger in (staff("37/10/"), worker_actor(new_id(), None), visitor_actor()):
        with pytest.raises(NotAllowed):
            open_file(stranger, view.id, "办理")
    with pytest.raises(NotAllowed):
        open_file(staff("37/1/"), view.id, "")
    with pytest.raises(NotFound):
        open_file(staff(), new_id(), "办理")


@pytest.mark.django_db
def test_visitors_share_an_identity_and_own_nothing():
    view = store(visitor_actor(), content=PDF)
    with pytest.raises(NotAllowed):
        open_file(visitor_actor(), view.id, "本人")
    bind(visitor_actor(), ids=[view.id])
    with pytest.raises(NotAllowed):
        open_file(visitor_actor(), view.id, "本人")
    assert [file.id for file in files_of(staff("37/1/"), "case:1")] == [view.id]
    assert files_of(staff("37/10/"), "case:1") == ()


@pytest.mark.django_db
def test_a_moved_matter_takes_its_files_along():
    actor = staff()
    view = store(actor, content=PDF)
    bind(actor, ids=[view.id])
    move(actor, office_path="38/")
    assert open_file(staff("38/"), view.id, "办理").content == PDF
    with pytest.raises(NotAllowed):
        open_file(staff("37/1/"), view.id, "办理")


@pytest.mark.django_db
def test_only_own_or_visitors_uploads_are_bound_and_once():
    actor = staff()
    mine, visitors, others = (store(a, content=PDF).id for a in (actor, visitor_actor(), staff()))
    bind(actor, ids=[mine, visitors])
    bind(actor, ids=[mine])
    for ids, subject in (
        ([others], "case:1"),
        ([mine], "case:2"),
        ([new_id()], "case:1"),
        ([mine, others], "case:1"),
    ):
        with pytest.raises(Refusal) as refusal:
            bind(actor, ids=ids, subject=subject)
        assert refusal.value.code == "file_not_yours"
    assert StoredFile.objects.get(pk=mine).subject == "case:1"


# How it goes.


@pytest.mark.django_db
def test_an_erased_file_leaves_the_disk_when_nobody_else_uses_it(installation):
    actor = staff()
    with standing_at(NOON):
        for subject in ("case:1", "case:2"):
            bind(actor, ids=[store(actor, content=PDF, name="张三.pdf").id], subject=subject)
        assert erase(actor, subject="case:1") == 1
        let_rest(installation)
        run_due()
        assert len(disk(installation)) == 1, "the other matter still uses it"
        assert erase(actor, subject="case:2") == 1
        run_due()
    assert disk(installation) == []
    assert set(StoredFile.objects.values_list("name", "size")) == {("", 0)}
    with pytest.raises(NotFound):
        open_file(actor, StoredFile.objects.first().id, "办理")
    assert erase(actor) == 0


@pytest.mark.django_db
def test_a_blob_touched_within_the_hour_goes_later(installation):
    actor = staff()
    with standing_at(NOON):
        bind(actor, ids=[store(actor, content=PDF).id])
        erase(actor)
        assert run_due() == 1
    assert len(disk(installation)) == 1
    let_rest(installation)
    with standing_at(NOON + timedelta(hours=2)):
        run_due()
    assert disk(installation) == []


@pytest.mark.django_db
def test_an_erasure_rolled_back_keeps_the_blob(installation):
    @action("test.erase_and_fail", right=None)
    def fail(act):
        erase_files(act, subject="case:1")
        raise ValueError("no")

    actor = staff()
    view = store(actor, content=PDF)
    bind(actor, ids=[view.id])
    let_rest(installation)
    with pytest.raises(ValueError, match="no"):
        fail(actor)
    run_due()
    assert open_file(actor, view.id, "办理").content == PDF
