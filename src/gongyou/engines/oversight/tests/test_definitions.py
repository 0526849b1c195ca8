"""The route test and the bounds of a sanction as tables a lawyer can read; no database."""

from __future__ import annotations

from datetime import date
from functools import cache

import pytest

from gongyou.basics.refusal import Refusal
from gongyou.engines.oversight.definitions import routes, sanctions
from gongyou.engines.oversight.definitions.routes import RouteTable
from gongyou.engines.oversight.definitions.sanctions import Facts, Sanction, SanctionRules
from gongyou.packkit.loader import load_packs
from gongyou.packkit.oversight import resolve_routes, resolve_sanctions
from tests.yunshan.county import PACKS

PROGRAMME, ON = "injury-route-and-fund-guard", date(2025, 6, 5)


@cache
def packed() -> tuple[RouteTable, SanctionRules]:
    packs, _ = load_packs(PACKS)
    pack = packs.programme(PROGRAMME)
    assert pack is not None
    table, wrong = resolve_routes(packs, pack, "150100", ON)
    rules, also_wrong = resolve_sanctions(packs, pack, "150100", ON)
    assert table is not None and rules is not None and not wrong and not also_wrong
    return table, rules


EMPLOYER, PLATFORM, NOBODY = "employer", "platform", "nobody"


@pytest.mark.parametrize(
    ("relation", "doing", "cause", "route", "also"),
    [
        (EMPLOYER, "working", "alone", "work_injury", ()),  # art. 14(1)
        (EMPLOYER, "working", "other_person", "work_injury", ("third_party",)),
        (
            EMPLOYER,
            "working",
            "traffic_mine",
            "work_injury",
            (),
        ),  # travelling for work: whose fault is not asked
        (EMPLOYER, "commuting", "traffic_not_mine", "work_injury", ("third_party",)),  # art. 14(6)
        (EMPLOYER, "commuting", "traffic_mine", "basic_medical", ()),
        (EMPLOYER, "commuting", "alone", "basic_medical", ()),
        (EMPLOYER, "commuting", "other_person", "third_party", ()),
        (EMPLOYER, "other", "alone", "basic_medical", ()),
        (EMPLOYER, "other", "other_person", "third_party", ()),
        (PLATFORM, "working", "alone", "occupational_injury", ()),
        (PLATFORM, "working", "traffic_not_mine", "occupational_injury", ("third_party",)),
        (PLATFORM, "commuting", "traffic_not_mine", "third_party", ()),
        (PLATFORM, "other", "alone", "basic_medical", ()),
        (NOBODY, "other", "traffic_not_mine", "third_party", ()),
        (NOBODY, "working", "alone", "basic_medical", ()),
    ],
)
def test_a_few_plain_questions_lead_to_the_route(
    relation: str, doing: str, cause: str, route: str, also: tuple[str, ...]
) -> None:
    found = routes.decide(packed()[0], {"relation": relation, "doing": doing, "cause": cause})
    assert (found.route, found.also) == (route, also)


def test_every_combination_reaches_an_answer_and_every_rule_is_needed() -> None:
    assert list(routes.faults_of(packed()[0])) == []
    assert len(list(routes.combinations(packed()[0]))) == 36


@pytest.mark.parametrize(
    ("answers", "route", "may_be"),
    [
        ({}, "ask", {"work_injury", "occupational_injury", "third_party", "basic_medical"}),
        ({"relation": "employer", "doing": "working"}, "work_injury", set()),  # whoever's fault: the same
        ({"relation": "unsure", "doing": "working", "cause": "alone"}, "ask",
         {"work_injury", "occupational_injury", "basic_medical"}),
        ({"relation": "employer", "doing": "nonsense", "cause": "alone"}, "ask", {"work_injury", "basic_medical"}),
        ({"doing": "other", "cause": "other_person"}, "third_party", set()),
    ],
)  # fmt: skip
def test_unknown_answers_lead_to_ask_and_keep_papers_never_to_a_refusal(
    answers: dict[str, str], route: str, may_be: set[str]
) -> None:
    table = packed()[0]
    found = routes.decide(table, answers)
    assert (found.route, set(found.may_be)) == (route, may_be)
    assert table.route(found.route).papers


def test_what_else_applies_is_said_only_where_it_applies_whatever_the_open_answer() -> None:
    assert routes.decide(packed()[0], {"relation": "employer", "doing": "working"}).also == ()


@pytest.mark.parametrize(
    ("injured", "employer", "worker"),
    [
        (date(2024, 9, 30), date(2024, 10, 30), date(2025, 9, 30)),  # the article
        (date(2024, 2, 29), date(2024, 3, 30), date(2025, 2, 28)),  # no 29 February: the month's last day
        (date(2025, 12, 31), date(2026, 1, 30), date(2026, 12, 31)),
    ],
)
def test_the_two_deadlines_are_shown_as_dates(injured: date, employer: date, worker: date) -> None:
    table = packed()[0]
    found = routes.dated(table, table.route("work_injury"), injured, date(2025, 6, 5))
    assert [d.until_on for d in found] == [employer, worker]
    assert [d.is_over for d in found] == [employer < date(2025, 6, 5), worker < date(2025, 6, 5)]


FIRST, SECOND_TIME = Facts(860_000, True, True), Facts(860_000, False, False)


@pytest.mark.parametrize(
    ("facts", "tenths", "months", "code"),
    [
        (FIRST, 25, 6, ""),  # the article: 2.5 times, six months
        (FIRST, 20, 3, ""),
        (FIRST, 30, 6, ""),
        (FIRST, 19, 6, "outside_the_law"),
        (FIRST, 51, 6, "outside_the_law"),
        (FIRST, 25, 2, "outside_the_law"),
        (FIRST, 25, 13, "outside_the_law"),
        (FIRST, 31, 6, "outside_the_table"),
        (FIRST, 25, 7, "outside_the_table"),
        (Facts(2_000_000, True, True), 25, 6, ""),  # 20,000 yuan included
        (Facts(2_000_001, True, True), 25, 6, "outside_the_table"),
        (SECOND_TIME, 50, 12, ""),
        (SECOND_TIME, 25, 6, "outside_the_table"),
    ],
)
def test_a_sanction_outside_the_bounds_is_refused_with_the_sentence(
    facts: Facts, tenths: int, months: int, code: str
) -> None:
    sanction = Sanction(facts.amount_fen, tenths, months)
    if not code:
        sanctions.check_sanction(packed()[1], facts, sanction)
        return
    with pytest.raises(Refusal) as refused:
        sanctions.check_sanction(packed()[1], facts, sanction)
    assert refused.value.code == code
    assert "至" in refused.value.sentence() and refused.value.field


def test_more_or_less_than_what_was_found_is_not_returned() -> None:
    for returned in (0, FIRST.amount_fen + 1):
        with pytest.raises(Refusal) as refused:
            sanctions.check_sanction(packed()[1], FIRST, Sanction(returned, 25, 6))
        assert refused.value.code == "returned_out_of_bounds"


@pytest.mark.parametrize(
    ("fen", "tenths", "fine"),
    [(860_000, 25, 2_150_000), (1, 25, 3), (3, 21, 6), (10_001, 25, 25_003), (7, 20, 14)],
)
def test_a_fine_is_exact_to_the_fen(fen: int, tenths: int, fine: int) -> None:
    assert Sanction(fen, tenths, 3).fine_fen == fine


def test_the_discretion_table_lies_within_the_law_and_two_books_take_two_kinds_of_money() -> None:
    assert list(sanctions.faults_of(packed()[1])) == []
    assert {b.kind: next(f.money for f in b.flows if f.money) for b in packed()[1].books} == {
        "fund": "returned",
        "treasury": "fine",
    }
