"""The calendar of an area as its pack declares it: official editions, own days, opening hours."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time

from gongyou.basics.workdays import Calendar, Overlay
from gongyou.packkit.definitions import OverlayDay
from gongyou.packkit.loader import Packs
from gongyou.packkit.resolving import chain_of

OPENS, CLOSES = time(8, 30), time(17, 0)


@dataclass(frozen=True)
class Hours:
    opens: time
    closes: time


def hours_of(packs: Packs, code: str) -> Hours:
    """The nearest area's opening hours; 08:30 to 17:00 where none says."""
    opens = next((a.head.opens for a in chain_of(packs, code) if a.head.opens is not None), OPENS)
    closes = next((a.head.closes for a in chain_of(packs, code) if a.head.closes is not None), CLOSES)
    return Hours(opens, closes)


def overlay_days_of(packs: Packs, code: str) -> tuple[OverlayDay, ...]:
    """The days this area and those above it decide for themselves; the nearest wins."""
    days: dict[object, OverlayDay] = {}
    for area in reversed(chain_of(packs, code)):
        days.update({day.day: day for day in area.head.overlay_days})
    return tuple(sorted(days.values(), key=lambda day: day.day))


def calendar_of(packs: Packs, code: str) -> Calendar:
    """Raises Refusal for hours that don't fit."""
    days, hours = overlay_days_of(packs, code), hours_of(packs, code)
    overlay = Overlay(
        off={d.day: d.reason for d in days if d.kind == "off"},
        on={d.day: d.reason for d in days if d.kind == "on"},
    )
    return Calendar(packs.editions, overlay, hours.opens, hours.closes)
