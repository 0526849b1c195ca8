"""Courses at the desk: classes, one class with everything it needs, the register, what authorities do."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages as flash
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from gongyou.engines.skills import services
from gongyou.engines.skills.queries import register
from gongyou.engines.skills.queries.classes import READ, ClassPage, class_page, list_classes, poster_of
from gongyou.engines.skills.queries.examining import (
    EXAMINE,
    MARK,
    access_papers,
    mark_page,
    own_duties,
    seats_of,
)
from gongyou.kernel.access import Actor
from gongyou.kernel.errors import NotFound
from gongyou.kernel.installation import installed
from gongyou.offices import queries as offices
from gongyou.offices.queries import OfficeView
from gongyou.web.desk.codes import qr_svg
from gongyou.web.desk.course_deeds import DEEDS, Deed
from gongyou.web.desk.forms.courses import FollowUpForm
from gongyou.web.desk.submitting import IntentForm, run, status_of
from gongyou.web.guards import needs
from gongyou.web.requests import actor_of


def _office(actor: Actor, right: str) -> OfficeView | None:
    """The highest office the actor does this for."""
    under = offices.offices_under(actor, right)
    return under[0] if under else None


@needs(READ)
@require_safe
def class_list(request: HttpRequest) -> HttpResponse:
    """Classes and demand in reach."""
    actor = actor_of(request)
    context = {
        "lines": list_classes(actor),
        "demands": register.demands(actor),
        "plans_at": _office(actor, "skills.plan"),
    }
    return render(request, "desk/courses.html", context)


@needs(READ)
@require_safe
def course_register(request: HttpRequest) -> HttpResponse:
    """Providers with their sites, equipment and yearly plan."""
    actor = actor_of(request)
    context = {"lines": register.providers(actor), "plans_at": _office(actor, "skills.plan")}
    return render(request, "desk/course_register.html", context)


@needs(READ)
@require_safe
def agreements(request: HttpRequest) -> HttpResponse:
    """What the issuers agreed to."""
    actor = actor_of(request)
    context = {"lines": register.agreements(actor), "agrees_at": _office(actor, "skills.agree")}
    return render(request, "desk/course_agreements.html", context)


@needs("skills.record_number")
@require_safe
def numbers(request: HttpRequest) -> HttpResponse:
    """Statutory certificates that wait for their number."""
    return render(request, "desk/course_numbers.html", {"lines": register.pending_numbers(actor_of(request))})


@needs(READ)
@require_safe
def one_class(request: HttpRequest, class_id: UUID) -> HttpResponse:
    """Everything about a class."""
    actor = actor_of(request)
    page = class_page(actor, class_id)
    path = page.line.office_path
    context = {
        "page": page,
        "line": page.line,
        "may": {name: actor.may(f"skills.{name}", path) for name in ("teach", "examine", "place")},
        "seats": _seats(actor, page),
    }
    return render(request, "desk/course_class.html", context)


def _seats(actor: Actor, page: ClassPage) -> object:
    """Seats of the sitting that is under way, for whoever runs it."""
    running = next((s for s in page.sittings if not s.is_published), None)
    if running is None or not actor.may(EXAMINE, page.line.office_path):
        return ()
    return seats_of(actor, running.id)


@needs(READ)
@require_http_methods(["GET", "HEAD", "POST"])
def deed(request: HttpRequest, name: str, about: UUID) -> HttpResponse:
    """One thing to do, by its own form (`course_deeds.DEEDS`)."""
    actor = actor_of(request)
    found = DEEDS.get(name)
    if found is None:
        raise NotFound
    actor.require(found.right)
    form = found.form(request.POST or None)
    if found.offer is not None:
        found.offer(form, actor, about)
    back = _back(found, about)
    if request.method == "POST":
        data = form.cleaned_data if form.is_valid() else None
        if data is not None and run(form, actor, lambda a: found.do(a, about, data)) is not None:
            flash.success(request, str(found.done))
            return redirect(back)
        form.renew(None)
    fields = [form[field] for field in form.fields if field not in ("intent", "version")]
    context = {"deed": found, "form": form, "fields": fields, "back": back}
    status = status_of(form) if form.is_bound else 200
    return render(request, "desk/course_deed.html", context, status=status)


def _back(found: Deed, about: UUID) -> str:
    if found.class_id is None:
        return reverse(found.back)
    return reverse("desk:course_class", args=[found.class_id(about)])


@needs(READ)
@require_safe
def sheet(request: HttpRequest, class_id: UUID) -> HttpResponse:
    """The attendance sheet to print and sign."""
    page = class_page(actor_of(request), class_id)
    placed = [one for one in page.learners if one.state == "placed"]
    return render(request, "desk/course_sheet.html", {"page": page, "line": page.line, "learners": placed})


@needs(READ)
@require_safe
def poster(request: HttpRequest, session_id: UUID) -> HttpResponse:
    """The day's code to hang up."""
    found = poster_of(actor_of(request), session_id)
    address = f"{installed().public_url}{reverse('worker:check_in', args=[found.code])}"
    context = {"poster": found, "address": address, "code": qr_svg(address)}
    return render(request, "desk/course_poster.html", context)


@needs(EXAMINE)
@require_safe
def papers(request: HttpRequest, examination_id: UUID) -> HttpResponse:
    """Every candidate's theory paper, on the day."""
    found = access_papers(actor_of(request), examination_id)
    return render(request, "desk/course_papers.html", {"papers": found})


@needs(EXAMINE)
@require_http_methods(["POST"])
def absent(request: HttpRequest, candidate_id: UUID) -> HttpResponse:
    """POST absent=1|0, back: the class."""
    actor = actor_of(request)
    services.note_absent(actor, candidate_id=candidate_id, is_absent=request.POST.get("absent") == "1")
    flash.success(request, _("已登记。"))
    return redirect("desk:course_class", class_id=UUID(request.POST["back"]))


@needs(MARK)
@require_safe
def duties(request: HttpRequest) -> HttpResponse:
    """The examinations this examiner marks."""
    return render(request, "desk/course_duties.html", {"lines": own_duties(actor_of(request))})


@needs(MARK)
@require_http_methods(["GET", "HEAD", "POST"])
def marks(request: HttpRequest, examination_id: UUID, part: str) -> HttpResponse:
    """The examiner's candidates; POST candidate and a field for each row of the sheet."""
    actor = actor_of(request)
    page = mark_page(actor, examination_id, part)
    form = IntentForm(request.POST or None)
    wrong = ""
    if request.method == "POST":
        seat = next((s for s in page.seats if str(s.candidate_id) == request.POST.get("candidate")), None)
        if seat is None:
            raise NotFound
        points = {item.id: request.POST.get(item.id, "") for item in seat.items}
        form.is_valid()
        done = run(
            form,
            actor,
            lambda a: services.enter_marks(a, candidate_id=seat.candidate_id, part=part, points=points),
        )
        if done is not None:
            flash.success(request, _("{seat}号的成绩已录入。").format(seat=seat.seat))
            return redirect("desk:course_marks", examination_id=examination_id, part=part)
        wrong = str(seat.candidate_id)
    rows = [
        (
            seat,
            [
                (
                    item,
                    request.POST.get(item.id, "")
                    if str(seat.candidate_id) == wrong
                    else seat.points.get(item.id, ""),
                )
                for item in seat.items
            ],
            str(seat.candidate_id) == wrong,
        )
        for seat in page.seats
    ]
    errors = [str(error) for found in form.errors.values() for error in found]
    context = {"page": page, "rows": rows, "errors": errors, "intent": IntentForm(auto_id=False)}
    return render(request, "desk/course_marks.html", context, status=422 if wrong else 200)


@needs("skills.place")
@require_http_methods(["GET", "HEAD", "POST"])
def follow_up(request: HttpRequest, follow_up_id: UUID) -> HttpResponse:
    """From the worklist: does this person still work there?"""
    actor = actor_of(request)
    view = register.follow_up(actor, follow_up_id)
    form = FollowUpForm(request.POST or None)
    if request.method == "POST":
        if form.is_valid() and _asked(form, actor, follow_up_id):
            flash.success(request, _("已登记回访。"))
            return redirect("desk:course_follow_up", follow_up_id=follow_up_id)
        form.renew(None)
    context = {"view": view, "form": form}
    return render(
        request, "desk/course_follow_up.html", context, status=status_of(form) if form.is_bound else 200
    )


def _asked(form: FollowUpForm, actor: Actor, follow_up_id: UUID) -> bool:
    outcome, wage = form.cleaned_data["outcome"], form.cleaned_data["wage"]
    done = run(
        form,
        actor,
        lambda a: services.record_follow_up(a, follow_up_id=follow_up_id, outcome=outcome, wage_fen=wage),
    )
    return done is not None
