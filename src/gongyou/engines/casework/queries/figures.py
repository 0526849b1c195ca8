"""Counts over `RoundFact`: what figures are made of, and the rounds behind each of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from uuid import UUID

from django.db.models import Case, Count, Exists, OuterRef, Q, QuerySet, Sum, Value, When

from gongyou.engines.casework.models import Clock, RoundFact
from gongyou.engines.casework.queries.definitions import type_of
from gongyou.kernel import bars, moment
from gongyou.kernel.access import Actor

READ = "supervise.read"


class RoundIs(StrEnum):
    """What can be said of one round of a matter. A figure counts the rounds of which all its words are true."""

    FIRST = "first"
    LATER = "later"
    DISPATCHED = "dispatched"
    ACCEPTED_IN_TIME = "accepted_in_time"
    ACCEPT_JUDGED = "accept_judged"
    ACCEPT_RUNNING = "accept_running"
    RECEIPT_JUDGED = "receipt_judged"
    RECEIPT_IN_TIME = "receipt_in_time"
    SETTLE_JUDGED = "settle_judged"
    SETTLED_IN_TIME = "settled_in_time"
    SETTLE_RUNNING = "settle_running"
    CALL_DUE = "call_due"
    CALL_RUNNING = "call_running"
    ANSWERED = "answered"
    UNREACHED = "unreached"
    SOLVED = "solved"
    SATISFIED = "satisfied"
    REVIEW_JUDGED = "review_judged"
    REVIEW_IN_TIME = "review_in_time"
    REVIEW_RUNNING = "review_running"
    REVIEWED = "reviewed"
    FOUND_REASONABLE = "found_reasonable"
    CLOSED = "closed"
    REOPENED = "reopened"
    PAPER = "paper"
    KEYED_LATE = "keyed_late"
    CONTACT_JUDGED = "contact_judged"
    CONTACTED_IN_TIME = "contacted_in_time"
    CONTACT_RUNNING = "contact_running"
    RECTIFYING = "rectifying"
    COUNTED = "counted"
    EXCLUDED = "excluded"
    OBJECTED = "objected"
    OBJECTION_DECIDED = "objection_decided"
    TIMED = "timed"
    BY_PROXY = "by_proxy"
    SUBJECT_REACHED = "subject_reached"
    FIRST_SAID = "first_said"
    REPEATED_30 = "repeated_30"
    REPEAT_30_JUDGED = "repeat_30_judged"
    REPEAT_30_RUNNING = "repeat_30_running"
    REPEATED_180 = "repeated_180"
    REPEAT_180_JUDGED = "repeat_180_judged"
    REPEAT_180_RUNNING = "repeat_180_running"


class Amount(StrEnum):
    """Numbers a round carries."""

    PAUSED_DAYS = "paused_days"
    ELAPSED_DAYS = "elapsed_days"
    OBJECTIONS_LOST = "objections_lost"
    OBJECTIONS_DECIDED = "objections_decided"


_PLAIN: Mapping[RoundIs, Q] = {
    RoundIs.FIRST: Q(round=1),
    RoundIs.LATER: Q(round__gte=2),
    RoundIs.DISPATCHED: Q(dispatched_at__isnull=False),
    RoundIs.ACCEPTED_IN_TIME: Q(accepted_in_time=True),
    RoundIs.RECEIPT_IN_TIME: Q(receipt_in_time=True),
    RoundIs.SETTLED_IN_TIME: Q(settled_in_time=True),
    RoundIs.ANSWERED: Q(call_result="answered"),
    RoundIs.UNREACHED: Q(call_result="unreached"),
    RoundIs.SOLVED: Q(is_solved=True),
    RoundIs.SATISFIED: Q(is_satisfied=True),
    RoundIs.REVIEW_IN_TIME: Q(review_in_time=True),
    RoundIs.REVIEWED: Q(is_found_reasonable__isnull=False),
    RoundIs.FOUND_REASONABLE: Q(is_found_reasonable=True),
    RoundIs.CLOSED: ~Q(closed_as=""),
    RoundIs.PAPER: Q(channel="paper", round=1),
    RoundIs.KEYED_LATE: Q(case__paper__is_late_keyed=True),
    RoundIs.CONTACTED_IN_TIME: Q(contact_in_time=True),
    RoundIs.RECTIFYING: Q(opened_as="reviewed"),
    RoundIs.COUNTED: Q(excluded_as=""),
    RoundIs.EXCLUDED: ~Q(excluded_as=""),
    RoundIs.OBJECTED: Q(objections__gt=0),
    RoundIs.OBJECTION_DECIDED: Q(objections_decided__gt=0),
    RoundIs.TIMED: Q(elapsed_days__gt=0),
    RoundIs.BY_PROXY: Q(has_proxy=True),
    RoundIs.SUBJECT_REACHED: Q(spoke_with="subject"),
    RoundIs.FIRST_SAID: Q(round=1) & ~Q(closed_as="repeated"),
    RoundIs.REPEATED_30: Q(repeat_days__lte=30),
    RoundIs.REPEATED_180: Q(repeat_days__lte=180),
}


def _meaning(word: RoundIs, now: datetime) -> Q:
    """The condition a word stands for. A promise not kept yet counts as broken once its date is past."""
    if word in _PLAIN:
        return _PLAIN[word]
    if word in _DATED:
        return _DATED[word](now)
    late, running = _open_clock("settle", now, is_late=True), _open_clock("settle", now, is_late=False)
    others = {
        RoundIs.ACCEPT_JUDGED: Q(accepted_in_time__isnull=False)
        | ~Q(_open_clock("accept", now, is_late=False)),
        RoundIs.ACCEPT_RUNNING: Q(accepted_in_time__isnull=True)
        & Q(_open_clock("accept", now, is_late=False)),
        RoundIs.RECEIPT_JUDGED: Q(receipt_in_time__isnull=False)
        | Q(_open_clock("receipt", now, is_late=True)),
        RoundIs.SETTLE_JUDGED: Q(settled_in_time__isnull=False) | Q(late),
        RoundIs.SETTLE_RUNNING: Q(settled_in_time__isnull=True) & Q(running),
        RoundIs.CALL_DUE: Q(call_due_at__isnull=False) & ~Q(call_result="", call_due_at__gte=now),
        RoundIs.CALL_RUNNING: Q(call_result="", call_due_at__gte=now),
        RoundIs.REVIEW_JUDGED: Q(review_in_time__isnull=False) | Q(_open_clock("review", now, is_late=True)),
        RoundIs.REVIEW_RUNNING: Q(review_in_time__isnull=True) & Q(_open_clock("review", now, is_late=False)),
        RoundIs.REOPENED: ~Q(closed_as="")
        & Q(Exists(RoundFact.objects.filter(case=OuterRef("case"), round=OuterRef("round") + 1))),
    }
    return others[word]


def _contact(now: datetime) -> tuple[Q, Q]:
    """Judged, and still to come. Who withdrew before anybody spoke with them is in neither."""
    due = Q(contact_due_at__isnull=False, contacted_at__isnull=True) & ~Q(closed_as="withdrawn")
    judged = Q(contact_in_time__isnull=False) | (due & Q(contact_due_at__lt=now))
    return judged, due & Q(contact_due_at__gte=now)


def _repeat(now: datetime, days: int) -> tuple[Q, Q]:
    """Whether the days are over for a matter, and whether they still run: an early repeat is not judged early."""
    last = now.astimezone(moment.SHANGHAI).date() - timedelta(days=days)
    return Q(received_on__lte=last), Q(received_on__gt=last)


_DATED: Mapping[RoundIs, Callable[[datetime], Q]] = {
    RoundIs.CONTACT_JUDGED: lambda now: _contact(now)[0],
    RoundIs.CONTACT_RUNNING: lambda now: _contact(now)[1],
    RoundIs.REPEAT_30_JUDGED: lambda now: _repeat(now, 30)[0],
    RoundIs.REPEAT_30_RUNNING: lambda now: _repeat(now, 30)[1],
    RoundIs.REPEAT_180_JUDGED: lambda now: _repeat(now, 180)[0],
    RoundIs.REPEAT_180_RUNNING: lambda now: _repeat(now, 180)[1],
}


def _open_clock(clock_id: str, now: datetime, *, is_late: bool) -> Exists:
    clocks = Clock.objects.filter(
        case=OuterRef("case"), round=OuterRef("round"), clock_id=clock_id, met_at__isnull=True
    )
    # A stopped clock has no date: it runs.
    return Exists(clocks.filter(due_at__lt=now) if is_late else clocks.exclude(due_at__lt=now))


@dataclass(frozen=True)
class Extent:
    """Which rounds are looked at: begun from `since` to `until` (both included), in an area, of an office."""

    since: date
    until: date
    area: str = ""
    office_path: str = ""
    programme: str = ""


@dataclass(frozen=True)
class RoundSet:
    """The rounds of which every word is true, of one class where a class is named.

    `amount`: not the rounds are counted but a number each of them carries is added up.
    """

    words: tuple[RoundIs, ...]
    matter_class: str = ""
    amount: Amount | None = None


@dataclass(frozen=True)
class RoundLine:
    """One round behind a figure, without personal content."""

    case_id: UUID
    number: str
    round: int
    office_path: str
    kind: str
    matter_class: str
    received_on: date
    settled_at: datetime | None
    call_result: str
    is_solved: bool | None
    is_satisfied: bool | None
    is_counted: bool
    """Whether the round is in the numerator too."""
    part: int = 1
    base: int = 1
    """What the round adds to each side, where amounts are added up."""


def facts_within(actor: Actor, extent: Extent) -> QuerySet[RoundFact]:
    """Rows of an extent within `supervise.read`, for this room's queries. Raises NotAllowed."""
    actor.require(READ)
    rounds = RoundFact.objects.filter(
        actor.scope(READ).filter(), received_on__gte=extent.since, received_on__lte=extent.until
    )
    if extent.area:
        rounds = rounds.filter(area=extent.area)
    if extent.programme:
        rounds = rounds.filter(programme=extent.programme)
    if extent.office_path:
        rounds = rounds.filter(
            office_path__gte=extent.office_path, office_path__lt=extent.office_path + "\uffff"
        )
    return rounds


def _condition(wanted: RoundSet, now: datetime) -> Q:
    condition = Q(matter_class=wanted.matter_class) if wanted.matter_class else Q()
    for word in wanted.words:
        condition &= _meaning(word, now)
    return condition


def count_rounds(actor: Actor, extent: Extent, sets: Mapping[str, RoundSet]) -> dict[str, int]:
    """How many rounds each set holds, all in one query, within the actor's `supervise.read` scope."""
    now = moment.now()
    counts = {f"set_{place}": _sum(wanted, now) for place, wanted in enumerate(sets.values())}
    found = facts_within(actor, extent).aggregate(**counts) if counts else {}
    return {name: found[f"set_{place}"] or 0 for place, name in enumerate(sets)}


def _sum(wanted: RoundSet, now: datetime) -> Count | Sum:
    condition = _condition(wanted, now) & Q(id__isnull=False)
    return Sum(wanted.amount, filter=condition) if wanted.amount else Count("id", filter=condition)


def list_rounds(
    actor: Actor, extent: Extent, wanted: RoundSet, *, counted: RoundSet, after: str = "", size: int = 50
) -> tuple[tuple[RoundLine, ...], str]:
    """The rounds of a set, by day and number, and the cursor of the next page ('' at the end).

    `counted` marks those that are in the numerator. Raises ValueError for a cursor that is none.
    """
    now = moment.now()
    rounds = facts_within(actor, extent).filter(_condition(wanted, now))
    barred = bars.barred_ids(actor)  # counted like all others, but shown to them by nobody
    rounds = rounds.exclude(case_id__in=barred) if barred else rounds
    inside = _condition(counted, now)
    if counted.amount:
        inside &= Q(**{f"{counted.amount}__gt": 0})
    part = Case(When(inside, then=Value(True)), default=Value(False))
    rounds = rounds.select_related("case").annotate(is_counted=part)
    if after:
        day, _, row_id = after.partition("~")
        started = date.fromisoformat(day)
        rounds = rounds.filter(
            Q(received_on__gte=started) & (Q(received_on__gt=started) | Q(id__gt=UUID(row_id)))
        )
    found = list(rounds.order_by("received_on", "id")[: size + 1])
    lines = tuple(_line(row, counted.amount, wanted.amount) for row in found[:size])
    last = found[size - 1] if len(found) > size else None
    return lines, f"{last.received_on.isoformat()}~{last.id}" if last else ""


def _line(row: RoundFact, part: Amount | None, base: Amount | None) -> RoundLine:
    return RoundLine(
        case_id=row.case_id,
        number=row.case.number,
        round=row.round,
        office_path=row.office_path,
        kind=row.kind,
        matter_class=row.matter_class,
        received_on=row.received_on,
        settled_at=row.settled_at,
        call_result=row.call_result,
        is_solved=row.is_solved,
        is_satisfied=row.is_satisfied,
        is_counted=bool(row.is_counted),  # type: ignore[attr-defined]
        part=getattr(row, part) if part else 1,
        base=getattr(row, base) if base else 1,
    )


def classes_counted(actor: Actor, extent: Extent) -> tuple[tuple[str, str], ...]:
    """(id, title) of the classes that occur among the rounds, as the programmes name them."""
    found = facts_within(actor, extent).values_list("matter_class", "type_id", "case__definition").distinct()
    titles: dict[str, str] = {}
    for matter_class, type_id, definition in found:
        titles.setdefault(matter_class, _class_title(definition, type_id, matter_class))
    return tuple(sorted(titles.items()))


def _class_title(definition: str, type_id: str, matter_class: str) -> str:
    titles = {c.id: c.title for c in type_of(definition, type_id).classes}
    return titles.get(matter_class, matter_class)


def areas_counted(actor: Actor) -> Sequence[str]:
    """Area codes that have rounds within the actor's scope."""
    actor.require(READ)
    rounds = RoundFact.objects.filter(actor.scope(READ).filter())
    return sorted(rounds.values_list("area", flat=True).distinct())
