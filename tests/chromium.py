"""Where the browser is."""

from __future__ import annotations

import os
import shutil
from functools import cache

NAMES = ("chromium", "chromium-browser", "google-chrome")


@cache
def chromium() -> str | None:
    """The path of a Chromium: GONGYOU_CHROMIUM, or the first of the usual names on PATH."""
    given = os.environ.get("GONGYOU_CHROMIUM")
    if given:
        return given if os.access(given, os.X_OK) else None
    return next((path for path in map(shutil.which, NAMES) if path), None)
