"""Results of an order class for the employer it is for: by each learner's consent alone."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from gongyou.engines.skills.queries.figures import shared_results
from gongyou.registry.queries.representatives import ACT, require_represented
from gongyou.web.guards import needs
from gongyou.web.requests import actor_of


@needs(ACT)
@require_safe
def course_results(request: HttpRequest, organisation_id: UUID) -> HttpResponse:
    """Whoever acts for the organisation sees what its learners let it see."""
    require_represented(actor_of(request), organisation_id)
    return render(request, "employer/course_results.html", {"lines": shared_results(organisation_id)})
