"""Partners: three ways in, a second person, vetting before children, units never given twice."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from gongyou.basics.refusal import Refusal
from gongyou.engines.casework.tests.stories import at
from gongyou.engines.casework.tests.wish_county import active_partner, known, resource, vetted, volunteer
from gongyou.kernel.actions import Act, action
from gongyou.kernel.errors import NotAllowed, Stale
from gongyou.registry import partner_steps
from gongyou.registry.models import Partner, PartnerResource, Person
from gongyou.registry.queries.partners import (
    available_resources,
    directory_counts,
    list_partners,
    open_contact,
    own_partner,
    partner_view,
)
from gongyou.registry.services import partners, resources
from tests.yunshan.county import County

MORNING = "2026-11-02 10:00"


@action("tests.reserve", right=None)
def reserve(act: Act, *, resource_id: object, quantity: int) -> None:
    partner_steps.reserve_units(act, resource_id=resource_id, quantity=quantity)  # type: ignore[arg-type]


def refused(code: str, call: object) -> None:
    with pytest.raises(Refusal) as found:
        call()  # type: ignore[operator]
    assert found.value.code == code, found.value.sentence()


def online(county: County, **given: str) -> partners.SignUp:
    facts = {"kind": "resident", "contact": "孙热心", "offers": "每周两晚辅导作业"} | given
    return partners.SignUp(area=county.area, office_path=county.root.path, **facts)


def test_online_with_a_proven_number(county: County) -> None:
    with at(MORNING):
        helper = volunteer("13911112222")
        done = partners.join_as_partner(helper, sign_up=online(county))
        row = Partner.objects.get(pk=done.partner_id)
        assert (row.state, row.name, row.way) == ("applied", "孙**", "online")
        assert "孙热心" not in str(list_partners(county.staff["leader"]))
        view = partner_view(county.staff["leader"], done.partner_id)
        assert view.contact is not None and view.contact.phone_masked == "139****2222"
        opened = open_contact(county.staff["leader"], done.partner_id, "联系合伙人")
        assert opened is not None and (opened.name, opened.phone) == ("孙热心", "13911112222")
        again = known(helper)
        assert Person.objects.get(pk=again.person_id).controller == f"union:{county.area}"
        refused("partner_known", lambda: partners.join_as_partner(again, sign_up=online(county)))
        mine = own_partner(again)
        assert mine is not None and mine.state == "applied"
        with pytest.raises(NotAllowed):
            partners.join_as_partner(county.visitor, sign_up=online(county))


def test_a_second_person_checks(county: County) -> None:
    with at(MORNING):
        dispatcher, leader = county.staff["dispatcher"], county.staff["leader"]
        done = partners.register_partner(
            dispatcher,
            sign_up=online(county, kind="enterprise", organisation="云山果业", phone="13700000009"),
            way="signing",
            agreed_from=date(2026, 11, 1),
            agreed_until=date(2027, 10, 31),
        )
        given = {"partner_id": done.partner_id, "is_accepted": True}
        refused("own_check", lambda: partners.check_partner(dispatcher, version=done.version, **given))
        with pytest.raises(NotAllowed):
            partners.check_partner(county.staff["desk"], version=done.version, **given)
        with pytest.raises(Stale):
            partners.check_partner(leader, version=9, **given)
        with pytest.raises(IntegrityError), transaction.atomic():
            Partner.objects.filter(pk=done.partner_id).update(state="active")
        partners.check_partner(leader, version=done.version, **given)
        refused("not_now", lambda: partners.check_partner(leader, version=2, **given))
    with at("2027-11-01 10:00"):  # the agreement ran out
        offer = resources.Offer(kind="books", title="书", quantity=1, from_on=date(2026, 1, 1))
        refused(
            "partner_not_active",
            lambda: resources.add_resource(dispatcher, partner_id=done.partner_id, offer=offer),
        )


def test_a_signing_names_its_dates_and_a_refusal_its_reason(county: County) -> None:
    with at(MORNING):
        dispatcher = county.staff["dispatcher"]
        shop = online(county, kind="shop", organisation="松溪书店", phone="13700000009")
        refused("agreed_from", lambda: partners.register_partner(dispatcher, sign_up=shop, way="signing"))
        done = partners.register_partner(dispatcher, sign_up=shop, way="roadshow")
        given = {"partner_id": done.partner_id, "version": done.version, "is_accepted": False}
        leader = county.staff["leader"]
        refused("empty", lambda: partners.check_partner(leader, reason=" ", **given))
        assert partners.check_partner(leader, reason="重复登记", **given).state == "refused"


def test_children_facing_resources_only_after_vetting(county: County) -> None:
    with at(MORNING):
        partner = active_partner(county, "松溪中学", "school")
        refused("not_vetted", lambda: resource(county, partner, kind="tutoring"))
        refused("own_check", lambda: partners.vet_partner(
            county.staff["dispatcher"], partner_id=own_made(county), seen="证件", valid_until=date(2027, 1, 1)
        ))  # fmt: skip
        refused("valid_until", lambda: vetted(county, partner, date(2026, 11, 2)))
        vetted(county, partner, date(2026, 12, 31))
        resource(county, partner, kind="tutoring", title="作业辅导")
    with at("2027-01-04 10:00"):
        refused("not_vetted", lambda: resource(county, partner, kind="child_care"))


def own_made(county: County) -> object:
    done = partners.register_partner(
        county.staff["dispatcher"],
        sign_up=online(county, kind="shop", organisation="甲店", phone="13700000008"),
        way="roadshow",
    )
    partners.check_partner(
        county.staff["leader"], partner_id=done.partner_id, version=done.version, is_accepted=True
    )
    return done.partner_id


def test_units_are_never_given_twice(county: County) -> None:
    with at(MORNING):
        partner = active_partner(county)
        some = resource(county, partner, quantity=3)
        reserve(county.staff["desk"], resource_id=some, quantity=2)
        refused("resource_short", lambda: reserve(county.staff["desk"], resource_id=some, quantity=2))
        reserve(county.staff["desk"], resource_id=some, quantity=1)
        assert available_resources(county.area, date(2026, 11, 2)) == ()
        with pytest.raises(IntegrityError), transaction.atomic():
            PartnerResource.objects.filter(pk=some).update(used=1)


def test_the_end_of_a_partnership_ends_what_is_offered(county: County) -> None:
    with at(MORNING):
        partner = vetted(county, active_partner(county))
        resource(county, partner)
        assert directory_counts(county.area)[0] == {"shop": 1}
        version = Partner.objects.get(pk=partner).version
        partners.end_partner(county.staff["leader"], partner_id=partner, version=version, reason="迁走")
        assert directory_counts(county.area) == ({}, ())
        assert not partner_view(county.staff["leader"], partner).line.is_vetted


def test_another_county_sees_none_of_it(two_counties: tuple[County, County]) -> None:
    ours, other = two_counties
    partner = active_partner(ours)
    assert list_partners(other.staff["leader"]) == ()
    with pytest.raises(NotAllowed):
        partner_view(other.staff["leader"], partner)
