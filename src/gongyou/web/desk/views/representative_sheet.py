"""Representatives from a sheet: each row is named by the clerk, wrong rows come back with their sentence."""

from __future__ import annotations

from django import forms
from django.contrib import messages as flash
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods

from gongyou.basics.refusal import Refusal
from gongyou.connectors.exchange.importing import Imported, kind_of
from gongyou.registry.services.representatives import NAME
from gongyou.web.desk.sheets import AnySheetForm, take_sheet
from gongyou.web.desk.submitting import put_on, status_of
from gongyou.web.guards import needs
from gongyou.web.requests import actor_of

KIND = "representatives"


class SheetForm(AnySheetForm):
    file = forms.FileField(
        label=gettext_lazy("经办人表"),
        help_text=gettext_lazy("一行一位经办人（.xlsx 或 .csv），第一行写列名。"),
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv"}),
    )


@needs(NAME)
@require_http_methods(["GET", "HEAD", "POST"])
def sheet(request: HttpRequest) -> HttpResponse:
    """POST file: rows that fit are named at once, the others are told by row, column and reason."""
    form = SheetForm(request.POST or None, request.FILES or None)
    done: Imported | None = None
    rejects: list[dict[str, str]] = []
    if request.method == "POST" and form.is_valid():
        try:
            done, rejects = take_sheet(actor_of(request), KIND, form.cleaned_data["file"])
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
