"""What happened to offices and calendars."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID


@dataclass(frozen=True)
class CalendarImported:
    """The active set of calendar editions changed: open promises are dated anew. `hash` is the edition's."""

    name: ClassVar[str] = "offices.calendar_imported"
    edition_id: UUID
    hash: str


@dataclass(frozen=True)
class OfficeClosed:
    name: ClassVar[str] = "offices.office_closed"
    office_id: UUID
    office_path: str
