"""Worked examples of a policy: read, taken away as a table, and an edited table judged. Nothing here changes a pack."""

from __future__ import annotations

import io
from typing import Any

import xlsxwriter
from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from gongyou.basics.refusal import Refusal
from gongyou.basics.sheets import safe_cell
from gongyou.institutions.decisions import queries
from gongyou.institutions.decisions.pinned import PublishedPolicy, declared, nearest_policy
from gongyou.institutions.decisions.worked import Checked, check_sheet, examples_of, sheet_of, worked_cases
from gongyou.web.desk.submitting import IntentForm, put_on, required, status_of
from gongyou.web.desk.views.policy_subjects import XLSX, as_file
from gongyou.web.guards import needs
from gongyou.web.policy_reasons import titles_in
from gongyou.web.requests import actor_of
from gongyou.web.templatetags.policy_words import titled

READ = "decisions.read"
LONGEST_PROPOSAL = 1_000_000


class SheetForm(IntentForm):
    sheet = forms.FileField(
        label=_("改好的算例表"),
        help_text=_("先下载，用表格软件改，再传回来（.xlsx 或 .csv）。"),
        error_messages=required(str(_("请选择文件。"))),
    )


@needs(READ)
def case_list(request: HttpRequest, area: str, programme: str) -> HttpResponse:
    """GET the published examples; POST an edited table, which is judged beside them."""
    queries.list_policies(actor_of(request))
    policy = nearest_policy(area, programme)
    if request.method != "POST":
        return _page(request, area, policy, SheetForm())
    form = SheetForm(request.POST, request.FILES)
    checked = None
    if form.is_valid():
        upload = form.cleaned_data["sheet"]
        try:
            checked = check_sheet(examples_of(programme), upload.name or "", upload.read())
        except Refusal as refusal:
            put_on(form, refusal)
    if checked is None:
        form.renew(None)
        return _page(request, area, policy, form, status_of(form))
    return _page(request, area, policy, SheetForm(), checked=checked)


def _page(
    request: HttpRequest,
    area: str,
    policy: PublishedPolicy,
    form: SheetForm,
    status: int = 200,
    checked: Checked | None = None,
) -> HttpResponse:
    context: dict[str, Any] = {
        "policy": policy,
        "area": area,
        "form": form,
        "checked": checked,
        "cases": checked.results if checked else worked_cases(examples_of(policy.programme)),
        "titles": titles_in(declared(policy.hash).every()),
    }
    return render(request, "desk/policy_cases.html", context, status=status)


@needs(READ)
def case_sheet(request: HttpRequest, area: str, programme: str) -> HttpResponse:
    """The examples as a spreadsheet: titles, column ids, one line each."""
    queries.list_policies(actor_of(request))
    found = examples_of(programme)
    columns, lines = sheet_of(found)
    titles = titles_in(declared(found).every())
    content = io.BytesIO()
    with xlsxwriter.Workbook(content) as book:
        sheet = book.add_worksheet()
        sheet.freeze_panes(2, 2)
        sheet.set_column(0, len(columns) - 1, 18)
        for place, column in enumerate(columns):
            sheet.write_string(0, place, _heading(column, titles))
            sheet.write_string(1, place, column)
        for row, line in enumerate(lines, start=2):
            for place, cell in enumerate(line):
                sheet.write_string(row, place, safe_cell(cell))
    return as_file(content.getvalue(), f"cases-{programme}.xlsx", XLSX)


HEADINGS = {
    "file": _("算例文件"),
    "case": _("算例"),
    "because": _("依据"),
    "on": _("法律日期"),
    "area": _("地区"),
    "set": _("改的取值"),
    "rows": _("明细行"),
    "expect.outcome": _("应得结果"),
    "expect.amount_yuan": _("应得金额（元）"),
    "expect.failed": _("应不符合的条件"),
    "expect.needs": _("应还需要"),
    "expect.steps": _("应得的中间结果"),
}


def _heading(column: str, titles: dict[str, str]) -> str:
    return str(HEADINGS.get(column) or titled(column.removeprefix("given."), titles))


@needs(READ)
@require_POST
def proposal(request: HttpRequest, area: str, programme: str) -> HttpResponse:
    """POST text, name: an edited file of examples, as a file for whoever keeps the pack."""
    text = request.POST.get("text", "")[:LONGEST_PROPOSAL]
    return as_file(text.encode(), f"proposal-{programme}.yaml", "application/yaml; charset=utf-8")
