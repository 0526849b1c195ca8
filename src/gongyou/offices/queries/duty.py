"""Who is on duty, who holds which post, and where the rota has gaps."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from gongyou.kernel.access import Actor, system_actor
from gongyou.kernel.accounts import staff_at
from gongyou.offices.models import DutyShift, Office, Post, PostTenure
from gongyou.offices.queries.tree import OfficeView, office, view_of

READ = "offices.read"


@dataclass(frozen=True)
class Duty:
    """`is_gap`: nobody stands on the office's own rota, so `office` is the next one up that has somebody.

    `by` says what makes it theirs: a shift, a post, an appointment, or, where there is nobody by name, the office.
    """

    office: OfficeView
    holder_name: str
    holder_account_id: UUID | None
    phone: str
    from_at: datetime
    until_at: datetime
    is_gap: bool
    by: str = "shift"


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
    source: str = "hand"


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


def duty_holder(office_id: UUID, at: datetime) -> Duty:
    """Who holds duty for an office at a moment, past or to come: never nobody.

    On its own rota; else on that of the next office up, and so on to the root; else who held a post there then, from
    the office itself upward; else a member of staff appointed there now; at last the root office itself, by its
    telephone. Raises NotFound.
    """
    office(office_id)
    return duty_holders([office_id], at)[office_id]


def duty_holders(office_ids: Iterable[UUID], at: datetime) -> dict[UUID, Duty]:
    """`duty_holder` for many offices: two queries, and one more per level where nobody is on a rota or a post."""
    asked = {row.pk: row for row in Office.objects.filter(pk__in=set(office_ids))}
    lines = {pk: tuple(_line_up(row.path)) for pk, row in asked.items()}
    above = Office.objects.filter(path__in={path for line in lines.values() for path in line}, is_active=True)
    by_path = {row.path: row for row in above}
    shifts = _shifts_at(by_path, at)
    posts = _posts_at(by_path, at) if any(not shifts.keys() & set(line) for line in lines.values()) else {}
    return {pk: _holder(asked[pk], line, by_path, shifts, posts, at) for pk, line in lines.items()}


def _holder(
    asked: Office,
    line: tuple[str, ...],
    by_path: dict[str, Office],
    shifts: dict[str, DutyShift],
    posts: dict[str, PostTenure],
    at: datetime,
) -> Duty:
    for path in line:
        if path in shifts:
            return _by_shift(shifts[path], asked.pk)
    for path in line:
        if path in posts:
            tenure = posts[path]
            return _standing_in(
                by_path[path], asked, tenure.holder_name, tenure.holder_account_id, at, "post"
            )
    for path in line:
        staff = staff_at(system_actor("duty"), office_path=path) if path in by_path else ()
        if staff:
            return _standing_in(by_path[path], asked, staff[0].name, staff[0].account_id, at, "staff")
    last = next((by_path[path] for path in reversed(line) if path in by_path), asked)
    return _standing_in(last, asked, last.name, None, at, "office")


def _standing_in(
    there: Office, asked: Office, name: str, account_id: UUID | None, at: datetime, by: str
) -> Duty:
    return Duty(view_of(there), name, account_id, there.phone, at, at, there.pk != asked.pk, by)


def _by_shift(shift: DutyShift, asked: UUID) -> Duty:
    return Duty(
        office=view_of(shift.office),
        holder_name=shift.holder_name,
        holder_account_id=shift.holder_account_id,
        phone=shift.phone or shift.office.phone,
        from_at=shift.from_at,
        until_at=shift.until_at,
        is_gap=shift.office_id != asked,
    )


def _shifts_at(by_path: dict[str, Office], at: datetime) -> dict[str, DutyShift]:
    """The first shift of each office at a moment."""
    rows = DutyShift.objects.filter(office__in=by_path.values(), from_at__lte=at, until_at__gt=at)
    found: dict[str, DutyShift] = {}
    for row in rows.select_related("office").order_by("from_at", "pk"):
        found.setdefault(row.office.path, row)
    return found


_BY_RANK = {kind: rank for rank, kind in enumerate(("duty_cadre", "master", "deputy", "desk"))}


def _posts_at(by_path: dict[str, Office], at: datetime) -> dict[str, PostTenure]:
    """Who held the first filled post of each office at a moment."""
    rows = PostTenure.objects.filter(post__office__in=by_path.values(), since__lte=at)
    latest = {row.post_id: row for row in rows.select_related("post__office").order_by("since", "pk")}
    found: dict[str, PostTenure] = {}
    for row in sorted(latest.values(), key=lambda r: (_BY_RANK[r.post.kind], r.post.title)):
        if row.holder_name:
            found.setdefault(row.post.office.path, row)
    return found


def on_duty(office_id: UUID, at: datetime) -> Duty | None:
    """Who stands on a rota for the office at a moment: its own, else the next one up. None: on none of them.

    For who answers in any case ask `duty_holder`. Raises NotFound.
    """
    return on_duty_of([office(office_id)], at)[office_id]


def on_duty_of(asked: Iterable[OfficeView], at: datetime) -> dict[UUID, Duty | None]:
    """`on_duty` for many offices in two queries."""
    lines = {one.id: list(_line_up(one.path)) for one in asked}
    above = {
        row.path: row for row in Office.objects.filter(path__in={p for line in lines.values() for p in line})
    }
    shifts = _shifts_at(above, at)
    return {
        pk: next((_by_shift(shifts[path], pk) for path in line if path in shifts), None)
        for pk, line in lines.items()
    }


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
        row.source,
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
