"""The rungs that are due: one page, oldest first, each row locked so that another worker passes over it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.db import connection

from gongyou.engines.casework.models import HelpRequest, Rise
from gongyou.kernel.plain_reads import as_uuid

_COLUMNS = (
    "k.id, k.case_id, k.clock_id, k.round, k.number, k.started_at, k.due_at, k.rises_at,"
    " c.version, c.number, c.area, c.programme, c.definition, c.type_id, c.matter_class, c.office_id, c.office_path,"
    " c.call_office_id, c.holder_id"
)
_DUE = (
    f"SELECT {_COLUMNS} FROM casework_clock k JOIN casework_case c ON c.id = k.case_id"  # noqa: S608 — our own names
    " WHERE k.met_at IS NULL AND k.rises_at IS NOT NULL AND k.rises_at <= %s"
    " ORDER BY k.rises_at, k.id LIMIT %s"
)


@dataclass(frozen=True, slots=True)
class DueRung:
    """An open clock whose next rung is to be taken, with what is needed of its matter."""

    clock_pk: UUID
    case_id: UUID
    clock_id: str
    round: int
    number: int
    started_at: datetime
    due_at: datetime
    rises_at: datetime
    version: int
    case_number: str
    area: str
    programme: str
    definition: str
    type_id: str
    matter_class: str
    office_id: UUID
    office_path: str
    call_office_id: UUID | None
    holder_id: UUID | None


def due_rungs(now: datetime, limit: int) -> list[DueRung]:
    """One page. On PostgreSQL rows another worker holds are passed over; a killed worker's rows are free again."""
    lock = " FOR UPDATE SKIP LOCKED" if connection.features.has_select_for_update_skip_locked else ""
    with connection.cursor() as cursor:
        cursor.execute(_DUE + lock, [connection.ops.adapt_datetimefield_value(now), limit])
        rows = cursor.fetchall()
    if connection.vendor == "postgresql":
        return [DueRung(*row) for row in rows]
    return [DueRung(*_from_sqlite(row)) for row in rows]


_IDS, _TIMES = (0, 1, 15, 17, 18), (5, 6, 7)


def _from_sqlite(row: Sequence[Any]) -> list[Any]:
    values = list(row)
    for place in _IDS:
        values[place] = as_uuid(values[place]) if values[place] else None
    for place in _TIMES:
        values[place] = values[place].replace(tzinfo=UTC)
    return values


def taken_of(clock_pks: Sequence[UUID]) -> dict[UUID, set[str]]:
    """The rungs these clocks have taken."""
    found: dict[UUID, set[str]] = {}
    for clock, step in Rise.objects.filter(clock_id__in=clock_pks).values_list("clock_id", "step"):
        found.setdefault(clock, set()).add(step)
    return found


def helps_under_way(case_ids: Sequence[UUID]) -> set[tuple[UUID, UUID]]:
    """(matter, office) of help that was asked and not reported yet."""
    rows = HelpRequest.objects.filter(case_id__in=case_ids, reported_at__isnull=True, ended_at__isnull=True)
    return set(rows.values_list("case_id", "office_id"))
