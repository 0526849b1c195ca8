"""The signed attendance sheet keyed in as a table: good rows are noted, wrong ones come back with row and column."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages as flash
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods

from gongyou.basics.refusal import Refusal, says
from gongyou.connectors.exchange.kind import whole
from gongyou.connectors.exchange.tables import Column, Row, read_table
from gongyou.engines.skills import services
from gongyou.engines.skills.queries.classes import public_class
from gongyou.kernel.access import Actor
from gongyou.web.desk.submitting import IntentForm, put_on, status_of
from gongyou.web.guards import needs
from gongyou.web.problem import whole_sentence
from gongyou.web.requests import actor_of

TEACH = "skills.teach"
MOST_BYTES = 2 * 1024 * 1024
COLUMNS = (
    Column("session", says("课次"), True, "1"),
    Column("roll", says("学号"), True, "3"),
)


class AttendanceForm(IntentForm):
    file = forms.FileField(
        label=gettext_lazy("签到表"),
        help_text=gettext_lazy("一行一人一次课（.xlsx 或 .csv），列名：课次、学号。"),
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv"}),
    )

    def clean_file(self) -> Any:
        found = self.cleaned_data["file"]
        if found.size > MOST_BYTES:
            raise forms.ValidationError(_("表超过2 MB，请分几次传。"))
        return found


@needs(TEACH)
@require_http_methods(["GET", "HEAD", "POST"])
def attendance(request: HttpRequest, class_id: UUID) -> HttpResponse:
    """POST file."""
    actor, line = actor_of(request), public_class(class_id)
    actor.require(TEACH, line.office_path)
    form = AttendanceForm(request.POST or None, request.FILES or None)
    accepted = 0
    rejects: list[dict[str, object]] = []
    if request.method == "POST" and form.is_valid():
        try:
            accepted, rejects = _taken(actor, class_id, form.cleaned_data["file"])
        except Refusal as refusal:
            put_on(form, refusal)
        else:
            if not rejects:
                words = ngettext("登记了{n}行出勤。", "登记了{n}行出勤。", accepted).format(n=accepted)
                flash.success(request, words)
                return redirect("desk:course_class", class_id=class_id)
    is_wrong = form.is_bound and (bool(rejects) or bool(form.errors))
    context = {
        "line": line,
        "form": AttendanceForm() if rejects else form,
        "accepted": accepted,
        "rejects": rejects,
    }
    status = (422 if rejects else status_of(form)) if is_wrong else 200
    return render(request, "desk/course_attendance.html", context, status=status)


def _taken(actor: Actor, class_id: UUID, upload: Any) -> tuple[int, list[dict[str, object]]]:
    """Rows noted, and the others with their reason. Raises Refusal for a file nobody can read."""
    given = Path(upload.name or "")
    with tempfile.TemporaryDirectory(prefix="gongyou-sheet-") as folder:
        path = Path(folder) / f"{given.stem[:60]}{given.suffix.lower()[:8]}"
        path.write_bytes(upload.read())
        rows = list(read_table(path, COLUMNS))
    rejects = [reject for row in rows if (reject := _note(actor, class_id, row)) is not None]
    return len(rows) - len(rejects), rejects


def _note(actor: Actor, class_id: UUID, row: Row) -> dict[str, object] | None:
    try:
        services.note_attendance(
            actor,
            class_id=class_id,
            session_number=whole(row.values, "session"),
            roll=whole(row.values, "roll"),
        )
    except Refusal as refusal:
        if refusal.status == 403:
            raise
        column = next((c for c in COLUMNS if c.id == refusal.field), COLUMNS[0])
        return {
            "row": row.number,
            "title": _(column.title),
            "value": row.values.get(column.id, ""),
            "reason": whole_sentence(refusal),
        }
    return None
