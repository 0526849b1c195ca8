"""What is public now: lists anybody may read without signing in, masked as their rule says, kept out of search engines."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from gongyou.institutions.procedures import queries
from gongyou.institutions.procedures.definitions import PublicityRule
from gongyou.institutions.procedures.queries import LineView
from gongyou.web.cursors import is_cursor
from gongyou.web.guards import public
from gongyou.web.office_names import names_of

PRINTED = 2000
"""Lines on one printed page of the browser; longer lists are printed part by part."""


@public
@require_safe
def public_lists(request: HttpRequest) -> HttpResponse:
    """GET cursor."""
    cursor = request.GET.get("cursor", "")
    page = queries.published_lists(cursor=cursor if is_cursor(cursor) else "")
    offices = names_of({view.office_id for view in page.items})
    rows = [(view, offices.get(view.office_id, "")) for view in page.items]
    return _hidden(render(request, "publicity/lists.html", {"rows": rows, "next": page.next}))


@public
@require_safe
def public_list(request: HttpRequest, list_id: UUID) -> HttpResponse:
    """GET cursor (the position to go on from), name (its beginning)."""
    return _hidden(render(request, "publicity/list.html", _context(request, list_id, 50)))


@public
@require_safe
def public_print(request: HttpRequest, list_id: UUID) -> HttpResponse:
    """GET cursor."""
    return _hidden(render(request, "publicity/print.html", _context(request, list_id, PRINTED)))


def _context(request: HttpRequest, list_id: UUID, size: int) -> dict[str, object]:
    view = queries.published_list(list_id)
    is_open = view.state == "published" and view.over_at is None
    after, name = request.GET.get("cursor", ""), request.GET.get("name", "").strip()[:60]
    page = None
    if is_open and name:
        page = queries.find_line(list_id, name)
    elif is_open:
        position = int(after) if after.isdecimal() and len(after) < 10 else 0
        page = queries.list_lines(list_id, after=position, size=size)
    rule = queries.pinned_rule(view.rule_hash)
    return {
        "list": view,
        "rule": rule,
        "office": names_of([view.office_id]).get(view.office_id, ""),
        "is_open": is_open,
        "lines": rows_of(rule, page.items) if page else (),
        "next": str(page.next or "") if page else "",
        "name": name,
    }


def rows_of(rule: PublicityRule, lines: tuple[LineView, ...]) -> list[tuple[LineView, list[tuple[str, str]]]]:
    """Each line with its shown columns under their titles."""
    titles = [column.title for column in rule.columns]
    return [(line, list(zip(titles, line.shown, strict=True))) for line in lines]


def _hidden(response: HttpResponse) -> HttpResponse:
    """Public for some days, not for ever: no search engine and no cache keeps it."""
    response["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    response["Cache-Control"] = "no-store"
    return response
