"""Offices and their intake points, with posters to print and hang up."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages as flash
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from gongyou.basics.refusal import Refusal
from gongyou.kernel import moment
from gongyou.kernel.access import Actor
from gongyou.kernel.errors import NotFound
from gongyou.kernel.installation import installed
from gongyou.offices import queries as offices
from gongyou.offices import services
from gongyou.offices.queries import Duty, OfficeView, PointView
from gongyou.web.desk.codes import qr_svg
from gongyou.web.desk.forms.office import OfficeForm
from gongyou.web.desk.submitting import IntentForm, run, status_of, uuid_of
from gongyou.web.guards import needs
from gongyou.web.problem import whole_sentence
from gongyou.web.requests import actor_of

READ = "offices.read"
WRITE = "offices.write"


@dataclass(frozen=True)
class Branch:
    """An office of the tree with its points and who answers there now."""

    office: OfficeView
    points: tuple[PointView, ...]
    duty: Duty | None
    depth: int


@needs(READ)
def station_list(request: HttpRequest) -> HttpResponse:
    """The offices within the actor's reach."""
    actor, now = actor_of(request), moment.now()
    reach = offices.offices_under(actor, READ)
    points: dict[object, list[PointView]] = {}
    for point in offices.points_of(office.id for office in reach):
        if point.is_active:
            points.setdefault(point.office_id, []).append(point)
    top = min((office.depth for office in reach), default=0)
    branches = [
        Branch(o, tuple(points.get(o.id, ())), offices.on_duty(o.id, now), o.depth - top) for o in reach
    ]
    context = {
        "branches": branches,
        "may_write": actor.may(WRITE),
        "intent": IntentForm(auto_id=False),
        "point_count": sum(len(b.points) for b in branches),
    }
    return render(request, "desk/stations.html", context)


@needs(WRITE)
@require_POST
def add_point(request: HttpRequest) -> HttpResponse:
    """POST office, place."""
    actor = actor_of(request).intending(request.POST.get("intent", "")[:64])
    office_id = uuid_of(request.POST.get("office", ""))
    if office_id is None:
        raise NotFound
    try:
        services.add_point(actor, office_id=office_id, place=request.POST.get("place", ""))
    except Refusal as refusal:
        flash.error(request, whole_sentence(refusal))
    else:
        flash.success(request, _("已新增受理点，可以打印海报。"))
    return redirect("desk:stations")


@needs(WRITE)
@require_POST
def retire_point(request: HttpRequest, point_id: UUID) -> HttpResponse:
    """The poster is taken down: its code takes nothing in any more."""
    actor = actor_of(request).intending(request.POST.get("intent", "")[:64])
    services.retire_point(actor, point_id=point_id)
    flash.success(request, _("已停用这个受理点，请把海报撕下来。"))
    return redirect("desk:stations")


@needs(WRITE)
def office_page(request: HttpRequest, office_id: UUID) -> HttpResponse:
    """The facts of an office that people see, to be changed."""
    actor, office = actor_of(request), offices.office(office_id)
    actor.require(WRITE, office.path)
    if request.method != "POST":
        return _office_form(request, office, OfficeForm.of(office))
    form = OfficeForm(request.POST)
    if form.is_valid() and _change(form, actor, office_id):
        flash.success(request, _("已保存。"))
        return redirect("desk:stations")
    form.renew(None)
    return _office_form(request, office, form, status_of(form))


def _change(form: OfficeForm, actor: Actor, office_id: UUID) -> bool:
    """False: refused, and the sentence stands on the form."""
    given = form.changes()
    saved = run(
        form,
        actor,
        lambda a: services.change_office(a, office_id=office_id, version=form.expected_version, **given),
    )
    return saved is not None


def _office_form(
    request: HttpRequest, office: OfficeView, form: OfficeForm, status: int = 200
) -> HttpResponse:
    return render(request, "desk/office.html", {"office": office, "form": form}, status=status)


@needs(READ)
def poster(request: HttpRequest, code: str) -> HttpResponse:
    """The A4 poster of an intake point, in both languages."""
    point = offices.point(code)
    if point is None or not point.is_active:
        raise NotFound
    office = offices.office(point.office_id)
    actor_of(request).require(READ, office.path)
    address = f"{installed().public_url}/q/{point.code}"
    context = {"point": point, "office": office, "address": address, "qr": qr_svg(address, error="q")}
    return render(request, "desk/poster.html", context)
