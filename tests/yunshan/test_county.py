"""The test county itself: both programmes run from filing to the worker's own answer."""

from __future__ import annotations

from datetime import datetime

import pytest

from gongyou.engines.casework.queries import prove_own, public_types, track, version_of
from gongyou.engines.casework.services import answering, calling, handling, own
from gongyou.kernel import moment
from gongyou.kernel.errors import NotAllowed, NotFound
from gongyou.kernel.moment import SHANGHAI
from tests.yunshan.county import TRIAGE, County

BEFORE_HOLIDAY = datetime(2026, 9, 30, 15, tzinfo=SHANGHAI)


def at(day: int, hour: int, month: int = 11) -> datetime:
    return datetime(2026, month, day, hour, tzinfo=SHANGHAI)


def test_the_promise_follows_the_articles_days(county: County) -> None:
    with moment.standing_at(BEFORE_HOLIDAY):
        receipt = county.file(topic="rest_facilities")
    assert receipt.due_at == datetime(2026, 10, 8, 17, 30, tzinfo=SHANGHAI)
    assert receipt.number.startswith(county.area)


def test_a_matter_on_the_spot(county: County) -> None:
    with moment.standing_at(at(2, 10)):
        receipt = county.file(topic="rest_facilities")
        case = receipt.case_id
        handling.accept_case(county.staff["desk"], case_id=case, version=version_of(case))
    with moment.standing_at(at(3, 10)):
        answering.draft_answer(
            county.staff["desk"],
            case_id=case,
            version=version_of(case),
            result="solved",
            text="水管已经修好。",
        )
        with pytest.raises(NotAllowed):
            calling.record_call(
                county.staff["desk"],
                case_id=case,
                version=version_of(case),
                call=calling.Call("answered", is_solved=True, is_satisfied=True),
            )
        mine = prove_own(county.visitor, receipt.number, "0117", "test")
        assert track(county.visitor, mine).state == "settled"
        rated = own.rate_answer(county.visitor, own=mine, is_solved=True, is_satisfied=True, note="")
    assert rated.state == "closed_satisfied"


def test_a_matter_that_is_dispatched(care_county: County) -> None:
    county = care_county
    with moment.standing_at(at(2, 10)):
        receipt = county.file(topic="work")
        case = receipt.case_id
        assert receipt.state == "registered"
        with pytest.raises(NotAllowed):
            handling.offer_case(
                county.staff["desk"], case_id=case, version=version_of(case), office_id=county.station.id
            )
        offered = handling.offer_case(
            county.staff["dispatcher"],
            case_id=case,
            version=version_of(case),
            office_id=county.other_station.id,
        )
        assert offered.state == "offered"
        handling.accept_case(county.staff["other_desk"], case_id=case, version=version_of(case))
        drafted = answering.draft_answer(
            county.staff["other_desk"],
            case_id=case,
            version=version_of(case),
            result="partly",
            text="已经联系用人单位核对工资。",
        )
        assert drafted.state == "drafted"
        settled = answering.approve_answer(
            county.staff["other_master"], case_id=case, version=version_of(case)
        )
    assert settled.state == "settled"
    # 8 working days by the county's own document instead of the programme's 10, closing at its own hour.
    assert receipt.due_at == datetime(2026, 11, 12, 17, 30, tzinfo=SHANGHAI)


def test_what_can_be_said_where(two_counties: tuple[County, County]) -> None:
    yunshan, jinxiang = two_counties
    assert TRIAGE in {t.programme for t in public_types(yunshan.area)}
    assert {t.type_id for t in public_types(jinxiang.area)} == {
        "appeal",
        "wish",
        "clue",
        "suggestion",
        "anonymous_clue",
    }
    assert [t.type_id for t in public_types(jinxiang.area) if t.may_be_anonymous] == ["anonymous_clue"]


def test_one_county_cannot_act_in_the_other(two_counties: tuple[County, County]) -> None:
    yunshan, jinxiang = two_counties
    case = yunshan.file().case_id
    for name in ("desk", "master", "leader", "dispatcher"):
        with pytest.raises((NotAllowed, NotFound)):
            handling.accept_case(jinxiang.staff[name], case_id=case, version=version_of(case))
