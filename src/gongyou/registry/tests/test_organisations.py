"""Organisations and places: one row each, kept by the offices of their area."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from gongyou.basics.refusal import Refusal
from gongyou.kernel.access import Actor, visitor_actor
from gongyou.kernel.errors import DomainError, NotAllowed, Stale
from gongyou.registry import queries, services
from gongyou.registry.models import Organisation, Place
from gongyou.registry.tests.conftest import AREA, CONTROLLER, STATION, run, staff

pytestmark = pytest.mark.django_db
CODE = "91110000802100433B"
FACTS = {"kind": "enterprise", "division": AREA, "area": AREA}


def test_an_organisation_is_added_once(desk: Actor) -> None:
    saved = services.add_organisation(
        desk, name="云山快递有限公司", credit_code=CODE, phone="0537-1234567", **FACTS
    )
    view = queries.organisations(desk, [saved.id])[saved.id]
    assert (view.credit_code, view.phone, view.controller, view.version) == (
        CODE,
        "0537-1234567",
        CONTROLLER,
        1,
    )
    with pytest.raises(DomainError) as refused:
        services.add_organisation(desk, name="另一家", credit_code=CODE, **FACTS)
    assert (refused.value.code, refused.value.field) == ("credit_code_known", "credit_code")


def test_noting_returns_the_known_row_and_completes_its_code() -> None:
    facts = {"kind": "enterprise", "division": AREA, "controller": CONTROLLER, "source": "import"}
    first = run("note_organisation", name="云山快递", **facts)
    assert run("note_organisation", name="云山快递", **facts) == first
    assert run("note_organisation", name="云山快递", credit_code=CODE, **facts) == first
    assert Organisation.objects.get(pk=first).credit_code == CODE
    assert run("note_organisation", name="改名后的快递", credit_code=CODE, **facts) == first
    other = run("note_organisation", name="云山快递", **{**facts, "controller": "union:990202"})
    assert other != first


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"credit_code": "91110000802100433C"}, "credit_code"),
        ({"kind": "club"}, "kind"),
        ({"division": "12345"}, "division"),
        ({"name": "  "}, "name"),
        ({"phone": "abc"}, "phone"),
    ],
)
def test_wrong_facts_are_refused_at_their_field(desk: Actor, facts: dict[str, str], field: str) -> None:
    with pytest.raises(Refusal) as refused:
        services.add_organisation(desk, **{"name": "云山快递", **FACTS, **facts})
    assert refused.value.field == field


def test_a_stale_change_is_refused_and_a_change_counts(desk: Actor) -> None:
    saved = services.add_organisation(desk, name="云山快递", **FACTS)
    changed = services.change_organisation(desk, organisation_id=saved.id, version=1, address="云山路1号")
    assert changed.version == 2
    with pytest.raises(Stale):
        services.change_organisation(desk, organisation_id=saved.id, version=1, name="旧页面")
    services.change_organisation(desk, organisation_id=saved.id, version=2, credit_code=CODE, is_active=False)
    view = queries.organisations(desk, [saved.id])[saved.id]
    assert (view.name, view.address, view.credit_code, view.is_active) == (
        "云山快递",
        "云山路1号",
        CODE,
        False,
    )


def test_another_area_keeps_its_hands_off(desk: Actor) -> None:
    saved = services.add_organisation(desk, name="云山快递", **FACTS)
    stranger = staff("dispatcher", "990202/")
    with pytest.raises(NotAllowed):
        services.change_organisation(stranger, organisation_id=saved.id, version=1, name="抢注")
    with pytest.raises(NotAllowed):
        services.add_organisation(stranger, name="云山快递", **FACTS)
    with pytest.raises(NotAllowed):
        services.add_place(stranger, name="云山广场", division=AREA, kind="market")
    with pytest.raises(NotAllowed):
        queries.list_organisations(visitor_actor())


def test_pages_follow_each_other_without_gap_or_repeat(desk: Actor) -> None:
    names = [f"云山{word}公司" for word in ("甲", "乙", "丙", "丁", "戊", "己", "庚")]
    for name in [*names, "河东公司"]:
        services.add_organisation(desk, name=name, **FACTS)
    seen: list[str] = []
    cursor = ""
    while True:
        page = queries.list_organisations(desk, name="云山", cursor=cursor, size=3)
        seen += [item.name for item in page.items]
        cursor = page.next
        if not cursor:
            break
    assert seen == sorted(names)
    with pytest.raises(Refusal):
        queries.list_organisations(desk, cursor="nonsense")
    assert queries.list_organisations(desk, division="990202").items == ()


def test_a_place_has_both_coordinates_or_none(desk: Actor) -> None:
    services.add_place(desk, name="云山广场", division=AREA, kind="market", lon="116.31", lat="35.07")
    place = queries.places(desk, division=AREA)[0]
    assert (str(place.lon), str(place.lat)) == ("116.310000", "35.070000")
    for lon, lat in (("116.31", ""), ("", "35"), ("200", "35"), ("116.31", "north"), ("nan", "1")):
        with pytest.raises(Refusal):
            services.add_place(desk, name="别处", division=AREA, kind="market", lon=lon, lat=lat)
    with pytest.raises(DomainError) as refused:
        services.add_place(desk, name="云山广场", division=AREA, kind="market")
    assert refused.value.code == "place_known"
    assert Place.objects.count() == 1


def test_an_answer_is_repeated_for_a_repeated_intent() -> None:
    desk = staff("desk", STATION).intending("form-1")
    first = services.add_organisation(desk, name="云山快递", **FACTS)
    assert services.add_organisation(desk, name="云山快递", **FACTS) == first
    assert Organisation.objects.count() == 1


def test_a_headcount_stands_with_its_day_and_source(desk: Actor) -> None:
    saved = services.add_organisation(desk, name="云山服装厂", **FACTS)
    facts = {"organisation_id": saved.id, "version": saved.version, "source": "社保缴费人数"}
    with pytest.raises(Refusal) as refused:
        services.note_headcount(desk, count=40, counted_on=date(2100, 1, 1), **facts)
    assert refused.value.field == "counted_on"
    with pytest.raises(Refusal) as refused:
        services.note_headcount(desk, count=40, counted_on=date(2026, 6, 30), **(facts | {"source": " "}))
    assert refused.value.field == "source"
    with pytest.raises(Refusal) as refused:
        services.note_headcount(desk, count=0, counted_on=date(2026, 6, 30), **facts)
    assert refused.value.field == "count"
    services.note_headcount(desk, count=40, counted_on=date(2026, 6, 30), **facts)
    view = queries.organisations(desk, [saved.id])[saved.id]
    assert (view.headcount, view.headcount_on, view.headcount_source, view.version) == (
        40,
        date(2026, 6, 30),
        "社保缴费人数",
        2,
    )
    with pytest.raises(Stale):
        services.note_headcount(desk, count=41, counted_on=date(2026, 6, 30), **facts)


def test_the_database_refuses_a_headcount_without_its_source(desk: Actor) -> None:
    saved = services.add_organisation(desk, name="云山服装厂", **FACTS)
    with pytest.raises(IntegrityError), transaction.atomic():
        Organisation.objects.filter(pk=saved.id).update(headcount=40)
