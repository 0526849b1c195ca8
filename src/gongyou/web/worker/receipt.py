"""What the person takes away: number, promised day and why, office, how to look it up again."""

from __future__ import annotations

import segno
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import SafeString
from django.views.decorators.http import require_safe

from gongyou.engines.casework.queries import pin_of, track
from gongyou.kernel import moment
from gongyou.kernel.installation import installed
from gongyou.offices.queries import on_duty
from gongyou.web.guards import public
from gongyou.web.requests import actor_of
from gongyou.web.worker import proofs


def tracking_address(number: str) -> str:
    """The full address behind the receipt's QR code; it holds the number only."""
    return f"{installed().public_url.rstrip('/')}{reverse('worker:track')}?number={number}"


def qr_svg(text: str) -> SafeString:
    """A QR code as inline SVG, black on white in every theme. The picture is ours: no input gets into it."""
    code = segno.make(text, error="m", micro=False)
    return SafeString(code.svg_inline(scale=4, border=2, dark="#000", light="#fff", omitsize=True))


@public
@require_safe
def show(request: HttpRequest, number: str) -> HttpResponse:
    """Only in the browser that filed it; elsewhere the way leads to tracking."""
    has_phone = proofs.filed_here(request, number)
    if has_phone is None:
        return HttpResponseRedirect(f"{reverse('worker:track')}?number={number}")
    matter = track(actor_of(request), proofs.own_matter(request, number))
    address = tracking_address(number)
    duty = on_duty(matter.office.id, moment.now())
    context = {
        "matter": matter,
        "duty": duty if duty and duty.holder_name else None,
        "has_phone": has_phone,
        "pin": "" if has_phone else pin_of(number),
        "qr": qr_svg(address),
        "address": address,
    }
    return render(request, "worker/receipt.html", context)
