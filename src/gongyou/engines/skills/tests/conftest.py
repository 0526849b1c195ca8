from __future__ import annotations

from collections.abc import Iterator

import pytest

from gongyou.engines.skills.tests.school import NOW, School, open_school
from gongyou.kernel import moment
from tests.yunshan.county import County


@pytest.fixture
def school(county: County) -> Iterator[School]:
    """A school with an open class, on the morning it opened."""
    with moment.standing_at(NOW):
        yield open_school(county)
