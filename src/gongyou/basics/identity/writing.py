"""How people write numbers: full-width digits, spaces, separators."""

from __future__ import annotations

import re
import unicodedata

_SEPARATORS = re.compile(r"[\s‐‑‒–—―−\-\u200b-\u200f\ufeff]+")


def compact(text: str) -> str:
    """Half-width, capital, without spaces, hyphens and invisible characters."""
    if text.isascii() and text.isalnum():
        return text.upper()
    return _SEPARATORS.sub("", unicodedata.normalize("NFKC", text)).upper()
