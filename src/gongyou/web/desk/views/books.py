"""Voice books: make one with its numbers, print it, and see which of its pages never came."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages as flash
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from gongyou.engines.casework.queries.books import access_book, list_books, sheets_of
from gongyou.engines.casework.services import books as services
from gongyou.offices import queries as offices
from gongyou.web.desk.submitting import IntentForm, run, status_of, uuid_of
from gongyou.web.guards import needs
from gongyou.web.office_names import name_of
from gongyou.web.requests import actor_of

RIGHT = services.RIGHT


class BookForm(IntentForm):
    office = forms.ChoiceField(label=gettext_lazy("哪个站点用"))
    pages = forms.IntegerField(
        label=gettext_lazy("多少页"), min_value=1, max_value=services.MOST_PAGES, initial=50
    )

    def __init__(self, *args: Any, offices: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["office"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = offices
        if len(offices) == 1:
            self.initial.setdefault("office", offices[0][0])


class VoidForm(IntentForm):
    number = forms.CharField(
        label=gettext_lazy("这一页的编号"),
        max_length=30,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    reason = forms.CharField(label=gettext_lazy("为什么作废"), max_length=120)


@needs(RIGHT)
def book_list(request: HttpRequest) -> HttpResponse:
    """GET the books; POST makes a new one and goes to it."""
    actor = actor_of(request)
    places = [(str(o.id), name_of(o)) for o in offices.offices_under(actor, RIGHT)]
    form = BookForm(request.POST if request.method == "POST" else None, offices=places)
    status = 200
    if request.method == "POST":
        if form.is_valid():
            data = form.cleaned_data
            made = run(
                form,
                actor,
                lambda a: services.print_book(
                    a, office_id=uuid_of(data["office"]) or a.id, pages=data["pages"]
                ),
            )
            if made is not None:
                flash.success(request, _("已备好{code}，请打印装订。").format(code=made.code))
                return redirect("desk:book", book_id=made.book_id)
        form.renew(None)
        status = status_of(form)
    return render(request, "desk/books.html", {"books": list_books(actor), "form": form}, status=status)


@needs(RIGHT)
def book_page(request: HttpRequest, book_id: UUID) -> HttpResponse:
    """GET what was keyed and what is missing; POST voids a page."""
    actor = actor_of(request)
    view = access_book(actor, book_id)
    form = VoidForm(request.POST if request.method == "POST" else None)
    status = 200
    if request.method == "POST":
        if form.is_valid():
            data = form.cleaned_data
            if run(form, actor, lambda a: services.void_page(a, **_page(data))) is not None:
                flash.success(request, _("已登记作废。"))
                return redirect("desk:book", book_id=book_id)
        form.renew(None)
        status = status_of(form)
    return render(request, "desk/book.html", {"book": view, "form": form}, status=status)


def _page(data: dict[str, Any]) -> dict[str, str]:
    return {"number": data["number"], "reason": data["reason"]}


@needs(RIGHT)
def book_print(request: HttpRequest, book_id: UUID) -> HttpResponse:
    """Every page of a book for the printer, its number on each."""
    line, sheets = sheets_of(actor_of(request), book_id)
    office = offices.office(line.office_id)
    return render(request, "desk/book_print.html", {"line": line, "sheets": sheets, "office": office})


@needs(RIGHT)
@require_POST
def hand_in(request: HttpRequest, book_id: UUID) -> HttpResponse:
    """POST: the book came back; pages never keyed are owed from now on."""
    services.hand_in_book(actor_of(request), book_id=book_id)
    flash.success(request, _("这一本已收回。没有录入的页请查清后补录或作废。"))
    return redirect("desk:book", book_id=book_id)
