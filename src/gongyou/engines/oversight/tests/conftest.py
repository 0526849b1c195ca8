"""The fund's office, two officers, a head, a cashier; a hospital; somebody from elsewhere."""

from __future__ import annotations

import pytest

from gongyou.engines.oversight.tests.office import Guard, build


@pytest.fixture
def guard(installed_packs: None) -> Guard:
    return build()
