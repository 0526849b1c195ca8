"""What a pack may declare about stations: kinds of facilities and stock, checklists, themes, numbers."""

from __future__ import annotations

from gongyou.basics.definition import definition


@definition
class FacilityKind:
    """Something people use: table, folding bed, water dispenser…"""

    id: str
    title: str


@definition
class StockItem:
    """A consumable or a medicine. Below `least` good pieces a refill is asked for."""

    id: str
    title: str
    least: int
    is_medicine: bool = False
    expires: bool = False


@definition
class CheckPoint:
    """A line of the checklist of an inspection round."""

    id: str
    text: str


@definition
class Theme:
    """What a month is about ('2026-11'), shown to workers at the station's page."""

    month: str
    title: str
    text: str
    stations: tuple[str, ...] = ()
    """Codes of the stations it is for; none: for all."""


@definition
class StationRules:
    """`stations.yaml` with its numbers filled in. `assumed` names the numbers no document gives."""

    facilities: tuple[FacilityKind, ...] = ()
    items: tuple[StockItem, ...] = ()
    checks: tuple[CheckPoint, ...] = ()
    themes: tuple[Theme, ...] = ()
    warn_days: tuple[int, ...]
    """Before the last good day: first notice, refill, last notice; falling."""
    refill_days: int
    repair_days: int
    inspect_every_days: int
    publish_days: int
    overload_hours: int
    """More duty hours in one week than this are pointed out."""
    assumed: tuple[str, ...] = ()
