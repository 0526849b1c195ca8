"""The policy catalogue: what is published, and one policy with its rules beside their articles and every value."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from gongyou.basics.refusal import Refusal
from gongyou.institutions.decisions import queries
from gongyou.institutions.decisions.pinned import PublishedPolicy, nearest_policy
from gongyou.institutions.decisions.queries import PolicyPage
from gongyou.kernel import moment
from gongyou.policy.definitions import PolicySpec
from gongyou.web.guards import needs
from gongyou.web.policy_reasons import titles_in
from gongyou.web.problem import whole_sentence
from gongyou.web.requests import actor_of

READ = "decisions.read"


@dataclass(frozen=True)
class AreaShelf:
    """What one area runs."""

    area: str
    policies: tuple[PublishedPolicy, ...]


@needs(READ)
def policy_list(request: HttpRequest) -> HttpResponse:
    found = queries.list_policies(actor_of(request))
    areas = dict.fromkeys(policy.area for policy in found)
    shelves = [AreaShelf(area, tuple(p for p in found if p.area == area)) for area in areas]
    return render(request, "desk/policies.html", {"shelves": shelves})


@needs(READ)
def policy(request: HttpRequest, area: str, programme: str) -> HttpResponse:
    """GET on: the law date; today, or the last day there are documents for, where none is given."""
    actor = actor_of(request)
    asked = request.GET.get("on", "")
    published = nearest_policy(area, programme)
    spec = queries.spec_of(published.hash)
    context: dict[str, Any] = {"policy": published, "area": area, "on": asked, "spec": spec}
    try:
        on = _day(asked) or last_day_with_documents(spec)
        page = queries.policy_page(actor, area, programme, on)
    except Refusal as refusal:
        context["problem"] = whole_sentence(refusal)
        return render(request, "desk/policy.html", context, status=422)
    titles = titles_of(page)
    return render(request, "desk/policy.html", context | {"page": page, "on": on, "titles": titles})


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def last_day_with_documents(spec: PolicySpec) -> date:
    """Today, or the last day before the documents end."""
    until = spec.in_force.until_on
    today = moment.today()
    if until is not None and today >= until:
        return date.fromordinal(until.toordinal() - 1)
    return max(today, spec.in_force.from_on)


def titles_of(page: PolicyPage) -> dict[str, str]:
    return titles_in(page.graph.policy.every())
