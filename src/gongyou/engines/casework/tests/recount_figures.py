"""The columns of `RoundFact` that stand beside the states, counted again from the events: contact, pauses, objections."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from gongyou.basics.workdays import Calendar, due, working_days_between
from gongyou.engines.casework.definitions import BESIDE, Happens
from gongyou.engines.casework.loop import OPENS_ROUND
from gongyou.engines.casework.models import Case, CaseEvent, CaseParty
from gongyou.engines.casework.models import Clock as ClockRow
from gongyou.engines.casework.queries.definitions import type_of
from gongyou.kernel.moment import SHANGHAI
from gongyou.offices import queries as offices

ANSWERS = {"contacted", "settled", "fulfilled", "not_accepted", "repeat_told", "explained"}
KEEPS_PAUSE = {*BESIDE, Happens.CALENDAR_CHANGED, Happens.RECEIPT_SENT, Happens.RECLASSIFIED}


def beside_facts(row: Case, facts: Sequence[Any]) -> None:
    """Fill in what the events say. `facts` are the rounds in order, as `recount.Fact`."""
    events = list(CaseEvent.objects.filter(case=row).order_by("seq"))
    has_proxy = CaseParty.objects.filter(case=row, role="proxy").exists()
    for fact in facts:
        fact.has_proxy = has_proxy
        own = _of_round(events, fact.round)
        _contact(row, fact, own)
        _objections(fact, own)
        _days(row, fact, own)
    _repeats(row, facts[0], events)
    for event in events:
        if event.kind == Happens.EXCLUSION_DECIDED and event.data["approved"]:
            facts[event.data["round"] - 1].excluded_as = event.data["ground"]


def _of_round(events: list[CaseEvent], number: int) -> list[CaseEvent]:
    """From the happening that opens a round to the one before the next opens."""
    openings = [place for place, event in enumerate(events) if event.kind in OPENS_ROUND]
    until = openings[number] if number < len(openings) else len(events)
    return events[openings[number - 1] : until]


def _contact(row: Case, fact: Any, own: list[CaseEvent]) -> None:
    rule = type_of(row.definition, row.type_id).contact
    if own[0].kind == "received" and fact.dispatched_at and own[0].at <= fact.dispatched_at and _at_once(row):
        offered = [own[0]]
    else:
        offered = [e for e in own if e.kind == "offered"]
    reached = next((e for e in own if e.kind in ANSWERS), None)
    fact.contacted_at = reached.at if reached else None
    in_time = [e for e in offered if reached is None or e.seq < reached.seq]
    if rule and in_time and not row.is_anonymous:
        calendar = offices.calendar_by_key(in_time[0].calendar)
        found = due(start=in_time[0].at, budget=rule.within, unit=rule.unit, calendar=calendar)
        fact.contact_due_at = found.due_at
    if fact.contacted_at and fact.contact_due_at:
        fact.contact_in_time = fact.contacted_at <= fact.contact_due_at


def _at_once(row: Case) -> bool:
    clocks = type_of(row.definition, row.type_id).clocks
    return any(c.id == "accept" and Happens.RECEIVED in c.starts for c in clocks)


def _objections(fact: Any, own: list[CaseEvent]) -> None:
    waiting = ""
    for event in own:
        if event.kind == "objected":
            fact.objections += 1
            waiting = event.data["office"]
        elif event.kind == "offered" and waiting:
            fact.objections_decided += 1
            fact.objections_lost += event.data["office"] == waiting
            waiting = ""
    fact.objecting_office = waiting


def _days(row: Case, fact: Any, own: list[CaseEvent]) -> None:
    """Elapsed and paused working days of the settle clock, in the calendar that held when it was met."""
    runs = list(ClockRow.objects.filter(case=row, clock_id="settle", round=fact.round, met_at__isnull=False))
    if not runs:
        return
    last = max(run.met_at for run in runs if run.met_at)
    calendar = offices.calendar_by_key(next(e.calendar for e in own if e.at == last))
    fact.elapsed_days = sum(_between(r.started_at, r.met_at, calendar) for r in runs if r.met_at)
    since: datetime | None = None
    for event in own:
        if event.kind == "paused":
            since = event.at
        elif since and Happens(event.kind) not in KEEPS_PAUSE:
            fact.paused_days += _between(since, event.at, calendar)
            since = None


def _between(first: datetime, last: datetime, calendar: Calendar) -> int:
    days = [moment.astimezone(SHANGHAI).date() for moment in (first, last)]
    return max(0, working_days_between(days[0], days[1], calendar))


def _repeats(row: Case, first: Any, events: list[CaseEvent]) -> None:
    said = [e.data["on"] for e in events if e.kind == "repeated" and e.data.get("new_facts") is False]
    received = row.received_at.astimezone(SHANGHAI).date()
    first.repeat_days = min(((date.fromisoformat(on) - received).days for on in said), default=None)
