"""All stations on one picture and in one table: open, down, expiring, gaps; each number leads to its page."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from gongyou.kernel import moment
from gongyou.offices import queries as offices
from gongyou.offices.queries import StationFigures
from gongyou.web.guards import needs
from gongyou.web.office_names import name_of
from gongyou.web.point_map import Pin, draw
from gongyou.web.requests import actor_of
from gongyou.web.supervise.periods import READ, chosen

REFILL_NOTICE = 1  # of an area's notices before expiry the one that asks for a refill


@dataclass(frozen=True)
class Line:
    """A station with its number on the picture. `tone`: bad, warn, ok (open), plain (closed now)."""

    number: int
    figures: StationFigures
    is_open: bool
    is_gap: bool
    tone: str


@needs(READ)
def stations_page(request: HttpRequest) -> HttpResponse:
    """GET since, until, office."""
    actor, now = actor_of(request), moment.now()
    looked_at = chosen(request, actor)
    root = looked_at.office or next(iter(offices.offices_under(actor, READ)), None)
    rules = offices.station_rules(root.area) if root else None
    warn = rules.warn_days[min(REFILL_NOTICE, len(rules.warn_days) - 1)] if rules else 0
    found = offices.station_figures(
        actor, since=looked_at.extent.since, until=looked_at.extent.until, warn_days=warn,
        path=looked_at.extent.office_path,
    )  # fmt: skip
    is_open = offices.open_now([f.office for f in found], now)
    holders = offices.duty_holders([f.office.id for f in found], now)
    lines = [
        _line(n, f, is_open.get(f.office.id, False), holders[f.office.id].is_gap)
        for n, f in enumerate(found, start=1)
    ]
    pins = [
        Pin(line.number, name_of(line.figures.office), reverse("desk:station", args=[line.figures.office.id]),
            line.tone, line.figures.office.lon, line.figures.office.lat)
        for line in lines
    ]  # fmt: skip
    context = {
        "chosen": looked_at,
        "lines": lines,
        "map": draw(pins),
        "is_place_assumed": any(not line.figures.office.is_place_sure for line in lines),
        "warn": warn,
        "is_warn_assumed": bool(rules and "warn_days" in rules.assumed),
        "open_count": sum(line.is_open for line in lines),
        "down_count": sum(line.figures.down for line in lines),
        "expired_count": sum(line.figures.lots_expired for line in lines),
        "gap_count": sum(line.is_gap for line in lines if line.is_open),
        "visits": sum(line.figures.visits for line in lines),
        "now": now,
    }
    return render(request, "supervise/stations.html", context)


def _line(number: int, figures: StationFigures, is_open: bool, is_gap: bool) -> Line:
    if figures.lots_expired or figures.faults_late:
        tone = "bad"
    elif figures.faults_open or figures.lots_expiring or (is_open and is_gap):
        tone = "warn"
    else:
        tone = "ok" if is_open else "plain"
    return Line(number, figures, is_open, is_gap, tone)
