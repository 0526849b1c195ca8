"""The closed loop as a pure function: happenings in, state, round and clocks out. Nothing here reads a database.

Replaying the stored happenings gives the stored projection, always: dates are recomputed, never added to.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from gongyou.basics.refusal import Refusal, says
from gongyou.basics.workdays import SHANGHAI, Calendar, Due, Pause, Unit, due, working_days_between
from gongyou.engines.casework.definitions import BESIDE, CaseType, Clock, Closing, Happens
from gongyou.engines.casework.loop.beside import NOTHING_BESIDE, Beside, beside_after

# A new round begins where the same matter is taken up again.
OPENS_ROUND = frozenset({Happens.RECEIVED, Happens.REVIEWED, Happens.REOPENED})


@dataclass(frozen=True)
class Happening:
    """One entry of a matter's history. `data` holds ids and enums: class, office, reason; `calendar` its edition."""

    kind: Happens
    at: datetime
    data: Mapping[str, Any] = field(default_factory=dict)
    calendar: str = ""


@dataclass(frozen=True)
class Floor:
    """A date no later recomputation goes below: one `unit` from `since`, or `at_most` where that is sooner."""

    since: datetime
    unit: Unit
    at_most: datetime | None = None


@dataclass(frozen=True)
class RunningClock:
    """One clock of one round. `due` explains its date; a met clock's date is frozen."""

    id: str
    round: int
    number: int  # the n-th time this clock started in this round
    started_at: datetime
    due: Due
    budget: int
    met_at: datetime | None = None
    pauses: tuple[Pause, ...] = ()
    floor: Floor | None = None
    cap: datetime | None = None
    """A lead answers for whoever is joined to it: no later than the earliest of them was promised."""

    @property
    def is_open(self) -> bool:
        return self.met_at is None

    def is_late(self, now: datetime) -> bool:
        moment = self.met_at or now
        return self.due.due_at is not None and moment > self.due.due_at


@dataclass(frozen=True)
class Projection:
    """Where a matter stands after its happenings."""

    state: str = ""
    round: int = 0
    matter_class: str = ""
    closed_as: Closing | None = None
    is_paused: bool = False
    dissatisfied_rounds: int = 0
    clocks: tuple[RunningClock, ...] = ()
    happened: int = 0
    beside: Beside = NOTHING_BESIDE

    @property
    def open_clocks(self) -> tuple[RunningClock, ...]:
        return tuple(clock for clock in self.clocks if clock.is_open)

    def clock(self, clock_id: str) -> RunningClock | None:
        """The latest run of a clock."""
        runs = [clock for clock in self.clocks if clock.id == clock_id]
        return runs[-1] if runs else None

    @property
    def is_closed(self) -> bool:
        return self.closed_as is not None


def replay(
    case_type: CaseType, happenings: Iterable[Happening], calendar_of: Callable[[str], Calendar]
) -> Projection:
    """Fold a matter's whole history. Raises Refusal for a happening its state does not allow."""
    projection = Projection()
    for happening in happenings:
        projection = apply(case_type, projection, happening, calendar_of(happening.calendar))
    return projection


def apply(case_type: CaseType, before: Projection, happening: Happening, calendar: Calendar) -> Projection:
    """One step of the fold."""
    state = next_state(case_type, before.state, happening.kind)
    after = replace(
        before,
        state=state,
        closed_as=case_type.states[state].closes_as,
        matter_class=str(happening.data.get("class", before.matter_class)),
        round=before.round + (1 if happening.kind in OPENS_ROUND else 0),
        dissatisfied_rounds=before.dissatisfied_rounds
        + (1 if happening.kind is Happens.CALLED_DISSATISFIED else 0),
        is_paused=_paused_after(before, happening.kind),
        happened=before.happened + 1,
    )
    after = replace(after, beside=beside_after(before.beside, happening.kind, happening.data, after))
    clocks = [_carry(case_type, clock, after, happening, calendar) for clock in before.clocks]
    if after.is_closed:
        clocks = [_meet(clock, happening.at) if clock.is_open else clock for clock in clocks]
    else:
        clocks += [
            _start(definition, after, happening, calendar, clocks)
            for definition in case_type.clocks
            if happening.kind in definition.starts
        ]
    return replace(after, clocks=tuple(clocks))


def next_state(case_type: CaseType, state: str, kind: Happens) -> str:
    """The state a happening leads to. Raises Refusal where the programme does not allow it here."""
    for transition in case_type.transitions:
        if transition.on is kind and (state in transition.at or (not transition.at and not state)):
            return transition.to
    if kind is Happens.CALENDAR_CHANGED or (state and (kind is Happens.RECEIPT_SENT or kind in BESIDE)):
        return state
    title = case_type.states[state].title if state else says("未登记")
    raise Refusal(
        "not_now",
        says("这件事目前是“{state}”，不能做这一步。"),
        says("请刷新页面，按页面上列出的下一步办理。"),
        status=409,
        state=title,
    )


def allowed(case_type: CaseType, state: str) -> frozenset[Happens]:
    """What may happen in a state."""
    return frozenset(t.on for t in case_type.transitions if state in t.at or (not t.at and not state))


def _paused_after(before: Projection, kind: Happens) -> bool:
    if kind is Happens.PAUSED:
        return True
    # Whatever else moves the matter on ends a pause: a clock never waits by forgetfulness.
    lasting = {Happens.CALENDAR_CHANGED, Happens.RECEIPT_SENT, Happens.RECLASSIFIED}
    return before.is_paused and (kind in lasting or kind in BESIDE)


def _definition(case_type: CaseType, clock_id: str) -> Clock:
    return next(clock for clock in case_type.clocks if clock.id == clock_id)


def budget_of(definition: Clock, matter_class: str) -> int:
    return definition.budget.get(matter_class, definition.budget.get("any", 0))


def _start(
    definition: Clock, after: Projection, happening: Happening, calendar: Calendar, clocks: list[RunningClock]
) -> RunningClock:
    same = [c for c in clocks if c.id == definition.id and c.round == after.round]
    budget = budget_of(definition, after.matter_class)
    since = happening.data.get("counts_from") if definition.counts_from_page else None
    started_at = datetime.fromisoformat(since) if since else happening.at
    return RunningClock(
        id=definition.id,
        round=after.round,
        number=len(same) + 1,
        started_at=started_at,
        due=due(start=started_at, budget=budget, unit=definition.unit, calendar=calendar),
        budget=budget,
    )


def _meet(clock: RunningClock, at: datetime) -> RunningClock:
    return replace(clock, met_at=at)


def _carry(
    case_type: CaseType, clock: RunningClock, after: Projection, happening: Happening, calendar: Calendar
) -> RunningClock:
    """An open clock after one more happening: ended, restarted by its own start, stopped, or re-dated."""
    if not clock.is_open:
        return clock
    definition = _definition(case_type, clock.id)
    if happening.kind in definition.ends or happening.kind in definition.starts:
        return _meet(_resumed(clock, definition, happening, calendar), happening.at)
    if definition.may_pause:
        clock = _stopped(clock, definition, happening, calendar)
        if not after.is_paused:
            clock = _resumed(clock, definition, happening, calendar)
    if happening.kind is Happens.RECLASSIFIED:
        return _reclassified(clock, definition, after, happening, calendar)
    if happening.kind is Happens.CALENDAR_CHANGED:
        return _with_new_calendar(clock, definition, happening, calendar)
    if happening.kind in _CHILDREN and clock.id == "settle":
        return _date(replace(clock, cap=after.beside.earliest_child), definition, calendar)
    return clock


_CHILDREN = frozenset({Happens.CHILD_JOINED, Happens.CHILD_MOVED, Happens.CHILD_PARTED})


def _date(clock: RunningClock, definition: Clock, calendar: Calendar) -> RunningClock:
    found = due(
        start=clock.started_at,
        budget=clock.budget,
        unit=definition.unit,
        calendar=calendar,
        pauses=clock.pauses,
    )
    return replace(clock, due=_capped(_not_before(found, clock, calendar), clock.cap))


def _capped(found: Due, cap: datetime | None) -> Due:
    """A lead that stands still still answers in time for those joined to it."""
    if cap is None or (found.due_at is not None and found.due_at <= cap):
        return found
    return replace(found, due_at=cap)


def _stopped(
    clock: RunningClock, definition: Clock, happening: Happening, calendar: Calendar
) -> RunningClock:
    if happening.kind is not Happens.PAUSED or any(p.end is None for p in clock.pauses):
        return clock
    stopped = replace(clock, pauses=(*clock.pauses, Pause(happening.at, None)))
    return _unless_late(clock, stopped, definition, happening, calendar)


def _resumed(
    clock: RunningClock, definition: Clock, happening: Happening, calendar: Calendar
) -> RunningClock:
    if not any(p.end is None for p in clock.pauses):
        return clock
    pauses = tuple(p if p.end is not None else Pause(p.start, happening.at) for p in clock.pauses)
    return _unless_late(clock, replace(clock, pauses=pauses), definition, happening, calendar)


def _unless_late(
    was: RunningClock, clock: RunningClock, definition: Clock, happening: Happening, calendar: Calendar
) -> RunningClock:
    """Dated anew, but for a promise that has passed: it stays as it was given, whatever a later notice would say."""
    return clock if was.is_late(happening.at) else _date(clock, definition, calendar)


def _reclassified(
    clock: RunningClock, definition: Clock, after: Projection, happening: Happening, calendar: Calendar
) -> RunningClock:
    """Same start, the new class's budget; a shorter one leaves at least one working day from today.

    A date that has passed stays: another class makes no broken promise a kept one.
    """
    budget = budget_of(definition, after.matter_class)
    if budget == clock.budget or clock.is_late(happening.at):
        return clock
    floor = Floor(happening.at, Unit.WORKING_DAY) if budget < clock.budget else clock.floor
    return _date(replace(clock, budget=budget, floor=floor), definition, calendar)


def _with_new_calendar(
    clock: RunningClock, definition: Clock, happening: Happening, calendar: Calendar
) -> RunningClock:
    """Re-date an open promise; it never moves earlier than tomorrow's close and never becomes a breach by it."""
    promised = clock.due.due_at
    moved = _date(clock, definition, calendar)
    if promised is None or moved.due.due_at is None or moved.due.due_at >= promised:
        return moved
    if promised <= happening.at:
        return clock
    floor = Floor(happening.at, Unit.CALENDAR_DAY, at_most=promised)
    return _date(replace(clock, floor=floor), definition, calendar)


def _not_before(found: Due, clock: RunningClock, calendar: Calendar) -> Due:
    """The date found, or the clock's floor where that is later; the floor stands still in the same pauses."""
    floor = clock.floor
    if floor is None or found.due_at is None:
        return found
    least = due(start=floor.since, budget=1, unit=floor.unit, calendar=calendar, pauses=clock.pauses)
    if least.due_at is None:
        return least
    least_at = min(least.due_at, floor.at_most) if floor.at_most else least.due_at
    if found.due_at >= least_at:
        return found
    return replace(found, due_at=least_at, provisional=least.provisional)


def paused_working_days(clock: RunningClock, calendar: Calendar, now: datetime) -> int:
    """Working days a clock has stood still, whole days only."""
    return sum(
        max(0, working_days_between(_day(p.start), _day(p.end or now), calendar)) for p in clock.pauses
    )


def _day(at: datetime) -> date:
    return at.astimezone(SHANGHAI).date()
