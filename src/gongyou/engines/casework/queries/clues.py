"""The board of clues: what was seen, where, with its pictures, and how far it is. No word about who said it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from gongyou.engines.casework.definitions import Kind
from gongyou.engines.casework.models import Case
from gongyou.engines.casework.queries.definitions import type_of
from gongyou.engines.casework.queries.lists import in_scope
from gongyou.engines.casework.queries.views import Choice
from gongyou.kernel import moment
from gongyou.kernel.access import Actor
from gongyou.kernel.models.files import StoredFile
from gongyou.offices import queries as offices


@dataclass(frozen=True)
class ClueCard:
    case_id: UUID
    number: str
    topic: str
    place: str
    office_id: UUID
    office: str
    state: str
    received_at: datetime
    due_at: datetime | None
    is_provisional: bool
    is_late: bool
    is_stopped: bool
    is_closed: bool
    is_anonymous: bool
    photo_id: UUID | None
    photo_count: int


@dataclass(frozen=True)
class ClueBoard:
    """Open clues first by their day, then the latest answered; `topics` counts the open ones by kind."""

    cards: tuple[ClueCard, ...]
    topics: tuple[tuple[Choice, int], ...]


def clue_board(actor: Actor, topic: str = "", *, with_closed: bool = False, limit: int = 60) -> ClueBoard:
    """Clues within reach; four queries for a page. Raises NotAllowed."""
    actor.require("casework.read")
    clues = in_scope(actor).filter(kind=Kind.CLUE)
    open_ones = list(clues.filter(closed_at__isnull=True).order_by("due_at", "id")[:500])
    shown = [row for row in open_ones if not topic or row.topic == topic][:limit]
    if with_closed:
        ended = clues.filter(closed_at__isnull=False)
        ended = ended.filter(topic=topic) if topic else ended
        shown += list(ended.order_by("-closed_at", "-id")[: limit - len(shown)])
    return ClueBoard(_cards(shown), _counted(open_ones))


def _counted(rows: list[Case]) -> tuple[tuple[Choice, int], ...]:
    counts: dict[str, int] = {}
    titles: dict[str, str] = {}
    for row in rows:
        counts[row.topic] = counts.get(row.topic, 0) + 1
        titles[row.topic] = _topic(row)
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return tuple((Choice(name, titles[name]), count) for name, count in ordered if name)


def _topic(row: Case) -> str:
    return next((t.title for t in type_of(row.definition, row.type_id).topics if t.id == row.topic), "")


def _cards(rows: list[Case]) -> tuple[ClueCard, ...]:
    names = {i: o.name for i, o in offices.offices({r.office_id for r in rows}).items()}
    photos = _photos(rows)
    now = moment.now()
    return tuple(
        ClueCard(
            case_id=row.pk,
            number=row.number,
            topic=_topic(row),
            place=row.place,
            office_id=row.office_id,
            office=names.get(row.office_id, ""),
            state=type_of(row.definition, row.type_id).states[row.state].title,
            received_at=row.received_at,
            due_at=row.due_at,
            is_provisional=row.is_provisional,
            is_late=row.closed_at is None and row.due_at is not None and row.due_at < now,
            is_stopped=row.closed_at is None and row.due_at is None,
            is_closed=row.closed_at is not None,
            is_anonymous=row.is_anonymous,
            photo_id=next(iter(photos.get(row.pk, ())), None),
            photo_count=len(photos.get(row.pk, ())),
        )
        for row in rows
    )


def _photos(rows: list[Case]) -> dict[UUID, list[UUID]]:
    subjects = {f"case:{row.pk}": row.pk for row in rows}
    stored = StoredFile.objects.filter(
        subject__in=list(subjects), erased_at__isnull=True, media_type__startswith="image/"
    )
    found: dict[UUID, list[UUID]] = {}
    for file_id, subject in stored.order_by("stored_at", "id").values_list("pk", "subject"):
        found.setdefault(subjects[subject], []).append(file_id)
    return found
