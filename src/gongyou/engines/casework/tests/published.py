"""The repository's case types as areas run them, without a database."""

from __future__ import annotations

from datetime import date
from functools import cache
from pathlib import Path

from gongyou.basics.workdays import Calendar
from gongyou.engines.casework.definitions import CaseType
from gongyou.packkit.calendars import calendar_of
from gongyou.packkit.loader import Packs, load_packs
from gongyou.packkit.releases import running_programmes_of
from gongyou.packkit.resolving import resolve

PACKS = Path(__file__).resolve().parents[5] / "packs"
ON = date(2026, 11, 2)
STRAIGHT, TRIAGE = "chair-as-station-master", "township-care-line"
JINXIANG, YUNSHAN = "370828", "990101"


@cache
def packs() -> Packs:
    # Read, not checked: what is wrong with a pack of another room is for tests/packs to say.
    return load_packs(PACKS)[0]


@cache
def case_type(programme: str, type_id: str, area: str = JINXIANG) -> CaseType:
    content = resolve(packs(), programme, area, ON).content
    return next(t for t in content.types if t.id == type_id)


@cache
def office_calendar(area: str = JINXIANG) -> Calendar:
    return calendar_of(packs(), area)


def every_type() -> tuple[tuple[str, str, str], ...]:
    """(area, programme, type) of everything a person can file somewhere."""
    with_casework = {p.id for p in packs().programmes if p.case is not None}
    return tuple(
        (area.code, programme, found.id)
        for area in packs().areas
        for programme in running_programmes_of(packs(), area.code)
        if programme in with_casework
        for found in resolve(packs(), programme, area.code, ON).content.types
    )
