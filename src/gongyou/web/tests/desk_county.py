"""Staff of the test county signed in, and a matter brought to any step of the loop through the services."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

import pytest
from django.test import Client

from gongyou.engines.casework.models import Case
from gongyou.engines.casework.services import answering, calling, handling
from gongyou.kernel import moment
from gongyou.kernel.access import system_actor
from gongyou.kernel.accounts import digest_of_key, start_session
from tests.yunshan.county import County, build_yunshan

MONDAY = datetime(2026, 9, 28, 9, 30, tzinfo=moment.SHANGHAI)
"""Three days before the National Day holiday of 2026."""

FOUNDED = datetime(2026, 1, 5, 9, tzinfo=moment.SHANGHAI)

SignIn = Callable[[str], Client]


@pytest.fixture
def county(installed_packs: None) -> County:
    """云山县 as it stands since the beginning of the year: its staff hold their roles on every day of these tests."""
    with moment.standing_at(FOUNDED):
        return build_yunshan()


@pytest.fixture
def sign_in(county: County) -> SignIn:
    """A browser in which the named member of staff is signed in (desk, master, caller, leader, …)."""

    def open_browser(who: str) -> Client:
        client = Client()
        session = client.session
        session.save()
        client.cookies["sessionid"] = session.session_key
        start_session(
            system_actor(),
            account_id=county.staff[who].id,
            key_digest=digest_of_key(session.session_key),
            source="10.0.0.7",
        )
        return client

    return open_browser


def version(case_id: UUID) -> int:
    return Case.objects.get(pk=case_id).version


def accepted(county: County, **filing: object) -> UUID:
    """A matter the desk holds."""
    case_id = county.file(**filing).case_id
    handling.accept_case(county.staff["desk"], case_id=case_id, version=version(case_id))
    return case_id


def settled(county: County, **filing: object) -> UUID:
    """A matter that was answered and waits for its call-back."""
    case_id = accepted(county, **filing)
    answering.draft_answer(
        county.staff["desk"],
        case_id=case_id,
        version=version(case_id),
        result="solved",
        text="水管已经修好，今天上午恢复供水。",
    )
    if Case.objects.get(pk=case_id).state == "drafted":
        answering.approve_answer(county.staff["master"], case_id=case_id, version=version(case_id))
    return case_id


def called(county: County, *, is_satisfied: bool, **filing: object) -> UUID:
    """A matter whose person answered the call-back."""
    case_id = settled(county, **filing)
    calling.record_call(
        county.staff["caller"],
        case_id=case_id,
        version=version(case_id),
        call=calling.Call("answered", is_solved=is_satisfied, is_satisfied=is_satisfied),
    )
    return case_id
