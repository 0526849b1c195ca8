"""Reading a matter's definition and history."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache
from uuid import UUID

from gongyou.engines.casework.definitions import CaseProgramme, CaseType, Happens
from gongyou.engines.casework.loop import Happening, Projection, RunningClock, replay
from gongyou.engines.casework.models import Case, CaseEvent, ClockComputation
from gongyou.engines.casework.queries.views import Choice, ClockLine, DueExplained, PublicType, Question
from gongyou.kernel import catalogue
from gongyou.kernel.errors import NotFound
from gongyou.offices import queries as offices


@lru_cache(maxsize=256)
def type_of(definition: str, type_id: str) -> CaseType:
    """The case type of a published programme version (by content hash). Raises NotFound."""
    programme = catalogue.read_as(definition, CaseProgramme)
    for case_type in programme.types:
        if case_type.id == type_id:
            return case_type
    raise NotFound


def running_name(area: str, programme: str) -> str:
    """The catalogue's name of a programme as one area runs it (local values applied)."""
    return f"{area}/{programme}/case"


def public_types(area: str) -> tuple[PublicType, ...]:
    """What anybody may file in an area, in the order the programmes declare it."""
    return tuple(t for t in staff_types(area) if not t.filed_by_staff)


def staff_types(area: str) -> tuple[PublicType, ...]:
    """What staff may file in an area: also what comes through them alone (delegates' proposals)."""
    found = []
    for name in sorted(catalogue.names("running")):
        if not name.startswith(f"{area}/") or not name.endswith("/case"):
            continue
        published = catalogue.current("running", name)
        if published is None:
            continue
        programme = name.split("/")[1]
        found += [_public(programme, t) for t in catalogue.read_as(published.hash, CaseProgramme).types]
    return tuple(found)


def _public(programme: str, case_type: CaseType) -> PublicType:
    return PublicType(
        programme=programme,
        type_id=case_type.id,
        kind=case_type.kind,
        title=case_type.title,
        invitation=case_type.invitation,
        topics=tuple(Choice(t.id, t.title) for t in case_type.topics),
        may_be_anonymous=case_type.may_be_anonymous,
        details=tuple(
            Question(d.id, d.title, tuple(Choice(c.id, c.title) for c in d.choices), d.is_required)
            for d in case_type.details
        ),
        filed_by_staff=case_type.filed_by_staff,
    )


def happenings(case_id: UUID) -> list[Happening]:
    """The stored history in order."""
    return [happening_of(e) for e in CaseEvent.objects.filter(case_id=case_id).order_by("seq")]


def happening_of(event: CaseEvent) -> Happening:
    return Happening(Happens(event.kind), event.at, event.data, event.calendar)


def project(case_type: CaseType, events: Iterable[CaseEvent]) -> Projection:
    return replay(case_type, (happening_of(e) for e in events), offices.calendar_by_key)


def explain(case_type: CaseType, clock: RunningClock) -> DueExplained:
    definition = next(c for c in case_type.clocks if c.id == clock.id)
    return DueExplained(
        budget=clock.budget,
        unit=definition.unit,
        started_at=clock.started_at,
        rest_days=clock.due.rest_days,
        paused_days=clock.due.paused_days,
        edition=clock.due.edition,
        source=definition.source,
        confidence=definition.confidence,
    )


def clock_lines(
    row: Case, case_type: CaseType, projection: Projection, now: datetime
) -> tuple[ClockLine, ...]:
    """All clocks of a matter, latest first, each with why its date is what it is and how it moved."""
    moved: dict[tuple[str, int, int], list[tuple[datetime, str, datetime | None]]] = {}
    for c in ClockComputation.objects.filter(clock__case=row).select_related("clock").order_by("at", "id"):
        key = (c.clock.clock_id, c.clock.round, c.clock.number)
        moved.setdefault(key, []).append((c.at, c.cause, c.due_at))
    titles = {c.id: c.title for c in case_type.clocks}
    return tuple(
        ClockLine(
            id=clock.id,
            title=titles[clock.id],
            round=clock.round,
            due_at=clock.due.due_at,
            provisional=clock.due.provisional,
            met_at=clock.met_at,
            is_late=clock.is_late(now),
            is_stopped=clock.is_open and clock.due.due_at is None,
            explained=explain(case_type, clock),
            computations=tuple(moved.get((clock.id, clock.round, clock.number), ())),
        )
        for clock in reversed(projection.clocks)
    )
