"""Employment for leaders: willingness, shortage, matched, placed, retained, and how groups were treated."""

from __future__ import annotations

from fractions import Fraction

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from gongyou.engines.employment.queries import figures
from gongyou.insight.measures import LEAST
from gongyou.kernel.errors import NotFound
from gongyou.web.guards import needs
from gongyou.web.requests import actor_of
from gongyou.web.supervise.periods import READ, chosen


@needs(READ)
@require_safe
def work(request: HttpRequest) -> HttpResponse:
    """GET since, until."""
    actor = actor_of(request)
    looked_at = chosen(request, actor)
    extent = looked_at.extent
    found = figures.figures(actor, extent.since, extent.until)
    rate = Fraction(found.retained, found.asked_at_end) if found.asked_at_end >= LEAST else None
    context = {
        "chosen": looked_at,
        "figures": found,
        "lines": [(name, getattr(found, name)) for name in figures.FIGURES],
        "rate": rate,
        "fair": figures.latest_fairness(actor),
        "demand": figures.course_demand(actor, extent.since, extent.until),
    }
    return render(request, "supervise/work.html", context)


@needs(READ)
@require_safe
def work_rows(request: HttpRequest, figure: str) -> HttpResponse:
    """The rows one figure counts."""
    actor = actor_of(request)
    looked_at = chosen(request, actor)
    if figure not in figures.FIGURES:
        raise NotFound
    rows = figures.figure_rows(actor, figure, looked_at.extent.since, looked_at.extent.until)
    context = {"chosen": looked_at, "figure": figure, "rows": rows, "most": figures.ROWS}
    return render(request, "supervise/work_rows.html", context)
