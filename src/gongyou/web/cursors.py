"""Cursors of keyset pages as they come back in an address: anybody may have typed them."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

YEARS = range(2000, 2200)
"""Years that can be moved by a week and into any time zone; nothing here happened or falls due outside them."""


def is_cursor(text: str) -> bool:
    """Whether it is a moment with its zone and an id, as `kernel.worklist` and the lists write them."""
    stamp, _mark, row_id = text.partition("~")
    try:
        at = datetime.fromisoformat(stamp)
        UUID(row_id)
    except ValueError:
        return False
    return at.tzinfo is not None and at.year in YEARS
