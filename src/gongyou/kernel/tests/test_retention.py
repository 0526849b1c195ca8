"""Retention: what is due goes, really; what is not stays."""

from __future__ import annotations

import os
import time
from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.db import connection

from gongyou.kernel import audit, moment, personal_data, retention
from gongyou.kernel.access import system_actor
from gongyou.kernel.actions import action
from gongyou.kernel.errors import NotAllowed
from gongyou.kernel.files import bind_files, blobs, store_file
from gongyou.kernel.ids import new_id
from gongyou.kernel.jobs import run_due
from gongyou.kernel.messages import CODES, send_message
from gongyou.kernel.models import (
    Account,
    AuditRecord,
    Intent,
    Job,
    KnownSession,
    Message,
    OneTimeCode,
    SearchEntry,
    SignInAttempt,
    StoredFile,
)
from gongyou.kernel.moment import standing_at
from gongyou.kernel.personal_data import Declaration, declarations
from gongyou.kernel.retention import CHUNK, run_retention
from gongyou.kernel.search import drop_entry, index_text
from gongyou.kernel.tests.conftest import NOON, staff
from gongyou.kernel.tests.test_cleaning import PDF

pytestmark = pytest.mark.django_db


@action("test.send", right=None)
def send(act, *, message_class="casework", text="您的诉求已受理"):
    return send_message(
        act,
        template="t",
        text=text,
        phone="13800138000",
        subject="case:1",
        office_path="37/",
        message_class=message_class,
    )


@action("test.upload", right=None)
def upload(act, *, subject=""):
    view = store_file(act, name="张三.pdf", content=PDF)
    if subject:
        bind_files(act, ids=[view.id], subject=subject, office_path="37/")
    return view.id


@action("test.index_text", right=None)
def index(act, *, subject_id, text):
    index_text(act, kind="case", subject_id=subject_id, office_path="37/", text=text)


@action("test.drop_text", right=None)
def drop(act, *, subject_id):
    drop_entry(act, kind="case", subject_id=subject_id)


def run():
    return run_retention(system_actor())


def days_ago(days):
    return NOON - timedelta(days=days)


def test_only_the_system_runs_it():
    with pytest.raises(NotAllowed):
        run_retention(staff())


def test_leftovers_go_by_their_age(at_noon):
    account = Account.objects.create(login="x", kind="staff", created_at=NOON)
    for days in (1, 31):
        Job.objects.create(kind="k", payload={}, state="done", due_at=NOON, done_at=days_ago(days))
        Intent.objects.create(
            scope="s", key=str(days), body_digest=b"", answer={"name": "张三"}, at=days_ago(days)
        )
    for days in (100, 181):
        SignInAttempt.objects.create(at=days_ago(days), login_digest=b"", outcome="ok")
    for days in (0, 2):
        OneTimeCode.objects.create(
            phone_index=b"", code_digest=b"", purpose="p", sent_at=days_ago(days), expires_at=days_ago(days)
        )
    for key, seen, ended in ((b"a", 0, None), (b"b", 40, None), (b"c", 3, 3), (b"d", 0, 0)):
        KnownSession.objects.create(
            key_digest=key,
            account=account,
            started_at=days_ago(50),
            seen_at=days_ago(seen),
            ended_at=None if ended is None else days_ago(ended),
        )
    for days in (-1, 1):
        Session.objects.create(session_key=f"k{days}", session_data="", expire_date=days_ago(days))
    counts = run()
    gone = {
        "job": 1,
        "intent": 1,
        "sign_in_attempt": 1,
        "one_time_code": 1,
        "session": 2,
        "web_session": 1,
    }
    assert {noun: counts[noun] for noun in gone} == gone
    assert Intent.objects.get().key == "1"
    assert {bytes(s.key_digest) for s in KnownSession.objects.all()} == {b"a", b"d"}
    assert Account.objects.count() == 1
    again = run()
    assert sum(count for noun, count in again.items() if noun != "job") == 0


def test_message_contents_go_and_the_fact_stays(at_noon):
    for days, message_class in ((731, "casework"), (729, "casework"), (2, CODES)):
        with standing_at(days_ago(days)):
            send(staff(), message_class=message_class)
            run_due()
    with standing_at(days_ago(800)):
        send(staff())  # never sent: somebody must still decide
    assert run()["message"] == 2
    emptied = Message.objects.filter(text=None)
    assert set(emptied.values_list("message_class", "phone", "phone_index", "phone_masked", "state")) == {
        ("casework", None, None, "", "sent"),
        (CODES, None, None, "", "sent"),
    }
    assert Message.objects.exclude(text=None).count() == 2


def test_uploads_nobody_attached_go_after_a_day_from_row_and_disk(at_noon, installation):
    with standing_at(days_ago(1) - timedelta(minutes=1)):
        upload(staff())
        kept = upload(staff(), subject="case:1")
    fresh = upload(staff())
    assert run()["unbound_file"] == 1
    assert set(StoredFile.objects.filter(erased_at=None).values_list("pk", flat=True)) == {kept, fresh}
    run_due()
    assert len(list((installation.data_dir / "files").glob("??/[0-9a-f]*"))) == 1, (
        "equal content is still used"
    )


def test_stray_blobs_and_drafts_go(at_noon, installation):
    digest = blobs.put(PDF)
    path = installation.data_dir / "files" / digest[:2] / digest
    draft = path.with_name(f".{digest}.draft")
    draft.write_bytes(b"half")
    assert run()["blob"] == 0
    for file in (path, draft):
        os.utime(file, (time.time() - 4000,) * 2)
    assert run()["blob"] == 2
    assert not path.exists()
    assert not draft.exists()


def test_more_than_a_chunk_goes_in_several_audited_actions(at_noon):
    Intent.objects.bulk_create(
        Intent(scope="s", key=str(n), body_digest=b"", answer={}, at=days_ago(40)) for n in range(CHUNK + 1)
    )
    assert run()["intent"] == CHUNK + 1
    assert AuditRecord.objects.filter(subject="retention:intent kernel.Intent").count() == 3
    assert audit.verify().is_intact


@pytest.fixture
def declared(monkeypatch):
    """Add declarations for this test."""
    monkeypatch.setattr(personal_data, "_declarations", dict(personal_data._declarations))
    return personal_data.declare


def test_declared_rooms_are_walked_and_one_that_fails_does_not_stop_the_others(at_noon, declared):
    index(staff(), subject_id=new_id(), text="工资")

    def erase(limit):
        keys = list(SearchEntry.objects.values_list("pk", flat=True)[:limit])
        return SearchEntry.objects.filter(pk__in=keys).delete()[0]

    def fail(limit):
        raise ZeroDivisionError

    declared(Declaration(AuditRecord, "aaa_broken", "ordinary", "p", "contract", None, fail))
    declared(Declaration(SearchEntry, "zzz_entry", "ordinary", "p", "contract", None, erase))
    with pytest.raises(ExceptionGroup) as errors:
        run()
    assert errors.group_contains(ZeroDivisionError)
    assert SearchEntry.objects.count() == 0


def test_an_eraser_that_never_ends_is_stopped_and_named(at_noon, declared, monkeypatch):
    monkeypatch.setattr(retention, "MOST_CHUNKS", 3)
    declared(Declaration(AuditRecord, "endless", "ordinary", "p", "contract", None, lambda limit: 1))
    with pytest.raises(ExceptionGroup) as errors:
        run()
    assert errors.group_contains(RuntimeError, match="endless")


def test_a_table_declared_twice_is_refused(declared):
    with pytest.raises(RuntimeError, match=r"kernel\.Message is declared twice"):
        declared(Declaration(Message, "other", "ordinary", "p", "contract", None, None))


def test_every_sealed_or_personal_table_of_the_kernel_is_declared():
    assert {Account, Message, StoredFile, SignInAttempt, OneTimeCode, KnownSession, Intent} <= {
        declaration.model for declaration in declarations()
    }


def test_it_runs_as_a_job(at_noon):
    Intent.objects.create(scope="s", key="1", body_digest=b"", answer={}, at=days_ago(40))
    Job.objects.create(kind="retention.run", payload={}, due_at=NOON)
    assert run_due() == 1
    assert Intent.objects.count() == 0
    assert AuditRecord.objects.filter(action="job:retention.run").count() == 1


@pytest.mark.django_db(transaction=True)
def test_erased_content_is_gone_from_the_database_file(threads, tmp_path):
    """The bytes themselves: in the file, its write-ahead log and the search index (SQLite)."""
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL's files are its own; rows are checked elsewhere")
    subject = new_id()
    answer = {"answer": "SECRET-ANSWER-" * 300}  # large: it has pages of its own

    def fill():
        index(staff(), subject_id=subject, text="secretsearchword 秘密词语")
        Intent.objects.create(
            scope="s", key="1", body_digest=b"", answer=answer, at=moment.now() - timedelta(days=40)
        )

    def bytes_on_disk():
        return b"".join(file.read_bytes() for file in tmp_path.glob("threads.sqlite3*"))

    threads.call(fill)
    assert b"SECRET-ANSWER" in bytes_on_disk()
    assert b"secretsearchword" in bytes_on_disk()
    threads.call(lambda: drop(staff(), subject_id=subject))
    threads.call(run)
    remaining = bytes_on_disk()
    assert b"SECRET-ANSWER" not in remaining
    assert b"secretsearchword" not in remaining
    assert "秘密".encode() not in remaining
