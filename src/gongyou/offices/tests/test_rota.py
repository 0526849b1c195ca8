"""Rotations on the real calendar: who stands when, what leave and swaps change, and who steps in at a gap."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from itertools import pairwise
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gongyou.basics.refusal import Refusal
from gongyou.kernel import moment
from gongyou.kernel.access import Actor, Holding
from gongyou.kernel.accounts import seed_demo_account
from gongyou.kernel.errors import DomainError, NotAllowed
from gongyou.kernel.ids import new_id
from gongyou.kernel.models.worklist import WorkItem
from gongyou.kernel.moment import SHANGHAI
from gongyou.offices import jobs, queries, services
from gongyou.offices.definitions import StationRules
from gongyou.offices.models import DutyGap, DutyShift, ShiftRecord
from gongyou.offices.services import DayHours, Standby
from gongyou.offices.tests.conftest import AREA, County, staff

pytestmark = pytest.mark.django_db
STATION, OTHER, TOWNSHIP = "99010101001", "99010101002", "99010101"
MONDAY = date(2026, 9, 28)  # the week before the National Day holiday; Saturday 10 October is worked


def at(day: date, hour: int = 10, minute: int = 0) -> datetime:
    return datetime.combine(day, time(hour, minute), SHANGHAI)


@pytest.fixture(autouse=True)
def in_september() -> object:
    with moment.standing_at(at(MONDAY, 7)):
        yield


def people(*names: str) -> tuple[Standby, ...]:
    return tuple(Standby(name, new_id()) for name in names)


def rotate(
    county: County,
    members: tuple[Standby, ...],
    code: str = STATION,
    pattern: str = "daily",
    weekdays: tuple[int, ...] = (),
) -> None:
    services.set_rotation(
        county.system,
        office_id=county.ids[code],
        title="轮值",
        pattern=pattern,
        from_on=MONDAY,
        members=members,
        weekdays=weekdays,
    )


def publish(county: County, until: date, code: str = STATION) -> None:
    services.publish_rota(county.system, office_id=county.ids[code], until_on=until)


def standing(county: County, code: str = STATION) -> dict[date, str]:
    rows = DutyShift.objects.filter(office_id=county.ids[code]).order_by("from_at")
    return {row.from_at.astimezone(SHANGHAI).date(): row.holder_name for row in rows}


def as_holder(county: County, who: Standby, code: str = STATION, role: str = "desk") -> Actor:
    assert who.account_id
    holding = Holding(role, county.ids[code], county.path(code))
    return Actor(id=who.account_id, kind="staff", name=who.name, holdings=(holding,))


def test_the_rota_follows_the_real_calendar(county: County, rules: StationRules) -> None:
    rotate(county, people("甲", "乙", "丙"))
    publish(county, date(2026, 10, 12))
    found = standing(county)
    # 28–30 September worked, 1–7 October off, Saturday 10 October made up.
    assert [d.isoformat() for d in found] == [
        "2026-09-28", "2026-09-29", "2026-09-30", "2026-10-08", "2026-10-09", "2026-10-10", "2026-10-12",
    ]  # fmt: skip
    assert list(found.values()) == ["甲", "乙", "丙", "甲", "乙", "丙", "甲"]
    assert not DutyGap.objects.exists()


def test_weeks_and_months_change_hands(county: County, rules: StationRules) -> None:
    rotate(county, people("甲", "乙"), pattern="weekly")
    rotate(county, people("丙", "丁"), code=OTHER, pattern="monthly")
    publish(county, date(2026, 10, 16))
    publish(county, date(2026, 10, 16), code=OTHER)
    by_week = standing(county)
    assert by_week[date(2026, 9, 30)] == "甲"
    assert by_week[date(2026, 10, 8)] == by_week[date(2026, 10, 10)] == "乙"
    assert by_week[date(2026, 10, 12)] == "甲"
    by_month = standing(county, OTHER)
    assert (by_month[date(2026, 9, 30)], by_month[date(2026, 10, 8)]) == ("丙", "丁")


def test_publishing_again_changes_nothing(county: County, rules: StationRules) -> None:
    rotate(county, people("甲", "乙"))
    publish(county, MONDAY + timedelta(days=4))
    before = list(DutyShift.objects.order_by("pk").values_list("pk", "holder_name"))
    publish(county, MONDAY + timedelta(days=4))
    publish(county, MONDAY)
    assert list(DutyShift.objects.order_by("pk").values_list("pk", "holder_name")) == before
    assert queries.published_until(county.ids[STATION]) == MONDAY + timedelta(days=4)


def test_leave_passes_the_turn_on_and_keeps_everybody_elses(county: County, rules: StationRules) -> None:
    one, two, three = members = people("甲", "乙", "丙")
    rotate(county, members)
    publish(county, date(2026, 9, 30))
    services.record_leave(
        as_holder(county, two), office_id=county.ids[STATION], from_on=date(2026, 9, 29), until_on=date(2026, 9, 29),
        holder_name=two.name, holder_account_id=two.account_id,
    )  # fmt: skip
    assert list(standing(county).values()) == ["甲", "丙", "丙"]
    with pytest.raises(DomainError) as refused:
        services.put_shift(
            county.system, office_id=county.ids[OTHER], holder_name="乙", holder_account_id=two.account_id,
            from_at=at(date(2026, 9, 29), 9), until_at=at(date(2026, 9, 29), 12),
        )  # fmt: skip
    assert refused.value.code == "on_leave"
    assert ShiftRecord.objects.filter(reason="leave", is_dropped=True, holder_name="乙").count() == 1
    with pytest.raises(NotAllowed):
        services.record_leave(
            as_holder(county, one), office_id=county.ids[STATION], from_on=MONDAY, until_on=MONDAY,
            holder_name=three.name, holder_account_id=three.account_id,
        )  # fmt: skip


def test_a_gap_is_recorded_alarmed_above_and_ends_when_somebody_stands(
    county: County, rules: StationRules
) -> None:
    only = people("甲")
    rotate(county, only)
    boss = new_id()
    services.name_post_holder(
        county.system, office_id=county.ids[TOWNSHIP], kind="duty_cadre", title="值班干部", holder_name="镇值班",
        holder_account_id=boss,
    )  # fmt: skip
    publish(county, date(2026, 9, 30))
    services.record_leave(
        county.system, office_id=county.ids[STATION], from_on=date(2026, 9, 29), until_on=date(2026, 9, 29),
        holder_name="甲", holder_account_id=only[0].account_id,
    )  # fmt: skip
    gap = DutyGap.objects.get()
    assert (gap.from_at, gap.until_at) == (at(date(2026, 9, 29), 8, 30), at(date(2026, 9, 29), 17))
    assert (gap.filled_by_office_id, gap.filled_by_account_id) == (county.ids[TOWNSHIP], boss)
    alarm = WorkItem.objects.get(kind="offices.gap")
    assert (alarm.office_id, alarm.holder_id) == (county.ids[TOWNSHIP], boss)
    holder = queries.duty_holder(county.ids[STATION], at(date(2026, 9, 29)))
    assert (holder.holder_name, holder.is_gap, holder.by) == ("镇值班", True, "post")

    services.put_shift(
        county.system,
        office_id=county.ids[STATION],
        holder_name="替班",
        from_at=gap.from_at,
        until_at=gap.until_at,
    )
    gap.refresh_from_db()
    assert gap.closed_at is not None
    assert not WorkItem.objects.filter(kind="offices.gap").exists()
    assert queries.duty_holder(county.ids[STATION], at(date(2026, 9, 29))).holder_name == "替班"


def test_nobody_at_any_level_still_ends_with_somebody(county: County) -> None:
    day = at(MONDAY)
    assert queries.on_duty(county.ids[STATION], day) is None
    last = queries.duty_holder(county.ids[STATION], day)
    assert (last.by, last.office.code, last.holder_name) == ("office", AREA, "云山县总工会")
    seed_demo_account(
        county.system, login="ys.lead", name="陆川", password="Yunshan-2026-Shanlu", role="leader",
        office_id=county.ids[AREA], office_path=county.path(AREA), is_demo=True,
    )  # fmt: skip
    appointed = queries.duty_holder(county.ids[STATION], day)
    assert (appointed.by, appointed.holder_name) == ("staff", "陆川")
    services.name_post_holder(
        county.system, office_id=county.ids[AREA], kind="master", title="主席", holder_name="值班主席"
    )
    with moment.standing_at(at(MONDAY, 12)):
        services.name_post_holder(
            county.system, office_id=county.ids[AREA], kind="master", title="主席", holder_name=""
        )
    assert queries.duty_holder(county.ids[STATION], day).holder_name == "值班主席"  # as it was at ten
    assert queries.duty_holder(county.ids[STATION], at(MONDAY, 13)).by == "staff"
    services.put_shift(
        county.system,
        office_id=county.ids[TOWNSHIP],
        holder_name="镇上",
        from_at=at(MONDAY, 8),
        until_at=at(MONDAY, 18),
    )
    every = queries.duty_holders([*county.ids.values()], day)
    assert set(every) == set(county.ids.values())
    assert {d.holder_name for d in every.values()} == {"镇上", "值班主席"}


HOURS = st.sampled_from([("", ""), ("08:00", "12:00"), ("09:30", "18:00")])


@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    size=st.integers(0, 4),
    pattern=st.sampled_from(["daily", "weekly", "monthly"]),
    saturday=HOURS,
    holiday=HOURS,
    away=st.lists(st.tuples(st.integers(0, 3), st.integers(0, 16), st.integers(0, 5)), max_size=4),
    shared=st.booleans(),
)
def test_every_open_moment_has_one_holder_or_a_gap_filled_above(
    db: None, size: int, pattern: str, saturday: tuple[str, str], holiday: tuple[str, str],
    away: list[tuple[int, int, int]], shared: bool,
) -> None:  # fmt: skip
    """Also: nobody is double-booked across two stations that share a person, and a leave day is never worked."""
    with moment.standing_at(at(MONDAY, 7)), rolled_back():
        world = build_world()
        members = people("甲", "乙", "丙", "丁")[:size]
        last = MONDAY + timedelta(days=17)
        hours = (DayHours(5, *saturday), DayHours(7, *holiday))
        services.set_weekly_hours(world.system, office_id=world.ids[STATION], days=hours)
        for number, first, length in away:
            if number < size:
                services.record_leave(
                    world.system, office_id=world.ids[STATION], holder_name=members[number].name,
                    holder_account_id=members[number].account_id, from_on=MONDAY + timedelta(days=first),
                    until_on=MONDAY + timedelta(days=first + length),
                )  # fmt: skip
        if members:
            rotate(world, members, pattern=pattern)
            if shared:
                rotate(world, members[:1], code=OTHER)
                publish(world, last, code=OTHER)
        publish(world, last)
        check_moments(world, last)
        check_people(members, away)


def check_moments(world: County, last: date) -> None:
    _key, calendar = queries.calendar_of(AREA)
    opening = queries.opening_of(world.ids[STATION])
    made_up = opening.on(date(2026, 10, 10), calendar)
    assert made_up is not None  # the make-up Saturday is open whatever Saturdays are
    shifts = list(DutyShift.objects.filter(office_id=world.ids[STATION]))
    gaps = list(DutyGap.objects.filter(office_id=world.ids[STATION], closed_at=None))
    assert all(gap.filled_by_office_id != world.ids[STATION] for gap in gaps)
    for number in range((last - MONDAY).days + 1):
        day = MONDAY + timedelta(days=number)
        stretch = opening.on(day, calendar)
        for hour in range(7, 20):
            then = at(day, hour, 30)
            here = [row for row in (*shifts, *gaps) if row.from_at <= then < row.until_at]
            is_open = stretch is not None and stretch[0] <= then < stretch[1]
            assert len(here) == int(is_open), (then, stretch)
    for gap in gaps[:2]:
        assert queries.duty_holder(world.ids[STATION], gap.from_at).is_gap


def check_people(members: tuple[Standby, ...], away: list[tuple[int, int, int]]) -> None:
    for number, member in enumerate(members):
        rows = list(DutyShift.objects.filter(holder_account_id=member.account_id).order_by("from_at"))
        assert all(a.until_at <= b.from_at for a, b in pairwise(rows))
        for who, first, length in away:
            if who == number:
                off = {MONDAY + timedelta(days=first + n) for n in range(length + 1)}
                assert not off & {r.from_at.astimezone(SHANGHAI).date() for r in rows}


class rolled_back:
    """A world of its own for each example."""

    def __enter__(self) -> None:
        from django.db import transaction

        self._atomic = transaction.atomic()
        self._atomic.__enter__()

    def __exit__(self, *error: object) -> None:
        from django.db import transaction

        if error[0] is None:
            transaction.set_rollback(True)
        self._atomic.__exit__(*error)
        queries.forget_keys()


def build_world() -> County:
    from gongyou.offices.tests.conftest import calendar_text

    made = County()
    services.import_calendar(made.system, name="2026.yaml", content=calendar_text("2026.yaml"), source="")
    made.add(AREA, "云山县总工会", "county")
    made.add(TOWNSHIP, "东街道", "township", AREA)
    made.add(STATION, "东街站", "station", TOWNSHIP)
    made.add(OTHER, "东湖站", "station", TOWNSHIP)
    return made


def test_a_swap_needs_the_other_and_happens_once(county: County, rules: StationRules) -> None:
    one, two = members = people("甲", "乙")
    rotate(county, members)
    publish(county, date(2026, 9, 30))
    monday, tuesday, _wednesday = DutyShift.objects.order_by("from_at")
    asker, other = as_holder(county, one), as_holder(county, two)
    with pytest.raises(DomainError):
        services.ask_swap(asker, shift_id=monday.pk, asked_of=one.account_id)
    swap = services.ask_swap(asker, shift_id=monday.pk, other_shift_id=tuesday.pk)
    assert WorkItem.objects.get(kind="offices.swap").holder_id == two.account_id
    with pytest.raises(DomainError):
        services.ask_swap(asker, shift_id=monday.pk, other_shift_id=tuesday.pk)
    with pytest.raises(NotAllowed):
        services.answer_swap(asker, swap_id=swap.id, agrees=True)
    services.answer_swap(other, swap_id=swap.id, agrees=True)
    assert list(standing(county).values())[:2] == ["乙", "甲"]
    assert not WorkItem.objects.filter(kind="offices.swap").exists()
    with pytest.raises(DomainError) as again:
        services.answer_swap(other, swap_id=swap.id, agrees=True)
    assert again.value.code == "swap_not_possible"
    assert list(standing(county).values())[:2] == ["乙", "甲"]


def test_a_swap_of_a_shift_that_changed_meanwhile_is_refused(county: County, rules: StationRules) -> None:
    one, two, three = members = people("甲", "乙", "丙")
    rotate(county, members)
    publish(county, date(2026, 9, 30))
    monday = DutyShift.objects.earliest("from_at")
    swap = services.ask_swap(as_holder(county, one), shift_id=monday.pk, asked_of=two.account_id)
    services.put_shift(
        county.system, office_id=county.ids[STATION], holder_name="丙", holder_account_id=three.account_id,
        from_at=monday.from_at, until_at=monday.until_at, shift_id=monday.pk,
    )  # fmt: skip
    with pytest.raises(DomainError):
        services.answer_swap(as_holder(county, two), swap_id=swap.id, agrees=True)
    assert standing(county)[MONDAY] == "丙"
    services.withdraw_swap(as_holder(county, one), swap_id=swap.id)
    assert not queries.swaps_of(as_holder(county, two))


def test_who_was_on_duty_stays_known_after_corrections(county: County, rules: StationRules) -> None:
    rotate(county, people("甲", "乙"))
    publish(county, MONDAY)
    shift = DutyShift.objects.get()
    with moment.standing_at(at(MONDAY, 20)):
        assert queries.duty_holder(county.ids[STATION], at(MONDAY)).holder_name == "甲"
        services.put_shift(
            county.system, office_id=county.ids[STATION], holder_name="乙", from_at=shift.from_at,
            until_at=shift.until_at, shift_id=shift.pk,
        )  # fmt: skip
    day = {"since": at(MONDAY, 0), "until": at(MONDAY, 23)}
    records = queries.history_of(county.system, county.ids[STATION], **day)
    assert [(r.holder_name, r.reason) for r in records] == [("甲", "rotation"), ("乙", "put")]


def test_hand_over_notes_are_asked_for_written_once_and_read_by_the_next(
    county: County, rules: StationRules
) -> None:
    one, two = members = people("甲", "乙")
    rotate(county, members)
    publish(county, date(2026, 9, 30))
    first, second = DutyShift.objects.order_by("from_at")[:2]
    with moment.standing_at(at(MONDAY, 18)):
        jobs.run_night()
        asked = WorkItem.objects.get(kind="offices.hand_over")
        assert (asked.subject_id, asked.holder_id) == (first.pk, one.account_id)
        with pytest.raises(NotAllowed):
            services.write_hand_over(as_holder(county, two), shift_id=first.pk, text="替他写")
        note = services.write_hand_over(
            as_holder(county, one), shift_id=first.pk, text="充电桩报修了，等人来。"
        )
        with pytest.raises(DomainError):
            services.write_hand_over(as_holder(county, one), shift_id=first.pk, text="再写")
        with pytest.raises(DomainError):
            services.write_hand_over(as_holder(county, two), shift_id=second.pk, text="还没上班")
        with pytest.raises(NotAllowed):
            services.read_hand_over(as_holder(county, one), hand_over_id=note.id)
        assert services.read_hand_over(as_holder(county, two), hand_over_id=note.id).read_at is not None
        jobs.run_night()
        assert not WorkItem.objects.filter(kind="offices.hand_over").exists()
    assert [n.text for n in queries.hand_overs(as_holder(county, two), county.ids[STATION])] == [note.text]
    with pytest.raises(NotAllowed):
        queries.hand_overs(staff("desk", county.path(OTHER)), county.ids[STATION])


def test_whoever_is_out_is_not_on_duty_and_the_other_way_round(county: County, rules: StationRules) -> None:
    one, two = members = people("甲", "乙")
    chair = as_holder(county, one)
    out = {"office_id": county.ids[STATION], "place": "快递分拣中心", "holder_name": "甲"}
    visit = services.plan_visit(
        chair, from_at=at(MONDAY, 14), until_at=at(MONDAY, 16), holder_account_id=one.account_id, **out
    )
    rotate(county, members)
    publish(county, MONDAY)
    assert standing(county)[MONDAY] == "乙"
    with pytest.raises(DomainError):
        services.plan_visit(
            as_holder(county, two), from_at=at(MONDAY, 9), until_at=at(MONDAY, 10),
            **(out | {"holder_name": "乙", "holder_account_id": two.account_id}),
        )  # fmt: skip
    with pytest.raises(DomainError):
        services.record_visit(chair, visit_id=visit.id, heard_count=3, summary="还没去")
    with moment.standing_at(at(MONDAY, 17)):
        made = services.record_visit(chair, visit_id=visit.id, heard_count=12, summary="夜班没有热水。")
        assert (made.state, made.heard_count) == ("made", 12)
        with pytest.raises(DomainError):
            services.cancel_visit(chair, visit_id=visit.id)
    with pytest.raises(NotAllowed):
        services.record_visit(staff("desk", county.path(OTHER)), visit_id=visit.id, heard_count=1, summary="")


def test_the_night_publishes_ahead_and_is_idempotent(county: County, rules: StationRules) -> None:
    rotate(county, people("甲", "乙"))
    assert jobs.run_night()["duty_gaps"] == 0
    assert queries.published_until(county.ids[STATION]) == MONDAY + timedelta(days=rules.publish_days)
    count = DutyShift.objects.count()
    jobs.run_night()
    assert DutyShift.objects.count() == count
    with moment.standing_at(at(MONDAY + timedelta(days=1), 1)):
        jobs.run_night()
    assert DutyShift.objects.count() == count + 1


def test_overload_is_pointed_out(county: County, rules: StationRules) -> None:
    rotate(county, people("甲"))
    publish(county, date(2026, 10, 16))
    week = {"since": at(date(2026, 10, 5), 0), "until": at(date(2026, 10, 17), 0)}
    (load,) = queries.loads(county.system, overload_hours=30, **week)
    assert (load.holder_name, load.shifts, load.fullest_hours, load.is_overloaded) == ("甲", 8, 42, True)
    assert not queries.loads(county.system, overload_hours=44, **week)[0].is_overloaded


def test_a_private_address_shows_its_owners_shifts_until_revoked(county: County, rules: StationRules) -> None:
    members = people("甲", "乙")
    rotate(county, members)
    publish(county, date(2026, 9, 30))
    actor = as_holder(county, members[0])
    token = services.make_feed(actor)
    found = queries.duties_by_token(token)
    assert found is not None
    assert {s.holder_name for s in found.shifts} == {"甲"}
    assert len(found.shifts) == 2
    newer = services.make_feed(actor)
    assert queries.duties_by_token(token) is None
    assert queries.duties_by_token(newer) is not None
    services.revoke_feed(actor)
    assert queries.duties_by_token(newer) is None
    assert queries.duties_by_token("guess") is None


def test_impossible_rotations_are_refused(county: County) -> None:
    same = new_id()
    for members, pattern in (
        ((), "daily"),
        ((Standby("甲", same), Standby("甲", same)), "daily"),
        ((Standby("甲"),), "hourly"),
    ):
        with pytest.raises(Refusal):
            rotate(county, members, pattern=pattern)
    with pytest.raises(Refusal):
        publish(county, MONDAY + timedelta(days=200))
    with pytest.raises(NotAllowed):
        services.set_rotation(
            staff("station_master", county.path(OTHER)), office_id=county.ids[STATION], title="轮值",
            pattern="daily", from_on=MONDAY, members=(Standby("甲"),),
        )  # fmt: skip


def test_closing_an_office_ends_its_rota_and_alarms(county: County, rules: StationRules) -> None:
    rotate(county, people("甲"))
    publish(county, date(2026, 9, 30))
    office: UUID = county.ids[STATION]
    with moment.standing_at(at(MONDAY, 12)):
        services.close_office(county.system, office_id=office, version=1)
    assert [r.until_at for r in DutyShift.objects.all()] == [at(MONDAY, 12)]
    jobs.run_night()
    assert not DutyGap.objects.filter(office_id=office, closed_at=None).exists()
