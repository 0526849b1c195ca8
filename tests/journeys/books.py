"""What must hold when a county's days are over: numbers, rungs, dates, the way each matter ended."""

from __future__ import annotations

from collections import Counter
from datetime import datetime

from gongyou.basics import numbering
from gongyou.basics.workdays import Unit
from gongyou.engines.casework.definitions import CLOSED_WITHOUT_CALL, Closing, Happens
from gongyou.engines.casework.loop import OPENS_ROUND
from gongyou.engines.casework.models import (
    CallAttempt,
    Case,
    CaseEvent,
    Clock,
    ClockComputation,
    Rise,
    RoundFact,
)
from gongyou.engines.casework.queries.definitions import type_of
from gongyou.kernel.models.numbers import NumberBlock


def check_numbers() -> None:
    """Every serial taken of a block is a matter, and every matter's number is a serial taken, once."""
    taken = Counter(
        (block.series, serial)
        for block in NumberBlock.objects.all()
        for serial in range(block.first, block.next)
    )
    numbers = [numbering.read_number(number) for number in Case.objects.values_list("number", flat=True)]
    assert set(taken.values()) == {1}
    assert Counter((number.series, number.serial) for number in numbers) == taken


def check_rungs() -> None:
    """No rung of one clock reached or meant one office twice, and none was taken twice."""
    meant = Counter(Rise.objects.values_list("clock", "step", "meant_office_id"))
    assert not [rung for rung, count in meant.items() if count > 1]
    taken = Counter(
        (event.case_id, *(event.data[key] for key in ("clock", "round", "number", "step")))
        for event in CaseEvent.objects.filter(kind=Happens.ESCALATED)
    )
    assert not [rung for rung, count in taken.items() if count > 1]


def check_nothing_is_left(now: datetime) -> None:
    """Every step once means none left out, too: no rung waits that was due when the ladders were last climbed."""
    assert not Clock.objects.filter(met_at__isnull=True, rises_at__lte=now).exists()


def check_dates() -> None:
    """No unexplained date: each stored one has its latest computation, with its cause and the calendar it rests on.

    Hours are counted without a calendar; a date on days no notice covers yet says that it is provisional.
    """
    latest = {c.clock_id: c for c in ClockComputation.objects.order_by("at", "id")}
    for clock in Clock.objects.select_related("case"):
        why = latest[clock.pk]
        assert (why.due_at, why.rest_days, why.paused_days) == (
            clock.due_at,
            clock.rest_days,
            clock.paused_days,
        )
        known = type_of(clock.case.definition, clock.case.type_id).clocks
        unit = next(c.unit for c in known if c.id == clock.clock_id)
        assert why.cause
        assert why.edition or unit is Unit.HOUR or clock.is_provisional, (clock.clock_id, unit, clock.due_at)


def check_end(row: Case) -> None:
    """Closed: called back in that round, or by one of the stated exceptions. Open: somebody owes something."""
    events = list(CaseEvent.objects.filter(case=row).order_by("seq"))
    begins = [n for n, event in enumerate(events) if event.kind in OPENS_ROUND]
    kinds = {event.kind for event in events[begins[-1] :]}
    calls = CallAttempt.objects.filter(case=row, round=row.round)
    if row.closed_at is None:
        assert Clock.objects.filter(case=row, met_at__isnull=True).exists(), row.number
    elif row.closed_as == Closing.SATISFIED:
        assert Happens.CALLED_SATISFIED in kinds
        assert calls.filter(outcome="answered", is_satisfied=True).exists()
    elif row.closed_as == Closing.UNREACHED:
        assert Happens.CALLS_EXHAUSTED in kinds and calls.exists()
        assert not calls.filter(outcome="answered").exists()
    elif row.closed_as == Closing.EXPLAINED:
        assert {Happens.CALLED_DISSATISFIED, Happens.EXPLAINED} <= kinds
    else:
        assert row.closed_as in CLOSED_WITHOUT_CALL, row.closed_as


def check_dissatisfied(row: Case) -> int:
    """Every dissatisfied round was reviewed, or its review is owed with a date; how many there were."""
    rounds = RoundFact.objects.filter(case=row, is_satisfied=False).values_list("round", flat=True)
    for number in rounds:
        review = Clock.objects.get(case=row, clock_id="review", round=number)
        if review.met_at is None:
            assert review.due_at is not None and row.closed_at is None
            continue
        ended = CaseEvent.objects.filter(case=row, at=review.met_at).values_list("kind", flat=True)
        assert set(ended) & {Happens.REVIEWED, Happens.EXPLAINED, Happens.WITHDRAWN}, row.number
    return len(rounds)
