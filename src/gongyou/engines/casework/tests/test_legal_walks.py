"""Thousands of random legal walks over every case type of the repository: what must hold wherever a matter goes."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gongyou.basics.workdays import Calendar, Edition
from gongyou.engines.casework.definitions import (
    CLOSED_WITHOUT_CALL,
    CaseType,
    Closing,
    Happens,
    Owner,
)
from gongyou.engines.casework.loop import OPENS_ROUND, Happening, Projection, allowed, apply, replay
from gongyou.engines.casework.tests.histories import moment_of
from gongyou.engines.casework.tests.published import (
    case_type,
    every_type,
    office_calendar,
    packs,
)
from gongyou.packkit.releases import running_programmes_of

REACHED = frozenset({Happens.CALLED_SATISFIED, Happens.CALLED_DISSATISFIED})
# A choice (which of the allowed happenings) and the minutes since the last one.
STEPS = st.lists(st.tuples(st.integers(0, 255), st.integers(1, 6 * 24 * 60)), min_size=1, max_size=40)
BEGINS = st.integers(0, 420 * 24 * 60).map(
    lambda minute: moment_of("2025-12-01 00:00") + timedelta(minutes=minute)
)


@cache
def calendar_before(area: str) -> Calendar:
    return office_calendar(area)


@cache
def calendar_after(area: str) -> Calendar:
    """The same office once the notice for 2027 is out."""
    known = office_calendar(area)
    edition = Edition(
        id="cn-2027",
        covered_from=date(2027, 1, 1),
        covered_to=date(2027, 12, 31),
        off=frozenset(date(2027, 1, day) for day in (1, 4, 5)) | {date(2027, 2, day) for day in range(5, 12)},
        on=frozenset({date(2027, 1, 2), date(2027, 1, 9), date(2027, 2, 13)}),
        source="国务院办公厅关于2027年部分节假日安排的通知（试验）",
        published_on=date(2026, 11, 20),
    )
    return Calendar((*known.editions, edition), known.overlay, known.opens, known.closes)


@dataclass
class Walk:
    """A matter on its way; `history` is everything that happened to it."""

    type: CaseType
    area: str
    projection: Projection = field(default_factory=Projection)
    history: list[Happening] = field(default_factory=list)
    seen: list[Projection] = field(default_factory=list)

    def calendar(self, key: str) -> Calendar:
        return calendar_after(self.area) if key == "after" else calendar_before(self.area)

    def possible(self) -> list[Happens]:
        """What the services would let happen now."""
        found = set(allowed(self.type, self.projection.state))
        rules = self.type.call_back
        if rules is not None and self.projection.dissatisfied_rounds < rules.rounds_before_upper:
            found.discard(Happens.EXPLAINED)
        if not any(h.kind is Happens.CALL_TRIED for h in self.this_round()):
            found.discard(Happens.CALLS_EXHAUSTED)
        if not self.projection.is_closed and self.history:
            found.add(Happens.CALENDAR_CHANGED)
            receipt = self.projection.clock("receipt")
            found |= {Happens.RECEIPT_SENT} if receipt is not None and receipt.is_open else set()
        return sorted(found)

    def this_round(self) -> list[Happening]:
        starts = [place for place, h in enumerate(self.history) if h.kind in OPENS_ROUND]
        return self.history[starts[-1] :] if starts else []

    def go(self, choice: int, at: datetime) -> bool:
        """One more happening; False where nothing can happen any more."""
        possible = self.possible()
        if not possible:
            return False
        kind = possible[choice % len(possible)]
        data = {}
        if kind in {Happens.RECEIVED, Happens.RECLASSIFIED}:
            data["class"] = self.type.classes[choice % len(self.type.classes)].id
        is_out = any(h.kind is Happens.CALENDAR_CHANGED for h in self.history)
        key = "after" if kind is Happens.CALENDAR_CHANGED or is_out else "before"
        happening = Happening(kind, at, data, key)
        self.seen.append(self.projection)
        self.projection = apply(self.type, self.projection, happening, self.calendar(key))
        self.history.append(happening)
        return True


def check_closing(walk: Walk) -> None:
    """No closed state without a call-back in that round, or its stated exception."""
    stands, kinds = walk.projection, [h.kind for h in walk.this_round()]
    if stands.closed_as is None:
        assert stands.open_clocks, f"nobody owes anything in {stands.state}"
        assert {c.id for c in stands.open_clocks} <= {c.id for c in walk.type.clocks if c.owner in Owner}
        assert stands.is_paused or all(c.due.due_at is not None for c in stands.open_clocks)
        return
    assert not stands.open_clocks
    if stands.closed_as is Closing.SATISFIED:
        assert Happens.CALLED_SATISFIED in kinds
    elif stands.closed_as is Closing.UNREACHED:
        assert Happens.CALLS_EXHAUSTED in kinds and not REACHED & set(kinds)
    elif stands.closed_as is Closing.EXPLAINED:
        assert Happens.CALLED_DISSATISFIED in kinds
    else:
        assert stands.closed_as in CLOSED_WITHOUT_CALL


def check_review(walk: Walk) -> None:
    """A dissatisfied answer opens a review with a date and an owner, in the same step."""
    if walk.history[-1].kind is Happens.CALLED_DISSATISFIED:
        review = walk.projection.clock("review")
        assert review is not None and review.is_open and review.due.due_at is not None
        assert not walk.projection.is_closed


def check_clocks(walk: Walk) -> None:
    before = {(c.id, c.round, c.number): c for c in walk.seen[-1].clocks}
    last = walk.history[-1]
    for clock in walk.projection.clocks:
        assert clock.due.due_at is None or clock.due.due_at >= clock.started_at
        was = before.get((clock.id, clock.round, clock.number))
        if was is None:
            assert clock.started_at == last.at
        elif not was.is_open:
            assert clock == was, "a met clock changed"
        else:
            assert clock.started_at == was.started_at
            check_promise(was.due.due_at, clock.due.due_at, last, was.budget <= clock.budget)


def check_promise(was: datetime | None, now: datetime | None, last: Happening, same_or_longer: bool) -> None:
    """An open promise never moves earlier, but for a shorter class or a notice, and then leaves time."""
    if was is None or now is None or now >= was:
        return
    if last.kind is Happens.RECLASSIFIED:
        assert not same_or_longer and now > last.at
    else:
        assert last.kind is Happens.CALENDAR_CHANGED and now > last.at
        assert now.date() > last.at.date()


def check_idempotent(walk: Walk) -> None:
    """The same notice a second time changes nothing."""
    last = walk.history[-1]
    if last.kind is Happens.CALENDAR_CHANGED:
        again = apply(walk.type, walk.projection, last, walk.calendar(last.calendar))
        assert again.clocks == walk.projection.clocks


def check_replay(walk: Walk) -> None:
    """The whole history, and any beginning of it with the rest applied, gives the same projection."""
    assert replay(walk.type, walk.history, walk.calendar) == walk.projection
    middle = len(walk.history) // 2
    stands = replay(walk.type, walk.history[:middle], walk.calendar)
    assert stands == (walk.seen[middle] if middle < len(walk.seen) else walk.projection)
    for happening in walk.history[middle:]:
        stands = apply(walk.type, stands, happening, walk.calendar(happening.calendar))
    assert stands == walk.projection


def take(area: str, programme: str, type_id: str, begins: datetime, steps: list[tuple[int, int]]) -> Walk:
    walk = Walk(case_type(programme, type_id, area), area)
    at = begins
    for choice, minutes in [(0, 1), *steps]:
        at += timedelta(minutes=minutes)
        if not walk.go(choice, at):
            break
        check_closing(walk)
        check_review(walk)
        check_clocks(walk)
        check_idempotent(walk)
    check_replay(walk)
    return walk


@pytest.mark.parametrize(("area", "programme", "type_id"), every_type())
def test_random_legal_walks(area: str, programme: str, type_id: str) -> None:
    @settings(max_examples=250, deadline=None)
    @given(BEGINS, STEPS)
    def walks(begins: datetime, steps: list[tuple[int, int]]) -> None:
        take(area, programme, type_id, begins, steps)

    walks()


@pytest.mark.long
@pytest.mark.parametrize(("area", "programme", "type_id"), every_type())
def test_many_random_legal_walks(area: str, programme: str, type_id: str) -> None:
    @settings(max_examples=5000, deadline=None)
    @given(BEGINS, STEPS)
    def walks(begins: datetime, steps: list[tuple[int, int]]) -> None:
        take(area, programme, type_id, begins, steps)

    walks()


def everywhere(area: str, programme: str, type_id: str) -> list[Walk]:
    """One shortest walk over every step from every place a matter can stand at, breadth first."""
    waiting = [Walk(case_type(programme, type_id, area), area)]
    known, walks = set[object](), list[Walk]()
    while waiting:
        walk = waiting.pop(0)
        for choice, kind in enumerate(walk.possible()):
            longer = replace(walk, history=[*walk.history], seen=[*walk.seen])
            longer.go(choice, moment_of("2026-11-02 10:00") + timedelta(hours=7 * len(walk.history)))
            check_closing(longer)
            check_review(longer)
            check_clocks(longer)
            walks.append(longer)
            stands = longer.projection
            place = (stands.state, stands.dissatisfied_rounds, tuple(longer.possible()))
            if stands.round <= 4 and kind is not Happens.CALENDAR_CHANGED and place not in known:
                known.add(place)
                waiting.append(longer)
    return walks


@pytest.mark.parametrize(("area", "programme", "type_id"), every_type())
def test_every_state_and_transition_is_walked(area: str, programme: str, type_id: str) -> None:
    """The properties above would hold of walks that go nowhere: here every state and every transition is."""
    found = case_type(programme, type_id, area)
    walks = everywhere(area, programme, type_id)
    assert {walk.projection.state for walk in walks} == set(found.states)
    wanted = {(state, t.on) for t in found.transitions for state in (t.at or ("",))}
    assert wanted <= {(walk.seen[-1].state, walk.history[-1].kind) for walk in walks}


def test_a_type_that_closes_without_a_call_is_noticed() -> None:
    """The check itself can fail: a programme whose answer closes the matter is caught by it."""
    good = case_type("chair-as-station-master", "appeal")
    transitions = tuple(
        replace(t, to="closed_satisfied") if t.on is Happens.SETTLED else t for t in good.transitions
    )
    walk = Walk(replace(good, transitions=transitions), "370828")
    for kind in (Happens.RECEIVED, Happens.ACCEPTED, Happens.SETTLED):
        walk.go(walk.possible().index(kind), moment_of("2026-11-02 10:00"))
    with pytest.raises(AssertionError):
        check_closing(walk)


def test_every_area_is_walked() -> None:
    """All that take matters: some areas only run policies."""
    with_casework = {p.id for p in packs().programmes if p.case is not None}
    taking = {a.code for a in packs().areas if with_casework & set(running_programmes_of(packs(), a.code))}
    assert taking
    assert {area for area, _, _ in every_type()} == taking


def test_a_promise_that_passed_keeps_its_date_through_a_notice_and_a_pause() -> None:
    """The notice would have made it two days earlier; nothing that happens later may."""
    kind = case_type("chair-as-station-master", "anonymous_clue", "990101")
    walk = Walk(kind, "990101")
    begins = moment_of("2026-12-25 10:00")

    def happen(what: Happens, at: datetime, key: str, data: dict[str, str] | None = None) -> None:
        happening = Happening(what, at, data or {}, key)
        walk.projection = apply(kind, walk.projection, happening, walk.calendar(key))

    happen(Happens.RECEIVED, begins, "before", {"class": "complex"})
    promised = walk.projection.clock("settle")
    assert promised is not None and promised.due.due_at is not None
    late = promised.due.due_at + timedelta(minutes=1)
    for what in (Happens.CALENDAR_CHANGED, Happens.ACCEPTED, Happens.PAUSED, Happens.RESUMED):
        happen(what, late, "after")
        clock = walk.projection.clock("settle")
        assert clock is not None and clock.due.due_at == promised.due.due_at
