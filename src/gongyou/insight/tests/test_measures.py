"""Measures: a table of matters with known fates, and the figures a person would count by hand."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction
from uuid import UUID

import pytest

from gongyou.basics.refusal import Refusal
from gongyou.engines.casework.models import Case
from gongyou.engines.casework.services import answering, calling, handling, reviewing
from gongyou.insight.measures import LEAST, MEASURES, Extent, Measure, measures, period, rows_of
from gongyou.kernel import moment
from gongyou.kernel.errors import NotAllowed, NotFound
from gongyou.web.templatetags.desk_words import rate
from gongyou.web.tests.desk_county import MONDAY, county
from tests.yunshan.county import County
from tests.yunshan.fixtures import installed_packs

__all__ = ["county", "installed_packs"]

pytestmark = pytest.mark.django_db

YEAR = period(date(2026, 1, 1), date(2026, 12, 31))


def version(case_id: UUID) -> int:
    return Case.objects.get(pk=case_id).version


def live(county: County, *, settled_after: int, satisfied: bool | None, accepted_after: int = 1) -> UUID:
    """A simple matter filed on Monday morning: accepted after hours, answered after days, then called."""
    with moment.standing_at(MONDAY):
        case_id = county.file().case_id
    with moment.standing_at(MONDAY + timedelta(hours=accepted_after)):
        handling.accept_case(county.staff["desk"], case_id=case_id, version=version(case_id))
    with moment.standing_at(MONDAY + timedelta(days=settled_after)):
        answering.draft_answer(
            county.staff["desk"], case_id=case_id, version=version(case_id), result="solved", text="办好了。"
        )
        if satisfied is not None:
            call(county, case_id, satisfied)
    return case_id


def call(county: County, case_id: UUID, satisfied: bool) -> None:
    calling.record_call(
        county.staff["caller"],
        case_id=case_id,
        version=version(case_id),
        call=calling.Call("answered", is_solved=satisfied, is_satisfied=satisfied),
    )


def figures(county: County, extent: Extent = YEAR, who: str = "leader") -> dict[str, Measure]:
    return {m.id: m for m in measures(county.staff[who], extent)}


def counts(measure: Measure) -> tuple[int, int, int]:
    return measure.numerator, measure.denominator, measure.excluded


def test_the_figures_of_known_matters(county: County) -> None:
    for _ in range(8):
        live(county, settled_after=1, satisfied=True)
    late = live(county, settled_after=15, satisfied=True, accepted_after=30)
    angry = live(county, settled_after=1, satisfied=False)
    waiting = live(county, settled_after=1, satisfied=None)
    with moment.standing_at(MONDAY + timedelta(days=1, hours=2)):
        county.file(topic="wages")
        found = figures(county)
    assert Case.objects.get(pk=late).state == "closed_satisfied"
    assert counts(found["response"]) == (10, 11, 1)
    assert counts(found["on_time"]) == (10, 11, 1)
    assert found["on_time"].value == Fraction(10, 11)
    assert counts(found["on_time.simple"]) == (10, 11, 0)
    assert counts(found["on_time.complex"]) == (0, 0, 1)
    assert counts(found["coverage"]) == (10, 10, 1), "a call-back still within its date is not counted"
    assert counts(found["satisfaction"]) == (9, 10, 0)
    assert counts(found["resolution"]) == (9, 10, 0)
    assert counts(found["review"]) == (0, 0, 1)
    assert {angry, waiting}.isdisjoint({late})


def test_a_promise_past_its_date_counts_as_broken_before_it_is_answered(county: County) -> None:
    with moment.standing_at(MONDAY):
        county.file()
    with moment.standing_at(MONDAY + timedelta(days=40)):
        found = figures(county)
    assert counts(found["on_time"]) == (0, 1, 0)
    assert counts(found["response"]) == (0, 1, 0)


def test_the_first_rounds_result_is_frozen_and_the_second_is_counted_apart(county: County) -> None:
    case_id = live(county, settled_after=1, satisfied=False)
    with moment.standing_at(MONDAY + timedelta(days=2)):
        reviewing.record_review(
            county.staff["leader"],
            case_id=case_id,
            version=version(case_id),
            finding=reviewing.Finding(
                convened_on=(MONDAY + timedelta(days=2)).date(),
                members="陆川",
                is_reasonable=True,
                cause="没修好",
                measures="换新的",
                answerable="严朗",
            ),
        )
        answering.draft_answer(
            county.staff["desk"], case_id=case_id, version=version(case_id), result="solved", text="换好了。"
        )
        call(county, case_id, True)
        found = figures(county)
    assert counts(found["on_time"]) == (1, 1, 0)
    assert counts(found["satisfaction"]) == (1, 2, 0)
    assert counts(found["second_satisfaction"]) == (1, 1, 0)
    assert counts(found["review"]) == (1, 1, 0)
    assert counts(found["reasonable"]) == (1, 1, 0)


def test_below_ten_there_is_no_rate(county: County) -> None:
    for number in range(LEAST):
        found = figures(county)["satisfaction"]
        assert (found.value, bool(found.note)) == (None, number > 0)
        live(county, settled_after=1, satisfied=True)
    assert figures(county)["satisfaction"].value == Fraction(1)


def test_paper_keyed_late(county: County) -> None:
    with moment.standing_at(MONDAY):
        for written_on in (date(2026, 9, 28), date(2026, 9, 21)):
            county.file(actor=county.staff["desk"], channel="paper", written_on=written_on)
        found = figures(county)
    assert counts(found["paper_delay"]) == (1, 2, 0)


def test_every_figure_opens_to_exactly_its_rows(county: County) -> None:
    for number in range(3):
        live(county, settled_after=1, satisfied=number > 0)
    for measure in figures(county).values():
        rows = rows_of(county.staff["leader"], measure.id, YEAR)
        assert len(rows.items) == measure.denominator, measure.id
        assert sum(row.is_counted for row in rows.items) == measure.numerator, measure.id
        assert counts(rows.measure) == counts(measure)


def test_rows_turn_their_pages_without_loss(county: County) -> None:
    for _ in range(5):
        live(county, settled_after=1, satisfied=True)
    seen: list[UUID] = []
    cursor = ""
    while True:
        rows = rows_of(county.staff["leader"], "satisfaction", YEAR, cursor=cursor, size=2)
        seen += [row.case_id for row in rows.items]
        cursor = rows.next
        if not cursor:
            break
    assert len(seen) == len(set(seen)) == 5


def test_figures_stay_within_the_actors_reach(county: County) -> None:
    live(county, settled_after=1, satisfied=True)
    assert counts(figures(county, who="town_leader")["satisfaction"]) == (1, 1, 0)
    other = period(date(2026, 1, 1), date(2026, 12, 31), office_path=county.other_station.path)
    assert counts(figures(county, other)["satisfaction"]) == (0, 0, 0)
    assert counts(figures(county, period(date(2026, 9, 29), date(2026, 12, 31)))["satisfaction"]) == (0, 0, 0)
    with pytest.raises(NotAllowed):
        measures(county.staff["desk"], YEAR)


def test_unknown_measures_and_backward_periods_are_refused(county: County) -> None:
    with pytest.raises(NotFound):
        rows_of(county.staff["leader"], "charm", YEAR)
    with pytest.raises(Refusal) as refused:
        measures(county.staff["leader"], period(date(2026, 5, 1), date(2026, 4, 30)))
    assert refused.value.field == "until"


def test_opinion_is_never_shown_without_its_coverage() -> None:
    opinions = [m for m in MEASURES if "satisf" in m.id or m.id == "resolution"]
    assert len(opinions) == 3
    assert {m.beside for m in opinions} == {"coverage"}


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (Fraction(1), "100.00%"),
        (Fraction(0), "0.00%"),
        (Fraction(2, 3), "66.67%"),
        (Fraction(1, 3), "33.33%"),
        (Fraction(1, 16), "6.25%"),
        (Fraction(19999, 20000), "100.00%"),
        (None, ""),
    ],
)
def test_a_rate_shows_two_decimals_rounded_half_up(value: Fraction | None, shown: str) -> None:
    assert rate(value) == shown
