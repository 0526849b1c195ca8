"""The desk's page of certificates: masked, within reach, a review recorded; what can't be is said on the form."""

from __future__ import annotations

from uuid import UUID

import pytest
from django.urls import reverse

from gongyou.engines.casework.tests.stories import at
from gongyou.kernel.access import system_actor
from gongyou.registry.models import HeldCredential
from gongyou.registry.tests.conftest import note
from gongyou.registry.tests.test_credential_endings import ISSUED, hold
from gongyou.registry.tests.test_credentials import publish_recognition
from tests.journeys.faces import client_of
from tests.journeys.outsiders import appoint
from tests.yunshan.county import County

PAGE = "/desk/credentials/"


@pytest.fixture
def held(county: County) -> UUID:
    publish_recognition(system_actor())
    with at("2026-09-01 09:00"):
        return hold(county, note(), ISSUED, number="T110105199001010011")


def test_who_holds_what_until_when_and_a_review_is_recorded(county: County, held: UUID) -> None:
    with at("2026-11-24 09:00"):
        officer = client_of(appoint("ys.cards", "policy_officer", county.root.id, county.root.path))
        seen = officer.get(PAGE, {"one": str(held)}).content.decode()
        assert "低压电工" in seen
        assert "2027-01-09" in seen
        assert "王建国" not in seen
        assert "T1101051990" not in seen
        step = reverse("desk:credential_step", args=[held, "held"])
        wrong = officer.post(step, {"version": "1", "reviewed_on": "2023-01-01"})
        assert wrong.status_code == 422
        assert "复审日期" in wrong.content.decode()
        assert officer.post(step, {"version": "1", "reviewed_on": "2026-11-20"}).status_code == 302
        assert officer.post(step, {"version": "1", "reviewed_on": "2026-11-21"}).status_code == 409
        assert "2029-11-19" in officer.get(PAGE).content.decode()


def test_a_leader_reads_what_the_offices_keep_and_records_nothing(county: County, held: UUID) -> None:
    with at("2026-11-24 09:00"):
        leader = client_of(appoint("ys.boss", "leader", county.root.id, county.root.path))
        assert "低压电工" in leader.get(PAGE, {"one": str(held)}).content.decode()
        step = reverse("desk:credential_step", args=[held, "held"])
        assert leader.post(step, {"version": "1", "reviewed_on": "2026-11-20"}).status_code == 403
    assert HeldCredential.objects.get(pk=held).reviewed_on is None


def test_another_office_sees_no_row_and_may_record_nothing(county: County, held: UUID) -> None:
    with at("2026-11-24 09:00"):
        station = county.station
        elsewhere = client_of(appoint("ys.far", "policy_officer", station.id, station.path))
        assert "低压电工" not in elsewhere.get(PAGE, {"one": str(held)}).content.decode()
        step = reverse("desk:credential_step", args=[held, "held"])
        assert elsewhere.post(step, {"version": "1", "reviewed_on": "2026-11-20"}).status_code == 403
    assert HeldCredential.objects.get(pk=held).reviewed_on is None
