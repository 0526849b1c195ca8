"""Calendars: editions come into force, keys bring the very same calendar back, reading is cheap."""

from __future__ import annotations

import time as clock
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from gongyou.basics.refusal import Refusal
from gongyou.basics.workdays import Unit, due
from gongyou.kernel import catalogue
from gongyou.kernel.access import system_actor
from gongyou.kernel.actions import Act, action
from gongyou.kernel.errors import DomainError, NotAllowed, NotFound
from gongyou.kernel.models import Event
from gongyou.kernel.moment import SHANGHAI
from gongyou.offices import queries, services
from gongyou.offices.models import CalendarEdition, CalendarSet
from gongyou.offices.queries import calendars
from gongyou.offices.tests.conftest import AREA, County, calendar_text, staff

pytestmark = pytest.mark.django_db
FILED = datetime(2026, 9, 30, 15, tzinfo=SHANGHAI)


@action("tests.publish_area", right=None)
def publish_area(act: Act, *, content: dict[str, Any]) -> None:
    catalogue.publish(act, kind="area", name=AREA, content=content)


def bring(name: str, text: str = "", source: str = "") -> queries.EditionView:
    return services.import_calendar(
        system_actor(), name=name, content=text or calendar_text(name), source=source
    )


def promised(area: str = AREA, days: int = 3, start: datetime = FILED) -> datetime | None:
    _, calendar = queries.calendar_of(area)
    return due(start=start, budget=days, unit=Unit.WORKING_DAY, calendar=calendar).due_at


def test_an_imported_notice_dates_promises(county: County) -> None:
    key_before, _ = queries.calendar_of(AREA)
    assert promised() == datetime(2026, 10, 5, 17, tzinfo=SHANGHAI)  # plain weekdays, provisional

    edition = bring("2026.yaml")

    assert promised() == datetime(2026, 10, 10, 17, tzinfo=SHANGHAI)
    assert (edition.name, edition.covered_from, edition.is_active) == ("cn-2026", date(2026, 1, 1), True)
    assert "2026" in edition.source
    event = Event.objects.get(name="offices.calendar_imported")
    assert event.payload == {"edition_id": str(edition.id), "hash": edition.hash}
    assert queries.calendar_by_key(key_before).day(date(2026, 10, 1)).is_working_day


def test_the_same_text_again_changes_nothing() -> None:
    first = bring("2026.yaml")
    assert bring("2026.yaml") == first
    assert Event.objects.filter(name="offices.calendar_imported").count() == 1


def test_a_corrected_edition_takes_the_place_of_the_old_one_and_back() -> None:
    first = bring("2026.yaml")
    key, _ = queries.calendar_of(AREA)
    corrected = bring("2026.yaml", calendar_text("2026.yaml").replace("2026-10-10", "2026-10-11"))
    corrected_key, calendar = queries.calendar_of(AREA)
    assert corrected_key != key
    assert calendar.is_working_day(date(2026, 10, 11))
    editions = {e.id: e.is_active for e in queries.list_editions(staff("desk", "990101/"))}
    assert editions == {first.id: False, corrected.id: True}

    again = bring("2026.yaml")

    assert again.id == first.id
    assert queries.calendar_of(AREA)[0] == key  # the same set has the same key
    assert CalendarEdition.objects.count() == 2


def test_a_key_rebuilds_the_very_same_calendar(county: County) -> None:
    for name in ("2024.yaml", "2025.yaml", "2026.yaml", "2027-statutory.yaml"):
        bring(name)
    publish_area(
        system_actor(),
        content={
            "opens": "09:00:00",
            "closes": "18:00:00",
            "overlay_days": [
                {"day": "2026-11-24", "kind": "off", "reason": "台风停工"},
                {"day": "2026-11-28", "kind": "on", "reason": "补班"},
            ],
        },
    )
    queries.forget_keys()
    key, calendar = queries.calendar_of(AREA)
    assert len(key) <= 120
    days = [date(2024, 1, 1) + timedelta(days=n) for n in range(1200)]
    before = [calendar.day(day) for day in days]

    bring("2026.yaml", calendar_text("2026.yaml").replace("2026-10-10", "2026-10-11"))
    publish_area(system_actor(), content={"opens": "10:00", "closes": "11:00"})
    services.change_office(county.system, office_id=county.ids[AREA], version=1, opens="07:00")
    queries.calendar_by_key.cache_clear()
    catalogue.content.cache_clear()
    rebuilt = queries.calendar_by_key(key)

    assert rebuilt is not calendar
    assert [rebuilt.day(day) for day in days] == before
    assert (rebuilt.opens, rebuilt.closes) == (time(9), time(18)) == (calendar.opens, calendar.closes)
    assert rebuilt.day(date(2026, 11, 24)).reason == "台风停工"
    assert queries.calendar_of(AREA)[0] != key


def test_hours_come_from_the_pack_then_the_root_office_then_the_usual(county: County) -> None:
    assert queries.calendar_of("990909")[1].closes == time(17)
    services.change_office(county.system, office_id=county.ids[AREA], version=1, opens="9:00", closes="17:30")
    _, calendar = queries.calendar_of(AREA)
    assert (calendar.opens, calendar.closes) == (time(9), time(17, 30))
    publish_area(system_actor(), content={"closes": "18:00"})
    queries.forget_keys()
    _, calendar = queries.calendar_of(AREA)
    assert (calendar.opens, calendar.closes) == (time(9), time(18))


def test_one_area_keeps_its_typhoon_to_itself(county: County) -> None:
    bring("2026.yaml")
    days = [{"day": "2026-10-10", "kind": "off", "reason": "台风"}]
    publish_area(system_actor(), content={"overlay_days": days})
    queries.forget_keys()
    assert promised() == datetime(2026, 10, 12, 17, tzinfo=SHANGHAI)
    assert promised("990202") == datetime(2026, 10, 10, 17, tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    "entry",
    [
        {"day": "2026-13-01", "kind": "on", "reason": "x"},
        {"day": "2026-01-01", "kind": "yes", "reason": "x"},
        {"day": "2026-01-01", "kind": "on"},
        "2026-01-01",
    ],
)
def test_an_overlay_nobody_can_read_is_refused(entry: Any) -> None:
    with pytest.raises(DomainError) as refused:
        calendars.read_overlay({"overlay_days": [entry]})
    assert "第1条" in refused.value.sentence()


def test_the_statutory_days_give_way_to_the_notice() -> None:
    bring("2026.yaml")
    late = datetime(2026, 12, 24, 10, tzinfo=SHANGHAI)
    bring("2027-statutory.yaml")
    assert promised(days=7, start=late) == datetime(2027, 1, 5, 17, tzinfo=SHANGHAI)
    edition = next(e for e in queries.list_editions(system_actor()) if e.name == "cn-2027-statutory")
    services.retire_calendar(system_actor(), edition_id=edition.id)
    assert promised(days=7, start=late) == datetime(2027, 1, 4, 17, tzinfo=SHANGHAI)
    assert Event.objects.filter(name="offices.calendar_imported").count() == 3
    with pytest.raises(NotFound):
        services.retire_calendar(system_actor(), edition_id=AREA_ID)


AREA_ID = "00000000-0000-7000-8000-00000000abcd"


@pytest.mark.parametrize(
    ("change", "word"),
    [
        (("2026-10-10", "2026-10-12"), "2026-10-12"),
        (("covers:", "cover:"), "cover"),
        (("cn-2026", "cn-2026-other"), "cn-2026"),
    ],
)
def test_a_wrong_notice_is_refused_with_file_and_reason(change: tuple[str, str], word: str) -> None:
    bring("2026.yaml")
    key, _ = queries.calendar_of(AREA)
    with pytest.raises(Refusal) as refused:
        bring("holidays.yaml", calendar_text("2026.yaml").replace(*change))
    assert word in refused.value.sentence()
    assert queries.calendar_of(AREA)[0] == key
    assert CalendarSet.objects.count() == 1


def test_only_who_may_imports_and_lists(county: County) -> None:
    for role in ("desk", "leader", "security_admin"):
        with pytest.raises(NotAllowed):
            services.import_calendar(
                staff(role, "990101/"), name="2026.yaml", content=calendar_text("2026.yaml"), source="通知"
            )
    edition = services.import_calendar(
        staff("system_admin", "990101/"), name="2026.yaml", content=calendar_text("2026.yaml"), source="通知"
    )
    assert edition.source == "通知"


def test_a_key_nobody_gave_is_refused() -> None:
    for key in ("", "nonsense", "0123456789abcdef0123456789abcdef.0830-1700.-", "-.2500-1700.-", "a.b.c"):
        with pytest.raises(NotFound):
            queries.calendar_by_key(key)


def test_the_current_key_costs_one_query_and_then_none(county: County) -> None:
    bring("2026.yaml")
    queries.calendar_of(AREA)
    queries.forget_keys()
    with CaptureQueriesContext(
        connection,
    ) as asked:
        queries.calendar_of(AREA)
    assert len(asked) == 1
    with CaptureQueriesContext(connection) as remembered:
        queries.calendar_of(AREA)
    assert len(remembered) == 0


def test_another_process_s_import_is_seen_within_seconds(
    county: County, monkeypatch: pytest.MonkeyPatch
) -> None:
    bring("2026.yaml")
    key, _ = queries.calendar_of(AREA)
    CalendarSet.objects.all().delete()  # as if another process had changed the set
    assert queries.calendar_of(AREA)[0] == key
    later = clock.monotonic() + calendars.REMEMBERED_SECONDS + 0.1
    monkeypatch.setattr(calendars.clock, "monotonic", lambda: later)
    assert queries.calendar_of(AREA)[0] != key
