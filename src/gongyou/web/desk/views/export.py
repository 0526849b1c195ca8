"""The matters within reach as a spreadsheet: masked, watermarked, noted in the audit."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from gongyou.connectors.exchange.exporting import export_file
from gongyou.kernel import moment
from gongyou.web.guards import needs
from gongyou.web.requests import actor_of

EXPORT = "casework.export"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@needs(EXPORT)
@require_POST
def export_cases(request: HttpRequest) -> HttpResponse:
    """POST: the whole list. A download is a copy that leaves the house, so it is never a mere link."""
    name = f"cases-{moment.today():%Y%m%d}.xlsx"
    with TemporaryDirectory() as folder:
        path = Path(folder) / name
        export_file(actor_of(request), "cases", path)
        content = path.read_bytes()
    response = HttpResponse(content, content_type=XLSX)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response
