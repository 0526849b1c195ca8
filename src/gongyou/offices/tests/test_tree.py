"""The tree of responsibility: codes and paths, scopes, who calls back, printed points, import."""

from __future__ import annotations

from datetime import time

import pytest
from django.db import IntegrityError, transaction

from gongyou.basics.refusal import Refusal
from gongyou.kernel import moment
from gongyou.kernel.access import visitor_actor
from gongyou.kernel.errors import DomainError, NotAllowed, NotFound, Stale
from gongyou.kernel.models import Event
from gongyou.offices import queries, services
from gongyou.offices.models import IntakePoint, Office
from gongyou.offices.services.points import LETTERS
from gongyou.offices.tests.conftest import AREA, County, staff

pytestmark = pytest.mark.django_db


def codes(views: tuple[queries.OfficeView, ...]) -> list[str]:
    return [view.code for view in views]


def test_a_path_is_made_of_what_each_code_adds(county: County) -> None:
    assert county.path(AREA) == "990101/"
    assert county.path("99010101") == "990101/01/"
    assert county.path("99010101001") == "990101/01/001/"
    assert county.path("990101HF") == "990101/HF/"
    county.add("LEGALAID", "法援部", "department", AREA)
    assert county.path("LEGALAID") == "990101/LEGALAID/"


def test_the_tree_lists_parents_before_children(county: County) -> None:
    found = queries.tree(AREA)
    assert codes(found) == [
        AREA,
        "99010101",
        "99010101001",
        "99010101002",
        "99010102",
        "99010102001",
        "990101HF",
    ]
    assert [view.depth for view in found] == [0, 1, 2, 2, 1, 2, 1]
    assert queries.root_of(AREA).id == county.ids[AREA]
    assert queries.areas() == (AREA,)
    with pytest.raises(NotFound):
        queries.root_of("990202")


def test_offices_are_found_by_id_and_code(county: County) -> None:
    station = queries.office_by_code(" 99010101001 ")
    assert (station.name, station.phone, station.opens) == ("东街站", "0537-1234567", time(8, 30))
    assert queries.offices(county.ids.values()).keys() == set(county.ids.values())
    upper = queries.upper_of(station.id)
    assert upper is not None
    assert upper.code == "99010101"
    assert queries.upper_of(county.ids[AREA]) is None
    for unknown in ("9", "none"):
        with pytest.raises(NotFound) as refused:
            queries.office_by_code(unknown)
        assert unknown in refused.value.sentence()


@pytest.mark.parametrize(
    ("role", "code", "right", "expected"),
    [
        ("dispatcher", "99010101", "casework.dispatch", ["99010101", "99010101001", "99010101002"]),
        ("desk", "99010101001", "casework.read", ["99010101001"]),
        ("desk", "99010101", "casework.read", ["99010101"]),
        ("desk", "99010101", "offices.write", []),
    ],
)
def test_a_right_reaches_its_offices(
    county: County, role: str, code: str, right: str, expected: list[str]
) -> None:
    assert codes(queries.offices_under(staff(role, county.path(code)), right)) == expected


def test_a_path_prefix_is_no_parent(county: County) -> None:
    county.add("990101011", "东街道分会", "department", AREA)  # path 990101/011/, beside 990101/01/
    actor = staff("dispatcher", county.path("99010101"))
    assert "990101011" not in codes(queries.offices_under(actor, "casework.read"))


@pytest.mark.parametrize(
    ("code", "expected"),
    [("99010101001", "990101HF"), (AREA, "990101HF"), ("990101HF", AREA)],
)
def test_an_office_never_calls_back_for_itself(county: County, code: str, expected: str) -> None:
    assert queries.call_back_office(county.ids[code]).code == expected


def test_without_a_call_back_desk_the_office_above_calls(county: County) -> None:
    services.close_office(county.system, office_id=county.ids["990101HF"], version=1)
    assert queries.call_back_office(county.ids["99010101001"]).code == "99010101"
    assert queries.call_back_office(county.ids[AREA]).code == "99010101"


def test_an_area_of_one_office_cannot_call_back() -> None:
    lone = County()
    lone.add("990202", "河东县总工会", "county")
    with pytest.raises(DomainError) as refused:
        queries.call_back_office(lone.ids["990202"])
    assert refused.value.code == "nobody_to_call_back"


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"code": "99010101001"}, "code"),
        ({"code": "9901-01"}, "code"),
        ({"code": "9901010100000001"}, "code"),
        ({"kind": "castle"}, "kind"),
        ({"name": ""}, "name"),
        ({"opens": "25:00"}, "opens"),
        ({"opens": "18:00"}, "closes"),
        ({"phone": "12"}, "phone"),
        ({"lon": "116"}, "lat"),
        ({"parent_id": None, "area": "990101"}, "code"),
        ({"parent_id": None, "area": "99"}, "area"),
    ],
)
def test_wrong_offices_are_refused_at_their_field(
    county: County, facts: dict[str, object], field: str
) -> None:
    given = {
        "code": "99010101009",
        "name": "新站",
        "kind": "station",
        "parent_id": county.ids["99010101"],
        **facts,
    }
    before = Office.objects.count()
    with pytest.raises(Refusal) as refused:
        services.add_office(county.system, **given)
    assert refused.value.field == field
    assert Office.objects.count() == before


def test_a_second_root_of_an_area_is_refused_by_the_database(county: County) -> None:
    root = Office.objects.get(code=AREA)
    root.pk, root.code, root.path = None, "X", "X/"
    with pytest.raises(IntegrityError), transaction.atomic():
        Office.objects.create(
            code="X", path="X/", area=AREA, opens=root.opens, closes=root.closes, opened_on=root.opened_on
        )


def test_rights_end_where_the_tree_ends(county: County) -> None:
    admin = staff("system_admin", county.path("99010101"))
    services.add_office(
        admin, code="99010101003", name="东山站", kind="station", parent_id=county.ids["99010101"]
    )
    for parent in ("99010102", AREA):
        with pytest.raises(NotAllowed):
            services.add_office(
                admin, code="990101X", name="越界", kind="station", parent_id=county.ids[parent]
            )
    with pytest.raises(NotAllowed):
        services.change_office(admin, office_id=county.ids["99010102001"], version=1, name="越界")
    with pytest.raises(NotAllowed):
        services.add_office(
            staff("desk", "990101/"), code="990101X", name="越权", kind="station", area="990101"
        )
    with pytest.raises(NotAllowed):
        services.close_office(visitor_actor(), office_id=county.ids["99010102001"], version=1)


def test_a_change_counts_and_a_stale_one_is_refused(county: County) -> None:
    office_id = county.ids["99010101001"]
    saved = services.change_office(
        county.system, office_id=office_id, version=1, name="东街工友站", closes="21:00", phone="12351"
    )
    assert saved.version == 2
    with pytest.raises(Stale):
        services.change_office(county.system, office_id=office_id, version=1, name="旧页面")
    view = queries.office(office_id)
    assert (view.name, view.opens, view.closes, view.phone) == ("东街工友站", time(8, 30), time(21), "12351")


def test_closing_waits_for_the_offices_below_and_ends_posters(county: County) -> None:
    with pytest.raises(DomainError) as refused:
        services.close_office(county.system, office_id=county.ids["99010102"], version=1)
    assert refused.value.code == "offices_below"
    point = services.add_point(county.system, office_id=county.ids["99010102001"], place="西乡集市")

    services.close_office(county.system, office_id=county.ids["99010102001"], version=1)
    services.close_office(county.system, office_id=county.ids["99010102"], version=1)

    assert "99010102" not in codes(queries.tree(AREA))
    assert "99010102" in codes(queries.tree(AREA, with_closed=True))
    found = queries.point(point.code)
    assert found is not None
    assert not found.is_active
    assert Event.objects.filter(name="offices.office_closed").count() == 2
    with pytest.raises(DomainError) as closed:
        services.add_point(county.system, office_id=county.ids["99010102"], place="门口")
    assert closed.value.code == "office_closed"
    with pytest.raises(DomainError) as known:
        county.add("99010102", "西乡", "township", AREA)
    assert known.value.code == "office_known"


def test_points_have_readable_codes_that_are_never_given_twice(county: County) -> None:
    station = county.ids["99010101001"]
    points = [services.add_point(county.system, office_id=station, place=f"{n}号门") for n in range(20)]
    assert len({point.code for point in points}) == 20
    assert all(len(p.code) == 6 and set(p.code) <= set(LETTERS) for p in points)
    assert not set("B8O0I1Z2S5") & set(LETTERS)
    found = queries.point(f" {points[0].code.lower()} ")
    assert found == points[0]
    assert queries.point("AAAAAA!") is None

    retired = services.retire_point(county.system, point_id=points[0].id)

    assert not retired.is_active
    assert queries.point(points[0].code) == retired
    assert len(queries.points_of([station])) == 20
    with pytest.raises(NotAllowed):
        services.retire_point(staff("system_admin", county.path("99010102")), point_id=points[1].id)
    with pytest.raises(Refusal):
        services.add_point(county.system, office_id=station, place=" ")
    assert IntakePoint.objects.count() == 20


def test_opened_on_is_the_day_in_shanghai(county: County) -> None:
    assert queries.office(county.ids[AREA]).opened_on == moment.today()
