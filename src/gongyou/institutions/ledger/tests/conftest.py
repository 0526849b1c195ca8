"""A county with a fund's book that has been granted a million yuan."""

from __future__ import annotations

from datetime import datetime

import pytest

from gongyou.institutions.ledger.tests.bookkeeping import Bookkeeping, keep_book
from gongyou.kernel import moment
from tests.yunshan.county import County

NOW = datetime(2026, 9, 10, 10, tzinfo=moment.SHANGHAI)


@pytest.fixture
def books(county: County) -> Bookkeeping:
    with moment.standing_at(NOW):
        return keep_book(county)
