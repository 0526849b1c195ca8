"""The duty list of an office, week by week: who, when, and where nobody is on it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.contrib import messages as flash
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from gongyou.basics.refusal import Refusal
from gongyou.kernel import moment
from gongyou.kernel.access import Actor
from gongyou.offices import queries as offices
from gongyou.offices import services
from gongyou.offices.opening import uncovered
from gongyou.offices.queries import OfficeView, ShiftView
from gongyou.web.cursors import YEARS
from gongyou.web.desk.forms.duty import ShiftForm
from gongyou.web.desk.submitting import IntentForm, run, status_of, uuid_of
from gongyou.web.guards import needs
from gongyou.web.office_names import name_of
from gongyou.web.problem import whole_sentence
from gongyou.web.requests import actor_of

READ = "offices.read"
WRITE = "duty.write"


@dataclass(frozen=True)
class Day:
    """One day of the week: open or not, its shifts, and the stretches of opening hours nobody covers."""

    day: date
    is_today: bool
    is_working_day: bool
    reason: str
    shifts: tuple[ShiftView, ...]
    gaps: tuple[tuple[datetime, datetime], ...]


@needs(READ)
def duty_page(request: HttpRequest) -> HttpResponse:
    """GET office, week (any day of it)."""
    return _show(request, None)


@needs(WRITE)
@require_POST
def put_shift(request: HttpRequest) -> HttpResponse:
    """POST office and the shift."""
    actor, office_id = actor_of(request), uuid_of(request.POST.get("office", ""))
    form = ShiftForm(request.POST)
    if office_id is None or not form.is_valid():
        form.renew(None)
        return _show(request, form, 422)
    from_at, until_at = form.stretch()
    names = {name: form.cleaned_data[name] for name in ("holder_name", "phone")}
    done = run(
        form,
        actor,
        lambda a: services.put_shift(a, office_id=office_id, from_at=from_at, until_at=until_at, **names),
    )
    if done is None:
        form.renew(None)
        return _show(request, form, status_of(form))
    flash.success(request, _("已排班。"))
    return redirect(_address(office_id, from_at.date()))


@needs(WRITE)
@require_POST
def drop_shift(request: HttpRequest, shift_id: UUID) -> HttpResponse:
    """POST office, week: back to the same week."""
    actor = actor_of(request).intending(request.POST.get("intent", "")[:64])
    try:
        services.drop_shift(actor, shift_id=shift_id)
    except Refusal as refusal:
        flash.error(request, whole_sentence(refusal))
    else:
        flash.success(request, _("已撤下这一班。"))
    return redirect(_address(uuid_of(request.POST.get("office", "")), _day_of(request.POST.get("week", ""))))


def _address(office_id: UUID | None, day: date) -> str:
    return f"{reverse('desk:duty')}?office={office_id or ''}&week={day.isoformat()}"


def _day_of(text: str) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return moment.today()
    return day if day.year in YEARS else moment.today()


def _show(request: HttpRequest, form: ShiftForm | None, status: int = 200) -> HttpResponse:
    actor = actor_of(request)
    reach = offices.offices_under(actor, READ)
    given = request.POST if request.method == "POST" else request.GET
    office = chosen_office(actor, reach, given.get("office", ""))
    day = _day_of(given.get("week", ""))
    monday = day - timedelta(days=day.weekday())
    context = {
        "office": office,
        "offices": [(str(o.id), name_of(o)) for o in reach],
        "monday": monday,
        "sunday": monday + timedelta(days=6),
        "earlier": monday - timedelta(days=7),
        "later": monday + timedelta(days=7),
        "days": _week(actor, office, monday) if office else [],
        "form": form or (_empty_form(office, day) if office else None),
        "may_write": office is not None and actor.may(WRITE, office.path),
        "intent": IntentForm(auto_id=False),
        "tab": "week",
    }
    return render(request, "desk/duty.html", context, status=status)


def chosen_office(actor: Actor, reach: tuple[OfficeView, ...], wanted: str) -> OfficeView | None:
    """The office asked for, else the actor's own, else the first within reach."""
    by_id = {office.id: office for office in reach}
    for candidate in (uuid_of(wanted), *actor.offices):
        if candidate in by_id:
            return by_id[candidate]
    return reach[0] if reach else None


def _empty_form(office: OfficeView, day: date) -> ShiftForm:
    return ShiftForm(initial={"day": day, "opens": office.opens, "closes": office.closes})


def _week(actor: Actor, office: OfficeView, monday: date) -> list[Day]:
    start = datetime.combine(monday, time.min, moment.SHANGHAI)
    shifts = offices.list_shifts(actor, office_id=office.id, since=start, until=start + timedelta(days=7))
    opening, calendar = offices.opening_of(office.id), offices.calendar_of(office.area)[1]
    found = []
    for number in range(7):
        day = monday + timedelta(days=number)
        known = calendar.day(day)
        begins = datetime.combine(day, time.min, moment.SHANGHAI)
        of_day = tuple(s for s in shifts if s.from_at < begins + timedelta(days=1) and s.until_at > begins)
        stretch = opening.on(day, calendar)
        covered = tuple((s.from_at, s.until_at) for s in of_day)
        found.append(
            Day(
                day=day,
                is_today=day == moment.today(),
                is_working_day=stretch is not None,
                reason=known.reason,
                shifts=of_day,
                gaps=uncovered(covered, *stretch) if stretch else (),
            )
        )
    return found
