"""The case page: where a matter stands, why its dates are what they are, and the steps this actor may take."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages as flash
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from gongyou.basics.refusal import Refusal, says
from gongyou.engines.casework.queries.beside import beside_case
from gongyou.engines.casework.queries.care import care_of
from gongyou.engines.casework.queries.exclusions import rating_of
from gongyou.engines.casework.queries.reading import access_case, open_parties
from gongyou.engines.casework.queries.views import CaseView, ClockLine, FileLine
from gongyou.kernel import messages
from gongyou.kernel.access import Actor
from gongyou.kernel.errors import NotAllowed
from gongyou.kernel.messages import MessageView
from gongyou.offices import queries as offices
from gongyou.registry.queries import OpenPerson
from gongyou.web.desk.forms.beside import BESIDE, BesideForm
from gongyou.web.desk.forms.contact import ContactForm
from gongyou.web.desk.forms.steps import STEPS, Step, StepForm
from gongyou.web.desk.submitting import put_on, run, status_of
from gongyou.web.desk.views.care import offered
from gongyou.web.guards import needs
from gongyou.web.requests import actor_of

PURPOSE = says("办理事项")
DISPATCH = "casework.dispatch"


@dataclass(frozen=True)
class OfferedStep:
    """A step with its form as the page shows it."""

    step: Step
    form: StepForm
    is_open: bool


@dataclass(frozen=True)
class Shown:
    """What a POST leaves on the page it is answered with."""

    bound: StepForm | None = None
    step: str = ""
    contact: ContactForm | None = None
    opened: dict[UUID, OpenPerson] | None = None
    beside: dict[str, BesideForm] | None = None
    status: int = 200


@needs("casework.read")
def case_page(request: HttpRequest, case_id: UUID) -> HttpResponse:
    return show(request, access_case(actor_of(request), case_id, PURPOSE), Shown())


@needs("casework.read")
def case_print(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """The matter on paper: masked, without forms."""
    view = access_case(actor_of(request), case_id, says("打印事项"))
    return render(request, "desk/case_print.html", {"case": view, "clocks": _latest(view)})


@needs("casework.read")
@require_POST
def take_step(request: HttpRequest, case_id: UUID, name: str) -> HttpResponse:
    """POST version, intent and the step's inputs. What can't be taken comes back with everything typed."""
    step = STEPS.get(name)
    if step is None:
        raise Http404
    actor = actor_of(request)
    view = access_case(actor, case_id, PURPOSE)
    form = _form(step, view, actor, data=request)
    if form.is_valid() and run(form, actor, lambda a: step.take(a, form)) is not None:
        flash.success(request, str(step.done))
        return redirect("desk:case", case_id=case_id)
    latest = access_case(actor, case_id, PURPOSE)
    form.renew(latest.version)
    return show(request, latest, Shown(bound=form, step=name, status=status_of(form)))


@needs("casework.read")
@require_POST
def show_contact(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """POST why: names and phones in clear on this one page; the read is recorded with the purpose."""
    actor = actor_of(request)
    form = ContactForm(request.POST, auto_id="contact_%s")
    if not form.is_valid():
        return show(request, access_case(actor, case_id, PURPOSE), Shown(contact=form, status=422))
    try:
        opened = open_parties(actor, case_id, form.purpose())
    except NotAllowed:
        raise
    except Refusal as refusal:  # a protected name: two persons are needed
        put_on(form, refusal)
        view = access_case(actor, case_id, PURPOSE)
        return show(request, view, Shown(contact=form, status=refusal.status))
    return show(request, access_case(actor, case_id, PURPOSE), Shown(opened=opened))


def show(request: HttpRequest, view: CaseView, shown: Shown) -> HttpResponse:
    actor = actor_of(request)
    care = care_of(actor, view.id)
    context = {
        "case": view,
        "care": care,
        "cares": offered(actor, view, care),
        "steps": _steps(view, actor, shown),
        "is_unknown_step": bool(shown.step) and shown.step not in view.next_steps,
        "bound": shown.bound,
        "settle": next((c for c in view.clocks if c.id == "settle"), None),
        "contact": shown.contact or ContactForm(auto_id="contact_%s"),
        "opened": shown.opened,
        "messages_sent": _messages(actor, view),
        "may_open_files": actor.may("files.read", view.office.path),
        "pictures": [f for f in view.files if is_picture(f)],
        "documents": [f for f in view.files if not is_picture(f)],
        "may_call": "call" in view.next_steps,
        "beside": beside_case(actor, view.id),
        "rating": rating_of(actor, view.id),
        "forms": _beside_forms(view, actor) | (shown.beside or {}),
        "bound_beside": next(iter(shown.beside or {}), ""),
    }
    return render(request, "desk/case.html", context, status=shown.status)


def _beside_forms(view: CaseView, actor: Actor) -> dict[str, BesideForm]:
    return {name: step.form(view=view, actor=actor, auto_id=f"{name}_%s") for name, step in BESIDE.items()}


def is_picture(file: FileLine) -> bool:
    return file.media_type.startswith("image/")


def _steps(view: CaseView, actor: Actor, shown: Shown) -> list[OfferedStep]:
    found: list[OfferedStep] = []
    for name, step in STEPS.items():
        if name not in view.next_steps and not (shown.bound and name == shown.step):
            continue
        bound = shown.bound if name == shown.step else None
        form = bound or _form(step, view, actor)
        is_first = not found and shown.bound is None and not step.is_danger
        found.append(OfferedStep(step, form, is_open=is_first or bound is not None))
    return found


def _form(step: Step, view: CaseView, actor: Actor, data: HttpRequest | None = None) -> StepForm:
    reach = offices.offices_under(actor, DISPATCH) if step.name == "offer" else ()
    given = data.POST if data is not None else None
    return step.form(given, view=view, offices=reach, auto_id=f"{step.name}_%s")


def _messages(actor: Actor, view: CaseView) -> tuple[MessageView, ...]:
    if not actor.may("messages.read", view.office.path):
        return ()
    return messages.messages_of(actor, f"case:{view.id}")


def _latest(view: CaseView) -> list[ClockLine]:
    """The last run of each clock."""
    found: dict[str, ClockLine] = {}
    for clock in view.clocks:
        found.setdefault(clock.id, clock)
    return list(found.values())
