"""Flat rows (`RoundFact`) that figures are counted from, written in the action that changes them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db.models import F, Q

from gongyou.basics.workdays import SHANGHAI, Calendar, due, working_days_between
from gongyou.engines.casework.definitions import CaseType, Happens
from gongyou.engines.casework.loop import OPENS_ROUND, Happening, Projection, paused_working_days
from gongyou.engines.casework.models import Case, CaseParty, RoundFact
from gongyou.kernel.inserting import insert, new_row

REACHES = frozenset(
    {
        Happens.CONTACTED,
        Happens.SETTLED,
        Happens.FULFILLED,
        Happens.NOT_ACCEPTED,
        Happens.REPEAT_TOLD,
        Happens.EXPLAINED,
    }
)
"""What counts as first contact: spoken with, or answered with a reason. A receipt or a notice is none."""


def note(row: Case, case_type: CaseType, projection: Projection, done: Happening, calendar: Calendar) -> None:
    """Open the round's row or bring it in step with one happening. A finished round is never touched again."""
    if done.kind in OPENS_ROUND:
        _open(row, case_type, projection, done, calendar)
        if done.kind is not Happens.REVIEWED:
            return
    changes = (
        _changes(projection, done) | _elapsed(projection, done, calendar) | _place(row, projection, done)
    )
    if changes:
        round_ = _round_of(projection, done.kind)
        RoundFact.objects.filter(case=row, round=round_).update(**changes)
    if done.kind is Happens.OFFERED:
        _offered(row, case_type, projection, done, calendar)
    if done.kind in REACHES:
        _reached(row, projection.round, done.at)
    if done.kind in _ELSEWHERE:
        _ELSEWHERE[done.kind](row, projection, done)


def _place(row: Case, projection: Projection, done: Happening) -> dict[str, Any]:
    """Where the round stands now: its class, its office, how the matter is closed."""
    found: dict[str, Any] = {}
    if done.kind is Happens.RECLASSIFIED:
        found["matter_class"] = projection.matter_class
    if done.kind in {Happens.OFFERED, Happens.ACCEPTED}:
        found["office_path"] = row.office_path
    if projection.is_closed:
        found["closed_as"] = str(projection.closed_as)
    return found


def note_proxy(row: Case) -> None:
    """Somebody speaks for the person of this matter."""
    RoundFact.objects.filter(case=row).update(has_proxy=True)


def _open(
    row: Case, case_type: CaseType, projection: Projection, done: Happening, calendar: Calendar
) -> None:
    is_offered = any(c.id == "accept" and c.round == projection.round for c in projection.open_clocks)
    is_first = projection.round == 1
    insert(
        new_row(
            RoundFact,
            case_id=row.pk,
            round=projection.round,
            area=row.area,
            office_path=row.office_path,
            programme=row.programme,
            type_id=row.type_id,
            kind=row.kind,
            matter_class=row.matter_class,
            topic=row.topic,
            channel=row.channel,
            received_on=(row.received_at if is_first else done.at).astimezone(SHANGHAI).date(),
            dispatched_at=done.at if is_offered else None,
            opened_as=done.kind,
            contact_due_at=contact_due(row, case_type, done.at, calendar) if is_offered else None,
            has_proxy=not is_first and CaseParty.objects.filter(case=row, role="proxy").exists(),
        )
    )


def contact_due(row: Case, case_type: CaseType, at: datetime, calendar: Calendar) -> datetime | None:
    """By when somebody speaks with the person; None where no limit is declared or nobody can be reached."""
    if case_type.contact is None or row.is_anonymous:
        return None
    rule = case_type.contact
    return due(start=at, budget=rule.within, unit=rule.unit, calendar=calendar).due_at


def _offered(
    row: Case, case_type: CaseType, projection: Projection, done: Happening, calendar: Calendar
) -> None:
    """The first dispatch of a round sets the date of first contact; one after an objection decides it."""
    facts = RoundFact.objects.filter(case=row, round=projection.round)
    facts.filter(contact_due_at__isnull=True, contacted_at__isnull=True).update(
        contact_due_at=contact_due(row, case_type, done.at, calendar)
    )
    waiting = facts.exclude(objecting_office="")
    same = waiting.filter(objecting_office=str(done.data.get("office", "")))
    same.update(objections_lost=F("objections_lost") + 1)
    waiting.update(objections_decided=F("objections_decided") + 1, objecting_office="")


def _reached(row: Case, round_: int, now: datetime) -> None:
    first = RoundFact.objects.filter(case=row, round=round_, contacted_at__isnull=True)
    for fact in first.values("id", "contact_due_at"):
        limit = fact["contact_due_at"]
        in_time = None if limit is None else now <= limit
        RoundFact.objects.filter(pk=fact["id"]).update(contacted_at=now, contact_in_time=in_time)


def _objected(row: Case, projection: Projection, done: Happening) -> None:
    facts = RoundFact.objects.filter(case=row, round=projection.round)
    facts.update(objections=F("objections") + 1, objecting_office=done.data["office"])


def _repeated(row: Case, _projection: Projection, done: Happening) -> None:
    """Said again without anything new: the first round keeps how soon that was."""
    if "on" not in done.data or done.data["new_facts"]:
        return
    on = date.fromisoformat(done.data["on"])
    days = (on - row.received_at.astimezone(SHANGHAI).date()).days
    sooner = Q(repeat_days__isnull=True) | Q(repeat_days__gt=days)
    RoundFact.objects.filter(sooner, case=row, round=1).update(repeat_days=days)


def _excluded(row: Case, _projection: Projection, done: Happening) -> None:
    if done.data["approved"]:
        facts = RoundFact.objects.filter(case=row, round=done.data["round"])
        facts.update(excluded_as=done.data["ground"])


_ELSEWHERE = {
    Happens.OBJECTED: _objected,
    Happens.REPEATED: _repeated,
    Happens.EXCLUSION_DECIDED: _excluded,
}


def _round_of(projection: Projection, kind: Happens) -> int:
    """A review ends the round before the one it opens; a receipt belongs to the filing, however late it goes out."""
    if kind is Happens.RECEIPT_SENT:
        return 1
    return projection.round - (1 if kind is Happens.REVIEWED else 0)


def _elapsed(projection: Projection, done: Happening, calendar: Calendar) -> dict[str, Any]:
    """Working days the round's settle clock ran and stood still, once it is met."""
    runs = [c for c in projection.clocks if c.id == "settle" and c.round == projection.round and c.met_at]
    if not any(c.met_at == done.at for c in runs):
        return {}
    days = (_working_days(c.started_at, c.met_at or done.at, calendar) for c in runs)
    return {
        "elapsed_days": sum(days),
        "paused_days": sum(paused_working_days(c, calendar, done.at) for c in runs),
    }


def _working_days(since: datetime, until: datetime, calendar: Calendar) -> int:
    first, last = since.astimezone(SHANGHAI).date(), until.astimezone(SHANGHAI).date()
    return max(0, working_days_between(first, last, calendar))


def _changes(projection: Projection, done: Happening) -> dict[str, Any]:
    kind, now = done.kind, done.at
    if kind is Happens.OFFERED:
        return {"dispatched_at": now}
    if kind is Happens.ACCEPTED:
        return {"accepted_in_time": _in_time(projection, "accept", now)}
    if kind is Happens.RECEIPT_SENT:
        return {"receipt_in_time": _in_time(projection, "receipt", now)}
    if kind in {Happens.SETTLED, Happens.FULFILLED}:
        call = projection.clock("call_back")
        return {
            "settled_at": now,
            "settled_in_time": _in_time(projection, "settle", now),
            "call_due_at": call.due.due_at if call else None,
        }
    if kind in {Happens.CALLED_SATISFIED, Happens.CALLED_DISSATISFIED}:
        return {
            "call_result": "answered",
            "is_satisfied": kind is Happens.CALLED_SATISFIED,
            "spoke_with": done.data.get("spoke_with", "subject"),
            # Who was given up as unreached and then answers: the matter is no longer closed as that.
            "closed_as": str(projection.closed_as or ""),
        }
    if kind is Happens.CALLS_EXHAUSTED:
        return {"call_result": "unreached"}
    if kind in {Happens.REVIEWED, Happens.EXPLAINED}:
        return {"review_in_time": _in_time(projection, "review", now)}
    return {}


def _in_time(projection: Projection, clock_id: str, now: datetime) -> bool | None:
    """Whether the run this happening ended was met in time; None where it ended none."""
    ended = [clock for clock in projection.clocks if clock.id == clock_id and clock.met_at == now]
    return not any(clock.is_late(now) for clock in ended) if ended else None
