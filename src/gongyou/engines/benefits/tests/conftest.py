from __future__ import annotations

from collections.abc import Iterator

import pytest

from gongyou.engines.benefits.tests.office import NOW, Office, open_office
from gongyou.kernel import moment
from tests.yunshan.county import County


@pytest.fixture
def office(county: County) -> Iterator[Office]:
    """A benefits office, standing at a working morning."""
    with moment.standing_at(NOW):
        yield open_office(county)
