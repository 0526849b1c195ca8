"""The components of every page, as template tags (loaded as a builtin: no `{% load %}` is needed).

Each draws a template of `templates/components/`. None writes a style or a script into the page.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import UUID

from django import template
from django.contrib.staticfiles.storage import staticfiles_storage
from django.forms import BaseForm, BoundField
from django.http import HttpRequest
from django.template.context import Context
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from gongyou.basics.money import fen_to_text
from gongyou.kernel import worklist
from gongyou.packkit.texts import say
from gongyou.web.office_names import is_chinese, name_of, names_of
from gongyou.web.templatetags import dates, figures, reasons

register = template.Library()

SPRITE = "vendor/icons.svg"
TONES = {
    "wait": "hourglass",
    "active": "circle-dot",
    "ok": "circle-check",
    "warn": "alert-triangle",
    "bad": "alert-circle",
    "closed": "circle-x",
    "plain": "info-circle",
}


# -- filters ---------------------------------------------------------------------------------------------------


@register.filter
def cn_date(day: date | None) -> str:
    """10月10日（周六）."""
    return dates.write_date(day)


@register.filter
def cn_datetime(at: date | None) -> str:
    """10月10日（周六）17:00."""
    return dates.write_moment(at)


@register.filter
def yuan(fen: int | None) -> str:
    """Fen as yuan without the unit: 1,234.56; empty for unknown."""
    return "" if fen is None else fen_to_text(fen)


@register.filter
def phone(number: str) -> str:
    """138 0013 8000."""
    return figures.write_phone(number)


@register.filter
def file_size(size: int) -> str:
    """2.4 MB."""
    return figures.write_size(size)


@register.filter
def case_number(number: str) -> SafeString:
    """A case number whose groups never break inside and can be read aloud one by one."""
    groups = format_html_join("-", "<span>{}</span>", ((part,) for part in str(number).split("-")))
    return format_html('<span class="number" translate="no">{}</span>', groups)


@register.filter
def pack(text: str) -> str:
    """A text of a pack in the reader's language; what has no translation stays as it is written."""
    return say(str(text)) if text else ""


@register.filter
def office_name(office: Any) -> str:
    """An office's name in the reader's language, where it has one in that language."""
    return name_of(office)


@register.filter
def office_named(office_id: UUID, name: str) -> str:
    """The name of an office of which a line holds the id and the Chinese name; few lines to a page."""
    return name if is_chinese() else names_of([office_id]).get(office_id, name)


@register.filter
def listed(values: Iterable[object]) -> str:
    """Several values in a row, with the comma of the reader's language."""
    return ("、" if is_chinese() else ", ").join(str(value) for value in values)


@register.filter
def due_sentences(why: Any) -> list[str]:
    """Why a date is that date, one sentence each."""
    return reasons.explain_due(why) if why else []


@register.filter
def at_most(count: int) -> str:
    """A count that stops at the worklist's limit: 500+ there, the number below it."""
    return figures.write_count(count, worklist.COUNTED_TO)


# -- small pieces ----------------------------------------------------------------------------------------------


@register.simple_tag
def icon(name: str, label: str = "", extra: str = "") -> SafeString:
    """A symbol of the sprite. Without a label it is decoration and hidden from screen readers.

    Names in use stand in static/gongyou/icons.txt; the sprite is cut down to them at build time.
    """
    href = f"{staticfiles_storage.url(SPRITE)}#tabler-{name}"
    said = format_html('role="img" aria-label="{}"', label) if label else SafeString('aria-hidden="true"')
    classes = f"icon {extra}".strip()
    return format_html(
        '<svg class="{}" {} focusable="false"><use href="{}"></use></svg>', classes, said, href
    )


@register.simple_tag
def money(fen: int | None) -> SafeString:
    """1,234.56元; what is unknown is said to be unknown."""
    if fen is None:
        return format_html('<span class="muted">{}</span>', _("金额不详"))
    return format_html(
        '<data class="money" value="{}">{}</data>', fen, _("{amount}元").format(amount=fen_to_text(fen))
    )


@register.inclusion_tag("components/status.html")
def status(title: str, tone: str = "plain", name: str = "") -> dict[str, Any]:
    """A state as icon and text, never by colour alone. Tones: wait active ok warn bad closed plain."""
    return {
        "title": title,
        "tone": tone if tone in TONES else "plain",
        "name": name or TONES.get(tone, "info-circle"),
    }


@register.inclusion_tag("components/confidence.html")
def confidence(value: str, source: str = "") -> dict[str, Any]:
    """How sure a value is; an assumed one says so in words."""
    return {"value": str(value), "source": source}


@register.inclusion_tag("components/masked.html")
def masked(text: str) -> dict[str, Any]:
    """Personal data with parts hidden, said to be so."""
    return {"text": text}


@register.inclusion_tag("components/due.html")
def due(clock: Any) -> dict[str, Any]:
    """A promised date: day, time, how long is left in words; marks of lateness and of a provisional calendar."""
    return {"due": dates.describe_due(clock)}


@register.inclusion_tag("components/due_why.html")
def due_why(why: Any) -> dict[str, Any]:
    """Why a date is that date: the count, rest days and stopped days, the source and how sure it is."""
    return {"why": why, "sentences": reasons.explain_due(why) if why else []}


@register.inclusion_tag("components/bar.html")
def bar(part: int, whole: int, label: str = "") -> dict[str, Any]:
    """A share as a bar with its two numbers beside it."""
    return {"share": figures.share_of(part, whole), "label": label}


@register.inclusion_tag("components/timeline.html")
def timeline(lines: Any, newest_first: bool = False) -> dict[str, Any]:
    """What happened, in order. Lines have `at` and `sentence` or `title`, and may have who, office, detail."""
    found = list(lines)
    return {"lines": found[::-1] if newest_first else found}


@register.inclusion_tag("components/empty.html")
def empty(
    title: str, text: str = "", name: str = "inbox", href: str = "", action: str = ""
) -> dict[str, Any]:
    """What stands where a list is empty: why, and what can be done."""
    return {"title": title, "text": text, "name": name, "href": href, "action": action}


@register.inclusion_tag("components/qr.html")
def qr(svg: str, label: str) -> dict[str, Any]:
    """A QR code given as SVG text of our own making, with its words."""
    return {"svg": svg, "label": label}


# -- forms -----------------------------------------------------------------------------------------------------


@register.inclusion_tag("components/field.html")
def field(bound: BoundField, hint: str = "", optional: bool | None = None) -> dict[str, Any]:
    """One input with its label, hint and error sentence, tied together for screen readers.

    `optional` says whether it may stay empty where the form decides that later than the field does.
    """
    said = hint or str(bound.help_text)
    described = [f"{bound.auto_id}-{part}" for part, has in (("hint", said), ("error", bound.errors)) if has]
    attrs: dict[str, str | bool] = {"aria-describedby": " ".join(described)} if described else {}
    if bound.errors:
        attrs["aria-invalid"] = "true"
    kind = getattr(bound.field.widget, "input_type", "") or type(bound.field.widget).__name__.lower()
    is_group = kind in {"radio", "checkbox"} and hasattr(bound.field.widget, "choices")
    return {
        "field": bound,
        "hint": said,
        "widget": bound.as_widget(attrs=attrs),
        "kind": kind,
        "is_group": is_group,
        "described": " ".join(described),
        "optional": not bound.field.required if optional is None else optional,
    }


@register.inclusion_tag("components/error_summary.html")
def error_summary(form: BaseForm) -> dict[str, Any]:
    """Everything that is wrong at the top of the form, each with a link to its input."""
    lines = [(form[name], errors) for name, errors in form.errors.items() if name in form.fields]
    return {"form": form, "lines": lines, "general": form.non_field_errors()}


# -- lists -----------------------------------------------------------------------------------------------------


@register.inclusion_tag("components/pager.html", takes_context=True)
def pager(context: Context, following: str, name: str = "cursor") -> dict[str, Any]:
    """A way to the next page by cursor that keeps the filters of this one."""
    request: HttpRequest = context["request"]
    query = request.GET.copy()
    is_first = not query.pop(name, None)
    first = query.urlencode()
    query[name] = following
    return {"next": query.urlencode() if following else "", "first": first, "is_first": is_first}


@register.simple_block_tag
def card(content: SafeString, title: str = "", name: str = "", level: int = 2, extra: str = "") -> SafeString:
    """A section on its own surface: `{% card "标题" name="icon" %}…{% endcard %}`."""
    head = ""
    if title:
        mark = icon(name) if name else ""
        head = format_html('<h{0} class="card-title">{1}{2}</h{0}>', level, mark, title)
    classes = f"card {extra}".strip()
    return format_html(
        '<section class="{}"><div class="card-body">{}{}</div></section>', classes, head, content
    )
