"""RFC 9457 problem documents in the language asked for."""

from __future__ import annotations

import json

from django.http import HttpResponse
from django.utils.translation import gettext

from gongyou.basics.refusal import Refusal
from gongyou.kernel.throttle import WINDOW

WINDOW_SECONDS = int(WINDOW.total_seconds())


def sentence(error: Refusal, part: str) -> str:
    """`message` or `hint` of a refusal, translated and filled."""
    text = str(getattr(error, part))
    translated = gettext(text) if text else ""
    return translated.format(**error.params) if error.params else translated


def whole_sentence(refusal: Refusal) -> str:
    """A refusal in the reader's language: what happened and what to do."""
    return f"{sentence(refusal, 'message')}{sentence(refusal, 'hint')}"


def problem_response(error: Refusal) -> HttpResponse:
    body = {
        "type": f"urn:gongyou:problem:{error.code}",
        "title": sentence(error, "message"),
        "status": error.status,
        "detail": (sentence(error, "message") + " " + sentence(error, "hint")).strip(),
    }
    if error.field:
        body["field"] = error.field
    response = HttpResponse(
        json.dumps(body, ensure_ascii=False), status=error.status, content_type="application/problem+json"
    )
    if error.status == 429:
        response["Retry-After"] = str(WINDOW_SECONDS)
    return response
