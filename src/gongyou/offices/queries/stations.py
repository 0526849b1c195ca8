"""Stations: what stands there and works, how it is used, and the figures leaders ask for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from fractions import Fraction
from uuid import UUID

from django.db.models import Count, Sum

from gongyou.kernel import moment
from gongyou.kernel.access import Actor
from gongyou.offices.models import (
    DutyGap,
    Facility,
    FaultEvent,
    FaultTicket,
    Inspection,
    Office,
    Rating,
    RefillTask,
    StockLot,
    UseCount,
)
from gongyou.offices.queries.tree import OfficeView, office, view_of

READ = "offices.read"
KEEP = "stations.keep"
OPEN = ("reported", "accepted", "repaired")
ENOUGH_RATINGS = 3
"""Below so many the stars would tell who gave them."""


@dataclass(frozen=True)
class FacilityView:
    """`fault` is the state of its open ticket, '' without one; `is_down`: can't be used."""

    id: UUID
    office_id: UUID
    kind: str
    label: str
    pieces: int
    since_on: date
    fault: str = ""
    is_down: bool = False


@dataclass(frozen=True)
class FaultView:
    id: UUID
    office_id: UUID
    facility_id: UUID
    kind: str
    label: str
    state: str
    text: str
    is_down: bool
    reports: int
    reported_at: datetime
    due_at: datetime
    repaired_at: datetime | None
    repaired_by: UUID | None
    closed_at: datetime | None


@dataclass(frozen=True)
class FaultStep:
    kind: str
    at: datetime
    actor_id: UUID
    actor_kind: str
    note: str


@dataclass(frozen=True)
class InspectionView:
    id: UUID
    office_id: UUID
    at: datetime
    actor_id: UUID
    answers: tuple[dict[str, object], ...]
    wrong: int


@dataclass(frozen=True)
class Uses:
    """Visits of a day by source; what staff counted stands for the day, taps where nobody counted."""

    day: date
    taps: int
    counted: int | None

    @property
    def visits(self) -> int:
        return self.taps if self.counted is None else self.counted


@dataclass(frozen=True)
class Stars:
    """`mean` is None below a handful of ratings."""

    count: int
    mean: Fraction | None


@dataclass(frozen=True)
class StationFigures:
    """One station in a stretch of time. Every rate stands with what it was counted from (minutes, tasks)."""

    office: OfficeView
    facilities: int
    down: int
    faults_open: int
    faults_late: int
    minutes: int
    minutes_down: int
    refills_due: int
    refills_in_time: int
    visits: int
    stars: Stars
    lots_expired: int
    lots_expiring: int
    gaps: int
    inspections: int

    @property
    def uptime(self) -> Fraction | None:
        return Fraction(self.minutes - self.minutes_down, self.minutes) if self.minutes else None

    @property
    def in_time(self) -> Fraction | None:
        return Fraction(self.refills_in_time, self.refills_due) if self.refills_due else None


def facilities_of(office_ids: Iterable[UUID]) -> dict[UUID, tuple[FacilityView, ...]]:
    """What stands in some offices and whether it works: public. Two queries."""
    ids = set(office_ids)
    faults = {row.facility_id: row for row in FaultTicket.objects.filter(office_id__in=ids, state__in=OPEN)}
    found: dict[UUID, list[FacilityView]] = {}
    for row in Facility.objects.filter(office_id__in=ids, withdrawn_at=None).order_by(
        "kind", "since_on", "id"
    ):
        found.setdefault(row.office_id, []).append(facility_view(row, faults.get(row.pk)))
    return {office_id: tuple(views) for office_id, views in found.items()}


def facility(id: UUID) -> FacilityView | None:
    row = Facility.objects.filter(pk=id, withdrawn_at=None).first()
    return facility_view(row) if row else None


def faults_of(actor: Actor, office_id: UUID, *, size: int = 30) -> tuple[FaultView, ...]:
    """Tickets of an office: open ones by date due, then the latest closed. Raises NotAllowed, NotFound."""
    actor.require(READ, office(office_id).path)
    rows = FaultTicket.objects.filter(office_id=office_id).select_related("facility")
    open_ones = list(rows.filter(state__in=OPEN).order_by("due_at", "id"))
    closed = list(rows.exclude(state__in=OPEN).order_by("-closed_at", "id")[:size])
    return tuple(fault_view(row) for row in (*open_ones, *closed))


def fault_steps(actor: Actor, fault_id: UUID) -> tuple[FaultStep, ...]:
    """What happened to a ticket. Raises NotAllowed; empty for an unknown one."""
    row = FaultTicket.objects.filter(pk=fault_id).select_related("office").first()
    if row is None:
        return ()
    actor.require(READ, row.office.path)
    steps = FaultEvent.objects.filter(fault=row).order_by("at", "id")
    return tuple(FaultStep(s.kind, s.at, s.actor_id, s.actor_kind, s.note) for s in steps)


def office_of_fault(fault_id: UUID) -> UUID | None:
    return FaultTicket.objects.filter(pk=fault_id).values_list("office_id", flat=True).first()


def inspections_of(actor: Actor, office_id: UUID, *, size: int = 10) -> tuple[InspectionView, ...]:
    """The latest rounds. Raises NotAllowed, NotFound."""
    actor.require(READ, office(office_id).path)
    rows = Inspection.objects.filter(office_id=office_id).order_by("-at", "id")
    return tuple(inspection_view(row) for row in rows[:size])


def uses_of(office_id: UUID, *, since: date, until: date) -> tuple[Uses, ...]:
    """Visits by day (both days included), only days with any."""
    rows = UseCount.objects.filter(office_id=office_id, day__gte=since, day__lte=until)
    days: dict[date, dict[str, int]] = {}
    for row in rows:
        days.setdefault(row.day, {})[row.source] = row.count
    return tuple(Uses(day, counts.get("tap", 0), counts.get("staff")) for day, counts in sorted(days.items()))


def stars_of(office_id: UUID) -> Stars:
    """Public: how people rate a station, once enough did."""
    found = Rating.objects.filter(office_id=office_id).aggregate(n=Count("id"), total=Sum("stars"))
    return _stars(found["n"], found["total"])


def ratings_of(actor: Actor, office_id: UUID, *, size: int = 10) -> tuple[tuple[datetime, int, str], ...]:
    """The latest ratings with their words, for the station's staff. Raises NotAllowed, NotFound."""
    actor.require(KEEP, office(office_id).path)
    rows = Rating.objects.filter(office_id=office_id).order_by("-at", "id")
    return tuple((row.at, row.stars, row.text) for row in rows[:size])


def station_figures(
    actor: Actor, *, since: date, until: date, warn_days: int, path: str = ""
) -> tuple[StationFigures, ...]:
    """Every station in reach that has facilities, stock or use, by its place in the tree. Raises NotAllowed.

    A facility counts as down from the first report until the repair that was (or is yet to be) found good.
    """
    actor.require(READ)
    reach = Office.objects.filter(
        actor.scope(READ).filter("path"), path__startswith=path, is_active=True, kind=Office.Kind.STATION
    )
    offices = {row.pk: view_of(row) for row in sorted(reach, key=lambda row: row.path)}
    begin, end = _begin(since), min(_begin(until + timedelta(days=1)), moment.now())
    return _Counting(offices, since, until, begin, end).figures(warn_days)


class _Counting:
    """The tables behind the figures, each read once for all offices."""

    def __init__(
        self, offices: dict[UUID, OfficeView], since: date, until: date, begin: datetime, end: datetime
    ) -> None:
        self.offices, self.since, self.until, self.begin, self.end = offices, since, until, begin, end
        ids = list(offices)
        self.facilities = list(Facility.objects.filter(office_id__in=ids))
        self.faults = list(FaultTicket.objects.filter(office_id__in=ids).exclude(state="unfounded"))
        due = RefillTask.objects.filter(office_id__in=ids, due_at__gte=begin, due_at__lt=end)
        self.refills = list(due)
        self.lots = list(StockLot.objects.filter(office_id__in=ids, left__gt=0).exclude(expires_on=None))
        self.visits = self._visits(ids)
        gaps = DutyGap.objects.filter(office_id__in=ids, from_at__lt=end, until_at__gt=begin)
        self.gaps = dict(gaps.values_list("office_id").annotate(n=Count("id")))
        rounds = Inspection.objects.filter(office_id__in=ids, at__gte=begin, at__lt=end)
        self.rounds = dict(rounds.values_list("office_id").annotate(n=Count("id")))
        rated = Rating.objects.filter(office_id__in=ids, at__gte=begin, at__lt=end)
        self.stars = {
            pk: _stars(n, total)
            for pk, n, total in rated.values_list("office_id").annotate(n=Count("id"), total=Sum("stars"))
        }

    def figures(self, warn_days: int) -> tuple[StationFigures, ...]:
        return tuple(self._of(pk, view, warn_days) for pk, view in self.offices.items())

    def _of(self, pk: UUID, view: OfficeView, warn_days: int) -> StationFigures:
        today = moment.today()
        standing = [f for f in self.facilities if f.office_id == pk and f.withdrawn_at is None]
        faults = [f for f in self.faults if f.office_id == pk and f.state in OPEN]
        refills = [r for r in self.refills if r.office_id == pk]
        good_until = [lot.expires_on for lot in self.lots if lot.office_id == pk and lot.expires_on]
        return StationFigures(
            office=view,
            facilities=sum(f.pieces for f in standing),
            down=sum(1 for f in faults if f.is_down),
            faults_open=len(faults),
            faults_late=sum(1 for f in faults if f.due_at < moment.now()),
            minutes=sum(self._minutes(f) for f in self.facilities if f.office_id == pk),
            minutes_down=sum(self._down(f) for f in self.faults if f.office_id == pk),
            refills_due=len(refills),
            refills_in_time=sum(1 for r in refills if r.done_at is not None and r.done_at <= r.due_at),
            visits=self.visits.get(pk, 0),
            stars=self.stars.get(pk, Stars(0, None)),
            lots_expired=sum(1 for day in good_until if day < today),
            lots_expiring=sum(1 for day in good_until if 0 <= (day - today).days <= warn_days),
            gaps=self.gaps.get(pk, 0),
            inspections=self.rounds.get(pk, 0),
        )

    def _minutes(self, row: Facility) -> int:
        return _overlap(_begin(row.since_on), row.withdrawn_at or self.end, self.begin, self.end)

    def _down(self, row: FaultTicket) -> int:
        if not row.is_down:
            return 0
        return _overlap(row.reported_at, row.repaired_at or self.end, self.begin, self.end)

    def _visits(self, ids: list[UUID]) -> dict[UUID, int]:
        days: dict[tuple[UUID, date], dict[str, int]] = {}
        rows = UseCount.objects.filter(office_id__in=ids, day__gte=self.since, day__lte=self.until)
        for row in rows:
            days.setdefault((row.office_id, row.day), {})[row.source] = row.count
        found: dict[UUID, int] = {}
        for (pk, day), counts in days.items():
            found[pk] = found.get(pk, 0) + Uses(day, counts.get("tap", 0), counts.get("staff")).visits
        return found


def _overlap(begins: datetime, ends: datetime, first: datetime, last: datetime) -> int:
    """Minutes two stretches have in common."""
    return max(0, int((min(ends, last) - max(begins, first)).total_seconds() // 60))


def _begin(day: date) -> datetime:
    return datetime.combine(day, time.min, moment.SHANGHAI)


def _stars(count: int, total: int | None) -> Stars:
    is_enough = count >= ENOUGH_RATINGS and total is not None
    return Stars(count, Fraction(total, count) if is_enough and total is not None else None)


def facility_view(row: Facility, fault: FaultTicket | None = None) -> FacilityView:
    return FacilityView(
        row.pk,
        row.office_id,
        row.kind,
        row.label,
        row.pieces,
        row.since_on,
        fault.state if fault else "",
        bool(fault and fault.is_down and fault.state != "repaired"),
    )


def fault_view(row: FaultTicket) -> FaultView:
    return FaultView(
        row.pk,
        row.office_id,
        row.facility_id,
        row.facility.kind,
        row.facility.label,
        row.state,
        row.text,
        row.is_down,
        row.reports,
        row.reported_at,
        row.due_at,
        row.repaired_at,
        row.repaired_by,
        row.closed_at,
    )


def inspection_view(row: Inspection) -> InspectionView:
    return InspectionView(row.pk, row.office_id, row.at, row.actor_id, tuple(row.answers), row.wrong)
