"""Writes inside an open action: load a matter, let something happen to it, keep every projection in step."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from gongyou.basics.refusal import says
from gongyou.basics.workdays import Calendar
from gongyou.engines.casework.definitions import CaseType, Clock, Closing, Happens, Owner
from gongyou.engines.casework.events import CaseClosed, DateMoved
from gongyou.engines.casework.loop import Happening, Projection, RunningClock, apply, replay
from gongyou.engines.casework.models import Case, CaseEvent, CaseText, ClockComputation, HelpRequest
from gongyou.engines.casework.models import Clock as ClockRow
from gongyou.engines.casework.queries.definitions import happenings, type_of
from gongyou.engines.casework.steps import ladder, round_facts
from gongyou.engines.casework.steps.wall import release_claims
from gongyou.kernel import bars, files, search, worklist
from gongyou.kernel.actions import Act
from gongyou.kernel.errors import DomainError, NotAllowed, NotFound, Stale
from gongyou.kernel.ids import new_id
from gongyou.kernel.inserting import insert, new_row
from gongyou.kernel.models.worklist import WorkItem
from gongyou.offices import queries as offices
from gongyou.offices.queries import OfficeView
from gongyou.registry import steps as registry

NO_DATE = timedelta(days=36500)  # a stopped clock sorts behind everything


@dataclass
class Matter:
    """A loaded matter: its row, the programme version it runs under, and where it stands."""

    row: Case
    type: CaseType
    projection: Projection
    calendar_key: str
    calendar: Calendar
    office: OfficeView  # where it lies
    bars: frozenset[str] = frozenset()  # who may not touch it

    @property
    def subject(self) -> str:
        return f"case:{self.row.pk}"


def load(act: Act, case_id: UUID, version: int | None = None) -> Matter:
    """Lock a matter and replay it. Raises NotFound, Stale."""
    row = Case.objects.select_for_update().filter(pk=case_id).first()
    if row is None:
        raise NotFound
    barred = bars.bars_of(f"case:{row.pk}")
    if bars.covers_actor(barred, act.actor):
        raise NotAllowed("barred")
    if version is not None and row.version != version:
        raise Stale
    case_type = type_of(row.definition, row.type_id)
    key, calendar = offices.calendar_of(row.area)
    projection = replay(case_type, happenings(case_id), offices.calendar_by_key)
    act.about(f"case:{row.pk}", row.office_path)
    return Matter(row, case_type, projection, key, calendar, offices.office(row.office_id), barred)


def happen(act: Act, matter: Matter, kind: Happens, data: Mapping[str, Any] | None = None) -> None:
    """Append one happening and bring every projection in step. Raises Refusal where the state forbids it."""
    happening = Happening(kind, act.now, dict(data or {}), matter.calendar_key)
    before = matter.projection
    matter.projection = apply(matter.type, before, happening, matter.calendar)
    row = matter.row
    row.version += 1
    is_new = row.version == 1
    _store_row(act, matter)
    insert(
        new_row(
            CaseEvent,
            case_id=row.pk,
            seq=row.version,
            kind=kind,
            at=act.now,
            actor_id=act.actor.id,
            actor_kind=act.actor.kind,
            actor_name=act.actor.name,
            office_path=row.office_path,
            calendar=matter.calendar_key,
            data=happening.data,
        )
    )
    _store_clocks(act, matter, before, kind)
    round_facts.note(matter.row, matter.type, matter.projection, happening, matter.calendar)
    _store_worklist(act, matter, is_new=is_new)
    if matter.projection.is_closed and not before.is_closed:
        _close(act, matter)
    elif before.is_closed and not matter.projection.is_closed:
        registry.reopen_ties(act, subject=matter.subject)


def _store_row(act: Act, matter: Matter) -> None:
    row, projection = matter.row, matter.projection
    settle = projection.clock("settle")
    row.state = projection.state
    row.round = projection.round
    row.matter_class = projection.matter_class
    row.due_at = settle.due.due_at if settle else None
    row.is_provisional = bool(settle and settle.due.provisional)
    row.next_due_at = min((c.due.due_at for c in projection.open_clocks if c.due.due_at), default=None)
    if not projection.is_closed:
        row.closed_at = None
    elif row.closed_at is None or row.closed_as != projection.closed_as:
        row.closed_at = act.now  # what happens beside a closed matter does not close it again
    row.closed_as = projection.closed_as or ""
    if row.version == 1:
        insert(row)
    else:
        row.save(update_fields=_MOVING)


_MOVING = (
    "state", "round", "version", "matter_class", "due_at", "is_provisional", "next_due_at", "closed_as",
    "closed_at", "office_id", "office_path", "call_office_id", "call_office_path", "holder_id",
)  # fmt: skip


def _store_clocks(act: Act, matter: Matter, before: Projection, cause: Happens) -> None:
    old = {(c.id, c.round, c.number): c for c in before.clocks}
    new_rows, computations = [], []
    for clock in matter.projection.clocks:
        was = old.get((clock.id, clock.round, clock.number))
        if was == clock:
            continue
        values = {
            **_clock_values(clock),
            "rises_at": ladder.rises_at(matter.type, matter.projection.beside, clock, matter.calendar),
        }
        if was is None:
            stored = new_row(
                ClockRow,
                id=new_id(),
                case_id=matter.row.pk,
                clock_id=clock.id,
                round=clock.round,
                number=clock.number,
                **values,
            )
            new_rows.append(stored)
        else:
            rows = ClockRow.objects.filter(
                case=matter.row, clock_id=clock.id, round=clock.round, number=clock.number
            )
            rows.update(**values)
            stored = rows.get()
        if was is None or was.due != clock.due:
            computations.append(_computation(act, stored, clock, cause))
            if was is not None and was.due.due_at != clock.due.due_at:
                act.publish(DateMoved(matter.row.pk, clock.id, clock.due.due_at))
    insert(*new_rows, *computations)


def _clock_values(clock: RunningClock) -> dict[str, Any]:
    return {
        "started_at": clock.started_at,
        "budget": clock.budget,
        "due_at": clock.due.due_at,
        "is_provisional": clock.due.provisional,
        "met_at": clock.met_at,
        "rest_days": [d.isoformat() for d in clock.due.rest_days],
        "paused_days": [d.isoformat() for d in clock.due.paused_days],
        "edition": clock.due.edition,
    }


def _computation(act: Act, stored: ClockRow, clock: RunningClock, cause: Happens) -> ClockComputation:
    values = _clock_values(clock)
    return new_row(
        ClockComputation,
        clock_id=stored.pk,
        at=act.now,
        cause=cause,
        due_at=values["due_at"],
        edition=values["edition"],
        rest_days=values["rest_days"],
        paused_days=values["paused_days"],
    )


def office_of(matter: Matter, owner: Owner) -> OfficeView:
    """The office a clock's work falls to. The root answers for itself where nothing stands above it."""
    if owner is Owner.CALLER:
        return _unbarred(matter, offices.call_back_office(matter.office.id))
    if owner is Owner.UPPER:
        return _unbarred(matter, offices.upper_of(matter.office.id) or matter.office)
    return matter.office


def _unbarred(matter: Matter, office: OfficeView) -> OfficeView:
    """The office, or the first above it that is not on the matter's deny-list; the root answers for all."""
    while bars.covers_path(matter.bars, office.path) and (upper := offices.upper_of(office.id)) is not None:
        office = upper
    return office


def _store_worklist(act: Act, matter: Matter, *, is_new: bool) -> None:
    """One row per office: the nearest promise that office has to keep for this matter."""
    row = matter.row
    if not is_new:
        own = [f"casework.{clock.id}" for clock in matter.type.clocks]
        worklist.drop_todos(act, subject_id=row.pk, kinds=[*own, ladder.RISEN, ladder.HELP])
    nearest: dict[Owner, tuple[Clock, RunningClock, datetime]] = {}
    definitions = {clock.id: clock for clock in matter.type.clocks}
    for running in matter.projection.open_clocks:
        definition = definitions[running.id]
        due_at = running.due.due_at or running.started_at + NO_DATE
        if definition.owner not in nearest or due_at < nearest[definition.owner][2]:
            nearest[definition.owner] = (definition, running, due_at)
    items: dict[UUID, WorkItem] = {}
    for owner, (definition, running, due_at) in nearest.items():
        office = office_of(matter, owner)
        if office.id in items and items[office.id].due_at <= due_at:
            continue
        items[office.id] = new_row(
            WorkItem,
            office_id=office.id,
            office_path=office.path,
            kind=f"casework.{definition.id}",
            subject_id=row.pk,
            number=row.number,
            title=f"{matter.type.title} · {definition.title}",
            due_at=due_at,
            is_stopped=running.due.due_at is None,
            is_provisional=running.due.provisional,
            holder_id=row.holder_id,
            opened_at=act.now,
        )
    extra = ladder.extra_items(matter.type, matter.projection.beside, matter.projection.clocks)
    insert(
        *items.values(),
        *(
            new_row(
                WorkItem,
                **one,
                subject_id=row.pk,
                number=row.number,
                holder_id=row.holder_id,
                opened_at=act.now,
            )
            for one in extra
        ),
    )


def _close(act: Act, matter: Matter) -> None:
    release_claims(act, matter.row)
    open_helps = HelpRequest.objects.filter(case=matter.row, reported_at__isnull=True, ended_at__isnull=True)
    open_helps.update(ended_at=act.now)
    keeps = matter.type.keeps_days
    if matter.row.is_about_child:
        keeps = matter.type.keeps_child_days or keeps
    keep_until = (act.now + timedelta(days=keeps)).date()
    # A right that still runs out, and the call that asks after it, outlive a closing that did not help.
    has_helped = matter.projection.closed_as in {Closing.SATISFIED, Closing.WITHDRAWN}
    done = ["casework.mandate", *(["casework.legal_limit"] if has_helped else [])]
    worklist.drop_todos(act, subject_id=matter.row.pk, kinds=done)
    registry.close_ties(act, subject=matter.subject, keep_until=keep_until)
    act.publish(CaseClosed(matter.row.pk, str(matter.projection.closed_as), act.now))


def relocate(act: Act, matter: Matter) -> None:
    """Keep row and worklist of a matter whose place or holder changed without anything happening to it."""
    matter.row.save(update_fields=_MOVING)
    _store_worklist(act, matter, is_new=False)


def write_text(act: Act, matter: Matter, kind: str, text: str) -> CaseText:
    """Store what somebody wrote. Raises DomainError when it is empty or too long."""
    clean = text.strip()
    if not clean:
        raise DomainError("empty_text", says("这里还没有写内容。"), says("请写清楚后再提交。"), field="text")
    if len(clean) > 4000:
        raise DomainError(
            "long_text",
            says("内容有{length}个字，最多4000个字。"),
            says("请分成两次提交。"),
            field="text",
            length=len(clean),
        )
    stored = new_row(
        CaseText,
        case_id=matter.row.pk,
        kind=kind,
        text=clean.replace("\x00", ""),
        author_id=act.actor.id,
        at=act.now,
    )
    insert(stored)
    return stored


_BESIDE_CLOCKS = ("casework.mandate", "casework.legal_limit", "casework.follow_up")


def move_to_office(act: Act, matter: Matter, office: OfficeView) -> None:
    """The matter lies with another office from now on; access follows it. Raises DomainError for a barred one."""
    if bars.covers_path(matter.bars, office.path):
        raise DomainError(
            "barred_office",
            says("“{office}”与这件事有利害关系，不能承办。"),
            says("请派给上级或其他单位。"),
            field="office",
            office=office.name,
        )
    row = matter.row
    matter.office = office
    row.office_id, row.office_path, row.holder_id = office.id, office.path, None
    for role in ("subject", "proxy"):
        registry.move_ties(act, subject=matter.subject, office_path=office.path, role=role)
    worklist.move_todos(
        act, subject_id=row.pk, kinds=_BESIDE_CLOCKS, office_id=office.id, office_path=office.path
    )
    search.move_entry(act, kind="case", subject_id=row.pk, office_path=office.path)
    files.move_files(act, subject=matter.subject, office_path=office.path)
