"""Two at the same moment: the last unit of a resource, the last part of a wish, the last child-care place."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
from django.db import connection

from gongyou.basics.refusal import Refusal
from gongyou.engines.casework.services import claiming
from gongyou.engines.casework.tests.wish_county import (
    active_partner,
    checked_wish,
    put_up,
    resource,
    vetted,
    volunteer,
    wish_of,
)
from gongyou.kernel import moment
from gongyou.registry.models import CareEnrolment, CareSession, PartnerResource
from gongyou.registry.services import care
from tests.yunshan.county import County

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]

RIVALS = 6


def at_once(*calls: Callable[[], object]) -> list[str]:
    """Every call in a thread and a connection of its own; what each came to."""

    def one(call: Callable[[], object]) -> str:
        try:
            call()
        except Refusal as refusal:
            return refusal.code
        finally:
            connection.close()
        return "done"

    with ThreadPoolExecutor(len(calls)) as pool:
        return sorted(pool.map(one, calls))


def test_the_last_unit_of_a_resource_is_given_once(county: County, emptied: None) -> None:
    partner = active_partner(county)
    some = resource(county, partner, quantity=1)
    wishes = [put_up(county, checked_wish(county)) for _ in range(RIVALS)]

    def claim(case_id: object) -> Callable[[], object]:
        return lambda: claiming.claim_for_partner(
            county.staff["desk"], case_id=case_id, partner_id=partner, resource_id=some, quantity=1
        )

    found = at_once(*(claim(case_id) for case_id in wishes))
    assert found == ["done", *["resource_short"] * (RIVALS - 1)]
    assert PartnerResource.objects.get(pk=some).reserved == 1


def test_the_last_part_of_a_wish_is_claimed_once(county: County, emptied: None) -> None:
    case_id = put_up(county, checked_wish(county))
    helpers = [volunteer(f"1390000000{n}") for n in range(RIVALS)]
    found = at_once(
        *(
            lambda h=h: claiming.claim_wish(h, case_id=case_id, quantity=1, name="热心人")  # type: ignore[misc]
            for h in helpers
        )
    )
    assert found.count("done") == 1 and set(found) <= {"done", "taken", "not_found", "quantity"}
    assert wish_of(case_id).taken == 1


def test_the_last_child_care_place_is_given_once_and_the_rest_stand_in_line(
    county: County, emptied: None
) -> None:
    partner = vetted(
        county, active_partner(county, "松溪书院", "school"), date(moment.today().year + 1, 12, 31)
    )
    some = resource(county, partner, kind="child_care", title="托管", quantity=50)
    session = care.open_session(
        county.staff["master"],
        resource_id=some,
        office_id=county.station.id,
        office_path=county.station.path,
        day=moment.today() + timedelta(days=2),
        slot="afternoon",
        capacity=1,
    ).session_id
    parents = [volunteer(f"1390000000{n}") for n in range(RIVALS)]

    def enrol(n: int) -> Callable[[], object]:
        return lambda: care.enrol_child(
            parents[n], session_id=session, guardian="家长", child=f"孩子{n}", age_band="7-9", consents=True
        )

    assert at_once(*(enrol(n) for n in range(RIVALS))) == ["done"] * RIVALS
    states = list(CareEnrolment.objects.order_by("asked_at", "id").values_list("state", flat=True))
    assert sorted(states) == ["placed", *["waiting"] * (RIVALS - 1)]
    assert CareSession.objects.get(pk=session).taken == 1
