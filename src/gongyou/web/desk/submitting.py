"""How every form of the staff pages reaches a service: an idempotency key, the version, and refusals on the form."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast
from uuid import UUID, uuid4

from django import forms
from django.contrib import messages as flash
from django.http import HttpRequest, QueryDict

from gongyou.basics.refusal import Refusal
from gongyou.kernel.access import Actor
from gongyou.kernel.errors import NotAllowed
from gongyou.web.cursors import is_cursor
from gongyou.web.problem import whole_sentence

T = TypeVar("T")


class IntentForm(forms.Form):
    """A form that carries its own idempotency key: sent twice, it happens once."""

    intent = forms.CharField(max_length=64, required=False, widget=forms.HiddenInput)
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, version: int | None = None, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {})
        kwargs["initial"] = {"intent": uuid4().hex, "version": version, **kwargs["initial"]}
        super().__init__(*args, **kwargs)

    @property
    def expected_version(self) -> int:
        """The version this form was made from; without one nothing matches."""
        found = self.cleaned_data.get("version")
        return -1 if found is None else int(found)

    def renew(self, version: int | None) -> None:
        """Carry the latest version and a fresh key; what was typed stays."""
        data = cast(QueryDict, self.data).copy()
        data[self.add_prefix("intent")] = uuid4().hex
        if version is not None:
            data[self.add_prefix("version")] = str(version)
        self.data = data


def run(form: IntentForm, actor: Actor, service: Callable[[Actor], T]) -> T | None:
    """Call a service with the form's key. None: refused, and the sentence stands on the form.

    A missing right is not an input that can be corrected: NotAllowed is passed on.
    """
    try:
        return service(actor.intending(form.cleaned_data.get("intent") or ""))
    except NotAllowed:
        raise
    except Refusal as refusal:
        put_on(form, refusal)
        return None


def put_on(form: forms.Form, refusal: Refusal) -> None:
    """Show a refusal at the field it belongs to, or above the form."""
    text = whole_sentence(refusal)
    field = refusal.field if refusal.field in form.fields else None
    error = forms.ValidationError(text, code=refusal.code)
    form.add_error(field, error)


def say_refused(request: HttpRequest, refusal: Refusal) -> None:
    """Say above the next page why nothing was done. A missing right or row can't be corrected: it is passed on."""
    if refusal.status in {403, 404}:
        raise refusal
    flash.error(request, whole_sentence(refusal))


def status_of(form: forms.Form) -> int:
    """409 for a form made from an older version, 422 for one that can't be taken as it is."""
    codes = {error.code for errors in form.errors.as_data().values() for error in errors}
    return 409 if codes & {"stale", "not_now"} else 422


def page_cursor(request: HttpRequest) -> str:
    """The cursor of a list page ('' for the first); one that is none counts as the first page."""
    cursor = request.GET.get("cursor", "")
    return cursor if is_cursor(cursor) else ""


def uuid_of(text: str) -> UUID | None:
    """A UUID from a request, None where it is none."""
    try:
        return UUID(text)
    except ValueError:
        return None


def required(text: str) -> dict[str, str]:
    """The sentence for an input left empty."""
    return {"required": text}
