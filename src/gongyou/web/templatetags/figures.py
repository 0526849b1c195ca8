"""Numbers as they are shown: money, telephones, case numbers, shares."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction

_MOBILE = re.compile(r"(1\d{2})(\d{4}|\*{4})(\d{4})")
_FREEPHONE = re.compile(r"([48]00)(\d{3})(\d{4})")


def write_phone(phone: str) -> str:
    """138 0013 8000, 400 123 4567; masked numbers too. Anything else stays as it is."""
    for pattern in (_MOBILE, _FREEPHONE):
        match = pattern.fullmatch(phone or "")
        if match:
            return " ".join(match.groups())
    return phone or ""


def write_size(size: int) -> str:
    """A file's size as people say it: 320 KB, 2.4 MB (1 KB = 1000 bytes, as phones show it)."""
    if size < 1_000_000:
        return f"{max(1, round(size / 1000))} KB"
    return f"{size / 1_000_000:.1f} MB"


def write_count(count: int, counted_to: int) -> str:
    """The number, or 500+ where counting stopped."""
    return f"{counted_to}+" if count >= counted_to else str(count)


@dataclass(frozen=True)
class Share:
    """A part of a whole, drawn on a bar of 100 units and always said as two numbers too."""

    part: int
    whole: int
    width: str
    """Of 100, for an SVG attribute."""
    percent: str
    """Empty where nothing was counted: nought of nought is no percentage."""


def share_of(part: int, whole: int) -> Share:
    """Percentages are rounded down, so that 100% is said only of the whole."""
    if whole <= 0:
        return Share(part, 0, "0", "")
    fraction = Fraction(min(max(part, 0), whole), whole)
    tenths = fraction * 1000 // 1
    return Share(part, whole, f"{float(fraction) * 100:.2f}", f"{tenths / 10:.1f}%".replace(".0%", "%"))
