"""Child-care places: least data, guardian's consent, a fair line, nobody in two places at once."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

import pytest

from gongyou.basics.refusal import Refusal
from gongyou.engines.casework.tests.histories import moment_of
from gongyou.engines.casework.tests.stories import at, run_jobs
from gongyou.engines.casework.tests.wish_county import active_partner, known, resource, vetted, volunteer
from gongyou.kernel import moment, retention
from gongyou.kernel.access import Actor, system_actor
from gongyou.kernel.errors import NotAllowed
from gongyou.kernel.models.messages import Message
from gongyou.registry.models import CareEnrolment, CareSession
from gongyou.registry.queries.care import access_children, own_enrolments, public_sessions
from gongyou.registry.services import care, withdraw_consent
from tests.yunshan.county import County

MORNING = "2026-11-02 10:00"
DAY = date(2026, 11, 6)


def refused(code: str, call: object) -> None:
    with pytest.raises(Refusal) as found:
        call()  # type: ignore[operator]
    assert found.value.code == code, found.value.sentence()


def care_class(county: County, phone: str = "13700000001") -> UUID:
    partner = vetted(county, active_partner(county, "松溪书院", "school", phone))
    return resource(county, partner, kind="child_care", title="放学托管", quantity=100)


def session(
    county: County, resource_id: UUID, capacity: int = 1, day: date = DAY, slot: str = "afternoon"
) -> UUID:
    done = care.open_session(
        county.staff["master"],
        resource_id=resource_id,
        office_id=county.station.id,
        office_path=county.station.path,
        day=day,
        slot=slot,
        capacity=capacity,
    )
    return done.session_id


def enrol(who: Actor, session_id: UUID, child: str = "小满", **given: object) -> care.Enrolled:
    facts = {"guardian": "李妈妈", "age_band": "7-9", "consents": True} | given
    return care.enrol_child(who, session_id=session_id, child=child, **facts)  # type: ignore[arg-type]


def test_places_then_a_line_in_the_order_of_asking(county: County) -> None:
    with at(MORNING):
        one = session(county, care_class(county))
        parents = [volunteer(f"1390000000{n}") for n in range(1, 5)]
        found = [enrol(parent, one, f"孩子{n}") for n, parent in enumerate(parents)]
        assert [(e.state, e.before) for e in found] == [
            ("placed", 0), ("waiting", 0), ("waiting", 1), ("waiting", 2),
        ]  # fmt: skip
        care.withdraw_child(known(parents[1]), enrolment_id=found[1].enrolment_id)
        care.withdraw_child(known(parents[0]), enrolment_id=found[0].enrolment_id)
        states = {e.pk: e.state for e in CareEnrolment.objects.all()}
        assert [states[e.enrolment_id] for e in found] == ["withdrawn", "withdrawn", "placed", "waiting"]
        told = Message.objects.get(template="care_placed")
        assert told.phone_masked.startswith("139") and CareSession.objects.get(pk=one).taken == 1
        care.change_places(county.staff["master"], session_id=one, capacity=3)
        assert CareSession.objects.get(pk=one).taken == 2
        refused(
            "places_taken", lambda: care.change_places(county.staff["master"], session_id=one, capacity=1)
        )


def test_somebody_who_asks_later_never_jumps_the_line(county: County) -> None:
    """A place is free for a moment while others wait: the newcomer still stands behind them."""
    with at(MORNING):
        one = session(county, care_class(county))
        first = enrol(volunteer("13900000001"), one)
        enrol(volunteer("13900000002"), one)
        CareSession.objects.filter(pk=one).update(capacity=2)  # opened behind the services' back
        assert enrol(volunteer("13900000003"), one).before == 1
        assert first.state == "placed"


def test_no_child_in_two_places_at_once(county: County) -> None:
    with at(MORNING):
        some = care_class(county)
        one = session(county, some, capacity=5)
        other = session(county, care_class(county, "13700000002"), capacity=5)
        evening = session(county, some, capacity=5, slot="evening")
        parent = volunteer("13900000001")
        enrol(parent, one)
        again = known(parent)
        refused("enrolled_before", lambda: enrol(again, one))
        refused("double_booked", lambda: enrol(again, other))
        assert enrol(again, other, "小暑").state == "placed"  # the sister
        assert enrol(again, evening).state == "placed"


def test_without_consent_or_vetting_there_is_nothing(county: County) -> None:
    with at(MORNING):
        one = session(county, care_class(county))
        parent = volunteer("13900000001")
        refused("consents", lambda: enrol(parent, one, consents=False))
        refused("age_band", lambda: enrol(parent, one, age_band="2-3"))
        refused("empty", lambda: enrol(parent, one, child=" "))
        refused("empty", lambda: enrol(parent, one, guardian=""))
    with at("2028-01-05 10:00"):  # the vetting ran out
        row = CareSession.objects.get(pk=one)
        refused("not_vetted", lambda: session(county, row.resource_id, day=date(2028, 1, 7)))
        refused("session_over", lambda: enrol(parent, one))


def test_who_reads_of_the_children(county: County) -> None:
    with at(MORNING):
        one = session(county, care_class(county), capacity=3)
        parent = volunteer("13900000001")
        enrol(parent, one)
        [line] = public_sessions(county.area)
        assert (line.free, "小满" in str(line)) == (2, False)
        line, [child] = access_children(county.staff["master"], one, "安排")
        assert (child.call_name, child.age_band) == ("小满", "7-9")
        assert child.guardian is not None and child.guardian.name_masked == "李**"
        for who in ("desk", "caller", "dispatcher", "other_master", "town_dispatcher"):
            with pytest.raises(NotAllowed):
                access_children(county.staff[who], one, "看看")
        assert [e.call_name for e in own_enrolments(known(parent))] == ["小满"]
        assert own_enrolments(known(volunteer("13900000002"))) == ()
        row = CareEnrolment.objects.get()
        with pytest.raises(NotAllowed):
            care.withdraw_child(known(volunteer("13900000003")), enrolment_id=row.pk)


def test_the_name_goes_soon(county: County) -> None:
    with at(MORNING):
        some = care_class(county)
        one = session(county, some, capacity=3)
        two = session(county, some, capacity=3, slot="evening")
        parent = volunteer("13900000001")
        enrol(parent, one)
        gone = enrol(known(parent), two)
        care.withdraw_child(known(parent), enrolment_id=gone.enrolment_id)
        assert CareEnrolment.objects.get(pk=gone.enrolment_id).child_index is None
    with moment.standing_at(moment_of(MORNING) + timedelta(days=40)):
        retention.run_retention(system_actor("retention"))
    assert not CareEnrolment.objects.filter(child_index__isnull=False).exists()


def test_consent_taken_back_frees_the_place(county: County) -> None:
    with at(MORNING):
        one = session(county, care_class(county))
        parent, next_one = volunteer("13900000001"), volunteer("13900000002")
        enrol(parent, one)
        waiting = enrol(next_one, one, "小寒")
        withdraw_consent(known(parent), person_id=known(parent).person_id, purpose="child_care")
        run_jobs()
        assert CareEnrolment.objects.get(pk=waiting.enrolment_id).state == "placed"
        assert CareSession.objects.get(pk=one).taken == 1
