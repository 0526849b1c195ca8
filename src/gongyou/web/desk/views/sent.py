"""Messages sent to people: listed masked, the text opened one at a time with a record, failed ones sent again."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages as flash
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from gongyou.basics.refusal import Refusal
from gongyou.kernel import messages
from gongyou.kernel.errors import NotFound
from gongyou.kernel.messages import MessageView
from gongyou.web.desk.names import MESSAGE_STATES
from gongyou.web.desk.submitting import page_cursor
from gongyou.web.guards import needs
from gongyou.web.problem import whole_sentence
from gongyou.web.requests import actor_of

READ = "messages.read"


@needs(READ)
def message_list(request: HttpRequest) -> HttpResponse:
    """GET state, cursor."""
    return _show(request, None)


def _show(request: HttpRequest, opened: MessageView | None) -> HttpResponse:
    state = request.GET.get("state", "")
    page = messages.list_messages(
        actor_of(request), page_cursor(request), state=state if state in MESSAGE_STATES else ""
    )
    context = {"page": page, "state": state, "states": MESSAGE_STATES, "opened": opened}
    return render(request, "desk/messages.html", context)


@needs(READ)
@require_POST
def open_message(request: HttpRequest, message_id: UUID) -> HttpResponse:
    """POST subject: the text of one message; the read is recorded for the matter it belongs to."""
    about = messages.messages_of(actor_of(request), request.POST.get("subject", ""))
    found = next((one for one in about if one.id == message_id), None)
    if found is None:
        raise NotFound
    return _show(request, found)


@needs(READ)
@require_POST
def resend(request: HttpRequest, message_id: UUID) -> HttpResponse:
    actor = actor_of(request).intending(request.POST.get("intent", "")[:64])
    try:
        messages.resend_message(actor, message_id=message_id)
    except Refusal as refusal:
        flash.error(request, whole_sentence(refusal))
    else:
        flash.success(request, _("已重新排队发送。"))
    return redirect("desk:messages")
