"""What stands beside a matter's clocks, each on a page of its own: mandates, conflicts, protection, legal routes."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages as flash
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from gongyou.basics.refusal import says
from gongyou.engines.casework.queries.care import CareView, care_of, hand_over_sheet
from gongyou.engines.casework.queries.reading import access_case
from gongyou.engines.casework.queries.views import CaseView
from gongyou.kernel.access import Actor
from gongyou.kernel.bars import is_barred
from gongyou.web.desk.forms.care import CARES, About, Care
from gongyou.web.desk.submitting import run, status_of
from gongyou.web.guards import needs
from gongyou.web.requests import actor_of

PURPOSE = says("办理事项")


@dataclass(frozen=True)
class Offered:
    """The steps a page offers, by the card they stand on."""

    speaking: tuple[Care, ...]
    protecting: tuple[Care, ...]
    legal: tuple[Care, ...]


_CARDS = {
    "speaking": ("mandate", "withdraw_mandate"),
    "protecting": (
        "employer",
        "conflict",
        "lift",
        "protect",
        "look_after",
        "ask_identity",
        "decide_identity",
    ),
    "legal": ("beginning", "refer", "follow_up"),
}


def offered(actor: Actor, case: CaseView, care: CareView) -> Offered:
    """What this reader may do now, by card."""
    found = {
        card: tuple(
            CARES[name]
            for name in names
            if CARES[name].is_offered(case, care) and _may(actor, CARES[name], case)
        )
        for card, names in _CARDS.items()
    }
    return Offered(**found)


def _may(actor: Actor, step: Care, case: CaseView) -> bool:
    """Whether the right reaches the matter's office; who reads it may ask for a name and declare a conflict anyway."""
    return step.right in {"casework.read", "casework.protect"} or actor.may(step.right, case.office.path)


@needs("casework.read")
def care_step(request: HttpRequest, case_id: UUID, name: str) -> HttpResponse:
    """GET the form of one step; POST takes it and comes back to the matter."""
    step = CARES.get(name)
    if step is None:
        raise Http404
    actor = actor_of(request)
    case = access_case(actor, case_id, PURPOSE)
    about = About(actor, case, care_of(actor, case_id), {key: str(v) for key, v in request.GET.items()})
    if request.method != "POST":
        form = step.form(about=about, auto_id="care_%s")
        return render(request, "desk/care_step.html", {"case": case, "step": step, "form": form})
    form = step.form(request.POST, request.FILES, about=about, auto_id="care_%s")
    if form.is_valid() and run(form, actor, form.take) is not None:
        flash.success(request, str(step.done))
        return _back(actor, case_id)
    form.renew(None)
    context = {"case": case, "step": step, "form": form}
    return render(request, "desk/care_step.html", context, status=status_of(form))


def _back(actor: Actor, case_id: UUID) -> HttpResponse:
    """To the matter, unless the step just took it out of the actor's sight."""
    if is_barred(actor, f"case:{case_id}"):
        return redirect("desk:worklist")
    return redirect("desk:case", case_id=case_id)


@needs("casework.read")
def hand_over(request: HttpRequest, case_id: UUID, route_id: str) -> HttpResponse:
    """The hand-over sheet on paper, to be signed by the person."""
    actor = actor_of(request)
    sheet = hand_over_sheet(actor, case_id, route_id, says("打印转介单"))
    case = access_case(actor, case_id, says("打印转介单"))
    return render(request, "desk/hand_over.html", {"case": case, "sheet": sheet})
