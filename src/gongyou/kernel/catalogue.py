"""Published pack content, kept for ever by its SHA-256: a decision names the hash and can be read years later."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, TypeVar, cast

from pydantic import TypeAdapter

from gongyou.basics.refusal import says
from gongyou.kernel.actions import Act
from gongyou.kernel.canonical import canonical
from gongyou.kernel.errors import NotFound
from gongyou.kernel.models.catalogue import PackContent, PackVersion
from gongyou.kernel.plain_reads import Question, one

T = TypeVar("T")
MEMORY = 256
"""Contents kept in a process; content never changes under its hash, so nothing has to be forgotten."""


@dataclass(frozen=True)
class Published:
    """One publication: kind (programme | area), name, running number and content hash (hex)."""

    kind: str
    name: str
    number: int
    hash: str
    published_at: datetime


def publish(act: Act, *, kind: str, name: str, content: Mapping[str, Any]) -> Published:
    """Make this the current version (step). The content of the current version again is no new version."""
    text = canonical(dict(content))
    digest = hashlib.sha256(text).hexdigest()
    newest = PackVersion.objects.select_for_update().filter(kind=kind, name=name).order_by("-number").first()
    if newest is not None and newest.is_current and newest.content_id == digest:
        return _published(newest)
    PackContent.objects.bulk_create(
        [PackContent(hash=digest, content=text.decode(), stored_at=act.now)], ignore_conflicts=True
    )
    PackVersion.objects.filter(kind=kind, name=name, is_current=True).update(is_current=False)
    version = PackVersion.objects.create(
        kind=kind,
        name=name,
        number=newest.number + 1 if newest else 1,
        content_id=digest,
        published_at=act.now,
        published_by=act.actor.id,
    )
    return _published(version)


def current(kind: str, name: str) -> Published | None:
    """The version in force, or None where nothing was published."""
    version = PackVersion.objects.filter(kind=kind, name=name, is_current=True).first()
    return _published(version) if version else None


_CURRENT = "SELECT content_id FROM kernel_packversion WHERE kind = %s AND name = %s AND is_current"


def current_hash(kind: str, name: str) -> str | None:
    """The content address of the version in force: all that a new matter needs, in one plain query."""
    found = one(_CURRENT, [kind, name])
    return found[0] if found else None


def asking_current(kind: str, name: str) -> Question:
    """What `current_hash` asks, to be asked ahead."""
    return Question(_CURRENT, (kind, name))


def versions(kind: str, name: str) -> tuple[Published, ...]:
    """Every publication, newest first."""
    return tuple(map(_published, PackVersion.objects.filter(kind=kind, name=name).order_by("-number")))


def names(kind: str) -> tuple[str, ...]:
    """What is published of a kind, by name."""
    rows = PackVersion.objects.filter(kind=kind, is_current=True).order_by("name")
    return tuple(rows.values_list("name", flat=True))


@lru_cache(maxsize=MEMORY)
def content(hash: str) -> dict[str, Any]:
    """The content under a hash, shared by all readers: don't change it. Raises NotFound."""
    row = PackContent.objects.filter(pk=hash).first()
    if row is None:
        raise NotFound(says("没有找到这个版本的规则包：{hash}。"), hash=hash[:12])
    if hashlib.sha256(row.content.encode()).hexdigest() != hash:
        raise RuntimeError(f"the stored content of pack {hash} was altered")
    return cast(dict[str, Any], json.loads(row.content))


def read_as(hash: str, type_: type[T]) -> T:
    """The content under a hash as a frozen definition. Raises NotFound, pydantic.ValidationError."""
    return cast(T, _read_as(hash, cast(Any, type_)))


@lru_cache(maxsize=MEMORY)
def _read_as(hash: str, type_: type[Any]) -> Any:
    return TypeAdapter(type_).validate_python(content(hash))


def _published(version: PackVersion) -> Published:
    return Published(version.kind, version.name, version.number, version.content_id, version.published_at)
