"""Lists of matters, and the search."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from gongyou.engines.casework.queries.lists import CaseFilter, find_cases, list_cases
from gongyou.kernel.access import Actor
from gongyou.offices import queries as offices
from gongyou.web.desk.names import KINDS, STANDINGS
from gongyou.web.desk.submitting import page_cursor, uuid_of
from gongyou.web.guards import needs
from gongyou.web.office_names import name_of, named_lines
from gongyou.web.requests import actor_of

LEAST_WORDS = 1


@needs("casework.read")
def case_list(request: HttpRequest) -> HttpResponse:
    """GET standing, kind, office, state, cursor; without any: the open ones."""
    actor = actor_of(request)
    only = CaseFilter(
        state=request.GET.get("state", ""),
        kind=_one_of(request.GET.get("kind", ""), KINDS),
        office_id=uuid_of(request.GET.get("office", "")),
        standing=_one_of(request.GET.get("standing", ""), STANDINGS),
    )
    page = list_cases(actor, only=only, cursor=page_cursor(request))
    context = {
        "page": page,
        "lines": named_lines(page.items),
        "only": only,
        "kinds": KINDS,
        "standings": STANDINGS,
        "offices": _choices(actor),
        "office": request.GET.get("office", ""),
        "is_filtered": any(value for name, value in request.GET.items() if name != "cursor"),
    }
    return render(request, "desk/cases.html", context)


def _one_of(value: str, known: object) -> str:
    return value if isinstance(known, dict) and value in known else ""


def _choices(actor: Actor) -> list[tuple[str, str]]:
    under = offices.offices_under(actor, "casework.read")
    return [(str(o.id), name_of(o)) for o in under] if len(under) > 1 else []


@needs("casework.search")
def search_page(request: HttpRequest) -> HttpResponse:
    """GET q: words of the text, a place, a number or its beginning."""
    words = request.GET.get("q", "").strip()[:80]
    found = find_cases(actor_of(request), words) if len(words) >= LEAST_WORDS else ()
    return render(request, "desk/search.html", {"q": words, "found": named_lines(found)})
