"""What is late and where, the measures of a period, and the rows behind every figure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from gongyou.engines.casework.queries.figures_beside import PlainLine
from gongyou.engines.casework.queries.lists import (
    CaseFilter,
    OfficeLoad,
    late_by_office,
    list_cases,
    risen_cases,
)
from gongyou.insight.measures import Measure, RoundLine, measures, rows_of
from gongyou.insight.themes import month_of, themes_of
from gongyou.kernel import moment
from gongyou.kernel.access import Actor
from gongyou.offices import queries as offices
from gongyou.web.desk.submitting import page_cursor, uuid_of
from gongyou.web.guards import needs
from gongyou.web.office_names import name_of, named_lines
from gongyou.web.requests import actor_of
from gongyou.web.supervise.periods import READ, chosen


@dataclass(frozen=True)
class Figure:
    """A measure with the one it is never shown without, and those it is made of by class."""

    measure: Measure
    beside: Measure | None
    by_class: tuple[Measure, ...]


@dataclass(frozen=True)
class Row:
    """A round behind a figure, with its office's name."""

    line: RoundLine
    office: str


@dataclass(frozen=True)
class PlainRow:
    """What stands behind a figure that counts no rounds."""

    line: PlainLine
    office: str


@needs(READ)
def overview(request: HttpRequest) -> HttpResponse:
    """GET since, until, office."""
    actor = actor_of(request)
    looked_at = chosen(request, actor)
    path = looked_at.extent.office_path
    loads = named_lines(load for load in late_by_office(actor) if load.path.startswith(path))
    found = measures(actor, looked_at.extent)
    context = {
        "chosen": looked_at,
        "loads": loads,
        "open": sum(load.open for load in loads),
        "late": sum(load.late for load in loads),
        "late_offices": sum(1 for load in loads if load.late),
        "oldest": _oldest(loads),
        "figures": _figures(found),
        "themes": themes_of(actor, month_of(moment.today()), office_path=path),
    }
    return render(request, "supervise/overview.html", context)


def _oldest(loads: Sequence[OfficeLoad]) -> OfficeLoad | None:
    late = [load for load in loads if load.late and load.oldest_due_at is not None]
    return min(late, key=lambda load: str(load.oldest_due_at), default=None)


def _figures(found: tuple[Measure, ...]) -> list[Figure]:
    by_id = {measure.id: measure for measure in found}
    return [
        Figure(
            measure=measure,
            beside=by_id.get(measure.definition.beside),
            by_class=tuple(m for m in found if m.id.startswith(f"{measure.id}.")),
        )
        for measure in found
        if not measure.definition.matter_class
    ]


@needs(READ)
def figure(request: HttpRequest, measure_id: str) -> HttpResponse:
    """The rounds a figure counts. GET since, until, office, cursor."""
    actor = actor_of(request)
    looked_at = chosen(request, actor)
    rows = rows_of(actor, measure_id, looked_at.extent, cursor=_cursor(request))
    names = _names(actor)
    context = {
        "chosen": looked_at,
        "measure": rows.measure,
        "rows": [Row(line, names.get(line.office_path, "")) for line in rows.items],
        "plain": [PlainRow(line, names.get(line.office_path, "")) for line in rows.plain],
        "next": rows.next,
        "may_open": actor.may("casework.read"),
    }
    return render(request, "supervise/figure.html", context)


def _cursor(request: HttpRequest) -> str:
    """A cursor is a day and an id; one that is none counts as the first page."""
    cursor = request.GET.get("cursor", "")
    day, _mark, row_id = cursor.partition("~")
    try:
        date.fromisoformat(day)
    except ValueError:
        return ""
    return cursor if uuid_of(row_id) else ""


def _names(actor: Actor) -> dict[str, str]:
    return {office.path: name_of(office) for office in offices.offices_under(actor, READ, with_closed=True)}


@needs(READ)
def late(request: HttpRequest) -> HttpResponse:
    """What is late, by office and matter. GET office, cursor."""
    actor = actor_of(request)
    office_id: UUID | None = uuid_of(request.GET.get("office", ""))
    loads = named_lines(load for load in late_by_office(actor) if load.late)
    page = list_cases(
        actor, only=CaseFilter(standing="late", office_id=office_id), cursor=page_cursor(request)
    )
    context = {
        "loads": loads,
        "page": page,
        "lines": named_lines(page.items),
        "office_id": office_id,
        "office": next((load.office for load in loads if load.office_id == office_id), ""),
        "late": sum(load.late for load in loads),
    }
    return render(request, "supervise/late.html", context)


@needs(READ)
def risen(request: HttpRequest) -> HttpResponse:
    """Open matters whose promise went up the ladder, the latest first."""
    return render(request, "supervise/risen.html", {"risen": risen_cases(actor_of(request))})
