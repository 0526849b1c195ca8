"""Who acts for an organisation: a second person checks, the proven number opens, an end closes at once."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from gongyou.basics.refusal import Refusal
from gongyou.engines.casework.tests.stories import at
from gongyou.engines.casework.tests.wish_county import volunteer
from gongyou.kernel.access import Actor
from gongyou.kernel.errors import NotAllowed
from gongyou.registry.models import Representative
from gongyou.registry.queries.representatives import (
    list_representatives,
    represented_by,
    require_represented,
)
from gongyou.registry.services.representatives import (
    RepresentativeStanding,
    check_representative,
    end_representative,
    name_representative,
)
from gongyou.registry.tests.conftest import staff
from tests.yunshan.county import County

MORNING = "2026-11-02 10:00"
PHONE = "13911112222"
CODE = "91370100MA3C0P3H07"


@pytest.fixture
def officer(county: County) -> Actor:
    return staff("policy_officer", county.root.path)


def named(county: County, officer: Actor, valid_until: date | None = None) -> RepresentativeStanding:
    return name_representative(
        officer,
        credit_code=CODE,
        organisation="云山农机有限公司",
        kind="enterprise",
        office_path=county.root.path,
        name="周会计",
        phone=PHONE,
        evidence="授权书2026-3号",
        valid_until=valid_until,
    )


def test_nobody_acts_before_a_second_person_checked(county: County, officer: Actor) -> None:
    with at(MORNING):
        clerk = volunteer(PHONE)
        standing = named(county, officer)
        assert represented_by(clerk) == ()
        checked = check_representative(
            county.staff["leader"],
            representative_id=standing.representative_id,
            version=standing.version,
            is_accepted=True,
        )
        assert [r.name for r in represented_by(clerk)] == ["云山农机有限公司"]
        assert represented_by(volunteer("13911113333")) == ()
        firm = represented_by(clerk)[0].organisation_id
        with pytest.raises(NotAllowed):
            require_represented(volunteer("13911114444"), firm)
        end_representative(
            county.staff["leader"],
            representative_id=standing.representative_id,
            version=checked.version,
            reason="已离职",
        )
        assert represented_by(clerk) == ()


def test_an_authority_ends_on_its_day(county: County, officer: Actor) -> None:
    with at(MORNING):
        clerk = volunteer(PHONE)
        standing = named(county, officer, date(2026, 11, 5))
        check_representative(
            county.staff["leader"],
            representative_id=standing.representative_id,
            version=standing.version,
            is_accepted=True,
        )
        assert len(represented_by(clerk)) == 1
    with at("2026-11-06 00:01"):
        assert represented_by(clerk) == ()


def test_sql_cannot_let_the_maker_check(county: County, officer: Actor) -> None:
    with at(MORNING):
        standing = named(county, officer)
        rows = Representative.objects.filter(pk=standing.representative_id)
        with pytest.raises(IntegrityError), transaction.atomic():
            rows.update(state="active")
        with pytest.raises(IntegrityError), transaction.atomic():
            rows.update(state="active", checked_by=officer.id)


def test_lists_are_masked_and_scoped(county: County, officer: Actor) -> None:
    with at(MORNING):
        named(county, officer)
        line = list_representatives(officer)[0]
        assert line.person is not None
        assert (line.person.name_masked, line.person.phone_masked) == ("周**", "139****2222")
        assert list_representatives(staff("policy_officer", "370000/")) == ()
        with pytest.raises(Refusal) as found:
            named(county, officer)
        assert found.value.code == "representative_known"
        with pytest.raises(NotAllowed):
            named(county, staff("policy_officer", "370000/"))
