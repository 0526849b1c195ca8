"""The calendar of an area as its pack declares it: official editions, own days, opening hours."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time

from gongyou.basics.refusal import Refusal, says
from gongyou.basics.workdays import Calendar, Overlay
from gongyou.kernel.installation import installed
from gongyou.packkit.definitions import OverlayDay
from gongyou.packkit.findings import PacksRefused
from gongyou.packkit.loader import Packs, load_areas
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


def calendar_for(area: str = "") -> Calendar:
    """An area's calendar straight from this installation's packs folder, without a database.

    '' or an area without a pack: official days, 08:30 to 17:00. Raises Refusal.
    """
    if area and not (len(area) == 6 and area.isascii() and area.isdigit()):
        raise Refusal(
            "area_code",
            says("“{area}”不是6位地区代码。"),
            says("请按 GB/T 2260 填写，例如 123456。"),
            field="area",
            area=area[:40],
        )
    packs, findings = load_areas(installed().packs_dir)
    concerned = {f"areas/{code}/area.yaml" for code in (area, f"{area[:4]}00", f"{area[:2]}0000")}
    blocking = [f for f in findings if f.file in concerned or f.file.startswith("calendars/")]
    if blocking:
        raise PacksRefused(blocking)
    return calendar_of(packs, area)
