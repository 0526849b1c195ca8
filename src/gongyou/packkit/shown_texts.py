"""Which texts of a pack a person reads: they need an English counterpart in `i18n/en.yaml`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from gongyou.packkit.loader import Document, Keys

# Keys whose values are shown. Ids, dates, links and notes to authors stand under other keys.
SHOWN = frozenset(
    {
        "title",
        "public",
        "invitation",
        "text",
        "summary",
        "owner",
        "reason",
        "hours",
        "place",
        "unit",
        "because",
        "name_title",
        "notice",
        "data_note",
        "article",
        "how",
        "law",
        "review_body",
        "court",
        "fund_title",
    }
)
SHOWN_LISTS = frozenset({"open_points"})
# Name → what a person reads for it.
SHOWN_MAPPINGS = frozenset({"codes", "titles", "issuers", "level_titles", "target_groups", "laws"})
HAN = re.compile(r"[\u3400-\u9fff]")


def texts_in(document: Document) -> Iterator[tuple[Keys, str]]:
    """Every shown Chinese text of a file with its place."""
    yield from _texts(document.data, ())


def _texts(data: Any, keys: Keys) -> Iterator[tuple[Keys, str]]:
    if isinstance(data, Mapping):
        for key, value in data.items():
            yield from _texts(value, (*keys, str(key)))
    elif isinstance(data, list):
        for number, value in enumerate(data):
            yield from _texts(value, (*keys, number))
    elif isinstance(data, str) and _is_shown(keys) and HAN.search(data):
        yield keys, data


def _is_shown(keys: Keys) -> bool:
    if not keys:
        return False
    if isinstance(keys[-1], int):
        return len(keys) > 1 and keys[-2] in SHOWN_LISTS
    if len(keys) > 1 and keys[-2] in SHOWN_MAPPINGS:
        return True
    # The text of a state named `reason` or a class named `title` is a mapping, so only real texts come here.
    return keys[-1] in SHOWN
