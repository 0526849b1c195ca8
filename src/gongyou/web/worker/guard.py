"""What is looked into about the reader: why, with which data, until when; and their own word on it."""

from __future__ import annotations

from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from gongyou.basics.refusal import Refusal
from gongyou.engines.oversight import queries
from gongyou.engines.oversight.services import object_to_own
from gongyou.web.guards import needs
from gongyou.web.requests import actor_of
from gongyou.web.worker.community import KeyForm

OWN = "oversight.own"


class ObjectForm(KeyForm):
    text = forms.CharField(
        label=gettext_lazy("您的意见"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("哪里不对、当时是怎么回事、谁能作证，写几句就行。"),
        error_messages={"required": gettext_lazy("请写一写您的意见。")},
    )


@needs(OWN)
@require_safe
def own_list(request: HttpRequest) -> HttpResponse:
    return render(request, "worker/guard_list.html", {"matters": queries.own_matters(actor_of(request))})


@needs(OWN)
@require_http_methods(["GET", "HEAD", "POST"])
def own_page(request: HttpRequest, matter_id: UUID) -> HttpResponse:
    """GET why and how far. POST text: the person doesn't agree."""
    actor = actor_of(request)
    matter, opened = queries.own_matter(actor, matter_id)
    form = ObjectForm(request.POST if request.method == "POST" else None)
    status = 200
    if request.method == "POST":
        if form.is_valid():
            try:
                object_to_own(form.intending(actor), matter_id=matter_id, text=form.cleaned_data["text"])
            except Refusal as refusal:
                form.put(refusal)
            else:
                messages.success(request, _("您的意见已经记下，承办人会回应。"))
                return HttpResponseRedirect(reverse("worker:own_guard_matter", args=[matter_id]))
        status = 422
    said = [(line, opened.words.get(line.id, "")) for line in matter.hearings]
    context = {"matter": matter, "said": said, "form": form}
    return render(request, "worker/guard_matter.html", context, status=status)
