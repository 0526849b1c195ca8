"""Short readings for desk lists: how far call-backs are, what was keyed from paper. No personal content."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time
from uuid import UUID

from gongyou.engines.casework.definitions import CallBack
from gongyou.engines.casework.models import CallAttempt, Case, PaperEntry
from gongyou.engines.casework.queries.definitions import type_of
from gongyou.engines.casework.queries.lists import in_scope
from gongyou.engines.casework.queries.views import CallProgress
from gongyou.kernel import moment
from gongyou.kernel.access import Actor


@dataclass(frozen=True)
class Try:
    """One try to reach somebody, as the console lists it."""

    at: datetime
    outcome: str
    is_outside_hours: bool


@dataclass(frozen=True)
class CallState:
    """A matter waiting for its call-back: the version a form must carry, the tries of this round, what is missing."""

    case_id: UUID
    version: int
    title: str
    round: int
    has_phone: bool
    tries: tuple[Try, ...]
    progress: CallProgress | None


def call_states(actor: Actor, case_ids: Iterable[UUID]) -> dict[UUID, CallState]:
    """How far the call-backs of some matters are, within the actor's reach; two queries for a page."""
    rows = list(in_scope(actor).filter(pk__in=list(case_ids)))
    tries: dict[UUID, list[Try]] = {row.pk: [] for row in rows}
    rounds = {row.pk: row.round for row in rows}
    for attempt in CallAttempt.objects.filter(case_id__in=list(tries)).order_by("at", "id"):
        if attempt.round == rounds[attempt.case_id]:
            tries[attempt.case_id].append(Try(attempt.at, attempt.outcome, attempt.is_outside_hours))
    return {row.pk: _state(row, tuple(tries[row.pk])) for row in rows}


def _state(row: Case, tries: tuple[Try, ...]) -> CallState:
    case_type = type_of(row.definition, row.type_id)
    return CallState(
        case_id=row.pk,
        version=row.version,
        title=case_type.title,
        round=row.round,
        has_phone=bool(row.phone_tail),
        tries=tries,
        progress=_progress(case_type.call_back, tries),
    )


def _progress(rules: CallBack | None, tries: tuple[Try, ...]) -> CallProgress | None:
    if rules is None:
        return None
    return CallProgress(
        attempts=len(tries),
        attempts_needed=rules.attempts,
        days=len({t.at.astimezone(moment.SHANGHAI).date() for t in tries}),
        days_needed=rules.days,
        outside_hours=sum(t.is_outside_hours for t in tries),
        outside_hours_needed=rules.outside_hours,
    )


@dataclass(frozen=True)
class KeyedLine:
    """One page of a voice book as it was keyed."""

    case_id: UUID
    number: str
    title: str
    written_on: date
    keyed_at: datetime
    book: str
    page: int | None
    has_photo: bool
    is_late_keyed: bool


def keyed_on(actor: Actor, day: date, limit: int = 100) -> tuple[KeyedLine, ...]:
    """What this actor keyed from paper on a day, latest first."""
    start = datetime.combine(day, time.min, moment.SHANGHAI)
    end = datetime.combine(day, time.max, moment.SHANGHAI)
    entries = PaperEntry.objects.filter(
        case__in=in_scope(actor), keyed_by=actor.id, keyed_at__gte=start, keyed_at__lte=end
    ).select_related("case")
    return tuple(
        KeyedLine(
            case_id=entry.case_id,
            number=entry.case.number,
            title=type_of(entry.case.definition, entry.case.type_id).title,
            written_on=entry.written_on,
            keyed_at=entry.keyed_at,
            book=entry.book,
            page=entry.page,
            has_photo=entry.photo_id is not None,
            is_late_keyed=entry.is_late_keyed,
        )
        for entry in entries.order_by("-keyed_at", "-id")[:limit]
    )
