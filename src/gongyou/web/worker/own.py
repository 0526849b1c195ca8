"""What a signed-in worker sees: the own matters, the own data, which messages come."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from gongyou.basics.refusal import Refusal, says
from gongyou.engines.casework.queries import own_cases
from gongyou.engines.casework.queries.points import own_points
from gongyou.kernel.access import Actor
from gongyou.kernel.errors import NotFound
from gongyou.kernel.messages import allow_messages, refuse_messages, refuses_messages
from gongyou.registry import services as registry
from gongyou.registry.queries import OwnPerson, own_person
from gongyou.web.guards import needs
from gongyou.web.office_names import named_lines
from gongyou.web.problem import whole_sentence
from gongyou.web.requests import actor_of
from gongyou.web.worker.own_data import own_contact

OWN = "registry.own"
CASEWORK_MESSAGES = "casework"


class CorrectForm(forms.Form):
    """An empty input leaves a fact as it is: the page never shows the whole of it to be typed over."""

    name = forms.CharField(label=gettext_lazy("姓名"), required=False, max_length=40)
    phone = forms.CharField(
        label=gettext_lazy("电话"),
        required=False,
        max_length=30,
        widget=forms.TextInput(
            attrs={"type": "tel", "inputmode": "tel", "autocomplete": "tel", "class": "short"}
        ),
    )

    def clean(self) -> dict[str, object]:
        data = super().clean() or self.cleaned_data
        if not self.errors and not any(str(value).strip() for value in data.values()):
            raise forms.ValidationError(_("还没有填要改的内容。"))
        return data


@needs("casework.own")
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The own matters, newest first."""
    return render(request, "worker/me.html", {"lines": named_lines(own_cases(actor_of(request)))})


@needs("casework.own")
@require_safe
def points(request: HttpRequest) -> HttpResponse:
    """Points for clues that helped, and what they may be exchanged for."""
    return render(request, "worker/points.html", {"ledger": own_points(actor_of(request))})


@needs(OWN)
@require_http_methods(["GET", "HEAD", "POST"])
def data(request: HttpRequest) -> HttpResponse:
    """What is kept about the reader, masked; correct it, or take consent back."""
    actor = actor_of(request)
    person = own_person(actor)
    form = CorrectForm(request.POST if request.POST.get("do") == "correct" else None)
    status = 200
    if request.method == "POST" and person is not None:
        try:
            if _change(request, actor, person, form):
                return HttpResponseRedirect(reverse("worker:me_data"))
            status = 422
        except Refusal as refusal:
            status = refusal.status
            if form.is_bound:
                form.add_error(
                    refusal.field if refusal.field in form.fields else None, whole_sentence(refusal)
                )
            else:
                messages.error(request, whole_sentence(refusal))
    context = {"own": person, "form": form, "is_quiet": _is_quiet(actor)}
    return render(request, "worker/me_data.html", context, status=status)


def _change(request: HttpRequest, actor: Actor, person: OwnPerson, form: CorrectForm) -> bool:
    """One change by its button; False when the form has to be shown again. Raises Refusal."""
    match request.POST.get("do"):
        case "correct":
            if not form.is_valid():
                return False
            given = {name: text for name, text in form.cleaned_data.items() if text.strip()}
            registry.correct_person(actor, person_id=person.person.id, **given)
            messages.success(request, _("已经改好。"))
        case "withdraw":
            registry.withdraw_consent(
                actor, person_id=person.person.id, purpose=request.POST.get("purpose", "")
            )
            messages.success(request, _("已经撤回同意。"))
        case "erase":
            registry.erase_person(actor, person_id=person.person.id)
            messages.success(request, _("您的信息已经删除。"))
        case _:
            return False
    return True


@needs("messages.refuse")
@require_POST
def messages_choice(request: HttpRequest) -> HttpResponse:
    """Stop the text messages about matters, or have them again."""
    actor = actor_of(request)
    phone = _own_phone(actor)
    if request.POST.get("wants") == "no":
        refuse_messages(actor, phone=phone, message_class=CASEWORK_MESSAGES)
        messages.success(request, _("以后不再给您发办事短信。进度和答复请在这里看。"))
    else:
        allow_messages(actor, phone=phone, message_class=CASEWORK_MESSAGES)
        messages.success(request, _("以后有进展会给您发短信。"))
    return HttpResponseRedirect(reverse("worker:me_data"))


def _is_quiet(actor: Actor) -> bool | None:
    """Whether the messages about matters are stopped; None where no telephone is on record."""
    phone = own_contact(actor, "own_messages").phone
    return refuses_messages(phone=phone, message_class=CASEWORK_MESSAGES) if phone else None


def _own_phone(actor: Actor) -> str:
    """Raises NotFound where nobody's telephone is on record."""
    phone = own_contact(actor, "own_messages").phone
    if not phone:
        raise NotFound(says("系统里没有您的电话。"))
    return phone
