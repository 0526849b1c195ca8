"""Steps offered on a page: each a form of its own, the one that came back with a mistake stands open."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from django.http import Http404, HttpRequest
from django.utils.functional import Promise

from gongyou.kernel.access import Actor
from gongyou.web.desk.submitting import IntentForm, run, status_of

V = TypeVar("V")


@dataclass(frozen=True)
class Way(Generic[V]):
    """A step of a page: its words, its form, and the service it calls with the view and the form's inputs."""

    name: str
    title: str | Promise
    button: str | Promise
    done: str | Promise
    icon: str
    take: Callable[[Actor, V, Mapping[str, Any]], object]
    form: type[IntentForm] = IntentForm
    explains: str | Promise = ""
    is_danger: bool = False
    prepare: Callable[[IntentForm, V], None] = field(default=lambda form, view: None)

    def new_form(self, view: V, data: Any = None) -> IntentForm:
        form = self.form(data, auto_id=f"{self.name}_%s")
        self.prepare(form, view)
        return form


@dataclass(frozen=True)
class OfferedWay:
    way: Way[Any]
    form: IntentForm
    is_open: bool


@dataclass(frozen=True)
class Bound:
    """The form a POST could not be taken with."""

    name: str
    form: IntentForm
    status: int


def offered(
    ways: Mapping[str, Way[V]], names: frozenset[str], view: V, bound: Bound | None
) -> list[OfferedWay]:
    """The ways possible now, in the order of the table."""
    found: list[OfferedWay] = []
    for name, way in ways.items():
        is_bound = bound is not None and bound.name == name
        if name not in names and not is_bound:
            continue
        form = bound.form if bound is not None and is_bound else way.new_form(view)
        is_first = not found and bound is None and not way.is_danger
        found.append(OfferedWay(way, form, is_bound or is_first))
    return found


def take(ways: Mapping[str, Way[V]], name: str, view: V, actor: Actor, request: HttpRequest) -> Bound | None:
    """Call the step's service with the form. None: done. Raises Http404 for a step the page has not."""
    way = ways.get(name)
    if way is None:
        raise Http404
    form = way.new_form(view, request.POST)
    if form.is_valid():
        done = run(form, actor, lambda a: way.take(a, view, form.cleaned_data) or True)
        if done is not None:
            return None
    form.renew(None)
    return Bound(name, form, status_of(form))
