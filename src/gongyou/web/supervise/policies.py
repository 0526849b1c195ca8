"""For leaders: what was run in their area, what it comes to, and how much of it rests on assumptions."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from gongyou.institutions.decisions import queries
from gongyou.institutions.decisions.pinned import declared
from gongyou.web.desk.submitting import page_cursor
from gongyou.web.guards import needs
from gongyou.web.policy_reasons import titles_in
from gongyou.web.requests import actor_of


@needs("decisions.read")
def policy_runs(request: HttpRequest) -> HttpResponse:
    page = queries.list_runs(actor_of(request), cursor=page_cursor(request))
    rows = []
    for run in page.items:
        policy = declared(run.content)
        rows.append((run, policy.spec, titles_in(policy.every())))
    return render(request, "supervise/policy_runs.html", {"rows": rows, "next": page.next})
