from __future__ import annotations

from pathlib import Path

import pytest

from gongyou.basics.workdays import Calendar, load_editions

CALENDARS = Path(__file__).parents[4] / "packs" / "calendars"


@pytest.fixture(scope="session")
def official() -> Calendar:
    """The published calendar with the usual office hours, 08:30 to 17:00."""
    return Calendar(load_editions(CALENDARS))
