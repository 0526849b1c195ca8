"""Turns of two, and rules for some weekdays only."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

import pytest

from gongyou.basics.refusal import Refusal
from gongyou.kernel.moment import SHANGHAI
from gongyou.offices import queries, services
from gongyou.offices.definitions import StationRules
from gongyou.offices.models import DutyGap, DutyShift
from gongyou.offices.opening import lacking
from gongyou.offices.services import Standby
from gongyou.offices.tests.conftest import County
from gongyou.offices.tests.test_rota import STATION, in_september, people, publish, rotate

__all__ = ["in_september"]

pytestmark = pytest.mark.django_db
SATURDAY = 5


def pairs(*names: str) -> tuple[Standby, ...]:
    """Two by two."""
    return tuple(replace(one, with_previous=place % 2 == 1) for place, one in enumerate(people(*names)))


def crews(county: County) -> dict[date, str]:
    found: dict[date, str] = {}
    rows = DutyShift.objects.filter(office_id=county.ids[STATION]).order_by("from_at", "holder_name")
    for row in rows:
        day = row.from_at.astimezone(SHANGHAI).date()
        found[day] = found.get(day, "") + row.holder_name
    return found


def days(*names: str) -> dict[date, str]:
    """Who stands on the three open days before the holidays."""
    return {date(2026, 9, 28 + n): name for n, name in enumerate(names)}


def test_two_stand_together_and_the_next_ones_fill_an_empty_seat(county: County, rules: StationRules) -> None:
    """Rotation with pairs per turn; whoever is ill is stood in for by one of the next turn, the partner stays."""
    members = pairs("a", "b", "c", "d")
    rotate(county, members)
    publish(county, date(2026, 9, 30))
    assert crews(county) == days("ab", "cd", "ab")
    services.record_leave(
        county.system,
        office_id=county.ids[STATION],
        from_on=date(2026, 9, 30),
        until_on=date(2026, 9, 30),
        holder_name="b",
        holder_account_id=members[1].account_id,
    )
    assert crews(county) == days("ab", "cd", "ac")
    assert not DutyGap.objects.filter(closed_at=None).exists()


def test_a_weekday_has_its_own_rule_and_a_worked_saturday_is_like_any_working_day(
    county: County, rules: StationRules
) -> None:
    """Rules that differ by weekday: Saturday 10 October 2026 is worked (make-up day) and follows the general rule."""
    rotate(county, people("a", "b"))
    rotate(county, people("w"), weekdays=(0, SATURDAY))
    publish(county, date(2026, 10, 12))
    assert crews(county) == {
        date(2026, 9, 28): "w",
        # The general rule counts its own days only: Monday passed nobody over.
        date(2026, 9, 29): "a",
        date(2026, 9, 30): "b",
        date(2026, 10, 8): "a",
        date(2026, 10, 9): "b",
        date(2026, 10, 10): "a",
        date(2026, 10, 12): "w",
    }


def test_days_belong_to_one_rule_and_an_ended_rule_gives_them_back(
    county: County, rules: StationRules
) -> None:
    rotate(county, people("a"))
    rotate(county, people("w"), weekdays=(0, 1))
    with pytest.raises(Refusal) as refused:
        rotate(county, people("x"), weekdays=(1, 2))
    assert (refused.value.code, refused.value.field) == ("rotation_weekday_taken", "weekdays")
    with pytest.raises(Refusal) as refused:
        rotate(county, people("x"), weekdays=(8,))
    assert refused.value.field == "weekdays"
    publish(county, date(2026, 9, 30))
    assert crews(county) == days("w", "w", "a")
    rules_now = queries.rotations_of(county.system, county.ids[STATION])
    assert [rule.weekdays for rule in rules_now] == [(), (0, 1)]
    services.end_rotation(county.system, rotation_id=rules_now[1].id)
    assert crews(county) == days("a", "a", "a")


def test_the_parts_where_a_seat_is_empty() -> None:
    def at(hour: int) -> datetime:
        return datetime(2026, 9, 21, hour, tzinfo=SHANGHAI)

    covered = ((at(8), at(12)), (at(10), at(14)))
    assert lacking(covered, at(9), at(17), 2) == (
        (at(9), at(10), 1),
        (at(12), at(14), 1),
        (at(14), at(17), 2),
    )
    assert lacking((), at(9), at(17), 1) == ((at(9), at(17), 1),)
    assert lacking(((at(9), at(12)), (at(12), at(17))), at(9), at(17), 1) == ()
