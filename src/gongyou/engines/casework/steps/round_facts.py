"""Flat rows (`RoundFact`) that figures are counted from, written in the action that changes them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from gongyou.basics.workdays import SHANGHAI
from gongyou.engines.casework.definitions import Happens
from gongyou.engines.casework.loop import OPENS_ROUND, Projection
from gongyou.engines.casework.models import Case, RoundFact
from gongyou.kernel.inserting import insert, new_row


def note(row: Case, projection: Projection, kind: Happens, now: datetime) -> None:
    """Open the round's row or bring it in step with one happening. A finished round is never touched again."""
    if kind in OPENS_ROUND:
        fact = new_row(
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
            received_on=(row.received_at if projection.round == 1 else now).astimezone(SHANGHAI).date(),
            dispatched_at=now if _is_offered(projection) else None,
        )
        insert(fact)
        if kind is not Happens.REVIEWED:
            return
    changes = _changes(projection, kind, now)
    if kind is Happens.RECLASSIFIED:
        changes["matter_class"] = projection.matter_class
    if kind in {Happens.OFFERED, Happens.ACCEPTED}:
        changes["office_path"] = row.office_path
    if projection.is_closed:
        changes["closed_as"] = str(projection.closed_as)
    if not changes:
        return
    RoundFact.objects.filter(case=row, round=_round_of(projection, kind)).update(**changes)


def _is_offered(projection: Projection) -> bool:
    """Whether the round began with an office being asked to accept."""
    return any(c.id == "accept" and c.round == projection.round for c in projection.open_clocks)


def _round_of(projection: Projection, kind: Happens) -> int:
    """A review ends the round before the one it opens; a receipt belongs to the filing, however late it goes out."""
    if kind is Happens.RECEIPT_SENT:
        return 1
    return projection.round - (1 if kind is Happens.REVIEWED else 0)


def _changes(projection: Projection, kind: Happens, now: datetime) -> dict[str, Any]:
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
        # Who was given up as unreached and then answers: the matter is no longer closed as that.
        closed_as = str(projection.closed_as or "")
        is_satisfied = kind is Happens.CALLED_SATISFIED
        return {"call_result": "answered", "is_satisfied": is_satisfied, "closed_as": closed_as}
    if kind is Happens.CALLS_EXHAUSTED:
        return {"call_result": "unreached"}
    if kind is Happens.REVIEWED:
        return {"review_in_time": _in_time(projection, "review", now)}
    return {}


def _in_time(projection: Projection, clock_id: str, now: datetime) -> bool | None:
    """Whether the run this happening ended was met in time; None where it ended none."""
    ended = [clock for clock in projection.clocks if clock.id == clock_id and clock.met_at == now]
    return not any(clock.is_late(now) for clock in ended) if ended else None
