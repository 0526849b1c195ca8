"""Wishes and partners for leaders: rates with what they are made of, the directory's counts."""

from __future__ import annotations

from fractions import Fraction

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from gongyou.engines.casework.queries.wishes import wish_figures
from gongyou.insight.measures import LEAST
from gongyou.offices import queries as offices
from gongyou.registry.queries.catalogue import resource_kinds
from gongyou.registry.queries.partners import directory_counts
from gongyou.web.guards import needs
from gongyou.web.partner_words import PARTNER_KINDS
from gongyou.web.requests import actor_of
from gongyou.web.supervise.periods import READ, chosen


@needs(READ)
def wishes(request: HttpRequest) -> HttpResponse:
    """GET since, until, office."""
    actor = actor_of(request)
    looked_at = chosen(request, actor)
    figures = wish_figures(actor, looked_at.extent)
    areas = sorted({o.area for o in offices.offices_under(actor, READ)})
    directories = []
    for area in areas:
        by_kind, resources = directory_counts(area)
        titles = {k.id: k for k in resource_kinds(area)}
        kinds = [(PARTNER_KINDS.get(kind, kind), number) for kind, number in by_kind.items()]
        directories.append((offices.root_of(area), kinds, [(titles.get(r.kind), r) for r in resources]))
    context = {
        "chosen": looked_at,
        "figures": figures,
        "rate": Fraction(figures.fulfilled, figures.judged) if figures.judged >= LEAST else None,
        "least": LEAST,
        "directories": directories,
    }
    return render(request, "supervise/wishes.html", context)
