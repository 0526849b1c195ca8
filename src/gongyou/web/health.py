"""`/healthz`: whether the database answers and how many jobs wait, for whoever watches the machine."""

from __future__ import annotations

from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from gongyou.kernel import moment
from gongyou.kernel.models.events import Job
from gongyou.web.guards import public


@public
@never_cache
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """200 while the database answers, else 503. `jobs_waiting`: due and not yet done."""
    try:
        waiting = Job.objects.filter(state=Job.State.READY, due_at__lte=moment.now()).count()
    except DatabaseError:
        body = {"status": "failing", "database": connection.vendor, "jobs_waiting": None}
        return JsonResponse(body, status=503)
    return JsonResponse({"status": "ok", "database": connection.vendor, "jobs_waiting": waiting})
