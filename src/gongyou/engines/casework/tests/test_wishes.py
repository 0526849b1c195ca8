"""Wishes: checked, on the wall without personal data, claimed up to the need, fulfilled with proof, called back."""

from __future__ import annotations

from datetime import date

import pytest

from gongyou.basics.refusal import Refusal
from gongyou.engines.casework.jobs import lapse_claims, run_night
from gongyou.engines.casework.models import Case, CaseEvent, Clock, RoundFact, WishClaim
from gongyou.engines.casework.queries import prove_own, version_of
from gongyou.engines.casework.queries.wishes import own_claims, wall, wish_board, wish_view
from gongyou.engines.casework.services import answering, calling, claiming, own, wishes
from gongyou.engines.casework.services.calling import Call
from gongyou.engines.casework.tests.stories import at
from gongyou.engines.casework.tests.wish_county import (
    active_partner,
    checked_wish,
    child_wish,
    known,
    put_up,
    resource,
    volunteer,
    wish_of,
)
from gongyou.kernel.errors import NotAllowed, NotFound
from gongyou.kernel.models.messages import Message
from gongyou.kernel.models.worklist import WorkItem
from gongyou.registry.models import PartnerResource, PersonTie
from tests.yunshan.county import County

MORNING = "2026-11-02 10:00"


def refused(code: str, call: object) -> Refusal:
    with pytest.raises(Refusal) as found:
        call()  # type: ignore[operator]
    assert found.value.code == code, found.value.sentence()
    return found.value


def templates(case_id: object) -> list[str]:
    sent = Message.objects.filter(subject=f"case:{case_id}").order_by("queued_at", "id")
    return list(sent.values_list("template", flat=True))


def test_from_the_wall_to_the_call_back(county: County) -> None:
    with at(MORNING):
        case_id = put_up(county, checked_wish(county, need=2))
        [shown] = wall(county.area)
        assert (shown.text, shown.left, shown.station) == ("环卫工想要几个保温杯", 2, county.station.id)
        helper = volunteer()
        first = claiming.claim_wish(helper, case_id=case_id, quantity=1, name="热心人")
        assert first.due_at.date() == date(2026, 11, 9)  # five working days of its own
        assert [w.left for w in wall(county.area)] == [1]
        claiming.claim_wish(volunteer("13900000002"), case_id=case_id, quantity=1, name="另一位")
        assert wall(county.area) == ()
        assert Case.objects.get(pk=case_id).state == "claimed"
    with at("2026-11-04 15:00"):
        desk = county.staff["desk"]
        for claim in WishClaim.objects.filter(case_id=case_id):
            claiming.fulfil_claim(desk, claim_id=claim.pk, proof="在站点交给了本人。")
        row = Case.objects.get(pk=case_id)
        assert (row.state, row.call_office_id) == ("fulfilled", county.callback_desk.id)
        assert RoundFact.objects.get(case_id=case_id).settled_in_time is True
        assert templates(case_id)[-3:] == ["thanks", "thanks", "settled"]
        assert [c.state for c in own_claims(known(helper))] == ["fulfilled"]
    with at("2026-11-05 10:00"):
        calling.record_call(
            county.staff["caller"],
            case_id=case_id,
            version=version_of(case_id),
            call=Call("answered", is_solved=True, is_satisfied=True),
        )
        assert Case.objects.get(pk=case_id).closed_as == "satisfied"


def test_several_claimants_never_take_more_than_the_need(county: County) -> None:
    with at(MORNING):
        case_id = put_up(county, checked_wish(county, need=3))
        helper = volunteer()
        claiming.claim_wish(helper, case_id=case_id, quantity=2, name="甲")
        refused("claimed_before", lambda: claiming.claim_wish(known(helper), case_id=case_id, quantity=1))
        other = volunteer("13900000002")
        too_many = refused(
            "quantity", lambda: claiming.claim_wish(other, case_id=case_id, quantity=2, name="乙")
        )
        assert too_many.params["left"] == 1
        claiming.claim_wish(other, case_id=case_id, quantity=1, name="乙")
        late = volunteer("13900000003")
        with pytest.raises(NotFound):
            claiming.claim_wish(late, case_id=case_id, quantity=1, name="丙")
    assert wish_of(case_id).taken == 3


def test_nobody_claims_their_own_wish_or_without_a_name(county: County) -> None:
    with at(MORNING):
        case_id = put_up(county, checked_wish(county))
        wisher = volunteer("13800000117")  # the number `county.file` leaves
        refused("own_wish", lambda: claiming.claim_wish(wisher, case_id=case_id, quantity=1, name="赵平"))
        refused("name", lambda: claiming.claim_wish(volunteer(), case_id=case_id, quantity=1))


def test_a_lapsed_claim_goes_back_to_the_wall_and_frees_the_units(county: County) -> None:
    with at(MORNING):
        case_id = put_up(county, checked_wish(county, need=5))
        partner = active_partner(county)
        some = resource(county, partner)
        claiming.claim_for_partner(
            county.staff["desk"], case_id=case_id, partner_id=partner, resource_id=some, quantity=5
        )
        assert PartnerResource.objects.get(pk=some).reserved == 5
    with at("2026-11-09 16:00"):
        assert lapse_claims() == 0  # the last day is not over
    with at("2026-11-09 18:00"):
        assert (lapse_claims(), lapse_claims()) == (1, 0)
        assert PartnerResource.objects.get(pk=some).reserved == 0
        row = Case.objects.get(pk=case_id)
        assert (row.state, wish_of(case_id).taken) == ("open_for_claim", 0)
        assert [w.left for w in wall(county.area)] == [5]
        tie = PersonTie.objects.get(subject=f"case:{case_id}", role__startswith="claim:")
        assert not tie.is_open  # the claimant may be erased later
        waits = Clock.objects.filter(case_id=case_id, clock_id="claim_wait").order_by("number")
        assert [w.met_at is None for w in waits] == [False, True]


def test_unclaimed_for_ten_working_days_goes_to_the_office_above(county: County) -> None:
    with at(MORNING):
        case_id = put_up(county, checked_wish(county))
    with at("2026-11-17 01:00"):
        assert run_night()["silences_ended"] == 1
        item = WorkItem.objects.get(subject_id=case_id, kind="casework.upper_help")
        assert item.office_id == county.offices["99010101"].id
        assert Case.objects.get(pk=case_id).state == "upper_help"
        assert len(wall(county.area)) == 1  # it still hangs there
        with pytest.raises(NotAllowed):
            wishes.help_wish(county.staff["desk"], case_id=case_id, version=version_of(case_id), text="找了")
        assert "help" in wish_view(county.staff["town_leader"], case_id).steps
        wishes.help_wish(
            county.staff["town_leader"],
            case_id=case_id,
            version=version_of(case_id),
            text="联系了镇上的商会，下周有企业来看。",
        )
        assert Case.objects.get(pk=case_id).state == "open_for_claim"


def test_the_wall_text_says_nobody(county: County) -> None:
    with at(MORNING):
        for text in ("赵平想要一个保温杯", "请打电话138 0000 0117领取"):
            refused("wall_personal", lambda text=text: checked_wish(county, wall_text=text))
        refused("wall_text", lambda: checked_wish(county, wall_text=""))


def test_taking_down_and_withdrawing_release_what_was_held(county: County) -> None:
    with at(MORNING):
        partner = active_partner(county)
        some = resource(county, partner)
        first, second = (put_up(county, checked_wish(county, need=2)) for _ in range(2))
        for case_id in (first, second):
            claiming.claim_for_partner(
                county.staff["desk"], case_id=case_id, partner_id=partner, resource_id=some, quantity=2
            )
        assert PartnerResource.objects.get(pk=some).reserved == 4
        wishes.take_down_wish(
            county.staff["desk"], case_id=first, version=version_of(first), reason="本人已经买到。"
        )
        assert PartnerResource.objects.get(pk=some).reserved == 2
        number = Case.objects.get(pk=second).number
        proof = prove_own(county.visitor, number, "0117", "test")
        own.withdraw_case(county.visitor, own=proof, reason="不要了")
        assert PartnerResource.objects.get(pk=some).reserved == 0
        assert set(WishClaim.objects.values_list("state", flat=True)) == {"released"}
        assert wall(county.area) == ()
        answering.draft_answer(
            county.staff["desk"], case_id=first, version=version_of(first), result="solved", text="已经买到。"
        )
        assert Case.objects.get(pk=first).state == "settled"


def test_giving_up_is_the_claimants_or_the_stations(county: County) -> None:
    with at(MORNING):
        case_id = put_up(county, checked_wish(county))
        helper = volunteer()
        done = claiming.claim_wish(helper, case_id=case_id, quantity=1, name="甲")
        with pytest.raises(NotAllowed):
            claiming.give_up_claim(known(volunteer("13900000009")), claim_id=done.claim_id)
        with pytest.raises(NotAllowed):
            claiming.give_up_claim(county.staff["other_desk"], claim_id=done.claim_id)
        claiming.give_up_claim(known(helper), claim_id=done.claim_id)
        assert len(wall(county.area)) == 1
        refused("not_held", lambda: claiming.give_up_claim(known(helper), claim_id=done.claim_id))


def test_matching_says_why_and_never_offers_what_does_not_fit(county: County) -> None:
    with at(MORNING):
        partner = active_partner(county)
        near = resource(county, partner, title="近处的杯子", quantity=1, reaches=county.station.path)
        enough = resource(county, partner, title="够数的杯子", quantity=9)
        resource(county, partner, kind="visits", title="陪伴", quantity=9)  # another category
        resource(county, partner, title="别处的杯子", quantity=9, reaches=county.other_station.path)
        resource(county, partner, title="以后的杯子", quantity=9, from_on=date(2026, 12, 1))
        case_id = put_up(county, checked_wish(county, need=4, wanted_by=date(2026, 11, 20)))
        found = wish_view(county.staff["desk"], case_id).matches
        assert [m.resource.id for m in found] == [enough, near]
        assert found[0].reasons == ("类别对口", "数量够", "面向这一带", "在希望的日期前可用")
        assert found[1].reasons[1:3] == ("可以解决一部分", "就在这个站点")


def test_the_board_shows_what_is_to_be_done(county: County) -> None:
    with at(MORNING):
        waiting = put_up(county, checked_wish(county))
        checked = checked_wish(county)
        child = child_wish(county)
        steps = {line.case_id: line.step for line in wish_board(county.staff["master"])}
        assert steps == {waiting: "claim", checked: "put_up", child: "claim"}
        assert child not in {line.case_id for line in wish_board(county.staff["desk"])}


def test_history_tells_every_step(county: County) -> None:
    with at(MORNING):
        case_id = put_up(county, checked_wish(county))
        done = claiming.claim_wish(volunteer(), case_id=case_id, quantity=1, name="甲")
        claiming.fulfil_claim(county.staff["desk"], claim_id=done.claim_id, proof="已经交付。")
    kinds = list(CaseEvent.objects.filter(case_id=case_id).order_by("seq").values_list("kind", flat=True))
    wanted = ["received", "accepted", "checked", "put_up", "claim_taken", "claimed", "fulfilled"]
    assert [k for k in kinds if k != "receipt_sent"] == wanted
