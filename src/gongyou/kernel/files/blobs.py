"""Encrypted contents on disk under their keyed digest. A blob is written before its row and removed after it."""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from gongyou.basics.refusal import says
from gongyou.kernel.errors import DomainError
from gongyou.kernel.installation import installed
from gongyou.kernel.models.files import StoredFile

REST_SECONDS = 3600
"""A blob touched within the hour may belong to an action that has not committed yet."""


def put(content: bytes) -> str:
    """Keep content on disk and return its digest (hex). Equal content is kept once.

    Written beside its place, synced and renamed: a crash leaves an unreferenced blob, never half of one.
    """
    ring = installed().keyring
    digest = ring.digest(content).hex()
    path = _path(digest)
    with _locked(path.parent):
        if path.exists():
            os.utime(path)
            return digest
        draft = path.with_name(f".{digest}.draft")
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.write(ring.seal(content, _context(digest)))
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
        _sync(path.parent)
    return digest


def get(digest: str) -> bytes:
    """The content under a digest. Raises DomainError when it is gone from the disk or was altered there."""
    try:
        return installed().keyring.open(_path(digest).read_bytes(), _context(digest))
    except (FileNotFoundError, ValueError) as error:
        raise DomainError(
            "file_lost",
            says("这个文件在服务器上已丢失或损坏，打不开。"),
            says("请联系系统管理员从备份恢复。"),
            status=410,
        ) from error


def remove_unused(digest: str) -> bool:
    """Remove a blob no row uses. False: it is used, or was touched so lately that it may be soon."""
    path = _path(digest)
    with _locked(path.parent):
        if not path.exists():
            return True
        if StoredFile.objects.filter(digest=digest, erased_at=None).exists():
            return False
        if time.time() - path.stat().st_mtime < REST_SECONDS:
            return False
        path.unlink()
        _sync(path.parent)
    return True


def stray() -> Iterator[str]:
    """Digests on disk that no living row uses and that rested; left by crashes and erasures."""
    root = _root()
    for folder in sorted(root.glob("[0-9a-f][0-9a-f]")):
        names = [blob.name for blob in folder.iterdir() if not blob.name.startswith(".") and _rested(blob)]
        used = set(
            StoredFile.objects.filter(digest__in=names, erased_at=None).values_list("digest", flat=True)
        )
        yield from (name for name in names if name not in used)


def remove_drafts() -> int:
    """Remove what a crash left half written; returns how many."""
    count = 0
    for draft in _root().glob("[0-9a-f][0-9a-f]/.*.draft"):
        if _rested(draft):
            draft.unlink(missing_ok=True)
            count += 1
    return count


def _rested(path: Path) -> bool:
    try:
        return time.time() - path.stat().st_mtime >= REST_SECONDS
    except FileNotFoundError:
        return False


def _root() -> Path:
    return installed().data_dir / "files"


def _path(digest: str) -> Path:
    return _root() / digest[:2] / digest


def _context(digest: str) -> str:
    return f"file.{digest}"


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with (folder / ".lock").open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
