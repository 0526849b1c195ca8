"""Two funds for leaders: prevention beside sanctions; where, which employers, which hospitals; each line opened."""

from __future__ import annotations

from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from gongyou.engines.oversight.queries import figures
from gongyou.engines.oversight.queries.figures import LEAD, Group
from gongyou.kernel import moment
from gongyou.offices import queries as offices
from gongyou.web.guards import needs
from gongyou.web.office_names import name_of
from gongyou.web.requests import actor_of

BY = {"office": _("在哪里"), "employer": _("哪些用人单位"), "hospital": _("哪些医院")}
YEARS_BACK = 10


@needs(LEAD)
@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """GET year."""
    actor, (year, since, until) = actor_of(request), _year(request)
    tables = [
        (by, title, _named(by, figures.groups(actor, by, since=since, until=until)))
        for by, title in BY.items()
    ]
    context = {
        "totals": figures.totals(actor, since=since, until=until, on=moment.today()),
        "tables": tables,
        "year": year,
        "years": range(moment.today().year, moment.today().year - 3, -1),
    }
    return render(request, "supervise/guard.html", context)


@needs(LEAD)
@require_safe
def rows(request: HttpRequest, by: str) -> HttpResponse:
    """GET key, year: the matters behind one line, without the people."""
    actor, (year, since, until) = actor_of(request), _year(request)
    key = request.GET.get("key", "")[:120]
    found = figures.rows(actor, by, key, since=since, until=until)
    title = _title(by, key)
    context = {"rows": found, "title": title, "by": BY.get(by, ""), "year": year}
    return render(request, "supervise/guard_rows.html", context)


def _named(by: str, lines: tuple[Group, ...]) -> list[tuple[Group, str]]:
    return [(line, _title(by, line.key)) for line in lines]


def _title(by: str, key: str) -> str:
    if by == "office" and key:
        return name_of(offices.office_at(key))
    return key


def _year(request: HttpRequest) -> tuple[int, date, date]:
    now = moment.today().year
    text = request.GET.get("year", "")
    year = int(text) if text.isdecimal() and now - YEARS_BACK <= int(text) <= now else now
    return year, date(year, 1, 1), date(year, 12, 31)
