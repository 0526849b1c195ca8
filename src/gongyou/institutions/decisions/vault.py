"""Sealed contents of any size below `<data>/decisions`: by pieces, each bound to its place, under a keyed digest.

Opened only into a folder that is gone again when its reader is done. A content is written before its row.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from gongyou.basics.refusal import says
from gongyou.kernel.errors import DomainError
from gongyou.kernel.installation import installed

PIECE = 4 * 1024 * 1024
LENGTH_BYTES = 4
OFFSET_BYTES = 8
REST_SECONDS = 24 * 3600
"""What was touched within a day may belong to a run that is not noted yet."""


def put(source: Path) -> str:
    """Seal a file and return its digest (hex). Equal contents are kept once; a crash leaves no half one."""
    digest = digest_of(source)
    path = _path(digest)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with _locked(path.parent):
        if path.exists():
            os.utime(path)
            return digest
    draft = path.with_name(f".{digest}.{os.getpid()}")
    with source.open("rb") as plain, os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT, 0o600), "wb") as file:
        number, piece = 0, plain.read(PIECE)
        while True:
            following = plain.read(PIECE)
            sealed = installed().keyring.seal(piece, _context(digest, number, is_last=not following))
            file.write(len(sealed).to_bytes(LENGTH_BYTES, "big") + sealed)
            if not following:
                break
            number, piece = number + 1, following
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
    return digest


def digest_of(source: Path) -> str:
    """A keyed digest: nobody without the key can tell whether somebody else's file is here."""
    with source.open("rb") as file:
        return installed().keyring.digest(hashlib.file_digest(file, "sha256").digest()).hex()


def take(digest: str, target: Path) -> None:
    """Write the content under a digest to `target`. Raises DomainError when it is gone or was altered."""
    try:
        with _path(digest).open("rb") as file, target.open("wb") as plain:
            for number, piece in enumerate(_pieces(file.read)):
                plain.write(_opened(piece, digest, number))
    except (FileNotFoundError, ValueError) as error:
        target.unlink(missing_ok=True)
        raise _lost() from error


def put_pieces(name: str, pieces: Iterable[bytes]) -> str:
    """Seal pieces that are opened one at a time; returns their digest. Equal names must mean equal pieces.

    The pieces stand one after the other, then where each begins and how many there are: numbers, and nothing else open.
    """
    digest = digest_of_name(name)
    path = _path(digest)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = path.with_name(f".{digest}.{os.getpid()}")
    begins = []
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        for number, piece in enumerate(pieces):
            begins.append(file.tell())
            file.write(installed().keyring.seal(piece, f"decisions.{digest}.{number}.alone"))
        begins.append(file.tell())
        file.write(b"".join(begin.to_bytes(OFFSET_BYTES, "big") for begin in begins))
        file.write(len(begins).to_bytes(OFFSET_BYTES, "big"))
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
    return digest


def digest_of_name(name: str) -> str:
    """Under what the pieces of a name stand."""
    return installed().keyring.digest(name.encode()).hex()


def take_piece(digest: str, chosen: Callable[[int], int]) -> bytes:
    """One piece and nothing else; `chosen`: how many there are → its number. Raises DomainError when it is lost."""
    try:
        with _path(digest).open("rb") as file:
            file.seek(-OFFSET_BYTES, os.SEEK_END)
            count = int.from_bytes(file.read(OFFSET_BYTES), "big")
            number = chosen(count - 1)
            file.seek(-OFFSET_BYTES * (count + 1 - number), os.SEEK_END)
            begin, end = (int.from_bytes(file.read(OFFSET_BYTES), "big") for _ in range(2))
            file.seek(begin)
            sealed = file.read(max(0, end - begin))
        return installed().keyring.open(sealed, f"decisions.{digest}.{number}.alone")
    except (OSError, ValueError, ArithmeticError) as error:
        raise _lost() from error


def _lost() -> DomainError:
    return DomainError(
        "content_lost",
        says("这份数据在服务器上已丢失或损坏，打不开。"),
        says("请联系系统管理员从备份恢复。"),
        status=410,
    )


def _pieces(read: object) -> Iterator[tuple[bytes, bool]]:
    """Piece after piece with the word whether it is the last."""
    assert callable(read)
    head = read(LENGTH_BYTES)
    while head:
        piece = read(int.from_bytes(head, "big"))
        head = read(LENGTH_BYTES)
        yield piece, not head


def _opened(piece: tuple[bytes, bool], digest: str, number: int) -> bytes:
    return installed().keyring.open(piece[0], _context(digest, number, is_last=piece[1]))


def _context(digest: str, number: int, *, is_last: bool) -> str:
    return f"decisions.{digest}.{number}.{'last' if is_last else 'more'}"


_others: dict[str, Callable[[], Iterator[str]]] = {}


def also_kept(room: str, named: Callable[[], Iterator[str]]) -> None:
    """Another room keeps contents here: those its rows name are no strays."""
    _others[room] = named


def kept_by_others() -> Iterator[str]:
    for named in _others.values():
        yield from named()


def remove_stray(named: Container[str]) -> int:
    """Remove contents that are not `named`, half written drafts and left work folders, once they rested a day."""
    count = 0
    for folder in sorted(_root().glob("[0-9a-f][0-9a-f]")):
        for path in sorted(folder.iterdir()):
            is_content = not path.name.startswith(".")
            if path.name == LOCK or (is_content and path.name in named):
                continue
            with _locked(folder):
                if _rested(path):
                    path.unlink(missing_ok=True)
                    count += is_content
    for left in (_root() / ".work").glob("*"):
        if _rested(left):
            shutil.rmtree(left, ignore_errors=True)
    return count


LOCK = ".lock"


def _rested(path: Path) -> bool:
    try:
        return time.time() - path.stat().st_mtime >= REST_SECONDS
    except FileNotFoundError:
        return False


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    with (folder / LOCK).open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


@contextmanager
def workspace() -> Iterator[Path]:
    """A private folder on the data disk that is gone afterwards."""
    root = _root() / ".work"
    root.mkdir(parents=True, exist_ok=True, mode=0o700)
    with tempfile.TemporaryDirectory(dir=root) as folder:
        yield Path(folder)


@contextmanager
def opened(files: Mapping[str, str]) -> Iterator[Path]:
    """A folder with some contents in the open: name → digest. Raises DomainError."""
    with workspace() as folder:
        for name, digest in files.items():
            take(digest, folder / name)
        yield folder


def _root() -> Path:
    return installed().data_dir / "decisions"


def _path(digest: str) -> Path:
    return _root() / digest[:2] / digest
