"""Attachments: opened by who may, with a record of the read; never run by the browser."""

from __future__ import annotations

from io import BytesIO
from urllib.parse import quote
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from PIL import Image

from gongyou.basics.refusal import says
from gongyou.kernel import files
from gongyou.kernel.files import OpenFile
from gongyou.web.guards import needs
from gongyou.web.requests import actor_of

SIDE = 320
SHOWN = ("image/", "audio/", "video/")


@needs("files.read")
def case_file(request: HttpRequest, file_id: UUID) -> HttpResponse:
    """The content. Pictures and recordings are shown, everything else (and ?download=1) is saved."""
    opened = files.open_file(actor_of(request), file_id, says("办理事项查看附件"))
    is_shown = opened.media_type.startswith(SHOWN) and not request.GET.get("download")
    return _response(opened, "inline" if is_shown else "attachment")


@needs("files.read")
def thumbnail(request: HttpRequest, file_id: UUID) -> HttpResponse:
    """A small JPEG of a picture."""
    opened = files.open_file(actor_of(request), file_id, says("办理事项查看附件"))
    if not opened.media_type.startswith("image/"):
        raise Http404
    with Image.open(BytesIO(opened.content)) as picture:
        picture.draft("RGB", (SIDE, SIDE))
        small = picture.convert("RGB")
        small.thumbnail((SIDE, SIDE))
        out = BytesIO()
        small.save(out, "JPEG", quality=80)
    return _response(OpenFile(opened.name, "image/jpeg", out.getvalue()), "inline")


def _response(opened: OpenFile, disposition: str) -> HttpResponse:
    response = HttpResponse(opened.content, content_type=opened.media_type)
    response["Content-Disposition"] = f"{disposition}; filename*=UTF-8''{quote(opened.name)}"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cache-Control"] = "private, no-store"
    return response
