from __future__ import annotations

from collections.abc import Iterator

import pytest

from gongyou.engines.employment.tests.bed import NOW, Bed, open_bed
from gongyou.kernel import moment
from tests.yunshan.county import County, build_jinxiang
from tests.yunshan.remembered import remembered


def _both() -> Bed:
    return open_bed(build_jinxiang())


@pytest.fixture
def at_ten() -> Iterator[None]:
    with moment.standing_at(NOW):
        yield


@pytest.fixture
def bed(at_ten: None, installed_packs: None) -> Bed:
    """A county's employment office with an employer."""
    return remembered("employment bed", _both)


@pytest.fixture
def other(bed: Bed, county: County) -> County:
    """Another county in the same database."""
    return county
