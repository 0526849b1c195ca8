"""What tables hold about people (declarations), and the record of every read of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.db import models

from gongyou.kernel import moment
from gongyou.kernel.access import Actor
from gongyou.kernel.errors import NotAllowed
from gongyou.kernel.ids import new_id
from gongyou.kernel.inserting import insert, new_row
from gongyou.kernel.models.audit import ReadRecord
from gongyou.kernel.sealed_fields import Grant


def record_read(actor: Actor, noun: str, ids: Iterable[UUID], purpose: str) -> Grant:
    """Write one access record for all rows of a page and return the grant that opens them.

    The caller (an `access_<noun>` query) has checked right, controller and scope. An empty purpose is refused.
    """
    found = frozenset(ids)
    if not purpose:
        raise NotAllowed("purpose")
    record = new_row(
        ReadRecord,
        id=new_id(),
        at=moment.now(),
        actor_id=actor.id,
        actor_kind=actor.kind,
        noun=noun,
        purpose=purpose,
        ids=sorted(str(i) for i in found),
    )
    if found:
        insert(record)
    return Grant(record.id, actor.id, noun, purpose, found)


@dataclass(frozen=True)
class Declaration:
    """What a table holds about people, on which basis, and when it is erased (PIPL art. 13, 19, 28)."""

    model: type[models.Model]
    noun: str
    data_class: str  # ordinary | sensitive
    purpose: str
    basis: str  # consent | statutory_duty | contract | …
    keeps: timedelta | None
    """How long after `expired` says so; None: the pack or the law says (the eraser knows)."""
    erase_expired: Callable[[int], int] | None
    """Erases up to n expired rows and returns how many."""


_declarations: dict[str, Declaration] = {}


def declare(declaration: Declaration) -> None:
    """Register a declaration; one per model. Called where the room's jobs stand.

    Raises RuntimeError for a second one: the later would silently take the earlier's eraser away.
    """
    if declaration.model._meta.label in _declarations:
        raise RuntimeError(f"{declaration.model._meta.label} is declared twice")
    _declarations[declaration.model._meta.label] = declaration


def declarations() -> tuple[Declaration, ...]:
    return tuple(_declarations[label] for label in sorted(_declarations))
