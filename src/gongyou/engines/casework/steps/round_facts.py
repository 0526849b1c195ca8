"""Flat rows (`RoundFact`) that figures are counted from, written in the action that changes them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from gongyou.basics.workdays import SHANGHAI
from gongyou.engines.casework.definitions import Happens
from gongyou.engines.casework.loop import OPENS_ROUND, Projection
from gongyou.engines.casework.models import Case, RoundFact


def note(row: Case, projection: Projection, kind: Happens, now: datetime) -> None:
    """Open the round's row or bring it in step with one happening. A finished round is never touched again."""
    if kind in OPENS_ROUND:
        RoundFact.objects.create(
            case=row,
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
            dispatched_at=now if projection.clock("accept") else None,
        )
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
    round_number = projection.round - (1 if kind is Happens.REVIEWED else 0)
    RoundFact.objects.filter(case=row, round=round_number).update(**changes)


def _changes(projection: Projection, kind: Happens, now: datetime) -> dict[str, Any]:
    if kind is Happens.OFFERED:
        return {"dispatched_at": now}
    if kind is Happens.ACCEPTED:
        return {"accepted_in_time": _in_time(projection, "accept")}
    if kind is Happens.RECEIPT_SENT:
        return {"receipt_in_time": _in_time(projection, "receipt")}
    if kind is Happens.SETTLED:
        call = projection.clock("call_back")
        return {
            "settled_at": now,
            "settled_in_time": _in_time(projection, "settle"),
            "call_due_at": call.due.due_at if call else None,
        }
    if kind in {Happens.CALLED_SATISFIED, Happens.CALLED_DISSATISFIED}:
        return {"call_result": "answered", "is_satisfied": kind is Happens.CALLED_SATISFIED}
    if kind is Happens.CALLS_EXHAUSTED:
        return {"call_result": "unreached"}
    if kind is Happens.REVIEWED:
        return {"review_in_time": _in_time(projection, "review")}
    return {}


def _in_time(projection: Projection, clock_id: str) -> bool | None:
    """Whether the clock's last ended run was met in time; None where it never ran."""
    runs = [clock for clock in projection.clocks if clock.id == clock_id and clock.met_at is not None]
    if not runs:
        return None
    last = runs[-1]
    return not last.is_late(last.met_at or last.started_at)
