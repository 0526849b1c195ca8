"""Representatives from a sheet: each row is named by the clerk, wrong rows come back with their sentence."""

from __future__ import annotations

import csv
import tempfile
from pathlib import Path
from typing import Any

from django import forms
from django.contrib import messages as flash
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods

from gongyou.basics.refusal import Refusal
from gongyou.connectors.exchange.importing import Imported, import_file, kind_of
from gongyou.kernel.access import Actor
from gongyou.registry.services.representatives import NAME
from gongyou.web.desk.submitting import IntentForm, put_on, status_of
from gongyou.web.guards import needs
from gongyou.web.requests import actor_of

KIND = "representatives"
MOST_BYTES = 5 * 1024 * 1024


class SheetForm(IntentForm):
    file = forms.FileField(
        label=gettext_lazy("经办人表"),
        help_text=gettext_lazy("一行一位经办人（.xlsx 或 .csv），第一行写列名。"),
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv"}),
    )

    def clean_file(self) -> Any:
        found = self.cleaned_data["file"]
        if found.size > MOST_BYTES:
            raise forms.ValidationError(_("表超过5 MB，请分几次传。"))
        return found


@needs(NAME)
@require_http_methods(["GET", "HEAD", "POST"])
def sheet(request: HttpRequest) -> HttpResponse:
    """POST file: rows that fit are named at once, the others are told by row, column and reason."""
    form = SheetForm(request.POST or None, request.FILES or None)
    done: Imported | None = None
    rejects: list[dict[str, str]] = []
    if request.method == "POST" and form.is_valid():
        try:
            done, rejects = _taken(actor_of(request), form.cleaned_data["file"])
        except Refusal as refusal:
            put_on(form, refusal)
    if done is not None and not rejects:
        words = ngettext(
            "登记了{n}位经办人，等另一位同事审核。", "登记了{n}位经办人，等另一位同事审核。", done.accepted
        )
        flash.success(request, words.format(n=done.accepted))
        return redirect("desk:representatives")
    context = {
        "form": SheetForm() if done else form,
        "done": done,
        "rejects": rejects,
        "columns": kind_of(KIND).columns,
    }
    status = 422 if rejects else status_of(form) if form.is_bound and done is None else 200
    return render(request, "desk/representative_sheet.html", context, status=status)


def _taken(actor: Actor, upload: Any) -> tuple[Imported, list[dict[str, str]]]:
    given = Path(upload.name or "")
    with (
        tempfile.TemporaryDirectory(prefix="gongyou-sheet-") as folder,
        tempfile.TemporaryDirectory() as aside,
    ):
        # Under its own name: the sentence about a wrong file calls it by that. A file system takes 255 bytes of it.
        path, wrong = (
            Path(folder) / f"{given.stem[:60]}{given.suffix.lower()[:8]}",
            Path(aside) / "rejects.csv",
        )
        path.write_bytes(upload.read())
        done = import_file(
            actor, KIND, path, area="", is_dry_run=False, rejects_to=wrong, progress=lambda _n: None
        )
        if not done.rejects:
            return done, []
        with wrong.open(encoding="utf-8-sig", newline="") as file:
            titles = {column.id: column.title for column in kind_of(KIND).columns}
            return done, [{**row, "title": titles[row["column"]]} for row in csv.DictReader(file)]
