"""A sheet brought in through a page: rows that fit are taken at once, the others come back with their sentence."""

from __future__ import annotations

import csv
import tempfile
from pathlib import Path
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from gongyou.connectors.exchange.importing import Imported, import_file, kind_of
from gongyou.kernel.access import Actor
from gongyou.web.desk.submitting import IntentForm

MOST_BYTES = 5 * 1024 * 1024


class AnySheetForm(IntentForm):
    """One file with a heading row; the page says what a row is."""

    file = forms.FileField(widget=forms.FileInput(attrs={"accept": ".xlsx,.csv"}))

    def clean_file(self) -> Any:
        found = self.cleaned_data["file"]
        if found.size > MOST_BYTES:
            raise forms.ValidationError(_("表超过5 MB，请分几次传。"))
        return found


def take_sheet(actor: Actor, kind: str, upload: Any) -> tuple[Imported, list[dict[str, str]]]:
    """What was taken, and the rows that were not. Raises Refusal for a file that can't be read at all."""
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
            actor, kind, path, area="", is_dry_run=False, rejects_to=wrong, progress=lambda _n: None
        )
        if not done.rejects:
            return done, []
        with wrong.open(encoding="utf-8-sig", newline="") as file:
            titles = {column.id: column.title for column in kind_of(kind).columns}
            return done, [{**row, "title": titles[row["column"]]} for row in csv.DictReader(file)]
