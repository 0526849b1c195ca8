"""Stations as whoever works outside meets them: near, open, what works there; report, count, rate. Nobody is tracked."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from django import forms
from django.contrib import messages as flash
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from gongyou.basics.refusal import Refusal, says
from gongyou.kernel import moment
from gongyou.kernel.access import Actor
from gongyou.kernel.errors import NotFound
from gongyou.offices import queries as offices
from gongyou.offices import services
from gongyou.offices.queries import OfficeView
from gongyou.packkit.texts import say
from gongyou.web.desk.submitting import put_on, uuid_of
from gongyou.web.guards import needs, public
from gongyou.web.office_names import name_of
from gongyou.web.point_map import Pin, draw
from gongyou.web.requests import actor_of
from gongyou.web.worker import places

USE = "stations.use"
AN_HOUR = 3600
STARS: tuple[tuple[int, str | Promise], ...] = (
    (5, _("很好")), (4, _("不错")), (3, _("一般")), (2, _("不太好")), (1, _("很差")),
)  # fmt: skip


class FaultForm(forms.Form):
    """Which thing, and what is wrong with it. No name, no number."""

    facility = forms.ChoiceField(label=_("哪一件"), widget=forms.RadioSelect)
    text = forms.CharField(
        label=_("坏在哪里"), max_length=200, error_messages={"required": _("请写一句坏在哪里。")}
    )
    is_usable = forms.BooleanField(label=_("还能凑合用"), required=False)


class RatingForm(forms.Form):
    stars = forms.TypedChoiceField(
        label=_("用得怎么样"), choices=STARS, coerce=int, widget=forms.RadioSelect,
        error_messages={"required": _("请选一项。")},
    )  # fmt: skip
    text = forms.CharField(label=_("想说一句"), max_length=200, required=False)


@public
@require_safe
def station_list(request: HttpRequest) -> HttpResponse:
    """Every station with its hours and whether it is open, as a list and as points."""
    words, now = request.GET.get("q", "").strip()[:40], moment.now()
    areas = places.areas(words, with_stations_only=True)
    every = [office for area in areas for office in area.stations]
    is_open, facilities = offices.open_now(every, now), offices.facilities_of(o.id for o in every)
    today, hours = now.astimezone(moment.SHANGHAI).date(), offices.openings(o.id for o in every)
    found = []
    for area in areas:
        calendar = offices.calendar_of(area.code)[1]
        lines = [
            (n, o, is_open.get(o.id), hours[o.id].on(today, calendar), facilities.get(o.id, ()))
            for n, o in enumerate(area.stations, start=1)
        ]
        pins = [
            Pin(
                n, name_of(o), reverse("worker:station", args=[o.code]), "ok" if up else "plain", o.lon, o.lat
            )
            for n, o, up, _stretch, _things in lines
        ]
        found.append((area, lines, draw(pins)))
    return render(request, "worker/stations.html", {"areas": found, "words": words})


@public
@require_safe
def station_page(request: HttpRequest, code: str) -> HttpResponse:
    """One station: open or not, what works, what this month is about."""
    return _show(request, places.at_office(code).office, {})


@needs(USE)
@require_POST
def station_deed(request: HttpRequest, code: str, deed: str) -> HttpResponse:
    """POST fault, use or rate; anybody may, without signing in."""
    office = places.at_office(code).office
    do = DEEDS.get(deed)
    if do is None:
        raise Http404
    return do(request, office)


def _fault(request: HttpRequest, office: OfficeView) -> HttpResponse:
    form = _fault_form(office, request)
    if form.is_valid() and _done(form, lambda: _report(actor_of(request), office, form)):
        flash.success(request, _("报修收到了，站点会尽快来看。谢谢您。"))
        return redirect("worker:station", office.code)
    return _show(request, office, {"fault": form}, 422)


def _report(actor: Actor, office: OfficeView, form: forms.Form) -> object:
    facility_id = uuid_of(form.cleaned_data["facility"])
    found = offices.facility(facility_id) if facility_id else None
    if found is None or found.office_id != office.id:
        raise NotFound(says("没有找到这件设施，可能已经撤走。"))
    return services.report_fault(
        actor,
        facility_id=found.id,
        text=form.cleaned_data["text"],
        is_down=not form.cleaned_data["is_usable"],
    )


def _use(request: HttpRequest, office: OfficeView) -> HttpResponse:
    answer = redirect("worker:station", office.code)
    mark = f"used-{office.code}"
    if mark in request.COOKIES:
        flash.info(request, _("您刚刚已经记过一次了。"))
        return answer
    try:
        services.tap_use(actor_of(request), office_id=office.id)
    except Refusal as refusal:
        flash.error(request, refusal.sentence())
        return answer
    flash.success(request, _("记下了，今天又多一个人用上了驿站。"))
    return _marked(answer, mark)


def _rate(request: HttpRequest, office: OfficeView) -> HttpResponse:
    form, mark = RatingForm(request.POST, auto_id="rate_%s"), f"rated-{office.code}"
    if mark in request.COOKIES:
        flash.info(request, _("您刚刚已经评过一次了。"))
        return redirect("worker:station", office.code)
    if form.is_valid() and _done(
        form, lambda: services.rate_station(actor_of(request), office_id=office.id, **form.cleaned_data)
    ):
        flash.success(request, _("谢谢您的评价。"))
        return _marked(redirect("worker:station", office.code), mark)
    return _show(request, office, {"rate": form}, 422)


DEEDS: Mapping[str, Callable[[HttpRequest, OfficeView], HttpResponse]] = {
    "fault": _fault,
    "use": _use,
    "rate": _rate,
}


def _marked(answer: HttpResponse, mark: str) -> HttpResponse:
    """Once an hour from one browser: the mark stays there and names nobody."""
    answer.set_cookie(mark, "1", max_age=AN_HOUR, httponly=True, samesite="Lax")
    return answer


def _done(form: forms.Form, call: Callable[[], object]) -> bool:
    try:
        call()
    except Refusal as refusal:
        put_on(form, refusal)
        return False
    return True


def _fault_form(office: OfficeView, request: HttpRequest | None = None) -> FaultForm:
    form = FaultForm(request.POST, auto_id="fault_%s") if request else FaultForm(auto_id="fault_%s")
    field = form.fields["facility"]
    assert isinstance(field, forms.ChoiceField)
    field.choices = [(str(f.id), label) for f, label in _things(office)]
    return form


def _things(office: OfficeView) -> list[tuple[offices.FacilityView, str]]:
    """The station's facilities with what they are called, in the reader's language."""
    rules = offices.station_rules(office.area)
    titles = {kind.id: say(kind.title) for kind in rules.facilities} if rules else {}
    found = offices.facilities_of([office.id]).get(office.id, ())
    return [(f, " · ".join(filter(None, (titles.get(f.kind, f.kind), f.label)))) for f in found]


def _show(
    request: HttpRequest, office: OfficeView, made: dict[str, forms.Form], status: int = 200
) -> HttpResponse:
    now = moment.now()
    today, rules = now.astimezone(moment.SHANGHAI).date(), offices.station_rules(office.area)
    calendar = offices.calendar_of(office.area)[1]
    things = _things(office)
    context = {
        "office": office,
        "is_open": offices.open_now([office], now).get(office.id),
        "stretch": offices.opening_of(office.id).on(today, calendar),
        "reason": calendar.day(today).reason,
        "things": things,
        "stars": offices.stars_of(office.id),
        "theme": offices.theme_of(rules, f"{today:%Y-%m}", office.code) if rules else None,
        "may_speak": office.area in places.area_codes(),
        "fault_form": made.get("fault") or _fault_form(office),
        "rate_form": made.get("rate") or RatingForm(auto_id="rate_%s"),
        "is_wrong": bool(made),
    }
    return render(request, "worker/station.html", context, status=status)
