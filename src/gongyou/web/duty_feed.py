"""A calendar of one's own shifts for the calendar program on a phone: the address itself is the key."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from icalendar import Calendar, Event

from gongyou.basics.refusal import says
from gongyou.kernel import moment
from gongyou.kernel.errors import NotFound
from gongyou.offices import queries as offices
from gongyou.offices.queries import MyDuties
from gongyou.web.guards import public
from gongyou.web.office_names import names_of


@public
@require_safe
def duty_feed(request: HttpRequest, token: str) -> HttpResponse:
    """Raises NotFound for an address that was revoked or never given."""
    duties = offices.duties_by_token(token)
    if duties is None:
        raise NotFound(says("这个订阅地址已经停用。"))
    response = HttpResponse(as_calendar(duties), content_type="text/calendar; charset=utf-8")
    response["Cache-Control"] = "private, no-store"
    response["Content-Disposition"] = 'inline; filename="duty.ics"'
    return response


def as_calendar(duties: MyDuties) -> bytes:
    """RFC 5545, times in UTC; a shift keeps its id, so that a change moves the entry."""
    names = names_of({shift.office_id for shift in duties.shifts})
    calendar = Calendar()
    calendar.add("prodid", "-//gongyou//duty//ZH")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", _("值班"))
    for shift in duties.shifts:
        title = _("值班：{office}").format(office=names.get(shift.office_id, ""))
        calendar.add_component(_event(shift.id, title, shift.from_at, shift.until_at, ""))
    for visit in duties.visits:
        title = _("出诊：{place}").format(place=visit.place)
        calendar.add_component(_event(visit.id, title, visit.from_at, visit.until_at, visit.place))
    return bytes(calendar.to_ical())


def _event(uid: UUID, title: str, begins: datetime, ends: datetime, place: str) -> Event:
    event = Event()
    event.add("uid", f"{uid}@gongyou")
    event.add("dtstamp", moment.now())
    event.add("dtstart", begins)
    event.add("dtend", ends)
    event.add("summary", title)
    if place:
        event.add("location", place)
    return event
