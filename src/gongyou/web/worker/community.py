"""Partners, wishes, services and child care as people meet them: readable by anybody, acted on after an SMS code."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from gongyou.basics.refusal import Refusal
from gongyou.engines.casework.queries.wishes import WallWish, own_claims, wall, wall_wish
from gongyou.engines.casework.services import claiming
from gongyou.kernel import moment
from gongyou.kernel.access import Actor
from gongyou.kernel.errors import NotFound
from gongyou.offices import queries as offices
from gongyou.offices.queries import OfficeView
from gongyou.registry.definitions import ServiceArea, ServiceCatalogue
from gongyou.registry.queries.care import SessionLine, own_enrolments, public_sessions
from gongyou.registry.queries.catalogue import resource_kinds, service_catalogues
from gongyou.registry.queries.partners import available_resources, directory_counts, own_partner
from gongyou.registry.services import care
from gongyou.registry.services.partners import SignUp, join_as_partner
from gongyou.web.guards import needs, public
from gongyou.web.office_names import name_of, names_of
from gongyou.web.partner_words import AGE_BANDS, PARTNER_KINDS
from gongyou.web.problem import whole_sentence
from gongyou.web.requests import actor_of
from gongyou.web.worker import places


class KeyForm(forms.Form):
    """A form with its own idempotency key."""

    key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.is_bound:
            self.initial.setdefault("key", uuid4())

    def intending(self, actor: Actor) -> Actor:
        return actor.intending(str(self.cleaned_data["key"]))

    def put(self, refusal: Refusal) -> None:
        """The refusal at its input, and a fresh key: what is corrected is another sending."""
        self.add_error(refusal.field if refusal.field in self.fields else None, whole_sentence(refusal))
        self.data = self.data.copy()  # type: ignore[attr-defined]
        self.data["key"] = str(uuid4())  # type: ignore[index]


class JoinForm(KeyForm):
    area = forms.ChoiceField(label=gettext_lazy("在哪里"))
    kind = forms.ChoiceField(
        label=gettext_lazy("您是"), choices=list(PARTNER_KINDS.items()), widget=forms.RadioSelect
    )
    organisation = forms.CharField(
        label=gettext_lazy("单位或店铺名称"),
        max_length=80,
        required=False,
        help_text=gettext_lazy("居民个人不用填。"),
    )
    contact = forms.CharField(
        label=gettext_lazy("怎么称呼您"),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"required": gettext_lazy("请写联系人的姓名。")},
    )
    offers = forms.CharField(
        label=gettext_lazy("您能提供什么"),
        max_length=400,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("例如：每周两个晚上辅导作业、十个书包、一间活动室。"),
        error_messages={"required": gettext_lazy("请写一写您能提供什么。")},
    )


class TakeForm(KeyForm):
    quantity = forms.IntegerField(label=gettext_lazy("您认领多少"), min_value=1, max_value=500, initial=1)
    name = forms.CharField(
        label=gettext_lazy("怎么称呼您"),
        max_length=40,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )


class EnrolForm(KeyForm):
    guardian = forms.CharField(
        label=gettext_lazy("您的姓名（监护人）"),
        max_length=40,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    child = forms.CharField(
        label=gettext_lazy("孩子的小名"),
        max_length=20,
        help_text=gettext_lazy("只要一个叫得应的小名，不用写大名、学校。"),
        error_messages={"required": gettext_lazy("请写孩子的小名。")},
    )
    age_band = forms.ChoiceField(
        label=gettext_lazy("孩子多大"), choices=list(AGE_BANDS.items()), widget=forms.RadioSelect
    )
    consents = forms.BooleanField(
        label=gettext_lazy("我是监护人，同意只为安排托管使用上面的信息，班后30天内删除孩子的小名"),
        error_messages={"required": gettext_lazy("没有监护人的同意，不能登记孩子的信息。")},
    )


@dataclass(frozen=True)
class AreaOf:
    """An area people act in, by code and the office at its top."""

    code: str
    root: OfficeView


def _areas() -> list[AreaOf]:
    return [AreaOf(code, offices.root_of(code)) for code in places.area_codes()]


def _field_area(form: forms.Form) -> None:
    field = form.fields["area"]
    assert isinstance(field, forms.ChoiceField)
    field.choices = [(a.code, name_of(a.root)) for a in _areas()]
    if len(field.choices) == 1:
        form.initial.setdefault("area", field.choices[0][0])


# -- partners --------------------------------------------------------------------------------------------------


@public
@require_safe
def partners(request: HttpRequest) -> HttpResponse:
    """Who takes part and what they offer, in figures; the way to join."""
    found = []
    for area in _areas():
        by_kind, resources = directory_counts(area.code)
        titles = {k.id: (k.title, k.unit) for k in resource_kinds(area.code)}
        found.append((area, by_kind, [(titles.get(r.kind, (r.kind, "")), r) for r in resources]))
    return render(request, "worker/partners.html", {"areas": found, "kinds": PARTNER_KINDS})


@needs("partners.join")
@require_http_methods(["GET", "HEAD", "POST"])
def join(request: HttpRequest) -> HttpResponse:
    """Sign up; the telephone was proven by the SMS code."""
    actor = actor_of(request)
    form = JoinForm(request.POST or None)
    _field_area(form)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        root = offices.root_of(data["area"])
        names = ("kind", "contact", "organisation", "offers")
        sign_up = SignUp(area=root.area, office_path=root.path, **{name: data[name] for name in names})
        try:
            join_as_partner(form.intending(actor), sign_up=sign_up)
        except Refusal as refusal:
            form.put(refusal)
        else:
            messages.success(request, _("报名收到了。我们核实后会给您打电话。"))
            return HttpResponseRedirect(reverse("worker:join"))
    context = {"form": form, "own": own_partner(actor)}
    return render(request, "worker/join.html", context, status=422 if form.is_bound else 200)


# -- wishes ----------------------------------------------------------------------------------------------------


@public
@require_safe
def wish_wall(request: HttpRequest) -> HttpResponse:
    """What waits for somebody. Nothing here says who asked."""
    shown = [(area, [(w, _station(w)) for w in wall(area.code)]) for area in _areas()]
    return render(request, "worker/wishes.html", {"areas": shown, "has_any": any(some for _a, some in shown)})


def _station(wish: WallWish) -> str:
    return names_of([wish.station]).get(wish.station, "") if wish.station else ""


@needs("casework.claim")
@require_http_methods(["GET", "HEAD", "POST"])
def claim(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Take a wish, or a part of it, upon oneself. Raises NotFound for what is not on the wall."""
    actor = actor_of(request)
    wish = wall_wish(case_id)
    form = TakeForm(request.POST or None)
    if actor.person_id is not None:
        del form.fields["name"]
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            claiming.claim_wish(
                form.intending(actor),
                case_id=case_id,
                quantity=data["quantity"],
                name=data.get("name", ""),
            )
        except NotFound:
            raise
        except Refusal as refusal:
            form.put(refusal)
        else:
            messages.success(request, _("谢谢您！站点会打电话跟您约时间。"))
            return HttpResponseRedirect(reverse("worker:claims"))
    if wish is None:
        raise NotFound(_("这个心愿不在墙上，可能刚刚被别人认领。"))
    context = {"wish": wish, "station": _station(wish), "form": form}
    return render(request, "worker/claim.html", context, status=422 if form.is_bound else 200)


@needs("casework.claim")
@require_safe
def claims(request: HttpRequest) -> HttpResponse:
    """What the reader took: what, how many, where, until when."""
    found = own_claims(actor_of(request))
    stations = offices.offices({c.office_id for c in found})
    lines = [(c, stations.get(c.office_id)) for c in found]
    return render(request, "worker/claims.html", {"lines": lines, "key": KeyForm(auto_id=False)})


@needs("casework.claim")
@require_POST
def give_up(request: HttpRequest, claim_id: UUID) -> HttpResponse:
    """It hangs on the wall again for somebody else."""
    try:
        claiming.give_up_claim(actor_of(request), claim_id=claim_id)
    except Refusal as refusal:
        messages.error(request, whole_sentence(refusal))
    else:
        messages.success(request, _("已放回墙上，谢谢您告诉我们。"))
    return HttpResponseRedirect(reverse("worker:claims"))


# -- services --------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Shown:
    """An area's catalogue of a programme; what can be filed is linked."""

    area: AreaOf
    programme: str
    catalogue: ServiceCatalogue

    @property
    def groups(self) -> tuple[tuple[str, tuple[ServiceArea, ...]], ...]:
        return (
            ("1", (self.catalogue.leading,)),
            (str(len(self.catalogue.areas)), self.catalogue.areas),
            ("N", (self.catalogue.special,)),
        )


@public
@require_safe
def services(request: HttpRequest) -> HttpResponse:
    """The 1+6+N catalogue: who gives it, where, how to ask. What the source leaves open is shown as open."""
    shown = [
        Shown(area, programme, catalogue)
        for area in _areas()
        for programme, catalogue in service_catalogues(area.code)
    ]
    return render(request, "worker/services.html", {"shown": shown})


# -- child care ------------------------------------------------------------------------------------------------


@public
@require_safe
def care_sessions(request: HttpRequest) -> HttpResponse:
    """Classes with their places; never a child."""
    shown = [(area, _with_names(public_sessions(area.code))) for area in _areas()]
    tutors = [
        r for area in _areas() for r in available_resources(area.code, moment.today()) if r.has_sessions
    ]
    context = {"areas": shown, "has_any": any(lines for _area, lines in shown), "tutors": tutors}
    return render(request, "worker/care.html", context)


def _with_names(lines: tuple[SessionLine, ...]) -> list[tuple[SessionLine, str]]:
    names = names_of({line.office_id for line in lines})
    return [(line, names.get(line.office_id, "")) for line in lines]


@needs("care.enrol")
@require_http_methods(["GET", "HEAD", "POST"])
def enrol(request: HttpRequest, session_id: UUID) -> HttpResponse:
    """The guardian asks for a place. Raises NotFound."""
    actor = actor_of(request)
    session = next((s for area in _areas() for s in public_sessions(area.code) if s.id == session_id), None)
    if session is None:
        raise NotFound(_("没有找到这一班，可能已经停开或过去。"))
    form = EnrolForm(request.POST or None)
    if actor.person_id is not None:
        del form.fields["guardian"]
    if request.method == "POST" and form.is_valid():
        data = {"guardian": "", **form.cleaned_data}
        names = ("guardian", "child", "age_band", "consents")
        try:
            done = care.enrol_child(
                form.intending(actor), session_id=session_id, **{name: data[name] for name in names}
            )
        except Refusal as refusal:
            form.put(refusal)
        else:
            said = (
                _("已经报上名。")
                if done.state == "placed"
                else _("名额满了，已经替您排队，前面还有{n}个；有名额会发短信。").format(n=done.before)
            )
            messages.success(request, said)
            return HttpResponseRedirect(reverse("worker:own_care"))
    context = {
        "session": session,
        "station": names_of([session.office_id]).get(session.office_id, ""),
        "form": form,
    }
    return render(request, "worker/enrol.html", context, status=422 if form.is_bound else 200)


@needs("care.enrol")
@require_safe
def own_care(request: HttpRequest) -> HttpResponse:
    """The guardian's own enrolments."""
    found = own_enrolments(actor_of(request))
    names = names_of({e.session.office_id for e in found})
    lines = [(e, names.get(e.session.office_id, "")) for e in found]
    return render(request, "worker/own_care.html", {"lines": lines})


@needs("care.enrol")
@require_POST
def withdraw(request: HttpRequest, enrolment_id: UUID) -> HttpResponse:
    """The place goes to whoever waits longest."""
    care.withdraw_child(actor_of(request), enrolment_id=enrolment_id)
    messages.success(request, _("已退出这一班。"))
    return HttpResponseRedirect(reverse("worker:own_care"))
