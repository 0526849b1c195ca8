"""Steps and queries of the worklist: one row per thing somebody must do."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from gongyou.kernel import bars, stretches
from gongyou.kernel.access import Actor
from gongyou.kernel.actions import Act
from gongyou.kernel.models.worklist import WorkItem
from gongyou.kernel.stretches import Place

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


def drop_todos_of(act: Act, *, subject_ids: Sequence[UUID], kind: str) -> None:
    """Many matters no longer wait for this."""
    for start in range(0, len(subject_ids), 500):
        WorkItem.objects.filter(subject_id__in=subject_ids[start : start + 500], kind=kind).delete()


def move_todos(
    act: Act, *, subject_id: UUID, kinds: Iterable[str], office_id: UUID, office_path: str
) -> None:
    """What waits falls to another office now, on the same day."""
    rows = WorkItem.objects.filter(subject_id=subject_id, kind__in=list(kinds))
    rows.update(office_id=office_id, office_path=office_path, holder_id=None)


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
    barred = bars.barred_ids(actor)
    places = _places(actor, offices)
    bound = _read_cursor(cursor) if cursor else None
    if barred or len(places) > MOST_PATHS:
        rows = _narrowed(WorkItem.objects.filter(_reach(actor, offices)), kinds, bound)
        found = list(rows.order_by("due_at", "id")[: size + 1])
    else:
        ids = stretches.nearest(places, kinds, bound, size + 1)
        known = WorkItem.objects.in_bulk(ids)
        found = [known[i] for i in ids if i in known]
    items = tuple(_todo(row) for row in found[:size])
    more = f"{items[-1].due_at.isoformat()}~{items[-1].id}" if len(found) > size else ""
    return Page(items, more)


MOST_PATHS = 200  # beyond, one walk along the deadlines is cheaper than a look into every office
COUNTED_TO = 500


def _reach(actor: Actor, offices: Sequence[UUID] | None) -> Q:
    reach = actor.scope(READ).filter()
    barred = bars.barred_ids(actor)
    reach = reach & ~Q(subject_id__in=barred) if barred else reach
    return reach if offices is None else reach & Q(office_id__in=list(offices))


def _narrowed(
    rows: QuerySet[WorkItem], kinds: Sequence[str], bound: tuple[datetime, UUID] | None
) -> QuerySet[WorkItem]:
    if kinds:
        rows = rows.filter(kind__in=list(kinds))
    if bound:
        # The first condition is implied by the second; written apart it bounds the index.
        rows = rows.filter(Q(due_at__gte=bound[0]) & (Q(due_at__gt=bound[0]) | Q(id__gt=bound[1])))
    return rows


def _places(actor: Actor, offices: Sequence[UUID] | None) -> list[Place]:
    """Every office in reach at which something waits; at most a few more than MOST_PATHS."""
    scope = actor.scope(READ)
    if offices is not None:
        paths = stretches.first_paths(tuple(dict.fromkeys(offices)))
        return [Place("office_id", office) for office, path in paths.items() if scope.covers(path)]
    found = set(scope.own)
    for below in scope.subtree:
        found.update(stretches.paths_below(below, MOST_PATHS + 1))
    return [Place("office_path", path) for path in sorted(found)]


def _read_cursor(cursor: str) -> tuple[datetime, UUID]:
    stamp, _, row_id = cursor.partition("~")
    return datetime.fromisoformat(stamp), UUID(row_id)


def count_todos(actor: Actor, *, now: datetime, offices: Sequence[UUID] | None = None) -> tuple[int, int]:
    """(open, overdue) within the actor's scope, each counted to COUNTED_TO: a desk needs no more to know."""
    places = _places(actor, offices)
    if len(places) <= MOST_PATHS and not bars.barred_ids(actor):
        return stretches.count(places, COUNTED_TO), stretches.count(places, COUNTED_TO, late_at=now)
    rows = WorkItem.objects.filter(_reach(actor, offices))
    late = rows.filter(due_at__lt=now, is_stopped=False)
    return rows.order_by()[:COUNTED_TO].count(), late.order_by()[:COUNTED_TO].count()


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
