"""Words and figures of the staff pages: `{% load desk_words %}`."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from typing import Any

from django import template
from django.utils.translation import gettext as _

from gongyou.basics.money import fen_to_chinese_capital
from gongyou.basics.refusal import Refusal
from gongyou.engines.oversight.definitions.sanctions import times_text
from gongyou.kernel.access import Actor
from gongyou.packkit.texts import say
from gongyou.web.desk.names import word
from gongyou.web.problem import whole_sentence
from gongyou.web.templatetags.dates import write_date

register = template.Library()

register.filter("word", lambda name, table: word(table, str(name)))


@register.filter
def packs(text: str) -> str:
    """Texts joined by a middle dot, each in the reader's language: a pack's, or our own."""
    return " · ".join(_own(say(part)) for part in text.split(" · "))


def _own(part: str) -> str:
    """A text of ours where no pack translates it."""
    return _(part) if part else ""


@register.filter
def rate(value: Fraction | None) -> str:
    """An exact share as a percentage with two decimals, rounded half up; empty where there is none."""
    if value is None:
        return ""
    hundredths = (value * 10_000 + Fraction(1, 2)) // 1
    return f"{hundredths // 100}.{hundredths % 100:02d}%"


@register.filter
def of_hundred(value: Fraction) -> str:
    """An exact share as a length of 100 units, for an SVG attribute."""
    return f"{float(value) * 100:.2f}"


@register.filter
def yes_no(value: bool | None, words: str = "") -> str:
    """是/否, or the two words given as 'yes,no'; a dash where nothing was said."""
    yes, no = words.split(",") if words else (_("是"), _("否"))
    return "—" if value is None else yes if value else no


@register.filter
def decimal_one(value: Fraction | None) -> str:
    """An exact number with one decimal, rounded half up."""
    if value is None:
        return ""
    tenths = (value * 10 + Fraction(1, 2)) // 1
    return f"{tenths // 10}.{tenths % 10}"


@register.filter
def at_key(known: Mapping[object, str], key: object) -> str:
    """What a table of names says about a key; empty where it says nothing."""
    return known.get(key, "")


@register.filter
def days(found: tuple[date, ...]) -> str:
    """Dates in a row, as people write them."""
    return _("、").join(write_date(day) for day in found)


@register.filter
def may(actor: Actor, right: str) -> bool:
    """Whether the reader of the page holds a right anywhere: what can't be done is not offered."""
    return actor.may(right)


@register.filter
def refusal_said(kept: Mapping[str, Any]) -> str:
    """A refusal that was kept with a row, in the reader's language."""
    found = Refusal("kept", str(kept.get("message", "")), str(kept.get("hint", "")))
    found.params = dict(kept.get("params", {}))
    return whole_sentence(found)


@register.filter
def wrong_said(line: Any) -> str:
    """Why a line of a file was not taken."""
    return refusal_said({"message": line.message, "params": line.params})


@register.filter
def purpose_in(name: str, rules: Any) -> str:
    """The title of a purpose among a programme's own."""
    return next((say(one.title) for one in rules.use_purposes if one.id == name), name)


@register.filter
def times(tenths: int) -> str:
    """Tenths as people write them: 25 is 2.5."""
    return times_text(tenths)


@register.filter
def capitals(fen: int) -> str:
    """An amount in the capital characters of vouchers."""
    return fen_to_chinese_capital(fen)


@register.filter
def whole_date(day: date | None) -> str:
    """A date with its year, always: what stands on papers is read years later."""
    return write_date(day, today=date.min)
