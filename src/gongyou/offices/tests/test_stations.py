"""What stands in a station, what is broken, what expires, how it is used; and when it is open."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from uuid import UUID

import pytest
from django.db import IntegrityError, transaction

from gongyou.basics.refusal import Refusal
from gongyou.kernel import moment
from gongyou.kernel.access import Actor, visitor_actor
from gongyou.kernel.errors import DomainError, NotAllowed, NotFound
from gongyou.kernel.models.worklist import WorkItem
from gongyou.kernel.moment import SHANGHAI
from gongyou.offices import jobs, queries, services
from gongyou.offices.definitions import StationRules, Theme
from gongyou.offices.models import FaultTicket, RefillTask, StockLot, StockMove, UseCount
from gongyou.offices.services import CheckAnswer, DayHours
from gongyou.offices.tests.conftest import AREA, County, staff

pytestmark = pytest.mark.django_db
STATION, OTHER = "99010101001", "99010101002"
TODAY = date(2026, 9, 28)


def at(day: date = TODAY, hour: int = 10) -> datetime:
    return datetime.combine(day, time(hour), SHANGHAI)


@pytest.fixture(autouse=True)
def in_september() -> object:
    with moment.standing_at(at()):
        yield


@pytest.fixture
def desk(county: County, rules: StationRules) -> Actor:
    return staff("desk", county.path(STATION))


@pytest.fixture
def kettle(county: County, desk: Actor) -> UUID:
    return services.add_facility(
        county.system, office_id=county.ids[STATION], kind="kettle", since_on=TODAY - timedelta(days=30)
    ).id


def waiting(kind: str) -> list[WorkItem]:
    return list(WorkItem.objects.filter(kind=kind))


def test_anybody_reports_a_fault_and_somebody_else_than_the_repairer_verifies_it(
    county: County, desk: Actor, kettle: UUID
) -> None:
    first = services.report_fault(visitor_actor(), facility_id=kettle, text="不出热水")
    again = services.report_fault(visitor_actor(), facility_id=kettle, text="还是不热", is_down=False)
    assert (again.id, again.reports, again.is_down) == (first.id, 2, True)
    assert first.due_at == at(date(2026, 9, 30), 17)  # two working days
    assert queries.facilities_of([county.ids[STATION]])[county.ids[STATION]][0].is_down
    services.accept_fault(desk, fault_id=first.id)
    services.repair_fault(desk, fault_id=first.id, note="换了加热管")
    assert not waiting("offices.fault")
    with pytest.raises(DomainError) as own:
        services.verify_fault(desk, fault_id=first.id, works=True)
    assert own.value.code == "fault_own_repair"
    master = staff("station_master", county.path(STATION))
    assert services.verify_fault(master, fault_id=first.id, works=False).state == "accepted"
    services.repair_fault(desk, fault_id=first.id, note="再修")
    assert services.verify_fault(master, fault_id=first.id, works=True).state == "verified"
    assert not waiting("offices.verify")
    kinds = [step.kind for step in queries.fault_steps(desk, first.id)]
    assert kinds == ["reported", "reported", "accepted", "repaired", "not_fixed", "repaired", "verified"]
    assert services.report_fault(visitor_actor(), facility_id=kettle, text="又坏了").id != first.id


def test_only_the_station_handles_its_faults(county: County, desk: Actor, kettle: UUID) -> None:
    fault = services.report_fault(visitor_actor(), facility_id=kettle, text="漏水")
    for outsider in (staff("desk", county.path(OTHER)), visitor_actor()):
        for call in (
            lambda a: services.accept_fault(a, fault_id=fault.id),
            lambda a: services.repair_fault(a, fault_id=fault.id, note="x"),
            lambda a: services.dismiss_fault(a, fault_id=fault.id, note="x"),
            lambda a: services.withdraw_facility(a, facility_id=kettle),
        ):
            with pytest.raises(NotAllowed):
                call(outsider)
    with pytest.raises(Refusal):
        services.report_fault(visitor_actor(), facility_id=kettle, text="  ")
    services.withdraw_facility(county.system, facility_id=kettle)
    with pytest.raises(NotFound):
        services.report_fault(visitor_actor(), facility_id=kettle, text="已经撤走")


def test_a_joker_is_bounded(county: County, desk: Actor, kettle: UUID) -> None:
    for _time in range(services.faults.MOST_PER_HOUR):
        services.report_fault(visitor_actor(), facility_id=kettle, text="坏了")
    with pytest.raises(DomainError) as refused:
        services.report_fault(visitor_actor(), facility_id=kettle, text="坏了")
    assert refused.value.status == 429
    services.report_fault(desk, facility_id=kettle, text="确实坏了")


def test_the_database_knows_one_open_ticket_per_facility(county: County, desk: Actor, kettle: UUID) -> None:
    first = FaultTicket.objects.get(pk=services.report_fault(desk, facility_id=kettle, text="坏了").id)
    first.pk, first.id = None, None
    with pytest.raises(IntegrityError), transaction.atomic():
        FaultTicket.objects.create(
            facility_id=kettle, office_id=county.ids[STATION], text="第二张", reported_at=at(), due_at=at()
        )


def test_stock_by_lot_expiry_refill_and_withdrawal(county: County, desk: Actor, rules: StationRules) -> None:
    office = county.ids[STATION]
    lot = services.receive_lot(
        desk, office_id=office, item="pills", count=4, expires_on=TODAY + timedelta(days=60), batch="A1"
    )
    assert not RefillTask.objects.exists()
    assert lot.level(TODAY, rules.warn_days) == "1"
    services.use_stock(desk, lot_id=lot.id, count=2)
    task = RefillTask.objects.get()
    assert task.due_at == at(date(2026, 10, 8), 17)  # three working days, over the holiday
    assert [todo.title for todo in waiting("offices.refill")] == ["防暑药品"]
    services.receive_lot(
        desk, office_id=office, item="pills", count=5, expires_on=TODAY + timedelta(days=200)
    )
    task.refresh_from_db()
    assert task.done_at == at()
    assert not waiting("offices.refill")

    with moment.standing_at(at(TODAY + timedelta(days=61))):
        jobs.run_night()
        assert [todo.subject_id for todo in waiting("offices.expired")] == [lot.id]
        (expired, good) = queries.lots_of(desk, office)
        assert expired.level(moment.today(), rules.warn_days) == "expired"
        assert good.level(moment.today(), rules.warn_days) == ""
        with pytest.raises(Refusal):
            services.use_stock(desk, lot_id=lot.id, count=1)
        services.withdraw_lot(desk, lot_id=lot.id, note="过期")
        assert not waiting("offices.expired")
    assert [(m.kind, m.change) for m in StockMove.objects.filter(lot_id=lot.id).order_by("at")] == [
        ("received", 4), ("used", -2), ("withdrawn", -2),
    ]  # fmt: skip


def test_what_expires_soon_no_longer_counts_as_there(
    county: County, desk: Actor, rules: StationRules
) -> None:
    services.receive_lot(
        desk, office_id=county.ids[STATION], item="pills", count=9, expires_on=TODAY + timedelta(days=40)
    )
    jobs.run_night()
    assert not RefillTask.objects.exists()
    with moment.standing_at(at(TODAY + timedelta(days=10))):
        jobs.run_night()
        jobs.run_night()
    assert RefillTask.objects.count() == 1


def test_impossible_stock_is_refused_and_left_is_the_sum_of_movements(county: County, desk: Actor) -> None:
    office = county.ids[STATION]
    for wrong in (
        {"item": "gold", "count": 1},
        {"item": "pills", "count": 1},
        {"item": "pills", "count": 1, "expires_on": TODAY - timedelta(days=1)},
        {"item": "cups", "count": 0},
    ):
        with pytest.raises(Refusal):
            services.receive_lot(desk, office_id=office, **wrong)
    lot = services.receive_lot(desk, office_id=office, item="cups", count=8)
    with pytest.raises(DomainError) as short:
        services.use_stock(desk, lot_id=lot.id, count=9)
    assert short.value.code == "stock_short"
    services.count_lot(desk, lot_id=lot.id, found=11, note="数错了")
    services.use_stock(desk, lot_id=lot.id, count=5)
    row = StockLot.objects.get(pk=lot.id)
    assert row.left == sum(m.change for m in row.moves.all()) == 6
    with pytest.raises(NotAllowed):
        services.use_stock(staff("desk", county.path(OTHER)), lot_id=lot.id, count=1)
    with pytest.raises(IntegrityError), transaction.atomic():
        StockLot.objects.filter(pk=lot.id).update(left=-1)


def test_movements_and_steps_are_only_appended(county: County, desk: Actor, kettle: UUID) -> None:
    services.receive_lot(desk, office_id=county.ids[STATION], item="cups", count=8)
    services.report_fault(desk, facility_id=kettle, text="坏了")
    from django.db.utils import DatabaseError

    from gongyou.offices.models import FaultEvent

    for model in (StockMove, FaultEvent):
        with pytest.raises(DatabaseError), transaction.atomic():
            model.objects.update(at=at(TODAY, 1))
        with pytest.raises(DatabaseError), transaction.atomic():
            model.objects.all().delete()


def test_use_is_counted_and_nobody_tracked(county: County, desk: Actor) -> None:
    office = county.ids[STATION]
    for _visit in range(3):
        services.tap_use(visitor_actor(), office_id=office)
    assert [u.visits for u in queries.uses_of(office, since=TODAY, until=TODAY)] == [3]
    services.count_use(desk, office_id=office, day=TODAY, count=25)
    services.count_use(desk, office_id=office, day=TODAY, count=26)
    assert [u.visits for u in queries.uses_of(office, since=TODAY, until=TODAY)] == [26]
    names = {f.name for f in UseCount._meta.get_fields()}
    assert names == {"id", "office", "day", "source", "count"}
    with pytest.raises(Refusal):
        services.count_use(desk, office_id=office, day=TODAY + timedelta(days=1), count=1)


def test_stars_are_shown_once_enough_gave_them(county: County, desk: Actor) -> None:
    office = county.ids[STATION]
    services.rate_station(visitor_actor(), office_id=office, stars=5, text="有热水，谢谢")
    services.rate_station(visitor_actor(), office_id=office, stars=3)
    assert queries.stars_of(office).mean is None
    services.rate_station(visitor_actor(), office_id=office, stars=4)
    assert queries.stars_of(office).mean == 4
    with pytest.raises(Refusal):
        services.rate_station(visitor_actor(), office_id=office, stars=6)


def test_rounds_follow_the_checklist_and_are_asked_for(county: County, desk: Actor, kettle: UUID) -> None:
    jobs.run_night()
    assert len(waiting("offices.inspect")) == 1
    with pytest.raises(Refusal) as left_out:
        services.inspect_station(desk, office_id=county.ids[STATION], answers=(CheckAnswer("water", True),))
    assert left_out.value.field == "door"
    done = services.inspect_station(
        desk, office_id=county.ids[STATION], answers=(CheckAnswer("water", True), CheckAnswer("door", False, "堆了纸箱")),
    )  # fmt: skip
    assert done.wrong == 1
    jobs.run_night()
    assert not waiting("offices.inspect")
    with moment.standing_at(at(TODAY + timedelta(days=8))):
        jobs.run_night()
    assert len(waiting("offices.inspect")) == 1


def test_the_figures_say_what_they_are_made_of(county: County, desk: Actor, kettle: UUID) -> None:
    office = county.ids[STATION]
    services.add_facility(
        county.system, office_id=office, kind="bed", pieces=4, since_on=TODAY - timedelta(days=30)
    )
    with moment.standing_at(at(TODAY - timedelta(days=3), 12)):
        fault = services.report_fault(visitor_actor(), facility_id=kettle, text="漏水")
    with moment.standing_at(at(TODAY - timedelta(days=2), 12)):
        services.repair_fault(desk, fault_id=fault.id, note="修好")
    week = {"since": TODAY - timedelta(days=10), "until": TODAY - timedelta(days=1)}
    figures = {f.office.code: f for f in queries.station_figures(county.system, warn_days=30, **week)}
    one = figures[STATION]
    assert (one.facilities, one.down, one.faults_open) == (5, 1, 1)
    assert (one.minutes, one.minutes_down) == (2 * 10 * 1440, 1440)
    assert figures[OTHER].uptime is None
    assert not queries.station_figures(
        staff("desk", county.path(OTHER)), warn_days=30, path=one.office.path, **week
    )


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2026, 9, 28), ("07:00", "19:00")),  # Monday by its own line
        (date(2026, 9, 29), ("08:30", "17:00")),  # Tuesday has none: the office's hours
        (date(2026, 9, 12), ("09:00", "12:00")),  # a Saturday
        (date(2026, 10, 10), ("08:30", "17:00")),  # a made-up Saturday is a working day
        (date(2026, 10, 1), ("10:00", "16:00")),  # National Day, a Thursday
        (date(2026, 10, 3), ("10:00", "16:00")),  # National Day, a Saturday
        (date(2026, 9, 13), None),  # Sunday without a line
        (date(2026, 9, 30), None),  # a single day that differs
    ],
)
def test_opening_hours_by_weekday_holiday_and_single_days(
    county: County, rules: StationRules, day: date, expected: tuple[str, str] | None
) -> None:
    office = county.ids[STATION]
    days = (DayHours(0, "7:00", "19:00"), DayHours(5, "09:00", "12:00"), DayHours(7, "10:00", "16:00"))
    services.set_weekly_hours(county.system, office_id=office, days=days)
    services.set_day_apart(county.system, office_id=office, day=date(2026, 9, 30), reason="电路检修")
    stretch = queries.opening_of(office).on(day, queries.calendar_of(AREA)[1])
    assert (stretch and tuple(f"{moment:%H:%M}" for moment in stretch)) == expected


def test_wrong_hours_are_refused(county: County, rules: StationRules) -> None:
    office = county.ids[STATION]
    for days in (
        (DayHours(8, "08:00", "09:00"),),
        (DayHours(1, "09:00", "08:00"),),
        (DayHours(1, "09:00"),),
        (DayHours(1), DayHours(1)),
    ):
        with pytest.raises(Refusal):
            services.set_weekly_hours(county.system, office_id=office, days=days)
    services.set_day_apart(county.system, office_id=office, day=TODAY, reason="停电")
    assert not queries.open_now([queries.office(office)], at())[office]
    services.drop_day_apart(county.system, office_id=office, day=TODAY)
    assert queries.open_now([queries.office(office)], at())[office]


def test_a_theme_of_the_station_goes_before_one_for_all(rules: StationRules) -> None:
    from dataclasses import replace

    themes = (
        Theme(month="2026-11", title="所有", text="甲"),
        Theme(month="2026-11", title="本站", text="乙", stations=("7",)),
    )
    told = replace(rules, themes=themes)
    assert [queries.theme_of(told, m, s) for m, s in (("2026-11", "8"), ("2026-11", "7"), ("2026-12", "7"))] == [
        themes[0], themes[1], None,
    ]  # fmt: skip


def test_where_no_pack_speaks_of_stations_it_is_said_so(county: County) -> None:
    with pytest.raises(DomainError) as refused:
        services.receive_lot(county.system, office_id=county.ids[STATION], item="cups", count=1)
    assert refused.value.code == "no_station_rules"
    assert jobs.run_night() == {"duty_gaps": 0, "lots_expired": 0}
