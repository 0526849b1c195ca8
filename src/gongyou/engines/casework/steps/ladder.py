"""What a ladder leaves on the lists: when the next rung is due, whom the last one reached, who helps."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

from gongyou.basics.refusal import says
from gongyou.basics.workdays import Calendar
from gongyou.engines.casework.definitions import CaseType, Rises
from gongyou.engines.casework.loop import Beside, Risen, RunningClock, next_rung
from gongyou.offices import queries as offices

RISEN, HELP = "casework.risen", "casework.help"
HELP_TITLE = says("协助办理")


def rises_at(case_type: CaseType, beside: Beside, clock: RunningClock, calendar: Calendar) -> datetime | None:
    """When the next rung of an open clock is to be taken."""
    if not clock.is_open or not case_type.ladder:
        return None
    taken = beside.steps_of(clock.id, clock.round, clock.number)
    found = next_rung(case_type, clock.id, clock.started_at, clock.due.due_at, taken, calendar)
    return found[1] if found else None


def last_risen(beside: Beside, clocks: tuple[RunningClock, ...]) -> Risen | None:
    """The highest rung of what still runs: what was taken of a kept promise concerns nobody any more."""
    running = {(c.id, c.round, c.number) for c in clocks if c.is_open}
    left = [r for r in beside.risen if (r.clock, r.round, r.number) in running]
    # Who helps has a row of its own until the report; who leads has the matter's.
    return left[-1] if left and left[-1].does not in {Rises.HELP, Rises.LEAD} else None


def extra_items(
    case_type: CaseType, beside: Beside, clocks: tuple[RunningClock, ...]
) -> Iterator[dict[str, Any]]:
    """Rows of the worklist beside the clocks' own: where the last rung reached, and who helps."""
    risen = last_risen(beside, clocks)
    if risen is not None:
        title = next((r.title for r in case_type.ladder if r.id == risen.step), risen.step)
        for office_id in risen.office_ids:
            yield _item(RISEN, office_id, f"{case_type.title} · {title}", risen.due_at)
    for help_ in beside.helps:
        yield _item(HELP, help_.office_id, f"{case_type.title} · {HELP_TITLE}", help_.due_at)


def _item(kind: str, office_id: UUID, title: str, due_at: datetime) -> dict[str, Any]:
    office = offices.office(office_id)
    return {
        "kind": kind,
        "office_id": office.id,
        "office_path": office.path,
        "title": title,
        "due_at": due_at,
    }
