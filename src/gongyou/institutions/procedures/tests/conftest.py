"""A county's office where lists are made, reviewed and approved."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import pytest

from gongyou.institutions.procedures.tests.office import Desk, open_desk
from gongyou.kernel import moment
from tests.yunshan.county import County

NOW = datetime(2026, 9, 8, 10, tzinfo=moment.SHANGHAI)  # a Tuesday


@pytest.fixture
def desk(county: County) -> Iterator[Desk]:
    with moment.standing_at(NOW):
        yield open_desk(county)
