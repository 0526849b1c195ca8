"""Histories written the way a lawyer would dictate them, replayed by the loop."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from gongyou.basics.workdays import SHANGHAI, Calendar
from gongyou.engines.casework.definitions import CaseType, Happens
from gongyou.engines.casework.loop import Happening, Projection, replay


def moment_of(text: str) -> datetime:
    """'2026-11-02 10:00' in Shanghai."""
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def happening_of(line: str) -> Happening:
    """'2026-11-02 10:00 received simple since 2026-10-30 12:00': class and first day of counting may follow."""
    day, hour, kind, *rest = line.split()
    data: dict[str, Any] = {}
    if "since" in rest:
        place = rest.index("since")
        data["counts_from"] = moment_of(" ".join(rest[place + 1 : place + 3])).isoformat()
        rest = rest[:place]
    if rest:
        data["class"] = rest[0]
    return Happening(Happens(kind), moment_of(f"{day} {hour}"), data)


def stands(case_type: CaseType, history: str, calendar: Calendar) -> Projection:
    """Where a matter stands after a history of one line per happening."""
    lines = [line.strip() for line in history.strip().splitlines()]
    return replay(case_type, map(happening_of, lines), lambda _: calendar)


def due_text(projection: Projection, clock_id: str) -> str | None:
    """The date of the latest run of a clock as people read it; None for a stopped clock."""
    clock = projection.clock(clock_id)
    assert clock is not None, f"{clock_id} never ran"
    return f"{clock.due.due_at:%Y-%m-%d %H:%M}" if clock.due.due_at else None
