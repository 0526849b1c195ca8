"""Steps and queries of the worklist: one row per thing somebody must do."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Q

from gongyou.kernel.access import Actor
from gongyou.kernel.actions import Act
from gongyou.kernel.models.worklist import WorkItem

READ = "worklist.read"


@dataclass(frozen=True)
class Todo:
    """A thing to do, as the desk shows it."""

    id: UUID
    office_id: UUID
    kind: str
    subject_id: UUID
    number: str
    title: str
    due_at: datetime
    is_stopped: bool
    is_provisional: bool
    holder_id: UUID | None
    opened_at: datetime


@dataclass(frozen=True)
class Page:
    """One page by nearest deadline; `next` is the cursor of the following page, empty at the end."""

    items: tuple[Todo, ...]
    next: str


def put_todo(
    act: Act,
    *,
    kind: str,
    subject_id: UUID,
    office_id: UUID,
    office_path: str,
    number: str,
    title: str,
    due_at: datetime,
    is_stopped: bool = False,
    is_provisional: bool = False,
    holder_id: UUID | None = None,
) -> None:
    """Open a thing to do for an office, or move its date."""
    WorkItem.objects.update_or_create(
        kind=kind,
        subject_id=subject_id,
        office_id=office_id,
        defaults={
            "office_path": office_path,
            "number": number,
            "title": title,
            "due_at": due_at,
            "is_stopped": is_stopped,
            "is_provisional": is_provisional,
            "holder_id": holder_id,
        },
        create_defaults={
            "office_path": office_path,
            "number": number,
            "title": title,
            "due_at": due_at,
            "is_stopped": is_stopped,
            "is_provisional": is_provisional,
            "holder_id": holder_id,
            "opened_at": act.now,
        },
    )


def drop_todos(act: Act, *, subject_id: UUID, kinds: Iterable[str] | None = None) -> None:
    """The matter no longer waits for these (None: for anything)."""
    rows = WorkItem.objects.filter(subject_id=subject_id)
    if kinds is not None:
        rows = rows.filter(kind__in=list(kinds))
    rows.delete()


def list_todos(
    actor: Actor,
    *,
    offices: Sequence[UUID] | None = None,
    kinds: Sequence[str] = (),
    cursor: str = "",
    size: int = 30,
) -> Page:
    """Things to do by nearest deadline, within the actor's scope.

    `offices` narrows to some offices (the desk's default is the actor's own). Keyset pages: the cursor of a page
    costs the same at any depth. Raises ValueError for a cursor that is none.
    """
    rows = WorkItem.objects.filter(actor.scope(READ).filter())
    if offices is not None:
        rows = (
            rows.filter(office_id__in=list(offices))
            if len(offices) != 1
            else rows.filter(office_id=offices[0])
        )
    if kinds:
        rows = rows.filter(kind__in=list(kinds))
    if cursor:
        due_at, row_id = _read_cursor(cursor)
        # The first condition is implied by the second; written apart it bounds the index (docs/decisions).
        rows = rows.filter(Q(due_at__gte=due_at) & (Q(due_at__gt=due_at) | Q(id__gt=row_id)))
    found = list(rows.order_by("due_at", "id")[: size + 1])
    items = tuple(_todo(row) for row in found[:size])
    more = f"{items[-1].due_at.isoformat()}~{items[-1].id}" if len(found) > size else ""
    return Page(items, more)


def _read_cursor(cursor: str) -> tuple[datetime, UUID]:
    stamp, _, row_id = cursor.partition("~")
    return datetime.fromisoformat(stamp), UUID(row_id)


def count_todos(actor: Actor, *, now: datetime, offices: Sequence[UUID] | None = None) -> tuple[int, int]:
    """(open, overdue) within the actor's scope."""
    rows = WorkItem.objects.filter(actor.scope(READ).filter())
    if offices is not None:
        rows = rows.filter(office_id__in=list(offices))
    counted = rows.aggregate(open=Count("id"), late=Count("id", filter=Q(due_at__lt=now, is_stopped=False)))
    return counted["open"], counted["late"]


def _todo(row: WorkItem) -> Todo:
    return Todo(
        id=row.id,
        office_id=row.office_id,
        kind=row.kind,
        subject_id=row.subject_id,
        number=row.number,
        title=row.title,
        due_at=row.due_at,
        is_stopped=row.is_stopped,
        is_provisional=row.is_provisional,
        holder_id=row.holder_id,
        opened_at=row.opened_at,
    )
