"""Courses on a phone: find a class, ask for a place, timetable, check in, two results, two certificates."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from gongyou.basics.refusal import Refusal
from gongyou.engines.skills import services
from gongyou.engines.skills.queries.classes import ClassLine, open_classes, public_class
from gongyou.engines.skills.queries.examining import draw_of
from gongyou.engines.skills.queries.own import own_courses
from gongyou.engines.skills.steps.learners import Words
from gongyou.offices import queries as offices
from gongyou.packkit.texts import say
from gongyou.web import course_words
from gongyou.web.desk.forms.partners import choose
from gongyou.web.desk.submitting import say_refused
from gongyou.web.guards import needs, public
from gongyou.web.requests import actor_of
from gongyou.web.worker.community import KeyForm

OWN = "skills.own"


class EnrolForm(KeyForm):
    name = forms.CharField(label=gettext_lazy("姓名"), max_length=40)
    id_number = forms.CharField(
        label=gettext_lazy("身份证号"),
        max_length=30,
        help_text=gettext_lazy("用来核对报考年龄和办证，加密保存。"),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    target_group = forms.ChoiceField(label=gettext_lazy("您属于哪类人员"))
    category = forms.ChoiceField(
        label=gettext_lazy("岗位类别"),
        choices=list(course_words.CATEGORIES.items()),
        required=False,
        help_text=gettext_lazy("只在年龄上限看岗位时用到。"),
    )
    consents = forms.BooleanField(
        label=gettext_lazy("我同意为报名、考试和办证登记这些信息"),
        error_messages={"required": gettext_lazy("没有本人同意，不能登记报名信息。")},
    )


@dataclass(frozen=True)
class AreaClasses:
    """Open classes of one area under its root office's name."""

    root: object
    lines: tuple[ClassLine, ...]


@public
@require_safe
def courses(request: HttpRequest) -> HttpResponse:
    """Classes that still take people."""
    found = [AreaClasses(offices.root_of(code), open_classes([code])) for code in offices.areas()]
    return render(request, "worker/courses.html", {"areas": [one for one in found if one.lines]})


@needs(OWN)
@require_http_methods(["GET", "HEAD", "POST"])
def enrol(request: HttpRequest, class_id: UUID) -> HttpResponse:
    """Ask for a place."""
    line = public_class(class_id)
    form = EnrolForm(request.POST or None)
    choose(form, "target_group", [(name, say(title)) for name, title in line.target_groups])
    if request.method == "POST" and form.is_valid():
        names = ("name", "id_number", "target_group", "category", "consents")
        words = Words(**{name: form.cleaned_data[name] for name in names})
        try:
            asked = services.enrol(form.intending(actor_of(request)), class_id=class_id, words=words)
        except Refusal as refusal:
            form.put(refusal)
        else:
            messages.success(request, _said(asked.state, asked.before))
            return redirect("worker:own_courses")
    return render(
        request,
        "worker/course_enrol.html",
        {"line": line, "form": form},
        status=422 if form.is_bound else 200,
    )


def _said(state: str, before: int) -> str:
    if state == "placed":
        return _("报上名了，请看课程表。")
    if state == "applied":
        return _("已报名，请等入学考试通知。")
    return _("名额满了，已经替您排队，前面还有{n}人；有名额会发短信。").format(n=before)


@needs(OWN)
@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """The own classes."""
    return render(request, "worker/own_courses.html", {"lines": own_courses(actor_of(request))})


@needs(OWN)
@require_POST
def step(request: HttpRequest, enrolment_id: UUID, name: str) -> HttpResponse:
    """POST; `name`: withdraw | share | unshare."""
    actor = actor_of(request)
    try:
        if name == "withdraw":
            services.withdraw(actor, enrolment_id=enrolment_id)
            messages.success(request, _("已退班，名额给了排在最前的人。"))
        else:
            services.share_results(actor, enrolment_id=enrolment_id, shares=name == "share")
            messages.success(request, _("已同意用人单位看成绩。") if name == "share" else _("已撤回同意。"))
    except Refusal as refusal:
        say_refused(request, refusal)
    return redirect("worker:own_courses")


@needs(OWN)
@require_http_methods(["GET", "HEAD", "POST"])
def check_in(request: HttpRequest, code: str) -> HttpResponse:
    """From the poster: one button. Twice is once."""
    if request.method == "POST":
        try:
            done = services.check_in(actor_of(request), code=code)
        except Refusal as refusal:
            say_refused(request, refusal)
        else:
            messages.success(request, _("签到成功。") if done.is_new else _("您已经签过到，不用再签。"))
        return redirect("worker:own_courses")
    return render(request, "worker/check_in.html", {"code": code})


@public
@require_safe
def draw(request: HttpRequest, examination_id: UUID) -> HttpResponse:
    """The proof of a draw: the digest from before, the seed from after."""
    return render(request, "worker/course_draw.html", {"draw": draw_of(examination_id)})
