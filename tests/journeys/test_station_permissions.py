"""Nobody changes another station's rota, stock or facilities: every service of offices, everybody outside."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from gongyou.kernel import moment
from gongyou.kernel.access import Actor, system_actor, visitor_actor
from gongyou.kernel.errors import NotAllowed
from gongyou.offices import services
from gongyou.offices.models import DutyShift, Facility, FaultTicket, OutVisit, Rotation, StockLot
from gongyou.offices.services import CheckAnswer, Standby
from tests.journeys import outsiders as out
from tests.journeys.faces import client_of
from tests.yunshan.county import County

pytestmark = pytest.mark.django_db
ANYBODY_MAY = {"report_fault", "tap_use", "rate_station"}
WITHOUT_AN_OFFICE = {"import_calendar", "retire_calendar", "make_feed", "revoke_feed", "add_office"}
CHANGED = (Facility, FaultTicket, StockLot, DutyShift, Rotation, OutVisit)


def settle(county: County) -> dict[str, Any]:
    """A furnished station with everything a service can name, as inputs by name."""
    system, office = system_actor("tests"), county.station
    desk, now = county.staff["desk"], moment.now()
    facility = services.add_facility(system, office_id=office.id, kind="water_dispenser")
    fault = services.report_fault(system, facility_id=facility.id, text="坏了")
    lot = services.receive_lot(system, office_id=office.id, item="voice_book", count=9)
    shift, other = (
        services.put_shift(
            system, office_id=office.id, holder_name="甲", holder_account_id=holder,
            from_at=now + timedelta(hours=h), until_at=now + timedelta(hours=h + 1),
        )
        for h, holder in ((5, desk.id), (7, county.staff["master"].id))
    )  # fmt: skip
    visit = services.plan_visit(
        system, office_id=office.id, place="食堂", from_at=now + timedelta(days=2),
        until_at=now + timedelta(days=2, hours=1), holder_name="甲",
    )  # fmt: skip
    swap = services.ask_swap(desk, shift_id=shift.id, other_shift_id=other.id)
    note = services.put_shift(
        system,
        office_id=office.id,
        holder_name="乙",
        from_at=now - timedelta(hours=3),
        until_at=now - timedelta(hours=1),
    )
    hand_over = services.write_hand_over(system, shift_id=note.id, text="交接")
    leave = services.record_leave(
        system, office_id=office.id, from_on=now.date() + timedelta(days=9), until_on=now.date() + timedelta(days=9),
        holder_name="甲",
    )  # fmt: skip
    today = moment.today()
    rotation = services.set_rotation(
        system, office_id=office.id, title="夜班", pattern="daily", from_on=today + timedelta(days=60),
        members=(Standby("甲"),), weekdays=(6,),
    )  # fmt: skip
    return {
        "office_id": office.id, "version": 1, "place": "外人", "kind": "microwave", "title": "外人",
        "holder_name": "外人", "from_at": now + timedelta(days=3), "until_at": now + timedelta(days=3, hours=1),
        "shift_id": shift.id, "facility_id": facility.id, "fault_id": fault.id, "lot_id": lot.id,
        "visit_id": visit.id, "swap_id": swap.id, "hand_over_id": hand_over.id, "leave_id": leave.id,
        "point_id": county.points[office.code][0].id, "note": "外人", "works": True, "item": "voice_book", "count": 1,
        "found": 1, "day": today, "reason": "外人", "days": (), "answers": (CheckAnswer("water", True),),
        "pattern": "daily", "from_on": today, "until_on": today, "members": (Standby("外人"),), "agrees": True,
        "weekdays": (), "rotation_id": rotation,
        "text": "外人", "heard_count": 1, "summary": "外人",
    }  # fmt: skip


def ours() -> dict[str, Callable[..., Any]]:
    left_out = ANYBODY_MAY | WITHOUT_AN_OFFICE
    return {
        name: value
        for name, value in vars(services).items()
        if hasattr(value, "action_name") and name not in left_out
    }


def state() -> list[object]:
    return [list(model._default_manager.order_by("pk").values_list()) for model in CHANGED]


def test_every_service_refuses_everybody_outside(two_counties: tuple[County, County]) -> None:
    given = settle(two_counties[0])
    found = ours()
    assert len(found) > 35
    before = state()
    for who, actor in out.outsiders(*two_counties).items():
        if who.endswith("of everything"):
            continue  # administrators of the whole installation do govern offices
        for name, service in found.items():
            required = [
                p.name
                for p in inspect.signature(service).parameters.values()
                if p.name not in {"act", "actor"} and p.default is inspect.Parameter.empty
            ]
            assert set(required) <= set(given), f"{name}: give a sample for {set(required) - set(given)}"
            with pytest.raises(NotAllowed):
                service(actor or visitor_actor(), **{key: given[key] for key in required})
                pytest.fail(f"{who} may {name}")
        assert state() == before, who


def test_deeds_of_pages_refuse_everybody_outside(two_counties: tuple[County, County]) -> None:
    from gongyou.web.desk.forms import rota, station

    given = settle(two_counties[0])
    rows = [str(value) for key, value in given.items() if isinstance(value, UUID) and key != "office_id"]
    form = {"note": "外人", "text": "外人", "works": "yes", "count": "1", "kind": "microwave", "pieces": "1"}
    people: dict[str, Actor] = {
        who: actor
        for who, actor in out.outsiders(*two_counties).items()
        if actor is not None and who in {"desk of another station", "leader of the other county", "a worker"}
    }
    assert len(people) == 3
    before = state()
    for actor in people.values():
        client = client_of(actor)
        for deed in station.DEEDS:
            for row in rows[:4]:
                sent = {**form, "row": row, "intent": uuid4().hex}
                answer = client.post(f"/desk/stations/{given['office_id']}/do/{deed}/", sent)
                assert answer.status_code in {302, 403, 404, 409, 422}, deed
        for deed in rota.DEEDS:
            answer = client.post(
                f"/desk/duty/do/{deed}/", {**form, "row": rows[0], "office": str(given["office_id"])}
            )
            assert answer.status_code in {302, 403, 404, 409, 422}, deed
    assert state() == before
