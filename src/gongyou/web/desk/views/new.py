"""Filing at the desk or on the phone, and what the person takes away."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from gongyou.basics.refusal import says
from gongyou.engines.casework.queries.alike import Written, alike_while_filing
from gongyou.engines.casework.queries.definitions import staff_types
from gongyou.engines.casework.queries.proof import pin_of
from gongyou.engines.casework.queries.reading import access_case
from gongyou.engines.casework.queries.views import CaseView, PublicType
from gongyou.engines.casework.services.filing import Receipt, file_case
from gongyou.kernel.access import Actor
from gongyou.kernel.installation import installed
from gongyou.offices import queries as offices
from gongyou.offices.queries import OfficeView
from gongyou.web.desk.codes import qr_svg
from gongyou.web.desk.forms.filing import DeskFilingForm, FilingForm
from gongyou.web.desk.submitting import run, status_of, uuid_of
from gongyou.web.guards import needs
from gongyou.web.requests import actor_of

DESK = "casework.handle"  # visitors may file too, but not here
FILE = "casework.file"
JUST_FILED = "just_filed"
REMEMBERED = 20
LONGEST_LOOKED_AT = 2000


@needs(DESK)
def new_case(request: HttpRequest) -> HttpResponse:
    """GET the form; POST files the matter and goes to its receipt."""
    actor = actor_of(request)
    where, what = places(actor)
    if request.method != "POST":
        form = DeskFilingForm(offices=where, types=what, initial=first_office(actor, where))
        return render(request, "desk/new.html", {"form": form, "is_ready": bool(where and what)})
    form = DeskFilingForm(request.POST, request.FILES, offices=where, types=what)
    receipt = submit_filing(form, actor)
    if receipt is None:
        form.renew(None)
        return render(request, "desk/new.html", {"form": form, "is_ready": True}, status=status_of(form))
    remember(request, receipt)
    return redirect("desk:receipt", case_id=receipt.case_id)


@needs(DESK)
@require_POST
def alike(request: HttpRequest) -> HttpResponse:
    """What may have been said before, beside the form while it is filled in. POST: a telephone stands in no address."""
    actor, given = actor_of(request), request.POST
    office_id = uuid_of(given.get("office", ""))
    where, _what = places(actor)
    if office_id not in {office.id for office in where}:
        return HttpResponse("")
    written = Written(
        office_id=office_id,
        text=given.get("text", "")[:LONGEST_LOOKED_AT],
        topic=given.get("topic", "").rpartition("/")[2],
        place=given.get("place", "").strip(),
        phone=given.get("phone", ""),
    )
    return render(request, "desk/alike.html", {"likely": alike_while_filing(actor, written)})


def places(actor: Actor) -> tuple[tuple[OfficeView, ...], tuple[PublicType, ...]]:
    """The offices the actor may file at, and what may be filed in their areas."""
    where = tuple(office for office in offices.offices_under(actor, FILE) if office.is_active)
    found: dict[tuple[str, str], PublicType] = {}
    for area in dict.fromkeys(office.area for office in where):
        for one in staff_types(area):
            found.setdefault((one.programme, one.type_id), one)
    return where, tuple(found.values())


def first_office(actor: Actor, where: tuple[OfficeView, ...]) -> dict[str, object]:
    """The actor's own office stands chosen."""
    known = {office.id for office in where}
    own = next((office_id for office_id in actor.offices if office_id in known), None)
    return {"office": str(own)} if own else {}


def submit_filing(form: FilingForm, actor: Actor) -> Receipt | None:
    """File what the form says. None: something is wrong, the sentences stand on the form, uploads are kept."""
    is_valid = form.is_valid()
    are_kept = form.store_uploads(actor)
    if not is_valid or not are_kept:
        return None
    return run(form, actor, lambda a: file_case(a, filing=form.filing()))


def remember(request: HttpRequest, receipt: Receipt) -> None:
    """Who filed sees the receipt code of this matter, in this session only."""
    filed = [*request.session.get(JUST_FILED, []), str(receipt.case_id)]
    request.session[JUST_FILED] = filed[-REMEMBERED:]


@needs(DESK)
def receipt_page(request: HttpRequest, case_id: UUID) -> HttpResponse:
    return render(request, "desk/receipt.html", _receipt(request, case_id))


@needs(DESK)
def receipt_slip(request: HttpRequest, case_id: UUID, size: str) -> HttpResponse:
    """The printable slip: 80 mm roll or A4."""
    return render(request, f"desk/slip_{size}.html", _receipt(request, case_id))


def _receipt(request: HttpRequest, case_id: UUID) -> dict[str, object]:
    view = access_case(actor_of(request), case_id, says("打印回执"))
    is_ours = str(case_id) in request.session.get(JUST_FILED, [])
    return {
        "case": view,
        "settle": next((c for c in view.clocks if c.id == "settle"), None),
        "pin": pin_of(view.number) if is_ours else "",
        "has_phone": any(party.phone_masked for party in view.parties),
        "qr": qr_svg(_track_address(view)),
        "track": f"{installed().public_url}/track",
    }


def _track_address(view: CaseView) -> str:
    return f"{installed().public_url}/track?number={view.number}"
