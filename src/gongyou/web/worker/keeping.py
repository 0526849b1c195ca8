"""Uploads that survive a mistake elsewhere in the form: stored first, carried as signed ids."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.core import signing
from django.core.files.uploadedfile import UploadedFile
from django.http import QueryDict
from django.utils.translation import ngettext

from gongyou.basics.refusal import Refusal, says
from gongyou.kernel import files
from gongyou.kernel.access import Actor
from gongyou.web.problem import whole_sentence

SALT = "worker.kept-file"
MOST_FILES = 6
KEPT_SECONDS = 24 * 3600  # unbound files are thrown away after a day


@dataclass(frozen=True)
class Kept:
    """An upload waiting for its form."""

    id: UUID
    name: str
    size: int
    token: str


def kept_files(data: QueryDict) -> list[Kept]:
    """The uploads this form carries, without those the person took out. A forged or old token is dropped."""
    dropped = set(data.getlist("drop"))
    found = []
    for token in data.getlist("kept")[:MOST_FILES]:
        if token in dropped:
            continue
        try:
            value = signing.loads(token, salt=SALT, max_age=KEPT_SECONDS)
        except signing.BadSignature:
            continue
        found.append(Kept(UUID(value["id"]), value["name"], value["size"], token))
    return found


def receive(actor: Actor, uploads: Iterable[UploadedFile[bytes]], kept: list[Kept]) -> list[str]:
    """Store uploads and add them to `kept`; returns a sentence for each that could not be stored."""
    errors = []
    for upload in uploads:
        if len(kept) >= MOST_FILES:
            words = ngettext(
                "最多放{n}个文件，多出的没有放上去。", "最多放{n}个文件，多出的没有放上去。", MOST_FILES
            )
            errors.append(words.format(n=MOST_FILES))
            break
        name = upload.name or ""
        try:
            content = _content(upload)
            view = files.receive_file(actor, name=name, content=content)
        except Refusal as refusal:
            errors.append(f"{name[:40]}：{whole_sentence(refusal)}")
            continue
        value = {"id": str(view.id), "name": view.name, "size": view.size}
        kept.append(Kept(view.id, view.name, view.size, signing.dumps(value, salt=SALT)))
    return errors


def _content(upload: UploadedFile[bytes]) -> bytes:
    """Raises Refusal before a huge upload is read into memory."""
    size = upload.size or 0
    if size > files.MAX_BYTES:
        raise Refusal(
            "file_too_large",
            says("文件有{size_mb} MB，超过了{limit_mb} MB的上限。"),
            says("请压缩后再传，或分成几个文件。"),
            field="uploads",
            size_mb=-(-size * 10 // (1024 * 1024)) / 10,
            limit_mb=files.MAX_BYTES // (1024 * 1024),
        )
    return bytes(upload.read())
