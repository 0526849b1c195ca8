from __future__ import annotations

from pathlib import Path

import pytest

from gongyou.institutions.decisions.definitions import Order
from gongyou.institutions.decisions.queries import RunView
from gongyou.institutions.decisions.tests.office import ON, finished, publish_policy, snapshot, tables
from gongyou.kernel.access import Actor
from tests.journeys.outsiders import appoint
from tests.yunshan.county import County


@pytest.fixture
def officer(county: County) -> Actor:
    """Policy officer of 云山县, where the policy is published."""
    publish_policy(county)
    return appoint("ys.policy", "policy_officer", county.root.id, county.root.path)


@pytest.fixture
def run(officer: Actor, county: County, tmp_path: Path) -> RunView:
    """A finished run over four employers."""
    order = Order(snapshot(officer, county.root.id, tables(tmp_path / "facts")), ON)
    return finished(officer, order)
