"""The rota by month and on the wall, its rule, one's own shifts, out-visits."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.contrib import messages as flash
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from gongyou.kernel import moment
from gongyou.kernel.access import Actor
from gongyou.kernel.accounts import names_of as staff_names
from gongyou.kernel.installation import installed
from gongyou.offices import queries as offices
from gongyou.offices import services
from gongyou.offices.queries import GapView, OfficeView, ShiftView
from gongyou.web.desk.forms.rota import DEEDS, PATTERNS, DutyForm
from gongyou.web.desk.forms.station import WEEKDAYS
from gongyou.web.desk.submitting import IntentForm, run, status_of, uuid_of
from gongyou.web.desk.views.duty import chosen_office
from gongyou.web.guards import needs
from gongyou.web.office_names import name_of, names_of
from gongyou.web.requests import actor_of

READ, WRITE, OWN = "offices.read", "duty.write", "duty.own"
AHEAD = timedelta(days=31)
JUST_MADE = "feed_address"


@dataclass(frozen=True)
class MonthDay:
    """One line of the month: open or not, who stands, who steps in from above."""

    day: date
    reason: str
    is_today: bool
    stretch: tuple[datetime, datetime] | None
    shifts: tuple[ShiftView, ...]
    gaps: tuple[GapView, ...]


@needs(READ)
def month_page(request: HttpRequest) -> HttpResponse:
    """GET office, month."""
    return _month(request, "desk/duty_month.html")


@needs(READ)
def duty_sheet(request: HttpRequest) -> HttpResponse:
    """The month on one A4 sheet for the wall. GET office, month."""
    return _month(request, "desk/duty_sheet.html")


def _month(request: HttpRequest, template: str) -> HttpResponse:
    actor = actor_of(request)
    reach = offices.offices_under(actor, READ)
    office = chosen_office(actor, reach, request.GET.get("office", ""))
    first = _first_of(request.GET.get("month", ""))
    last = (first + timedelta(days=32)).replace(day=1) - timedelta(days=1)
    since, until = _begin(first), _begin(last + timedelta(days=1))
    rules = offices.station_rules(office.area) if office else None
    loads = (
        offices.loads(actor, since=since, until=until, overload_hours=rules.overload_hours, path=office.path)
        if office and rules
        else ()
    )
    context = {
        "office": office,
        "offices": [(str(o.id), name_of(o)) for o in reach],
        "month": first,
        "earlier": first - timedelta(days=1),
        "later": last + timedelta(days=1),
        "days": _days(actor, office, first, last) if office else [],
        "loads": loads,
        "rules": rules,
        "published_until": offices.published_until(office.id) if office else None,
        "upper": offices.upper_of(office.id) if office else None,
        "tab": "month",
    }
    return render(request, template, context)


def _days(actor: Actor, office: OfficeView, first: date, last: date) -> list[MonthDay]:
    since, until = _begin(first), _begin(last + timedelta(days=1))
    shifts = offices.list_shifts(actor, office_id=office.id, since=since, until=until)
    gaps = offices.list_gaps(actor, since=since, until=until, office_ids=[office.id])
    opening, calendar = offices.opening_of(office.id), offices.calendar_of(office.area)[1]
    found = []
    for number in range((last - first).days + 1):
        day = first + timedelta(days=number)
        begins, ends = _begin(day), _begin(day + timedelta(days=1))
        found.append(
            MonthDay(
                day=day,
                reason=calendar.day(day).reason,
                is_today=day == moment.today(),
                stretch=opening.on(day, calendar),
                shifts=tuple(s for s in shifts if s.from_at < ends and s.until_at > begins),
                gaps=tuple(g for g in gaps if g.is_open and g.from_at < ends and g.until_at > begins),
            )
        )
    return found


@needs(WRITE)
def rotation_page(request: HttpRequest) -> HttpResponse:
    """The rule behind an office's rota, and how far it is published. GET office."""
    return _rotation(request, {})


def _rotation(request: HttpRequest, forms: dict[str, DutyForm], status: int = 200) -> HttpResponse:
    actor = actor_of(request)
    reach = offices.offices_under(actor, WRITE)
    given = request.POST if request.method == "POST" else request.GET
    office = chosen_office(actor, reach, given.get("office", ""))
    rotations = offices.rotations_of(actor, office.id) if office else ()
    rotation = next((r for r in rotations if str(r.id) == given.get("rule")), None)
    rules = offices.station_rules(office.area) if office else None
    ahead = rules.publish_days if rules else AHEAD.days
    until_on = moment.today() + timedelta(days=ahead)
    context = {
        "office": office,
        "offices": [(str(o.id), name_of(o)) for o in reach],
        "rotation": rotation,
        "rotations": [_rule_line(office, one) for one in rotations if office],
        "published_until": offices.published_until(office.id) if office else None,
        "rules": rules,
        "rotation_form": forms.get("rotation") or _rotation_form(actor, office, rotation),
        "publish_form": forms.get("publish")
        or DEEDS["publish"](
            auto_id="publish_%s", initial={"office": office and office.id, "until_on": until_on}
        ),
        "tab": "rotation",
    }
    return render(request, "desk/rotation.html", context, status=status)


def _rotation_form(
    actor: Actor, office: OfficeView | None, rotation: offices.RotationView | None
) -> DutyForm:
    initial: dict[str, Any] = {"office": office and office.id, "from_on": moment.today(), "title": _("轮值")}
    if rotation:
        initial |= {
            "title": rotation.title,
            "pattern": rotation.pattern,
            "weekdays": rotation.weekdays,
            "members": "\n".join(_written(turn) for turn in rotation.turns),
        }
    return DEEDS["rotation"](auto_id="rotation_%s", initial=initial)


def _written(turn: tuple[offices.MemberView, ...]) -> str:
    return "；".join("，".join(filter(None, (m.name, "", m.phone))) for m in turn)


@dataclass(frozen=True)
class RuleLine:
    """A rule as the page shows it, with the form that ends it."""

    rotation: offices.RotationView
    pattern: str
    weekdays: str
    form: DutyForm


def _rule_line(office: OfficeView, rotation: offices.RotationView) -> RuleLine:
    days = "、".join(str(WEEKDAYS[line]) for line in rotation.weekdays)
    form = DEEDS["end_rotation"](auto_id=False, initial={"office": office.id, "row": rotation.id})
    return RuleLine(rotation, str(PATTERNS.get(rotation.pattern, "")), days, form)


@needs(OWN)
def my_duty(request: HttpRequest) -> HttpResponse:
    """One's own shifts, swaps to answer, notes to write and to read, leave, calendar address."""
    return _mine(request, {})


def _mine(request: HttpRequest, forms: dict[str, DutyForm], status: int = 200) -> HttpResponse:
    actor, now = actor_of(request), moment.now()
    duties = offices.my_duties(actor)
    swaps = offices.swaps_of(actor)
    shifts = offices.shifts_named({i for s in swaps for i in (s.shift_id, s.other_shift_id) if i})
    own = [o for o in offices.offices(actor.offices).values() if o.is_active and actor.may(OWN, o.path)]
    notes = [note for office in own for note in offices.hand_overs(actor, office.id, size=5)]
    names = names_of({s.office_id for s in (*duties.shifts, *shifts.values())} | {o.id for o in own})
    context = {
        "coming": [(s, names.get(s.office_id, "")) for s in duties.shifts if s.until_at > now],
        "others": _others(actor, own, now),
        "swaps": [
            (s, shifts.get(s.shift_id), shifts.get(s.other_shift_id) if s.other_shift_id else None, s.asked_of == actor.id)
            for s in swaps
        ],
        "people": staff_names(actor, {i for s in swaps for i in (s.asked_by, s.asked_of)} | {n.written_by for n in notes}),
        "owed": [
            s for office in own for s in offices.owed_hand_overs(office.id, now) if s.holder_account_id == actor.id
        ] + [s for s in duties.shifts if s.from_at <= now < s.until_at and not _has_note(notes, s)],
        "notes": [(n, n.written_by != actor.id and n.read_at is None) for n in notes],
        "leaves": [
            v for office in own for v in offices.leaves_at(actor, office.id, since=moment.today())
            if v.holder_account_id == actor.id
        ],
        "own": own,
        "leave_form": forms.get("leave")
        or DEEDS["leave"](auto_id="leave_%s", initial={"office": own[0].id if own else ""}),
        "has_feed": offices.has_feed(actor),
        "feed": request.session.pop(JUST_MADE, ""),
        "names": names,
        "intent": IntentForm(auto_id=False),
        "tab": "mine",
    }  # fmt: skip
    return render(request, "desk/my_duty.html", context, status=status)


def _has_note(notes: list[offices.HandOverView], shift: ShiftView) -> bool:
    return any(note.shift_id == shift.id for note in notes)


def _others(actor: Actor, own: list[OfficeView], now: datetime) -> list[ShiftView]:
    """Coming shifts of colleagues with an account, which one could change for."""
    found = [
        s for o in own for s in offices.list_shifts(actor, office_id=o.id, since=now, until=now + AHEAD)
        if s.from_at > now and s.holder_account_id not in (None, actor.id)
    ]  # fmt: skip
    return found[:60]


@needs(READ)
def visits_page(request: HttpRequest) -> HttpResponse:
    """Out-visits of the offices in reach: coming ones, and what was heard."""
    return _visits(request, {})


def _visits(request: HttpRequest, forms: dict[str, DutyForm], status: int = 200) -> HttpResponse:
    actor, now = actor_of(request), moment.now()
    found = offices.list_visits(actor, since=now - timedelta(days=60), until=now + timedelta(days=60))
    own = [o for o in offices.offices(actor.offices).values() if o.is_active and actor.may(OWN, o.path)]
    names = names_of({v.office_id for v in found})
    context = {
        "coming": [
            (v, names.get(v.office_id, "")) for v in found if v.state == "planned" and v.from_at > now
        ],
        "to_record": [
            (v, names.get(v.office_id, "")) for v in found if v.state == "planned" and v.from_at <= now
        ],
        "made": [(v, names.get(v.office_id, "")) for v in reversed(found) if v.state == "made"],
        "own": own,
        "visit_form": forms.get("visit")
        or DEEDS["visit"](
            auto_id="visit_%s", initial={"office": own[0].id if own else "", "day": moment.today()}
        ),
        "actor_id": actor.id,
        "may_write": actor.may(WRITE),
        "may_file": actor.may("casework.handle"),
        "intent": IntentForm(auto_id=False),
        "tab": "visits",
    }
    return render(request, "desk/visits.html", context, status=status)


PAGES = {"rotation": _rotation, "my_duty": _mine, "visits": _visits}


@needs(READ)
@require_POST
def duty_deed(request: HttpRequest, deed: str) -> HttpResponse:
    """POST one deed about duty; back to its page, or that page with what is wrong."""
    form_class = DEEDS.get(deed)
    if form_class is None:
        raise Http404
    actor = actor_of(request)
    actor.require(WRITE if form_class.page == "rotation" else OWN)
    form = form_class(request.POST, auto_id=f"{deed}_%s")
    done = form.is_valid() and run(form, actor, form.perform) is not None
    back = reverse(f"desk:{form.page}")
    if done:
        flash.success(request, str(form.done))
        office = uuid_of(form.cleaned_data.get("office", ""))
        return redirect(f"{back}?office={office}" if office and form.page == "rotation" else back)
    form.renew(None)
    if form.cleaned_data.get("row") or all(field.is_hidden for field in form):
        for errors in form.errors.values():
            flash.error(request, " ".join(str(error) for error in errors))
        return redirect(back)
    return PAGES[form.page](request, {deed: form}, status_of(form))


@needs(OWN)
@require_POST
def feed_deed(request: HttpRequest) -> HttpResponse:
    """POST do=make or do=revoke: the private address of one's own shifts, shown once."""
    actor = actor_of(request)
    if request.POST.get("do") == "revoke":
        services.revoke_feed(actor)
        flash.success(request, _("订阅地址已停用。"))
    else:
        token = services.make_feed(actor)
        request.session[JUST_MADE] = f"{installed().public_url}{reverse('duty_feed', args=[token])}"
    return redirect("desk:my_duty")


def _first_of(text: str) -> date:
    """The first of the month of a day or month in an address; of this month where it is none."""
    try:
        day = date.fromisoformat(text if len(text) > 7 else f"{text}-01")
    except ValueError:
        day = moment.today()
    return day.replace(day=1) if 2000 < day.year < 2200 else moment.today().replace(day=1)


def _begin(day: date) -> datetime:
    return datetime.combine(day, time.min, moment.SHANGHAI)
