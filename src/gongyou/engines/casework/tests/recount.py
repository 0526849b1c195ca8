"""The stored projections counted again, another way, from the events alone: rounds, clocks, worklist, figures."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta
from itertools import pairwise
from uuid import UUID

from gongyou.engines.casework.definitions import BESIDE, CaseType, Happens, Owner
from gongyou.engines.casework.loop import OPENS_ROUND, Projection, RunningClock, next_rung, replay
from gongyou.engines.casework.models import Case, CaseEvent, ClockComputation, HelpRequest, Rise, RoundFact
from gongyou.engines.casework.models import Clock as ClockRow
from gongyou.engines.casework.queries.definitions import happenings, type_of
from gongyou.engines.casework.tests.recount_figures import beside_facts
from gongyou.kernel.models.worklist import WorkItem
from gongyou.kernel.moment import SHANGHAI
from gongyou.offices import queries as offices

LONG = timedelta(days=36500)


@dataclass
class Fact:
    """What one row of `RoundFact` must say."""

    round: int
    received_on: date
    matter_class: str
    office_path: str
    dispatched_at: datetime | None = None
    accepted_in_time: bool | None = None
    receipt_in_time: bool | None = None
    settled_at: datetime | None = None
    settled_in_time: bool | None = None
    call_due_at: datetime | None = None
    call_result: str = ""
    is_solved: bool | None = None
    is_satisfied: bool | None = None
    review_in_time: bool | None = None
    is_found_reasonable: bool | None = None
    closed_as: str = ""
    opened_as: str = "received"
    contact_due_at: datetime | None = None
    contacted_at: datetime | None = None
    contact_in_time: bool | None = None
    elapsed_days: int = 0
    paused_days: int = 0
    objections: int = 0
    objections_decided: int = 0
    objections_lost: int = 0
    objecting_office: str = ""
    has_proxy: bool = False
    spoke_with: str = ""
    repeat_days: int | None = None
    excluded_as: str = ""


def replayed(row: Case) -> tuple[CaseType, Projection]:
    case_type = type_of(row.definition, row.type_id)
    return case_type, replay(case_type, happenings(row.pk), offices.calendar_by_key)


def check_everything(case_id: UUID) -> None:
    """Every stored projection of a matter equals what its events say."""
    row = Case.objects.get(pk=case_id)
    case_type, projection = replayed(row)
    check_row(row, projection)
    check_clocks(row, projection)
    check_worklist(row, case_type, projection)
    check_facts(row, projection)


def check_row(row: Case, projection: Projection) -> None:
    events = list(CaseEvent.objects.filter(case=row).order_by("seq"))
    assert [e.seq for e in events] == list(range(1, row.version + 1))
    assert all(one.at <= other.at for one, other in pairwise(events))
    assert row.version == projection.happened
    assert (row.state, row.round) == (projection.state, projection.round)
    assert row.matter_class == projection.matter_class
    assert row.closed_as == (projection.closed_as or "")
    assert (row.closed_at is None) == (not projection.is_closed)
    dates = [c.due.due_at for c in projection.open_clocks if c.due.due_at]
    assert row.next_due_at == min(dates, default=None)
    settle = projection.clock("settle")
    assert row.due_at == (settle.due.due_at if settle else None)
    assert row.is_provisional == bool(settle and settle.due.provisional)


def check_clocks(row: Case, projection: Projection) -> None:
    stored = {(c.clock_id, c.round, c.number): c for c in ClockRow.objects.filter(case=row)}
    assert set(stored) == {(c.id, c.round, c.number) for c in projection.clocks}
    for clock in projection.clocks:
        kept = stored[clock.id, clock.round, clock.number]
        assert (kept.started_at, kept.budget, kept.due_at, kept.met_at, kept.is_provisional) == (
            clock.started_at,
            clock.budget,
            clock.due.due_at,
            clock.met_at,
            clock.due.provisional,
        )
        assert kept.rises_at == next_rise(row, projection, clock)
        latest = ClockComputation.objects.filter(clock=kept).order_by("at", "id").last()
        assert latest is not None and latest.due_at == kept.due_at


def next_rise(row: Case, projection: Projection, clock: RunningClock) -> datetime | None:
    """When the ladder of a clock is to be climbed next, by the rungs its events name."""
    case_type = type_of(row.definition, row.type_id)
    taken = {
        event.data["step"]
        for event in CaseEvent.objects.filter(case=row, kind="escalated")
        if (event.data["clock"], event.data["round"], event.data["number"])
        == (clock.id, clock.round, clock.number)
    }
    if not clock.is_open:
        return None
    _, calendar = offices.calendar_of(row.area)
    found = next_rung(case_type, clock.id, clock.started_at, clock.due.due_at, taken, calendar)
    return found[1] if found else None


def check_worklist(row: Case, case_type: CaseType, projection: Projection) -> None:
    """One row per office that owes something: its nearest open clock; none once the matter is closed."""
    owners = {clock.id: clock.owner for clock in case_type.clocks}
    owed: dict[UUID, list[tuple[datetime, str]]] = {}
    for clock in ClockRow.objects.filter(case=row, met_at__isnull=True):
        due_at = clock.due_at or clock.started_at + LONG
        owed.setdefault(office_of(row, owners[clock.clock_id]), []).append((due_at, clock.clock_id))
    # What stands beside the clocks: rungs, help, rights that end, what somebody says again and again.
    extra = {
        f"casework.{kind}" for kind in ("risen", "help", "legal_limit", "follow_up", "repeats", "exclusion")
    }
    own = list(WorkItem.objects.filter(subject_id=row.pk).exclude(kind__in=extra))
    items = {item.office_id: item for item in own}
    assert len(own) == len(items)
    assert set(items) == set(owed)
    assert bool(items) == (not projection.is_closed)
    for office_id, promises in owed.items():
        item, nearest = items[office_id], min(due for due, _ in promises)
        assert item.due_at == nearest
        assert item.kind in {f"casework.{clock}" for due, clock in promises if due == nearest}
        assert item.office_path == offices.office(office_id).path
        assert (item.number, item.holder_id) == (row.number, row.holder_id)
    check_beside(row, projection)


def check_beside(row: Case, projection: Projection) -> None:
    """Helpers that owe a report, and the offices the last rung of what still runs reached."""
    listed = WorkItem.objects.filter(subject_id=row.pk)
    asked = HelpRequest.objects.filter(case=row, reported_at__isnull=True, ended_at__isnull=True)
    helping = set(asked.values_list("office_id", flat=True))
    assert not (helping and projection.is_closed)
    assert set(listed.filter(kind="casework.help").values_list("office_id", flat=True)) == helping
    open_rises = Rise.objects.filter(case=row, clock__met_at__isnull=True)
    told = CaseEvent.objects.filter(case=row, kind="escalated").order_by("seq")
    steps = [(e.data["step"], e.data["does"]) for e in told]
    assert sorted({(r.step, r.does) for r in Rise.objects.filter(case=row)}) == sorted(set(steps))
    last = next((e for e in reversed(told) if open_rises.filter(step=e.data["step"]).exists()), None)
    reached = set(last.data["offices"]) if last and last.data["does"] not in {"help", "lead"} else set()
    found = listed.filter(kind="casework.risen").values_list("office_id", flat=True)
    assert {str(office) for office in found} == reached


def office_of(row: Case, owner: Owner) -> UUID:
    if owner is Owner.HANDLER:
        return row.office_id
    if owner is Owner.CALLER:
        return offices.call_back_office(row.office_id).id
    upper = offices.upper_of(row.office_id)
    return upper.id if upper else row.office_id


def check_facts(row: Case, projection: Projection) -> None:
    stored = list(RoundFact.objects.filter(case=row).order_by("round"))
    expected = facts_of(row)
    assert [f.round for f in stored] == [f.round for f in expected]
    for kept, wanted in zip(stored, expected, strict=True):
        for field in fields(Fact):
            found, should = getattr(kept, field.name), getattr(wanted, field.name)
            assert found == should, f"round {wanted.round} {field.name}: {found!r}, the events say {should!r}"
        assert (kept.area, kept.programme, kept.type_id, kept.channel, kept.topic) == (
            row.area,
            row.programme,
            row.type_id,
            row.channel,
            row.topic,
        )
    assert stored[-1].closed_as == (projection.closed_as or "")


def facts_of(row: Case) -> list[Fact]:
    """The rounds as an auditor would write them down while reading the file from the first page."""
    found: list[Fact] = []
    clocks = list(ClockRow.objects.filter(case=row))
    for event in CaseEvent.objects.filter(case=row).order_by("seq"):
        kind = Happens(event.kind)
        if kind in {Happens.REVIEWED, Happens.EXPLAINED}:
            found[-1].review_in_time = _met_in_time(clocks, "review", found[-1].round, event.at)
        if kind is Happens.REVIEWED:
            found[-1].is_found_reasonable = event.data["reasonable"]
        if kind in OPENS_ROUND:
            found.append(_opened(row, event, found, clocks))
        else:
            _read_on(row, found, event, kind, clocks)
    beside_facts(row, found)
    return found


def _opened(row: Case, event: CaseEvent, before: list[Fact], clocks: list[ClockRow]) -> Fact:
    since = row.received_at if not before else event.at
    number = len(before) + 1
    is_offered = any(
        c.clock_id == "accept"
        and c.round == number
        and c.number == 1
        and c.started_at <= event.at
        and event.kind == Happens.RECEIVED
        and _starts_at_once(row)
        for c in clocks
    )
    return Fact(
        round=number,
        received_on=since.astimezone(SHANGHAI).date(),
        matter_class=event.data.get("class", before[-1].matter_class if before else ""),
        office_path=event.office_path,
        dispatched_at=event.at if is_offered else None,
        opened_as=event.kind,
    )


def _starts_at_once(row: Case) -> bool:
    """Whether the programme asks the office of intake to accept straight away."""
    case_type = type_of(row.definition, row.type_id)
    return any(c.id == "accept" and Happens.RECEIVED in c.starts for c in case_type.clocks)


def _read_on(row: Case, found: list[Fact], event: CaseEvent, kind: Happens, clocks: list[ClockRow]) -> None:
    fact = found[-1]
    if kind is Happens.OFFERED:
        fact.dispatched_at, fact.office_path = event.at, event.office_path
    elif kind is Happens.ACCEPTED:
        fact.accepted_in_time = _met_in_time(clocks, "accept", fact.round, event.at)
        fact.office_path = event.office_path
    elif kind is Happens.RECEIPT_SENT:
        found[0].receipt_in_time = _met_in_time(clocks, "receipt", 1, event.at)
    elif kind is Happens.RECLASSIFIED:
        fact.matter_class = event.data["class"]
    elif kind is Happens.SETTLED:
        fact.settled_at = event.at
        fact.settled_in_time = _met_in_time(clocks, "settle", fact.round, event.at)
        calls = [c for c in clocks if c.clock_id == "call_back" and c.round == fact.round]
        fact.call_due_at = calls[0].due_at if calls else None
    elif kind in {Happens.CALLED_SATISFIED, Happens.CALLED_DISSATISFIED}:
        fact.call_result, fact.is_solved = "answered", event.data["solved"]
        fact.spoke_with = event.data["spoke_with"]
        fact.is_satisfied = kind is Happens.CALLED_SATISFIED
    elif kind is Happens.CALLS_EXHAUSTED:
        fact.call_result = "unreached"
    fact.closed_as = _closes(row, kind, fact.closed_as)


def _closes(row: Case, kind: Happens, before: str) -> str:
    """How the matter stands closed after a happening; a recomputed date or a receipt changes nothing."""
    if kind in BESIDE or kind in {Happens.CALENDAR_CHANGED, Happens.RECEIPT_SENT}:
        return before
    case_type = type_of(row.definition, row.type_id)
    targets = {t.to for t in case_type.transitions if t.on is kind}
    endings = {case_type.states[to].closes_as for to in targets}
    assert len(endings) == 1, f"{kind} ends matters in different ways"
    return str(endings.pop() or "")


def _met_in_time(clocks: list[ClockRow], clock_id: str, round_number: int, at: datetime) -> bool | None:
    """Of the run this moment ended: whether the date had not passed."""
    ended = [c for c in clocks if c.clock_id == clock_id and c.round == round_number and c.met_at == at]
    if not ended:
        return None
    return all(c.due_at is None or at <= c.due_at for c in ended)
