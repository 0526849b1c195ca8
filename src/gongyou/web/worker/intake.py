"""Saying something: by the QR code of a station, or from anywhere after choosing a station."""

from __future__ import annotations

from dataclasses import replace
from uuid import uuid4

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from gongyou.basics.refusal import Refusal
from gongyou.engines.casework.queries import PublicType
from gongyou.engines.casework.services.filing import Filing, Receipt, file_case
from gongyou.kernel.access import visitor_actor
from gongyou.kernel.errors import IntentReused
from gongyou.web.guards import public
from gongyou.web.problem import whole_sentence
from gongyou.web.requests import actor_of
from gongyou.web.worker import keeping_times, places, proofs
from gongyou.web.worker.forms import IntakeForm
from gongyou.web.worker.keeping import Kept, kept_files, receive
from gongyou.web.worker.kinds import icon_of
from gongyou.web.worker.own_data import own_contact
from gongyou.web.worker.places import Place, type_key


@public
@require_http_methods(["GET", "HEAD", "POST"])
def from_point(request: HttpRequest, code: str) -> HttpResponse:
    """`/q/<point>`: station and place are known. Raises NotFound."""
    return _say(request, places.at_point(code, is_begun=request.method == "POST"))


@public
@require_http_methods(["GET", "HEAD", "POST"])
def at_station(request: HttpRequest, code: str) -> HttpResponse:
    """`/say/<office>/`. Raises NotFound."""
    return _say(request, places.at_office(code))


@public
@require_safe
def choose_station(request: HttpRequest) -> HttpResponse:
    """Which station takes it up; a chosen kind of matter is carried along."""
    words = request.GET.get("q", "").strip()[:40]
    want = request.GET.get("type", "")
    found = places.areas(words)
    context = {"areas": found, "words": words, "want": want}
    return render(request, "worker/choose_station.html", context)


def _say(request: HttpRequest, place: Place) -> HttpResponse:
    types = place.types
    if not types:  # a station to use, where nothing can be filed
        return redirect("worker:station", place.office.code)
    wanted = request.GET.get("type", "")
    chosen = next((t for t in types if type_key(t) == wanted), types[0] if len(types) == 1 else None)
    if chosen is None:
        doors = [(t, type_key(t), icon_of(t.kind)) for t in types]
        return render(request, "worker/choose_kind.html", {"place": place, "doors": doors})
    if request.method == "POST":
        return _submitted(request, place, chosen)
    form = IntakeForm(case_type=chosen, is_known=_is_known(request))
    return _form_page(request, place, chosen, form, [])


def _is_known(request: HttpRequest) -> bool:
    return actor_of(request).person_id is not None


def _submitted(request: HttpRequest, place: Place, chosen: PublicType) -> HttpResponse:
    """Uploads are stored before anything else is judged, so that a mistake never loses them."""
    kept = kept_files(request.POST)
    # Where a matter may be anonymous no upload belongs to an account: the photo would name it later.
    uploader = visitor_actor() if chosen.may_be_anonymous else actor_of(request)
    upload_errors = receive(uploader, request.FILES.getlist("uploads"), kept)
    if "drop" in request.POST or "add" in request.POST:
        form = IntakeForm(initial=request.POST.dict(), case_type=chosen, is_known=_is_known(request))
        return _form_page(request, place, chosen, form, kept, upload_errors)
    form = IntakeForm(request.POST, request.FILES, case_type=chosen, is_known=_is_known(request))
    is_valid = form.is_valid()
    for error in upload_errors:
        form.add_error("uploads", error)
    if not is_valid or upload_errors:
        return _form_page(request, place, chosen, form, kept)
    key, actor = form.intent(), actor_of(request)
    filing = _filing(place, chosen, form, kept)
    if form.is_known and not filing.is_anonymous:
        own = own_contact(actor, "own_filing")
        filing = replace(filing, name=own.name, phone=own.phone)
    if filing.is_anonymous:
        actor = visitor_actor()  # not even the account's id stays with it
    try:
        receipt = file_case(actor.intending(str(key)), filing=filing)
    except IntentReused:
        return _sent_before(request, place, chosen, kept)
    except Refusal as refusal:
        form.add_error(_field_of(form, refusal), whole_sentence(refusal))
        return _form_page(request, place, chosen, form, kept)
    return _to_receipt(
        request, str(key), receipt, has_phone=bool(filing.phone), is_anonymous=filing.is_anonymous
    )


def _field_of(form: IntakeForm, refusal: Refusal) -> str | None:
    """The input a refusal belongs to; None: the whole form."""
    name = "uploads" if refusal.field in {"file", "files"} else refusal.field
    return name if name in form.fields else None


def _filing(place: Place, chosen: PublicType, form: IntakeForm, kept: list[Kept]) -> Filing:
    data = form.cleaned_data
    return Filing(
        programme=chosen.programme,
        type_id=chosen.type_id,
        text=data["text"],
        channel="qr" if place.point else "web",
        point=place.point,
        office_id=None if place.point else place.office.id,
        topic=data.get("topic", ""),
        occurred_on=data["occurred_on"],
        place=data["place"] or place.spot,
        name="" if form.is_anonymous else data.get("name", ""),
        phone=data.get("phone", ""),
        is_anonymous=form.is_anonymous,
        files=tuple(k.id for k in kept),
    )


def _sent_before(request: HttpRequest, place: Place, chosen: PublicType, kept: list[Kept]) -> HttpResponse:
    """The same form came twice with other content: say so, link the first receipt, and offer a fresh form."""
    number = proofs.number_filed(request, request.POST.get("key", ""))
    data = request.POST.copy()
    data["key"] = str(uuid4())
    form = IntakeForm(data, case_type=chosen, is_known=_is_known(request))
    form.add_error(None, _("这张表刚才已经交上来一次。如果您改了内容、想另外再交一件，请再按一次提交。"))
    return _form_page(request, place, chosen, form, [] if number else kept, first_number=number)


def _to_receipt(
    request: HttpRequest, key: str, receipt: Receipt, *, has_phone: bool, is_anonymous: bool
) -> HttpResponse:
    answer = HttpResponseRedirect(reverse("worker:receipt", args=[receipt.number]))
    if is_anonymous and actor_of(request).kind == "worker":
        proofs.remember_unnamed(request, answer, receipt.number)
    else:
        proofs.remember_filed(request, key, receipt.number, has_phone)
    return answer


def _form_page(
    request: HttpRequest,
    place: Place,
    chosen: PublicType,
    form: IntakeForm,
    kept: list[Kept],
    upload_errors: list[str] | None = None,
    first_number: str = "",
) -> HttpResponse:
    context = {
        "place": place,
        "chosen": chosen,
        "icon_name": icon_of(chosen.kind),
        "has_choice": len(place.types) > 1,
        "form": form,
        "kept": kept,
        "upload_errors": upload_errors or [],
        "first_number": first_number,
        "is_clue": chosen.kind == "clue",
        "keeping": keeping_times.keeps(place.office.area, chosen),
    }
    status = 422 if form.is_bound else 200
    return render(request, "worker/say.html", context, status=status)
