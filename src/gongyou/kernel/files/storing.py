"""Steps and queries of files: stored, bound to a matter, opened with an access record, erased."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import PurePosixPath
from uuid import UUID

from gongyou.basics.refusal import Refusal, says
from gongyou.kernel import bars, moment
from gongyou.kernel.access import VISITOR_ID, Actor
from gongyou.kernel.actions import Act, action
from gongyou.kernel.errors import NotAllowed, NotFound
from gongyou.kernel.files import blobs
from gongyou.kernel.files.cleaning import EXTENSIONS, clean
from gongyou.kernel.jobs import Payload, errand
from gongyou.kernel.models.files import StoredFile
from gongyou.kernel.personal_data import record_read

READ = "files.read"
NOUN = "file"
REMOVE = "files.remove_blob"
UNBOUND_FOR = timedelta(hours=24)
"""An upload that nobody attached to a matter within a day is given up."""
REST = timedelta(seconds=blobs.REST_SECONDS + 60)


@dataclass(frozen=True)
class FileView:
    """A stored file without its content. `size` in bytes of what is kept."""

    id: UUID
    name: str
    media_type: str
    size: int
    stored_at: datetime


@dataclass(frozen=True)
class OpenFile:
    """A file handed to a reader."""

    name: str
    media_type: str
    content: bytes


def store_file(act: Act, *, name: str, content: bytes) -> FileView:
    """Clean, encrypt and keep an upload (step). Raises Refusal with a sentence.

    Cleaning a photo takes a moment; pages use `receive_file`, which holds no transaction meanwhile.
    """
    kept = clean(content)
    return _note_file(
        act, name=name, digest=blobs.put(kept.content), media_type=kept.media_type, size=len(kept.content)
    )


def receive_file(actor: Actor, *, name: str, content: bytes) -> FileView:
    """Clean, encrypt and write an upload, then note it in an action of its own. Raises Refusal."""
    kept = clean(content)
    digest = blobs.put(kept.content)
    return _store(actor, name=name, digest=digest, media_type=kept.media_type, size=len(kept.content))


@action("files.store", right=None, answers=FileView)
def _store(act: Act, *, name: str, digest: str, media_type: str, size: int) -> FileView:
    return _note_file(act, name=name, digest=digest, media_type=media_type, size=size)


def _note_file(act: Act, *, name: str, digest: str, media_type: str, size: int) -> FileView:
    row = StoredFile.objects.create(
        digest=digest,
        media_type=media_type,
        size=size,
        name=_tidy_name(name, media_type),
        stored_at=act.now,
        stored_by=act.actor.id,
    )
    return _view(row)


def _tidy_name(name: str, media_type: str) -> str:
    """The uploader's name without folders and control characters; the extension is that of the content."""
    tidy = "".join(c for c in name.replace("\\", "/") if unicodedata.category(c)[0] != "C")
    stem = PurePosixPath(tidy).stem.strip(" .")[:100]
    return (stem or "file") + EXTENSIONS[media_type]


def bind_files(act: Act, *, ids: Iterable[UUID], subject: str, office_path: str) -> None:
    """Attach uploads to a matter (step). Raises Refusal for files given up, somebody else's or bound elsewhere."""
    wanted = set(ids)
    rows = list(StoredFile.objects.select_for_update().filter(pk__in=wanted, erased_at=None))
    fresh = [row for row in rows if row.subject == "" and row.stored_by in {act.actor.id, VISITOR_ID}]
    settled = [row for row in rows if row.subject == subject]
    if len(fresh) + len(settled) != len(wanted):
        raise Refusal(
            "file_not_yours",
            says("有附件已过期或不能附在这里。"),
            says("请重新上传这个附件后再提交。"),
            field="files",
            status=409,
        )
    StoredFile.objects.filter(pk__in=[row.pk for row in fresh]).update(
        subject=subject, office_path=office_path
    )


def move_files(act: Act, *, subject: str, office_path: str) -> None:
    """The matter lies with another office now: so do its files (step)."""
    StoredFile.objects.filter(subject=subject).update(office_path=office_path)


def files_of(actor: Actor, subject: str) -> tuple[FileView, ...]:
    """The files of a matter that the actor may open, in the order they came."""
    rows = StoredFile.objects.filter(subject=subject, erased_at=None).order_by("stored_at", "id")
    return tuple(_view(row) for row in rows if _may_open(actor, row))


def open_file(actor: Actor, file_id: UUID, purpose: str) -> OpenFile:
    """The content, with one access record. Raises NotFound, NotAllowed."""
    row = StoredFile.objects.filter(pk=file_id, erased_at=None).first()
    if row is None:
        raise NotFound(says("没有找到这个文件，可能已按规定删除。"))
    if not _may_open(actor, row):
        raise NotAllowed(READ)
    record_read(actor, NOUN, [row.id], purpose)
    return OpenFile(row.name, row.media_type, blobs.get(row.digest))


def _may_open(actor: Actor, row: StoredFile) -> bool:
    if bars.is_barred(actor, row.subject, row.office_path):
        return False
    if row.subject and actor.may(READ, row.office_path):
        return True
    # All visitors share one id: to them nothing is their own.
    return row.stored_by == actor.id and actor.id != VISITOR_ID


def erase_files(act: Act, *, subject: str) -> int:
    """Erase the files of a matter (step); a blob goes when the last row using it is gone. Returns how many."""
    return _erase(act, list(StoredFile.objects.filter(subject=subject, erased_at=None)))


def erase_unbound(act: Act, limit: int) -> int:
    """Erase up to `limit` uploads nobody attached in time (step). Returns how many."""
    late = StoredFile.objects.filter(subject="", erased_at=None, stored_at__lt=moment.now() - UNBOUND_FOR)
    return _erase(act, list(late[:limit]))


def _erase(act: Act, rows: list[StoredFile]) -> int:
    StoredFile.objects.filter(pk__in=[row.pk for row in rows]).update(erased_at=act.now, name="", size=0)
    for digest in {row.digest for row in rows}:
        _enqueue_removal(act, digest, act.now)
    return len(rows)


def _enqueue_removal(act: Act, digest: str, due_at: datetime) -> None:
    act.enqueue(REMOVE, {"digest": digest}, due_at=due_at)


def _remove(payload: Payload) -> bool:
    return blobs.remove_unused(payload["digest"])


@errand(REMOVE, prepare=_remove)
def _note_removal(act: Act, payload: Payload, is_gone: bool) -> None:
    """A blob that could not go yet (touched within the hour) is looked at once more."""
    digest = payload["digest"]
    if not is_gone and not StoredFile.objects.filter(digest=digest, erased_at=None).exists():
        _enqueue_removal(act, digest, act.now + REST)


def _view(row: StoredFile) -> FileView:
    return FileView(row.id, row.name, row.media_type, row.size, row.stored_at)
