"""Who is on duty, who holds which post, and where the rota has gaps."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from gongyou.kernel.access import Actor
from gongyou.offices.models import DutyShift, Office, Post
from gongyou.offices.queries.tree import OfficeView, office, view_of

READ = "offices.read"


@dataclass(frozen=True)
class Duty:
    """`is_gap`: nobody stands on the office's own rota, so `office` is the next one up that has somebody."""

    office: OfficeView
    holder_name: str
    holder_account_id: UUID | None
    phone: str
    from_at: datetime
    until_at: datetime
    is_gap: bool


@dataclass(frozen=True)
class ShiftView:
    id: UUID
    office_id: UUID
    post_id: UUID | None
    holder_account_id: UUID | None
    holder_name: str
    phone: str
    from_at: datetime
    until_at: datetime


@dataclass(frozen=True)
class PostView:
    """An empty `holder_name` is a vacancy."""

    id: UUID
    office_id: UUID
    kind: str
    title: str
    holder_account_id: UUID | None
    holder_name: str
    since: datetime


def on_duty(office_id: UUID, at: datetime) -> Duty | None:
    """Who answers for the office at a moment; where its rota has a gap, the next office up. None: nobody at all.

    Raises NotFound.
    """
    line = list(_line_up(office(office_id).path))
    shifts = DutyShift.objects.filter(office__path__in=line, from_at__lte=at, until_at__gt=at)
    found = sorted(shifts.select_related("office"), key=lambda s: (-len(s.office.path), s.from_at, s.pk))
    if not found:
        return None
    shift = found[0]
    return Duty(
        office=view_of(shift.office),
        holder_name=shift.holder_name,
        holder_account_id=shift.holder_account_id,
        phone=shift.phone or shift.office.phone,
        from_at=shift.from_at,
        until_at=shift.until_at,
        is_gap=shift.office_id != office_id,
    )


def list_shifts(actor: Actor, *, office_id: UUID, since: datetime, until: datetime) -> tuple[ShiftView, ...]:
    """The shifts of an office that touch a stretch of time, by beginning. Raises NotAllowed, NotFound."""
    actor.require(READ, office(office_id).path)
    rows = DutyShift.objects.filter(office_id=office_id, from_at__lt=until, until_at__gt=since)
    return tuple(shift_view(row) for row in rows.order_by("from_at", "id"))


def gaps(
    actor: Actor, *, office_id: UUID, since: datetime, until: datetime
) -> tuple[tuple[datetime, datetime], ...]:
    """Stretches between two moments in which nobody is on the office's rota. Raises NotAllowed, NotFound."""
    found: list[tuple[datetime, datetime]] = []
    covered_until = since
    for shift in list_shifts(actor, office_id=office_id, since=since, until=until):
        if shift.from_at > covered_until:
            found.append((covered_until, shift.from_at))
        covered_until = max(covered_until, shift.until_at)
    if covered_until < until:
        found.append((covered_until, until))
    return tuple(found)


def posts_of(actor: Actor, office_ids: frozenset[UUID]) -> tuple[PostView, ...]:
    """Posts of those offices the actor may read, by office and title. Raises NotAllowed without offices.read."""
    actor.require(READ)
    reachable = Office.objects.filter(actor.scope(READ).filter("path"), pk__in=office_ids)
    rows = Post.objects.filter(office__in=reachable).order_by("office__path", "kind", "title")
    return tuple(post_view(row) for row in rows)


def shift_view(row: DutyShift) -> ShiftView:
    return ShiftView(
        row.pk,
        row.office_id,
        row.post_id,
        row.holder_account_id,
        row.holder_name,
        row.phone,
        row.from_at,
        row.until_at,
    )


def post_view(row: Post) -> PostView:
    return PostView(
        row.pk, row.office_id, row.kind, row.title, row.holder_account_id, row.holder_name, row.since
    )


def _line_up(path: str) -> Iterator[str]:
    """The paths of an office and of everything above it."""
    parts = path.rstrip("/").split("/")
    for count in range(len(parts), 0, -1):
        yield "/".join(parts[:count]) + "/"
