"""Fixtures of the test county: `county` (handled on the spot), `care_county` (dispatched first), `two_counties`."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.test import override_settings

from gongyou.offices.queries import forget_keys
from gongyou.packkit import texts
from tests.yunshan.county import (
    TRIAGE,
    County,
    build_jinxiang,
    build_yunshan,
    install_repository_packs,
)

# Real passwords, a cheap hash: scrypt takes long on purpose, and no test of the county is about it.
FAST = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def installed_packs(db: None) -> Iterator[None]:
    """The repository's packs and calendars are published."""
    forget_keys()
    texts.forget()
    with override_settings(PASSWORD_HASHERS=FAST):
        install_repository_packs()
        yield


@pytest.fixture
def county(installed_packs: None) -> County:
    """云山县 running the programme whose matters are handled where they were said."""
    return build_yunshan()


@pytest.fixture
def care_county(installed_packs: None) -> County:
    """云山县 running the programme whose matters a dispatcher sends on."""
    return build_yunshan(TRIAGE)


@pytest.fixture
def two_counties(installed_packs: None) -> tuple[County, County]:
    """云山县 and a county under a real code, in one database."""
    return build_yunshan(), build_jinxiang()
