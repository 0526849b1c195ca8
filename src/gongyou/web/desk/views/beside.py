"""What stands beside a matter on its page: the ladder, helpers, joins, repeats, its incident."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages as flash
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from gongyou.engines.casework.queries.reading import access_case
from gongyou.web.desk.forms.beside import BESIDE
from gongyou.web.desk.submitting import run, status_of
from gongyou.web.desk.views.case import PURPOSE, Shown, show
from gongyou.web.guards import needs
from gongyou.web.requests import actor_of


@needs("casework.read")
@require_POST
def take_beside(request: HttpRequest, case_id: UUID, name: str) -> HttpResponse:
    """POST version, intent and the inputs. What can't be taken comes back with everything typed."""
    step = BESIDE.get(name)
    if step is None:
        raise Http404
    actor = actor_of(request)
    view = access_case(actor, case_id, PURPOSE)
    form = step.form(request.POST, view=view, actor=actor, auto_id=f"{name}_%s")
    if form.is_valid() and run(form, actor, lambda a: step.take(a, form)) is not None:
        flash.success(request, str(step.done))
        return redirect("desk:case", case_id=case_id)
    latest = access_case(actor, case_id, PURPOSE)
    form.renew(latest.version)
    return show(request, latest, Shown(beside={name: form}, status=status_of(form)))
