"""Rotations, leave, gaps, swaps, hand-over notes, out-visits, and who carries how much."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from gongyou.kernel.access import Actor
from gongyou.kernel.moment import SHANGHAI
from gongyou.offices.models import (
    DutyGap,
    DutyLeave,
    DutyShift,
    HandOver,
    Office,
    OutVisit,
    RotaBook,
    Rotation,
    ShiftRecord,
    ShiftSwap,
)
from gongyou.offices.queries.duty import ShiftView, shift_view
from gongyou.offices.queries.tree import office

READ = "offices.read"
OWN = "duty.own"
HAND_OVER_DAYS = timedelta(days=7)


@dataclass(frozen=True)
class MemberView:
    name: str
    account_id: UUID | None
    phone: str


@dataclass(frozen=True)
class RotationView:
    """A rule and whose turn comes in which order."""

    id: UUID
    office_id: UUID
    title: str
    pattern: str
    from_on: date
    weekdays: tuple[int, ...]
    """0 Monday … 6 Sunday, 7 holidays; none: every day no other rule is for."""
    turns: tuple[tuple[MemberView, ...], ...]


@dataclass(frozen=True)
class LeaveView:
    id: UUID
    office_id: UUID
    holder_account_id: UUID | None
    holder_name: str
    from_on: date
    until_on: date
    is_cancelled: bool


@dataclass(frozen=True)
class GapView:
    """`filled_by` is the office above that holds duty meanwhile; `is_open`: still nobody of its own."""

    id: UUID
    office_id: UUID
    office_path: str
    from_at: datetime
    until_at: datetime
    filled_by_office_id: UUID
    filled_by_name: str
    is_open: bool


@dataclass(frozen=True)
class SwapView:
    id: UUID
    office_id: UUID
    shift_id: UUID
    other_shift_id: UUID | None
    asked_by: UUID
    asked_of: UUID
    state: str
    asked_at: datetime


@dataclass(frozen=True)
class HandOverView:
    id: UUID
    office_id: UUID
    shift_id: UUID
    text: str
    written_at: datetime
    written_by: UUID
    read_at: datetime | None


@dataclass(frozen=True)
class VisitView:
    id: UUID
    office_id: UUID
    place: str
    holder_account_id: UUID | None
    holder_name: str
    from_at: datetime
    until_at: datetime
    state: str
    heard_count: int
    summary: str


@dataclass(frozen=True)
class RecordView:
    """A shift as it stood after one change."""

    shift_id: UUID
    holder_name: str
    from_at: datetime
    until_at: datetime
    is_dropped: bool
    reason: str
    written_at: datetime
    written_by: UUID


@dataclass(frozen=True)
class MyDuties:
    shifts: tuple[ShiftView, ...]
    visits: tuple[VisitView, ...]


@dataclass(frozen=True)
class Load:
    """What somebody carries in a stretch of days. `fullest_hours`: in their fullest week (Monday to Sunday)."""

    holder_name: str
    shifts: int
    hours: int
    fullest_hours: int
    is_overloaded: bool


def rotations_of(actor: Actor, office_id: UUID) -> tuple[RotationView, ...]:
    """The rules in force at an office, the one for every other day first. Raises NotAllowed, NotFound."""
    actor.require(READ, office(office_id).path)
    rows = Rotation.objects.filter(office_id=office_id, is_active=True).prefetch_related("members")
    return tuple(_rotation_view(row) for row in rows.order_by("weekdays"))


def _rotation_view(row: Rotation) -> RotationView:
    turns: dict[int, list[MemberView]] = {}
    for member in sorted(row.members.all(), key=lambda m: m.place):
        turns.setdefault(member.turn, []).append(
            MemberView(member.holder_name, member.holder_account_id, member.phone)
        )
    return RotationView(
        row.pk,
        row.office_id,
        row.title,
        row.pattern,
        row.from_on,
        tuple(int(line) for line in row.weekdays),
        tuple(tuple(together) for together in turns.values()),
    )


def published_until(office_id: UUID) -> date | None:
    """The last day on which the rota is published."""
    return RotaBook.objects.filter(office_id=office_id).values_list("published_until", flat=True).first()


def leaves_at(actor: Actor, office_id: UUID, *, since: date) -> tuple[LeaveView, ...]:
    """Leave at an office that is not over. Raises NotAllowed, NotFound."""
    actor.require(OWN, office(office_id).path)
    rows = DutyLeave.objects.filter(office_id=office_id, until_on__gte=since, cancelled_at=None)
    return tuple(leave_view(row) for row in rows.order_by("from_on", "id"))


def list_gaps(
    actor: Actor, *, since: datetime, until: datetime, office_ids: Iterable[UUID] | None = None
) -> tuple[GapView, ...]:
    """Recorded gaps that touch a stretch, at the offices the actor may read. Raises NotAllowed."""
    actor.require(READ)
    reach = Office.objects.filter(actor.scope(READ).filter("path"))
    rows = DutyGap.objects.filter(office__in=reach, from_at__lt=until, until_at__gt=since)
    if office_ids is not None:
        rows = rows.filter(office_id__in=set(office_ids))
    return tuple(gap_view(row) for row in rows.select_related("office").order_by("from_at", "office__path"))


def swaps_of(actor: Actor) -> tuple[SwapView, ...]:
    """Open requests the actor made or has to answer."""
    rows = ShiftSwap.objects.filter(state=ShiftSwap.State.ASKED)
    mine = rows.filter(asked_by=actor.id) | rows.filter(asked_of=actor.id)
    return tuple(swap_view(row) for row in mine.order_by("asked_at"))


def shifts_named(ids: Iterable[UUID]) -> dict[UUID, ShiftView]:
    """Shifts by id, for whoever holds a reference to them; unknown ids are absent."""
    return {row.pk: shift_view(row) for row in DutyShift.objects.filter(pk__in=set(ids))}


def hand_overs(actor: Actor, office_id: UUID, *, size: int = 20) -> tuple[HandOverView, ...]:
    """The notes of an office, newest first: for its own staff on duty. Raises NotAllowed, NotFound."""
    actor.require(OWN, office(office_id).path)
    rows = HandOver.objects.filter(office_id=office_id).order_by("-written_at", "id")
    return tuple(hand_over_view(row) for row in rows[:size])


def owed_hand_overs(office_id: UUID, at: datetime) -> tuple[ShiftView, ...]:
    """Shifts of the last days that ended, were followed by others altogether, and left no note (one of a pair's is
    enough)."""
    since = at - HAND_OVER_DAYS
    rows = list(
        DutyShift.objects.filter(
            office_id=office_id, until_at__gt=since, from_at__lt=at + HAND_OVER_DAYS
        ).order_by("from_at", "id")
    )
    written = set(HandOver.objects.filter(office_id=office_id).values_list("shift_id", flat=True))
    found = []
    for row in rows:
        crew = [r for r in rows if r.until_at == row.until_at]
        begins = next((r.from_at for r in rows if r.from_at >= row.until_at), None)
        following = {_holder(r) for r in rows if r.from_at == begins}
        is_change = bool(following) and not following & {_holder(r) for r in crew}
        if row.until_at <= at and is_change and not written & {r.pk for r in crew}:
            found.append(shift_view(row))
    return tuple(found)


def _holder(row: DutyShift) -> tuple[UUID | None, str]:
    return row.holder_account_id, row.holder_name


def list_visits(actor: Actor, *, since: datetime, until: datetime) -> tuple[VisitView, ...]:
    """Out-visits of the offices the actor may read, by time. Raises NotAllowed."""
    actor.require(READ)
    reach = Office.objects.filter(actor.scope(READ).filter("path"))
    rows = OutVisit.objects.filter(office__in=reach, from_at__gte=since, from_at__lt=until)
    return tuple(visit_view(row) for row in rows.order_by("from_at", "id"))


def history_of(actor: Actor, office_id: UUID, *, since: datetime, until: datetime) -> tuple[RecordView, ...]:
    """Every change of the shifts of a stretch, as it was written. Raises NotAllowed, NotFound."""
    actor.require(READ, office(office_id).path)
    rows = ShiftRecord.objects.filter(office_id=office_id, from_at__lt=until, until_at__gt=since)
    return tuple(
        RecordView(
            r.shift_id,
            r.holder_name,
            r.from_at,
            r.until_at,
            r.is_dropped,
            r.reason,
            r.written_at,
            r.written_by,
        )
        for r in rows.order_by("written_at", "id")
    )


def loads(
    actor: Actor, *, since: datetime, until: datetime, overload_hours: int, path: str = ""
) -> tuple[Load, ...]:
    """Who stands how often at the offices in reach, the fullest first. Raises NotAllowed."""
    actor.require(READ)
    reach = Office.objects.filter(actor.scope(READ).filter("path"), path__startswith=path)
    rows = DutyShift.objects.filter(office__in=reach, from_at__gte=since, from_at__lt=until)
    weeks: dict[tuple[object, str], dict[date, float]] = {}
    counts: dict[tuple[object, str], int] = {}
    for row in rows:
        who = (row.holder_account_id or row.office_id, row.holder_name)
        day = row.from_at.astimezone(SHANGHAI).date()
        of_week = weeks.setdefault(who, {})
        monday = day - timedelta(days=day.weekday())
        of_week[monday] = of_week.get(monday, 0) + (row.until_at - row.from_at).total_seconds() / 3600
        counts[who] = counts.get(who, 0) + 1
    found = [
        Load(
            who[1],
            counts[who],
            round(sum(w.values())),
            round(max(w.values())),
            max(w.values()) > overload_hours,
        )
        for who, w in weeks.items()
    ]
    return tuple(sorted(found, key=lambda load: (-load.fullest_hours, -load.hours, load.holder_name)))


def leave_view(row: DutyLeave) -> LeaveView:
    return LeaveView(
        row.pk,
        row.office_id,
        row.holder_account_id,
        row.holder_name,
        row.from_on,
        row.until_on,
        row.cancelled_at is not None,
    )


def gap_view(row: DutyGap) -> GapView:
    return GapView(
        row.pk,
        row.office_id,
        row.office.path,
        row.from_at,
        row.until_at,
        row.filled_by_office_id,
        row.filled_by_name,
        row.closed_at is None,
    )


def swap_view(row: ShiftSwap) -> SwapView:
    return SwapView(
        row.pk,
        row.office_id,
        row.shift_id,
        row.other_shift_id,
        row.asked_by,
        row.asked_of,
        row.state,
        row.asked_at,
    )


def hand_over_view(row: HandOver) -> HandOverView:
    return HandOverView(
        row.pk, row.office_id, row.shift_id, row.text, row.written_at, row.written_by, row.read_at
    )


def visit_view(row: OutVisit) -> VisitView:
    return VisitView(
        row.pk,
        row.office_id,
        row.place,
        row.holder_account_id,
        row.holder_name,
        row.from_at,
        row.until_at,
        row.state,
        row.heard_count,
        row.summary,
    )
