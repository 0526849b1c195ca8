"""Warnings 90 days before, to the holder and to the office, once each; a review or a renewal ends them."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

import pytest

from gongyou.engines.casework.tests.stories import at
from gongyou.flows.credential_endings import warn_of_endings
from gongyou.kernel.access import system_actor
from gongyou.kernel.actions import Act, action
from gongyou.kernel.models.messages import Message
from gongyou.kernel.models.worklist import WorkItem
from gongyou.registry.credential_steps import Certificate, hold_credential
from gongyou.registry.models import HeldCredential
from gongyou.registry.services.credentials import record_credential_review
from gongyou.registry.tests.conftest import note, staff
from gongyou.registry.tests.test_credentials import publish_recognition
from tests.yunshan.county import County

ISSUED = date(2024, 1, 10)
REVIEW = date(2027, 1, 9)  # the last day of three years


@action("tests.hold_at", right=None)
def _hold(act: Act, *, person_id: UUID, path: str, certificate: Certificate) -> UUID:
    return hold_credential(
        act, person_id=person_id, office_path=path, certificate=certificate, purpose="certificates"
    )


def hold(county: County, person_id: UUID, issued_on: date, number: str = "T1") -> UUID:
    certificate = Certificate("low_voltage_permit", number=number, issued_on=issued_on)
    return _hold(system_actor(), person_id=person_id, path=county.root.path, certificate=certificate)


def told(on: date) -> int:
    with at(f"{on} 01:00"):
        return warn_of_endings(on)


@pytest.fixture
def person(county: County) -> UUID:
    publish_recognition(system_actor())
    with at("2026-09-01 09:00"):
        return note()


def test_warnings_90_days_before_once_each_and_a_renewal_closes_them(county: County, person: UUID) -> None:
    with at("2026-09-01 09:00"):
        pk = hold(county, person, ISSUED)
    assert told(REVIEW - timedelta(days=91)) == 0
    assert told(REVIEW - timedelta(days=90)) == 1
    assert told(REVIEW - timedelta(days=90)) == told(REVIEW - timedelta(days=89)) == 0
    message = Message.objects.get()
    assert (message.template, message.subject) == ("credentials.review", f"credential:{pk}")
    assert WorkItem.objects.get(subject_id=pk).office_id == county.root.id
    with at("2026-12-01 09:00"):
        hold(county, person, date(2026, 11, 30))
    assert not WorkItem.objects.filter(subject_id=pk).exists()
    assert told(date(2026, 12, 2)) == 0


def test_a_missed_night_is_made_up_for_and_a_review_closes_the_warning(county: County, person: UUID) -> None:
    with at("2026-09-01 09:00"):
        pk = hold(county, person, ISSUED)
    assert told(REVIEW) == 1
    with at("2027-01-09 10:00"):
        record_credential_review(
            staff("policy_officer", county.root.path),
            credential_id=pk,
            version=1,
            reviewed_on=date(2027, 1, 8),
        )
    assert not WorkItem.objects.exists()
    assert told(REVIEW + timedelta(days=1)) == 0
    # Reviewed in 2027, it still expires six years after issue: that is another end.
    assert told(date(2029, 11, 1)) == 1
    assert told(date(2029, 11, 2)) == 0


@pytest.mark.parametrize("state", ["revoked", "superseded", "pending"])
def test_nobody_is_warned_of_what_no_longer_holds(county: County, person: UUID, state: str) -> None:
    with at("2026-09-01 09:00"):
        HeldCredential.objects.filter(pk=hold(county, person, ISSUED)).update(state=state)
    assert told(REVIEW) == 0
    assert not Message.objects.exists()


def test_what_ended_already_is_no_warning_any_more(county: County, person: UUID) -> None:
    with at("2026-09-01 09:00"):
        hold(county, person, ISSUED)
    assert told(REVIEW + timedelta(days=1)) == 0
