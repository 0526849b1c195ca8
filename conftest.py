"""What every test of the tree shares. Fixtures of a kind stand in files of their own under tests/."""

from __future__ import annotations

import os

import pytest
from django.db import connection

from gongyou.kernel import audit
from tests.chromium import chromium

pytest_plugins = ("tests.browser", "tests.seconds", "tests.yunshan.fixtures")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Skip, and say why, what this machine has nothing to run on; leave long runs to who asks for them."""
    missing = {}
    if chromium() is None:
        missing["browser"] = "no Chromium on this machine"
    # They stand on no database of this run. Where two runs go side by side, the one without browsers has time for them.
    is_for_postgres = "GONGYOU_TEST_SIDE_BY_SIDE" in os.environ
    if (connection.vendor == "postgresql") != is_for_postgres:
        missing["sqlite"] = "the run on the other database has it"
    if connection.vendor == "postgresql":
        missing["beside_sqlite"] = "the run on the other database has it"
    else:
        missing["postgres"] = "needs PostgreSQL"
    if "long" not in config.getoption("markexpr"):
        missing["long"] = "a long run: ask for it with -m long"
    for item in items:
        for mark, reason in missing.items():
            if mark in item.keywords and not (mark == "sqlite" and "beside_sqlite" in item.keywords):
                item.add_marker(pytest.mark.skip(reason=reason))


@pytest.fixture(autouse=True)
def _lanes_made_anew() -> None:
    """The tables were emptied by the test before."""
    audit.forget_lanes()
