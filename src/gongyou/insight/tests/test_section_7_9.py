"""CASEWORK §7.9, figure by figure: lives a person can read, and the two numbers that person would count."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from fractions import Fraction

import pytest

from gongyou.basics.refusal import Refusal
from gongyou.engines.casework.models import RoundFact
from gongyou.engines.casework.queries.books import sheets_of
from gongyou.engines.casework.queries.exclusions import list_exclusions, rating_of
from gongyou.engines.casework.services import legal
from gongyou.engines.casework.services.books import hand_in_book, print_book, void_page
from gongyou.engines.casework.steps.mandates import MandateGiven
from gongyou.engines.casework.tests.recount import check_everything
from gongyou.engines.casework.tests.stories import Story, at
from gongyou.insight.measures import MEASURES, Measure, measures, period, rows_of
from gongyou.kernel.errors import DomainError, NotAllowed
from gongyou.web.tests.desk_county import county
from tests.yunshan.county import County
from tests.yunshan.fixtures import installed_packs

__all__ = ["county", "installed_packs"]

pytestmark = pytest.mark.django_db

YEAR = period(date(2026, 1, 1), date(2026, 12, 31))
ASKED = "2026-11-20 12:00"
"""A Friday. The matters below were said in the weeks before."""


def figure(county: County, measure_id: str, when: str = ASKED, who: str = "leader") -> Measure:
    """The figure as a leader sees it; its rows are as many as its denominator says."""
    with at(when):
        found = {m.id: m for m in measures(county.staff[who], YEAR)}[measure_id]
        rows = rows_of(county.staff[who], measure_id, YEAR)
    assert rows.measure == found
    return found


def parts(measure: Measure) -> tuple[int, int, int]:
    """Numerator, denominator, still within its promise."""
    return measure.numerator, measure.denominator, measure.excluded


# First contact: the limit is one working day after dispatch. (what happened, in time, judged, still running)
CONTACTS: tuple[tuple[str, str, tuple[int, int, int]], ...] = (
    ("spoken with on the same day", "contact 2026-11-02 15:00", (1, 1, 0)),
    ("spoken with on the next working day", "contact 2026-11-03 17:00", (1, 1, 0)),
    ("spoken with a day too late", "contact 2026-11-04 09:00", (0, 1, 0)),
    ("never spoken with, but answered on the next day", "answer 2026-11-03 10:00", (1, 1, 0)),
    ("answered two days later without a word before", "answer 2026-11-04 10:00", (0, 1, 0)),
    ("nobody spoke with them, and the limit is over", "nothing", (0, 1, 0)),
    ("withdrew before anybody could speak with them", "withdraw 2026-11-02 14:00", (0, 0, 0)),
    ("taken on in time but not spoken with", "accept 2026-11-02 11:00", (0, 1, 0)),
)


@pytest.mark.parametrize(("life", "step", "expected"), CONTACTS, ids=[c[0] for c in CONTACTS])
def test_response_is_first_real_contact_within_the_limit_of_dispatched(
    county: County, life: str, step: str, expected: tuple[int, int, int]
) -> None:
    """Response = first real contact within limit ÷ dispatched. Taking a matter on is no contact."""
    story = Story.begun(county, "2026-11-02 10:00")
    what, _, when = step.partition(" ")
    steps: dict[str, Callable[[str], object]] = {
        "contact": story.contact,
        "answer": lambda w: story.accept("2026-11-02 11:00").draft(w),
        "withdraw": story.withdraw,
        "accept": story.accept,
    }
    if what in steps:
        steps[what](when)
    assert parts(figure(county, "response")) == expected
    check_everything(story.case_id)


def test_a_first_contact_still_within_its_limit_is_not_judged(county: County) -> None:
    Story.begun(county, "2026-11-19 16:00")
    assert parts(figure(county, "response", "2026-11-20 12:00")) == (0, 0, 1)
    assert parts(figure(county, "response", "2026-11-23 12:00")) == (0, 1, 0)


def test_an_anonymous_matter_has_nobody_to_speak_with(county: County) -> None:
    story = Story.begun(
        county, "2026-11-02 10:00", type_id="anonymous_clue", topic="hazard", is_anonymous=True
    )
    assert parts(figure(county, "response")) == (0, 0, 0)
    with pytest.raises(Refusal) as refused:
        story.contact("2026-11-02 11:00")
    assert refused.value.code == "nobody_known"


def test_taking_on_is_shown_apart_from_the_first_contact(county: County) -> None:
    Story.begun(county, "2026-11-02 10:00").accept("2026-11-02 11:00")
    assert parts(figure(county, "taken_on")) == (1, 1, 0)
    assert parts(figure(county, "response")) == (0, 1, 0)


def dissatisfied(county: County, *, is_reasonable: bool) -> Story:
    """Answered 3 November, dissatisfied on the 4th, reviewed on the 5th."""
    return Story.reviewing(county, "2026-11-02 10:00").review("2026-11-05 10:00", is_reasonable=is_reasonable)


def test_rectification_on_time_and_the_share_found_reasonable(county: County) -> None:
    """The review within five days; whether it found the demand reasonable; the second answer in its own time."""
    dissatisfied(county, is_reasonable=True).draft("2026-11-06 10:00")
    late = dissatisfied(county, is_reasonable=False).draft("2026-11-16 10:00")
    Story.reviewing(county, "2026-11-02 10:00")  # nobody ever reviewed it
    assert parts(figure(county, "review")) == (2, 3, 0)
    assert parts(figure(county, "reasonable")) == (1, 2, 0)
    assert parts(figure(county, "rectified")) == (1, 2, 0)
    check_everything(late.case_id)


def test_second_round_satisfaction(county: County) -> None:
    story = dissatisfied(county, is_reasonable=True).draft("2026-11-06 10:00")
    story.rate("2026-11-07 10:00", is_satisfied=True)
    assert parts(figure(county, "satisfaction")) == (1, 2, 0)
    assert parts(figure(county, "second_satisfaction")) == (1, 1, 0)


# When the same person said it again without anything new: asked after 30 days, asked after 180 days.
REPEATS = (
    ("after a week", "2026-09-07 10:00", "2026-09-14 10:00", (1, 1, 0), (1, 1, 0)),
    ("on the thirtieth day", "2026-09-07 10:00", "2026-10-07 10:00", (1, 1, 0), (1, 1, 0)),
    ("on the thirty-first day", "2026-09-07 10:00", "2026-10-08 10:00", (0, 1, 0), (1, 1, 0)),
    ("never", "2026-09-07 10:00", "", (0, 1, 0), (0, 1, 0)),
    ("ten days ago: not judged yet", "2026-11-10 10:00", "2026-11-11 10:00", (0, 0, 1), (1, 1, 0)),
    ("with new facts: a demand of its own", "2026-09-07 10:00", "new 2026-09-14 10:00", (0, 2, 0), (0, 2, 0)),
)


@pytest.mark.parametrize(
    ("life", "first", "again", "thirty", "half_a_year"), REPEATS, ids=[r[0] for r in REPEATS]
)
def test_repeat_rate_at_30_and_180_days(
    county: County,
    life: str,
    first: str,
    again: str,
    thirty: tuple[int, int, int],
    half_a_year: tuple[int, int, int],
) -> None:
    """A matter whose days are not over yet waits; the repeat itself is not counted as a first demand."""
    earlier = Story.settled(county, first)
    if again:
        when = again.removeprefix("new ")
        Story.begun(county, when).repeats(when, earlier, new_facts=again.startswith("new "))
    assert parts(figure(county, "repeat_30")) == thirty
    waits = figure(county, "repeat_180")
    assert (waits.denominator, waits.excluded) == (0, half_a_year[1])
    assert parts(figure(county, "repeat_180", "2027-05-10 12:00")) == half_a_year
    check_everything(earlier.case_id)


def test_re_open_rate(county: County) -> None:
    story = Story.settled(county, "2026-11-02 10:00").rate("2026-11-04 10:00", is_satisfied=True)
    Story.settled(county, "2026-11-02 10:00").rate("2026-11-04 10:00", is_satisfied=True)
    story.reopen("2026-11-09 10:00")
    assert parts(figure(county, "reopened")) == (1, 2, 0)


def test_pause_share_is_paused_working_days_of_elapsed_working_days(county: County) -> None:
    """Monday to the Monday after: five working days, of which Tuesday noon to Friday noon were three."""
    story = Story.begun(county, "2026-11-02 10:00", topic="wages").accept("2026-11-02 11:00")
    story.pause("2026-11-03 12:00").resume("2026-11-06 12:00")
    story.draft("2026-11-09 10:00").approve("2026-11-09 11:00")
    fact = RoundFact.objects.get(case_id=story.case_id)
    assert (fact.paused_days, fact.elapsed_days) == (3, 5)
    assert parts(figure(county, "pause_share")) == (3, 5, 0)
    check_everything(story.case_id)


def test_pause_share_needs_ten_rounds_not_ten_days(county: County) -> None:
    story = Story.begun(county, "2026-10-12 10:00", topic="wages").accept("2026-10-12 11:00")
    story.draft("2026-11-02 10:00").approve("2026-11-02 11:00")
    found = figure(county, "pause_share")
    assert found.denominator == 15
    assert found.sample == 1
    assert (found.value, bool(found.note)) == (None, True)


def test_objection_rate_and_lost_objections(county: County) -> None:
    """Lost: the office above sends it back to the office that objected. Won: to another."""
    lost = Story.begun(county, "2026-11-02 10:00").object_("2026-11-02 11:00")
    lost.offer("2026-11-02 14:00", county.station.id)
    won = Story.begun(county, "2026-11-02 10:00").object_("2026-11-02 11:00")
    won.offer("2026-11-02 14:00", county.other_station.id)
    waits = Story.begun(county, "2026-11-02 10:00").object_("2026-11-02 11:00")
    Story.begun(county, "2026-11-02 10:00").accept("2026-11-02 11:00")
    assert parts(figure(county, "objected")) == (3, 4, 0)
    assert parts(figure(county, "objections_lost")) == (1, 2, 0)
    for story in (lost, won, waits):
        check_everything(story.case_id)


def test_unkeyed_numbers_of_voice_books(county: County) -> None:
    """Pages up to the last one keyed must be keyed or voided; of a book handed in, all of them."""
    with at("2026-11-02 09:00"):
        book = print_book(county.staff["desk"], office_id=county.station.id, pages=10)
        numbers = [sheet.number for sheet in sheets_of(county.staff["desk"], book.book_id)[1]]
        for page in (1, 4):
            county.file(
                actor=county.staff["desk"],
                channel="paper",
                written_on=date(2026, 11, 2),
                page_number=numbers[page - 1],
            )
        void_page(county.staff["desk"], number=numbers[1], reason="写坏了")
    assert parts(figure(county, "unkeyed")) == (1, 4, 0)
    with at("2026-11-03 09:00"):
        hand_in_book(county.staff["desk"], book_id=book.book_id)
    assert parts(figure(county, "unkeyed")) == (7, 10, 0)
    with at(ASKED):
        rows = rows_of(county.staff["leader"], "unkeyed", YEAR)
    assert [row.book_id for row in rows.plain] == [book.book_id] * 7


def test_proxy_share_and_subject_reached_share(county: County) -> None:
    """A grid worker's telephone is not the person's: what counts is who answered."""
    mandate = MandateGiven("entrusted", "paper", date(2026, 11, 2), may_be_called=True)
    own = Story.settled(county, "2026-11-02 10:00", proxy_name="网格员", proxy_phone="13800000118")
    own.call("2026-11-04 10:00", "answered", is_solved=True, is_satisfied=True)
    other = Story.settled(
        county, "2026-11-02 10:00", proxy_name="网格员", proxy_phone="13800000118", mandate=mandate
    )
    other.call("2026-11-04 10:00", "answered", is_solved=True, is_satisfied=True, spoke_with="proxy")
    Story.settled(county, "2026-11-02 10:00").rate("2026-11-04 10:00", is_satisfied=True)
    assert parts(figure(county, "by_proxy")) == (2, 3, 0)
    assert parts(figure(county, "subject_reached")) == (1, 2, 0)
    for story in (own, other):
        check_everything(story.case_id)


def test_limitation_dates_missed_have_the_target_nought(county: County) -> None:
    """Known since 3 November 2025: the year for arbitration ends in November 2026. Who went there missed nothing."""
    with at("2026-09-07 10:00"):
        missed = county.file(topic="wages", known_on=date(2025, 11, 3))
        used = county.file(topic="wages", known_on=date(2025, 11, 3))
        legal.refer_case(
            county.staff["desk"],
            case_id=used.case_id,
            given=legal.HandOver("arbitration", "工资没有发。", "工资条", False, True),
        )
    with at("2026-09-25 10:00"):
        legal.record_follow_up(
            county.staff["desk"],
            case_id=used.case_id,
            route_id="arbitration",
            outcome="filed",
            note="已经递交。",
        )
    found = figure(county, "limits_missed")
    assert (found.numerator, found.denominator) == (1, 2)
    assert found.definition.target == 0
    with at(ASKED):
        rows = rows_of(county.staff["leader"], "limits_missed", YEAR)
    assert {(row.case_id, row.is_counted) for row in rows.plain} == {
        (missed.case_id, True),
        (used.case_id, False),
    }


def excluded(county: County, *, is_approved: bool) -> Story:
    story = dissatisfied(county, is_reasonable=False)
    story.ask_exclusion("2026-11-05 11:00", "unreasonable")
    return story.decide_exclusion("2026-11-05 15:00", is_approved=is_approved)


def test_exclusions_are_approved_by_the_upper_level_and_listed_beside_the_rate(county: County) -> None:
    out, kept = excluded(county, is_approved=True), excluded(county, is_approved=False)
    Story.settled(county, "2026-11-02 10:00").rate("2026-11-04 10:00", is_satisfied=True)
    found = figure(county, "satisfaction")
    assert (parts(found), found.left_out) == ((1, 2, 0), 1)
    assert parts(figure(county, "coverage"))[:2] == (3, 3), "who was left out of the rate was still reached"
    with at(ASKED):
        listed = list_exclusions(county.staff["leader"], YEAR)
    assert {(line.case_id, line.is_approved) for line in listed} == {
        (out.case_id, True),
        (kept.case_id, False),
    }
    for story in (out, kept):
        check_everything(story.case_id)


# Who asks or decides what is refused, and why.
REFUSED: tuple[tuple[str, Callable[[County], object], str], ...] = (
    ("nobody was dissatisfied", lambda c: Story.settled(c, "2026-11-02 10:00").ask_exclusion(
        "2026-11-05 11:00", "malicious"), "no_bad_rating"),
    ("the review found it reasonable", lambda c: dissatisfied(c, is_reasonable=True).ask_exclusion(
        "2026-11-05 11:00", "unreasonable"), "not_found_so"),
    ("no such ground", lambda c: dissatisfied(c, is_reasonable=False).ask_exclusion(
        "2026-11-05 11:00", "awkward"), "ground"),
    ("asked twice", lambda c: excluded(c, is_approved=False).ask_exclusion(
        "2026-11-06 11:00", "unreasonable"), "asked_before"),
    ("the office decides for itself", lambda c: dissatisfied(c, is_reasonable=False).ask_exclusion(
        "2026-11-05 11:00", "unreasonable").decide_exclusion("2026-11-05 12:00", is_approved=True, who="desk"),
     "casework.review"),
)  # fmt: skip


@pytest.mark.parametrize(("why", "life", "code"), REFUSED, ids=[r[0] for r in REFUSED])
def test_an_exclusion_is_refused(
    county: County, why: str, life: Callable[[County], object], code: str
) -> None:
    with pytest.raises((DomainError, NotAllowed)) as refused:
        life(county)
    assert code in {refused.value.code, str(refused.value)} or isinstance(refused.value, NotAllowed)
    assert not RoundFact.objects.exclude(excluded_as="").exists()


def test_on_time_settlement_by_class_counts_the_first_round_only(county: County) -> None:
    dissatisfied(county, is_reasonable=True).draft("2026-11-16 10:00")  # the second answer was late
    Story.begun(county, "2026-11-02 10:00", topic="wages")
    assert parts(figure(county, "on_time")) == (1, 2, 0)
    assert parts(figure(county, "on_time.simple")) == (1, 1, 0)
    assert parts(figure(county, "on_time.complex")) == (0, 1, 0)


def test_every_figure_shows_its_two_sides_in_words() -> None:
    for definition in MEASURES:
        assert definition.title, definition.id
        assert definition.asks.endswith(("？", "）")), definition.id
        assert definition.counted, definition.id
        assert definition.of, definition.id


def test_a_rate_of_opinion_leaves_out_only_what_was_approved() -> None:
    opinions = [m for m in MEASURES if "satisf" in m.id or m.id == "resolution"]
    assert all(m.leaves_out for m in opinions)
    assert not next(m for m in MEASURES if m.id == "coverage").leaves_out


def test_calls_name_who_answered(county: County) -> None:
    """A try that reached nobody leaves no answer of anybody."""
    story = Story.settled(county, "2026-11-02 10:00")
    story.call("2026-11-04 10:00", "no_answer")
    assert RoundFact.objects.get(case_id=story.case_id).spoke_with == ""
    story.call("2026-11-04 15:00", "answered", is_solved=True, is_satisfied=False)
    assert RoundFact.objects.get(case_id=story.case_id).spoke_with == "subject"
    with at(ASKED):
        view = rating_of(county.staff["desk"], story.case_id)
    assert view.may_ask
    assert not view.may_decide


def test_fractions_are_exact(county: County) -> None:
    for number in range(12):
        Story.settled(county, "2026-11-02 10:00").rate("2026-11-04 10:00", is_satisfied=number > 3)
    assert figure(county, "satisfaction").value == Fraction(8, 12)
