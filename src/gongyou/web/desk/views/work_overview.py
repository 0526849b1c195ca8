"""Employment at a glance: surveys against the plan, posts, runs with their fairness, course demand; a sheet of answers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django import forms
from django.contrib import messages as flash
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from gongyou.basics.refusal import Refusal
from gongyou.connectors.exchange.importing import Imported, kind_of
from gongyou.engines.employment import services
from gongyou.engines.employment.queries import figures
from gongyou.kernel import moment
from gongyou.kernel.errors import NotFound
from gongyou.offices import queries as offices
from gongyou.web.desk.sheets import AnySheetForm, take_sheet
from gongyou.web.desk.submitting import IntentForm, put_on, say_refused, status_of
from gongyou.web.guards import needs
from gongyou.web.requests import actor_of

READ, RUN, SURVEY, POSTS = "employment.read", "employment.run", "employment.survey", "employment.posts"
DAYS = 365


@needs(READ)
@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """The last year within reach."""
    actor = actor_of(request)
    until = moment.today()
    since = until - timedelta(days=DAYS - 1)
    context = {
        "figures": figures.figures(actor, since, until),
        "runs": figures.latest_runs(actor),
        "fair": figures.latest_fairness(actor),
        "demand": figures.course_demand(actor, since, until),
        "areas": sorted({o.area for o in offices.offices_under(actor, RUN) if o.depth == 0}),
        "may_survey": actor.may(SURVEY),
        "may_post": actor.may(POSTS),
        "form": IntentForm(),
    }
    return render(request, "desk/work.html", context)


@needs(RUN)
@require_POST
def run_match(request: HttpRequest) -> HttpResponse:
    """POST area: everybody's list anew, by a job."""
    form = IntentForm(request.POST)
    if form.is_valid():
        actor = actor_of(request).intending(form.cleaned_data["intent"] or "")
        try:
            services.order_match(actor, area=request.POST.get("area", ""))
            flash.success(request, _("已开始匹配，算完后名单自动更新。"))
        except Refusal as refusal:
            say_refused(request, refusal)
    return redirect("desk:work")


@dataclass(frozen=True)
class Sheet:
    """What can be brought in here, with whose right."""

    kind: str
    title: str | Promise
    right: str


SHEETS = {
    "willingness": Sheet("willingness", gettext_lazy("导入就业意愿调查"), SURVEY),
    "posts": Sheet("posts", gettext_lazy("导入用工需求调查"), POSTS),
}


class SurveySheetForm(AnySheetForm):
    file = forms.FileField(
        label=gettext_lazy("调查表"),
        help_text=gettext_lazy("一行一份（.xlsx 或 .csv），第一行写列名。"),
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv"}),
    )


@needs(READ)
@require_http_methods(["GET", "HEAD", "POST"])
def sheet(request: HttpRequest, kind: str) -> HttpResponse:
    """POST file: rows that fit are taken at once, the others are told by row, column and reason."""
    actor = actor_of(request)
    if kind not in SHEETS:
        raise NotFound
    actor.require(SHEETS[kind].right)
    form = SurveySheetForm(request.POST or None, request.FILES or None)
    done: Imported | None = None
    rejects: list[dict[str, str]] = []
    if request.method == "POST" and form.is_valid():
        try:
            done, rejects = take_sheet(actor, kind, form.cleaned_data["file"])
        except Refusal as refusal:
            put_on(form, refusal)
    if done is not None and not rejects:
        words = ngettext("登记了{n}份。", "登记了{n}份。", done.accepted)
        flash.success(request, words.format(n=done.accepted))
        return redirect("desk:work")
    context = {
        "form": SurveySheetForm() if done else form,
        "done": done,
        "rejects": rejects,
        "columns": kind_of(kind).columns,
        "sheet": SHEETS[kind],
    }
    status = 422 if rejects else status_of(form) if form.is_bound and done is None else 200
    return render(request, "desk/work_sheet.html", context, status=status)
