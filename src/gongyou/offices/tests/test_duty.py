"""The rota: who answers now, who steps in at a gap, who may write it."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from gongyou.basics.refusal import Refusal
from gongyou.kernel import moment
from gongyou.kernel.errors import DomainError, NotAllowed, NotFound
from gongyou.kernel.ids import new_id
from gongyou.kernel.moment import SHANGHAI
from gongyou.offices import queries, services
from gongyou.offices.models import DutyShift
from gongyou.offices.tests.conftest import AREA, County, staff

pytestmark = pytest.mark.django_db
STATION, TOWNSHIP = "99010101001", "99010101"


def at(day: int, hour: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, tzinfo=SHANGHAI)


def put(
    county: County, code: str, name: str, from_at: datetime, until_at: datetime, **facts: object
) -> queries.ShiftView:
    return services.put_shift(
        county.system,
        office_id=county.ids[code],
        holder_name=name,
        from_at=from_at,
        until_at=until_at,
        **facts,  # type: ignore[arg-type]
    )


def test_who_is_on_duty_and_who_steps_in(county: County) -> None:
    put(county, STATION, "张站长", at(23, 8), at(23, 17), phone="13812345678")
    put(county, TOWNSHIP, "李主席", at(23, 0), at(24, 0))

    now = queries.on_duty(county.ids[STATION], at(23, 8))
    assert now is not None
    assert (now.holder_name, now.phone, now.is_gap) == ("张站长", "13812345678", False)

    evening = queries.on_duty(county.ids[STATION], at(23, 17))  # a shift ends at its last moment
    assert evening is not None
    assert (evening.holder_name, evening.office.code, evening.is_gap) == ("李主席", TOWNSHIP, True)

    assert queries.on_duty(county.ids[STATION], at(24, 0)) is None
    assert queries.on_duty(county.ids["99010102001"], at(23, 9)) is None
    assert queries.on_duty(county.ids[AREA], at(23, 9)) is None
    with pytest.raises(NotFound):
        queries.on_duty(new_id(), at(23))


def test_the_office_answers_where_the_shift_names_no_phone(county: County) -> None:
    put(county, STATION, "张站长", at(23, 8), at(23, 17))
    duty = queries.on_duty(county.ids[STATION], at(23, 9))
    assert duty is not None
    assert duty.phone == "0537-1234567"


def test_gaps_are_what_no_shift_covers(county: County) -> None:
    put(county, STATION, "甲", at(23, 8), at(23, 12))
    put(county, STATION, "乙", at(23, 11), at(23, 15))
    put(county, STATION, "丙", at(23, 17), at(23, 20))
    actor = staff("desk", county.path(STATION))
    gaps = queries.gaps(actor, office_id=county.ids[STATION], since=at(23, 6), until=at(23, 18))
    assert gaps == ((at(23, 6), at(23, 8)), (at(23, 15), at(23, 17)))
    shifts = queries.list_shifts(actor, office_id=county.ids[STATION], since=at(23, 11), until=at(23, 17))
    assert [s.holder_name for s in shifts] == ["甲", "乙"]
    with pytest.raises(NotAllowed):
        queries.list_shifts(actor, office_id=county.ids[AREA], since=at(23), until=at(24))


@pytest.mark.parametrize(
    ("from_at", "until_at", "field"),
    [
        (at(23, 8), at(23, 8), "until_at"),
        (at(23, 9), at(23, 8), "until_at"),
        (at(1), at(1) + timedelta(days=32), "until_at"),
        (datetime(2026, 11, 23, 8), at(23, 17), "from_at"),  # noqa: DTZ001
    ],
)
def test_impossible_times_are_refused(
    county: County, from_at: datetime, until_at: datetime, field: str
) -> None:
    with pytest.raises(Refusal) as refused:
        put(county, STATION, "张", from_at, until_at)
    assert refused.value.field == field
    assert not DutyShift.objects.exists()


def test_the_database_refuses_a_shift_that_ends_before_it_begins(county: County) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        DutyShift.objects.create(
            office_id=county.ids[STATION], holder_name="张", from_at=at(23), until_at=at(22)
        )


def test_nobody_stands_in_two_places(county: County) -> None:
    account = new_id()
    put(county, STATION, "张", at(23, 8), at(23, 17), holder_account_id=account)
    with pytest.raises(DomainError) as refused:
        put(county, TOWNSHIP, "张", at(23, 16), at(23, 20), holder_account_id=account)
    assert refused.value.code == "shift_double"
    put(county, TOWNSHIP, "张", at(23, 17), at(23, 20), holder_account_id=account)
    put(county, STATION, "李", at(23, 8), at(23, 17))  # two people may share a time
    with pytest.raises(DomainError):
        put(county, STATION, "李", at(23, 9), at(23, 10))


def test_a_shift_is_changed_in_place_and_only_at_its_office(county: County) -> None:
    shift = put(county, STATION, "张", at(23, 8), at(23, 17))
    changed = put(county, STATION, "王", at(23, 9), at(23, 17), shift_id=shift.id)
    assert (changed.id, changed.holder_name) == (shift.id, "王")
    assert DutyShift.objects.count() == 1
    master = staff("station_master", county.path("99010101002"))
    with pytest.raises(NotFound):
        services.put_shift(
            master,
            office_id=county.ids["99010101002"],
            holder_name="抢班",
            from_at=at(23, 8),
            until_at=at(23, 9),
            shift_id=shift.id,
        )
    with pytest.raises(NotAllowed):
        services.drop_shift(master, shift_id=shift.id)
    with pytest.raises(NotAllowed):
        services.put_shift(
            staff("desk", county.path(STATION)),
            office_id=county.ids[STATION],
            holder_name="张",
            from_at=at(25, 8),
            until_at=at(25, 9),
        )


def test_dropping_keeps_what_was_already_worked(county: County) -> None:
    shift = put(county, STATION, "张", at(23, 8), at(23, 17))
    with moment.standing_at(at(23, 18)), pytest.raises(DomainError) as refused:
        services.drop_shift(county.system, shift_id=shift.id)
    assert refused.value.code == "shift_over"
    with moment.standing_at(at(23, 10)):
        services.drop_shift(county.system, shift_id=shift.id)
    assert DutyShift.objects.get(pk=shift.id).until_at == at(23, 10)
    later = put(county, STATION, "李", at(24, 8), at(24, 17))
    with moment.standing_at(at(23, 20)):
        services.drop_shift(county.system, shift_id=later.id)
    assert not DutyShift.objects.filter(pk=later.id).exists()


def test_closing_an_office_ends_its_rota(county: County) -> None:
    put(county, STATION, "张", at(23, 8), at(23, 17))
    put(county, STATION, "李", at(24, 8), at(24, 17))
    with moment.standing_at(at(23, 12)):
        services.close_office(county.system, office_id=county.ids[STATION], version=1)
    assert [s.until_at for s in DutyShift.objects.all()] == [at(23, 12)]


def test_a_post_has_one_holder_at_a_time(county: County) -> None:
    facts = {"office_id": county.ids[STATION], "kind": "master", "title": "驻点站长"}
    first = services.name_post_holder(county.system, holder_name="张三", holder_account_id=new_id(), **facts)
    vacant = services.name_post_holder(county.system, holder_name="", holder_account_id=new_id(), **facts)
    assert (vacant.id, vacant.holder_name, vacant.holder_account_id) == (first.id, "", None)
    actor = staff("desk", county.path(STATION))
    posts = queries.posts_of(actor, frozenset({county.ids[STATION], county.ids["99010102001"]}))
    assert [post.title for post in posts] == ["驻点站长"]
    put(county, STATION, "张三", at(23, 8), at(23, 9), post_id=first.id)
    with pytest.raises(NotFound):
        put(county, TOWNSHIP, "张三", at(23, 10), at(23, 11), post_id=first.id)
    with pytest.raises(Refusal):
        services.name_post_holder(
            county.system, office_id=county.ids[STATION], kind="king", title="王", holder_name="张"
        )
