"""Requested facilities: asked, decided by another, ordered, installed; everybody who asked is answered and called."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import pytest

from gongyou.basics.refusal import Refusal
from gongyou.engines.casework.models import Case, Purchase, Settlement
from gongyou.engines.casework.queries.purchases import asking_matters, list_purchases, purchase_view
from gongyou.engines.casework.services import purchasing
from gongyou.engines.casework.tests.stories import at
from gongyou.kernel import jobs
from gongyou.kernel.errors import NotAllowed, Stale
from gongyou.kernel.models.events import Event
from gongyou.kernel.models.messages import Message
from gongyou.offices.models import Facility
from tests.yunshan.county import County

MORNING = "2026-11-02 10:00"


def refused(code: str, call: object) -> None:
    with pytest.raises(Refusal) as found:
        call()  # type: ignore[operator]
    assert found.value.code == code, found.value.sentence()


def asked(county: County, phone: str = "13800000117", **filing: object) -> UUID:
    given = {"topic": "rest_facilities", "phone": phone, "name": "赵平"} | filing
    return county.file("休息室能不能有把按摩的椅子", **given).case_id


def task(county: County, *more: UUID) -> tuple[UUID, int]:
    done = purchasing.ask_purchase(county.staff["desk"], case_id=asked(county), title="按摩椅", spot="休息室")
    for case_id in more:
        done = purchasing.join_purchase(county.staff["desk"], purchase_id=done.purchase_id, case_id=case_id)
    return done.purchase_id, done.version


def test_several_askers_are_all_answered_and_called_back(county: County) -> None:
    with at(MORNING):
        second = asked(county, "13800000118")
        third = asked(county, "13800000119", type_id="wish", topic="facility_wish")
        assert {line.id for line in asking_matters(county.staff["desk"])} == {second, third}
        purchase, version = task(county, second, third)
        assert asking_matters(county.staff["desk"]) == ()
        decided = purchasing.decide_purchase(
            county.staff["master"], purchase_id=purchase, version=version, is_approved=True, reason="大家都要"
        )
        ordered = purchasing.order_purchase(
            county.staff["desk"],
            purchase_id=purchase,
            version=decided.version,
            supplier="县城家电店",
            amount_fen=299_900,
            expected_on=date(2026, 11, 6),
        )
    with at("2026-11-04 15:00"):
        done = purchasing.install_purchase(
            county.staff["desk"],
            purchase_id=purchase,
            version=ordered.version,
            answer="多功能按摩椅放在休息室，全天可用。",
        )
        assert (done.state, done.answered) == ("installed", 3)
        rows = Case.objects.filter(purchase_ask__purchase_id=purchase)
        assert {row.state for row in rows} == {"settled"}
        assert all(row.call_office_id == county.callback_desk.id for row in rows)
        assert Message.objects.filter(template="settled").count() == 3
        assert {s.approved_by for s in Settlement.objects.all()} == {county.staff["master"].id}
        event = Event.objects.get(name="casework.facility_installed")
        assert (event.payload["title"], event.payload["office_id"]) == ("按摩椅", str(county.station.id))
        jobs.run_due()
        # The station's own list shows it, under the kind the pack names.
        stands = [(f.kind, f.label, f.since_on) for f in Facility.objects.filter(office_id=county.station.id)]
        assert stands == [("massage_chair", "休息室", date(2026, 11, 4))]


def test_a_no_with_its_reason_answers_everybody(county: County) -> None:
    with at(MORNING):
        purchase, version = task(county, asked(county, "13800000118"))
        decide = {
            "purchase_id": purchase,
            "version": version,
            "is_approved": False,
            "reason": "消防通道不能放。",
        }
        refused(
            "missing", lambda: purchasing.decide_purchase(county.staff["master"], **{**decide, "reason": " "})
        )
        done = purchasing.decide_purchase(county.staff["master"], **decide)
        assert (done.state, done.answered) == ("refused", 2)
        assert {s.result for s in Settlement.objects.all()} == {"explained_cannot"}
        refused(
            "purchase_over",
            lambda: purchasing.join_purchase(
                county.staff["desk"], purchase_id=purchase, case_id=asked(county, "13800000120")
            ),
        )


def test_who_asked_does_not_decide_and_steps_keep_their_order(county: County) -> None:
    with at(MORNING):
        case_id, master = asked(county), county.staff["master"]
        done = purchasing.ask_purchase(master, case_id=case_id, title="充电桩")
        given = {"purchase_id": done.purchase_id, "version": done.version}
        decide = {**given, "is_approved": True, "reason": "可以"}
        refused("own_purchase", lambda: purchasing.decide_purchase(master, **decide))
        with pytest.raises(NotAllowed):
            purchasing.decide_purchase(county.staff["desk"], **decide)
        with pytest.raises(NotAllowed):
            purchasing.install_purchase(county.staff["other_desk"], answer="好了", **given)
        refused("not_now", lambda: purchasing.install_purchase(master, answer="好了", **given))
        with pytest.raises(Stale):
            purchasing.decide_purchase(county.staff["leader"], **{**decide, "version": 9})
        purchasing.decide_purchase(county.staff["leader"], **decide)
        assert Purchase.objects.get().decided_by == county.staff["leader"].id


def test_only_a_matter_that_asks_for_something(county: County) -> None:
    with at(MORNING):
        wages = asked(county, topic="wages")
        refused(
            "no_facility", lambda: purchasing.ask_purchase(county.staff["desk"], case_id=wages, title="椅")
        )
        first = asked(county)
        purchasing.ask_purchase(county.staff["desk"], case_id=first, title="椅")
        refused(
            "asked_before", lambda: purchasing.ask_purchase(county.staff["desk"], case_id=first, title="椅")
        )


def test_the_list_and_the_task(county: County) -> None:
    with at(MORNING):
        purchase, _version = task(county, asked(county, "13800000118"))
        [line] = list_purchases(county.staff["desk"])
        assert (line.title, line.asker_count) == ("按摩椅", 2)
        assert purchase_view(county.staff["master"], purchase).steps == {"decide", "join"}
        assert purchase_view(county.staff["desk"], purchase).steps == {"join"}
        assert list_purchases(county.staff["other_desk"]) == ()
        with pytest.raises(NotAllowed):
            purchase_view(county.staff["other_desk"], purchase)
