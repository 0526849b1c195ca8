"""Taking the rungs that are due: a page of matters in one transaction, everything about them written together."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from gongyou.basics.workdays import Calendar
from gongyou.engines.casework.definitions import CaseType, Clock, Happens, Owner, Rises, Rung
from gongyou.engines.casework.loop import help_due, next_rung
from gongyou.engines.casework.models import Case, CaseEvent, HelpRequest, Rise
from gongyou.engines.casework.models import Clock as ClockRow
from gongyou.engines.casework.queries.definitions import type_of
from gongyou.engines.casework.steps.due_rungs import DueRung, due_rungs, helps_under_way, taken_of
from gongyou.engines.casework.steps.ladder import HELP, HELP_TITLE, RISEN
from gongyou.engines.casework.steps.reaching import Reach, Told
from gongyou.engines.casework.steps.telling import MOBILE, tell_office
from gongyou.kernel import worklist
from gongyou.kernel.actions import Act
from gongyou.kernel.bulk import insert_many, update_many
from gongyou.kernel.ids import new_id
from gongyou.kernel.models.worklist import WorkItem
from gongyou.offices import queries as offices
from gongyou.offices.queries import OfficeView


@dataclass(frozen=True)
class Taken:
    """A rung taken: whom it reached, where each office is an answering one for the one that was meant."""

    due: DueRung
    case_type: CaseType
    rung: Rung
    told: tuple[tuple[UUID, Told], ...]  # the office meant, who answers for it

    helper: OfficeView | None
    """The office that helps from now on."""


@dataclass
class Page:
    """What one page of rungs writes, table by table."""

    events: list[Sequence[Any]] = field(default_factory=list)
    rises: list[Sequence[Any]] = field(default_factory=list)
    items: list[Sequence[Any]] = field(default_factory=list)
    helps: list[Sequence[Any]] = field(default_factory=list)
    versions: list[tuple[UUID, int]] = field(default_factory=list)
    clocks: list[tuple[UUID, datetime | None]] = field(default_factory=list)
    texts: dict[tuple[str, str, str], list[Taken]] = field(default_factory=dict)


class Climber:
    """Knows offices, calendars and colleagues of one page."""

    def __init__(self, act: Act) -> None:
        self.act = act
        self.reach = Reach(act.actor, act.now)
        self.page = Page()
        self._calendars: dict[str, tuple[str, Calendar]] = {}
        self.helping: set[tuple[UUID, UUID]] = set()  # (matter, office) of help under way

    def calendar(self, area: str) -> tuple[str, Calendar]:
        if area not in self._calendars:
            self._calendars[area] = offices.calendar_of(area)
        return self._calendars[area]

    def take(self, due: DueRung, taken: set[str]) -> Taken | None:
        """Find the rung and whom it reaches, and note when the one after it is due. None: nothing left to climb."""
        case_type = type_of(due.definition, due.type_id)
        _, calendar = self.calendar(due.area)
        found = next_rung(case_type, due.clock_id, due.started_at, due.due_at, taken, calendar)
        if found is None or found[1] > self.act.now:
            self.page.clocks.append((due.clock_pk, found[1] if found else None))
            return None
        rung = found[0]
        after = next_rung(case_type, due.clock_id, due.started_at, due.due_at, {*taken, rung.id}, calendar)
        self.page.clocks.append((due.clock_pk, after[1] if after else None))
        told = self._told(due, case_type, rung)
        return Taken(due, case_type, rung, told, self._helper(due, rung, told[0][1].office))

    def _helper(self, due: DueRung, rung: Rung, office: OfficeView) -> OfficeView | None:
        """Who has the matter, or helps already, is not asked for help."""
        is_new = office.id != due.office_id and (due.case_id, office.id) not in self.helping
        return office if rung.does is Rises.HELP and is_new else None

    def _told(self, due: DueRung, case_type: CaseType, rung: Rung) -> tuple[tuple[UUID, Told], ...]:
        clock = next(c for c in case_type.clocks if c.id == due.clock_id)
        base = self._base(due, clock)
        if rung.does is Rises.REMIND and clock.owner is Owner.HANDLER and due.holder_id:
            name = self.reach.colleague(base, due.holder_id)
            if name is not None:  # who left the office is reminded of nothing
                return ((base.id, Told(base, "holder", due.holder_id, name)),)
        if rung.does in {Rises.REMIND, Rises.MASTER}:
            return ((base.id, self.reach.told(base)),)
        meant = dict.fromkeys(self.reach.meant(base, to) for to in rung.to)
        return tuple((office.id, self.reach.told(office)) for office in meant)

    def _base(self, due: DueRung, clock: Clock) -> OfficeView:
        office = self.reach.office(due.office_id)
        if clock.owner is Owner.CALLER:
            return self.reach.office(due.call_office_id) if due.call_office_id else office
        return self.reach.above(office) if clock.owner is Owner.UPPER else office


def climb_page(act: Act, limit: int) -> tuple[list[Taken], int, int]:
    """Take one rung of each of up to `limit` clocks, oldest first.

    Answers (rungs that move a matter: their histories are written one by one, clocks looked at, rungs taken).
    """
    rows = due_rungs(act.now, limit)
    taken = taken_of([row.clock_pk for row in rows])
    climber, seen, moving = Climber(act), set[UUID](), list[Taken]()
    climber.reach.know({pk for row in rows for pk in (row.office_id, row.call_office_id) if pk is not None})
    climber.helping = helps_under_way([row.case_id for row in rows])
    for row in rows:
        if row.case_id in seen:
            continue  # its other clock comes with the next page: a matter's history is written one by one
        seen.add(row.case_id)
        found = climber.take(row, taken.get(row.clock_pk, set()))
        if found is None:
            continue
        note_rise(act, climber.page, found)
        if found.rung.does is Rises.LEAD:
            moving.append(found)
        else:
            _note(act, climber, found)
    _write(act, climber.page)
    return moving, len(rows), len(climber.page.versions) + len(moving)


def event_data(taken: Taken) -> dict[str, Any]:
    """What the history keeps of a rung."""
    due = taken.due
    return {
        "clock": due.clock_id,
        "round": due.round,
        "number": due.number,
        "step": taken.rung.id,
        "does": taken.rung.does.value,
        "offices": [str(office) for office in _answering(taken)],
        "due_at": due.rises_at.isoformat(),
    }


def _answering(taken: Taken) -> tuple[UUID, ...]:
    return tuple(dict.fromkeys(told.office.id for _, told in taken.told))


def note_rise(act: Act, page: Page, taken: Taken) -> None:
    """Who was told, and the text message to the duty telephone."""
    due = taken.due
    for meant, told in taken.told:
        page.rises.append(
            (
                new_id(), due.case_id, due.clock_pk, due.round, taken.rung.id, taken.rung.does.value, due.rises_at,
                act.now, told.office.id, told.office.path, meant, told.told_as, told.account_id, told.name,
            )
        )  # fmt: skip
        if MOBILE.fullmatch(told.phone):
            key = (due.definition, due.type_id, told.phone)
            page.texts.setdefault(key, []).append(taken)
    act.note(f"case:{due.case_id}", due.office_path, [due.clock_pk, taken.rung.id])


def _note(act: Act, climber: Climber, taken: Taken) -> None:
    page, due = climber.page, taken.due
    key, calendar = climber.calendar(due.area)
    data = event_data(taken)
    title, kind, due_at = taken.rung.title, RISEN, due.rises_at
    if taken.helper is not None:
        kind, title, due_at = HELP, HELP_TITLE, help_due(act.now, due.due_at, calendar)
        data |= _ask(act, page, taken, due_at)
    page.versions.append((due.case_id, due.version + 1))
    actor = act.actor
    page.events.append(
        (
            new_id(), due.case_id, due.version + 1, Happens.ESCALATED.value, act.now, actor.id, actor.kind, actor.name,
            due.office_path, key, data,
        )
    )  # fmt: skip
    if kind == RISEN and taken.rung.does is Rises.HELP:
        return  # has the matter, or helps already: it stands on that office's list
    for told in {told.office.id: told for _, told in taken.told}.values():
        page.items.append(
            (
                new_id(), told.office.id, told.office.path, kind, due.case_id, due.case_number,
                f"{taken.case_type.title} · {title}"[:120], due_at, False, False, due.holder_id, act.now,
            )
        )  # fmt: skip


def _ask(act: Act, page: Page, taken: Taken, due_at: datetime) -> dict[str, str]:
    assert taken.helper is not None
    help_id, office = new_id(), taken.helper
    page.helps.append(
        (help_id, taken.due.case_id, office.id, office.path, act.now, act.actor.id, None, due_at, None, None)
    )
    return {"help": str(help_id), "helper": str(office.id), "help_due_at": due_at.isoformat()}


_EVENT = (
    "id", "case_id", "seq", "kind", "at", "actor_id", "actor_kind", "actor_name", "office_path", "calendar", "data",
)  # fmt: skip
_RISE = (
    "id", "case_id", "clock_id", "round", "step", "does", "due_at", "at", "office_id", "office_path",
    "meant_office_id", "told_as", "told_account_id", "told_name",
)  # fmt: skip
_ITEM = (
    "id", "office_id", "office_path", "kind", "subject_id", "number", "title", "due_at", "is_stopped",
    "is_provisional", "holder_id", "opened_at",
)  # fmt: skip
_HELP = (
    "id", "case_id", "office_id", "office_path", "asked_at", "asked_by", "reason_id", "due_at", "reported_at",
    "report_id",
)  # fmt: skip


def _write(act: Act, page: Page) -> None:
    insert_many(CaseEvent, _EVENT, page.events)
    insert_many(Rise, _RISE, page.rises)
    insert_many(HelpRequest, _HELP, page.helps)
    worklist.drop_todos_of(act, subject_ids=[pk for pk, _ in page.versions], kind=RISEN)
    insert_many(WorkItem, _ITEM, page.items)
    update_many(Case, "version", page.versions)
    update_many(ClockRow, "rises_at", page.clocks)
    for (_, _, phone), found in page.texts.items():
        _tell(act, phone, found)


def _tell(act: Act, phone: str, found: Iterable[Taken]) -> None:
    """One text for all rungs of a page that reach one telephone: nobody is sent a hundred."""
    taken = list(found)
    first = min(taken, key=lambda one: one.due.rises_at)
    office = first.told[0][1].office
    tell_office(
        act,
        first.case_type,
        phone=phone,
        office=office,
        number=first.due.case_number,
        count=len({one.due.case_id for one in taken}),
    )
