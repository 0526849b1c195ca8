"""The first page, and how people's data is kept."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from gongyou.engines.casework import queries as casework
from gongyou.insight.themes import month_of, theme_for_workers
from gongyou.kernel import moment
from gongyou.web.guards import public
from gongyou.web.worker import keeping_times, places
from gongyou.web.worker.forms import TrackForm
from gongyou.web.worker.kinds import icon_of


@public
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What can be said here, and where a matter stands."""
    doors = [(want, icon_of(want.kind)) for want in places.wants()]
    month = month_of(moment.today())
    themes = [theme_for_workers(area.root.id, month) for area in places.areas()]
    context = {"doors": doors, "track": TrackForm(auto_id="home_%s"), "themes": [t for t in themes if t]}
    return render(request, "worker/home.html", context)


@public
@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    """Who controls the data, what for, how long; per area and kind of matter, from the packs."""
    lines = [
        (area.root, t.title, keeping_times.keeps(area.code, t))
        for area in places.areas()
        for t in casework.public_types(area.code)
    ]
    return render(request, "worker/privacy.html", {"lines": lines})
