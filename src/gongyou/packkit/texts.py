"""Texts of packs in the reader's language. Definitions hold Chinese; the English is published beside them."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import get_language

from gongyou.kernel import catalogue

SOURCE_LANGUAGE = "zh"
REMEMBER_SECONDS = 5.0


@dataclass
class _Memory:
    """All published texts of one process; looked up again after some seconds, rebuilt only if something changed."""

    looked_at: float = -REMEMBER_SECONDS
    hashes: tuple[str, ...] = ()
    by_language: Mapping[str, Mapping[str, str]] | None = None


_memory = _Memory()


def say(text: str) -> str:
    """A text of a pack in the language of the current request (Django's)."""
    return translate(text, get_language() or SOURCE_LANGUAGE)


def translate(text: str, language: str) -> str:
    """A text of a pack in a language; the text itself where it is Chinese or not translated."""
    if not text or language.startswith(SOURCE_LANGUAGE):
        return text
    return _texts().get(language.split("-", maxsplit=1)[0], {}).get(text, text)


def forget() -> None:
    """Look the texts up again at the next call (after publishing; between tests)."""
    _memory.looked_at = -REMEMBER_SECONDS


def _texts() -> Mapping[str, Mapping[str, str]]:
    now = time.monotonic()
    if _memory.by_language is None or now - _memory.looked_at >= REMEMBER_SECONDS:
        published = [catalogue.current("texts", name) for name in catalogue.names("texts")]
        hashes = tuple(p.hash for p in published if p)
        if _memory.by_language is None or hashes != _memory.hashes:
            _memory.by_language = _merged(hashes)
            _memory.hashes = hashes
        _memory.looked_at = now
    return _memory.by_language


def _merged(hashes: tuple[str, ...]) -> dict[str, dict[str, str]]:
    merged: dict[str, dict[str, str]] = {}
    for digest in hashes:
        for language, texts in catalogue.content(digest).items():
            merged.setdefault(language, {}).update(texts)
    return merged
